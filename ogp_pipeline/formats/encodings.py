"""Text that is not UTF-8: read where it can be one encoding only, named where it is another, else left alone.

UTF-16 says what it is. Of the encodings with one byte for each letter, the right one makes words: letters with accents
between letters, and marks where marks stand. Where two encodings make words of the same bytes, nobody can tell.
"""

import codecs
import re
from dataclasses import dataclass

WINDOWS = "cp1252"
_OTHERS = ("mac_roman", "cp850")
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LOOKED_AT = 64
_LETTERS = "áéíóúüñçàèìòùâêîôûäëïöãõ"
_IN_WORDS = frozenset(_LETTERS + _LETTERS.upper() + "ßœŒæÆåÅøØ")
_BEFORE_WORDS = frozenset("¿¡«“‘„")
_BEHIND_WORDS = frozenset("»”’…ºª°%")
_ALONE = frozenset("–—•·€£§\u00a0©®±½¼")
_HIGH = re.compile(r"[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """``text``: None if the encoding was told and may not be read. ``encoding``: a Python codec's name."""

    text: str | None
    encoding: str


def unicode_of_two_bytes(content: bytes) -> str | None:
    """UTF-16 or UTF-32, by its mark or because every other byte of its beginning is zero; None if it is neither."""
    for mark, name in _BOMS:
        if content.startswith(mark):
            return name
    beginning = content[:_LOOKED_AT]
    if len(beginning) >= 8 and any(beginning):
        for zeros, name in ((beginning[1::2], "utf-16-le"), (beginning[0::2], "utf-16-be")):
            if not any(zeros):
                return name
    return None


def told(content: bytes) -> Decoded | None:
    """The text of bytes that are not UTF-8, or only their encoding; None if nobody can tell."""
    makes_words = {name: text for name in (WINDOWS, *_OTHERS) if (text := _text(content, name)) is not None}
    if len(makes_words) != 1:
        return None
    ((encoding, text),) = makes_words.items()
    return Decoded(text if encoding == WINDOWS else None, encoding)


def _text(content: bytes, encoding: str) -> str | None:
    """The text, if every letter beyond ASCII stands where it can stand."""
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    return text if all(_fits(text, letter.start()) for letter in _HIGH.finditer(text)) else None


def _fits(text: str, at: int) -> bool:
    letter, before, behind = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    if letter in _IN_WORDS:
        # a capital after a small letter is no word's, nor is an accented letter that stands alone
        shouted = letter.isupper() and before.islower()
        return not shouted and (before.isalpha() or behind.isalpha())
    if letter in _BEFORE_WORDS:
        return not before.isalpha()
    if letter in _BEHIND_WORDS:
        return not behind.isalpha() or (letter == "’" and before.isalpha())
    return letter in _ALONE and not (before.isalpha() and behind.isalpha())
