"""What a page speaks of, and in which language: any page that shows the release's rows, and one report."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from textwrap import shorten
from typing import Any

from ogp_pipeline.i18n import catalogue
from ogp_pipeline.i18n.languages import spoken
from ogp_pipeline.i18n.text import Said
from ogp_pipeline.schema.schemas import PROGRESS_STATUS
from ogp_pipeline.site import addresses, levels
from ogp_pipeline.site.home import NOT_ASKED, NOT_REPORTED
from ogp_pipeline.site.labels import Labels, said
from ogp_pipeline.site.report.blocks import Block, Item, Words
from ogp_pipeline.site.report.published import PeriodReport, Published, Rows

Row = Mapping[str, Any]
LEAD = "lead"
_BEGINNING = 90  # letters of a proposal's text that stand for the title that it lacks
STAGES = ("end_of_term", "midterm", "self", "design")


class PageContext:
    """A language, and the published tables.

    ``language``: of the programme's texts; ``own``: of our own words, another where we do not speak that one.
    """

    def __init__(self, published: Published, language: str, words: Mapping[str, str]) -> None:
        self.published, self.language, self.words = published, language, words
        self.own = spoken(language)
        self.as_of = published.as_of
        self._shades: dict[str, Mapping[str, str]] = {}

    @property
    def labels(self) -> Labels:
        """The words of codes."""
        return self.published.labels(self.language)

    def said(self, row: Row, column: str) -> Said | None:
        """A text of a row, in the page's language if there is one."""
        return said(row, column, self.language)

    def definition(self, row: Row) -> Said | None:
        """A metric's definition, with what the programme chose of it first."""
        return self.published.plain.definition(row["metric_id"], self.said(row, "definition"))

    def plainly(self, row: Row, column: str) -> Said | None:
        """The same of a definition, in which names of columns and codes give way to what they are called."""
        return self.published.plain.said(self.said(row, column))

    def said_or_id(self, row: Row | None, column: str, identity: str) -> Said:
        """A text of a row, or the row's id where it has no text."""
        return (self.said(row, column) if row else None) or Said(identity, self.language)

    def day(self, value: date) -> str:
        """A day in words."""
        return catalogue.day(value, self.own)

    def institution(self, identity: str | None) -> Said | None:
        """An institution's name."""
        if identity is None:
            return None
        return self.said_or_id(self.published.one("institutions", "institution_id", identity), "name", identity)

    def responsible(self, milestone: Row) -> tuple[str, ...]:
        """The institutions that answer for a milestone: its own, else those that lead its commitment."""
        if milestone["institution_id"] is not None:
            return (milestone["institution_id"],)
        roles = self.published.by("commitment_institutions", "commitment_id").get(milestone["commitment_id"], ())
        return tuple(sorted(row["institution_id"] for row in roles if row["role"] == LEAD))

    def institutions(self, identities: Sequence[str]) -> Said | None:
        """The names of several institutions, in one text."""
        names = [name for identity in identities if (name := self.institution(identity)) is not None]
        if len(names) == 1:
            return names[0]
        return Said(", ".join(name.text for name in names), self.language) if names else None

    def cluster(self, identity: str | None) -> Said | None:
        """A theme's name."""
        if identity is None:
            return None
        return self.said_or_id(self.published.one("clusters", "cluster_id", identity), "name", identity)

    def title_of(self, period: Row) -> Said:
        """A period's title."""
        return self.said_or_id(period, "title", period["period_id"])

    def commitment(self, identity: str) -> Item:
        """A commitment, with its page."""
        row = self.published.one("commitments", "commitment_id", identity)
        path = addresses.commitment(identity) if row else None
        return Item(identity, self.said_or_id(row, "title", identity), path)

    def milestone(self, row: Row) -> Item:
        """A milestone, with its place on its commitment's page."""
        identity = row["milestone_id"]
        owner = self.published.one("commitments", "commitment_id", row["commitment_id"])
        path = addresses.milestone(row["commitment_id"], identity) if owner else None
        return Item(identity, self.said_or_id(row, "title", identity), path)

    def proposal_title(self, proposal: Row | None, identity: str) -> Said:
        """A proposal's title, else how its text begins, else its id."""
        title = self.said(proposal, "title") if proposal else None
        text = self.said(proposal, "text") if proposal else None
        if title is None and text is not None:
            title = Said(shorten(text.text, _BEGINNING, placeholder=" …"), text.language)
        return title or Said(identity, self.language)

    def subject(self, table: str, identity: str) -> Item:
        """What a judgement is about."""
        if table == "commitments":
            return self.commitment(identity)
        row = self.published.one(table, "milestone_id" if table == "milestones" else "plan_id", identity)
        if table == "milestones" and row is not None:
            return self.milestone(row)
        return Item(identity, self.said_or_id(row, "title", identity), addresses.plan(identity) if row else None)

    def statuses_of(self, plan: Row) -> Mapping[str, str]:
        """The levels of a plan's scale and, last, what was not asked and what was not reported."""
        levels, words = self.labels.codes(PROGRESS_STATUS, plan["scale"]), self.words
        return {**levels, NOT_ASKED: words["not_asked"], NOT_REPORTED: words["not_reported"]}

    def shade(self, plan: Row, code: str | None) -> str | None:
        """The colour or pattern of a level of the plan's scale; None for what is not known."""
        scale = plan["scale"]
        if scale not in self._shades:
            self._shades[scale] = levels.of_scale(self.published.schemas.codes_of(PROGRESS_STATUS, scale))
        return self._shades[scale].get(code or "")

    def judgement(self, variable: str, scale: str | None, code: str | None) -> str | None:
        """The word of a judgement."""
        if code is None:
            return None
        return self.levels(variable, scale).get(code) or self.labels.of_any_scale(variable, code) or code

    def levels(self, variable: str, scale: str | None) -> Mapping[str, str]:
        """Code -> word of a scale in which a variable is judged; some judge completion in the scale of progress."""
        return self.labels.codes(variable, scale) or self.labels.codes(PROGRESS_STATUS, scale)

    def nothing(self) -> list[Block]:
        """What a section without rows says."""
        return [Words(self.words["nothing_recorded"], soft=True)]


