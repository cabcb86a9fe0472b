"""A plan's progress scale, as metrics need it: which levels there are, in which order, and what each means.

Levels stand on a ladder from the least to the most progress, by their meanings; levels of one meaning in the scale's
own order. *Withdrawn* and *superseded* stand beside it, being no amount of progress. *No evidence* is none either: it
is the lowest step where a commitment is rolled up, and elsewhere it compares with nothing but itself. A metric reads
only meanings, never codes, so it works for every country's scale.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from ogp_pipeline.errors import SchemaError
from ogp_pipeline.schema.schemas import PROGRESS_STATUS, Code, Schemas

NOT_REPORTED = "not_reported"
NOT_ASKED = "not_asked"  # the round's form asked for no status, so that nobody owes one

NO_EVIDENCE = "none"  # nothing public shows whether work was done: an answer that is known, and no amount of work
NOT_STARTED, STARTED, SUBSTANTIAL, COMPLETE, WITHDRAWN = (
    "not_started",
    "started",
    "substantial",
    "complete",
    "withdrawn",
)
BROKEN = "broken"
_UNDER_WAY = frozenset({STARTED, SUBSTANTIAL, COMPLETE})
# From the least to the most. What has begun and is in trouble is less than what goes on.
_LADDER = ("broken", "none", "not_started", "paused", "delayed", "started", "substantial", "complete")


@dataclass(frozen=True)
class Scale:
    """One scale. ``codes`` in order, each with a meaning."""

    id: str
    codes: tuple[Code, ...]

    @cached_property
    def meanings(self) -> Mapping[str, str]:
        """Code -> meaning, as far as it is progress: a level *delayed* has started."""
        return {code.code: code.progress for code in self.codes}

    @cached_property
    def ladder(self) -> tuple[str, ...]:
        """The codes that are amounts of progress, least first. A code's rank is its place here, from 0."""
        steps = [code for code in self.codes if code.progress != WITHDRAWN]
        return tuple(code.code for code in sorted(steps, key=lambda code: _LADDER.index(code.meaning)))

    @cached_property
    def withdrawn(self) -> str | None:
        """The code for what was given up, if the scale has one."""
        return next((code.code for code in self.codes if code.progress == WITHDRAWN), None)

    @cached_property
    def under_way(self) -> tuple[bool, ...]:
        """For each rank, whether it says that work has begun."""
        return tuple(self.meanings[code] in _UNDER_WAY for code in self.ladder)

    @cached_property
    def first_under_way(self) -> int:
        """The least rank that says that work goes on (one beyond the ladder if no level says so)."""
        steps = {code.code for code in self.codes if code.is_step}
        ranks = (rank for rank, code in enumerate(self.ladder) if self.under_way[rank] and code in steps)
        return next(ranks, len(self.ladder))

    @property
    def has_substantial(self) -> bool:
        """Whether *substantial* is a level of its own: without it, high completion is not defined."""
        return SUBSTANTIAL in self.meanings.values()

    def level_of(self, percent: Decimal, substantial_from: int) -> str:
        """The level that a percentage stands for: at 0 not started, at 100 complete, in between under way.

        In between it is the first level at which work has begun or, from ``substantial_from`` on, *substantial* in
        scales that have it. A scale without the level that is meant gives the nearest below on its ladder.
        """
        wanted = COMPLETE if percent >= 100 else NOT_STARTED if percent <= 0 else STARTED
        if wanted == STARTED and percent >= substantial_from and self.has_substantial:
            wanted = SUBSTANTIAL
        meaning = next((code for code in self.ladder if self.meanings[code] == wanted), None)
        if meaning is not None:
            return meaning
        if wanted == STARTED:  # a scale that knows no more than substantial and complete
            return self.ladder[max(self.first_under_way - 1, 0)]
        return self.ladder[-1 if wanted == COMPLETE else 0]

    @property
    def categories(self) -> tuple[str, ...]:
        """What a unit can count as: every level, and *not reported*, which is none."""
        return (*(code.code for code in self.codes), NOT_REPORTED)


def scale(schemas: Schemas, scale_id: str) -> Scale:
    """The scale of this id. SchemaError if it does not exist or a level has no meaning."""
    codes = {code.code: code for code in schemas.codes_of(PROGRESS_STATUS, scale_id)}
    ordered = tuple(sorted(codes.values(), key=lambda code: code.order))
    for code in ordered:
        if not code.meaning:
            raise SchemaError(
                f"{PROGRESS_STATUS}, scale {scale_id}: the code {code.code} needs a meaning, to be evaluated"
            )
    return Scale(scale_id, ordered)
