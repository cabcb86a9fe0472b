"""What is done in a worker: a delivery is examined, and the forms of its receipt are made.

The state that rules look up can be large, and is the same for many deliveries: it goes to the workers once, as a
file. A delivery that is looked at before its turn is looked at after fewer entries than come before it; whether that
makes a difference, its ``Looked`` can tell. What costs more than it may becomes the problem ``over-limit`` of its
files; whatever else a worker ends with is raised, for the caller to tell as a failure of ours.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ogp_pipeline.errors import OgpError
from ogp_pipeline.formats.bounds import over_limit
from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.formats.records import Where
from ogp_pipeline.intake import receipt_forms
from ogp_pipeline.intake.annotation import annotate
from ogp_pipeline.intake.crowds import examples
from ogp_pipeline.intake.examination import Examination
from ogp_pipeline.intake.ledger import Entry, head_of
from ogp_pipeline.intake.problem import Problem, Severity
from ogp_pipeline.intake.receipt import MarkedCopy, Receipt
from ogp_pipeline.intake.receipt_forms import ReceiptForms
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.programme.sources import Source
from ogp_pipeline.runs import awaited, heading_changes, punctuality, receipt_numbers, workers
from ogp_pipeline.runs.known_state import prior_state
from ogp_pipeline.runs.memory import Punctuality
from ogp_pipeline.runs.workers import TooCostly, WorkFailed
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.sources.delivery import Delivery
from ogp_pipeline.tables.tables import Row
from ogp_pipeline.telemetry.steps import step
from ogp_pipeline.validation import PriorState, examine, weighed
from ogp_pipeline.validation.asked import Asked, noting

_LATE = "period-late"

Circumstances = tuple[Programme, Schemas, Path]


@dataclass(frozen=True, slots=True)
class Looked:
    """An examination after the first ``n`` entries, and what it asked of what they make known."""

    examination: Examination
    asked: Asked
    n: int

    def is_right_after(self, workspace: Workspace, source: Source, entries: Sequence[Entry]) -> bool:
        """Whether it would have ended the same after these entries, the newest that ``prior_state`` was asked for."""
        late = any(problem.rule == _LATE for problem in self.examination.problems)
        if late and any(entry.supplier == source.supplier for entry in entries[self.n :]):
            return False  # what came may show that a report was known in time
        changed = workspace.memory.changed_since(self.n)
        return changed is not None and not self.asked.touches(changed)


def examined(
    workspace: Workspace,
    source: Source,
    delivery: Delivery,
    entries: Sequence[Entry],
    state: PriorState | None = None,
    looked: Looked | None = None,
) -> Examination:
    """The examination of a delivery after ``entries``, by a worker. ``state``: what these entries make known.

    ``looked``: what was found before, if it still is right. WorkFailed if it raised or its process died; OgpError and
    OSError as they were raised there.
    """
    prior = prior_state(workspace, source, entries) if state is None else state
    if looked is None:
        looked = look(workspace, source, delivery, entries, prior)
    examination = weighed(looked.examination, delivery, source, workspace.programme, workspace.schemas, prior)
    examination = heading_changes.told(workspace, source, examination, entries)
    return awaited.told(workspace, source, examination, entries)


def look(
    workspace: Workspace, source: Source, delivery: Delivery, entries: Sequence[Entry], prior: PriorState
) -> Looked:
    """As ``examined``, without the effect on what stands.

    Earlier entries are read only where a report seems late, of which something late stands already: it may have come in
    time in other words.
    """
    with step("validate", programme=workspace.programme.id, source=source.id, delivery=delivery.id):
        return _looked(workspace, source, delivery, entries, prior)


def _looked(
    workspace: Workspace, source: Source, delivery: Delivery, entries: Sequence[Entry], prior: PriorState
) -> Looked:
    punctual = Punctuality()
    if prior.tables is not None:
        punctual = punctuality.of_supplier(workspace, source.supplier, prior.tables)
    looked = _look(workspace, source, delivery, entries, prior, frozenset(punctual.in_time))
    problems = examples(looked.examination.problems)
    late = {problem.details.get("period", "") for problem in problems if problem.rule == _LATE}
    came = punctuality.sent_in_time(workspace, source.supplier, entries, punctual, late)
    if came:
        looked = _look(workspace, source, delivery, entries, prior, frozenset(punctual.in_time | came))
    return looked


def _look(
    workspace: Workspace,
    source: Source,
    delivery: Delivery,
    entries: Sequence[Entry],
    prior: PriorState,
    in_time: frozenset[Row],
) -> Looked:
    programme, schemas = workspace.programme, workspace.schemas

    def circumstances() -> Circumstances:
        return programme, schemas, workspace.base

    def of_all() -> PriorState:
        return replace(prior, replaced={}, in_time=frozenset())

    place = (workspace.intake.describe(), str(workspace.base), workspace.sha256, id(schemas))
    pool = workers.pool()
    shared = (pool.share(place, circumstances), pool.share((*place, *_moment(source, entries)), of_all))
    limits = programme.limits_of(source)
    try:
        examination, asked = pool.run(limits, _examine, delivery, source, in_time, shared=shared)
    except TooCostly as error:  # by its bytes, whatever is known
        return Looked(_too_costly(delivery, error, schemas), Asked(), len(entries))
    return Looked(examination, asked, len(entries))


def forms(
    workspace: Workspace, source: Source, receipt: Receipt, schemas: Schemas, stem: str, languages: Collection[str]
) -> ReceiptForms:
    """The forms of a receipt, made by a worker; without marked copies where marking costs too much or fails."""
    limits, pool = workspace.programme.limits_of(source), workers.pool()
    shared = (pool.share(("schemas", id(schemas)), lambda: schemas),)
    try:
        made: ReceiptForms = pool.run(limits, _render, receipt, stem, tuple(languages), shared=shared)
    except (TooCostly, WorkFailed):
        return receipt_forms.render(receipt, schemas, stem, languages, marked=False)
    return made


def marked_copies(receipt: Receipt, schemas: Schemas, stem: str) -> list[tuple[MarkedCopy, bytes | None]]:
    """``annotate``, by a worker. OgpError if it fails or costs too much."""
    try:
        copies: list[tuple[MarkedCopy, bytes | None]] = workers.pool().run(Limits(), _annotate, receipt, schemas, stem)
    except (TooCostly, WorkFailed) as error:
        raise OgpError(f"the workbook could not be marked: {error}") from error
    return copies


def numbered_forms(
    workspace: Workspace, source: Source, receipt: Receipt, schemas: Schemas, stem: str, languages: Collection[str]
) -> ReceiptForms:
    """The forms of a receipt that knows its short number."""
    return forms(workspace, source, receipt_numbers.give(workspace, stem, receipt), schemas, stem, languages)


def _render(schemas: Schemas, receipt: Receipt, stem: str, languages: Collection[str]) -> ReceiptForms:
    return receipt_forms.render(receipt, schemas, stem, languages)


def _annotate(receipt: Receipt, schemas: Schemas, stem: str) -> list[tuple[MarkedCopy, bytes | None]]:
    return list(annotate(receipt, schemas, stem))


def _examine(
    circumstances: Circumstances,
    state: PriorState,
    delivery: Delivery,
    source: Source,
    in_time: frozenset[Row],
) -> tuple[Examination, Asked]:
    """In the worker. Pure: nothing here knows a store."""
    programme, schemas, base = circumstances
    noted, asked = noting(replace(state, in_time=in_time))
    return examine(delivery, source, programme, schemas, noted, base), asked


def _moment(source: Source, entries: Sequence[Entry]) -> tuple[object, ...]:
    """What beside the programme and the schemas decides which state rules look up."""
    historic = source.historic.known_on if source.historic else None
    restated = source.id if source.whole else None
    return head_of(entries)[1], historic, restated


def _too_costly(delivery: Delivery, error: TooCostly, schemas: Schemas) -> Examination:
    beginning, most = {
        "seconds": ("reading.over.seconds", "reading.most.seconds"),
        "memory": ("reading.over.memory", "reading.most.megabytes"),
    }[error.what]
    problems = []
    for file in delivery.files:
        costly = over_limit(Where(file.name), beginning, most, limit=error.limit)
        level = Severity(schemas.rule(costly.rule).level)
        problems.append(Problem(costly.rule, level, costly.where, details={"file": file.name, **costly.details}))
    return Examination(rows=(), problems=tuple(problems), skipped=(), counts={}, rows_read=0, rows_to_mend=0)
