"""Names and words from outside, as people and records may see them: nothing that cannot be written, or deceives."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ogp_pipeline.sources.delivery import DeliveredFile

ILLEGIBLE = "\ufffd"  # stands for what cannot be shown
_REVERSING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # show a name other than it is


def legible(text: str) -> str:
    """The text with a sign in place of each letter that cannot be written, or would show it other than it is.

    Among them are the bytes of a file name that is not UTF-8, which Python hands on as half letters.
    """
    return "".join(ILLEGIBLE if deceives(letter) else letter for letter in text)


def deceives(letter: str) -> bool:
    """Whether a letter cannot be written, ends a line, or turns what follows around."""
    return unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") or letter in _REVERSING


def apart(files: Sequence[DeliveredFile]) -> Iterator[DeliveredFile]:
    """The files, each under a name of its own: what cannot be shown may have been the only difference."""
    taken: set[str] = set()
    for file in files:
        name, number = file.name, 2
        while name in taken:
            name, number = f"{file.name} ({number})", number + 1
        taken.add(name)
        yield replace(file, name=name)
