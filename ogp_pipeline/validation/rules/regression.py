"""Going back: a round that says less was done than an earlier one, without a word about it.

The round before is the latest earlier period of the same milestone that gave a status (or a percentage), known or in
this delivery. Scales have an order, so that two statuses compare only within the scale in force.
"""

from collections.abc import Iterator

from ogp_pipeline.i18n.languages import texts_in
from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.schema.schemas import PROGRESS_STATUS
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.validation.rules.registry import rule
from ogp_pipeline.validation.scope import Scope, number, written_number

_NOTES = ("progress", "challenges")  # texts with which a row says why


@rule("status-regression")
def status_regression(scope: Scope) -> Iterator[Problem]:
    """``status-regression``: a status below that of the round before. What is no step, such as a
    delay or what was given up, has not gone back."""
    for row in _unexplained(scope):
        scale = scope.scale_of(row)
        codes = scope.schemas.codes_of(PROGRESS_STATUS, scale) if scale is not None else ()
        steps = {code.code: code for code in codes if code.is_step}
        said = [(period, steps[status]) for period, status, _ in scope.rounds_before(row) if status in steps]
        now = steps.get(row.values.get("status", ""))
        if now is not None and said and now.order < said[-1][1].order:
            period, before = said[-1]
            words = {f"status_{language}": label for language, label in now.label.items()}
            words |= {f"before_{language}": label for language, label in before.label.items()}
            yield scope.problem("status-regression", row, "status", period=period, **words)


@rule("percent-regression")
def percent_regression(scope: Scope) -> Iterator[Problem]:
    """``percent-regression``: a percentage below that of the round before."""
    for row in _unexplained(scope):
        now = number(row.values.get("percent"))
        said = [(period, percent) for period, _, percent in scope.rounds_before(row) if percent is not None]
        if now is not None and said and now < said[-1][1]:
            period, before = said[-1]
            yield scope.problem(
                "percent-regression",
                row,
                "percent",
                percent=written_number(now),
                before=written_number(before),
                period=period,
            )


def _unexplained(scope: Scope) -> Iterator[MappedRow]:
    yield from (row for row in scope.of("updates") if not any(any(texts_in(row.values, note)) for note in _NOTES))
