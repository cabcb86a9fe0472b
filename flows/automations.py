"""The automations of a Prefect server that heal and tell, as values. ``flows.alerts`` puts them there.

Heal: a run of which no sign of life comes, or that stays pending, is declared crashed; a scheduled run that crashed is
run once more (the second one is not scheduled, so it is not repeated without end). Tell: what the runs say themselves
(``flows.told``), and what no run can say of itself: late, stuck, crashed, out of time, no night at all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from prefect.client.schemas.objects import StateType
from prefect.events import AutomationCore, EventTrigger
from prefect.events.actions import ActionTypes, ChangeFlowRunState, RunDeployment, SendNotification
from prefect.events.schemas.automations import Posture

from flows.told import BROKEN, CURED, TRIED, event_of
from ogp_pipeline.runs.standing_troubles import Kind

PREFIX = "OGP Pipeline: "
TAG = "ogp"  # of every deployment in prefect.yaml
DAILY = "ogp-daily"  # of those that end every day
SCHEDULED = "auto-scheduled"  # Prefect's own, of runs that a schedule has made

_Labels = dict[str, str | list[str]]
_RUN: _Labels = {"prefect.resource.id": "prefect.flow-run.*"}
_OURS: _Labels = {"prefect.resource.id": "ogp.*"}
_EACH = {"prefect.resource.id"}
_OF_RUN = "{{ flow.name }} {{ flow_run.name }}: {{ flow_run.state.name }}. {{ flow_run.state.message }}"

_ENDS = ("Completed", "Published", "Unchanged", "Received", "NothingReceived", "Rejected", "Held", "Failed", "NotWell")
_STOPS = ("Well", "TimedOut", "Crashed", "Cancelled", "Cancelling", "Paused", "Suspended")


@dataclass(frozen=True)
class Patience:
    """How long is waited until something is taken for wrong.

    ``heartbeat``: longer than three times Prefect's own interval, so that a run whose machine lacks our setting
    (30 s) is not declared dead. ``night``: between the ends of two daily runs.
    """

    heartbeat: timedelta = timedelta(minutes=10)
    pending: timedelta = timedelta(minutes=10)
    late: timedelta = timedelta(minutes=30)
    night: timedelta = timedelta(hours=26)
    repeat: timedelta = timedelta(minutes=1)


@dataclass(frozen=True)
class Addressees:
    """Notification blocks: of whoever is on duty, and of whoever talks to suppliers (may be the same)."""

    duty: UUID
    suppliers: UUID


def automations(addressees: Addressees, patience: Patience = Patience()) -> list[AutomationCore]:
    """Every automation, in the order in which they are listed."""
    return [*_of_suppliers(addressees), *_of_duty(addressees), *_of_runs(addressees, patience), *_healing(patience)]


def _of_suppliers(addressees: Addressees) -> Iterator[AutomationCore]:
    told = {
        Kind.REJECTED: (
            "a delivery was refused",
            "A file of a supplier has something to correct; they have a receipt.",
        ),
        Kind.HELD: ("a delivery is on hold", "A delivery would do more than it should, and waits for a person's word."),
        Kind.SILENT: ("a source is silent", "Nothing new came from a source for longer than its rhythm."),
    }
    for kind, (name, description) in told.items():
        yield _told(name, description, [event_of(kind)], [addressees.suppliers])


def _of_duty(addressees: Addressees) -> Iterator[AutomationCore]:
    duty = [addressees.duty]
    failed = [event_of(Kind.FAILED), event_of(Kind.NOTHING)]
    yield _told("something failed", "A source, a release, or a run that received nothing.", failed, duty)
    yield _told("unsigned", "The newest release is not renewed with the key.", [event_of(Kind.UNSIGNED)], duty)
    yield _told("the disk is nearly full", "Little room is left for a store.", [event_of(Kind.DISK)], duty)
    yield _told("the doctor found something", "`ogp doctor` says what to do.", [event_of(Kind.UNWELL)], duty)
    everybody = list(dict.fromkeys((addressees.duty, addressees.suppliers)))
    yield _told("no longer wrong", "What was told before has an end.", [CURED], everybody)
    yield _told("tried", "`ogp alerts test` was called.", [TRIED], everybody)
    yield AutomationCore(
        name=f"{PREFIX}a run is broken",
        description="It may write nothing, or ended with an error nobody foresaw. The same reason once a day.",
        trigger=EventTrigger(
            match=_OURS, expect={BROKEN}, for_each=_EACH, posture=Posture.Reactive, within=timedelta(days=1)
        ),
        actions=_send(duty, "{{ event.payload.subject }}", "{{ event.payload.text }}"),
    )


def _of_runs(addressees: Addressees, patience: Patience) -> Iterator[AutomationCore]:
    """What no run can say of itself."""
    duty = [addressees.duty]
    for name, states in (("a run crashed", ["Crashed"]), ("a run was out of time", ["TimedOut"])):
        yield AutomationCore(
            name=PREFIX + name,
            description="A scheduled run that crashed is run once more.",
            trigger=EventTrigger(
                match=_RUN, match_related=_tagged(TAG), expect=_events(states), posture=Posture.Reactive
            ),
            actions=_send(duty, f"OGP Pipeline: {name}", _OF_RUN),
        )
    started = ["Pending", "Submitting", "Running", "Scheduled", "AwaitingConcurrencySlot", *_ENDS, *_STOPS]
    yield AutomationCore(
        name=f"{PREFIX}a run is late",
        description="No worker has taken it up: is one running, and is its pool paused?",
        trigger=_left_at(["Late"], started, patience.late),
        actions=_send(duty, "OGP Pipeline: a run is late", f"{_OF_RUN} No worker has taken it up."),
    )
    ends = _events([*_ENDS, "Crashed", "TimedOut"])
    yield AutomationCore(
        name=f"{PREFIX}no run has ended",
        description="A deployment that runs every day was not heard of: is its schedule on, does its worker run?",
        trigger=EventTrigger(
            match=_RUN,
            match_related=_tagged(DAILY),
            after=ends,
            expect=ends,
            for_each={"related:deployment:prefect.resource.id"},
            posture=Posture.Proactive,
            within=patience.night,
        ),
        actions=_send(duty, "OGP Pipeline: no run has ended", f"Nothing was heard after: {_OF_RUN}"),
    )


def _healing(patience: Patience) -> Iterator[AutomationCore]:
    yield AutomationCore(
        name=f"{PREFIX}without a heartbeat it has crashed",
        description="Its process and its worker are gone, or the machine.",
        trigger=_left_at(["heartbeat"], ["*"], patience.heartbeat),
        actions=[_crash(f"No sign of life for {patience.heartbeat}.")],
    )
    begun = ["Running", "Scheduled", "AwaitingConcurrencySlot", "AwaitingRetry", *_ENDS, *_STOPS]
    yield AutomationCore(
        name=f"{PREFIX}stuck before it began it has crashed",
        description="Its worker died between taking it up and starting it.",
        trigger=_left_at(["Pending", "Submitting"], begun, patience.pending),
        actions=[_crash(f"Taken up, and not begun for {patience.pending}.")],
    )
    yield AutomationCore(
        name=f"{PREFIX}a scheduled run that crashed runs once more",
        description="The one that is made here has no schedule's tag, so it is not repeated.",
        trigger=EventTrigger(
            match=_RUN,
            match_related=[_tagged(TAG), _tagged(SCHEDULED)],
            expect=_events(["Crashed"]),
            posture=Posture.Reactive,
        ),
        actions=[
            RunDeployment(
                source="inferred",
                deployment_id=None,
                parameters=None,
                job_variables=None,
                schedule_after=patience.repeat,
            )
        ],
    )


def _told(name: str, description: str, events: Sequence[str], blocks: Sequence[UUID]) -> AutomationCore:
    """Pass on what a run has told. It tells once, so nothing has to be held back here."""
    return AutomationCore(
        name=PREFIX + name,
        description=description,
        trigger=EventTrigger(match=_OURS, expect=set(events), posture=Posture.Reactive),
        actions=_send(blocks, "{{ event.payload.subject }}", "{{ event.payload.text }}"),
    )


def _left_at(after: Sequence[str], expect: Sequence[str], within: timedelta) -> EventTrigger:
    """A run of ours that was last in one of the states ``after``, and came to none of ``expect`` in time."""
    return EventTrigger(
        match=_RUN,
        match_related=_tagged(TAG),
        after=_events(after),
        expect=_events(expect),
        for_each=_EACH,
        posture=Posture.Proactive,
        within=within,
    )


def _send(blocks: Sequence[UUID], subject: str, body: str) -> list[ActionTypes]:
    return [SendNotification(block_document_id=block, subject=subject, body=body) for block in blocks]


def _crash(message: str) -> ChangeFlowRunState:
    return ChangeFlowRunState(state=StateType.CRASHED, name="Crashed", message=message, force=False)


def _tagged(tag: str) -> _Labels:
    return {"prefect.resource.id": f"prefect.tag.{tag}", "prefect.resource.role": "tag"}


def _events(names: Sequence[str]) -> set[str]:
    return {f"prefect.flow-run.{name}" for name in names}
