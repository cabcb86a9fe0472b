"""What the commitments page shows, as values: theme, commitment, tree of milestones, last words, evidence."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from ogp_pipeline.i18n.catalogue import number
from ogp_pipeline.i18n.text import Said
from ogp_pipeline.schema.schemas import PROGRESS_STATUS
from ogp_pipeline.site.home import newest_period
from ogp_pipeline.site.labels import Labels, rows, said

_DIGITS = re.compile(r"(\d+)")
_LINK = re.compile(r"https?://[^\s]+\Z")


@dataclass(frozen=True, slots=True)
class Proof:
    """A piece of evidence. ``url`` only where it is an absolute http(s) address; others are shown as text."""

    label: Said
    kind: str
    url: str | None


@dataclass(frozen=True)
class MilestoneView:
    """One milestone. ``status``, ``percent``: in the newest period that has results, None where not reported.

    ``words``, ``challenges``, ``next_steps``: of the last update that says anything; ``words_period`` names
    its period. ``reported``: whether anybody reported on it, also without a word.
    """

    id: str
    title: Said
    institution: Said | None
    due: date | None
    due_text: str | None
    status: str | None
    percent: str | None
    reported: bool
    nil: bool
    words: Said | None
    next_steps: Said | None
    words_period: Said | None
    evidence: Sequence[Proof]
    children: Sequence["MilestoneView"]


@dataclass(frozen=True)
class CommitmentView:
    """One commitment. ``tally``: label of a status -> how many of its undivided milestones stand there."""

    id: str
    title: Said
    description: Said | None
    leads: Sequence[Said]
    supports: Sequence[Said]
    tally: Sequence[tuple[str, int]]
    url: str | None
    milestones: Sequence[MilestoneView]


@dataclass(frozen=True)
class ClusterView:
    """A theme of a plan and its commitments. ``name`` is None for those without a theme."""

    id: str
    name: Said | None
    plan: Said
    period: Said | None
    commitments: Sequence[CommitmentView]


def clusters(tables: Mapping[str, pd.DataFrame], language: str, words: Mapping[str, str]) -> list[ClusterView]:
    """Every theme that has commitments, newest plan first, in the order of the table ``clusters``.

    ``updates`` hold the statuses that they count with (``evaluation.counted``).
    """
    plans = sorted(rows(tables["action_plans"]), key=lambda plan: plan["start_date"], reverse=True)
    return [view for plan in plans for view in _Plan(plan, tables, language, words).views()]


def natural(identity: str) -> list[tuple[int, str]]:
    """A sort key in which ``US0113.10`` stands after ``US0113.9``."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in _DIGITS.split(identity)]


