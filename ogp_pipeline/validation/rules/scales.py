"""Scales: a code counts only in the list of its variable, and in the scale that the row names."""

from collections.abc import Iterator

from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.schemas import Code
from ogp_pipeline.validation.scope import Scope

_JUDGED = ("assessments", "decisions")  # tables whose ``variable`` says which list ``code`` is of


def code_of_scale(scope: Scope) -> Iterator[Problem]:
    """``code-of-scale``: a scale that the variable does not have, or a code that the scale does not have.

    A variable that does not exist has its own problem already, and so has a scale that is missing where there must be
    one. Where a decision names no scale, any of the variable's will do.
    """
    for name in _JUDGED:
        compulsory = scope.schemas.table(name).field("scale").required
        for row in scope.of(name):
            variable, scale, code = (row.values.get(column, "") for column in ("variable", "scale", "code"))
            codes = scope.schemas.codes.get(variable, ())
            if not codes or (compulsory and not scale):
                continue
            of_scale = [one for one in codes if not scale or one.scale == scale]
            if not of_scale:
                scales = ", ".join(dict.fromkeys(one.scale for one in codes))
                yield scope.problem("code-of-scale", row, "scale", **_named(variable, scope), allowed=scales)
            elif code and code not in {one.code for one in of_scale}:
                yield scope.problem("code-of-scale", row, "code", **_named(variable, scope), **_labelled(of_scale))


def _named(variable: str, scope: Scope) -> dict[str, str]:
    codes = scope.schemas.codes_of("assessment_variable")
    labels = next((code.label for code in codes if code.code == variable), {})
    return {"variable": variable, **{f"variable_{language}": label for language, label in labels.items()}}


def _labelled(codes: list[Code]) -> dict[str, str]:
    """Codes with their labels, as ``{allowed}`` of a rule's text."""
    words = {
        f"allowed_{language}": ", ".join(f"{code.code} ({code.label[language]})" for code in codes)
        for language in ("en", "es")
    }
    return {"allowed": ", ".join(code.code for code in codes), **words}
