"""Texts: in a published language, with reasons, without contact details or formulas."""

import re
from collections import Counter
from collections.abc import Iterator

from ogp_pipeline.i18n.languages import ENGLISH_FIRST
from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.schema.schemas import Table
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.validation.rules.registry import rule
from ogp_pipeline.validation.scope import Scope

# Letters of every script, also percent-encoded; understood alike by Python and by Arrow (release.personal_data).
EMAIL_PATTERN = r"""[^\s@<>()"',;:/\[\]]+(?:@|%40)[^\s@<>()"',;:/\[\]]+\.[^\W\d_]{2,}"""
EMAIL = re.compile(EMAIL_PATTERN)
# Spreadsheets run a cell that starts like this. Without a call, a command or a sheet's name behind them, @, + and -
# run nothing ("@forum", "+ information", "- text").
_FORMULA = re.compile(r"[=\t\r]|[@+-](?=[^(|!=]*[(|!=])(?!\s)")
# A number that its own text calls a telephone, or with a country's code. Other digits may be budgets, dates or laws.
_PHONE = re.compile(
    r"\b(?:tel(?:[eé]fonos?|ephone)?|phone|cel(?:ular)?|m[oó]vil|mobile|whats\s?app|fax)\b[\s.:]*+\+?(?:[\s().-]*+\d){7,}"
    r"|(?<![\w+])\+(?:[\s().-]*+\d){10,15}(?!\d)",
    re.IGNORECASE,
)
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


@rule("email-in-public-text")
def email_in_public_text(scope: Scope) -> Iterator[Problem]:
    """``email-in-public-text``: an e-mail address in what would be published."""
    for row, column, value in _cells(scope):
        if found := EMAIL.search(value):
            yield scope.problem("email-in-public-text", row, column, email=found[0])


@rule("phone-in-public-text")
def phone_in_public_text(scope: Scope) -> Iterator[Problem]:
    """``phone-in-public-text``: a telephone number in what would be published."""
    for row, column, value in _cells(scope):
        if found := _PHONE.search(value):
            yield scope.problem("phone-in-public-text", row, column, phone=found[0])


@rule("reason-missing")
def reason_missing(scope: Scope) -> Iterator[Problem]:
    """``reason-missing``: an answer to a proposal that gives no reason in any language."""
    for row in scope.of("responses"):
        if not any(row.values.get(f"reason_{code}") for code in ENGLISH_FIRST):
            proposal = row.values.get("proposal_id", "")
            yield scope.problem("reason-missing", row, f"reason_{scope.programme.languages[0]}", proposal=proposal)


@rule("formula-text")
def formula_text(scope: Scope) -> Iterator[Problem]:
    """``formula-text``: a text that a spreadsheet would run instead of showing it. Codes and identifiers have a form
    that no formula fits, so theirs is another problem."""
    for row, column, value in _cells(scope):
        field = scope.schemas.table(row.table).field(column)
        if field.code_list is None and not field.constraints.keys() & {"pattern", "enum"} and _FORMULA.match(value):
            yield scope.problem("formula-text", row, column, start=value[0])


def _pairs(table: Table) -> list[str]:
    """The texts that have a column for several languages."""
    endings = tuple(f"_{language}" for language in ENGLISH_FIRST)
    texts = Counter(name.rpartition("_")[0] for name in table.field_names if name.endswith(endings))
    return [text for text, columns in texts.items() if columns > 1]


def _cells(scope: Scope) -> Iterator[tuple[MappedRow, str, str]]:
    """Every filled text cell."""
    for name, rows in scope.rows.items():
        columns = [field.name for field in scope.schemas.table(name).fields if field.type == "string"]
        for row in rows:
            for column in columns:
                if value := row.values.get(column):
                    yield row, column, value
