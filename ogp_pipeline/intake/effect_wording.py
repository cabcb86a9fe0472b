"""The effect of a delivery in words: for each table a sentence, then the rows by name, then why it waits.

A receipt names the first ``NAMED`` rows of each kind, with the true total: a full list would be as long as the file.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ogp_pipeline.i18n import catalogue
from ogp_pipeline.i18n.catalogue import count, number, part, say
from ogp_pipeline.i18n.languages import quoted
from ogp_pipeline.intake import wording
from ogp_pipeline.intake.effect import CellChange, Change, Effect, Hold, RowChange, TableEffect
from ogp_pipeline.schema.schemas import Schemas

NAMED = 10
_CELLS = 4  # of one row
_SHOWN = 60  # characters of a value
_NAMED_FIRST = (
    Change.WITHDRAWN,
    Change.LOWERED,
    Change.TAKEN_OVER,
    Change.RENAMED,
    Change.CHANGED,
    Change.ADDED,
)


@dataclass(frozen=True, slots=True)
class NamedRows:
    """Rows of a table to which the same happens: the first ones in words, and how many there are."""

    heading: str
    total: int
    rows: tuple[str, ...]
    more: str


def sentences(effect: Effect, schemas: Schemas, language: str) -> list[str]:
    """What changes, one sentence for each table; where nothing does, that."""
    told = [_sentence(table, schemas, language) for table in effect.tables]
    if effect.again is not None:
        day = catalogue.day(effect.again.received_at.date(), language)
        told.append(say("effect.again", language, day=day))
    return told


def reasons(effect: Effect, schemas: Schemas, language: str) -> list[str]:
    """Why the delivery waits: for each guard and table the reason, and what its sender may do."""
    return [f"{_reason(hold, schemas, language)} {_remedy(hold, language)}" for hold in effect.holds]


def bare_reasons(effect: Effect, schemas: Schemas, language: str) -> list[str]:
    """The same without what its sender may do: for those who look after the publication."""
    return [_reason(hold, schemas, language) for hold in effect.holds]


def named(effect: Effect, schemas: Schemas, language: str) -> Iterator[NamedRows]:
    """The rows by name, what weighs most first. A table that was empty before needs no list of what is new."""
    for change in _NAMED_FIRST:
        for table in effect.tables:
            rows = table.rows(change)
            if not rows or (change is Change.ADDED and table.is_new):
                continue
            title = schemas.table(table.table).title[language]
            left = len(rows) - NAMED
            yield NamedRows(
                heading=say(f"effect.named.{change}", language, table=title),
                total=len(rows),
                rows=tuple(_row(row, table, schemas, language) for row in rows[:NAMED]),
                more=say("effect.more", language, rows=count("receipt.count.row", left, language)) if left > 0 else "",
            )


def of_page(effect: Effect | None, schemas: Schemas, language: str, *, enters: bool) -> dict[str, Any] | None:
    """What the receipt's page says; None if there is nothing to say. ``enters``: whether it happens, or would."""
    if effect is None or not effect.tables:
        return None
    return {
        "grave": effect.is_grave,
        "heading": say("effect.heading" if enters else "effect.heading_if", language),
        "told": sentences(effect, schemas, language),
        "why": reasons(effect, schemas, language),
        "named": list(named(effect, schemas, language)),
    }


def to_json(effect: Effect, schemas: Schemas) -> dict[str, Any]:
    """For machines: totals of everything, the first rows of each kind, and the sentences in all languages."""
    tables = {}
    for table in effect.tables:
        of_table: dict[str, Any] = {"stood": table.stood, "stated": table.stated, "unchanged": table.unchanged}
        for change in Change:
            rows = table.rows(change)
            of_table[change.value] = {"total": len(rows), "rows": [_json_row(row) for row in rows[:NAMED]]}
        tables[table.table] = of_table
    document: dict[str, Any] = {
        "tables": tables,
        "told": {language: sentences(effect, schemas, language) for language in schemas.languages},
        "holds": [asdict(hold) for hold in effect.holds],
    }
    if effect.holds:
        document["why"] = {language: reasons(effect, schemas, language) for language in schemas.languages}
    if effect.again is not None:
        received = effect.again.received_at.isoformat()
        document["again"] = {"delivery": effect.again.delivery, "received_at": received}
    return document


