"""Builds a release in a folder and checks all of it; nothing outside the folder is touched.

<dataset>/<table>.csv|parquet|jsonl   every table
<dataset>/<dataset>.xlsx              the dataset as a workbook
changes.json                          what differs from the base release, if there is one, and
<dataset>/changes/<table>.csv|…       the rows of each table that does; the same from earlier releases (see ``delta``)
news.json                             what of that people are told (``news``)
<dataset>/dictionary/<table>.csv      what each column of a table means
datapackage.json                      the descriptor of the CSV files
csvw-metadata.json  croissant.json    the same for readers of CSV on the Web and of Croissant
CITATION.cff                          how the release is cited
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from ogp_pipeline import version as software
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.release import (
    citation,
    croissant,
    csv_format,
    csvw,
    datapackage,
    delta_files,
    dictionary_csv,
    gathering,
    news,
    personal_data,
    proof,
    readme,
    xlsx_format,
)
from ogp_pipeline.release.base import BaseRelease
from ogp_pipeline.release.built_file import BuiltFile, sha256_of
from ogp_pipeline.release.changes import Changes, Snapshot, compare, first
from ogp_pipeline.release.content import Content
from ogp_pipeline.release.edition import Edition
from ogp_pipeline.release.manifest import DatasetChanges
from ogp_pipeline.release.shape import canonical
from ogp_pipeline.release.table_format import TableFormat
from ogp_pipeline.release.table_formats import TABLE_FORMATS
from ogp_pipeline.release.version import next_version
from ogp_pipeline.schema.schemas import Schemas, Table

_without_rows: dict[tuple[str, pa.Schema], bytes] = {}  # by format and columns: the file of a table without rows


@dataclass(frozen=True)
class Build:
    """A release that could be published as it lies in ``folder``.

    ``unchanged``: it says what the base release says. Then ``version`` is the base's, there is nothing to
    publish, and only the tables' own files were written. ``created``: when it is published, as its files say.
    """

    folder: Path
    version: str
    unchanged: bool
    files: tuple[BuiltFile, ...]
    changes: Changes
    content_hash: str
    created: str

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
    created: str,
    by_software: bool = False,
    earlier: Sequence[BaseRelease] = (),
) -> Build:
    """Write and check everything in ``folder``, which is made if need be.

    ``created``: when it is published, as its record will say. ``by_software``: whatever differs from ``base`` is the
    software's doing (``Inputs.by_software``). ``earlier``: older releases from which a delta of its own leads to this
    one.

    OgpError: contact details in a cell, a frame that is not what its schema says, a package that frictionless
    does not accept, or a file that does not read back as it was written.
    """
    rows = {
        name: content.rows[name] if name in content.rows else canonical(content.tables[name], table)
        for name, table in schemas.tables.items()
    }
    personal_data.refuse(rows, schemas.tables)
    files: list[BuiltFile] = []
    for name, table in schemas.tables.items():
        files += _write_table(rows[name], table, folder)
    resources = [
        datapackage.Resource(schemas.tables[file.table], file.name, file.bytes, file.sha256, rows[file.table].num_rows)
        for file in files
        if file.table and file.name.endswith(".csv")
    ]
    untimed = Edition(base.version if base else "", created, as_of)
    content_hash = datapackage.content_hash(datapackage.descriptor(resources, programme, schemas, untimed, {}))
    if base is not None and base.content_hash == content_hash:
        return Build(folder, base.version, True, tuple(files), Changes({}, {}, ()), content_hash, created)

    datasets = {name: table.dataset for name, table in schemas.tables.items()}
    snapshot = Snapshot(content.tables, schemas.tables, datasets, rows)
    changes = compare(base.tables, snapshot, by_software=by_software) if base else first(snapshot)
    version = next_version(base.version if base else None, changes.total, changes.schema)
    release = Edition(version, created, as_of)
    books = _write_workbooks(rows, programme, schemas, release, _still(base, files, changes), folder)
    files += [book for book, _ in books.values()]
    editions = {dataset: edition for dataset, (_, edition) in books.items()}
    document = datapackage.descriptor(resources, programme, schemas, release, editions)
    if base is not None:
        files += delta_files.write(base, None, snapshot, changes, version, folder)
        told = gathering.gather(base, snapshot, changes, release, programme, schemas, by_software=by_software)
        files.append(_write_news(told, folder))
    for older in earlier:
        files += delta_files.write(older, older.version, snapshot, compare(older.tables, snapshot), version, folder)
    unproven = _unproven(base, changes, schemas)
    del base, content, snapshot, earlier  # what follows needs the rows as they are written, and as much memory again
    files += [_write_dictionary(table, folder) for table in schemas.tables.values()]
    for name, text in (
        (csvw.NAME, csvw.metadata(schemas.tables.values(), programme, version)),
        (croissant.NAME, croissant.metadata(resources, programme, release)),
        (datapackage.NAME, datapackage.to_bytes(document)),
    ):
        (folder / name).write_bytes(text)
        files.append(_built(folder / name, folder, None, None, datapackage.MEDIA_TYPE, None, None))
    cited = citation.to_cff(programme, document, sha256_of(folder / datapackage.NAME))
    (folder / citation.NAME).write_bytes(cited)
    files.append(_built(folder / citation.NAME, folder, None, None, citation.MEDIA_TYPE, None, None))
    proof.check(folder, rows, schemas, unproven)
    return Build(folder, version, False, tuple(files), changes, content_hash, created)


def _unproven(base: BaseRelease | None, changes: Changes, schemas: Schemas) -> frozenset[str]:
    """The tables about which the proof of the base release says nothing: changed, or pointing at one that is."""
    if base is None or (base.schemas, base.code) != (schemas.version, software.code()):
        return frozenset(schemas.tables)
    changed = {str(table) for lines in changes.lines.values() for table in lines["table"].unique()}
    changed |= {change.table for change in changes.schema}
    leaning = {name for name, table in schemas.tables.items() if changed & {key.table for key in table.foreign_keys}}
    return frozenset((changed | leaning) & set(schemas.tables))


@dataclass(frozen=True, slots=True)
class _Standing:
    """What the base release has of a dataset of which no table differs: its edition, and its workbook's sha256."""

    edition: Edition
    workbook: str | None


