"""Raw files that the programme file keeps no longer (``retention:``). Without a rule, none is ever touched.

Only ``raw/`` is removed from: what was received, word for word. Rows, receipts, records and the ledger stay, so every
release is computed, and rebuilt, as before. What cannot be done any more is to look up the sender's own line:
``ogp trace`` then names the removal (``intake/removals``).

A file stays, however old, while one of its deliveries

    is on hold            a person has yet to decide, and lets it in from this file
    has rows that wait    set aside, or fitting no column: somebody has yet to mend them
    is on its way         its record says that it enters, and the ledger has no entry of it
    is newer              or is of a kind that no rule names

First the log of removals says what goes, then it goes. So a removal that is killed is completed by the next one. The
same bytes may come again at that very moment: intake looks for its files once more after it has recorded them
(``acceptance``), and here the records are read once more after the files have gone; who came meanwhile gets them back.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ogp_pipeline import scratch
from ogp_pipeline.errors import StoreError, WrongUse
from ogp_pipeline.intake import held, layout, ledger, removals
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.intake.receipt import Verdict
from ogp_pipeline.intake.removals import Removal, Tombstone
from ogp_pipeline.programme.retention import Retention
from ogp_pipeline.publishing import history
from ogp_pipeline.runs import succession
from ogp_pipeline.runs.known_state import known_entries, known_tables, waiting_rows
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.store import concurrency
from ogp_pipeline.store.protocol import InDoubt

AT_ONCE = 200  # files that lie in a temporary folder until it is known that nobody needs them


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be removed, or was. ``log``: where that is said; None if nothing new was."""

    files: tuple[Tombstone, ...]
    log: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"files": [asdict(file) | {"names": list(file.names)} for file in self.files], "log": self.log}


@dataclass(slots=True)
class _Use:
    """What is known of one raw file. ``rules``: of all its deliveries; None among them keeps it."""

    size: int = 0
    names: set[str] = field(default_factory=set)
    received: list[tuple[datetime, str, str]] = field(default_factory=list)
    entry: int | None = None
    rules: set[str | None] = field(default_factory=set)


@dataclass(frozen=True)
class _Facts:
    """What the decision rests on."""

    entries: Sequence[Entry]
    records: Sequence[Mapping[str, Any]]
    on_hold: frozenset[str]
    waiting: frozenset[str]
    standing: frozenset[str]


def plan(workspace: Workspace, now: datetime) -> Plan:
    """What the rules would remove now. WrongUse if the programme file has none."""
    rules = workspace.programme.retention
    if rules is None:
        raise WrongUse(f"{workspace.path} has no `retention`: every file is kept for ever (docs/programme.md)")
    there = set(workspace.intake.list("raw/"))
    uses = _uses(_facts(workspace), rules)
    files = [
        _tombstone(key, use)
        for key, use in sorted(uses.items())
        if key in there and None not in use.rules and _is_old(use, rules, now)
    ]
    return Plan(tuple(files))


def carry_out(workspace: Workspace, planned: Plan, by: str, now: datetime) -> Plan:
    """Remove it. ``by``: on whose word, for the log. The same again completes what was interrupted.

    AnotherLedger if the store is not the one that the newest release was computed from: nothing is removed from it.
    """
    store = workspace.intake
    succession.check(workspace, history.look(workspace.publication, distrust=True).head)
    before = removals.read(store)
    told = {(file.key, file.received_at) for removal in before for file in removal.files}
    fresh = [file for file in planned.files if (file.key, file.received_at) not in told]
    log: Removal | None = None
    if fresh:
        head = ledger.head_of(known_entries(workspace))
        at = now.astimezone(UTC).isoformat(timespec="seconds")
        log = removals.append(store, before, head, fresh, at, by)
    for start in range(0, len(planned.files), AT_ONCE):
        _remove(workspace, planned.files[start : start + AT_ONCE])
    return Plan(planned.files, log.key if log else None)


def keep_rules(workspace: Workspace, by: str, now: datetime) -> Plan | None:
    """Plan and carry out, as a schedule does; None where there is no rule, or nothing to remove."""
    planned = plan(workspace, now) if workspace.programme.retention is not None else None
    return carry_out(workspace, planned, by, now) if planned is not None and planned.files else None


