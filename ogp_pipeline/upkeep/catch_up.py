"""A copy of one release becomes the copy of a later one by the published changes alone, as a portal's would.

    deltas.json -> for each delta on the way: v/<version>/datapackage.json, files of changes -> the last one's tables

Of the ways that lead there the one with the fewest deltas is gone: every tenth release has one that spans ten. The
copy is a folder laid out as ``v/<version>/``: the descriptor and the CSV files that it names. It is not touched: the
later tables are written beside it, and only if each has the very sha256 that the later release's descriptor states. So
whoever has caught up holds exactly what those hold who took the whole release.
"""

import hashlib
import json
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from ogp_pipeline import scratch, version
from ogp_pipeline.errors import BrokenHistory, NotFound, OgpError, WrongUse
from ogp_pipeline.publishing import layout, windows
from ogp_pipeline.publishing.reader import Reader
from ogp_pipeline.release import csv_format, delta, delta_files, parquet_format
from ogp_pipeline.release.apply_changes import apply_changes
from ogp_pipeline.release.base import shape_of
from ogp_pipeline.release.built_file import sha256_of
from ogp_pipeline.release.changes import EARLIER, LINES
from ogp_pipeline.release.datapackage import NAME as DESCRIPTOR
from ogp_pipeline.release.delta_files import Format
from ogp_pipeline.release.shape import Shape, arrow_schema, frame_of

INDEX = "json"  # the format of what names the files of changes, whatever their own

_Tables = dict[str, tuple[pd.DataFrame, Shape]]
_Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """``versions``: those on the way, the last one included. ``lines``: how many lines of changes were applied."""

    had: str
    versions: tuple[str, ...]
    lines: int
    tables: int


def route(deltas: Sequence[_Entry], have: str, want: str, ending: Format) -> list[list[_Entry]]:
    """What leads from one version to another: the entries of each delta on the way, in order; the fewest deltas.

    ``deltas``: what ``deltas.json`` holds. NotFound if there is no way: a version that is not there, or an older one.
    """
    leaving: dict[str, dict[str, list[_Entry]]] = {}
    for entry in deltas:
        if entry["format"] in (ending, INDEX):
            leaving.setdefault(entry["from"], {}).setdefault(entry["to"], []).append(entry)
    ways: dict[str, list[list[_Entry]]] = {have: []}
    waiting = deque([have])
    while waiting and want not in ways:
        at = waiting.popleft()
        for to, entries in leaving.get(at, {}).items():
            if to not in ways:
                ways[to] = [*ways[at], entries]
                waiting.append(to)
    if want not in ways:
        raise NotFound(f"no changes lead from version {have} to {want}; take {want} whole")
    return ways[want]


def catch_up(reader: Reader, copy: Path, to: Path, want: str | None = None, ending: Format = "csv") -> CaughtUp:
    """Write the tables and the descriptor of version ``want`` (None: the newest) into the empty folder ``to``.

    OgpError: the copy is not what its descriptor says, or ``to`` is not empty. NotFound: no changes lead there.
    BrokenHistory: what is published contradicts itself, or the outcome is not what was published.
    """
    if to.exists() and any(to.iterdir()):
        raise WrongUse(f"{to} is not empty")
    if not (copy / DESCRIPTOR).is_file():
        raise WrongUse(f"{copy} holds no {DESCRIPTOR}: a copy is the descriptor and the CSV files that it names")
    document = json.loads((copy / DESCRIPTOR).read_bytes())
    have, target = document["version"], want or _json(reader, layout.LATEST)["version"]
    steps = route(_deltas(reader, have), have, target, ending)
    tables, lines = _own(copy, document), 0
    last = (copy / DESCRIPTOR).read_bytes()
    for entries in steps:
        last = _read(reader, layout.version(entries[0]["to"], DESCRIPTOR))
        step = _Step(reader, ending, tables, [shape_of(resource) for resource in json.loads(last)["resources"]])
        try:
            tables = step.by_rows(entries[0]) if entries[0]["format"] == INDEX else step.by_cells(entries)
        except BrokenHistory:
            raise
        except OgpError as error:
            raise BrokenHistory(f"the changes do not lead to version {entries[0]['to']}: {error}") from error
        lines += step.lines
    _write(tables, last, to)
    return CaughtUp(have, tuple(entries[0]["to"] for entries in steps), lines, len(tables))


