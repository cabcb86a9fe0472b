"""Regular expressions over what suppliers send: every search takes time in proportion to the text.

Python's ``re`` goes back and tries again: thirty bytes can keep it for ever, a cell of 99,000 letters for hours. RE2
reads a text once. Patterns stand in Python's notation and mean what Python means by them; Python's own parse tree is
written anew for RE2, with every class spelled out, because RE2's ``\\w``, ``\\d`` and ``\\s`` know ASCII only. One
difference is left: ``$`` (without MULTILINE) is the very end, also where a line break stands there.

What RE2 does not have (look-around, back references, ``\\b`` between any letters) cannot be written here. Patterns that
need it stay with ``re`` in their modules. tests/test_patterns.py tries each pattern of the package, of both kinds.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, cast

import re2

_Node = tuple[Any, Any]  # a code of re, and its argument
_MOST_REPEATS = 1000  # RE2 refuses more
_SPACE = "\\t-\\r\\x{1c}-\\x{20}\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}"
_CATEGORIES = {"DIGIT": r"\p{Nd}", "WORD": r"\p{L}\p{N}_", "SPACE": _SPACE}
_LETTERS = {("CATEGORY", "NOT_WORD"), ("CATEGORY", "DIGIT"), ("LITERAL", "_")}  # ``[^\W\d_]``: letters of every script
_ANCHORS = {
    "AT_BEGINNING": r"\A",
    "AT_BEGINNING_STRING": r"\A",
    "AT_END": r"\z",
    "AT_END_STRING": r"\z",
}
_LINE_ANCHORS = {**_ANCHORS, "AT_BEGINNING": "(?m:^)", "AT_END": "(?m:$)"}
_FLAGS = re.UNICODE | re.IGNORECASE | re.MULTILINE | re.DOTALL
_SURROGATE = re.compile("[\ud800-\udfff]")


class NotLinear(ValueError):
    """The pattern uses what RE2 does not have."""


def compile_linear(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """The pattern, which behaves as one of ``re`` but takes time in proportion to the text. NotLinear, re.error."""
    tree: Any = re._parser.parse(pattern, flags)  # type: ignore[attr-defined]  # public as sre_parse until 3.10
    if tree.state.flags & ~_FLAGS:
        raise NotLinear(f"{pattern!r}: a flag which has no counterpart")
    options = re2.Options()
    options.log_errors = False
    try:
        written = _Writer(tree).expression
        return cast("re.Pattern[str]", LinearPattern(pattern, re2.compile(written, options)))
    except re2.error as error:
        raise NotLinear(f"{pattern!r}: {error}") from error


def compile_given(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """A pattern of the programme file. What RE2 lacks is left to ``re`` and the worker's deadline. re.error."""
    try:
        return compile_linear(pattern, flags)
    except NotLinear:
        return re.compile(pattern, flags)


class LinearPattern:
    """What the package uses of ``re.Pattern``, over RE2. Half a character (a lone surrogate) is read as U+FFFD."""

    __slots__ = ("_compiled", "pattern")

    def __init__(self, pattern: str, compiled: Any) -> None:  # noqa: ANN401 (RE2's binding has no types)
        self.pattern = pattern
        self._compiled = compiled

    def __reduce__(self) -> tuple[Any, ...]:
        return LinearPattern, (self.pattern, self._compiled)

    @property
    def groups(self) -> int:
        """How many groups it has."""
        return int(self._compiled.groups)

    def search(self, text: str, start: int = 0) -> Any:  # noqa: ANN401
        """The first place that fits, or None. ``^`` is the text's beginning, not ``start``."""
        return self._compiled.search(_whole(text), start)

    def match(self, text: str, start: int = 0) -> Any:  # noqa: ANN401
        """What fits at ``start``, or None."""
        return self._compiled.match(_whole(text), start)

    def fullmatch(self, text: str) -> Any:  # noqa: ANN401
        """The whole text, if it fits, or None."""
        return self._compiled.fullmatch(_whole(text))

    def finditer(self, text: str, start: int = 0) -> Iterator[Any]:
        """Every place that fits, from left to right."""
        matches: Iterator[Any] = self._compiled.finditer(_whole(text), start)
        return matches

    def sub(self, replacement: Any, text: str) -> str:  # noqa: ANN401 (a text, or a function of the match)
        """The text with every place that fits replaced."""
        return str(self._compiled.sub(replacement, _whole(text)))

    def split(self, text: str) -> list[str]:
        """The pieces between the places that fit, and the groups of these."""
        return list(self._compiled.split(_whole(text)))


