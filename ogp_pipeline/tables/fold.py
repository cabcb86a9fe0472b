"""What was known on a day: the ledger, folded.

1. An entry is visible from its ``known_on``.
2. Of the visible entries' rows, ``standing`` says which are current. It is the same whoever asks, and it is moved on
   from one entry to the next, so nothing is folded twice that need not be.
3. The programme file adds its plans and their periods.
4. At the end the corrections in force are applied (``corrections``).

Frames and origins are made when they are asked for: most who ask need a few tables.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

import pandas as pd

from ogp_pipeline.formats.records import Where
from ogp_pipeline.i18n import languages
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.programme.model import Period, Plan, Programme
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.tables import columns
from ogp_pipeline.tables.corrections import correct
from ogp_pipeline.tables.order import Step, steps_of
from ogp_pipeline.tables.standing import ReadRows, Standing, move_on
from ogp_pipeline.tables.tables import PROGRAMME_SUPPLIER, Key, Origin, Tables
from ogp_pipeline.tables.views import CutFrame, Frames, Origins

PROGRAMME_FILE = "programme.yaml"

_Stated = Mapping[str, Sequence[tuple[Key, Mapping[str, columns.Value], Origin]]]


def fold(
    entries: Sequence[Entry],
    read_rows: ReadRows,
    programme: Programme,
    programme_sha256: str,
    schemas: Schemas,
    as_of: date,
) -> Tables:
    """Every table of ``schemas`` as known on ``as_of``, from the whole ledger.

    ``read_rows`` gives the accepted rows of an entry. ``action_plans`` and
    ``reporting_periods`` come from the programme file; other derived tables are there, empty. Columns that a
    table does not have are left out. SchemaError if an entry holds rows of a table that nobody supplies.
    """
    standing = move_on(Standing(schemas), visible(steps_of(entries), as_of), read_rows)
    return tables_of(standing, programme, programme_sha256, as_of)


def visible(steps: Sequence[Step], as_of: date) -> list[Step]:
    """Those that are known on a day."""
    return [step for step in steps if step.entry.known_on <= as_of]


def tables_of(
    standing: Standing, programme: Programme, programme_sha256: str, as_of: date, cut: CutFrame | None = None
) -> Tables:
    """What stands, with the plans of the programme file and the corrections that are in force on ``as_of``.

    ``cut``: makes frames of an earlier day, where it can.
    """
    standing.refuse_strangers()
    stated = _of_programme(programme, programme_sha256, as_of)
    makers = {name: partial(_frame, standing.schemas, name, rows) for name, rows in stated.items()}
    frames = Frames(standing, {}, makers, cut)
    corrected, rulings = correct(frames, standing.schemas, as_of)
    return Tables(
        frames=frames.with_changed(corrected),
        rulings=rulings,
        origins=Origins(standing, {name: {key: origin for key, _, origin in rows} for name, rows in stated.items()}),
        unfit=standing.unfit(),
    )


def _frame(
    schemas: Schemas, name: str, rows: Sequence[tuple[Key, Mapping[str, columns.Value], Origin]]
) -> pd.DataFrame:
    table = schemas.table(name)
    return columns.frame(table, {column: [row.get(column) for _, row, _ in rows] for column in table.field_names})


def _of_programme(programme: Programme, sha256: str, as_of: date) -> _Stated:
    """The plans and their periods; known from the plan's first day, since a programme file bears no date."""
    plans, periods = [], []
    for plan in programme.plans:
        known_on = min(plan.starts, as_of)
        place = Where(PROGRAMME_FILE)
        origin = Origin(
            sha256, PROGRAMME_SUPPLIER, PROGRAMME_SUPPLIER, known_on, PROGRAMME_FILE, sha256, place, cells={}
        )
        plans.append(((plan.id,), _plan_row(plan, programme.country), origin))
        periods += [((period.id,), _period_row(plan, period), origin) for period in plan.periods]
    return {"action_plans": plans, "reporting_periods": periods}


def _plan_row(plan: Plan, country: str) -> dict[str, columns.Value]:
    return {
        "plan_id": plan.id,
        "country": country,
        "number": plan.number,
        **{languages.text_column("title", tag): text for tag, text in plan.title.root.items()},
        "start_date": plan.starts,
        "end_date": plan.ends,
        "scale": plan.scale,
        "url": plan.url,
    }


def _period_row(plan: Plan, period: Period) -> dict[str, columns.Value]:
    return {
        "period_id": period.id,
        "plan_id": plan.id,
        **{
            languages.text_column("title", tag): text
            for tag, text in (period.title.root if period.title else {}).items()
        },
        "start_date": period.starts,
        "end_date": period.ends,
        "due_date": period.due,
        "asks_status": "status" in period.asks,
        "asks_percent": "percent" in period.asks,
        "asks_evidence": "evidence" in period.asks,
    }
