"""What a run tells those who watch machines, in the log and as measures: deliveries, sources, releases, and its end.

Numbers, states and places; never what stands in a cell. So no reason of a source is here: the run's record has it.
"""

from ogp_pipeline.runs.outcomes import name
from ogp_pipeline.runs.record import RunRecord, SourceResult
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.telemetry.about import about
from ogp_pipeline.telemetry.events import tell
from ogp_pipeline.telemetry.measures import Measure, record

_BAD = frozenset({"rejected", "held", "failed"})


def of_source(workspace: Workspace, result: SourceResult) -> None:
    """A source that was collected, and each of its deliveries."""
    place = {"programme": workspace.programme.id, "source": result.source}
    for item in result.deliveries:
        with about(delivery=item.id):
            tell(
                "delivery",
                f"a delivery of {result.source}: {item.state}",
                well=item.state not in _BAD,
                state=item.state,
                receipt=item.receipt,
                rows=item.rows,
                problems=item.problems,
                files=item.files,
            )
        record(Measure.DELIVERIES, 1, state=item.state, **place)
    if result.rows:
        record(Measure.ROWS, result.rows, **place)
    if result.problems:
        record(Measure.PROBLEMS, result.problems, **place)
    tell(
        "source",
        f"source {result.source}: {result.state}, rows: {result.rows}, to correct: {result.problems}",
        well=result.state not in _BAD,
        state=result.state,
        rows=result.rows,
        problems=result.problems,
        waiting=result.waiting,
        stale_days=result.stale_days,
        seconds=result.seconds,
    )


def of_failure(source: str, error: Exception) -> None:
    """A source that our own side could not collect; another try may follow."""
    kind = type(error).__name__
    tell("source", f"source {source}: failed, {kind}", well=False, state="failed", error=kind)


def of_run(workspace: Workspace, made: RunRecord) -> None:
    """How it ended, and what it published."""
    outcome, programme = name(made.outcome), workspace.programme.id
    broken = any(source.state == "failed" for source in made.sources)
    reason = None if broken else getattr(made.outcome, "reason", None)
    with about(run_id=made.run_id, programme=programme):
        for release in made.releases:
            tell(
                "release",
                f"version {release.version} is published",
                version=release.version,
                as_of=release.as_of,
                rows=release.rows,
                bytes=release.bytes,
            )
        said = f"the run ended: {outcome}, after {made.seconds:.1f} s"
        code = made.outcome.exit_code
        tell(
            "run",
            said,
            well=code == 0,
            outcome=outcome,
            exit_code=code,
            version=made.version,
            reason=reason,
            seconds=made.seconds,
        )
    record(Measure.RUNS, 1, outcome=outcome, programme=programme)
    for release in made.releases:
        if release.rows is not None and release.bytes is not None:
            record(Measure.RELEASE_ROWS, release.rows, programme=programme)
            record(Measure.RELEASE_BYTES, release.bytes, programme=programme)
