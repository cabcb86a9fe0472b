"""``<dataset>/dictionary/<table>.csv``: what each column of a table means, in each language of the
publication.

One line for each column, in the table's order; made from schemas/ only, so it changes only when they do. ``references``
is ``table.column``; several ``values`` are parted by the bar.
"""

import csv
import io
from collections.abc import Iterator

from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.release import csv_format
from ogp_pipeline.schema.schemas import Field, Table

_BEFORE = ("table", "position", "field")
_BEHIND = (
    "type",
    "required",
    "key",
    "references",
    "codes",
    "separator",
    "values",
    "minimum",
    "maximum",
    "pattern",
    "example",
)


def name(table: Table) -> str:
    """Where a table's dictionary stands in a release."""
    return f"{table.dataset}/dictionary/{table.name}.csv"


def headings(table: Table) -> tuple[str, ...]:
    """The columns: what a column is called and means stands in each language of the publication."""
    told = [f"{text}_{language}" for text in ("title", "description") for language in _languages(table)]
    return (*_BEFORE, *told, *_BEHIND)


def dictionary(table: Table) -> bytes:
    """The file's bytes, in the form of all our CSV files."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator=csv_format.LINE_END)
    writer.writerow(headings(table))
    writer.writerows(_line(table, position, field) for position, field in enumerate(table.fields, start=1))
    return buffer.getvalue().encode()


def _line(table: Table, position: int, field: Field) -> Iterator[str | None]:
    limits = field.constraints
    yield table.name
    yield str(position)
    yield field.name
    yield from (field.title[language] for language in _languages(table))
    yield from (field.description[language] for language in _languages(table))
    yield field.type
    yield "true" if field.required or field.name in table.primary_key else "false"
    yield "true" if field.name in table.primary_key else "false"
    yield _reference(table, field.name)
    yield field.code_list
    yield field.separator
    yield "|".join(limits["enum"]) if "enum" in limits else None
    for limit in ("minimum", "maximum", "pattern"):
        yield str(limits[limit]) if limit in limits else None
    yield field.example


def _languages(table: Table) -> list[str]:
    return [language for language in LANGUAGES if language in table.languages]


def _reference(table: Table, field: str) -> str | None:
    for key in table.foreign_keys:
        if field in key.fields:
            return f"{key.table}.{key.reference_fields[key.fields.index(field)]}"
    return None
