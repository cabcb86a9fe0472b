"""Why a cell differs between two releases: read from what both publish, so that anybody could say the same.

The codes stand in schemas/codes/change_cause.csv. The first that fits counts:

    software      nothing but the software differs between the two: it computes something otherwise now
    schema        the column is new or of another type, the table has another key, is gone, or is new and made by us;
                  what the schemas themselves say (definitions, codes, rules)
    correction    a correction of the forum came into force for the cell, or is no longer in force
    programme     the programme file says it
    late_report   a new update or its evidence which was delivered after its period was due
    new           any other new row that somebody sent
    sent_again    its supplier sent the row again with something else
    withdrawn     nobody says the row any more
    computed      made by the pipeline: metrics, findings, provenance

Where a release brings other software and also something else (a delivery, a later day), nobody can tell what of the
computed is whose doing, and the cause is ``computed``; the records of the two releases say that both differ.

The day is the one on which the row, or the correction, became known. It is not said where there is none: of what is
computed, of the software, of schemas and of the programme file. A row is withdrawn by a delivery which states its
tables in full, so the day is that of its source's newest row.

Whether a report is late is asked of the sending that the release holds (``lateness.report_is_late``). If a report came
in time and again after its due date, and no release stood between, its first sending is published nowhere: it is told
as late. The table ``metric_history``, which knows both days, does not count it as late but as corrected.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

import pandas as pd

from ogp_pipeline.programme.lateness import delivered, report_is_late
from ogp_pipeline.tables.tables import PROGRAMME_SUPPLIER, CorrectionState


class CauseCode(StrEnum):
    """The codes of schemas/codes/change_cause.csv."""

    SCHEMA = "schema"
    CORRECTION = "correction"
    PROGRAMME = "programme"
    LATE_REPORT = "late_report"
    NEW = "new"
    SENT_AGAIN = "sent_again"
    WITHDRAWN = "withdrawn"
    COMPUTED = "computed"
    SOFTWARE = "software"


class Op(StrEnum):
    """What happened to a row."""

    ADD = "add"
    CHANGE = "change"
    DELETE = "delete"


_OF_SCHEMAS = ("metric_definitions", "code_lists", "rules")
_REPORTS = ("updates", "evidence")
_Row = tuple[str, str]  # table and key, as the table provenance writes it


@dataclass(frozen=True, slots=True)
class Cause:
    """A code and the day from which it was known, if there is one."""

    code: CauseCode
    known_on: date | None = None


@dataclass(frozen=True, slots=True)
class _Came:
    delivery: str | None
    supplier: str
    source: str
    known_on: date


@dataclass(frozen=True)
class _Side:
    """One release as far as causes rest on it."""

    frames: Mapping[str, pd.DataFrame]

    def _rows(self, table: str, *columns: str) -> Iterator[tuple[object, ...]]:
        frame = self.frames.get(table)
        if frame is not None and set(columns) <= set(frame.columns):  # an earlier release may lack the table
            chosen = frame[list(columns)]
            yield from chosen.astype(object).where(chosen.notna(), None).itertuples(index=False, name=None)

    @cached_property
    def came(self) -> Mapping[_Row, _Came]:
        """Row -> where it came from."""
        columns = ("table", "key", "delivery", "supplier", "source", "known_on")
        return {(row[0], row[1]): _Came(*row[2:]) for row in self._rows("provenance", *columns)}  # type: ignore[arg-type,misc]

    @cached_property
    def due(self) -> Mapping[object, date]:
        """Reporting period -> its due date."""
        return dict(self._rows("reporting_periods", "period_id", "due_date"))  # type: ignore[arg-type]

    @cached_property
    def vouched(self) -> Mapping[str, date]:
        """Update -> the day of delivery that a secretariat vouches for."""
        said = self._rows("updates", "milestone_id", "period_id", "delivered_on")
        return {f"{milestone}/{period}": day for milestone, period, day in said if isinstance(day, date)}

    @cached_property
    def newest(self) -> Mapping[str, date]:
        """Source -> the day of its newest row."""
        days: dict[str, date] = {}
        for origin in self.came.values():
            days[origin.source] = max(origin.known_on, days.get(origin.source, origin.known_on))
        return days

    @cached_property
    def corrected(self) -> Mapping[_Row, Mapping[str, str]]:
        """Row -> its corrected columns, each with its correction."""
        applied = {
            name
            for name, state in self._rows("correction_results", "correction_id", "state")
            if state == CorrectionState.APPLIED
        }
        columns: dict[_Row, dict[str, str]] = {}
        for name, table, key, field in self._rows("corrections", "correction_id", "table", "key", "field"):
            if name in applied:
                columns.setdefault((str(table), str(key)), {})[str(field)] = str(name)
        return columns


class Causes:
    """The causes of the differences between the frames of two releases, by table name."""

    def __init__(self, old: Mapping[str, pd.DataFrame], new: Mapping[str, pd.DataFrame]) -> None:
        self._old, self._new = _Side(old), _Side(new)

    def of_row(self, op: Op, table: str, key: str, period: str | None) -> Cause:
        """Why a row was added, changed or deleted. ``period``: its reporting period, if it is of one."""
        if table in _OF_SCHEMAS:
            return Cause(CauseCode.SCHEMA)
        before, now = self._old.came.get((table, key)), self._new.came.get((table, key))
        newest = before if op is Op.DELETE else now
        if newest is None:
            return Cause(CauseCode.COMPUTED)
        if newest.supplier == PROGRAMME_SUPPLIER:
            return Cause(CauseCode.PROGRAMME)
        if op is Op.DELETE:
            return Cause(CauseCode.WITHDRAWN, self._new.newest.get(newest.source))
        if op is Op.CHANGE:
            again = before is None or before.delivery != newest.delivery
            return Cause(CauseCode.SENT_AGAIN, newest.known_on) if again else Cause(CauseCode.COMPUTED)
        due = self._new.due.get(period) if table in _REPORTS else None
        vouched = self._new.vouched.get("/".join(key.split("/")[:2])) if due is not None else None
        late = due is not None and report_is_late(due, delivered(newest.known_on, vouched))
        return Cause(CauseCode.LATE_REPORT if late else CauseCode.NEW, newest.known_on)

    def of_cell(self, op: Op, table: str, key: str, field: str, of_row: Cause) -> Cause:
        """Why one cell of that row differs: as ``of_row`` says, unless a correction made or undid it."""
        if op is Op.DELETE:
            return of_row
        now = self._new.corrected.get((table, key), {}).get(field)
        before = self._old.corrected.get((table, key), {}).get(field)
        undone = op is Op.CHANGE and before is not None and of_row.code != CauseCode.SENT_AGAIN
        if now is None and not undone:
            return of_row
        correction = self._new.came.get(("corrections", now or before or ""))
        return Cause(CauseCode.CORRECTION, correction.known_on if correction else None)
