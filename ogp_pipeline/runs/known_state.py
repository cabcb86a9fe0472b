"""What is known on a day: the ledger, and the state of all tables that its entries give.

Every command and every step of a run that needs them asks here, and nobody else folds. A ledger, a programme file, the
schemas and a day always give the same state. It is not folded anew each time: it is taken from the newest checkpoint
(``checkpoint``) or from the memory of the process, and moved on by the entries behind it.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from ogp_pipeline.errors import DamagedState, ForeignState, OgpError
from ogp_pipeline.intake import accepted, ledger, quarantine, recognition
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.intake.quarantine import Quarantined
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.programme.sources import InboxSource, Source
from ogp_pipeline.runs import checkpoint, left_over, stale_corrections
from ogp_pipeline.runs.checkpoint import OnStep
from ogp_pipeline.runs.left_over import LeftOver
from ogp_pipeline.runs.memory import Memory
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.tables import columns
from ogp_pipeline.tables.corrections import CORRECTIONS
from ogp_pipeline.tables.fold import tables_of, visible
from ogp_pipeline.tables.order import Step, steps_of
from ogp_pipeline.tables.past import Past
from ogp_pipeline.tables.rewinding import Cut, whole_entries
from ogp_pipeline.tables.standing import ReadRows, Rows, Standing, move_on
from ogp_pipeline.tables.tables import Key, Ruling, Tables, Unfit
from ogp_pipeline.validation import PriorState
from ogp_pipeline.validation.prior_state import Change

_LOG = logging.getLogger(__name__)


def known_entries(workspace: Workspace, *, anew: bool = False) -> list[Entry]:
    """The ledger, oldest entry first, as this process has read it. BrokenHistory if the chain does not hold.

    ``anew``: and whatever was appended since by another process. An append finds out anyhow.
    """
    memory = workspace.memory
    with memory.lock:
        if not memory.opened:
            _open(workspace, memory)
        elif anew:
            memory.follow(ledger.continued(workspace.intake, memory.entries))
        return list(memory.entries)


def remember(workspace: Workspace, entries: Sequence[Entry]) -> None:
    """Take over what the caller has read or appended, if it continues what is remembered."""
    memory = workspace.memory
    with memory.lock:
        if memory.opened and memory.is_start_of(entries):
            memory.follow(entries)


def _open(workspace: Workspace, memory: Memory) -> None:
    """Read the ledger: up to the newest checkpoint from there, and the rest entry by entry."""
    store = workspace.intake
    memory.checkpoint = _usable(workspace, memory)
    start = list(memory.checkpoint.entries) if memory.checkpoint is not None else []
    memory.follow(ledger.continued(store, start) if start else ledger.read(store))
    memory.opened = True


def _usable(workspace: Workspace, memory: Memory) -> checkpoint.Checkpoint | None:
    try:
        return checkpoint.newest(workspace.intake, workspace.schemas)
    except DamagedState as error:
        _note(memory, error)
        return None


def _note(memory: Memory, error: DamagedState) -> None:
    """Name what cannot be used; it is made again when the state is kept next. After an update that is no news."""
    level = logging.INFO if isinstance(error, ForeignState) else logging.WARNING
    _LOG.log(level, "a checkpoint of the state is ignored and will be made again: %s", error)
    memory.damage.append(str(error))


def known_tables(
    workspace: Workspace,
    entries: Sequence[Entry],
    as_of: date = date.max,
    programme: Programme | None = None,
    sha256: str | None = None,
) -> Tables:
    """The tables as known on a day, from the ledger, under today's programme file or the given earlier one."""
    standing = _standing(workspace, entries, as_of)
    return tables_of(standing, programme or workspace.programme, sha256 or workspace.sha256, as_of)


def _standing(workspace: Workspace, entries: Sequence[Entry], as_of: date) -> Standing:
    """What stands on a day, moved on from the nearest that is remembered."""
    memory = workspace.memory
    with memory.lock:
        remember(workspace, entries)
        if not (memory.opened and memory.holds(entries)):  # a ledger that nobody has read from this workspace
            return move_on(Standing(workspace.schemas), visible(steps_of(entries), as_of), _reader(workspace))
        steps = visible(memory.steps(entries), as_of)
        standing = _moved_on(workspace, _nearest(workspace, memory, steps), steps)
        memory.keep(standing)
        return standing


def _moved_on(workspace: Workspace, standing: Standing, steps: Sequence[Step]) -> Standing:
    return move_on(standing, steps, _reader(workspace))


def _reader(workspace: Workspace) -> ReadRows:
    return lambda entry: accepted.rows_of(workspace.intake, entry)