def _remove(workspace: Workspace, files: Sequence[Tombstone]) -> None:
    store = workspace.intake
    with TemporaryDirectory(prefix=scratch.prefix("retain")) as folder:
        kept = {file.key: Path(folder) / file.sha256 for file in files}
        gone = [file for file in files if store.download(file.key, kept[file.key])]
        for file in gone:
            store.delete(file.key)
        rules = workspace.programme.retention or Retention.model_construct()
        uses = _uses(_facts(workspace), rules)
        for file in gone:
            use = uses.get(file.key)
            if use is None or (None not in use.rules and _tombstone(file.key, use).received_at == file.received_at):
                continue
            answer = store.put_file(file.key, kept[file.key], file.sha256, "application/octet-stream")
            if isinstance(answer, InDoubt):
                raise StoreError(f"{file.key} came again and could not be put back: {answer.reason}")


def _facts(workspace: Workspace) -> _Facts:
    store, entries = workspace.intake, known_entries(workspace, anew=True)
    keys = list(store.list(layout.DELIVERIES))
    stored = concurrency.each(store.get, keys, store.at_once)
    tables = known_tables(workspace, entries, date.max)
    waiting = {row.delivery for row in waiting_rows(workspace, entries)}
    return _Facts(
        entries,
        [json.loads(each.data) for each in stored if each is not None],
        frozenset(note.delivery for note in held.waiting(store, entries)),
        frozenset(waiting | {row.origin.delivery for row in tables.unfit}),
        frozenset(origin.delivery for origin in tables.origins.values()),
    )


def _uses(facts: _Facts, rules: Retention) -> dict[str, _Use]:
    """Every raw file that a record or an entry names, with all that decides about it."""
    in_ledger = {entry.delivery for entry in facts.entries}
    uses: dict[str, _Use] = {}
    for record in facts.records:
        rule = _rule(record["delivery"], Verdict(record["verdict"]), in_ledger, facts, rules)
        for file in record["files"]:
            use = uses.setdefault(layout.raw(file["sha256"]), _Use())
            use.size = file["size"]
            use.names.add(file["name"])
            use.received.append((datetime.fromisoformat(record["received_at"]), record["source"], record["supplier"]))
            use.rules.add(rule)
    for entry in facts.entries:
        rule = _rule(entry.delivery, Verdict.ACCEPTED, in_ledger, facts, rules)
        for name, sha256 in entry.files:
            use = uses.setdefault(layout.raw(sha256), _Use())
            use.names.add(name)
            use.received.append((datetime.fromisoformat(entry.received_at), entry.source, entry.supplier))
            use.entry = entry.n
            use.rules.add(rule)
    return uses


def _rule(delivery: str, verdict: Verdict, in_ledger: set[str], facts: _Facts, rules: Retention) -> str | None:
    """The name of the rule that a delivery falls under; None: its files stay."""
    if delivery in facts.on_hold or delivery in facts.waiting:
        return None
    if delivery in in_ledger:
        accepted = rules.accepted
        kept = accepted is None or (accepted.only == "superseded" and delivery in facts.standing)
        return None if kept else "accepted"
    on_its_way = verdict.enters
    return "turned_away" if rules.turned_away is not None and not on_its_way else None


def _is_old(use: _Use, rules: Retention, now: datetime) -> bool:
    """By the longest of its rules, since it came last."""
    days = [
        rule.days
        for name, rule in (("accepted", rules.accepted), ("turned_away", rules.turned_away))
        if rule is not None and name in use.rules
    ]
    return now - max(use.received)[0] > timedelta(days=max(days))


def _tombstone(key: str, use: _Use) -> Tombstone:
    received_at, source, supplier = max(use.received)
    rule = "+".join(sorted(rule for rule in use.rules if rule))
    sha256 = key.removeprefix("raw/")
    names, at = tuple(sorted(use.names)), received_at.isoformat()
    return Tombstone(key, sha256, use.size, names, source, supplier, at, use.entry, rule)
