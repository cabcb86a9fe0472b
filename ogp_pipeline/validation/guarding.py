"""Which guards hold a delivery: its effect against the programme's thresholds, and against what its sender declared.

A number that the sender declared opens its guard if it is exactly what the delivery does: then it is no mistake.
Historic imports are the engineer's, and nothing holds them.
"""

from collections.abc import Iterator
from dataclasses import replace

from ogp_pipeline.intake.effect import Effect, Guard, Hold, TableEffect
from ogp_pipeline.programme.sources import GuardRule, Guards
from ogp_pipeline.schema.schemas import PROGRESS_STATUS, Schemas
from ogp_pipeline.validation.declaration import Declared


def hold(effect: Effect, guards: Guards, declared: Declared, schemas: Schemas) -> Effect:
    """The effect with all that holds it."""
    holds: list[Hold] = []
    for guard in Guard:
        rule: GuardRule = getattr(guards, guard.value)
        counted = [change for table in effect.tables if (change := _counted(guard, table, effect, schemas)).rows]
        total = sum(change.rows for change in counted)
        if not rule.hold or declared.get(guard) == total:
            continue
        holds += [
            replace(change, total=total, declared=declared.get(guard))
            for change in counted
            if change.rows >= rule.rows and change.rows > rule.share * change.of
        ]
    return replace(effect, holds=tuple(holds))


def _counted(guard: Guard, table: TableEffect, effect: Effect, schemas: Schemas) -> Hold:
    """To how many rows of how many this happens in a table."""
    match guard:
        case Guard.WITHDRAWS:
            return Hold(guard, table.table, len(table.withdrawn), table.stated)
        case Guard.EMPTIES:
            return Hold(guard, table.table, sum(1 for _ in _without_level(table, schemas)), table.stood)
        case Guard.GOES_BACK:
            return Hold(guard, table.table, len(table.lowered), table.stood)
        case Guard.OLDER:
            again = len(table.changed) + len(table.withdrawn) if effect.again is not None else len(table.earlier)
            return Hold(guard, table.table, again, table.stood)
        case Guard.TAKES_OVER:
            stated = len(table.added) + len(table.changed) + table.unchanged
            return Hold(guard, table.table, len(table.taken_over), stated)


def _without_level(table: TableEffect, schemas: Schemas) -> Iterator[None]:
    """Once for each row that loses its status."""
    levels = {field.name for field in schemas.table(table.table).fields if field.code_list == PROGRESS_STATUS}
    for row in table.emptied:
        if any(cell.field in levels and not cell.after for cell in row.cells):
            yield None
