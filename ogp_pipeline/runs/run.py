"""The whole pipeline as functions: what ``ogp run`` and the Prefect flows both call.

collect every source, in the programme's order -> publish what is new -> one outcome, one record
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime

from ogp_pipeline import scratch
from ogp_pipeline.errors import AnotherLedger, OgpError, OlderSoftware, StoreError, StoreRefused, UnsafeStore
from ogp_pipeline.i18n.languages import spoken
from ogp_pipeline.i18n.legible import presentable
from ogp_pipeline.intake import held, layout
from ogp_pipeline.publishing import history
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.steps import OnStep, ignore
from ogp_pipeline.runs import (
    clock,
    fetching,
    left_notice,
    lookahead,
    older_software,
    run_history,
    standing_troubles,
    succession,
    told,
    troubles,
)
from ogp_pipeline.runs.collect import collect_source, failed
from ogp_pipeline.runs.depositing import try_to_deposit
from ogp_pipeline.runs.known_state import known_entries, left_out, try_to_keep_state
from ogp_pipeline.runs.left_over import LeftOver
from ogp_pipeline.runs.outcomes import Failed, Held, NothingReceived, Outcome, Published, Rejected, Unchanged
from ogp_pipeline.runs.publication import complete, keep_fresh, publish_newest
from ogp_pipeline.runs.record import ReleaseSummary, RunRecord, SourceResult
from ogp_pipeline.runs.standing_troubles import News
from ogp_pipeline.runs.summary import places, summary_markdown
from ogp_pipeline.runs.workspace import Workspace, open_workspace
from ogp_pipeline.store.protocol import InDoubt
from ogp_pipeline.tables.tables import Ruling, Unfit
from ogp_pipeline.telemetry.steps import step

__all__ = [
    "backfill_dates",
    "collect_source",
    "conclude",
    "failed",
    "keep_told",
    "keep_what_is_known",
    "looking_ahead",
    "news_of_collection",
    "open_workspace",
    "refusal",
    "release",
    "release_dates",
    "releases_of",
    "run",
    "summary",
    "today",
]

OnProgress = Callable[[str, int, int], None]


def _quiet(stage: str, done: int, total: int) -> None:
    """No progress wanted."""


def run(
    workspace: Workspace,
    now: datetime,
    publish_id: str,
    as_of: date | None = None,
    *,
    backfill: bool = False,
    on_progress: OnProgress = _quiet,
    on_step: OnStep = ignore,
) -> RunRecord:
    """One run: every source, then one release (with ``backfill``, first one for each date of the history).

    ``now`` is an aware time; ``publish_id`` names the run: the same run repeated publishes once. ``as_of`` stops the
    evaluation at an earlier day than today. Whatever goes wrong with suppliers, sources and stores is an outcome; only
    a record that cannot be stored raises, and an ``as_of`` that lies in the future (OgpError), because a release as of
    a day that has not come would stop every run until then. No source is asked when the private store is not the one
    of the newest release, or when the clock stands before what was received already.
    """
    if as_of is not None and as_of > today(workspace, now):
        raise OgpError(f"--as-of {as_of} lies in the future; leave it out to release what is known today")
    with step("run", run_id=publish_id, programme=workspace.programme.id):
        return _run(workspace, now, publish_id, as_of, on_progress, on_step, backfill=backfill)


def _run(
    workspace: Workspace,
    now: datetime,
    publish_id: str,
    as_of: date | None,
    on_progress: OnProgress,
    on_step: OnStep,
    *,
    backfill: bool,
) -> RunRecord:
    started = time.monotonic()
    if (refused := refusal(workspace, now)) is not None:
        return conclude(workspace, publish_id, now, time.monotonic() - started, [], [], [refused])
    sources = workspace.programme.sources
    results: list[SourceResult] = []
    with looking_ahead(workspace, now):
        for number, source in enumerate(sources):
            on_progress(f"collect {source.id}", number, len(sources) + 1)
            try:
                results.append(collect_source(workspace, source.id, now))
            except (UnsafeStore, StoreRefused) as error:  # it would say the same of every source
                results.append(failed(source, error))
                break
            except (OgpError, OSError) as error:
                results.append(failed(source, error))

    def publish(day: date, day_id: str) -> tuple[Outcome, list[ReleaseSummary]]:
        on_progress(f"release {day}", 0, 1)
        outcome = release(workspace, results, day, day_id, on_step)
        return outcome, releases_of(workspace, outcome)

    until = as_of or today(workspace, now)
    outcomes, releases = release_dates(workspace, publish, until, publish_id, backfill=backfill)
    record = conclude(workspace, publish_id, now, time.monotonic() - started, results, releases, outcomes)
    keep_told(workspace, record.news, now)
    return record


@contextmanager
def looking_ahead(workspace: Workspace, now: datetime) -> Iterator[None]:
    """While sources are collected: addresses are asked, and deliveries gathered and examined, before their turn.

    What killed runs left among the temporary files is taken away first.
    """
    scratch.sweep()
    with fetching.ahead(workspace, now), lookahead.looking(workspace, now):
        yield


def refusal(workspace: Workspace, now: datetime) -> Failed | None:
    """Why nothing may be taken in or recorded: the private store is not the one of the newest release, newer software
    made what stands, or the clock stands wrong. Else None.

    None also when one of the stores cannot be read: what needs it says so itself.
    """
    try:
        head, entries = history.head(workspace.publication), known_entries(workspace, anew=True)
        succession.check(workspace, head, entries)
        older_software.check(workspace, head, entries)
        return clock.refusal(workspace, now)
    except (AnotherLedger, OlderSoftware) as error:
        return Failed(presentable(str(error), lines=True))
    except (StoreError, OSError):
        return None


def today(workspace: Workspace, now: datetime) -> date:
    """The day on the programme's clocks."""
    return workspace.programme.local(now).date()