@dataclass
class _Step:
    """From the tables of one version to those of a later one, which have ``shapes``."""

    reader: Reader
    ending: Format
    tables: _Tables
    shapes: Sequence[Shape]
    lines: int = 0

    def by_rows(self, entry: _Entry) -> _Tables:
        """By an index, and the files of lines that it names."""
        index = json.loads(_bytes(self.reader, entry))
        version.refuse_newer(entry["path"], index["format"], delta.FORMAT, index.get("software"))
        if index["format"] != delta.FORMAT:
            raise BrokenHistory(f"{entry['path']} has the format {index['format']}, which no software of ours reads")
        folder = entry["path"].rpartition("/")[0]
        differing = {table["table"]: table for table in index["tables"]}
        later: _Tables = {}
        for new in self.shapes:
            frame, old = self.tables.get(new.name, (None, None))
            if frame is not None and new.name not in differing:
                later[new.name] = (frame, new)
                continue
            files = [f for f in differing.get(new.name, {}).get("files", []) if f["format"] == self.ending]
            lines = self._lines({**files[0], "path": f"{folder}/{files[0]['path']}"}, new) if files else None
            if lines is None:
                lines = frame_of(arrow_schema(delta.line_shape(new)).empty_table())
            later[new.name] = (apply_changes(frame, old, lines, new), new)
        return later

    def by_cells(self, entries: Sequence[_Entry]) -> _Tables:
        """By the files of a release by earlier software, one for each dataset."""
        parts = [self._cells(entry) for entry in entries]
        # A table's lines may have moved to another dataset, so each sees all of them.
        lines = pd.concat(parts, ignore_index=True)
        self.lines += len(lines)
        later: _Tables = {}
        for new in self.shapes:
            frame, old = self.tables.get(new.name, (None, None))
            later[new.name] = (apply_changes(frame, old, lines, new), new)
        return later

    def _lines(self, file: _Entry, table: Shape) -> pd.DataFrame:
        with _fetched(self.reader, file) as path:
            rows = delta_files.read(path, self.ending, table)
        self.lines += len(rows)
        return rows

    def _cells(self, file: _Entry) -> pd.DataFrame:
        with _fetched(self.reader, file) as path:
            module = parquet_format if self.ending == "parquet" else csv_format
            return frame_of(module.read_rows(path, LINES if "cause" in module.heading(path) else EARLIER))


def _deltas(reader: Reader, have: str) -> list[_Entry]:
    """What the list of deltas holds, and the archives before it, back to the first that leads on from ``have``."""
    entries: list[_Entry] = _json(reader, layout.DELTAS)
    listed = _json(reader, layout.VERSIONS) if reader.read(layout.VERSIONS) is not None else []
    k = windows.archive_before(listed[-1]["release"]) if listed else 0
    while k and have not in {entry["from"] for entry in entries}:
        entries += _json(reader, layout.archived(k, layout.DELTAS))
        k -= 1
    return entries


def _own(copy: Path, document: Mapping[str, Any]) -> _Tables:
    tables: _Tables = {}
    for resource in document["resources"]:
        path, shape = copy / resource["path"], shape_of(resource)
        if not path.is_file() or f"sha256:{sha256_of(path)}" != resource["hash"]:
            raise OgpError(f"{path} is not the file that {copy / DESCRIPTOR} names: take the release anew")
        tables[shape.name] = (csv_format.read_csv(path, shape), shape)
    return tables


def _write(tables: _Tables, descriptor: bytes, to: Path) -> None:
    for resource in json.loads(descriptor)["resources"]:
        frame, shape = tables[resource["name"]]
        path = to / resource["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        csv_format.write(frame, shape, path)
        if f"sha256:{sha256_of(path)}" != resource["hash"]:
            path.unlink()
            raise BrokenHistory(f"the changes do not lead to {resource['path']} as it was published")
    (to / DESCRIPTOR).write_bytes(descriptor)  # last: a folder without it is no copy


@contextmanager
def _fetched(reader: Reader, file: _Entry) -> Iterator[Path]:
    with TemporaryDirectory(prefix=scratch.prefix("changes")) as folder:
        path = Path(folder) / file["path"].rpartition("/")[2]
        path.write_bytes(_bytes(reader, file))
        yield path


def _bytes(reader: Reader, file: _Entry) -> bytes:
    """The bytes of a file that a list names, which are the ones that it promises."""
    data = _read(reader, file["path"])
    if hashlib.sha256(data).hexdigest() != file["sha256"]:
        raise BrokenHistory(f"{file['path']} holds other bytes than {layout.DELTAS} says; see `ogp verify`")
    return data


def _read(reader: Reader, key: str) -> bytes:
    data = reader.read(key)
    if data is None:
        raise NotFound(f"{key} is not at {reader.describe()}")
    return data


def _json(reader: Reader, key: str) -> Any:  # noqa: ANN401 - a document of ours
    return json.loads(_read(reader, key))
