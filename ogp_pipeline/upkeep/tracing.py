"""From a published number or cell to the line or cell of the file that it came from.

A metric leads to the rows it counts (numerator and denominator), an earlier value of it to those of its day, a row to
its delivery and file, a column to its cell. The answer is computed from the ledger that the release was made from, and
the raw file's own line is quoted.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from ogp_pipeline.errors import NotFound, UnknownName, check_name
from ogp_pipeline.evaluation.findings import FINDINGS, find, rests_on
from ogp_pipeline.evaluation.history import HISTORY
from ogp_pipeline.evaluation.registry import EvaluationContext
from ogp_pipeline.evaluation.units_of_metric import lineage_of_unit, units_of_metric
from ogp_pipeline.formats.records import Where
from ogp_pipeline.i18n.languages import texts_in
from ogp_pipeline.intake import layout, ledger, removals
from ogp_pipeline.publishing import history
from ogp_pipeline.runs.known_state import known_entries, known_tables
from ogp_pipeline.runs.rows_that_wait import with_waiting
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.store.protocol import Store
from ogp_pipeline.tables import columns
from ogp_pipeline.tables.tables import Origin, Ruling, Tables, written
from ogp_pipeline.upkeep.reproduction import programme_of

LONGEST_QUOTE = 160
DECISIVE = {
    "updates": "status",
    "evidence": "kind",
    "milestones": "milestone_id",
    "assessments": "code",
    "decisions": "code",
    "decision_positions": "position",
}  # the cell that a metric rests on


@dataclass(frozen=True, slots=True)
class Correction:
    """What the forum put in place of a supplier's value, and where it says so. ``reason``: by language, as given."""

    id: str
    supplied: str
    reason: Mapping[str, str]
    made_by: str
    made_on: str
    until: str | None
    where: Where


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a row, where it stands in the sender's file, and that line as it was received.

    ``correction``: why ``value`` is not what stands there; None for all but corrected cells.
    """

    field: str
    value: str
    where: Where | None
    received: str | None
    correction: Correction | None = None


@dataclass(frozen=True, slots=True)
class RemovedFile:
    """That a file is not there any more: when it was removed, by which rule, on whose word, and where that is said."""

    on: str
    rule: str
    by: str
    log: str


@dataclass(frozen=True, slots=True)
class RowTrace:
    """Where a row came from. ``receipt``: key in the private store; None for rows of the programme file.

    ``removed``: why the file itself cannot be looked at; None where it can.
    """

    table: str
    key: str
    supplier: str
    source: str
    delivery: str
    known_on: str
    received_at: str | None
    file: str
    file_sha256: str
    receipt: str | None
    cells: tuple[Cell, ...]
    removed: RemovedFile | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that a metric looked at: what it adds above and below the line, and the rows this rests on."""

    table: str
    key: str
    category: str
    numerator: int
    denominator: int
    missing: int
    rows: tuple[RowTrace, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """The answer: a row's origin, a metric with its units, or the rows that a derived row rests on."""

    version: str
    table: str
    key: str
    row: RowTrace | None = None
    numerator: int | None = None
    denominator: int | None = None
    units: tuple[Unit, ...] = ()
    rests_on: tuple[RowTrace, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


def trace(workspace: Workspace, table: str, key: str, field: str | None, version: str | None) -> Trace:
    """Trace a row, or with ``field`` one of its cells. ``version``: the release, by default the newest.

    Raises NotFound when there is no such release, table, row or column.
    """
    release = history.release(workspace.publication, version) if version else history.head(workspace.publication)
    if release is None:
        raise NotFound("there is no release yet: `ogp run` makes the first")
    check_name("table", table, workspace.schemas.tables)
    manifest = release.manifest
    programme = programme_of(workspace, release)
    entries = known_entries(workspace)[: manifest.ledger_head.n]
    tables = known_tables(workspace, entries, manifest.as_of, programme, manifest.programme)
    reader = _Rows(workspace, tables, {entry.delivery: entry for entry in entries})
    if table in FINDINGS:
        context = EvaluationContext(tables, programme, workspace.schemas, manifest.as_of)
        _must_be_there(context, table, key)
        resting = tuple(
            reader.row(name, written(parts), None) for name, parts in rests_on(context, table, tuple(key.split("/")))
        )
        return Trace(release.version, table, key, rests_on=resting)
    if table not in ("metrics", HISTORY):
        return Trace(release.version, table, key, reader.row(table, key, field))
    number = key
    if table == HISTORY:
        number, day = _of_history(key)
        tables = known_tables(workspace, entries, day, programme, manifest.programme)
        reader = _Rows(workspace, tables, {entry.delivery: entry for entry in entries})
    else:
        tables = with_waiting(workspace, entries, tables, manifest.as_of)
    metric = units_of_metric(tables, programme, workspace.schemas, manifest.as_of, number)
    units = tuple(
        Unit(
            table=unit.table,
            key=unit.key,
            category=unit.category,
            numerator=unit.numerator,
            denominator=unit.denominator,
            missing=unit.missing,
            rows=tuple(
                reader.row(name, written(parts), _decisive(name, workspace))
                for name, parts in lineage_of_unit(tables, unit, manifest.as_of)
            ),
        )
        for unit in metric.units
    )
    return Trace(release.version, table, key, numerator=metric.numerator, denominator=metric.denominator, units=units)


def _of_history(key: str) -> tuple[str, date]:
    """The number that a row of the history was, by what was known on its day."""
    parts = key.split("/")
    try:
        metric, plan, period, category, day = parts
        return f"{metric}/{plan}/{period}/plan/{plan}/{category}", date.fromisoformat(day)
    except ValueError:
        raise NotFound(f"«{key}» names no row of {HISTORY}: it takes metric/plan/period/category/day") from None


def _must_be_there(context: EvaluationContext, table: str, key: str) -> None:
    made = find(context, table)
    keys = made[list(context.schemas.table(table).primary_key)].astype(object)
    there = {"/".join(map(columns.rendered, row)) for row in keys.itertuples(index=False)}
    if key not in there:
        raise UnknownName("row", key, sorted(there), of=f"table `{table}`")


def _decisive(table: str, workspace: Workspace) -> str:
    """The cell of a table that a number rests on, to show first."""
    return DECISIVE.get(table, workspace.schemas.tables[table].primary_key[0])


class _Rows:
    """Rows of the fold with their origins, and lines of the raw files; each file is read once."""

    def __init__(self, workspace: Workspace, tables: Tables, entries: dict[str, ledger.Entry]) -> None:
        self._workspace = workspace
        self._tables = tables
        self._entries = entries
        self._lines: dict[str, list[str] | None] = {}
        self._known: dict[str, dict[str, dict[str, str]]] = {}
        self._gone: dict[str, RemovedFile] | None = None

    def row(self, table: str, key: str, field: str | None) -> RowTrace:
        origin = self._tables.origin(table, key)
        names = self._workspace.schemas.tables[table].field_names
        if field is not None and field not in names:
            raise UnknownName("column", field, names, of=f"table `{table}`")
        values = self._values(table, key)
        corrected = self._tables.corrected(table, tuple(key.split("/")))
        entry = self._entries.get(origin.delivery)
        return RowTrace(
            table=table,
            key=key,
            supplier=origin.supplier,
            source=origin.source,
            delivery=origin.delivery,
            known_on=origin.known_on.isoformat(),
            received_at=entry.received_at if entry else None,
            file=origin.file,
            file_sha256=origin.file_sha256,
            receipt=entry.receipt if entry else None,
            cells=tuple(
                self._cell(name, values[name], origin, corrected.get(name))
                for name in ([field] if field else names)
                if field or values[name] or name in corrected
            ),
            removed=self._removed(origin.file_sha256),
        )

    def _removed(self, sha256: str) -> RemovedFile | None:
        """What the log of removals says of a file that is gone."""
        if self._gone is None:
            log = removals.read(self._workspace.intake)
            self._gone = {
                file.sha256: RemovedFile(removal.at, file.rule, removal.by, removal.key)
                for removal in log
                for file in removal.files
            }
        said = self._gone.get(sha256)  # the same bytes may have come again since
        return said if said is not None and self._workspace.intake.head(layout.raw(sha256)) is None else None

    def _values(self, table: str, key: str) -> dict[str, str]:
        shape = self._workspace.schemas.tables[table]
        if table not in self._known:
            rows = self._tables.frames[table].astype(object)
            texts = rows.where(rows.notna(), None).map(columns.rendered)
            self._known[table] = {
                "/".join(row[name] for name in shape.primary_key): row
                for row in ({str(name): value for name, value in record.items()} for record in texts.to_dict("records"))
            }
        return self._known[table][key]

    def _cell(self, name: str, value: str, origin: Origin, ruling: Ruling | None) -> Cell:
        where = origin.cells.get(name)
        received = None
        if where is not None and where.line is not None:
            lines = self._file(origin.file_sha256)
            if lines is not None and where.line <= len(lines):
                received = lines[where.line - 1].strip()[:LONGEST_QUOTE]
        return Cell(name, value, where, received, self._correction(ruling) if ruling else None)

    def _correction(self, ruling: Ruling) -> Correction:
        said = self._values("corrections", ruling.correction_id)
        return Correction(
            id=ruling.correction_id,
            supplied=ruling.found or "",
            reason=dict(texts_in(said, "reason")),
            made_by=said["made_by"],
            made_on=said["made_on"],
            until=said["until"] or None,
            where=self._tables.origin("corrections", ruling.correction_id).place,
        )

    def _file(self, sha256: str) -> list[str] | None:
        if sha256 not in self._lines:
            stored = self._raw(self._workspace.intake, sha256)
            text = stored.decode("utf-8-sig", errors="replace") if stored is not None else None
            # Only these end a line for the readers; str.splitlines knows more.
            self._lines[sha256] = re.split(r"\r\n|\r|\n", text) if text is not None else None
        return self._lines[sha256]

    @staticmethod
    def _raw(store: Store, sha256: str) -> bytes | None:
        for key in (layout.raw(sha256), layout.programme(sha256)):
            stored = store.get(key)
            if stored is not None:
                return stored.data
        return None
