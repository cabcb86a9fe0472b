"""From the ledger to a committed release: fold, evaluate, build, publish, with the newest release as the base.

What is published is a pure function of the ledger, the programme file, the schemas, this software's code and a day. So
a run whose inputs are those of the newest release, or the last that gave nothing new (``computed``), knows without
evaluating anything that there is nothing new. The day is one of these inputs, and it rests on due dates and events in
the tables: so they are folded to know it, once for each try.
"""

import logging
import secrets
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from ogp_pipeline import scratch
from ogp_pipeline import version as software
from ogp_pipeline.errors import LostRace, OgpError
from ogp_pipeline.evaluation.history import HISTORY, metric_history
from ogp_pipeline.evaluation.metrics import evaluate
from ogp_pipeline.evaluation.registry import EvaluationContext
from ogp_pipeline.i18n.languages import spoken
from ogp_pipeline.intake import archive, ledger
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.publishing import archives, chronicle, contents, history, layout, purge, renewal, signing_key, spans
from ogp_pipeline.publishing.drawn_pages import DrawnPages
from ogp_pipeline.publishing.expiry import Expiry
from ogp_pipeline.publishing.history import Release, Standing
from ogp_pipeline.publishing.lineage import Lineage
from ogp_pipeline.publishing.log_copy import LogCopy
from ogp_pipeline.publishing.publish import ReleaseDraft, publish
from ogp_pipeline.publishing.publisher import ArchivePages, Drawn, Hooks, Pages, ReleasePublisher
from ogp_pipeline.publishing.repair_report import Repair
from ogp_pipeline.publishing.steps import OnStep, ignore
from ogp_pipeline.publishing.views import repair
from ogp_pipeline.release.base import BaseRelease
from ogp_pipeline.release.build import Build, build
from ogp_pipeline.release.content import Content, assemble
from ogp_pipeline.release.manifest import Inputs, LedgerHead, Manifest
from ogp_pipeline.runs import computed, disk, succession
from ogp_pipeline.runs.known_state import known_entries, known_tables, past_tables, tables_of_reference_date
from ogp_pipeline.runs.outcomes import Published, Unchanged
from ogp_pipeline.runs.rows_that_wait import with_waiting
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.site.draft_mark import marked
from ogp_pipeline.site.pages import archived_pages, draw
from ogp_pipeline.site.search.bundle import bundle
from ogp_pipeline.store import attempts
from ogp_pipeline.tables.past import Past
from ogp_pipeline.tables.provenance import provenance
from ogp_pipeline.tables.reference_date import reference_date
from ogp_pipeline.tables.tables import Tables
from ogp_pipeline.telemetry.steps import step

_LOG = logging.getLogger(__name__)

TRIES = 3  # how often a lost race is answered by building again on the winner


def publish_newest(
    workspace: Workspace,
    entries: Sequence[Entry],
    today: date,
    publish_id: str,
    head: Release | None,
    on_step: OnStep = ignore,
) -> Published | Unchanged:
    """Publish what ``entries`` say as of ``today``, unless it would say nothing new, or what was rolled back.

    A rollback holds back the releases that it went behind, and what differs from one of them only by the day: else the
    next night would undo it. Other deliveries, another programme file, or other software that says something else for
    the same day lift that.

    ``head``: the newest release, as the caller has just found it; ``entries`` continue its ledger. A lost race is
    answered by building again on the winner, from the ledger as it stands then. OgpError, and nothing of ours visible,
    when that does not help, when the release would go back in time, or when the build or the store refuses.
    """
    programme = workspace.programme
    for _ in range(TRIES):
        if head and head.manifest.publish_id == publish_id:
            return Published(head.version)
        if head and _has_all_until(head, workspace, entries, today):
            return Unchanged(head.version)
        of_today = known_tables(workspace, entries, today)
        as_of = reference_date(today, entries, programme, of_today)
        if as_of is None:
            return Unchanged(head.version if head else None)
        if head and as_of < head.manifest.as_of:
            as_of = _not_before(head, today, programme)
        now = _inputs_now(workspace, entries, as_of)
        if head and head.manifest.inputs == now:
            return Unchanged(head.version)  # a pure function of the same inputs: nothing needs to be computed
        undone = history.rolled_back(workspace.publication, head)
        if head and any(release.manifest.inputs.same_but_day(now) for release in undone):
            return Unchanged(head.version, head.manifest.reason)
        if head and (outcome := computed.recall(workspace, head, now)) is not None:
            return outcome
        if head and any(_still_undone(workspace, entries, release, now) for release in undone):
            return computed.remember(workspace, head, now, held=True)
        tables = tables_of_reference_date(workspace, entries, as_of, today, of_today)
        with tempfile.TemporaryDirectory(prefix=scratch.prefix("build")) as folder:
            try:
                with disk.naming(Path(folder)):
                    return _publish(workspace, entries, tables, as_of, head, undone, publish_id, Path(folder), on_step)
            except LostRace:
                head = history.head(workspace.publication)
                entries = known_entries(workspace, anew=True)  # the winner may have known of more
                succession.check(workspace, head, entries)
    raise LostRace(f"{TRIES} times another publisher was quicker; nothing of this run is visible. Run again.")


