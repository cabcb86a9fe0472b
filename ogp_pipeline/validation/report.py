"""What an examination found: data, whatever was in the file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ogp_pipeline.bilingual import Text
from ogp_pipeline.intake.problem import Level, Problem
from ogp_pipeline.intake.receipt import Verdict
from ogp_pipeline.sources.records import MappedRow

NOTHING = frozenset({"empty-file", "header-only", "nothing-received"})


@dataclass(frozen=True, slots=True)
class Report:
    """``rows``: those that enter, in canonical text: all of the delivery's, or none if anything blocks.

    ``problems`` are sorted by file, line and column. ``counts``: rows found for each table, entering or not.
    ``skipped``: reason -> raw rows that the mapping set aside. ``rows_read``: raw rows, as the sender counts
    them; ``rows_to_mend``: those of them in which something blocks. ``periods``: the reporting periods that the
    rows name, sorted.
    """

    rows: tuple[MappedRow, ...]
    problems: tuple[Problem, ...]
    skipped: tuple[tuple[Text, int], ...]
    counts: Mapping[str, int]
    rows_read: int
    rows_to_mend: int
    periods: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """All or nothing: one thing that blocks keeps the whole delivery out."""
        blocking = {problem.rule for problem in self.problems if problem.level is Level.BLOCKS}
        if blocking - NOTHING or (blocking and self.rows_read):
            return Verdict.REJECTED
        if blocking or not self.rows:
            return Verdict.NOTHING_RECEIVED
        return Verdict.ACCEPTED_WITH_NOTES if self.problems else Verdict.ACCEPTED


def named_periods(rows: Iterable[MappedRow]) -> tuple[str, ...]:
    """The reporting periods that rows name."""
    return tuple(sorted({row.values.get("period_id", "") for row in rows} - {""}))
