"""A pattern constraint as a Rust regular expression which accepts no text that frictionless refuses.

The pattern's text is never handed over: Python's own parse tree is, piece by piece, with every class spelled out. Each
piece accepts what Python's does or less (``\\d`` only ASCII digits, ``$`` only the very end), and no construct that is
translated turns less into more; hence the whole is conservative. Where a complement would turn it round (``\\D``), the
translation holds for ASCII text only and says so. All else (look-around, back references, flags, possessive and atomic
groups, ``\\b``, repeats of what may be empty) is not translated: such cells are read by frictionless.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl

_Node = tuple[Any, Any]  # a code of re, and its argument
_MOST_REPEATS = 1000
_CATEGORIES = {"DIGIT": "0-9", "WORD": "A-Za-z0-9_", "SPACE": r"\t-\r\x1c-\x20"}
_SURROGATES = range(0xD800, 0xE000)


@dataclass(frozen=True, slots=True)
class Translation:
    """``ascii_only``: holds only for texts of nothing but ASCII."""

    expression: str
    ascii_only: bool


class _NotTranslated(Exception):
    """Met a construct which has no conservative translation."""


def translate(pattern: str) -> Translation | None:
    """For what frictionless makes of ``pattern``: ``re.compile("^{pattern}$").match``."""
    parse: Any = re._parser.parse  # type: ignore[attr-defined]  # public as sre_parse until 3.10
    writer = _Writer()
    try:
        tree = parse(f"^{pattern}$")
        if tree.state.flags != re.UNICODE:
            return None
        expression = f"^(?:{writer.sequence(tree)})"
        pl.select(pl.lit("a").str.contains(expression))  # too large for Rust: raises
    except (_NotTranslated, re.error, OverflowError, RecursionError, pl.exceptions.PolarsError):
        return None
    return Translation(expression, writer.ascii_only)


class _Writer:
    def __init__(self) -> None:
        self.ascii_only = False

    def sequence(self, items: Iterable[_Node]) -> str:
        return "".join(map(self._piece, items))

    def _piece(self, node: _Node) -> str:
        argument = node[1]
        match str(node[0]):
            case "LITERAL":
                return _character(argument)
            case "NOT_LITERAL":
                return f"[^{_character(argument)}]"
            case "ANY":
                return r"[^\n]"
            case "IN":
                return self._class(argument)
            case "BRANCH":
                return f"(?:{'|'.join(self.sequence(branch) for branch in argument[1])})"
            case "SUBPATTERN":
                _, added, removed, inside = argument
                if added or removed:
                    raise _NotTranslated
                return f"(?:{self.sequence(inside)})"
            case "MAX_REPEAT" | "MIN_REPEAT":
                return self._repeat(argument)
            case "AT":
                return _anchor(str(argument))
            case _:
                raise _NotTranslated

    def _repeat(self, argument: tuple[Any, Any, Any]) -> str:
        least, most, inside = argument
        endless = str(most) == "MAXREPEAT"
        if least > _MOST_REPEATS or (not endless and most > _MOST_REPEATS):
            raise _NotTranslated
        if most != 1 and not inside.getwidth()[0]:
            raise _NotTranslated  # Python leaves a loop whose turn was empty, and so refuses some texts
        return f"(?:{self.sequence(inside)}){{{least},{'' if endless else most}}}"

    def _class(self, items: list[_Node]) -> str:
        negated = str(items[0][0]) == "NEGATE"
        parts = []
        for code, argument in items[1:] if negated else items:
            match str(code):
                case "LITERAL":
                    parts.append(_character(argument))
                case "RANGE":
                    parts.append(f"{_character(argument[0])}-{_character(argument[1])}")
                case "CATEGORY":
                    parts.append(self._category(str(argument).removeprefix("CATEGORY_"), negated))
                case _:
                    raise _NotTranslated
        return f"[{'^' if negated else ''}{''.join(parts)}]"

    def _category(self, name: str, negated: bool) -> str:
        complement = name.startswith("NOT_")
        if complement or negated:
            self.ascii_only = True
        inside = _CATEGORIES.get(name.removeprefix("NOT_"))
        if inside is None:
            raise _NotTranslated
        return f"[^{inside}]" if complement else inside


def _character(code: int) -> str:
    if code in _SURROGATES:
        raise _NotTranslated
    return rf"\x{{{code:X}}}"


def _anchor(name: str) -> str:
    if name in {"AT_BEGINNING", "AT_BEGINNING_STRING"}:
        return "^"
    if name in {"AT_END", "AT_END_STRING"}:
        return "$"
    raise _NotTranslated