def complete(workspace: Workspace, standing: Standing | None = None, *, thorough: bool = False) -> list[Repair]:
    """Make the views that a killed run left missing, ``thorough``: or that are not as they should be; what was done.

    ``standing``: what the caller has just found.
    """
    publisher = publisher_of(workspace)
    done = repair(publisher, standing, thorough=thorough)
    if thorough and renewal.renew(publisher) == "renewed":
        done.append(Repair("made_again", layout.LATEST))
    return done


def publisher_of(workspace: Workspace, on_step: OnStep = ignore) -> ReleasePublisher:
    """Who publishes for this programme, with the key from the environment."""
    signer = signing_key.from_environment() if not workspace.draft else None
    said, log = workspace.programme.publication.expiry, LogCopy(workspace.intake)
    return ReleasePublisher(
        store=workspace.publication,
        signer=signer,
        pages=site(workspace, log),
        hooks=Hooks(on_step),
        log=log,
        archive=archive_pages(workspace, log),
        expiry=Expiry(said.days, said.renew_days),
    )


def keep_fresh(workspace: Workspace, *, sealed: bool) -> None:
    """After a run that published nothing: say until when the newest release holds, if what says so is old.

    Without the key that cannot be done, which is logged; when it is late, readers and `ogp doctor` say so.
    ``sealed``: whether something says it; where nothing does and there is no key, nobody is asked.
    """
    publisher = publisher_of(workspace)
    if (sealed or publisher.signer) and renewal.renew(publisher) == "no key":
        _LOG.warning("%s cannot be renewed: %s is not set, and it expires", layout.LATEST, signing_key.VARIABLE)


def _has_all_until(head: Release, workspace: Workspace, entries: Sequence[Entry], today: date) -> bool:
    """Whether the release has the same inputs and the latest day that a release of ``today`` can have.

    Then there is nothing new, and the tables need not be folded to know the day.
    """
    closed_on = workspace.programme.closed_on
    latest = today if closed_on is None else min(today, closed_on)
    return head.manifest.as_of == latest and head.manifest.inputs == _inputs_now(workspace, entries, latest)


def _not_before(head: Release, today: date, programme: Programme) -> date:
    """The newest release's day, when a step on which it rested was taken back (a due date that was put off).

    OgpError when it is the run itself that asks for an earlier day: a publication does not go back in time.
    """
    reached = head.manifest.as_of
    if today < reached:
        what, cure = f"one as of {today}", "Leave out --as-of"
    elif programme.closed_on is not None and programme.closed_on < reached:
        what, cure = f"the programme is `closed_on` {programme.closed_on}", "Set `closed_on` to that day or a later one"
    else:
        return reached
    raise OgpError(
        f"the newest release is as of {reached}, and {what}: the publication would turn back. Nothing was published. "
        f"{cure}, or rebuild an old release with `ogp reproduce`."
    )


def _inputs_now(workspace: Workspace, entries: Sequence[Entry], as_of: date) -> Inputs:
    n, digest = ledger.head_of(entries)
    return Inputs(n, digest, workspace.sha256, workspace.schemas.version, software.code(), as_of)


def _still_undone(workspace: Workspace, entries: Sequence[Entry], release: Release, now: Inputs) -> bool:
    """Whether this software, other than the one that made it, says of the day of a release that was undone the same."""
    there = release.manifest.inputs
    if not replace(there, as_of=now.as_of).same_but_code(now):
        return False
    content = _content_now(workspace, entries, known_tables(workspace, entries, there.as_of), there.as_of)
    with tempfile.TemporaryDirectory(prefix=scratch.prefix("undone")) as folder:
        base = contents.read(workspace.publication, release, Path(folder, "base"))
        new, created = Path(folder, "new"), release.manifest.created
        built = build(content, base, workspace.programme, workspace.schemas, new, there.as_of, created=created)
    return built.unchanged


def _content_now(workspace: Workspace, entries: Sequence[Entry], tables: Tables, as_of: date) -> Content:
    with_rows_waiting = with_waiting(workspace, entries, tables, as_of)
    return content_of(with_rows_waiting, workspace.programme, workspace.schemas, as_of, past_tables(workspace, entries))


@step("evaluate")
def content_of(tables: Tables, programme: Programme, schemas: Schemas, as_of: date, past: Past) -> Content:
    """Everything to publish, from the tables as of a day and what was known before: a pure function."""
    context = EvaluationContext(tables, programme, schemas, as_of)
    evaluation = evaluate(context)
    made = {
        **evaluation.findings,
        "metrics": evaluation.metrics,
        HISTORY: metric_history(context, evaluation.metrics, past),
        "provenance": provenance(tables),
    }
    return assemble({**tables.frames, **made}, schemas)