def _nearest(workspace: Workspace, memory: Memory, steps: Sequence[Step]) -> Standing:
    """Of what is remembered and takes nothing but these steps, what takes most of them."""
    wanted = {step.entry.n for step in steps}
    fitting = [standing for standing in memory.standings if standing.applied <= wanted]
    nearest = max(fitting, key=lambda standing: len(standing.applied), default=Standing(workspace.schemas))
    there = memory.checkpoint
    if there is not None and len(nearest.applied) < there.index.n - len(there.index.pending) <= len(wanted):
        kept = _kept(workspace, memory, there)
        if kept is not None and kept.applied <= wanted:
            return kept
    return nearest


def _kept(workspace: Workspace, memory: Memory, there: checkpoint.Checkpoint) -> Standing | None:
    """What stands after the checkpoint; a table of it that cannot be used is folded anew."""
    anew: list[Standing] = []

    def damaged(name: str, error: DamagedState) -> Rows:
        _note(memory, error)
        if not anew:
            taken = [step for step in memory.steps(there.entries) if step.entry.n not in there.index.pending]
            anew.append(_moved_on(workspace, Standing(workspace.schemas), taken))
        return anew[0].table(name)

    try:
        return checkpoint.standing_of(there, workspace.intake, workspace.schemas, damaged)
    except DamagedState as error:
        _note(memory, error)
        memory.checkpoint = None
        return None


def keep_state(workspace: Workspace, today: date, on_step: OnStep = checkpoint.unmarked) -> None:
    """Keep what is known today as a checkpoint, unless there is one already. OgpError if that does not succeed."""
    memory = workspace.memory
    with memory.lock:
        entries = known_entries(workspace)
        there = memory.checkpoint
        pending = tuple(entry.n for entry in entries if entry.known_on > today)
        if not entries or (
            there is not None and (there.index.n, there.index.pending) == (len(entries), pending) and not memory.damage
        ):
            return
        standing = _standing(workspace, entries, today)
        if standing.strangers:  # nothing can be made of them
            return
        waiting = _waiting(workspace, memory)
        before = None if memory.damage else there
        memory.checkpoint = checkpoint.write(workspace.intake, entries, standing, waiting, before, on_step)
        memory.damage.clear()


def try_to_keep_state(workspace: Workspace, today: date) -> None:
    """``keep_state``; what does not succeed is logged: it costs the next run time, and nothing else."""
    try:
        keep_state(workspace, today)
    except (OgpError, OSError) as error:
        _LOG.warning("the state was not kept, so the next run folds more: %s", error)


def check_and_mend(workspace: Workspace, today: date) -> list[str]:
    """Read and fold the whole ledger anew, and compare with what the newest checkpoint gives: what differs.

    If anything does, or the checkpoint is damaged, it is made again. BrokenHistory if the ledger itself does not hold.
    """
    store, memory = workspace.intake, workspace.memory
    with memory.lock:
        in_ledger = known_entries(workspace, anew=True)
        entries = ledger.read(store)
        steps = visible(steps_of(entries), today)
        anew = _moved_on(workspace, Standing(workspace.schemas), steps)
        kept, waiting = _standing(workspace, in_ledger, today), _waiting(workspace, memory)
        waits = quarantine.move_on({}, entries, store, workspace.schemas)
        differences = [f"table {name}: the rows that stand" for name in checkpoint.differing(kept, anew)]
        if quarantine.kept(waiting, in_ledger) != quarantine.kept(waits, entries):
            differences.append("the rows that wait in quarantine")
        differences = [f"{what} are not what the ledger gives" for what in differences] + memory.damage
        if differences and entries:
            checkpoint.forget(store)
            memory.restart(entries, anew, waits)
            keep_state(workspace, today)
        return differences


def waiting_rows(workspace: Workspace, entries: Sequence[Entry], source: str | None = None) -> list[Quarantined]:
    """The rows that are quarantined after ``entries`` until somebody mends them, of all sources or of one."""
    memory = workspace.memory
    with memory.lock:
        remember(workspace, entries)
        if not memory.opened or len(entries) != len(memory.entries) or not memory.holds(entries):
            own = [entry for entry in entries if source in (None, entry.source)]
            return quarantine.quarantined(own, workspace.intake, workspace.schemas)
        waiting = _waiting(workspace, memory)
        wanted = {name: rows for name, rows in waiting.items() if source in (None, name)}
        return quarantine.listed(wanted, entries) if any(wanted.values()) else []


def _waiting(workspace: Workspace, memory: Memory) -> quarantine.Waiting:
    count, waiting = memory.waiting
    there = memory.checkpoint
    if not count and there is not None:
        try:
            data = checkpoint.read_part(workspace.intake, there.index.waiting) if there.index.waiting.rows else b"{}"
            count, waiting = there.index.n, quarantine.recall(data, there.entries)
        except DamagedState as error:
            _note(memory, error)
    waiting = quarantine.move_on(waiting, memory.entries[count:], workspace.intake, workspace.schemas)
    memory.waiting = (len(memory.entries), waiting)
    return waiting


