"""What an agenda speaks of: the newest release, one plan, the day of the session and a language."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property

from ogp_pipeline.errors import NotFound, UnknownName
from ogp_pipeline.i18n.text import Said
from ogp_pipeline.site.report.blocks import Block, Cell, ReportColumn, ReportTable, Words
from ogp_pipeline.site.report.context import PageContext, Row
from ogp_pipeline.site.report.published import PeriodReport, Published

FORUM_SESSION = "forum_session"
LONGEST = 300  # characters of somebody's words; a reader finds the whole of them on the page that is linked


class SessionContext(PageContext):
    """``held_on``: the day of the session. How late something is, is counted to the day of the data."""

    def __init__(self, published: Published, plan: Row, held_on: date, language: str, words: Mapping[str, str]) -> None:
        super().__init__(published, language, words)
        self.plan, self.plan_id, self.held_on = plan, str(plan["plan_id"]), held_on

    @cached_property
    def newest(self) -> PeriodReport | None:
        """The newest period that has ended or has results; None before there is one."""
        reports = self.published.reports(self.plan_id)
        return reports[-1] if reports else None

    @cached_property
    def decisions(self) -> Sequence[Row]:
        """What the forum decided on the plan, its commitments and their milestones, the newest first."""
        rows = [row for row in self.published.rows("decisions") if self._plan_of(row) == self.plan_id]
        return sorted(rows, key=lambda row: (str(row["decided_on"]), row["decision_id"]), reverse=True)

    def _plan_of(self, row: Row) -> str | None:
        table, name = row["subject_table"], row["subject_id"]
        if table == "milestones":
            milestone = self.published.one("milestones", "milestone_id", name)
            table, name = "commitments", milestone["commitment_id"] if milestone else None
        if table == "commitments":
            commitment = self.published.one("commitments", "commitment_id", name)
            return commitment["plan_id"] if commitment else None
        return str(name)

    def shortened(self, words: Said | None) -> Said | None:
        """The beginning of somebody's words, where they are long."""
        if words is None or len(words.text) <= LONGEST:
            return words
        return Said(words.text[: LONGEST - 1].rsplit(" ", 1)[0] + " …", words.language)

    def table(
        self, caption: str, titles: Sequence[str], lines: Sequence[Sequence[Cell]], most: int, numbers: str = ""
    ) -> list[Block]:
        """The first ``most`` lines, and how many more there are; without columns in which nothing stands.

        ``caption`` and ``titles``: words of ours; ``numbers``: the column that stands at the right.
        """
        if not lines:
            return []
        used = [place for place in range(len(titles)) if any(line[place] is not None for line in lines)]
        columns = [ReportColumn(self.words[titles[place]], number=titles[place] == numbers) for place in used]
        kept = [[line[place] for place in used] for line in lines[:most]]
        blocks: list[Block] = [ReportTable(caption.replace("_", "-"), self.words[caption], columns, kept, quiet=True)]
        return [*blocks, *self.more(len(lines) - most)]

    def more(self, left: int) -> list[Block]:
        """How many are not shown."""
        return [Words(self.words["agenda_more"].format(count=left), soft=True)] if left > 0 else []


def plan_of(published: Published, plan_id: str | None) -> Row:
    """The plan that the session is about: the newest that has begun, unless another is asked for.

    OgpError: there is no such plan; the message names the nearest.
    """
    if not published.plans:
        raise NotFound("the release has no action plan yet")
    if plan_id is None:
        begun = [plan for plan in published.plans if plan["start_date"] <= published.as_of]
        return begun[0] if begun else published.plans[-1]
    plan = published.one("action_plans", "plan_id", plan_id)
    if plan is None:
        raise UnknownName("plan", plan_id, [other["plan_id"] for other in published.plans])
    return plan