def _publish(
    workspace: Workspace,
    entries: Sequence[Entry],
    tables: Tables,
    as_of: date,
    head: Release | None,
    undone: Sequence[Release],
    publish_id: str,
    folder: Path,
    on_step: OnStep,
) -> Published | Unchanged:
    now = _inputs_now(workspace, entries, as_of)
    with step("build"):
        built = _build(workspace, entries, tables, head, now, folder)
    if head and built.unchanged:
        return computed.remember(workspace, head, now)
    if head and any(release.manifest.content == built.content_hash for release in undone):
        return computed.remember(workspace, head, now, held=True)
    archive.keep_programme(workspace.content, workspace.intake)
    draft = _draft(workspace, built, entries, as_of, publish_id)
    attempt = attempts.name(datetime.now(UTC), secrets.token_bytes(8))
    with step("publish"):
        made = publish(publisher_of(workspace, on_step), draft, head, attempt)
    return Published(made.version)


def _build(
    workspace: Workspace, entries: Sequence[Entry], tables: Tables, head: Release | None, now: Inputs, folder: Path
) -> Build:
    """What was built in ``folder``, without the lines of its changes: they stand in a file there. All rows that it was
    built from are let go of, before the pages need as many.
    """

    def base() -> BaseRelease | None:
        return contents.read(workspace.publication, head, folder / "base") if head is not None else None

    built = build(  # no name here holds what it is given, so that it can let go of it
        _content_now(workspace, entries, tables, now.as_of),
        base(),
        workspace.programme,
        workspace.schemas,
        folder / "new",
        now.as_of,
        created=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        by_software=head is not None and now.by_software(head.manifest.inputs),
        earlier=spans.earlier(workspace.publication, head, folder),
    )
    return replace(built, changes=replace(built.changes, lines={}))


def _draft(workspace: Workspace, built: Build, entries: Sequence[Entry], as_of: date, publish_id: str) -> ReleaseDraft:
    n, digest = ledger.head_of(entries)
    return ReleaseDraft(
        version=built.version,
        publish_id=publish_id,
        created=built.created,
        ledger_head=LedgerHead(n=n, hash=digest),
        programme=workspace.sha256,
        schemas=workspace.schemas.version,
        software=software.VERSION,
        commit=software.commit(),
        code=software.code(),
        as_of=as_of,
        content=built.content_hash,
        files=built.files,
        datasets=built.datasets,
        deliveries=dict(Counter("accepted" for entry in entries if entry.known_on <= as_of and not entry.retires)),
    )


def site(workspace: Workspace, log: LogCopy) -> Pages:
    """What makes the pages and catalogues of this programme's publication from its releases.

    ``log``: what is known of these already.
    """
    from ogp_pipeline.metadata.documents import documents  # here: rdflib takes a third of a second, and few need it

    def make(manifest: Manifest, chain: Sequence[Release]) -> Drawn:
        listed = history.listed(chain)
        records = [release.manifest for release in listed]
        lineage = archives.lineage_before(workspace.publication, listed[0].n)
        gone = purge.purged(workspace.publication)
        told = chronicle.read(workspace.publication, records, log, gone)
        programme, schemas = workspace.programme, workspace.schemas
        with tempfile.TemporaryDirectory(prefix=scratch.prefix("site")) as folder:
            tables = contents.read(workspace.publication, chain[-1], Path(folder)).tables
            made = draw(tables.frames, manifest, records, programme, schemas, lineage, told)
            drawn = DrawnPages(marked(made) if workspace.draft else made)
        described = documents(records, programme, schemas, pages=list(drawn), gone=gone, lineage=lineage, told=told)
        drawn.add(described.items())
        if programme.publication.search:
            for language in dict.fromkeys(programme.publication.languages):
                shown = ((key, drawn.data(key)) for key in drawn if key.startswith(f"{language}/"))
                drawn.add(bundle(shown, language, spoken(language)).items())
        return drawn

    return make


def archive_pages(workspace: Workspace, log: LogCopy) -> ArchivePages:
    """What draws an archive of this programme's publication."""
    from ogp_pipeline.metadata.documents import documents

    def make(k: int, chain: Sequence[Release], lineage: Lineage) -> Drawn:
        records = [release.manifest for release in chain]
        programme, schemas = workspace.programme, workspace.schemas
        gone = purge.purged(workspace.publication)
        told = chronicle.of_archive(workspace.publication, records, log, gone)
        made = documents(records, programme, schemas, gone=gone, lineage=lineage, archive=k, told=told)
        return _typed({**made, **archived_pages(records, programme, k, told)})

    return make


def _typed(made: Mapping[str, bytes]) -> Drawn:
    return {key: (data, layout.media_type(key)) for key, data in made.items()}
