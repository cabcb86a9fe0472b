"""The proof that a built release is sound: every file is read back and compared, and frictionless accepts the package.

Only tables that the base release does not prove already are looked at: a table that is the same, and points at tables
that are the same, under the same schemas, was found sound then.
Nor is frictionless asked again about what it has accepted in this process: the same bytes under the same words.
Any failure is ours, not a supplier's, so it is an OgpError that names the file.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import frictionless
import pyarrow as pa
from python_calamine import CalamineWorkbook

from ogp_pipeline.errors import OgpError
from ogp_pipeline.release import datapackage, xlsx_format
from ogp_pipeline.release.built_file import sha256_of
from ogp_pipeline.release.table_format import TableFormat
from ogp_pipeline.release.table_formats import TABLE_FORMATS
from ogp_pipeline.schema.schemas import Schemas, Table
from ogp_pipeline.validation import validate

_SHOWN = 20
_accepted: set[str] = set()  # questions (see ``_question``) that frictionless has answered with yes
_empty: set[tuple[str, pa.Schema, bytes]] = set()  # files without rows that were read back: format, columns, bytes
_opened: set[str] = set()  # descriptors of resources (see ``_words``) of which it has made a package


def check(folder: Path, rows: Mapping[str, pa.Table], schemas: Schemas, names: Collection[str]) -> None:
    """Raise OgpError unless the tables ``names`` read back equal from every format and frictionless accepts them."""
    tables = [table for table in schemas.tables.values() if table.name in names]
    for table in tables:
        name = table.name
        stem = folder / table.dataset / name
        for form in TABLE_FORMATS:
            path = stem.with_name(f"{name}.{form.ending}")
            if not _reads_back(form, path, table, rows[name]):
                raise OgpError(f"{table.dataset}/{path.name} does not read back as the rows that were written")
    for dataset in dict.fromkeys(table.dataset for table in tables):
        check_workbook(folder / dataset / f"{dataset}.xlsx", rows, schemas.dataset_tables(dataset))
    check_package(
        folder / datapackage.NAME,
        [table.name for table in tables if rows[table.name].num_rows],
        [table.name for table in tables if not rows[table.name].num_rows],
    )


def _reads_back(form: TableFormat, path: Path, table: Table, rows: pa.Table) -> bool:
    """Whether the file holds the rows. What was found to hold none, as most files of most countries, is known again."""
    if rows.num_rows:
        return bool(form.read(path, table).equals(rows))
    proven = form.ending, rows.schema, path.read_bytes()
    if proven not in _empty and form.read(path, table).equals(rows):
        _empty.add(proven)
    return proven in _empty


def check_workbook(path: Path, rows: Mapping[str, pa.Table], tables: list[Table]) -> None:
    """Raise OgpError unless the workbook is whole and every sheet holds its table, cell by cell."""
    with ZipFile(path) as archive:
        broken = archive.testzip()
    if broken:
        raise OgpError(f"{path.name}: part {broken} is damaged")
    with CalamineWorkbook.from_path(path) as book:
        for table in tables:
            if xlsx_format.has_room(rows[table.name]):
                _check_sheet(path.name, table, book.get_sheet_by_name(table.name).iter_rows(), rows[table.name])


def check_package(path: Path, names: Collection[str], empty: Collection[str] = ()) -> None:
    """Raise OgpError unless frictionless accepts the descriptor and its resources ``names``, with keys and hashes.

    Of resources that are ``empty``, most of most countries, only the hash is left to prove: reading back has shown
    their headings, and opening each takes frictionless as long as thousands of rows.
    """
    described = json.loads(path.read_text(encoding="utf-8"))
    resources = {resource["name"]: resource for resource in described["resources"]}
    for resource in (resources[name] for name in empty):
        sha256 = sha256_of(path.parent / resource["path"])
        if resource["hash"] != f"sha256:{sha256}":
            raise OgpError(f"{resource['path']} is not the file that the package describes: its sha256 is {sha256}")
    asked = {name: _question(path.parent, resources, name) for name in names}
    new = [name for name in names if asked[name] not in _accepted]
    package = _open(path.parent, described, {concerned for name in new for concerned in _concerned(resources, name)})
    reports = {name: validate(package.get_resource(name)) for name in new}
    lines = [
        f"  {name}: {error.message}"
        for name, report in reports.items()
        for errors in (report.errors, *(task.errors for task in report.tasks))
        for error in errors
    ]
    if not all(report.valid for report in reports.values()):
        more = [f"  … and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
        raise OgpError("frictionless does not accept the built package:\n" + "\n".join([*lines[:_SHOWN], *more]))
    _accepted.update(asked[name] for name in reports)


def _question(folder: Path, resources: Mapping[str, Any], name: str) -> str:
    """All that frictionless' answer about a resource depends on, as one hash: its descriptor and its file's bytes, and
    those of the resources that its foreign keys point at."""
    asked = [
        [resources[concerned], sha256_of(folder / resources[concerned]["path"])]
        for concerned in _concerned(resources, name)
    ]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def _concerned(resources: Mapping[str, Any], name: str) -> list[str]:
    """The resource, and those that its foreign keys point at."""
    keys = resources[name]["schema"].get("foreignKeys", [])
    pointed_at = dict.fromkeys([name, *(key["reference"].get("resource") or name for key in keys)])
    return [target for target in pointed_at if target in resources]


def _open(folder: Path, described: Mapping[str, Any], names: Collection[str]) -> frictionless.Package:
    """A package of the resources ``names`` and of all whose words are new to frictionless; its refusal is raised.

    Looking through the words of all tables takes it as long as some thousand rows, and they seldom change.
    """
    words = {resource["name"]: _words(resource) for resource in described["resources"]}
    chosen = [
        resource
        for resource in described["resources"]
        if resource["name"] in names or words[resource["name"]] not in _opened
    ]
    kept = {**described, "resources": chosen or described["resources"][:1]}  # a package holds at least one
    package = frictionless.Package.from_descriptor(kept, basepath=str(folder))
    _opened.update(words.values())
    return package


def _words(resource: Mapping[str, Any]) -> str:
    """A resource's descriptor without what is of its bytes alone."""
    return json.dumps({name: value for name, value in resource.items() if name not in ("bytes", "hash", "rows")})


def _check_sheet(workbook: str, table: Table, cells: Iterator[Sequence[object]], rows: pa.Table) -> None:
    sheet = table.name
    titles = list(next(cells, ()))
    if not any(titles == xlsx_format.titles_of(table, language) for language in table.languages):
        raise OgpError(f"{workbook}, sheet {sheet}: other titles than the table's columns have")
    if list(next(cells, ())) != rows.column_names:
        raise OgpError(f"{workbook}, sheet {sheet}: other headings than the table's columns")
    number = xlsx_format.HEADINGS
    for batch in rows.to_batches():
        expected = zip(*(column.to_pylist() for column in batch.columns), strict=True)
        for values in expected:
            number += 1
            written = [None if cell == "" else cell for cell in next(cells, ())]
            if written != [xlsx_format.cell_value(value) for value in values]:
                raise OgpError(f"{workbook}, sheet {sheet}, row {number}: not what was written")
    if next(cells, None) is not None:
        raise OgpError(f"{workbook}, sheet {sheet}: more rows than the table's {rows.num_rows}")
