"""What every page about one thing needs: a language, the rows, links to other pages, and where commitments stand."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from ogp_pipeline.evaluation.scales import NOT_REPORTED
from ogp_pipeline.i18n.text import Said
from ogp_pipeline.site import addresses
from ogp_pipeline.site.bar import swatch
from ogp_pipeline.site.entity.standing import Standing
from ogp_pipeline.site.report.blocks import (
    Block,
    Cell,
    Link,
    Links,
    ReportColumn,
    ReportLevel,
    ReportTable,
    Section,
)
from ogp_pipeline.site.report.context import PageContext, Row
from ogp_pipeline.site.report.published import Published


class EntityContext(PageContext):
    """One for each language; ``standing`` is shared by all."""

    def __init__(self, published: Published, standing: Standing, language: str, words: Mapping[str, str]) -> None:
        super().__init__(published, language, words)
        self.standing = standing
        self._linked: dict[str, Link | Said] = {}
        self._levels: dict[str, Mapping[str, ReportLevel]] = {}
        self._confirmed: dict[str, Mapping[str, str | None]] = {}

    def linked_institution(self, identity: str | None) -> Link | Said | None:
        """An institution's name, with its page."""
        name = self.institution(identity)
        if identity is None or name is None:
            return None
        if identity not in self._linked:
            row = self.published.one("institutions", "institution_id", identity)
            self._linked[identity] = Link(name, addresses.institution(identity)) if row else name
        return self._linked[identity]

    def linked_institutions(self, identities: Sequence[str]) -> Cell:
        """The names of several institutions; None where there is none."""
        names = [name for identity in identities if (name := self.linked_institution(identity)) is not None]
        return Links(names) if len(names) > 1 else names[0] if names else None

    def linked_plan(self, identity: str) -> Link:
        """A plan's title, with its page."""
        row = self.published.one("action_plans", "plan_id", identity)
        return Link(self.said_or_id(row, "title", identity), addresses.plan(identity))

    def linked_theme(self, identity: str | None) -> Link | None:
        """A theme's name, with its page."""
        row = self.published.one("clusters", "cluster_id", identity) if identity else None
        return (
            Link(self.said_or_id(row, "name", row["cluster_id"]), addresses.theme(row["cluster_id"])) if row else None
        )

    def linked_proposal(self, row: Row) -> Link:
        """A proposal's title, with its page."""
        name = row["proposal_id"]
        proposal = self.published.one("proposals", "proposal_id", name)
        return Link(self.proposal_title(proposal, name), addresses.proposal(name))

    @cached_property
    def late_of(self) -> Mapping[str, Sequence[Row]]:
        """Institution -> the milestones that are late and for which it answers."""
        late: dict[str, list[Row]] = {}
        for rows in self.standing.late.values():
            for row in rows:
                for name in dict.fromkeys(self.responsible(row)):
                    late.setdefault(name, []).append(row)
        return late

    def level(self, plan: Row, code: str | None) -> ReportLevel:
        """A level of the plan's scale with its colour; not reported where there is none."""
        scale = plan["scale"]
        if scale not in self._levels:
            self._levels[scale] = {
                name: ReportLevel(label, swatch(self.shade(plan, name)))
                for name, label in self.statuses_of(plan).items()
            }
        of_scale = self._levels[scale]
        return of_scale.get(code or NOT_REPORTED) or ReportLevel(code or "", swatch(None))

    def section(self, identity: str, title: str, blocks: Sequence[Block]) -> list[Section]:
        """The section, if there is anything in it."""
        return [Section(identity, self.words[title], blocks)] if blocks else []

    def table(
        self,
        identity: str,
        caption: str,
        titles: Sequence[str],
        lines: Sequence[Sequence[Cell]],
        *,
        quiet: bool = True,
    ) -> list[Block]:
        """A table with words of ours as its headings; without the columns in which no line has anything."""
        if not lines:
            return []
        used = [place for place in range(len(titles)) if place == 0 or any(line[place] is not None for line in lines)]
        columns = [ReportColumn(self.words[titles[place]]) for place in used]
        kept = [[line[place] for place in used] for line in lines]
        return [ReportTable(identity, self.words[caption], columns, kept, len(used) > 2, quiet)]

    def facts(self, *pairs: tuple[str, Cell]) -> list[tuple[str, Cell]]:
        """Words of ours and what they are of; without what nobody knows."""
        return [(self.words[word], value) for word, value in pairs if value is not None]

    @cached_property
    def period_titles(self) -> dict[str, Said]:
        """Round -> its title, the oldest first."""
        rows = sorted(self.published.rows("reporting_periods"), key=lambda row: (row["start_date"], row["period_id"]))
        return {row["period_id"]: self.title_of(row) for row in rows}

    def confirmed(self, table: str, key: str) -> Mapping[str, str | None]:
        """What the confirmation of each claim of a table is worth, asked of the rows once."""
        if table not in self._confirmed:
            self._confirmed[table] = self.published.confirmations(table, key)
        return self._confirmed[table]