def _still(base: BaseRelease | None, files: Sequence[BuiltFile], changes: Changes) -> dict[str, _Standing]:
    """The datasets of which no table's file and no column differs from the base release. Their words may be others."""
    if base is None:
        return {}
    changed = {file.dataset for file in files if file.sha256 != base.files.get(file.name)}
    changed |= {change.dataset for change in changes.schema}
    return {
        dataset: _Standing(edition, base.files.get(_workbook_name(dataset)))
        for dataset, edition in base.editions.items()
        if dataset not in changed
    }


def _write_table(rows: pa.Table, table: Table, folder: Path) -> list[BuiltFile]:
    logical: str | None = None
    files = []
    for form in TABLE_FORMATS:
        path = _place(folder, f"{table.dataset}/{table.name}.{form.ending}")
        _write_rows(form, rows, path)
        logical = logical or sha256_of(path)  # the first one's hash is the table's
        files.append(_built(path, folder, table.dataset, table.name, form.media_type, rows.num_rows, logical))
    return files


def _write_rows(form: TableFormat, rows: pa.Table, path: Path) -> None:
    """Write a table's file. Without rows, as of most tables of most countries, it is made once in a process."""
    if rows.num_rows:
        form.write(rows, path)
        return
    kept = _without_rows.get((form.ending, rows.schema))
    if kept is None:
        form.write(rows, path)
        _without_rows[form.ending, rows.schema] = path.read_bytes()
    else:
        path.write_bytes(kept)


def _write_workbooks(
    rows: Mapping[str, pa.Table],
    programme: Programme,
    schemas: Schemas,
    release: Edition,
    still: Mapping[str, _Standing],
    folder: Path,
) -> dict[str, tuple[BuiltFile, Edition]]:
    """Each dataset's workbook, and the edition that it names: that of the base, if it then has the base's bytes."""

    def write(dataset: str, edition: Edition) -> BuiltFile:
        tables = schemas.dataset_tables(dataset)
        path = _place(folder, _workbook_name(dataset))
        xlsx_format.write(rows, tables, readme.readme(dataset, tables, programme, edition), path)
        return _built(path, folder, dataset, None, xlsx_format.MEDIA_TYPE, None, None)

    books: dict[str, tuple[BuiltFile, Edition]] = {}
    for dataset in dict.fromkeys(table.dataset for table in schemas.tables.values()):
        if standing := still.get(dataset):
            books[dataset] = write(dataset, standing.edition), standing.edition
            if books[dataset][0].sha256 == standing.workbook:
                continue
        books[dataset] = write(dataset, release), release  # its tables differ, or its words, or what writes it
    return books


def _workbook_name(dataset: str) -> str:
    return f"{dataset}/{dataset}.xlsx"


def _write_news(told: news.News, folder: Path) -> BuiltFile:
    (folder / news.NAME).write_bytes(told.to_bytes())
    return _built(folder / news.NAME, folder, None, None, datapackage.MEDIA_TYPE, None, None)


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
    size, sha256 = path.stat().st_size, sha256_of(path)
    return BuiltFile(name, dataset, table, media_type, path, size, sha256, rows, logical)