class ReportContext(PageContext):
    """A plan and a period beside them."""

    def __init__(self, published: Published, report: PeriodReport, language: str, words: Mapping[str, str]) -> None:
        super().__init__(published, language, words)
        self.plan, self.period = report.plan, report.period
        self.plan_id: str = report.plan["plan_id"]
        self.period_id: str = report.period["period_id"]

    def rows(self, table: str) -> Rows:
        """The rows of a table that has the plan in a column of its own."""
        return self.published.by(table, "plan_id").get(self.plan_id, ())

    def of_commitments(self, table: str) -> list[Row]:
        """The rows of a table that are about the plan's commitments."""
        return self.published.of_commitments(table, self.plan_id)

    @cached_property
    def statuses(self) -> Mapping[str, str]:
        """The levels of the plan's scale and, last, what was not asked and what was not reported."""
        return self.statuses_of(self.plan)

    @cached_property
    def before(self) -> Row | None:
        """The period before this one."""
        earlier = self.published.periods(self.plan_id)
        place = [row["period_id"] for row in earlier].index(self.period_id)
        return earlier[place - 1] if place else None

    @cached_property
    def until(self) -> date:
        """The last day that the report covers: the day before the next period, at most the day of the data."""
        later = self.published.periods(self.plan_id)
        place = [row["period_id"] for row in later].index(self.period_id)
        if place + 1 == len(later):
            return self.as_of
        eve: date = later[place + 1]["start_date"] - timedelta(days=1)
        ends: date = self.period["end_date"]
        return min(max(eve, ends), self.as_of)
