"""``csvw-metadata.json``: the tables' CSV files as CSV on the Web describes them, with types, codes and keys.

One table group for the whole release, because a foreign key may lead from a dataset to another. Titles stand under
``dc:title``: CSVW compares ``titles`` with the CSV's own headings, which are the columns' names.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ogp_pipeline.i18n.languages import ENGLISH
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.release import json_text
from ogp_pipeline.schema.schemas import Field, Table, Text

NAME = "csvw-metadata.json"
_TYPES = {"string": "string", "integer": "integer", "number": "decimal", "boolean": "boolean", "date": "date"}


def metadata(tables: Iterable[Table], programme: Programme, version: str) -> bytes:
    """The file's bytes. Addresses are relative, so they hold in every folder in which a release stands."""
    publication = programme.publication
    by_name = {table.name: table for table in tables}
    document = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": ENGLISH}],
        "dc:title": _said(publication.title.held(programme.texts)),
        "dc:license": {"@id": publication.licence.url},
        "schema:version": version,
        "dialect": {"commentPrefix": None, "header": True, "encoding": "utf-8"},
        "tables": [_table(table, by_name) for table in by_name.values()],
    }
    return json_text.written(document, 1)


def path(table: Table) -> str:
    """A table's CSV file in a release."""
    return f"{table.dataset}/{table.name}.csv"


def _said(words: Text) -> list[dict[str, str]]:
    return [{"@value": text, "@language": language} for language, text in words.items()]


def _table(table: Table, by_name: Mapping[str, Table]) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "columns": [_column(field, table) for field in table.fields],
        "primaryKey": list(table.primary_key),
    }
    # Strict validators want a row behind every cell of a foreign key: those that may be empty are left out.
    always = [key for key in table.foreign_keys if all(table.field(name).required for name in key.fields)]
    if always:
        schema["foreignKeys"] = [
            {
                "columnReference": list(key.fields),
                "reference": {"resource": path(by_name[key.table]), "columnReference": list(key.reference_fields)},
            }
            for key in always
        ]
    return {
        "url": path(table),
        "dc:title": _said(table.told(table.title)),
        "dc:description": _said(table.told(table.description)),
        "tableSchema": schema,
    }


def _column(field: Field, table: Table) -> dict[str, Any]:
    column = {
        "name": field.name,
        "dc:title": _said(table.told(field.title)),
        "dc:description": _said(table.told(field.description)),
        "datatype": _datatype(field),
        "required": field.required or field.name in table.primary_key,
    }
    return column | ({"separator": field.separator} if field.separator else {})


def _datatype(field: Field) -> str | dict[str, Any]:
    limits = field.constraints
    described: dict[str, Any] = {"base": _TYPES[field.type]}
    if "enum" in limits:
        described["format"] = f"^({'|'.join(re.escape(code) for code in limits['enum'])})$"
    elif "pattern" in limits and not field.separator:  # a pattern is of the whole cell, a format of each of its parts
        described["format"] = limits["pattern"]
    described |= {limit: limits[limit] for limit in ("minimum", "maximum") if limit in limits}
    return described if len(described) > 1 else described["base"]
