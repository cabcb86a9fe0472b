"""Is everything as it should be with the two stores, the state beside the ledger, the clock and what lies around?

The quick look reads a few objects, and plays with one of its own in each store. The deep one reads the whole ledger,
folds it anew and compares: it tells what only that can tell, and makes again a checkpoint, or a copy of the log of
releases, that is wrong. Nothing that is published is read here but that log (`ogp verify`).
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from ogp_pipeline.errors import DamagedState, ForeignState, OgpError, StoreError
from ogp_pipeline.publishing import history, keyring, layout, renewal, signing_key
from ogp_pipeline.publishing.log_copy import LogCopy
from ogp_pipeline.runs import checkpoint, clock, depositing, known_state, succession
from ogp_pipeline.runs.known_state import known_entries
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.upkeep import surroundings, wholeness
from ogp_pipeline.upkeep.check import Check

_LATE = timedelta(days=2)  # for a run to renew what says until when a release holds, after that is due


def look(workspace: Workspace, now: datetime, *, deep: bool = False, whole: bool = False) -> list[Check]:
    """Every check, each made even if another one fails. ``whole``: every object of the private store is read."""
    today = workspace.programme.local(now).date()
    checks: list[tuple[str, Callable[[], Iterator[Check]]]] = [
        ("publication", lambda: _publication(workspace)),
        ("signing key", lambda: _signing_key(workspace)),
        ("expiry", lambda: _expiry(workspace, now)),
        ("deposit", lambda: _deposit(workspace)),
        ("ledger", lambda: _ledger(workspace)),
        ("state", lambda: _state(workspace)),
        ("copy of the log", lambda: _log_copy(workspace, deep=deep)),
        ("clock", lambda: _clock(workspace, now, today)),
        ("stores' word", lambda: surroundings.word(workspace, now)),
        ("permissions", lambda: surroundings.permissions(workspace)),
        ("folders", lambda: surroundings.folders(workspace, now)),
        ("disk", lambda: surroundings.room(workspace)),
        ("address", lambda: surroundings.address(workspace)),
    ]
    if deep:
        checks.append(("state, folded anew", lambda: _folded_anew(workspace, today)))
    if whole:
        checks.append(("private store, whole", lambda: _whole(workspace)))
    return [check for name, made in checks for check in _made(name, made)]


def to_json(checks: list[Check]) -> dict[str, Any]:
    """Plain JSON values."""
    return {"well": all(check.well for check in checks), "checks": [asdict(check) for check in checks]}


def _made(name: str, checks: Callable[[], Iterator[Check]]) -> list[Check]:
    try:
        return list(checks())
    except (OgpError, OSError) as error:
        said = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) and error.filename else str(error)
        return [Check(name, False, said, "mend this first, then ask again")]


def _publication(workspace: Workspace) -> Iterator[Check]:
    standing = history.look(workspace.publication, distrust=True)
    place = workspace.publication.describe()
    if standing.head is None:
        yield Check("publication", True, f"nothing was published to {place} yet")
        return
    said = f"release {standing.head.n}, version {standing.head.version}, is the newest in {place}"
    yield Check("publication", True, said)
    if standing.misled or standing.viewed < standing.head.n:
        yield Check("hint", False, "latest.json does not name the newest release", "run `ogp repair`")
    else:
        yield Check("hint", True, "latest.json names the newest release")


def _signing_key(workspace: Workspace) -> Iterator[Check]:
    """Whether this machine could publish here; nothing where nothing is signed."""
    keys = keyring.read(workspace.publication)
    if not keys:
        return
    try:
        keyring.refuse_other_signers(workspace.publication, keys, signing_key.from_environment())
    except StoreError as error:
        todo = "until then nothing is published from here, and nobody renews what says until when a release holds"
        yield Check("signing key", False, str(error), todo)
    else:
        yield Check("signing key", True, f"{signing_key.VARIABLE} is the key that signs what is published")


def _expiry(workspace: Workspace, now: datetime) -> Iterator[Check]:
    """Until when readers take the newest release for that; nothing where it is not said."""
    stored = workspace.publication.get(layout.LATEST)
    until = renewal.time_of(stored.data) if stored else None
    if until is None:
        return
    told = f"latest.json holds until {until:%Y-%m-%d %H:%M} UTC"
    said = workspace.programme.publication.expiry
    overdue = now - (until - timedelta(days=said.days - said.renew_days))
    if until > now and overdue > _LATE:
        todo = f"run with {signing_key.VARIABLE} set, before readers are told that nobody renews it"
        yield Check("expiry", False, f"{told}, and should have been renewed {overdue.days} days ago", todo)
    elif until > now:
        yield Check("expiry", True, told)
    else:
        todo = f"run with {signing_key.VARIABLE} set: readers are told that nobody has renewed it"
        yield Check("expiry", False, f"{told}, which has passed", todo)


def _deposit(workspace: Workspace) -> Iterator[Check]:
    """Whether the newest release is deposited; nothing where nobody asks for that."""
    if workspace.programme.publication.deposit is None:
        return
    if depositing.is_due(workspace):
        todo = f"run `ogp deposit` with {depositing.VARIABLE} set, and see what it says"
        yield Check("deposit", False, "the newest release is not deposited", todo)
    else:
        yield Check("deposit", True, "the newest release is deposited")


def _ledger(workspace: Workspace) -> Iterator[Check]:
    entries = known_entries(workspace, anew=True)
    yield Check(
        "ledger", True, f"{len(entries)} entries in {workspace.intake.describe()}, each linked to the one before"
    )
    head = history.look(workspace.publication, distrust=True).head
    succession.check(workspace, head, entries)
    if head is not None:
        yield Check("succession", True, f"the ledger continues the one of the newest release, {head.version}")


def _state(workspace: Workspace) -> Iterator[Check]:
    entries = known_entries(workspace)
    remade = "nothing is lost by it: the next run ignores it and makes it again"
    try:
        there = checkpoint.newest(workspace.intake, workspace.schemas)
    except ForeignState as error:
        yield Check("state", True, str(error), remade)
        return
    except DamagedState as error:
        yield Check("state", False, str(error), remade)
        return
    if there is None:
        yield Check("state", True, "there is no checkpoint yet: the next run that has something makes one")
        return
    behind = len(entries) - there.index.n
    after = f"; {behind} entries came since" if behind else ""
    yield Check("state", True, f"the checkpoint is of entry {there.index.n}{after}")
    for part in (there.index.aside, there.index.waiting, *there.index.tables.values()):
        try:
            checkpoint.read_part(workspace.intake, part)
        except DamagedState as error:
            yield Check("state", False, str(error), remade)


def _log_copy(workspace: Workspace, *, deep: bool) -> Iterator[Check]:
    """The copy of the log of releases. The deep look makes it again."""
    name, copy = "copy of the log", LogCopy(workspace.intake)
    fault = copy.fault(workspace.publication)
    if fault is None:
        yield Check(name, True, "what is kept of the log of releases is what the public store holds")
    elif deep:
        copy.make_again(workspace.publication)
        yield Check(name, False, fault, "it was made again from the public store; find out what changed it")
    else:
        todo = "nothing is lost by it: the next publish reads the records; `ogp doctor --deep` makes it again now"
        yield Check(name, False, fault, todo)


def _clock(workspace: Workspace, now: datetime, today: date) -> Iterator[Check]:
    refused = clock.refusal(workspace, now)
    if refused is not None:
        yield Check("clock", False, refused.reason, "set this machine's clock, or confirm it with --clock-is-right")
    else:
        yield Check("clock", True, "nothing was received after the time that this machine's clock says")
    for entry in clock.dated_ahead(known_entries(workspace), today):
        files = ", ".join(name for name, _ in entry.files)
        said = f"entry {entry.n} ({entry.source}: {files}) is dated {entry.known_on}, and counts from that day only"
        todo = (
            "confirm the clock with --clock-is-right, then run: what lies in folders and at addresses is taken in "
            "again under today's date, and what came through an inbox must be sent again"
        )
        yield Check("clock", False, said, todo)


def _whole(workspace: Workspace) -> Iterator[Check]:
    name, seen = "private store, whole", wholeness.look(workspace.intake)
    for fault in seen.faults:
        yield Check(name, False, f"{fault.key}: {fault.said}", fault.todo)
    if not seen.faults:
        gone = (
            f"; {seen.removed} more objects are gone by rule or by law, and tombstones say so" if seen.removed else ""
        )
        said = f"{seen.entries} entries, {seen.raw} files as received and {seen.receipts} receipts are there and sound"
        yield Check(name, True, said + gone)


def _folded_anew(workspace: Workspace, today: date) -> Iterator[Check]:
    name = "state, folded anew"
    differences = known_state.check_and_mend(workspace, today)
    for difference in differences:
        yield Check(name, False, difference, "the checkpoint was made again from the ledger; find out what changed it")
    if not differences:
        yield Check(name, True, "the whole ledger, folded anew, gives what the checkpoint holds")
