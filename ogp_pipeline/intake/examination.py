"""What an examination found in a delivery: data, whatever was in the file.

``validation.examine`` makes it, ``acceptance`` acts on it, and the receipt tells it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ogp_pipeline.i18n.text import Text
from ogp_pipeline.intake.effect import Effect, Guard
from ogp_pipeline.intake.problem import Problem, Severity
from ogp_pipeline.intake.quarantine import QuarantinedRow
from ogp_pipeline.intake.receipt import Verdict
from ogp_pipeline.sources.records import MappedRow

NOTHING = frozenset({"empty-file", "header-only", "nothing-received"})


@dataclass(frozen=True, slots=True)
class Examination:
    """``rows``: those that enter, in canonical text: all of the delivery's, or none if anything blocks,
    or those that are left when the others are ``quarantined``.

    ``problems`` are sorted by file, line and column; of very many the first of each cause are held, and the others
    counted (``crowds``). ``counts``: rows found for each table, entering or not.
    ``skipped``: reason -> raw rows that the mapping set aside. ``rows_read``: raw rows, as the sender counts
    them; ``rows_to_mend``: those of them in which something blocks. ``periods``: the reporting periods that the
    rows name, sorted. ``quarantined``: where bad rows are set aside, those that do not enter while the others do;
    ``rows_waiting``: of how many of the sender's rows something waits; ``rows_in_part``: of how many of these something
    enters. ``effect``: what the rows that enter would do to what stands, None if none does or nobody has weighed it;
    ``declared``: what the sender says of that. ``headings``: of each file that is no template; ``unread``: those of
    them that no mapping names.
    """

    rows: tuple[MappedRow, ...]
    problems: tuple[Problem, ...]
    skipped: tuple[tuple[Text, int], ...]
    counts: Mapping[str, int]
    rows_read: int
    rows_to_mend: int
    periods: tuple[str, ...] = ()
    quarantined: tuple[QuarantinedRow, ...] = ()
    rows_waiting: int = 0
    rows_in_part: int = 0
    declared: Mapping[Guard, int] = field(default_factory=dict)
    effect: Effect | None = None
    headings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unread: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        """What becomes of the delivery. One that could enter is held if its effect is out of proportion."""
        judged = self._judged
        return Verdict.HELD if judged.enters and self.effect is not None and self.effect.holds else judged

    @property
    def _judged(self) -> Verdict:
        """One thing that blocks keeps the whole delivery out, unless its rows were quarantined."""
        if self.quarantined:
            return Verdict.ACCEPTED_IN_PART
        blocking = {problem.rule for problem in self.problems if problem.level is Severity.BLOCKS}
        if blocking - NOTHING or (blocking and self.rows_read):
            return Verdict.REJECTED
        if blocking or not self.rows:
            return Verdict.NOTHING_RECEIVED
        return Verdict.ACCEPTED_WITH_NOTES if self.problems else Verdict.ACCEPTED


def named_periods(rows: Iterable[MappedRow]) -> tuple[str, ...]:
    """The reporting periods that rows name."""
    return tuple(sorted({row.values.get("period_id", "") for row in rows} - {""}))