def _whole(text: str) -> str:
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


class _Writer:
    """Writes Python's parse tree for RE2."""

    def __init__(self, tree: Any) -> None:  # noqa: ANN401
        flags = tree.state.flags
        self._names = {number: name for name, number in tree.state.groupdict.items()}
        self._anchors = _LINE_ANCHORS if flags & re.MULTILINE else _ANCHORS
        self._any = r"(?s:.)" if flags & re.DOTALL else r"[^\n]"
        self.expression = ("(?i)" if flags & re.IGNORECASE else "") + self._sequence(tree)

    def _sequence(self, items: Iterable[_Node]) -> str:
        return "".join(map(self._piece, items))

    def _piece(self, node: _Node) -> str:
        argument = node[1]
        match str(node[0]):
            case "LITERAL":
                return _character(argument)
            case "NOT_LITERAL":
                return f"[^{_character(argument)}]"
            case "ANY":
                return self._any
            case "IN":
                return _class(argument)
            case "BRANCH":
                return f"(?:{'|'.join(self._sequence(branch) for branch in argument[1])})"
            case "SUBPATTERN":
                return self._group(*argument)
            case "MAX_REPEAT" | "MIN_REPEAT":
                return self._repeat(*argument) + ("?" if str(node[0]) == "MIN_REPEAT" else "")
            case "AT" if str(argument) in _ANCHORS:
                return self._anchors[str(argument)]
            case other:
                raise NotLinear(f"RE2 has no {other} {argument}")

    def _group(self, number: int | None, added: int, removed: int, inside: Iterable[_Node]) -> str:
        if added or removed:
            raise NotLinear("flags for a part of the pattern")
        if number is None:
            return f"(?:{self._sequence(inside)})"
        name = self._names.get(number)
        return f"({f'?P<{name}>' if name else ''}{self._sequence(inside)})"

    def _repeat(self, least: int, most: Any, inside: Iterable[_Node]) -> str:  # noqa: ANN401
        endless = str(most) == "MAXREPEAT"
        if least > _MOST_REPEATS or (not endless and most > _MOST_REPEATS):
            raise NotLinear(f"more than {_MOST_REPEATS} repeats")
        return f"(?:{self._sequence(inside)}){{{least},{'' if endless else most}}}"


def _class(items: list[_Node]) -> str:
    negated = str(items[0][0]) == "NEGATE"
    members = [_summary(item) for item in (items[1:] if negated else items)]
    if negated and set(members) == _LETTERS:
        return r"[\p{L}\p{Nl}\p{No}]"
    if len(members) == 1 and members[0][0] == "CATEGORY" and members[0][1].startswith("NOT_"):  # ``\D``: all but ``\d``
        negated, members = not negated, [(members[0][0], members[0][1].removeprefix("NOT_"))]
    return f"[{'^' if negated else ''}{''.join(_member(*member) for member in members)}]"


def _member(code: str, argument: Any) -> str:  # noqa: ANN401 (a letter, two of them, or a name)
    match code:
        case "LITERAL":
            return _character(ord(argument))
        case "RANGE":
            return f"{_character(argument[0])}-{_character(argument[1])}"
        case "CATEGORY" if argument in _CATEGORIES:
            return _CATEGORIES[argument]
    raise NotLinear(f"RE2 has no {argument} beside others in a class")


def _summary(item: _Node) -> tuple[str, Any]:
    match str(item[0]):
        case "CATEGORY":
            return "CATEGORY", str(item[1]).removeprefix("CATEGORY_")
        case "LITERAL":
            return "LITERAL", chr(item[1])
        case other:
            return other, item[1]


def _character(code: int) -> str:
    if 0xD800 <= code < 0xE000:
        raise NotLinear("half a character")
    return rf"\x{{{code:x}}}"
