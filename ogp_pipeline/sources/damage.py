"""Text that was damaged on its way here, told by its form: nobody meant it, and nobody should publish it.

    garbled          letters that were written in one encoding and read in another, or lost for good
    is_error_value   what a spreadsheet shows in place of a value
    is_placeholder   what a program writes when it has nothing
    markup           what belongs to a web page or to a workbook's file, and not to a text
    is_nested        several values, written out as a program holds them

Each looks at a text once, from its beginning to its end.
"""

import ast
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

_LOST = "\N{REPLACEMENT CHARACTER}"
_ENCODINGS = ("cp1252", "mac_roman", "cp850")
_ROUNDS = 3  # text may have been read wrongly more than once
_ASKED = re.compile(r"[^\W\d_]\?[^\W\d_]")
_ADDRESS_SIGNS = ("://", "/", "=", "&", "www.")
# Error values have a name in every language of Excel: capitals between # and a mark. Those without a mark are few.
_ERROR = re.compile(r"#[¡¿]?[^\W\d_a-z][^\Wa-z]{0,20}(?:/\d)?[!?]|#N/[A-Z]{1,2}|#(?:NV|I/T)|Err:\d{3}|#{3,}")
_PLACEHOLDERS = frozenset(
    {"nan", "NaN", "NaT", "<NA>", "null", "NULL", "(null)", "undefined", "None", "[object Object]", "[object Array]"}
)
# Day nought of spreadsheets and of computers: what a conversion makes of an empty cell.
_NO_DAY = frozenset({"1899-12-30", "1899-12-31", "1900-01-01", "1970-01-01"})
_NO_NUMBER = frozenset({"nan", "inf", "infinity", "null", "none"})
_MARKUP = re.compile(
    r"&(?:[A-Za-z]{2,8}|#\d{2,6}|#[xX][0-9A-Fa-f]{2,5});|_x[0-9A-F]{4}_|</?(?:p|br|div|span|li|ul|ol|b|i|strong|em|a|td|tr)(?:\s[^<>]{0,300})?/?>"
)


@dataclass(frozen=True, slots=True)
class Garbled:
    """``broken``: the first letters that are not what they were; ``meant``: the text as it was, if that can be told."""

    broken: str
    meant: str | None


def _letters(encoding: str) -> dict[int, str]:
    """Byte -> the letter that it is in an encoding; a byte that stands for none is kept, as programs do."""
    letters = {}
    for byte in range(0x80, 0x100):
        try:
            letters[byte] = bytes([byte]).decode(encoding)
        except UnicodeDecodeError:
            letters[byte] = chr(byte)
    return letters


def _runs(letters: dict[int, str]) -> re.Pattern[str]:
    """Letters that are one letter of UTF-8, read byte by byte."""

    def anyone(first: int, last: int) -> str:
        return "[" + "".join(re.escape(letters[byte]) for byte in range(first, last + 1)) + "]"

    following = anyone(0x80, 0xBF)
    return re.compile(
        f"{anyone(0xC2, 0xC5)}{following}|{letters[0xE2]}{following}{{2}}|{letters[0xEF]}{following}{{2}}"
    )


_READ_AS = [
    (_runs(letters), {letter: byte for byte, letter in letters.items()}) for letters in map(_letters, _ENCODINGS)
]


# What is left of a letter that was lost before, when its sign was read byte by byte: ``ï¿½``.
_LOST_SIGNS = (_LOST, *("".join(_letters(encoding)[byte] for byte in _LOST.encode()) for encoding in _ENCODINGS))


def garbled(text: str) -> Garbled | None:
    """What is wrong with the letters of a text; None if nothing is."""
    if text.isascii():
        return None
    lost = next((sign for sign in _LOST_SIGNS if sign in text), None)
    if lost is not None:
        return Garbled(lost, None)
    broken, meant = "", text
    for _ in range(_ROUNDS):
        readings = [_repaired(meant, *read_as) for read_as in _READ_AS]
        shortest, first = min(
            readings, key=lambda letter_and_byte: len(letter_and_byte[0])
        )  # an encoding repairs all that was read in it
        if not first:
            break
        broken, meant = broken or first, shortest
    return Garbled(broken, meant) if broken else None


def _repaired(text: str, runs: re.Pattern[str], bytes_of: Mapping[str, int]) -> tuple[str, str]:
    """The text with the letters that its runs stand for, and the first of these runs ('' if there is none)."""
    first = ""

    def letter(run: re.Match[str]) -> str:
        nonlocal first
        meant = _decoded(bytes(bytes_of[letter] for letter in run.group()))
        if meant is None:
            return run.group()
        first = first or run.group()
        return meant

    return runs.sub(letter, text), first


def _decoded(run: bytes) -> str | None:
    """The letter, if it is one that our texts have: of a Latin alphabet, or a mark."""
    try:
        letter = run.decode()
    except UnicodeDecodeError:
        return None
    plausible = "\u00a0" <= letter <= "\u017f" or "\u2010" <= letter <= "\u203a" or letter in "€™\ufb01\ufb02\ufeff"
    return letter if plausible else None


def lost_letter(text: str) -> str | None:
    """The first word with a question mark inside, as it is left of a letter that an encoding did not have."""
    if "?" not in text:
        return None
    for word in text.split():
        if _ASKED.search(word) and not any(sign in word for sign in _ADDRESS_SIGNS):
            return word
    return None


def is_error_value(text: str) -> bool:
    """``#¡REF!``, ``#N/D``, ``Err:502`` … and the ``####`` of a column that is too narrow."""
    text = text.strip()
    return text[:1] in ("#", "E") and _ERROR.fullmatch(text) is not None


def is_placeholder(text: str, *, number: bool = False, day: bool = False) -> bool:
    """``number``, ``day``: whether the column holds numbers or days, in which more words stand for nothing."""
    text = text.strip()
    if day and text in _NO_DAY:
        return True
    return text in _PLACEHOLDERS or (number and text.lstrip("+-").casefold() in _NO_NUMBER)


def markup(text: str) -> str | None:
    """The first piece of it."""
    mark = _MARKUP.search(text) if "&" in text or "_x" in text or "<" in text else None
    return mark.group() if mark else None


def is_nested(text: str) -> bool:
    """Whether the text is an object, or a list of objects, of JSON or of Python."""
    text = text.strip()
    if not (text.startswith(("{", "[{", '["', "['")) and text.endswith(("}", "]"))):
        return False
    for read in (json.loads, ast.literal_eval):
        try:
            return isinstance(read(text), dict | list)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
    return False
