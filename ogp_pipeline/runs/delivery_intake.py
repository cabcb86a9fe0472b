"""Take in one delivery: recognise its bytes, or examine them and write down what came of it.

    ledger, recognise ─▶ examine ─▶ record
    (seen before?)       (pure)     (acceptance: archive, rows, receipt, ledger entry)

The ledger entry inside ``acceptance.record`` is the only commit. So taking a delivery in again is always safe: bytes
that the ledger holds are recognised before anything is written.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from ogp_pipeline.errors import LedgerMoved, StoreError
from ogp_pipeline.i18n.legible import presentable
from ogp_pipeline.intake import archive, duplicates, held, recognition
from ogp_pipeline.intake.acceptance import Recorded, record, record_duplicate, record_failure
from ogp_pipeline.intake.crowds import examples, number_of
from ogp_pipeline.intake.delivery_receipt import failure_receipt, receipt_for
from ogp_pipeline.intake.examination import Examination
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.intake.problem import Severity
from ogp_pipeline.intake.receipt import Receipt
from ogp_pipeline.intake.recognition import AcceptedBefore, ExaminationContext, Recognised, Seen, TurnedAwayBefore
from ogp_pipeline.programme.sources import InboxSource, Source
from ogp_pipeline.runs import institution_check, workers
from ogp_pipeline.runs.delivery_work import Looked, examined, numbered_forms
from ogp_pipeline.runs.fault_log import log_fault
from ogp_pipeline.runs.known_state import known_entries, prior_state, remember
from ogp_pipeline.runs.record import DeliverySummary, State
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.sources.delivery import Delivery
from ogp_pipeline.store import probe
from ogp_pipeline.validation import PriorState, setting_doubts

LookedAhead = Callable[[], Looked | None]

TRIES = 5  # how often a delivery is examined again because the ledger moved
_STATES: dict[str, State] = {
    "accepted": "accepted",
    "accepted_with_notes": "accepted",
    "accepted_in_part": "in_part",
    "rejected": "rejected",
    "held": "held",
    "refused": "same",
    "nothing_received": "nothing",
}


@dataclass(frozen=True, slots=True)
class _Case:
    """A delivery, and the circumstances under which it is looked at.

    ``entries``: the ledger as it stands. ``refusal``: what is wrong with a file that could not be fetched, so that
    there is nothing to examine. ``ahead``: what was found when it was looked at before its turn, if it was;
    ``recognised``: whether it was known then.
    """

    workspace: Workspace
    source: Source
    delivery: Delivery
    entries: Sequence[Entry]
    context: ExaminationContext
    refusal: Examination | None
    ahead: LookedAhead | None = None
    recognised: Recognised | None = None

    @property
    def from_inbox(self) -> bool:
        return isinstance(self.source, InboxSource)


def take_in(
    workspace: Workspace,
    source: Source,
    delivery: Delivery,
    refusal: Examination | None = None,
    ahead: LookedAhead | None = None,
    recognised: Recognised | None = None,
) -> DeliverySummary:
    """What became of the delivery. When another was accepted meanwhile, it is looked at again under the new ledger.

    ``refusal``: stands for the examination of a file that could not be fetched. ``ahead``: waits for what was found
    before its turn; ``recognised``: whether it was known then.

    StoreError, OSError: our own store or disk; whatever else goes wrong is told in the summary.
    """
    for _ in range(TRIES):
        try:
            case = _case(workspace, source, delivery, refusal)
            return _take_in_once(replace(case, ahead=ahead, recognised=recognised))
        except LedgerMoved:
            known_entries(workspace, anew=True)
    raise StoreError(f"the ledger in {workspace.intake.describe()} moved {TRIES} times while {source.id} was examined")


def check(workspace: Workspace, source: Source, delivery: Delivery, refusal: Examination | None = None) -> Receipt:
    """The receipt that the delivery would get; nothing is kept. ``refusal``: as in ``take_in``."""
    programme, schemas = workspace.programme, workspace.schemas
    try:
        examination = refusal
        if examination is None:
            examination = examined(workspace, source, delivery, known_entries(workspace))
        return replace(receipt_for(delivery, examination, programme, schemas), only_checked=True)
    except (StoreError, OSError):
        raise
    except Exception as error:  # noqa: BLE001 - a bug of ours, as in ``_examine_and_record``
        log_fault(logging.getLogger(__name__), f"{delivery.envelope.origin} was not checked", error)
        return failure_receipt(delivery, programme, schemas)


def _case(workspace: Workspace, source: Source, delivery: Delivery, refusal: Examination | None) -> _Case:
    entries, schemas = known_entries(workspace), workspace.schemas.version
    if refusal is None:
        context = recognition.context(workspace.sha256, workspace.mapping_of(source), schemas, entries)
    else:  # its bytes are the reason why it is refused, whatever else the programme file and the ledger say
        context = recognition.context("", "", schemas, [])
    return _Case(workspace, source, delivery, entries, context, refusal)


def _take_in_once(case: _Case) -> DeliverySummary:
    match _recognise(case):
        case AcceptedBefore(entry):
            return _accepted_before(case, entry)
        case TurnedAwayBefore() as before:
            state, files = _state_of(case, before.verdict), len(case.delivery.files)
            return DeliverySummary(before.delivery, state, files, 0, before.blocking, 0, before.receipt)
        case _:
            return _take_in_new(case)


def _state_of(case: _Case, verdict: str) -> State:
    """How it ended. What was refused for good is no news, however often it is found there."""
    if verdict == "held":
        note = held.of(case.workspace.intake, case.delivery)
        if note is not None and note.refused is not None:
            return "same"
    return _STATES[verdict]


def _recognise(case: _Case) -> Seen:
    delivery, store, source = case.delivery, case.workspace.intake, case.source
    if case.recognised is not None:
        seen = case.recognised.still(delivery, case.entries, whole=source.whole)
        if seen is not None:
            return seen
    if case.from_inbox:
        return duplicates.recognise(delivery, store, case.context, case.entries, source, case.workspace.schemas)
    return recognition.recognise(delivery, store, case.context, case.entries, whole=source.whole)


def _accepted_before(case: _Case, entry: Entry) -> DeliverySummary:
    """Bytes that the ledger holds. From an inbox: this very arrival, of a run that died, or the same file once more."""
    files = len(case.delivery.files)
    same = DeliverySummary(entry.delivery, "same", files, 0, 0, 0, entry.receipt)
    if not case.from_inbox:
        return same
    if duplicates.is_the_same_arrival(case.delivery, entry):
        state: State = "accepted" if entry.quarantined is None else "in_part"
        return replace(same, state=state, rows=sum(entry.counts.values()))
    if entry.quarantined is not None:
        return same  # its receipt says what to mend
    place, render = case.workspace, partial(numbered_forms, case.workspace, case.source)
    recorded = record_duplicate(
        case.delivery, entry, case.context, place.intake, place.programme, place.schemas, render
    )
    return replace(same, receipt=recorded.receipts["json"])


def _take_in_new(case: _Case) -> DeliverySummary:
    """Examine what nobody has seen, and record what came of it. A bug of ours is told to the supplier as ours."""
    workspace = case.workspace
    workers.pool().start()  # it loads while the state is folded
    probe.check_once(workspace.intake)
    archive.keep_programme(workspace.content, workspace.intake)
    try:
        state = prior_state(workspace, case.source, case.entries)
        if (mistake := institution_check.institution(workspace, case.source, state)) is not None:
            return _failed(case, str(mistake))
        examination = case.refusal or _examine(case, state)
        recorded = _record(case, examination)
    except (LedgerMoved, StoreError, OSError):  # the store or the disk: another try may cure it
        raise
    except Exception as error:  # noqa: BLE001 - a bug of ours: the supplier hears that it was not their file
        what = f"delivery {case.delivery.id} of {case.source.id} was not processed"
        log_fault(logging.getLogger(__name__), what, error)
        return _failed(case, presentable(f"{type(error).__name__}: {error}"))
    return _summary(case, examination, recorded)


def _examine(case: _Case, state: PriorState) -> Examination:
    """The pure step, in a process that may die; taken over from before its turn, if that still is right."""
    workspace, source = case.workspace, case.source
    looked = case.ahead() if case.ahead is not None else None
    if looked is not None and not looked.is_right_after(workspace, source, case.entries):
        looked = None
    if looked is None and not source.whole and source.historic is None:
        with workspace.memory.lock:
            workspace.memory.shared = (list(case.entries), state)  # the workers get it now: others lean on it from here
    return examined(workspace, source, case.delivery, case.entries, state, looked)


def _record(case: _Case, examination: Examination) -> Recorded:
    workspace = case.workspace
    recorded = record(
        case.delivery,
        examination,
        case.source,
        case.context,
        workspace.intake,
        workspace.programme,
        workspace.schemas,
        case.entries,
        again=case.from_inbox,
        render=partial(numbered_forms, workspace, case.source),
    )
    if recorded.entry is not None and recorded.entry.n == len(case.entries) + 1:
        remember(workspace, [*case.entries, recorded.entry])
    return recorded


def _failed(case: _Case, reason: str) -> DeliverySummary:
    workspace, delivery = case.workspace, case.delivery
    recorded = record_failure(
        delivery,
        case.context,
        workspace.intake,
        workspace.programme,
        workspace.schemas,
        partial(numbered_forms, workspace, case.source),
    )
    return DeliverySummary(delivery.id, "failed", len(delivery.files), 0, 0, 0, recorded.receipts["json"], reason)


def _summary(case: _Case, examination: Examination, recorded: Recorded) -> DeliverySummary:
    return DeliverySummary(
        id=recorded.delivery,
        state=_state_of(case, recorded.verdict),
        files=len(case.delivery.files),
        rows=len(examination.rows) if recorded.entry else 0,
        problems=recorded.blocking,
        notes=number_of(examination.problems) - number_of(examination.problems, Severity.BLOCKS),
        receipt=recorded.receipts["json"],
        reason=_doubt(examination),
    )


def _doubt(examination: Examination) -> str | None:
    """What the engineer should look at in the programme file, told as the reason of the source's result."""
    doubt = setting_doubts.reason(examples(examination.problems))
    return presentable(doubt) if doubt is not None else None
