"""Time as the data sees it: it stands still until something happens, so an idle day makes no new release.

This is the only place where "today" enters; everything after it takes the date that is returned here as
``as_of``.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.tables.plan_windows import HALF_YEAR, day_after, windows
from ogp_pipeline.tables.tables import Tables


def reference_date(
    today: date, entries: Sequence[Entry], programme: Programme, tables: Tables | None = None
) -> date | None:
    """The latest day up to ``today`` on which something happened that numbers depend on; None if nothing has.

    What happens: a delivery becomes known; a plan starts, or its last day has passed, or that of a half-year of one
    whose ``tables`` hold events; a government changes; a reporting period starts, is due, or its last day has passed;
    the day after a due date (of a period or, with ``tables`` folded as of ``today``, of a milestone), when what is not
    there is late; an event begins, or its last day has passed; a correction begins, or its last day has passed. A
    programme that is closed stays at ``closed_on``.
    """
    limit = today if programme.closed_on is None else min(today, programme.closed_on)
    return max((day for day in _steps(entries, programme, tables) if day <= limit), default=None)


def _steps(entries: Sequence[Entry], programme: Programme, tables: Tables | None) -> Iterator[date]:
    for entry in entries:
        yield entry.known_on
    for plan in programme.plans:
        yield plan.starts
        yield day_after(plan.ends)
        for period in plan.periods:
            yield from (period.starts, period.due, day_after(period.ends), day_after(period.due))
    for change in programme.changes_of_government:
        yield change.on
    if programme.closed_on is not None:
        yield programme.closed_on
    if tables is not None:
        for due in tables.frames["milestones"]["due_date"].dropna().unique():
            yield day_after(due)
        events = tables.frames["events"]
        yield from events["starts_on"]
        for last in events["ends_on"].fillna(events["starts_on"]).unique():
            yield day_after(last)
        held = set(events["plan_id"].dropna())
        for plan in programme.plans:
            if plan.id in held:  # where no event is recorded, no half-year can end without one
                yield from (
                    day_after(last) for _, last in windows(plan.starts, plan.ends, HALF_YEAR)
                )  # years end with them
        corrections = tables.frames["corrections"]
        yield from corrections["made_on"]
        for until in corrections["until"].dropna():
            yield day_after(until)