def _json_row(row: RowChange) -> dict[str, Any]:
    cells = {cell.field: [cell.before, cell.after] for cell in row.cells}
    return {"key": list(row.key), "cells": cells} | ({"other": row.other} if row.other is not None else {})


def _sentence(table: TableEffect, schemas: Schemas, language: str) -> str:
    title = schemas.table(table.table).title[language]
    clauses = list(_clauses(table, schemas, language))
    if not clauses:
        rows = count("receipt.count.row", table.unchanged, language)
        return say("effect.nothing", language, table=title, rows=rows)
    if table.is_new and len(table.added) and not (table.changed or table.taken_over):
        rows = count("receipt.count.row", len(table.added), language)
        return say("effect.first", language, table=title, rows=rows)
    return say("effect.sentence", language, table=title, clauses=say("effect.between", language).join(clauses))


def _clauses(table: TableEffect, schemas: Schemas, language: str) -> Iterator[str]:
    def rows(how_many: int) -> str:
        return count("receipt.count.row", how_many, language)

    if table.withdrawn:
        of_all = part("receipt.count.row_of", len(table.withdrawn), table.stated, language)
        yield say("effect.withdrawn", language, rows=of_all)
    if table.changed:
        yield say("effect.changed", language, part=number(len(table.changed), language), rows=rows(table.stood))
    for field, how_many in _emptied(table).items():
        title = schemas.table(table.table).field(field).title[language]
        yield say("effect.emptied", language, field=title, rows=rows(how_many))
    if table.lowered:
        yield say("effect.lowered", language, rows=rows(len(table.lowered)))
    if table.earlier:
        yield say("effect.earlier", language, rows=rows(len(table.earlier)))
    if table.taken_over:
        whose = ", ".join(sorted({row.other or "" for row in table.taken_over}))
        yield say("effect.taken_over", language, rows=rows(len(table.taken_over)), other=whose)
    if table.renamed:
        yield say("effect.renamed", language, rows=rows(len(table.renamed)))
    if table.added:
        yield say("effect.added", language, rows=rows(len(table.added)))
    if table.unchanged and (table.withdrawn or table.changed or table.added):
        yield say("effect.unchanged", language, rows=rows(table.unchanged))


def _emptied(table: TableEffect) -> dict[str, int]:
    """Column -> in how many rows it becomes empty."""
    emptied: dict[str, int] = {}
    for row in table.emptied:
        for cell in row.cells:
            if cell.before and not cell.after:
                emptied[cell.field] = emptied.get(cell.field, 0) + 1
    return emptied


def _reason(hold: Hold, schemas: Schemas, language: str) -> str:
    rows = part("receipt.count.row_of", hold.rows, hold.of, language)
    title = schemas.table(hold.table).title[language]
    told = say(f"effect.hold.{hold.guard}", language, table=title, rows=rows)
    if hold.declared is None:
        return told
    total = number(hold.total, language)
    return f"{told} {say('effect.declared', language, declared=number(hold.declared, language), part=total)}"


def _remedy(hold: Hold, language: str) -> str:
    """What its sender may do; the number is written as it has to be typed."""
    return say(f"effect.remedy.{hold.guard}", language, number=hold.total)


def _row(row: RowChange, table: TableEffect, schemas: Schemas, language: str) -> str:
    parts = [" / ".join(row.key)]
    if row.other is not None:
        parts.append(f"({row.other})")
    cells = [_cell(cell, table.table, schemas, language) for cell in row.cells[:_CELLS]]
    if len(row.cells) > _CELLS:
        cells.append("…")
    name = " ".join(parts)
    return say("effect.row", language, row=name, cells=", ".join(cells)) if cells else name


def _cell(cell: CellChange, table: str, schemas: Schemas, language: str) -> str:
    field = schemas.table(table).field(cell.field)
    labels = {}
    if field.code_list is not None:
        labels = {code.code: code.label[language] for code in schemas.codes_of(field.code_list)}

    def shown(text: str) -> str:
        if not text:
            return say("receipt.empty", language)
        return quoted(wording.shorten(labels.get(text, text), _SHOWN, language), language)

    return f"{field.title[language]} {shown(cell.before)} → {shown(cell.after)}"


def words_of_first(holds: Sequence[Hold], language: str) -> dict[str, str]:
    """What the headline of a delivery that waits says: of its first guard."""
    first = holds[0]
    rows = part("receipt.count.row_of", first.rows, first.of, language)
    return {"what": say(f"effect.headline.{first.guard}", language, rows=rows)}
