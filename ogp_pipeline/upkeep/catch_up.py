"""A copy of one release becomes the copy of a later one by the published changes alone, as a portal's would.

    deltas.json -> for each release on the way: v/<version>/datapackage.json, its changes.* -> the tables of the last

The copy is a folder laid out as ``v/<version>/``: the descriptor and the CSV files that it names. It is not touched:
the later tables are written beside it, and only if each has the very sha256 that the later release's descriptor
states. So whoever has caught up holds exactly what those hold who took the whole release.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import pandas as pd

from ogp_pipeline.errors import BrokenHistory, NotFound, OgpError
from ogp_pipeline.publishing import layout
from ogp_pipeline.publishing.reader import Reader
from ogp_pipeline.release import csv_format, parquet_format
from ogp_pipeline.release.apply_changes import apply_changes
from ogp_pipeline.release.base import shape_of
from ogp_pipeline.release.changes import EARLIER, LINES
from ogp_pipeline.release.datapackage import NAME as DESCRIPTOR
from ogp_pipeline.release.shape import Shape, frame_of

Format = Literal["csv", "parquet"]
_Tables = dict[str, tuple[pd.DataFrame, Shape]]


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """``versions``: those on the way, the last one included. ``lines``: how many lines of changes were applied."""

    had: str
    versions: tuple[str, ...]
    lines: int
    tables: int


def route(deltas: Sequence[Mapping[str, Any]], have: str, want: str, ending: Format) -> list[list[Mapping[str, Any]]]:
    """The files of changes that lead from one version to another: a list for each release on the way, in order.

    ``deltas``: what ``deltas.json`` holds. NotFound if there is no way: a version that is not there, or an older one.
    """
    following: dict[str, list[Mapping[str, Any]]] = {}
    for delta in deltas:
        if delta["format"] == ending:
            following.setdefault(delta["from"], []).append(delta)
    steps = []
    at = have
    while at != want:
        files = following.get(at)
        if not files:
            raise NotFound(f"no changes lead from version {have} to {want}; take {want} whole")
        steps.append(files)
        at = files[0]["to"]
    return steps


def catch_up(reader: Reader, copy: Path, to: Path, want: str | None = None, ending: Format = "csv") -> CaughtUp:
    """Write the tables and the descriptor of version ``want`` (None: the newest) into the empty folder ``to``.

    OgpError: the copy is not what its descriptor says, or ``to`` is not empty. NotFound: no changes lead there.
    BrokenHistory: what is published contradicts itself, or the outcome is not what was published.
    """
    if to.exists() and any(to.iterdir()):
        raise OgpError(f"{to} is not empty")
    if not (copy / DESCRIPTOR).is_file():
        raise OgpError(f"{copy} holds no {DESCRIPTOR}: a copy is the descriptor and the CSV files that it names")
    document = json.loads((copy / DESCRIPTOR).read_bytes())
    have, target = document["version"], want or _json(reader, layout.LATEST)["version"]
    steps = route(_json(reader, layout.DELTAS), have, target, ending)
    tables, lines = _own(copy, document), 0
    last = (copy / DESCRIPTOR).read_bytes()
    for files in steps:
        last = _read(reader, layout.version(files[0]["to"], DESCRIPTOR))
        changes = [_changes(reader, file, ending) for file in files]
        lines += sum(len(table) for table in changes)
        # A table's lines may have moved to another dataset, so each sees all of them.
        tables = _step(tables, json.loads(last), pd.concat(changes, ignore_index=True))
    _write(tables, last, to)
    return CaughtUp(have, tuple(files[0]["to"] for files in steps), lines, len(tables))


def _own(copy: Path, document: Mapping[str, Any]) -> _Tables:
    tables: _Tables = {}
    for resource in document["resources"]:
        path, shape = copy / resource["path"], shape_of(resource)
        if not path.is_file() or _sha256(path) != resource["hash"]:
            raise OgpError(f"{path} is not the file that {copy / DESCRIPTOR} names: take the release anew")
        tables[shape.name] = (csv_format.read_csv(path, shape), shape)
    return tables


def _step(tables: _Tables, document: Mapping[str, Any], lines: pd.DataFrame) -> _Tables:
    shapes = [shape_of(resource) for resource in document["resources"]]
    stepped: _Tables = {}
    for new in shapes:
        frame, old = tables.get(new.name, (None, None))
        stepped[new.name] = (apply_changes(frame, old, lines, new), new)
    return stepped


def _write(tables: _Tables, descriptor: bytes, to: Path) -> None:
    for resource in json.loads(descriptor)["resources"]:
        frame, shape = tables[resource["name"]]
        path = to / resource["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        csv_format.write(frame, shape, path)
        if _sha256(path) != resource["hash"]:
            path.unlink()
            raise BrokenHistory(f"the changes do not lead to {resource['path']} as it was published")
    (to / DESCRIPTOR).write_bytes(descriptor)  # last: a folder without it is no copy


def _changes(reader: Reader, file: Mapping[str, Any], ending: Format) -> pd.DataFrame:
    data = _read(reader, file["path"])
    if hashlib.sha256(data).hexdigest() != file["sha256"]:
        raise BrokenHistory(f"{file['path']} holds other bytes than {layout.DELTAS} says; see `ogp verify`")
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"changes.{ending}"
        path.write_bytes(data)
        module = parquet_format if ending == "parquet" else csv_format
        return frame_of(module.read_rows(path, LINES if "cause" in module.heading(path) else EARLIER))


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return f"sha256:{hashlib.file_digest(stream, 'sha256').hexdigest()}"


def _read(reader: Reader, key: str) -> bytes:
    data = reader.read(key)
    if data is None:
        raise NotFound(f"{key} is not at {reader.describe()}")
    return data


def _json(reader: Reader, key: str) -> Any:  # noqa: ANN401 - a document of ours
    return json.loads(_read(reader, key))
