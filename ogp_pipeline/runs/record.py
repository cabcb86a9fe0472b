"""What a run leaves behind: ``runs/<id>.json`` in the private store."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal, cast

import rfc8785

from ogp_pipeline.i18n.catalogue import count, say
from ogp_pipeline.i18n.legible import legible_tree
from ogp_pipeline.intake.held import Held
from ogp_pipeline.runs import unfit_rows
from ogp_pipeline.runs.left_files import Left
from ogp_pipeline.runs.left_over import LeftOver
from ogp_pipeline.runs.outcomes import NothingReceived, Outcome, name
from ogp_pipeline.runs.standing_troubles import News
from ogp_pipeline.tables.tables import Ruling, Unfit

State = Literal["accepted", "in_part", "same", "rejected", "held", "nothing", "failed"]


@dataclass(frozen=True, slots=True)
class DeliverySummary:
    """One delivery of a source: its id, what became of it, and where the receipt is in the private store.

    ``reason``: what broke on our side, what else was not taken, or what the programme file did not foresee.
    """

    id: str
    state: State
    files: int
    rows: int
    problems: int
    notes: int
    receipt: str | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class SourceResult:
    """What one source gave in this run. ``stale_days``: days over its rhythm without anything new.

    ``waiting``: rows of it that are set aside after this run, until somebody mends them. ``seconds``: how long it took;
    None where nobody looked, as in records of older software.
    """

    source: str
    supplier: str
    state: State
    deliveries: tuple[DeliverySummary, ...] = ()
    reason: str | None = None
    stale_days: int | None = None
    waiting: int = 0
    seconds: float | None = field(default=None, compare=False)

    @property
    def rows(self) -> int:
        """Rows accepted in this run."""
        return sum(item.rows for item in self.deliveries if item.state in ("accepted", "in_part"))

    @property
    def problems(self) -> int:
        """Blocking problems in deliveries that were refused, or taken in part."""
        return sum(item.problems for item in self.deliveries if item.state in ("rejected", "in_part"))


@dataclass(frozen=True, slots=True)
class ReleaseSummary:
    """A release that this run published. ``changes``: rows ``added``, ``changed`` and ``removed``, of all datasets.

    ``rows`` of its tables and ``bytes`` of its files; None in records of older software.
    """

    release: int
    version: str
    as_of: str
    changes: dict[str, int]
    rows: int | None = None
    bytes: int | None = None


@dataclass(frozen=True, slots=True)
class RunRecord:
    """The whole run. Times are ISO 8601 in UTC. ``corrections``: those whose expectation fails.

    ``unfit``: rows that were accepted once and that no table can hold. ``left``: files that no source takes.
    ``left_over``: rows that no source gives any more. ``on_hold``: deliveries that wait for a person's word, whenever
    they came. ``news``: what is wrong, told apart from what was known before the run. ``kept``: False
    where nothing may be written, because the private store is another's or the clock stands wrong.
    """

    run_id: str
    started: datetime
    seconds: float
    outcome: Outcome
    as_of: str | None
    sources: tuple[SourceResult, ...]
    releases: tuple[ReleaseSummary, ...]
    store: str
    corrections: tuple[Ruling, ...] = ()
    unfit: tuple[Unfit, ...] = ()
    left: tuple[Left, ...] = ()
    left_over: tuple[LeftOver, ...] = ()
    on_hold: tuple[Held, ...] = ()
    news: News = field(default_factory=News)
    kept: bool = True

    @property
    def version(self) -> str | None:
        """The release that the outcome names: published, or still the newest one."""
        return None if isinstance(self.outcome, NothingReceived) else self.outcome.version

    @property
    def waiting(self) -> int:
        """Rows that wait to be mended, of all sources."""
        return sum(source.waiting for source in self.sources) + len(self.unfit)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, legible and without secrets; the outcome's own fields stand beside its name."""
        record = asdict(self)
        record["waiting"] = self.waiting
        record["unfit"] = unfit_rows.to_json(self.unfit)
        record["left_over"] = [rows.to_json() for rows in self.left_over]
        record["on_hold"] = [held.to_json() for held in self.on_hold]
        record["started"] = self.started.isoformat()
        del record["news"]
        record["troubles"] = troubles_to_json(self.news)
        record["outcome"] = {
            "name": name(self.outcome),
            "exit_code": self.outcome.exit_code,
            **details(self.outcome),
        }
        return cast("dict[str, Any]", legible_tree(record))

    def to_bytes(self) -> bytes:
        """Canonical JSON, as it is stored."""
        return rfc8785.dumps(self.to_json())


def troubles_to_json(news: News) -> dict[str, list[dict[str, Any]]]:
    """Plain JSON values: ``new``, ``known`` and ``cured``."""
    told = {"new": news.new, "known": news.known, "cured": news.cured}
    return {name: [asdict(item) | {"since": item.since.isoformat()} for item in items] for name, items in told.items()}


def details(outcome: Outcome) -> dict[str, object]:
    """The outcome's own fields: version, problems, deliveries, reason."""
    return asdict(outcome)


def explain(outcome: Outcome, language: str) -> str:
    """The outcome's own fields as half a sentence: ``version 1.0.0, 3 things to correct in 1 delivery``."""
    told = []
    for key, value in details(outcome).items():
        if isinstance(value, int):
            told.append(count(f"run.detail.{key}", value, language))
        elif value is not None:
            told.append(say(f"run.detail.{key}", language, value=value))
    return ", ".join(told)


def is_silent(result: SourceResult) -> bool:
    """Whether there is no more to say of a source than that nothing was received from it."""
    return result.state == "nothing" and not (result.reason or result.waiting or result.stale_days is not None)


def describe(result: SourceResult, language: str) -> str:
    """The state of a source in words, with the reason and how long it has been silent."""
    parts = [say(f"run.state.{result.state}", language)]
    if result.reason:
        parts.append(result.reason)
    if result.waiting:
        parts.append(count("run.waiting", result.waiting, language))
    if result.stale_days is not None:
        parts.append(count("run.stale", result.stale_days, language))
    return "; ".join(parts)


def receipts_to_read(result: SourceResult) -> list[str]:
    """The receipts, in the private store, of what was not taken whole."""
    told = ("rejected", "held", "in_part", "failed")
    return [item.receipt for item in result.deliveries if item.state in told and item.receipt is not None]
