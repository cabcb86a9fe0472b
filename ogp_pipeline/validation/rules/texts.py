"""Texts: in a published language, with links that lead somewhere, with reasons."""

import re
from collections import Counter
from collections.abc import Iterator

from ogp_pipeline.i18n.languages import ENGLISH_FIRST
from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.patterns import compile_linear
from ogp_pipeline.schema.schemas import Table
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.validation.rules.registry import rule
from ogp_pipeline.validation.scope import Scope

# Letters of every script, also percent-encoded; understood alike by Python and by Arrow (release.personal_data).
EMAIL_PATTERN = r"""[^\s@<>()"',;:/\[\]]+(?:@|%40)[^\s@<>()"',;:/\[\]]+\.[^\W\d_]{2,}"""
EMAIL = compile_linear(EMAIL_PATTERN)
_ADDRESS = re.compile(r"https?://[^\s/?#@]+(?:[/?#]\S*)?\Z", re.IGNORECASE)
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
                given = [code for code in ENGLISH_FIRST if row.values.get(f"{text}_{code}", "").strip()]
                needed = _NAMED_BY.get(name) == text
                if name == "proposals" and not given:
                    needed = needed and not any(row.values.get(f"title_{code}") for code in declared)
                if (needed or given) and not set(given) & set(declared):
                    yield scope.problem(
                        "language", row, f"{text}_{declared[0]}", languages=", ".join(declared), text=text
                    )


@rule("url-form")
def url_form(scope: Scope) -> Iterator[Problem]:
    """``url-form``: a link that does not lead anywhere by itself (not an absolute http or https address)."""
    for row, column, value in text_cells(scope):
        if (column == "url" or column.endswith("_url")) and not _ADDRESS.match(value):
            yield scope.problem("url-form", row, column)


@rule("reason-missing")
def reason_missing(scope: Scope) -> Iterator[Problem]:
    """``reason-missing``: an answer to a proposal that gives no reason in any language."""
    for row in scope.of("responses"):
        if not any(row.values.get(f"reason_{code}") for code in ENGLISH_FIRST):
            proposal = row.values.get("proposal_id", "")
            yield scope.problem("reason-missing", row, f"reason_{scope.programme.languages[0]}", proposal=proposal)


def _pairs(table: Table) -> list[str]:
    """The texts that have a column for several languages."""
    endings = tuple(f"_{language}" for language in ENGLISH_FIRST)
    texts = Counter(name.rpartition("_")[0] for name in table.field_names if name.endswith(endings))
    return [text for text, columns in texts.items() if columns > 1]


def text_cells(scope: Scope) -> Iterator[tuple[MappedRow, str, str]]:
    """Every filled text cell."""
    for name, rows in scope.rows.items():
        columns = [field.name for field in scope.schemas.table(name).fields if field.type == "string"]
        for row in rows:
            for column in columns:
                if value := row.values.get(column):
                    yield row, column, value
