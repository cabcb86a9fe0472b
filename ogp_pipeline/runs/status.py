"""What stands now: the newest release with its headline numbers, the last run, and how fresh each source is."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import rfc8785

from ogp_pipeline import scratch
from ogp_pipeline.errors import AnotherLedger
from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.intake import held, layout
from ogp_pipeline.intake.held import Held
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.programme.sources import Source
from ogp_pipeline.publishing import contents, history
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.runs import left_files, signatures, succession, unfit_rows
from ogp_pipeline.runs.collect import silent_since, stale_days
from ogp_pipeline.runs.known_state import known_entries, left_out, waiting_rows
from ogp_pipeline.runs.left_files import Left
from ogp_pipeline.runs.left_over import LeftOver
from ogp_pipeline.runs.signatures import Signatures
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.schema.schemas import PROGRESS_STATUS, Schemas
from ogp_pipeline.site import waiting
from ogp_pipeline.site.results import newest_period, periods_with_results
from ogp_pipeline.site.waiting import Waits
from ogp_pipeline.tables.tables import Ruling, Unfit

HEADLINE = ("commitment_completion", "milestone_completion")


@dataclass(frozen=True, slots=True)
class Number:
    """One headline number: so many of so many. ``title`` and ``label`` by language."""

    plan: str
    metric: str
    period: str
    category: str
    title: Mapping[str, str]
    label: Mapping[str, str]
    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class Headline:
    """The totals of each plan's newest round in a release that asked for a status.

    ``waiting``: rows that wait, and so are not in them. ``unasked``: plan and newest round, where that did not ask.
    """

    version: str
    as_of: str
    numbers: tuple[Number, ...]
    waiting: tuple[Waits, ...] = ()
    unasked: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """A source: deliveries and rows accepted so far, the day of the newest, days beyond its rhythm,
    and rows that are set aside until somebody mends them.
    """

    id: str
    deliveries: int
    rows: int
    known_on: str | None
    stale_days: int | None
    waiting: int = 0

    @property
    def is_silent(self) -> bool:
        """Whether there is no more to say of it than that nothing of it was accepted yet."""
        return not (self.deliveries or self.waiting or self.stale_days is not None)


@dataclass(frozen=True, slots=True)
class Status:
    """Everything that ``ogp status`` says. ``corrections``: those whose expectation fails.

    ``unfit``: rows that were accepted once and that no table can hold. ``left``: files that no source takes.
    ``left_over``: rows that no source gives any more. ``on_hold``: deliveries that wait for a person's word.
    ``signatures``: of what is published.
    """

    release: Release | None
    headline: Headline | None
    last_run: dict[str, Any] | None
    sources: tuple[SourceStatus, ...]
    corrections: tuple[Ruling, ...] = ()
    unfit: tuple[Unfit, ...] = ()
    left: tuple[Left, ...] = ()
    left_over: tuple[LeftOver, ...] = ()
    on_hold: tuple[Held, ...] = ()
    signatures: Signatures | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; the release as its manifest without the files."""
        manifest = self.release.manifest.model_dump(mode="json", exclude={"files"}) if self.release else None
        return {
            "release": manifest,
            "headline": self.headline.to_json() if self.headline else None,
            "last_run": self.last_run,
            "sources": [asdict(source) for source in self.sources],
            "corrections": [asdict(ruling) for ruling in self.corrections],
            "unfit": unfit_rows.to_json(self.unfit),
            "left": [asdict(files) for files in self.left],
            "left_over": [rows.to_json() for rows in self.left_over],
            "on_hold": [held.to_json() for held in self.on_hold],
            "signatures": self.signatures.to_json() if self.signatures else None,
        }


