"""Texts: in a published language, with reasons."""

from collections.abc import Iterator

from ogp_pipeline.i18n.languages import text_column, texts_in
from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.patterns import compile_linear
from ogp_pipeline.schema.schemas import Table
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.validation.rules.registry import rule
from ogp_pipeline.validation.scope import Scope

# Letters of every script, also percent-encoded; understood alike by Python and by Arrow (release.personal_data).
EMAIL_PATTERN = r"""[^\s@<>()"',;:/\[\]]+(?:@|%40)[^\s@<>()"',;:/\[\]]+\.[^\W\d_]{2,}"""
EMAIL = compile_linear(EMAIL_PATTERN)
# Without this text a row says nothing to a reader: table -> the text that must be there in one language.
_NAMED_BY = {
    "clusters": "name",
    "institutions": "name",
    "commitments": "title",
    "milestones": "title",
    "proposals": "text",
    "events": "title",
}


@rule("language")
def language(scope: Scope) -> Iterator[Problem]:
    """``language``: a text which is there in no language that the programme publishes.

    The text that names the row must be there; others may be missing, but not stand in a foreign language
    only.
    """
    declared = list(dict.fromkeys(scope.programme.languages))
    for name, rows in scope.rows.items():
        pairs = _pairs(scope.schemas.table(name))
        for row in rows:
            for text in pairs:
                given = [tag for tag, said in texts_in(row.values, text) if said.strip()]
                needed = _NAMED_BY.get(name) == text
                if name == "proposals" and not given:
                    needed = needed and not {tag for tag, _ in texts_in(row.values, "title")} & set(declared)
                if (needed or given) and not set(given) & set(declared):
                    yield scope.problem(
                        "language", row, text_column(text, declared[0]), languages=", ".join(declared), text=text
                    )


@rule("reason-missing")
def reason_missing(scope: Scope) -> Iterator[Problem]:
    """``reason-missing``: an answer to a proposal that gives no reason in any language."""
    for row in scope.of("responses"):
        if not any(texts_in(row.values, "reason")):
            proposal = row.values.get("proposal_id", "")
            yield scope.problem(
                "reason-missing", row, text_column("reason", scope.programme.languages[0]), proposal=proposal
            )


def _pairs(table: Table) -> list[str]:
    """The texts that have a column for each language."""
    return list(dict.fromkeys(field.text for field in table.fields if field.text is not None))


def text_cells(scope: Scope) -> Iterator[tuple[MappedRow, str, str]]:
    """Every filled text cell."""
    for name, rows in scope.rows.items():
        columns = [field.name for field in scope.schemas.table(name).fields if field.type == "string"]
        for row in rows:
            for column in columns:
                if value := row.values.get(column):
                    yield row, column, value
