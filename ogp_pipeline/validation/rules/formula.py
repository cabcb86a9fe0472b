"""Texts that a spreadsheet would compute instead of showing them.

A published CSV is opened by programs that part columns at a semicolon or a tab, and lines at a line break inside a
text: so every piece of a text is looked at, not only its beginning. A sign alone makes no formula: «-Se capacitó (20
personas)», «+502 2222 3333» and «- texto» are texts, because nothing behind the sign can be computed.
"""

import re
from collections.abc import Iterator

from ogp_pipeline.i18n.legible import is_illegible
from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.validation.rules.registry import rule
from ogp_pipeline.validation.rules.texts import text_cells
from ogp_pipeline.validation.scope import Scope

_PIECES = re.compile(r"[;\t\r\n\v\f\x85\u2028\u2029]")
_WIDE = str.maketrans("＝＋－＠﹢﹣﹦﹫−", "=+-@+-=@-")
_SHOWN = 40
_REFERENCE = r"\$?[A-Za-z]{1,3}\$?\d{1,7}"
_OPERAND = rf"(?:{_REFERENCE}|[\d.,]{{1,40}}%?|\"[^\"]{{0,200}}\")"
# What can be computed behind a sign. «Taller(es)» and «servidor(a)» are words, not functions.
_COMPUTED = re.compile(
    r"[\s(+\-@{]{0,20}(?:"
    r"[A-Za-z_][\w.]{0,60}\((?!(?:e?s|[ao]s?|n|en|ías?)\))"
    rf"|{_REFERENCE}[\s)]{{0,20}}\Z"
    rf"|{_OPERAND}[\s)]{{0,20}}(?:[&+*/^<>=:\-][\s(+\-]{{0,20}}{_OPERAND}[\s)%]{{0,20}}){{1,200}}\Z"
    r"|'[^']{1,300}'[#!$]"
    r")"
)
_ELSEWHERE = re.compile(rf"[\w'\])]!{_REFERENCE}|\|[^|!]{{1,300}}![\w$]|#\$?[\w']{{1,60}}\.{_REFERENCE}")
_DRAWN = re.compile(r"[=+\-@\s]*\Z")  # a line under a heading


@rule("formula-text")
def formula_text(scope: Scope) -> Iterator[Problem]:
    """``formula-text``: a text that a spreadsheet would run instead of showing it. Codes and identifiers have a form
    that no formula fits, so theirs is another problem."""
    for row, column, value in text_cells(scope):
        field = scope.schemas.table(row.table).field(column)
        listed = field.code_list is not None or field.constraints.keys() & {"pattern", "enum"}
        if not listed and (piece := formula(value)) is not None:
            yield scope.problem("formula-text", row, column, piece=piece[:_SHOWN])


def formula(text: str) -> str | None:
    """The first piece of a text that would be computed; None if there is none."""
    for piece in _PIECES.split(text):
        start = next((at for at, letter in enumerate(piece) if not (letter.isspace() or is_illegible(letter))), None)
        if start is None:
            continue
        begun = piece[start:]
        plain = begun.translate(_WIDE)
        if plain[0] in "=+-@" and _is_computed(plain):
            return begun
    return None


def _is_computed(piece: str) -> bool:
    if _DRAWN.match(piece):
        return False
    return piece[0] == "=" or _COMPUTED.match(piece, 1) is not None or _ELSEWHERE.search(piece) is not None