def keep_what_is_known(workspace: Workspace, now: datetime) -> None:
    """Keep the state after a collection, so that the next run need not fold it; what does not succeed is logged."""
    try_to_keep_state(workspace, today(workspace, now))


def release_dates(
    workspace: Workspace,
    publish: Callable[[date, str], tuple[Outcome, list[ReleaseSummary]]],
    day: date,
    publish_id: str,
    *,
    backfill: bool,
) -> tuple[list[Outcome], list[ReleaseSummary]]:
    """Publish as of ``day``, with ``backfill`` first as of each date of the history that is left, oldest first.

    ``publish`` (date, publish id) makes one release. The first error ends it: a date that was passed over could never
    be published afterwards.
    """
    outcomes: list[Outcome] = []
    releases: list[ReleaseSummary] = []
    try:
        for date_of_release in [*(backfill_dates(workspace, day) if backfill else []), day]:
            # The day is in the id: a repeated run starts at the first day left, which must not take another's id.
            outcome, made = publish(date_of_release, f"{publish_id}-{date_of_release}")
            outcomes.append(outcome)
            releases += made
    except (OgpError, OSError) as error:
        outcomes.append(Failed(presentable(str(error), lines=True)))
    return outcomes, releases


def backfill_dates(workspace: Workspace, today: date) -> list[date]:
    """The dates of the programme's history for which a release is still to be made, oldest first."""
    head = history.head(workspace.publication)
    done = head.manifest.as_of if head else date.min
    return sorted(day for day in set(workspace.programme.publication.history) if done < day <= today)


def release(
    workspace: Workspace,
    results: Sequence[SourceResult],
    today: date,
    publish_id: str,
    on_step: OnStep = ignore,
) -> Outcome:
    """Publish what is known on ``today`` if it says anything new, and say how the run ends.

    ``results``: what the sources gave in this run; a red source makes the outcome red whatever was published.
    OgpError as ``publication.publish_newest``.
    """
    standing = history.look(workspace.publication)  # the only requests of a run that has nothing to publish
    entries = known_entries(workspace, anew=True)
    succession.check(workspace, standing.head, entries)
    older_software.check(workspace, standing.head, entries)
    complete(workspace, standing)
    stopped = workspace.programme.publication.on_rejected == "hold" and any(
        result.state in ("rejected", "held") for result in results
    )
    if entries and not stopped:
        made = publish_newest(workspace, entries, today, publish_id, standing.head, on_step)
    else:
        made = Unchanged(standing.head.version if standing.head else None)
    if isinstance(made, Unchanged) and standing.head is not None:
        keep_fresh(workspace, sealed=standing.sealed)
    on_hold = len(held.waiting(workspace.intake, entries))
    return _outcome(results, made, on_hold, anything_known=bool(entries))


def _outcome(
    results: Sequence[SourceResult], made: Published | Unchanged, on_hold: int, *, anything_known: bool
) -> Outcome:
    """Failed before Rejected before Held before Published: a green light never hides a red source.

    ``on_hold``: deliveries that wait for a person's word, whenever they came.
    """
    version = made.version if isinstance(made, Published) else None
    broken = [result for result in results if result.state == "failed"]
    if broken:
        return Failed("; ".join(f"{result.source}: {result.reason}" for result in broken), version)
    rejected = [item for result in results for item in result.deliveries if item.state == "rejected"]
    if rejected:
        return Rejected(sum(item.problems for item in rejected), len(rejected), version)
    if on_hold:
        return Held(on_hold, version)
    if isinstance(made, Published):
        return made
    if not anything_known or (results and all(result.state == "nothing" for result in results)):
        return NothingReceived()
    return made


