"""The whole pipeline as functions: what ``ogp run`` and the Prefect flows both call.

collect every source, in the programme's order -> fold -> evaluate -> build -> publish -> one outcome, one record
"""

import secrets
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from ogp_pipeline import __version__
from ogp_pipeline.collection import collect_source, known_tables
from ogp_pipeline.errors import LostRace, OgpError, StoreError
from ogp_pipeline.evaluation.metrics import evaluate
from ogp_pipeline.intake import layout as intake_layout
from ogp_pipeline.intake import ledger
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.outcomes import Failed, NothingReceived, Outcome, Published, Rejected, Unchanged
from ogp_pipeline.programme import Programme
from ogp_pipeline.release.base import BaseRelease
from ogp_pipeline.release.build import Build, build
from ogp_pipeline.release.content import Content, assemble
from ogp_pipeline.release.manifest import LedgerHead, Manifest
from ogp_pipeline.run_record import ReleaseSummary, RunRecord, SourceResult, summary_markdown
from ogp_pipeline.schemas import Schemas
from ogp_pipeline.site.pages import pages
from ogp_pipeline.store import contents, history, layout
from ogp_pipeline.store.history import Release
from ogp_pipeline.store.protocol import InDoubt
from ogp_pipeline.store.publish import Draft, DraftFile, publish
from ogp_pipeline.store.steps import OnStep, ignore
from ogp_pipeline.store.views import Pages, repair
from ogp_pipeline.tables.provenance import provenance
from ogp_pipeline.tables.reference_date import reference_date
from ogp_pipeline.tables.tables import Tables
from ogp_pipeline.workspace import Workspace, open_workspace

__all__ = [
    "backfill_dates",
    "collect_source",
    "finish",
    "open_workspace",
    "release",
    "run",
    "summary_markdown",
]

OnProgress = Callable[[str, int, int], None]
TRIES = 3  # how often a lost race is answered by building again on the winner


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
    evaluation at an earlier day than today. Never raises for what suppliers or sources do; OgpError for our own limits.
    """
    started = time.monotonic()
    sources = workspace.programme.sources
    results = []
    for number, source in enumerate(sources):
        on_progress(f"collect {source.id}", number, len(sources) + 1)
        results.append(collect_source(workspace, source.id, now))
    days = backfill_dates(workspace, now.date()) if backfill else []
    outcome: Outcome = Unchanged(None)
    published: list[ReleaseSummary] = []
    for number, day in enumerate([*days, None]):
        on_progress(f"release {day or 'newest'}", number, len(days) + 1)
        outcome = release(workspace, results, day or as_of or now.date(), f"{publish_id}-{number}", on_step)
        if (made := outcome_version(outcome)) is not None and not isinstance(outcome, Unchanged):
            published.append(summarise(history.release(workspace.publication, made)))
    if published and isinstance(outcome, Unchanged):
        outcome = Published(published[-1].version)
    record = RunRecord(
        run_id=publish_id,
        started=now,
        seconds=round(time.monotonic() - started, 3),
        outcome=outcome,
        as_of=published[-1].as_of if published else None,
        sources=tuple(results),
        releases=tuple(published),
        store=workspace.publication.describe(),
    )
    finish(workspace, record)
    return record


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
    """
    held = workspace.programme.publication.on_rejected == "hold" and any(
        result.state == "rejected" for result in results
    )
    version: str | None = None
    entries = ledger.read(workspace.intake)
    if entries and not held:
        try:
            version = _publish_newest(workspace, entries, today, publish_id, on_step)
        except OgpError as error:
            return Failed(str(error))
    return _outcome(results, version, history.head(workspace.publication), anything_known=bool(entries))


def _outcome(
    results: Sequence[SourceResult], version: str | None, head: Release | None, *, anything_known: bool
) -> Outcome:
    """Failed before Rejected before Published: a green light never hides a red source."""
    failed = [result for result in results if result.state == "failed"]
    if failed:
        return Failed("; ".join(f"{result.source}: {result.reason}" for result in failed), version)
    rejected = [item for result in results for item in result.deliveries if item.state == "rejected"]
    if rejected:
        return Rejected(sum(item.problems for item in rejected), len(rejected), version)
    if version is not None:
        return Published(version)
    if not anything_known or (results and all(result.state == "nothing" for result in results)):
        return NothingReceived()
    return Unchanged(head.version if head else None)


def outcome_version(outcome: Outcome) -> str | None:
    """The version that an outcome says was published or stands."""
    return None if isinstance(outcome, NothingReceived) else outcome.version


