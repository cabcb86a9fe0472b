"""The headings that a source reads, and what a heading that is nearly one of them means.

Without it a reader takes the first row for the headings and every heading as it is. With it, the row of headings is
found below a title, ``Status`` is ``status``, and our own label ``Estado`` is the column that it names: wherever a
heading can mean one column only.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.i18n.letters import bare

LOOKED_AT = 30  # rows in which the headings are looked for
_LONGEST = 200  # characters of a heading
_SHORTEST = 6  # a name in which one slip can be told from another name
_WORD_SIGNS = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """A heading without what does not tell headings apart: case, accents, signs, surplus spaces."""
    return " ".join(_WORD_SIGNS.sub(" ", bare(text)).split())


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """``names``: the headings that are read. ``meant``: what else they are called, folded -> name.

    ``loose``: those of ``meant`` that are columns of ours, which may be shortened or have a slip in them. Of what a
    mapping names only case, accents and signs are looked over: other columns of the same file are called much alike.
    ``patterns``: expressions that find headings which are read, too.
    """

    names: frozenset[str] = frozenset()
    meant: Mapping[str, str] = field(default_factory=dict)
    loose: Mapping[str, str] = field(default_factory=dict)
    patterns: tuple[re.Pattern[str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.names or self.patterns)

    def reads(self, heading: str) -> bool:
        """Whether a column of exactly this heading is read."""
        return heading in self.names or any(pattern.search(heading) for pattern in self.patterns)

    def name(self, heading: str) -> str | None:
        """The heading that is meant; None if none is, or more than one may be."""
        plainly = self._plainly(heading)
        folded = fold(heading[:_LONGEST])
        if plainly is not None or not folded:
            return plainly
        longer = {name for words, name in self.loose.items() if words.startswith(f"{folded} ")}
        if longer:
            return longer.pop() if len(longer) == 1 else None
        near = {name for words, name in self.loose.items() if _is_slip(folded, words)}
        return near.pop() if len(near) == 1 else None

    def _plainly(self, heading: str) -> str | None:
        """The heading that is meant, without looking for what is shortened or has a slip in it."""
        if len(heading) <= _LONGEST and self.reads(heading):
            return heading
        return self.meant.get(fold(heading)) if len(heading) <= _LONGEST else None

    def fitting(self, cells: Sequence[str]) -> int:
        """How many of the cells of a row are headings; 0 if too few for a row of headings."""
        filled = [" ".join(cell.split()) for cell in cells if cell.strip()]
        understood = [cell for cell in filled if self._plainly(cell) is not None]
        enough = len(understood) >= 2 or len(understood) == len(filled) == 1
        return len(understood) if enough and 2 * len(understood) >= len(filled) else 0


NONE = Vocabulary()


def vocabulary(
    names: Iterable[str], labels: Iterable[tuple[str, str]] = (), patterns: Iterable[re.Pattern[str]] = ()
) -> Vocabulary:
    """``labels``: what people call a name, and the name. What names two is left out."""
    own_names = dict.fromkeys(names)
    labelled = list(labels)
    ours = {name for _, name in labelled}
    meant: dict[str, set[str]] = {}
    for words, name in [*((name, name) for name in own_names), *labelled]:
        meant.setdefault(fold(words), set()).add(name)
    clear = {words: min(names_meant) for words, names_meant in meant.items() if len(names_meant) == 1 and words}
    loose = {words: name for words, name in clear.items() if name in ours}
    return Vocabulary(frozenset(own_names), clear, loose, tuple(patterns))


def _is_slip(given: str, words: str) -> bool:
    """Whether one letter is wrong, missing or too many; the end must agree, which may name a language or a unit."""
    if len(words) < _SHORTEST or abs(len(given) - len(words)) > 1 or given[-3:] != words[-3:] or given == words:
        return False
    start = next((i for i, (a, b) in enumerate(zip(given, words, strict=False)) if a != b), min(len(given), len(words)))
    rest = given[start:], words[start:]
    return rest[0][1:] == rest[1][1:] or rest[0][1:] == rest[1] or rest[0] == rest[1][1:]


def sums() -> frozenset[str]:
    """What stands beside a sum, folded, in every language."""
    return frozenset(fold(word) for language in LANGUAGES for word in say("reading.sums", language).split(","))
