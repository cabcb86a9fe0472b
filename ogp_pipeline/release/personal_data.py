"""The last guard before anything is written: no contact details of people in what is published.

Two things are looked for: an e-mail address in any text, and a filled column whose name says that it holds
contact details. Numbers in free text are not judged: dates, budgets and law numbers look like telephone
numbers.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from ogp_pipeline.errors import OgpError
from ogp_pipeline.release.shape import TableShape
from ogp_pipeline.validation.rules.texts import EMAIL, EMAIL_PATTERN

_CONTACT = re.compile(
    r"(?:^|_)(?:e_?mail|correo|phone|telephone|telefono|tel|mobile|movil|celular|fax|contact|contacto)(?:_|$)"
)
_SHOWN = 20


LeakKind = Literal["contact column", "e-mail address"]


@dataclass(frozen=True, slots=True)
class Leak:
    """Where contact details stand: ``key`` is the row's primary key joined by ``/``. The value itself is not
    kept.
    """

    table: str
    key: str
    field: str
    kind: LeakKind


def leaks(rows: pa.Table, table: TableShape) -> Iterator[Leak]:
    """Every cell of canonical rows that holds an e-mail address, or anything in a contact column."""
    for field, column in zip(rows.schema, rows.columns, strict=True):
        if _CONTACT.search(field.name):
            yield from _found(rows, pc.is_valid(column), table, field.name, "contact column")
        elif pa.types.is_string(field.type):
            hits = pc.match_substring_regex(column, EMAIL_PATTERN)
            yield from _found(rows, hits, table, field.name, "e-mail address")


def refuse(rows: Mapping[str, pa.Table], shapes: Mapping[str, TableShape]) -> None:
    """OgpError naming table, key and field of what must not be published; silent when there is nothing."""
    leaked = [leak for name, table in rows.items() for leak in leaks(table, shapes[name])]
    if not leaked:
        return
    lines = [f"  {leak.table}, row {leak.key}, column {leak.field}: {leak.kind}" for leak in leaked[:_SHOWN]]
    if len(leaked) > _SHOWN:
        lines.append(f"  … and {len(leaked) - _SHOWN} more")
    raise OgpError(
        f"{len(leaked)} cells hold contact details, so nothing was built. Ask the supplier to take them "
        "out, or leave them out in the mapping:\n" + "\n".join(lines)
    )


def refuse_in_words(**words: str) -> None:
    """OgpError if a text that we ourselves publish for ever, such as the reason of a rollback, names an address."""
    leaking = [name for name, text in words.items() if EMAIL.search(text)]
    if leaking:
        raise OgpError(f"an e-mail address in the {', '.join(leaking)} would be published for ever: write it without")


def _found(rows: pa.Table, mask: pa.ChunkedArray, table: TableShape, field: str, kind: LeakKind) -> Iterator[Leak]:
    for key in rows.filter(mask).select(list(table.primary_key)).to_pylist():
        yield Leak(table.name, "/".join(str(part) for part in key.values()), field, kind)