class _Plan:
    def __init__(
        self,
        plan: dict[str, Any],
        tables: Mapping[str, pd.DataFrame],
        language: str,
        words: Mapping[str, str],
    ) -> None:
        self.plan, self.tables, self.language, self.words = plan, tables, language, words
        labels = Labels(tables["code_lists"], language)
        self.statuses = labels.codes(PROGRESS_STATUS, plan["scale"])
        self.kinds = labels.codes("evidence_kind")
        self.period = newest_period(tables, plan["plan_id"])
        starts = sorted(rows(tables["reporting_periods"]), key=lambda row: (row["start_date"], row["period_id"]))
        self.periods = {
            row["period_id"]: said(row, "title", language) or Said(row["period_id"], language) for row in starts
        }
        self.institutions = {
            row["institution_id"]: said(row, "name", language) or Said(row["institution_id"], language)
            for row in rows(tables["institutions"])
        }
        self.roles: dict[tuple[str, str], list[Said]] = {}
        for row in rows(tables["commitment_institutions"]):
            name = self.institutions.get(row["institution_id"]) or Said(row["institution_id"], language)
            self.roles.setdefault((row["commitment_id"], row["role"]), []).append(name)
        self.updates = self._by_milestone("updates")
        self.evidence = self._by_milestone("evidence")
        self.milestones: dict[str, list[dict[str, Any]]] = {}
        for row in rows(tables["milestones"]):
            self.milestones.setdefault(row["commitment_id"], []).append(row)

    def views(self) -> list[ClusterView]:
        mine = [row for row in rows(self.tables["commitments"]) if row["plan_id"] == self.plan["plan_id"]]
        themes = [row for row in rows(self.tables["clusters"]) if row["plan_id"] == self.plan["plan_id"]]
        title = said(self.plan, "title", self.language) or Said(self.plan["plan_id"], self.language)
        views = []
        for identity, name in [
            *((row["cluster_id"], said(row, "name", self.language)) for row in themes),
            (None, None),
        ]:
            chosen = sorted(
                (row for row in mine if row["cluster_id"] == identity),
                key=lambda row: natural(row["commitment_id"]),
            )
            if chosen:
                views.append(
                    ClusterView(
                        f"{self.plan['plan_id']}-{identity or 'none'}",
                        name,
                        title,
                        self.periods.get(self.period) if self.period else None,
                        [self._commitment(row) for row in chosen],
                    )
                )
        return views

    def _by_milestone(self, table: str) -> dict[str, dict[str, list[dict[str, Any]]]]:
        rows_of: dict[str, dict[str, list[dict[str, Any]]]] = {}
        for row in rows(self.tables[table]):
            rows_of.setdefault(row["milestone_id"], {}).setdefault(row["period_id"], []).append(row)
        return rows_of

    def _commitment(self, row: dict[str, Any]) -> CommitmentView:
        identity = row["commitment_id"]
        own = self.milestones.get(identity, [])
        parents = {part["parent_id"] for part in own}
        names = {part["milestone_id"] for part in own}
        children: dict[str | None, list[dict[str, Any]]] = {}
        for part in own:
            children.setdefault(part["parent_id"] if part["parent_id"] in names else None, []).append(part)
        return CommitmentView(
            id=identity,
            title=said(row, "title", self.language) or Said(identity, self.language),
            description=said(row, "description", self.language),
            leads=self.roles.get((identity, "lead"), []),
            supports=self.roles.get((identity, "support"), []),
            tally=self._tally([part["milestone_id"] for part in own if part["milestone_id"] not in parents]),
            url=_link(row["url"]),
            milestones=self._tree(None, children),
        )

    def _tally(self, milestones: Sequence[str]) -> list[tuple[str, int]]:
        if self.period is None:
            return []
        counted = Counter(self._status(milestone) for milestone in milestones)
        lines = [(label, counted[label]) for label in self.statuses.values()]
        return [(label, count) for label, count in [*lines, (self.words["not_reported"], counted[None])] if count]

    def _tree(self, parent: str | None, children: Mapping[str | None, list[dict[str, Any]]]) -> list[MilestoneView]:
        return [
            self._milestone(row, children)
            for row in sorted(children.get(parent, ()), key=lambda row: natural(row["milestone_id"]))
        ]

    def _milestone(self, row: dict[str, Any], children: Mapping[str | None, list[dict[str, Any]]]) -> MilestoneView:
        identity = row["milestone_id"]
        period, update = self._last_words(identity)
        return MilestoneView(
            id=identity,
            title=said(row, "title", self.language) or Said(identity, self.language),
            institution=self.institutions.get(row["institution_id"]),
            due=row["due_date"],
            due_text=row["due_text"],
            status=self._status(identity),
            percent=self._percent(identity),
            reported=any(self.updates.get(identity, {}).values()),
            nil=bool(update.get("nil")),
            words=said(update, "progress", self.language),
            next_steps=said(update, "next_steps", self.language),
            words_period=(self.periods.get(period) or Said(period, self.language)) if period else None,
            evidence=self._evidence(identity),
            children=self._tree(identity, children),
        )

    def _status(self, milestone: str) -> str | None:
        updates = self.updates.get(milestone, {}).get(self.period or "", [])
        code = updates[0]["status"] if updates else None
        return self.statuses.get(code, code) if code else None

    def _percent(self, milestone: str) -> str | None:
        updates = self.updates.get(milestone, {}).get(self.period or "", [])
        percent = updates[0]["percent"] if updates else None
        return f"{number(float(percent), self.language)} %" if percent is not None else None

    def _last_words(self, milestone: str) -> tuple[str | None, dict[str, Any]]:
        for period in reversed(self.periods):
            for update in self.updates.get(milestone, {}).get(period, []):
                if update["nil"] or said(update, "progress", self.language):
                    return period, update
        return None, {}

    def _evidence(self, milestone: str) -> list[Proof]:
        given = self.evidence.get(milestone, {})
        newest = next((period for period in reversed(self.periods) if period in given), None)
        return [self._proof(row) for row in given[newest]] if newest else []

    def _proof(self, row: dict[str, Any]) -> Proof:
        url = _link(row["url"])
        text = said(row, "title", self.language) or said(row, "description", self.language)
        kind = self.kinds.get(row["kind"], row["kind"])
        return Proof(text or Said(row["url"] or kind, self.language), kind, url)


def _link(url: str | None) -> str | None:
    return url if url and _LINK.match(url) else None
