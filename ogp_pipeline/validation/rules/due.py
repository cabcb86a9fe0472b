"""When milestones are due: an EDTF expression, and the day that it ends on."""

from collections.abc import Iterator

from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.sources.due import of_edtf
from ogp_pipeline.validation.rules.registry import rule
from ogp_pipeline.validation.scope import Scope


@rule("due-edtf")
def due_edtf(scope: Scope) -> Iterator[Problem]:
    """``due-edtf``: not an expression, or one whose end nobody can tell."""
    for row in scope.of("milestones"):
        if (expression := row.values.get("due_edtf")) and of_edtf(expression) is None:
            yield scope.problem("due-edtf", row, "due_edtf")


@rule("due-edtf-day")
def due_edtf_day(scope: Scope) -> Iterator[Problem]:
    """``due-edtf-day``: the due date is empty, or another day than the last one of the expression."""
    for row in scope.of("milestones"):
        due = of_edtf(row.values["due_edtf"]) if row.values.get("due_edtf") else None
        if due is not None and due.last is not None and row.values.get("due_date", "") != due.last.isoformat():
            words = {"edtf": due.edtf, "last": due.last.isoformat()}
            yield scope.problem("due-edtf-day", row, "due_date", **words)


@rule("due-edtf-open")
def due_edtf_open(scope: Scope) -> Iterator[Problem]:
    """``due-edtf-open``: a due date beside an expression that has no last day."""
    for row in scope.of("milestones"):
        due = of_edtf(row.values["due_edtf"]) if row.values.get("due_edtf") and row.values.get("due_date") else None
        if due is not None and due.last is None:
            yield scope.problem("due-edtf-open", row, "due_date", edtf=due.edtf)
