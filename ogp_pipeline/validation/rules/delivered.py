"""The day on which a report was delivered, where a secretariat vouches for it: who may, with what reason, and when."""

from collections.abc import Iterator

from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.schema.cell_types import parser
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.validation.rules.registry import rule
from ogp_pipeline.validation.scope import Scope

DAY, REASON = "delivered_on", "delivered_why"


@rule("delivered-on-authority")
def delivered_on_authority(scope: Scope) -> Iterator[Problem]:
    """``delivered-on-authority``: a day that its sender may not vouch for."""
    if not scope.supplier.may_vouch:
        yield from (scope.problem("delivered-on-authority", row, DAY) for row in _vouching(scope))


@rule("delivered-on-reason")
def delivered_on_reason(scope: Scope) -> Iterator[Problem]:
    """``delivered-on-reason``: a day without a word on how anybody knows."""
    if scope.supplier.may_vouch:
        vouching = (row for row in _vouching(scope) if not row.values.get(REASON))
        yield from (scope.problem("delivered-on-reason", row, REASON) for row in vouching)


@rule("delivered-on-later")
def delivered_on_later(scope: Scope) -> Iterator[Problem]:
    """``delivered-on-later``: a day after the one on which the report is here."""
    parse = parser("date")
    for row in _vouching(scope):
        try:
            day = parse(row.values[DAY])
        except ValueError:
            continue  # the table check says so
        if scope.supplier.may_vouch and str(day) > scope.known_on.isoformat():
            yield scope.problem("delivered-on-later", row, DAY, received=scope.known_on.isoformat())


def _vouching(scope: Scope) -> Iterator[MappedRow]:
    yield from (row for row in scope.of("updates") if row.values.get(DAY))