def tables_of_reference_date(
    workspace: Workspace, entries: Sequence[Entry], as_of: date, today: date, of_today: Tables
) -> Tables:
    """The tables as known on ``as_of``, the reference date of ``today``, on which ``of_today`` are known.

    Nothing happens between a reference date and its day, so these are ``of_today`` themselves, and nothing is folded.
    There are two exceptions: a programme that was closed before ``today``, where more may have happened since; and a
    plan that has not begun, because it counts as known from the very day that is asked for.
    """
    programme = workspace.programme
    closed = programme.closed_on is not None and programme.closed_on < today
    if as_of == today or not (closed or any(plan.starts > as_of for plan in programme.plans)):
        return of_today
    return known_tables(workspace, entries, as_of)


def past_tables(
    workspace: Workspace, entries: Sequence[Entry], programme: Programme | None = None, sha256: str | None = None
) -> Past:
    """``known_tables`` of any earlier day; days that are announced are folded in one way through the ledger."""
    standings: dict[date, Standing] = {}
    cuts: list[Cut] = []

    def prepare(days: Sequence[date]) -> None:
        if not days:
            return
        standing, steps = Standing(workspace.schemas), steps_of(entries)
        now = _standing(workspace, entries, date.max)
        typed = whole_entries(now, entries)
        cuts.append(Cut(now))
        for day in sorted(days):
            standings[day] = standing = move_on(standing, visible(steps, day), _reader(workspace), typed)

    def of_day(day: date) -> Tables:
        standing = standings.get(day) or _standing(workspace, entries, day)
        cut = cuts[-1].frame if day in standings else None
        return tables_of(standing, programme or workspace.programme, sha256 or workspace.sha256, day, cut)

    return Past(entries, of_day, prepare)


def prior_state(workspace: Workspace, source: Source, entries: Sequence[Entry]) -> PriorState:
    """What rules may look up: keys and ties of what the ledger holds, but for what the source is about to restate.

    A historic import may lean only on what was known on its day, because it will stand in a release as of that day.
    """
    as_of = source.historic.known_on if source.historic else date.max
    state = _state(workspace, source, entries, as_of)
    return replace(
        state,
        replaced=recognition.replaced(entries, source.id, always=source.whole or isinstance(source, InboxSource)),
    )


def _state(workspace: Workspace, source: Source, entries: Sequence[Entry], as_of: date) -> PriorState:
    """The part of it that is the same for all sources, but for historic imports and those that restate their tables."""
    if source.historic or source.whole:
        tables = known_tables(workspace, entries, as_of)
        return PriorState.from_tables(tables, workspace.schemas, source.id if source.whole else None)
    memory = workspace.memory
    with memory.lock:
        standing = _standing(workspace, entries, as_of)
        if memory.prior is None or memory.prior[0] is not standing:
            changed = _changed_since(memory.prior[0], standing) if memory.prior is not None else None
            moved_on = _moved_on_from(memory.prior, standing, changed)
            memory.moves.append((len(entries), changed))
            tables = tables_of(standing, workspace.programme, workspace.sha256, as_of)
            state = moved_on or PriorState.from_tables(tables, workspace.schemas)
            memory.prior = (standing, replace(state, tables=tables))
        return memory.prior[1]


def _changed_since(before: Standing, standing: Standing) -> Mapping[str, set[Key]] | None:
    """The keys by table of which something else stands than before; None if nobody can tell any more."""
    changed: dict[str, set[Key]] = {}
    now: Standing | None = standing
    while now is not before:
        if now is None or now.before is None:
            return None
        for name, keys in now.changed.items():
            changed.setdefault(name, set()).update(keys)
        now = now.before()
    return changed


def _moved_on_from(
    prior: tuple[Standing, PriorState] | None, standing: Standing, changed: Mapping[str, set[Key]] | None
) -> PriorState | None:
    """The state of ``standing``, if it was moved on from the one of ``prior``, and no correction hides what changed."""
    if prior is None or changed is None or standing.table(CORRECTIONS) or CORRECTIONS in changed:
        return None
    return prior[1].moved_on([_change(standing, name, key) for name, keys in changed.items() for key in keys])


def _change(standing: Standing, name: str, key: Key) -> Change:
    said = standing.table(name).get(key)
    if said is None:
        return Change(name, key, "", None)
    texts = zip(standing.schemas.table(name).field_names, map(columns.rendered, said[-1].values), strict=True)
    return Change(name, key, said[-1].step.entry.supplier, dict(texts))


def left_out(
    workspace: Workspace, entries: Sequence[Entry], today: date
) -> tuple[tuple[Ruling, ...], tuple[Unfit, ...], tuple[LeftOver, ...]]:
    """By what is known today: the corrections that fail, the rows that no table can hold, and those that no source
    gives any more.
    """
    tables = known_tables(workspace, entries, today)
    ghosts = left_over.find(workspace, entries, tables)
    return stale_corrections.among(tables.rulings), tuple(tables.unfit), tuple(ghosts)
