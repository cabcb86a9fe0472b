"""How a text is written: parts of it replaced, small or capital letters, words as in an address."""

import unicodedata
from collections.abc import Callable

from ogp_pipeline.formats.vocabulary import fold
from ogp_pipeline.patterns import compile_given
from ogp_pipeline.programme.mapping import ColumnMapping
from ogp_pipeline.programme.mapping_parts import Replacement

# Letters that are no letter with a mark, so that taking marks off does not make them plain.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"})

Speller = Callable[[str], str]


def slug(text: str) -> str:
    """Words in small letters with hyphens between them: ``Año 1: Ética`` is ``ano-1-etica``. Letters of other scripts
    stay.
    """
    small = unicodedata.normalize("NFC", text).casefold().translate(_PLAIN)
    return fold(small).replace(" ", "-")


def speller(column: ColumnMapping) -> Speller | None:
    """What writes the text of a column anew; None if it stays as it is. re.error if an expression is none."""
    steps: list[Speller] = [_replacer(replacement) for replacement in column.replace or ()]
    if column.case is not None:
        steps.append(str.lower if column.case == "lower" else str.upper)
    if column.slug:
        steps.append(slug)
    if not steps:
        return None

    def spell(text: str) -> str:
        for step in steps:
            text = step(text)
        return text

    return spell


def _replacer(replacement: Replacement) -> Speller:
    by = replacement.by
    if replacement.match is not None:
        pattern = compile_given(replacement.match)
        return lambda text: pattern.sub(lambda _: by, text)
    old = replacement.text or ""
    return lambda text: text.replace(old, by)
