"""The files of a delta: written into a release that is built, proven there, and read back by whoever applies them."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd
import pyarrow as pa

from ogp_pipeline.errors import OgpError
from ogp_pipeline.release import csv_format, datapackage, delta, delta_lines, jsonl_format, parquet_format
from ogp_pipeline.release.apply_changes import apply_changes
from ogp_pipeline.release.base import BaseRelease
from ogp_pipeline.release.built_file import BuiltFile
from ogp_pipeline.release.changes import Changes, Snapshot
from ogp_pipeline.release.delta import DeltaFile, TableDelta
from ogp_pipeline.release.shape import TableShape, canonical, frame_of

Format = Literal["csv", "parquet", "jsonl"]


@dataclass(frozen=True, slots=True)
class LineFormat:
    """A format of lines. ``read`` gives the rows that ``write`` was given."""

    media_type: str
    write: Callable[[pa.Table, TableShape, Path], None]
    read: Callable[[Path, TableShape], pa.Table]


FORMATS: dict[str, LineFormat] = {
    "csv": LineFormat(
        csv_format.MEDIA_TYPE,
        lambda rows, _, path: csv_format.write_rows(rows, path),
        lambda path, table: csv_format.read_rows(path, delta.line_shape(table)),
    ),
    "parquet": LineFormat(
        parquet_format.MEDIA_TYPE,
        lambda rows, _, path: parquet_format.write_rows(rows, path),
        lambda path, table: parquet_format.read_rows(path, delta.line_shape(table)),
    ),
    "jsonl": LineFormat(jsonl_format.MEDIA_TYPE, delta_lines.write, delta_lines.read),
}


def write(
    base: BaseRelease, older: str | None, new: Snapshot, changes: Changes, version: str, folder: Path
) -> list[BuiltFile]:
    """Write and prove what leads from ``base`` to ``new``. ``older``: the base's version, if it is not the last one."""
    files: list[BuiltFile] = []
    made: list[tuple[TableDelta, list[DeltaFile]]] = []
    for table_delta in delta.deltas(base.tables, new, changes.lines):
        written = _write_table(table_delta, older, new, folder)
        made.append((table_delta, [_named(file) for file in written]))
        files += written
        if written:
            _prove(table_delta, base.tables, new, written)
    path = folder / delta.index_name(older)
    path.write_bytes(delta.index(base.version, version, made))
    lines = sum(table_delta.rows.num_rows for table_delta, _ in made)
    return [*files, _built(path, folder, None, datapackage.MEDIA_TYPE, lines)]


def read(path: Path, ending: Format, table: TableShape) -> pd.DataFrame:
    """The lines of a table, for ``apply_changes``."""
    return frame_of(FORMATS[ending].read(path, table))


def _write_table(table_delta: TableDelta, older: str | None, new: Snapshot, folder: Path) -> list[BuiltFile]:
    if not table_delta.rows.num_rows:
        return []
    shape = new.shapes[table_delta.table]
    files = []
    for ending, form in FORMATS.items():
        path = folder / table_delta.dataset / delta.folder_name(older) / f"{table_delta.table}.{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        form.write(table_delta.rows, shape, path)
        files.append(_built(path, folder, table_delta.dataset, form.media_type, table_delta.rows.num_rows))
    return files


def _prove(table_delta: TableDelta, base: Snapshot, new: Snapshot, files: list[BuiltFile]) -> None:
    """Raise OgpError unless every file reads back, and the lines lead from the base's rows to the new ones."""
    shape = new.shapes[table_delta.table]
    for file in files:
        if not FORMATS[_ending(file.name)].read(file.path, shape).equals(table_delta.rows):
            raise OgpError(f"{file.name} does not read back as the lines that were written")
    old = base.shapes.get(table_delta.table)
    outcome = apply_changes(base.frames.get(table_delta.table), old, frame_of(table_delta.rows), shape)
    if not canonical(outcome, shape).equals(canonical(new.frames[table_delta.table], shape)):
        raise OgpError(f"the lines of {files[0].name} do not lead from the base release to {table_delta.table}")


def _named(file: BuiltFile) -> DeltaFile:
    return DeltaFile(_ending(file.name), file.name, file.bytes, file.sha256)


def _ending(name: str) -> str:
    return name.rpartition(".")[2]


def _built(path: Path, folder: Path, dataset: str | None, media_type: str, rows: int) -> BuiltFile:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    name = path.relative_to(folder).as_posix()
    return BuiltFile(name, dataset, None, media_type, path, path.stat().st_size, sha256, rows, None)
