"""What the home page shows of each plan, as values. Every number is one of the table ``metrics``, never
counted here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from markupsafe import Markup

from ogp_pipeline.evaluation.scales import COMPLETE
from ogp_pipeline.evaluation.waiting import REPORTS
from ogp_pipeline.i18n.text import Said
from ogp_pipeline.schema.schemas import PROGRESS_STATUS, Schemas
from ogp_pipeline.site import addresses, levels, notation, waiting
from ogp_pipeline.site.bar import BarPiece, bar, swatch
from ogp_pipeline.site.figures import OF_STAGES, Figure, figure
from ogp_pipeline.site.labels import Labels, rows, said
from ogp_pipeline.site.plain import Plain
from ogp_pipeline.site.report.blocks import Link

ALL = "all"
NOT_REPORTED, NOT_ASKED = "not_reported", "not_asked"
UNKNOWN = (NOT_REPORTED, NOT_ASKED)  # beside the levels: nothing is known
COUNTS = ("commitments", "milestones")
LEVELS = {"commitment_completion": "commitments", "milestone_completion": "milestones"}
COMPLIANCE = "reporting_compliance"
Name = Said | Link  # a link where there is a page


@dataclass(frozen=True, slots=True)
class LevelShare:
    """One line of a completion table."""

    label: str
    swatch: Markup
    numerator: int
    denominator: int
    share: str | None


@dataclass(frozen=True)
class Completion:
    """Commitments or milestones (``unit``) by level, for the newest period that has results."""

    unit: str
    levels: Sequence[LevelShare]
    bar: Markup
    definition: Said | None
    path: str


@dataclass(frozen=True)
class StatusGrid:
    """Levels as columns and a line for each period or theme: its name, the counts (None: unknown), and the total.

    ``bars``: the same drawn, for each line its name, the bar, its width as a share of the longest, and how many are
    complete, in words.
    """

    unit: str
    levels: Sequence[str]
    lines: Sequence[tuple[Name, Sequence[int | None], int]]
    bars: Sequence[tuple[Name, Markup, int, str]] = ()
    legend: Sequence[tuple[str, Markup]] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric of the plan without levels."""

    title: Said
    path: str
    definition: Said
    figure: Figure


@dataclass(frozen=True, slots=True)
class Reporting:
    """An institution and the reports expected and received from it in the newest period."""

    name: Name
    received: int
    expected: int


@dataclass(frozen=True)
class PlanView:
    """One action plan. ``period``: the newest that asked for a status and has results, None before there is one.

    ``unasked``: the newest with results, where that one did not ask. ``reported``: the one that ``reporting`` is of.
    """

    id: str
    title: Said
    starts: date
    ends: date
    period: Said | None
    unasked: Said | None
    reported: Said | None
    totals: Sequence[tuple[str, int]]
    completions: Sequence[Completion]
    by_period: Sequence[StatusGrid]
    by_cluster: Sequence[StatusGrid]
    measures: Sequence[Measure]
    reporting: Sequence[Reporting]
    waiting: Sequence[str]

    @property
    def silent(self) -> Sequence[Reporting]:
        """Those of whom nothing was heard."""
        return [line for line in self.reporting if line.expected and not line.received]


def plans(
    tables: Mapping[str, pd.DataFrame],
    metrics: Mapping[str, Sequence[Mapping[str, Any]]],
    schemas: Schemas,
    language: str,
    words: Mapping[str, str],
    plain: Plain,
) -> list[PlanView]:
    """Every plan of the release, the newest first. ``metrics``: the rows of that table by plan."""
    ordered = sorted(rows(tables["action_plans"]), key=lambda plan: plan["start_date"], reverse=True)
    return [
        _Plan(plan, tables, metrics.get(plan["plan_id"], ()), schemas, language, words, plain).view()
        for plan in ordered
    ]


def newest_period(tables: Mapping[str, pd.DataFrame], plan_id: str) -> str | None:
    """The last reporting period, by its start, that asked for a status and for which completion was computed."""
    asked = [period for period, did_ask in periods_with_results(tables, plan_id) if did_ask]
    return asked[-1] if asked else None


def periods_with_results(tables: Mapping[str, pd.DataFrame], plan_id: str) -> list[tuple[str, bool]]:
    """The plan's periods for which completion was computed, by their start, and whether each asked for a status.

    One in which a status was given although it did not ask for any is not the one to rest a headline on either.
    """
    metrics, periods = tables["metrics"], tables["reporting_periods"]
    levels = metrics.loc[metrics["metric_id"].isin(LEVELS) & (metrics["plan_id"] == plan_id)]
    computed, unasked = set(levels["period_id"]), set(levels.loc[not_asked(levels), "period_id"])
    ordered = sorted(rows(periods), key=lambda period: (period["start_date"], period["period_id"]))
    return [
        (period["period_id"], period["period_id"] not in unasked)
        for period in ordered
        if period["period_id"] in computed
    ]