def _publish_newest(
    workspace: Workspace, entries: Sequence[Entry], today: date, publish_id: str, on_step: OnStep
) -> str | None:
    """The version that was published, None if there was nothing new to say. A lost race is answered by the next try."""
    tables = known_tables(workspace, entries, today)
    as_of = reference_date(today, entries, workspace.programme, tables)
    if as_of is None:
        return None
    if any(as_of < entry.known_on <= today for entry in entries):  # a closed programme: not all of it counts
        tables = known_tables(workspace, entries, as_of)
    for _ in range(TRIES):
        head = history.head(workspace.publication)
        if head and head.manifest.publish_id == publish_id:
            repair(workspace.publication, pages=_pages(workspace))
            return head.version
        if head and as_of < head.manifest.as_of:
            raise OgpError(
                f"the newest release is as of {head.manifest.as_of}; one as of {as_of} would turn the publication "
                "back. Nothing was published. Leave out --as-of, or rebuild an old release with `ogp reproduce`."
            )
        if head and _inputs(head.manifest) == _inputs_now(workspace, entries, as_of):
            repair(workspace.publication, pages=_pages(workspace))
            return None  # a pure function of the same inputs: nothing needs to be computed to know it
        with tempfile.TemporaryDirectory(prefix="ogp-build-") as folder:
            try:
                return _publish(workspace, entries, tables, as_of, head, publish_id, Path(folder), on_step)
            except LostRace:
                continue
    raise LostRace(f"{TRIES} times another publisher was quicker; nothing of this run is visible. Run again.")


def _inputs(manifest: Manifest) -> tuple[object, ...]:
    """All that a release's content depends on."""
    return (
        manifest.ledger_head.n,
        manifest.ledger_head.hash,
        manifest.programme,
        manifest.schemas,
        manifest.software,
        manifest.as_of,
    )


def _inputs_now(workspace: Workspace, entries: Sequence[Entry], as_of: date) -> tuple[object, ...]:
    return (*ledger.head_of(entries), workspace.sha256, workspace.schemas.version, __version__, as_of)


def content_of(tables: Tables, programme: Programme, schemas: Schemas, as_of: date) -> Content:
    """Everything to publish, from the tables as of a day: a pure function."""
    metrics = evaluate(tables, programme, schemas, as_of)
    return assemble(tables.frames, provenance(tables), metrics, schemas)


def _publish(
    workspace: Workspace,
    entries: Sequence[Entry],
    tables: Tables,
    as_of: date,
    head: Release | None,
    publish_id: str,
    folder: Path,
    on_step: OnStep,
) -> str | None:
    content = content_of(tables, workspace.programme, workspace.schemas, as_of)
    base: BaseRelease | None = None
    if head is not None:
        base = contents.read(workspace.publication, head, folder / "base")
    built = build(content, base, workspace.programme, workspace.schemas, folder / "new", as_of)
    if built.unchanged:
        repair(workspace.publication, pages=_pages(workspace))
        return None
    _keep_programme(workspace)
    draft = _draft(workspace, built, entries, as_of, publish_id)
    attempt = layout.attempt(datetime.now(UTC), secrets.token_bytes(8))
    made = publish(draft, workspace.publication, head, attempt, pages=_pages(workspace), on_step=on_step)
    return made.version


def _draft(workspace: Workspace, built: Build, entries: Sequence[Entry], as_of: date, publish_id: str) -> Draft:
    n, digest = ledger.head_of(entries)
    return Draft(
        version=built.version,
        publish_id=publish_id,
        created=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        ledger_head=LedgerHead(n=n, hash=digest),
        programme=workspace.sha256,
        schemas=workspace.schemas.version,
        software=__version__,
        as_of=as_of,
        content=built.content_hash,
        files=[
            DraftFile(f.name, f.dataset, f.table, f.media_type, f.path, f.bytes, f.sha256, f.rows, f.logical)
            for f in built.files
        ],
        datasets=built.datasets,
        deliveries=dict(Counter("accepted" for entry in entries if entry.known_on <= as_of)),
    )


def _keep_programme(workspace: Workspace) -> None:
    """Archive the programme file under its hash, so that the release can be rebuilt after it has changed."""
    key = intake_layout.programme(workspace.sha256)
    answer = workspace.intake.create(key, workspace.content, "application/yaml")
    if isinstance(answer, InDoubt) and workspace.intake.head(key) is None:
        raise StoreError(f"{key} could not be written to {workspace.intake.describe()}: {answer.reason}")


def _pages(workspace: Workspace) -> Pages:
    def make(manifest: Manifest, chain: Sequence[Release]) -> Mapping[str, tuple[bytes, str]]:
        with tempfile.TemporaryDirectory(prefix="ogp-site-") as folder:
            tables = contents.read(workspace.publication, chain[-1], Path(folder)).tables
            made = pages(
                tables.frames,
                manifest,
                [one.manifest for one in chain],
                workspace.programme,
                workspace.schemas,
            )
        return {key: (data, layout.media_type(key)) for key, data in made.items()}

    return make


def summarise(made: Release) -> ReleaseSummary:
    """A committed release in one line: what changed, over all its datasets."""
    datasets = made.manifest.datasets.values()
    changes = {kind: sum(getattr(one, kind) for one in datasets) for kind in ("added", "changed", "removed")}
    return ReleaseSummary(made.n, made.version, made.manifest.as_of.isoformat(), changes)


def finish(workspace: Workspace, record: RunRecord) -> None:
    """Store the run record. The same run recorded again replaces its own record."""
    for key in (intake_layout.run(record.run_id), intake_layout.LAST_RUN):
        answer = workspace.intake.put_view(key, record.to_bytes(), "application/json")
        if isinstance(answer, InDoubt):
            raise StoreError(f"{key} could not be written to {workspace.intake.describe()}: {answer.reason}")
