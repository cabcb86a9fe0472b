"""The history of the numbers: what each number of a period was known to be, from its due date on.

A release says what is known now. Reports come late and corrections are made, so the same number was another one before.
For every number of a whole plan and a period there is:

1. one row with its value by what was known on the period's due date;
2. one row for each later look at it whose value differs from the look before. Looks are made on each later due date of
   the plan, and on the last day on which anything became known.

The day of a row (``known_on``) is the due date or, for a later look, the day of the last news that the number rests on:
of the period's reports that differ and of their corrections, else of the plan's commitments and milestones.

All rows are computed as of the release's day, with today's definitions: they differ only by what was known. Nothing is
computed twice for days that knew the same (``tables.past``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import pairwise

import pandas as pd

from ogp_pipeline.evaluation.aggregate import MetricRow, aggregate, metrics_frame
from ogp_pipeline.evaluation.metrics import categories, definition
from ogp_pipeline.evaluation.registry import METRICS, EvaluationContext
from ogp_pipeline.programme.lateness import late_reports
from ogp_pipeline.schema.schemas import Schemas, Table
from ogp_pipeline.tables import columns
from ogp_pipeline.tables.corrections import CORRECTIONS
from ogp_pipeline.tables.past import Past
from ogp_pipeline.tables.plan_windows import day_after
from ogp_pipeline.tables.tables import CorrectionState, Key, Row, Tables
from ogp_pipeline.tables.views import forget

HISTORY = "metric_history"
REPORTS, PROMISED = ("updates", "evidence"), ("commitments", "milestones")
_KEY = ["metric_id", "plan_id", "period_id", "category"]
_NUMBER = ["numerator", "denominator", "missing", "value"]


def metric_history(context: EvaluationContext, metrics: pd.DataFrame, past: Past) -> pd.DataFrame:
    """The table ``metric_history``. ``metrics``: the table of that name, of ``context``."""
    table = context.schemas.table(HISTORY)
    due = _due(context)
    of_now = [name for name, metric in METRICS.items() if metric.of_now]
    of_plans = (metrics["dimension"] == "plan") & ~metrics["metric_id"].isin(of_now)
    numbers = metrics.loc[of_plans & metrics["period_id"].isin(list(due))]
    if numbers.empty:
        return columns.frame(table, {})
    last = past.last_change(context.tables, context.as_of)
    tables_of = past.at({*due.values(), last}, context.tables, context.as_of)
    rows = _differing(_by_day(context, numbers, tables_of, due, last))
    reports = _Reports(tables_of, context.schemas)
    periods = zip(rows["period_id"], rows["known_on"], strict=True)
    pairs = [(reports.late(name, due[name], day), reports.corrected(name, due[name], day)) for name, day in periods]
    late, corrected = zip(*pairs, strict=True)
    looks = {
        period: sorted(due[other] for other in of_plan) for of_plan in _by_plan(context, due) for period in of_plan
    }
    periods = zip(rows["period_id"], rows["known_on"], strict=True)
    days = [
        day if day == due[name] else reports.news(name, looks[name], day) or past.last_change(tables_of[day], day)
        for name, day in periods
    ]
    values = {name: rows[name].tolist() for name in (*_KEY, *_NUMBER)}
    return columns.frame(table, {**values, "known_on": days, "late_rows": late, "corrected_rows": corrected})


def _due(context: EvaluationContext) -> dict[str, date]:
    """Period -> its due date, of those that were due by now."""
    periods = context.tables.frames["reporting_periods"]
    pairs = zip(periods["period_id"], periods["due_date"], strict=True)
    return {period: day for period, day in pairs if day <= context.as_of}


def _by_plan(context: EvaluationContext, due: Mapping[str, date]) -> list[list[str]]:
    """The periods that were due, plan by plan."""
    periods = context.tables.frames["reporting_periods"]
    here = periods.loc[periods["period_id"].isin(list(due))]
    return [of_plan.tolist() for _, of_plan in here.groupby("plan_id")["period_id"]]


def _by_day(
    context: EvaluationContext,
    numbers: pd.DataFrame,
    tables_of_day: Mapping[date, Tables],
    due: Mapping[str, date],
    last: date,
) -> pd.DataFrame:
    """The numbers of each period as of its due date, all later ones of its plan, and the ``last`` day with news."""
    periods = context.tables.frames["reporting_periods"]
    plan_of = dict(zip(periods["period_id"], periods["plan_id"], strict=True))
    metric_ids = sorted(set(numbers["metric_id"]))
    made: dict[int, pd.DataFrame] = {id(context.tables): numbers}
    pieces = []
    for day in sorted(tables_of_day):
        tables = tables_of_day[day]
        if id(tables) not in made:
            made[id(tables)] = _numbers(replace(context, tables=tables), metric_ids)
            forget(tables)
        of_plans = {plan_of[period] for period, its in due.items() if its == day}
        open_ = [period for period, its in due.items() if its <= day and (day == last or plan_of[period] in of_plans)]
        then = made[id(tables)]
        pieces.append(then.loc[then["period_id"].isin(open_), [*_KEY, *_NUMBER]].assign(known_on=day))
    return pd.concat(pieces, ignore_index=True)


def _numbers(context: EvaluationContext, metric_ids: list[str]) -> pd.DataFrame:
    """The plans' numbers of some metrics, as the table ``metrics`` would hold them."""
    rows: list[MetricRow] = []
    for metric_id in metric_ids:
        metric = METRICS[metric_id]
        if context.has(metric.needs):
            of_plan = replace(definition(context.schemas, metric_id), dimensions=("plan",))
            rows += list(aggregate(metric.units(context), metric, of_plan, categories(context, metric)))
    return metrics_frame(rows, context.schemas.table("metrics"))