def newest_version(workspace: Workspace) -> str | None:
    """The newest release's version, None before the first."""
    head = history.head(workspace.publication)
    return head.version if head else None


def releases_of(workspace: Workspace, outcome: Outcome) -> list[ReleaseSummary]:
    """The release that ``outcome`` says was published: one, or none."""
    if isinstance(outcome, NothingReceived | Unchanged) or outcome.version is None:
        return []
    return [_summarise(history.release(workspace.publication, outcome.version))]


def _summarise(made: Release) -> ReleaseSummary:
    """A committed release in one line: what changed, over all its datasets."""
    datasets = made.manifest.datasets.values()
    changes = {kind: sum(getattr(change, kind) for change in datasets) for kind in ("added", "changed", "removed")}
    return ReleaseSummary(made.n, made.version, made.manifest.as_of.isoformat(), changes, *made.manifest.size())


def conclude(
    workspace: Workspace,
    run_id: str,
    started: datetime,
    seconds: float,
    results: Sequence[SourceResult],
    releases: Sequence[ReleaseSummary],
    outcomes: Sequence[Outcome],
) -> RunRecord:
    """The record of a run, stored. The same run recorded again replaces its own record.

    ``outcomes``: of its releases in order. The last one counts; but a run which published earlier dates and found
    nothing to add to them at the end is ``Published``, not ``Unchanged``. Its news are to be told, and then kept
    (``keep_told``). StoreError if it cannot be stored. Where the
    private store is not the one of the newest release, nothing is stored: it is somebody else's. Nor is anything when
    the clock stands before what was received already.
    """
    outcome = outcomes[-1]
    if releases:
        outcome = _with_version(outcome, releases[-1].version)
    corrections, unfit, ghosts = _left_out(workspace, today(workspace, started))
    refused = isinstance(outcome, Failed) and refusal(workspace, started) is not None
    on_hold = _on_hold(workspace, lay_aside=not refused)
    record = RunRecord(
        run_id=run_id,
        started=started,
        seconds=round(seconds, 3),
        outcome=outcome,
        as_of=releases[-1].as_of if releases else None,
        sources=tuple(results),
        releases=tuple(releases),
        store=workspace.publication.describe(),
        corrections=corrections,
        unfit=unfit,
        left=() if refused else left_notice.report(workspace, started),
        left_over=ghosts,
        on_hold=on_hold,
        kept=not refused,
        news=News() if refused else troubles.news(workspace, today(workspace, started), results, on_hold, outcome),
    )
    told.of_run(workspace, record)
    if refused:
        return record
    run_history.try_to_keep(workspace, record)
    try_to_keep_state(workspace, today(workspace, started))
    for key in (layout.run(run_id), layout.LAST_RUN):
        answer = workspace.intake.put_view(key, record.to_bytes(), "application/json")
        if isinstance(answer, InDoubt):
            raise StoreError(f"{key} could not be written to {workspace.intake.describe()}: {answer.reason}")
    try_to_deposit(workspace)
    return record


def summary(workspace: Workspace, record: RunRecord) -> str:
    """A run as a page for whoever is on duty, in the programme's language."""
    language = spoken(workspace.programme.languages[0])
    return summary_markdown(record, language, places(workspace, language))


def news_of_collection(workspace: Workspace, now: datetime, results: Sequence[SourceResult]) -> News:
    """What is wrong after a run that only collected, and what of it is news."""
    return troubles.news(workspace, today(workspace, now), results, _on_hold(workspace, lay_aside=False))


def keep_told(workspace: Workspace, news: News, now: datetime) -> None:
    """Keep what was told, so that it is not told again. A run that dies before that tells it once more."""
    if news != News():
        standing_troubles.keep(workspace, news, today(workspace, now))


def _left_out(workspace: Workspace, day: date) -> tuple[tuple[Ruling, ...], tuple[Unfit, ...], tuple[LeftOver, ...]]:
    try:
        return left_out(workspace, known_entries(workspace), day)
    except OgpError:  # the outcome has said it: the ledger could not be read or folded
        return (), (), ()


def _on_hold(workspace: Workspace, *, lay_aside: bool) -> tuple[held.Held, ...]:
    """What waits. ``lay_aside``: the notes of what is decided are put away."""
    read = held.settle if lay_aside else held.waiting
    try:
        return tuple(read(workspace.intake, known_entries(workspace)))
    except OgpError:  # likewise
        return ()


def _with_version(outcome: Outcome, version: str) -> Outcome:
    match outcome:
        case Unchanged():
            return Published(version)
        case Rejected() | Held() | Failed():
            return replace(outcome, version=version)
    return outcome