def read(workspace: Workspace, today: date) -> Status:
    """The status now; reads both stores and writes nothing."""
    head = history.head(workspace.publication)
    stored = workspace.intake.get(layout.LAST_RUN)
    entries = known_entries(workspace, anew=True)
    corrections, unfit, ghosts = left_out(workspace, entries, today)
    return Status(
        release=head,
        headline=headline(workspace, head) if head else None,
        last_run=json.loads(stored.data) if stored else None,
        sources=tuple(_source(workspace, source, entries, today) for source in workspace.programme.sources),
        corrections=corrections,
        unfit=unfit,
        left=left_files.look(workspace, None),
        left_over=ghosts,
        on_hold=tuple(held.waiting(workspace.intake, entries)),
        signatures=signatures.look(workspace, head, today) if head else None,
    )


def kept_headline(workspace: Workspace, version: str) -> Headline:
    """The headline numbers of a release, from the private store if they were asked for before: they never change.

    They are kept there, unless it is another publication's.
    """
    key = layout.headline(version, workspace.sha256)
    stored = workspace.intake.get(key)
    if stored is not None:
        values = json.loads(stored.data)
        values["numbers"] = tuple(Number(**number) for number in values["numbers"])
        values["waiting"] = tuple(Waits(**row) for row in values.get("waiting", ()))
        return Headline(**{**values, "unasked": tuple((plan, period) for plan, period in values.get("unasked", ()))})
    release = history.release(workspace.publication, version)
    figures = headline(workspace, release)
    try:
        succession.check(workspace, release)
    except AnotherLedger:
        return figures
    workspace.intake.create(key, rfc8785.dumps(figures.to_json()))  # if it fails, the next run reads them again
    return figures


def headline(workspace: Workspace, release: Release) -> Headline:
    """The headline numbers of a release, from its published metrics."""
    with tempfile.TemporaryDirectory(prefix=scratch.prefix("status")) as folder:
        tables = contents.read(workspace.publication, release, Path(folder)).tables.frames
    metrics = tables["metrics"]
    manifest = release.manifest
    numbers = [
        number
        for plan in workspace.programme.plans
        for metric in HEADLINE
        for number in _newest_round(tables, plan.id, metric, workspace.programme, workspace.schemas)
    ]
    rounds = {plan.id: periods_with_results(tables, plan.id) for plan in workspace.programme.plans}
    unasked = tuple((plan, held[-1][0]) for plan, held in rounds.items() if held and not held[-1][1])
    waits = waiting.read(metrics.to_dict("records"))
    return Headline(release.version, manifest.as_of.isoformat(), tuple(numbers), tuple(waits), unasked)


def _newest_round(
    tables: Mapping[str, pd.DataFrame], plan_id: str, metric: str, programme: Programme, schemas: Schemas
) -> list[Number]:
    metrics, newest_round = tables["metrics"], newest_period(periods_with_results(tables, plan_id))
    rows = metrics[
        (metrics["metric_id"] == metric) & (metrics["plan_id"] == plan_id) & (metrics["dimension"] == "plan")
    ]
    plan = next(item for item in programme.plans if item.id == plan_id)
    if newest_round is None:
        return []
    title = schemas.metrics[metric].title
    newest = {row["category"]: row for row in rows[rows["period_id"] == newest_round].to_dict("records")}
    labels = {code.code: code.label for code in schemas.codes_of(PROGRESS_STATUS, plan.scale)}
    labels["not_reported"] = {language: say("status.not_reported", language) for language in LANGUAGES}
    return [
        Number(
            plan_id,
            metric,
            newest_round,
            category,
            dict(title),
            dict(label),
            int(newest[category]["numerator"]),
            int(newest[category]["denominator"]),
        )
        for category, label in labels.items()
        if category in newest
    ]


def _source(workspace: Workspace, source: Source, entries: list[Entry], today: date) -> SourceStatus:
    own = [entry for entry in entries if entry.source == source.id and not entry.retires]
    newest = max((entry.known_on for entry in own), default=None)
    return SourceStatus(
        source.id,
        len(own),
        sum(sum(entry.counts.values()) for entry in own),
        newest.isoformat() if newest else None,
        stale_days(source, silent_since(workspace, source, own), today),
        len(waiting_rows(workspace, entries, source.id)),
    )