def not_asked(levels: pd.DataFrame) -> "pd.Series[bool]":
    """Which rows of completion by level say that somebody was not asked."""
    return ((levels["category"] == NOT_ASKED) & (levels["numerator"] > 0)).fillna(False).astype("bool")


class _Plan:
    """The pieces of one plan's view; they share its metrics, its scale and the language."""

    def __init__(
        self,
        plan: dict[str, Any],
        tables: Mapping[str, pd.DataFrame],
        metrics: Sequence[Mapping[str, Any]],
        schemas: Schemas,
        language: str,
        words: Mapping[str, str],
        plain: Plain,
    ) -> None:
        self.plan, self.tables, self.schemas, self.language, self.words = plan, tables, schemas, language, words
        self.plain = plain
        self.metrics = metrics
        self.definitions = {row["metric_id"]: row for row in rows(tables["metric_definitions"])}
        self.period = newest_period(tables, plan["plan_id"])
        with_results = periods_with_results(tables, plan["plan_id"])
        self.newest = with_results[-1][0] if with_results else None
        self.unasked = None if self.newest == self.period else self.newest
        scale = Labels(tables["code_lists"], language).codes(PROGRESS_STATUS, plan["scale"])
        self.shades = levels.of_scale(schemas.codes_of(PROGRESS_STATUS, plan["scale"]))
        self.levels = {**scale, NOT_ASKED: words["not_asked"], NOT_REPORTED: words["not_reported"]}

    def view(self) -> PlanView:
        plan, periods = self.plan, self._names("reporting_periods", "title")
        return PlanView(
            id=plan["plan_id"],
            title=self._said(plan, "title") or Said(plan["plan_id"], self.language),
            starts=plan["start_date"],
            ends=plan["end_date"],
            period=periods.get(self.period) if self.period else None,
            unasked=periods.get(self.unasked) if self.unasked else None,
            reported=periods.get(self.newest) if self.newest else None,
            totals=[(unit, total) for unit in COUNTS if (total := self._total(unit)) is not None],
            completions=[completion for metric in LEVELS if (completion := self._completion(metric))],
            by_period=self._grids("plan", "period_id", periods),
            by_cluster=self._grids("cluster", "member_id", self._themes()),
            measures=list(self._measures()),
            reporting=self._reporting(),
            waiting=self._waiting(),
        )

    def _said(self, row: Mapping[str, Any], column: str) -> Said | None:
        return said(row, column, self.language)

    def _names(self, table: str, column: str) -> dict[str, Said]:
        """Id -> name of what the plan's metrics speak of, in the order in which pages show it."""
        frame = self.tables[table]
        key = str(frame.columns[0])
        lines = list(rows(frame))
        if "start_date" in frame.columns:
            lines.sort(key=lambda row: (row["start_date"], row[key]))
        return {row[key]: self._said(row, column) or Said(row[key], self.language) for row in lines}

    def _themes(self) -> dict[str, Name]:
        """Each with its page."""
        return {key: Link(name, addresses.theme(key)) for key, name in self._names("clusters", "name").items()}

    def _select(self, metric: str, dimension: str, period: str | None = None) -> list[Mapping[str, Any]]:
        wanted = [r for r in self.metrics if r["metric_id"] == metric and r["dimension"] == dimension]
        return [row for row in wanted if period is None or row["period_id"] == period]

    def _total(self, unit: str) -> int | None:
        totals = self._select(unit, "plan")
        return int(totals[0]["numerator"]) if totals else None

    def _completion(self, metric: str) -> Completion | None:
        by_level = {row["category"]: row for row in self._select(metric, "plan", self.period)} if self.period else {}
        shown = [code for code in self.levels if code in by_level and self._worth_a_line(code, by_level[code])]
        if not shown:
            return None
        parts = [BarPiece(self.levels[code], by_level[code]["numerator"], self._shade(code)) for code in shown]
        total = by_level[shown[0]]["denominator"]
        shares = [
            LevelShare(part.label, swatch(part.shade), *numbers, notation.share(*numbers))
            for part, numbers in zip(parts, (_numbers(by_level[code]) for code in shown), strict=True)
        ]
        unit = LEVELS[metric]
        drawing = bar(
            self._whole(parts, total),
            f"{self.words['bar_of']}, {self.words[unit]}",
            f"bar-{self.plan['plan_id']}-{unit}",
        )
        definition = self.plain.definition(metric, self._said(self.definitions.get(metric, {}), "definition"))
        return Completion(unit, shares, drawing, definition, addresses.metric(metric))

    def _whole(self, parts: Sequence[BarPiece], total: int) -> Sequence[BarPiece]:
        """With what no level says anything of: else 21 of 38 would look like all of them."""
        rest = total - sum(part.count for part in parts)
        return [*parts, BarPiece(self.words["not_known"], rest, None)] if rest > 0 else parts

    def _shade(self, code: str) -> str | None:
        """By the code's place in the whole scale, so that a level has one colour on all of the page."""
        return None if code in UNKNOWN else self.shades.get(code)

    def _worth_a_line(self, code: str, row: Mapping[str, Any]) -> bool:
        return code not in UNKNOWN or row["numerator"] > 0

    def _grids(self, dimension: str, line: str, names: Mapping[str, Name]) -> list[StatusGrid]:
        return [grid for metric in LEVELS if (grid := self._grid(metric, dimension, line, names))]

    def _grid(self, metric: str, dimension: str, line: str, names: Mapping[str, Name]) -> StatusGrid | None:
        """``line``: the column of ``metrics`` that parts the lines; only lines of periods show every period."""
        if self.period is None:
            return None
        members: dict[str, dict[str, Mapping[str, Any]]] = {}
        for row in self._select(metric, dimension, None if line == "period_id" else self.period):
            members.setdefault(row[line], {})[row["category"]] = row
        shown = [
            code
            for code in self.levels
            if any(code in by and self._worth_a_line(code, by[code]) for by in members.values())
        ]
        lines = [
            (
                names[member],
                [_known_count(by_level[code]) if code in by_level else 0 for code in shown],
                next(iter(by_level.values()))["denominator"],
            )
            for member in names
            if (by_level := members.get(member))
        ]
        if not lines:
            return None
        unit, levels = LEVELS[metric], [self.levels[code] for code in shown]
        names_of = f"{line}-{self.plan['plan_id']}-{unit}".replace("_", "-")
        return StatusGrid(
            *(unit, levels, lines, self._bars(shown, lines, names_of)),
            [(label, swatch(self._shade(code))) for label, code in zip(levels, shown, strict=True)],
        )

    def _bars(
        self, codes: Sequence[str], lines: Sequence[tuple[Name, Sequence[int | None], int]], identity: str
    ) -> list[tuple[Name, Markup, int, str]]:
        """Small multiples: all in one measure, so that a theme of two is not as long as one of twenty."""
        longest = max((total for _, _, total in lines), default=0)
        meanings = {code.code: code.progress for code in self.schemas.codes_of(PROGRESS_STATUS, self.plan["scale"])}
        made = []
        for place, (name, counts, total) in enumerate(lines):
            is_told = any(count is not None for code, count in zip(codes, counts, strict=True) if code not in UNKNOWN)
            pieces = [
                BarPiece(self.levels[code], count or 0, self._shade(code))
                for code, count in zip(codes, counts, strict=True)
            ]
            done = sum(count or 0 for code, count in zip(codes, counts, strict=True) if meanings.get(code) == COMPLETE)
            told = self.words["done_of"].format(count=done, total=total) if is_told else self.words["not_known"]
            width = max(100 * total // longest, 4) if longest else 0
            made.append((name, bar(self._whole(pieces, total), _text(name), f"{identity}-{place}"), width, told))
        return made

    def _measures(self) -> list[Measure]:
        measures = []
        for metric, definition in self.definitions.items():
            newest = self._select(metric, "plan", ALL) or self._select(metric, "plan", self.period or "")
            title, words = self._said(definition, "title"), self.plain.said(self._said(definition, "definition"))
            if metric in (*COUNTS, *LEVELS, REPORTS) or not (title and words):
                continue
            if metric in OF_STAGES and any(row["period_id"] != ALL for row in self._select(metric, "plan")):
                continue  # the report has a line for each part
            for row in newest:
                if row["category"] == ALL:
                    has_value, unit = row["value"] is not None, definition["unit"]
                    shown = figure(
                        metric, unit, *_numbers(row), self.language, missing=row["missing"], has_value=has_value
                    )
                    measures.append(Measure(title, addresses.metric(metric), words, shown))
        return measures

    def _waiting(self) -> list[str]:
        titles = self._names("reporting_periods", "title")
        every = waiting.read(self.metrics)
        return [
            waiting.told(row_waiting, self.schemas, lambda period: titles[period].text, self.language)
            for row_waiting in every
        ]

    def _reporting(self) -> list[Reporting]:
        every = self._names("institutions", "name")
        names: dict[str, Name] = {key: Link(name, addresses.institution(key)) for key, name in every.items()}
        received = self._select(COMPLIANCE, "institution", self.newest) if self.newest else []
        lines = [
            Reporting(
                names.get(row["member_id"], Said(row["member_id"], self.language)),
                row["numerator"],
                row["denominator"],
            )
            for row in received
        ]
        return sorted(lines, key=lambda line: _text(line.name))


def _text(name: Name) -> str:
    return name.title.text if isinstance(name, Link) else name.text


def _numbers(row: Mapping[str, Any]) -> tuple[int, int]:
    return row["numerator"], row["denominator"]


def _known_count(row: Mapping[str, Any]) -> int | None:
    """The count of a level, or None where nothing was reported: nobody knows whether it is zero."""
    unknown = row["value"] is None and not row["numerator"] and row["missing"] == row["denominator"]
    return None if unknown and row["category"] not in UNKNOWN else int(row["numerator"])
