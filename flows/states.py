"""What a run ended as becomes the Prefect state of that name: the UI and automations see what happened.

``Published``, ``Unchanged`` and ``Received`` (collect only) are completed states. The others are failed ones:
whoever is on duty should look.
"""

from collections.abc import Sequence
from typing import Any

from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from ogp_pipeline.runs import outcomes
from ogp_pipeline.runs.record import SourceResult, receipts_to_read


def state_of(outcome: outcomes.Outcome) -> State[Any]:
    """The final state of a run that ended with ``outcome``."""
    kind = Completed if outcome.exit_code == 0 else Failed
    return kind(name=outcomes.name(outcome), message=_message(outcome))


# What became of a source: whether whoever is on duty should look, and the name of its task's state.
_OF_SOURCES = {
    "accepted": (Completed, "Accepted"),
    "in_part": (Completed, "AcceptedInPart"),
    "same": (Completed, "Unchanged"),
    "nothing": (Completed, "NothingReceived"),
    "rejected": (Failed, "Rejected"),
    "held": (Failed, "Held"),
    "failed": (Failed, "Failed"),
}


def state_of_source(result: SourceResult) -> State[SourceResult]:
    """The final state of the task that collected a source. A red one fails no flow: its outcome says what counts."""
    kind, name = _OF_SOURCES[result.state]
    if result.stale_days is not None and result.state in ("same", "nothing"):
        name = "Silent"
    receipts = receipts_to_read(result)
    told = [result.reason or "", f"rows: {result.rows}, to correct: {result.problems}", *receipts]
    return kind(name=name, message=f"{result.supplier}: {'; '.join(part for part in told if part)}", data=result)


def result_of(state: State[SourceResult]) -> SourceResult:
    """What the task of a source gave, whatever the name of its state."""
    result = state.result(raise_on_failure=False)
    if isinstance(result, Exception):
        raise result
    return result


def state_of_collection(results: Sequence[SourceResult]) -> State[Any]:
    """The final state of a run that only collected: red if a source is, else whether anything was new."""
    failed = [f"{result.source}: {result.reason}" for result in results if result.state == "failed"]
    if failed:
        return Failed(name="Failed", message="; ".join(failed))
    rejected = [item for result in results for item in result.deliveries if item.state == "rejected"]
    if rejected:
        outcome = outcomes.Rejected(sum(item.problems for item in rejected), len(rejected))
        sources = ", ".join(result.source for result in results if result.state == "rejected")
        return Failed(name=outcomes.name(outcome), message=f"{_message(outcome)} Sources: {sources}.")
    on_hold = [item for result in results for item in result.deliveries if item.state == "held"]
    if on_hold:
        return state_of(outcomes.Held(len(on_hold)))
    rows = sum(result.rows for result in results)
    if any(result.state in ("accepted", "in_part") for result in results):
        return Completed(name="Received", message=f"{rows} rows were accepted.")
    return Completed(name="Unchanged", message="No source gave anything new.")


def _message(outcome: outcomes.Outcome) -> str:
    match outcome:
        case outcomes.Published(version):
            return f"Version {version} is published."
        case outcomes.Unchanged(version, held):
            if held is not None:
                return f"Held back by the rollback to version {version}: {held}"
            return f"Nothing new: version {version} stands." if version else "Nothing new, nothing published."
        case outcomes.NothingReceived():
            return "No source has given a single row."
        case outcomes.Rejected(problems, deliveries, version):
            rest = f" The rest is published as version {version}." if version else ""
            return f"Deliveries refused: {deliveries}; blocking problems: {problems}. See the receipts.{rest}"
        case outcomes.Held(on_hold, version):
            rest = f" The rest is published as version {version}." if version else ""
            return f"Deliveries on hold: {on_hold}. `ogp held` lists them, and what to do.{rest}"
        case outcomes.Failed(reason, version):
            rest = f" The rest is published as version {version}." if version else ""
            return f"{reason}{rest}"
