"""The tables of a comparison as its pages read them, in one language. Nothing is counted here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd
from markupsafe import Markup

from ogp_pipeline.i18n import catalogue
from ogp_pipeline.i18n.languages import spoken
from ogp_pipeline.i18n.text import Said
from ogp_pipeline.metadata import vocabulary
from ogp_pipeline.schema import schemas
from ogp_pipeline.schema.schemas import PROGRESS_STATUS
from ogp_pipeline.site import levels
from ogp_pipeline.site.bar import BarPiece, bar, swatch
from ogp_pipeline.site.figures import Figure, figure
from ogp_pipeline.site.labels import rows, said
from ogp_pipeline.site.results import ALL, NOT_ASKED, NOT_REPORTED
from ogp_pipeline.site.words import words

Row = Mapping[str, Any]
COUNTED = "counted"
_UNKNOWN = (NOT_ASKED, NOT_REPORTED)
_ORDER = ("member_id", "plan_id", "metric_id", "period_id")


@dataclass(frozen=True, slots=True)
class Level:
    """A level of a country's own scale, with its colour."""

    code: str
    label: str
    swatch: Markup


class Compared:
    """``language``: of the page."""

    def __init__(self, tables: Mapping[str, pd.DataFrame], language: str) -> None:
        self.language, self.words = language, words(spoken(language))
        self.hub_words = catalogue.texts("hub.", spoken(language))
        self._rows: dict[str, Sequence[dict[str, Any]]] = {name: tuple(rows(frame)) for name, frame in tables.items()}

    def rows(self, table: str) -> Sequence[dict[str, Any]]:
        """All rows of a table, in the order of their keys."""
        return self._rows[table]

    def by(self, table: str, *columns: str) -> Mapping[tuple[Any, ...], list[Row]]:
        """The rows of a table by the values of some columns."""
        groups: dict[tuple[Any, ...], list[Row]] = {}
        for row in self._rows[table]:
            groups.setdefault(tuple(row[column] for column in columns), []).append(row)
        return groups

    @cached_property
    def members(self) -> Mapping[str, Row]:
        """The rows of ``hub_members``, by their names."""
        return dict(sorted(((row["member_id"], row) for row in self.rows("hub_members")), key=lambda pair: (
            self.name_of(pair[1]).text.casefold(), pair[0])))  # fmt: skip

    @cached_property
    def plans(self) -> Mapping[tuple[str, str], Row]:
        """The plans, by member and id: members in their order, and of each the newest first."""
        own = self.by("compared_plans", "member_id")
        return {
            (row["member_id"], row["plan_id"]): row
            for name in self.members
            for row in sorted(own.get((name,), ()), key=lambda plan: plan["start_date"], reverse=True)
        }

    @property
    def newest(self) -> Sequence[Row]:
        """The newest plan of each member."""
        return [own[0] for own in self._plans_of.values()]

    @cached_property
    def _countries(self) -> Mapping[str, int]:
        counts: dict[str, int] = {}
        for row in self.rows("hub_members"):
            counts[row["country"] or ""] = counts.get(row["country"] or "", 0) + 1
        return counts

    def name_of(self, member: Row) -> Said:
        """The country's name; the publication's title where several members are of one country."""
        code = member["country"]
        if code and self._countries[code] == 1:
            own = spoken(self.language)
            return Said(vocabulary.country_name(code, own), self.language)
        return said(member, "title", self.language) or Said(member["member_id"], self.language)

    def title_of(self, plan: Row) -> Said:
        """A plan's title."""
        return said(plan, "title", self.language) or Said(plan["plan_id"], self.language)

    def own_page(self, member: Row, path: str) -> str | None:
        """A page of the country's own, in this language if it has it."""
        languages = (member["pages"] or "").split()
        if not member["address"] or not languages:
            return None
        language = self.language if self.language in languages else languages[0]
        return f"{member['address']}{language}/{path}"

    @cached_property
    def definitions(self) -> Mapping[str, Row]:
        """The definitions, by id."""
        return {row["definition_id"]: row for row in self.rows("figure_definitions")}

    @cached_property
    def figures(self) -> Mapping[tuple[str, str], list[Row]]:
        """The figures of each plan."""
        return {(member, plan): held for (member, plan), held in self.by("figures", "member_id", "plan_id").items()}

    @cached_property
    def scales(self) -> Mapping[tuple[str, str], list[Row]]:
        """The levels of the progress of each plan, in their order."""
        held: dict[tuple[str, str], list[Row]] = {}
        for row in self.rows("plan_scales"):
            if row["list"] == PROGRESS_STATUS:
                held.setdefault((row["member_id"], row["plan_id"]), []).append(row)
        return {key: sorted(own, key=lambda level: level["order"]) for key, own in held.items()}

    def levels_of(self, plan: Row) -> Sequence[Level]:
        """The plan's own levels."""
        return self._levels.get((plan["member_id"], plan["plan_id"]), ())

    @cached_property
    def _levels(self) -> Mapping[tuple[str, str], Sequence[Level]]:
        made = {}
        for key, own in self.scales.items():
            shades = levels.of_codes([row["code"] for row in own])
            made[key] = [Level(row["code"], self._label(row), swatch(shades[row["code"]])) for row in own]
        return made

    def _own_word(self, row: Row, code: str | None) -> str | None:
        """What the country calls a code of its own scale; None if that has no such level."""
        return next((level.label for level in self.levels_of(row) if level.code == code), None)

    def plans_of(self, member: str) -> list[Row]:
        """The plans of a member, the newest first."""
        return self._plans_of.get(member, [])

    @cached_property
    def _plans_of(self) -> Mapping[str, list[Row]]:
        held: dict[str, list[Row]] = {}
        for row in self.plans.values():
            held.setdefault(row["member_id"], []).append(row)
        return held

    def sources_of(self, member: str) -> list[Row]:
        """The files that were read of a member."""
        return self._sources.get((member,), [])

    @cached_property
    def _sources(self) -> Mapping[tuple[Any, ...], list[Row]]:
        return self.by("figure_sources", "member_id")

    def swatch_of(self, plan: Row, code: str) -> Markup:
        """The little square of a level of the plan; of what is no level, that of what is not known."""
        return next((level.swatch for level in self.levels_of(plan) if level.code == code), swatch(None))

    def commitments_of(self, member: str) -> list[Row]:
        """The commitments of a member."""
        return self._commitments.get((member,), [])

    @cached_property
    def _commitments(self) -> Mapping[tuple[Any, ...], list[Row]]:
        return self.by("commitment_index", "member_id")

    def level_of(self, commitment: Row) -> str | None:
        """The level of a commitment in the country's own words; None where nothing is known."""
        code: str | None = commitment["level"]
        return self._own_word(commitment, code) or code

    def word(self, code: str) -> str:
        """What a code of our lists is called, or the code."""
        return self._labels.get(code, code)

    def without(self, metric: str) -> list[Row]:
        """The plans that have no number of a metric."""
        having = {(row["member_id"], row["plan_id"]) for row in self.rows("figures") if row["metric_id"] == metric}
        return [plan for key, plan in self.plans.items() if key not in having]

    def _label(self, row: Row) -> str:
        label = said(row, "label", self.language)
        return label.text if label else str(row["code"])

    def category(self, row: Row) -> str:
        """What a number is of, in the country's own words where it has any."""
        code = row["category"]
        return self._own_word(row, code) or self.words.get(code) or self._labels.get(code) or str(code)

    @cached_property
    def _labels(self) -> Mapping[str, str]:
        own = spoken(self.language)
        return {code.code: code.label[own] for listed in schemas.load().codes.values() for code in listed}

    def period(self, row: Row) -> tuple[str | None, date | None, date | None]:
        """The stage of a number, or the first and last day of its period."""
        name = row["period_id"]
        if row["period_end"] is not None:
            return None, row["period_start"], row["period_end"]
        return (
            (None if name == ALL else self._labels.get(name) or self.words.get(f"{name}_of_plan") or name),
            None,
            None,
        )

    def figure(self, row: Row) -> Figure | None:
        """A number as people read it; None where it is none."""
        if row["status"] != COUNTED:
            return None
        unit = self.definitions[row["definition_id"]]["unit"] or ""
        return figure(
            row["metric_id"],
            unit,
            row["numerator"],
            row["denominator"],
            self.language,
            missing=row["missing"],
            has_value=row["value"] is not None,
        )

    def bar_of(self, series: Sequence[Row], name: str, identity: str) -> Markup:
        """The bar of a series of one plan and period: its levels in the colours of its own scale."""
        own = self.scales.get((series[0]["member_id"], series[0]["plan_id"]), [])
        shades = levels.of_codes([row["code"] for row in own])
        if not any(row["category"] in shades for row in series):
            shades = levels.of_codes([row["category"] for row in series if row["category"] not in _UNKNOWN])
        pieces = [
            BarPiece(self.category(row), row["numerator"], shades.get(row["category"])) for row in self.in_order(series)
        ]
        total = max(row["denominator"] for row in series)
        rest = total - sum(piece.count for piece in pieces)
        whole = [*pieces, BarPiece(self.words["not_known"], rest, None)] if rest > 0 else pieces
        return bar(whole, name, identity)

    def in_order(self, series: Iterable[Row]) -> list[Row]:
        """A series in the order of the country's scale; what is no level comes last."""
        held = list(series)
        if not held:
            return held
        own = [row["code"] for row in self.scales.get((held[0]["member_id"], held[0]["plan_id"]), [])]
        place = {code: turn for turn, code in enumerate(own)}
        last = len(own)
        return sorted(held, key=lambda row: (place.get(row["category"], last + (row["category"] in _UNKNOWN)),
                                             row["category"]))  # fmt: skip