def _differing(rows: pd.DataFrame) -> pd.DataFrame:
    """The first row of each number, and those that differ from the one before. ``rows``: days in order."""
    texts = rows[_NUMBER].astype("string").fillna("")
    before = texts.groupby([rows[name] for name in _KEY], sort=False).shift()
    same = (texts == before).fillna(False).all(axis=1)
    return rows.loc[~same.astype("bool")]


@dataclass(frozen=True)
class _Reports:
    """What the suppliers had sent for a period by some day, and what became of it."""

    known: Mapping[date, Tables]
    schemas: Schemas

    @cached_property
    def _tables(self) -> list[Table]:
        return [self.schemas.table(name) for name in REPORTS]

    @cached_property
    def _news(self) -> dict[tuple[str, date], date | None]:
        return {}

    @cached_property
    def _memory(self) -> dict[tuple[str, int], dict[Row, tuple[str, ...]]]:
        return {}

    def late(self, period: str, due: date, day: date) -> int:
        """Rows that were there on ``day`` and not on the due date."""
        if self.known[day] is self.known[due]:
            return 0
        folds = self._rows(period, due, day)
        return len(late_reports(folds[0].keys(), folds[-1].keys()))

    def corrected(self, period: str, due: date, day: date) -> int:
        """Rows that were corrected on ``day``, or said something else on an earlier day since the due date."""
        rows = set(self._corrected(period, self.known[day]))
        if self.known[day] is not self.known[due]:
            folds = self._rows(period, due, day)
            for before, now in pairwise(folds):
                rows |= {row for row, cells in now.items() if before.get(row, cells) != cells}
        return len(rows)

    def news(self, period: str, looks: Sequence[date], day: date) -> date | None:
        """The last day up to ``day`` on which something became known that was not there at the last of the ``looks``
        before; None if no report, commitment or milestone did."""
        if (period, day) not in self._news:
            before = max(look for look in looks if look < day)
            days = [step for step in self._steps(period, before, day) if before < step <= day]
            self._news[period, day] = max(days, default=None)
        return self._news[period, day]

    def _steps(self, period: str, before: date, day: date) -> Iterator[date]:
        tables, earlier = self.known[day], self._of(period, self.known[before])
        now = self._of(period, tables)
        differing = {row for row in now.keys() | earlier.keys() if now.get(row) != earlier.get(row)}
        yield from (tables.origins[row].known_on for row in differing if row in tables.origins)
        corrections = tables.frames[CORRECTIONS]
        cells = (corrections[name] for name in ("correction_id", "table", "key", "made_on", "until"))
        for identity, table, key, made_on, until in zip(*cells, strict=True):
            if (table, tuple(key.split("/"))) in differing:
                yield max(made_on, tables.origins[CORRECTIONS, (identity,)].known_on)
                if not pd.isna(until):
                    yield day_after(until)
        if not differing:
            yield from (origin.known_on for (table, _), origin in tables.origins.items() if table in PROMISED)

    def _rows(self, period: str, due: date, day: date) -> list[dict[Row, tuple[str, ...]]]:
        """The period's rows on the due date and on each day with other tables up to ``day``."""
        folds: list[Tables] = []
        for step in sorted(self.known):
            if due <= step <= day and not (folds and folds[-1] is self.known[step]):
                folds.append(self.known[step])
        return [self._of(period, tables) for tables in folds]

    def _of(self, period: str, tables: Tables) -> dict[Row, tuple[str, ...]]:
        if (period, id(tables)) not in self._memory:
            self._memory[period, id(tables)] = dict(self._read(period, tables))
        return self._memory[period, id(tables)]

    def _read(self, period: str, tables: Tables) -> Iterator[tuple[Row, tuple[str, ...]]]:
        for table in self._tables:
            frame = tables.frames[table.name]
            texts = frame.loc[(frame["period_id"] == period).fillna(False)].astype("string").fillna("")
            keys = texts[list(table.primary_key)].itertuples(index=False, name=None)
            for key, cells in zip(keys, texts.itertuples(index=False, name=None), strict=True):
                yield (table.name, key), cells

    def _corrected(self, period: str, tables: Tables) -> Iterator[Row]:
        parts = {table.name: table.primary_key.index("period_id") for table in self._tables}
        for ruling in tables.rulings:
            key: Key = ruling.key
            if ruling.state == CorrectionState.APPLIED and ruling.table in parts and key[parts[ruling.table]] == period:
                yield ruling.table, key
