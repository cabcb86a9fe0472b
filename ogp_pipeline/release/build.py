"""Builds a release in a folder and checks all of it; nothing outside the folder is touched.

<dataset>/<table>.csv|parquet|jsonl   every table
<dataset>/<dataset>.xlsx              the dataset as a workbook
<dataset>/changes.csv|parquet         what differs from the base release (see ``changes``)
<dataset>/dictionary/<table>.csv      what each column of a table means
datapackage.json                      the descriptor of the CSV files
csvw-metadata.json  croissant.json    the same for readers of CSV on the Web and of Croissant
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from ogp_pipeline import version as software
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.release import (
    croissant,
    csv_format,
    csvw,
    datapackage,
    dictionary_csv,
    parquet_format,
    personal_data,
    proof,
    readme,
    xlsx_format,
)
from ogp_pipeline.release.base import BaseRelease
from ogp_pipeline.release.built_file import BuiltFile
from ogp_pipeline.release.changes import Changes, Snapshot, compare, lines_of
from ogp_pipeline.release.content import Content
from ogp_pipeline.release.manifest import DatasetChanges
from ogp_pipeline.release.shape import canonical
from ogp_pipeline.release.table_formats import TABLE_FORMATS
from ogp_pipeline.release.version import next_version
from ogp_pipeline.schema.schemas import Schemas, Table


@dataclass(frozen=True)
class Build:
    """A release that could be published as it lies in ``folder``.

    ``unchanged``: it says what the base release says. Then ``version`` is the base's, there is nothing to
    publish, and only the tables' own files were written.
    """

    folder: Path
    version: str
    unchanged: bool
    files: tuple[BuiltFile, ...]
    changes: Changes
    content_hash: str

    @property
    def datasets(self) -> dict[str, DatasetChanges]:
        """The changes by dataset, as the manifest carries them."""
        return {
            dataset: DatasetChanges(
                added=counts.added,
                changed=counts.changed,
                removed=counts.removed,
                origins=counts.origins,
                schema_changes=[str(change) for change in self.changes.schema if change.dataset == dataset],
            )
            for dataset, counts in self.changes.counts.items()
        }


def build(
    content: Content,
    base: BaseRelease | None,
    programme: Programme,
    schemas: Schemas,
    folder: Path,
    as_of: date,
    *,
    by_software: bool = False,
) -> Build:
    """Write and check everything in ``folder``, which is made if need be.

    ``by_software``: whatever differs from ``base`` is the software's doing (``Inputs.by_software``).

    OgpError: contact details in a cell, a frame that is not what its schema says, a package that frictionless
    does not accept, or a file that does not read back as it was written.
    """
    rows = {name: canonical(content.tables[name], table) for name, table in schemas.tables.items()}
    personal_data.refuse(rows, schemas.tables)
    files: list[BuiltFile] = []
    for name, table in schemas.tables.items():
        files += _write_table(rows[name], table, folder)
    resources = [
        datapackage.Resource(schemas.tables[file.table], file.name, file.bytes, file.sha256)
        for file in files
        if file.table and file.name.endswith(".csv")
    ]
    document = datapackage.descriptor(resources, programme, schemas, base.version if base else "", as_of)
    content_hash = datapackage.content_hash(document)
    if base is not None and base.content_hash == content_hash:
        return Build(folder, base.version, True, tuple(files), Changes({}, {}, ()), content_hash)

    datasets = {name: table.dataset for name, table in schemas.tables.items()}
    snapshot = Snapshot(content.tables, schemas.tables, datasets)
    changes = compare(base.tables if base else None, snapshot, by_software=by_software)
    version = next_version(base.version if base else None, changes.total, changes.schema)
    unproven = _unproven(base, changes, schemas)
    del base, content, snapshot  # what follows needs the rows as they are written, and as much memory again
    document["version"] = version
    for dataset in dict.fromkeys(datasets.values()):
        tables = schemas.dataset_tables(dataset)
        about = readme.readme(dataset, tables, programme, version, as_of)
        files.append(_write_workbook(dataset, rows, tables, about, folder))
    for dataset, lines in changes.lines.items():
        files += _write_changes(dataset, lines_of(lines), folder)
    files += [_write_dictionary(table, folder) for table in schemas.tables.values()]
    for name, text in (
        (csvw.NAME, csvw.metadata(schemas.tables.values(), programme, version)),
        (croissant.NAME, croissant.metadata(resources, programme, version, as_of)),
        (datapackage.NAME, datapackage.to_bytes(document)),
    ):
        (folder / name).write_bytes(text)
        files.append(_built(folder / name, folder, None, None, datapackage.MEDIA_TYPE, None, None))
    proof.check(folder, rows, schemas, unproven)
    return Build(folder, version, False, tuple(files), changes, content_hash)


def _unproven(base: BaseRelease | None, changes: Changes, schemas: Schemas) -> frozenset[str]:
    """The tables about which the proof of the base release says nothing: changed, or pointing at one that is."""
    if base is None or (base.schemas, base.code) != (schemas.version, software.code()):
        return frozenset(schemas.tables)
    changed = {str(table) for lines in changes.lines.values() for table in lines["table"].unique()}
    changed |= {change.table for change in changes.schema}
    leaning = {name for name, table in schemas.tables.items() if changed & {key.table for key in table.foreign_keys}}
    return frozenset((changed | leaning) & set(schemas.tables))


def _write_table(rows: pa.Table, table: Table, folder: Path) -> list[BuiltFile]:
    logical: str | None = None
    files = []
    for form in TABLE_FORMATS:
        path = _place(folder, f"{table.dataset}/{table.name}.{form.ending}")
        form.write(rows, path)
        logical = logical or _sha256(path)  # the first one's hash is the table's
        files.append(_built(path, folder, table.dataset, table.name, form.media_type, rows.num_rows, logical))
    return files


def _write_workbook(
    dataset: str, rows: Mapping[str, pa.Table], tables: list[Table], about: xlsx_format.About, folder: Path
) -> BuiltFile:
    path = _place(folder, f"{dataset}/{dataset}.xlsx")
    xlsx_format.write(rows, tables, about, path)
    return _built(path, folder, dataset, None, xlsx_format.MEDIA_TYPE, None, None)


def _write_changes(dataset: str, lines: pa.Table, folder: Path) -> list[BuiltFile]:
    files = []
    for form in (csv_format.FORMAT, parquet_format.FORMAT):  # what ``ogp catch-up`` reads
        path = _place(folder, f"{dataset}/changes.{form.ending}")
        form.write(lines, path)
        files.append(_built(path, folder, dataset, None, form.media_type, lines.num_rows, None))
    return files


def _write_dictionary(table: Table, folder: Path) -> BuiltFile:
    path = _place(folder, dictionary_csv.name(table))
    path.write_bytes(dictionary_csv.dictionary(table))
    return _built(path, folder, table.dataset, None, csv_format.MEDIA_TYPE, len(table.fields), None)


def _place(folder: Path, name: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _built(
    path: Path,
    folder: Path,
    dataset: str | None,
    table: str | None,
    media_type: str,
    rows: int | None,
    logical: str | None,
) -> BuiltFile:
    name = path.relative_to(folder).as_posix()
    size, sha256 = path.stat().st_size, _sha256(path)
    return BuiltFile(name, dataset, table, media_type, path, size, sha256, rows, logical)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
