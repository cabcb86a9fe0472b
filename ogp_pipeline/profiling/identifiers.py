"""Keys of ours out of what a column holds: as it is, a part of it, words as in an address, or a list of all values.

A way is taken only if it gives every value a key that our column can hold, and different values different keys.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ogp_pipeline.patterns import compile_linear
from ogp_pipeline.sources.spelling import slug

_ACRONYM = compile_linear(r"\(([A-Z][A-Z0-9]{1,9})\)\s*\Z|\A([A-Z][A-Z0-9&-]{1,9})\Z")
_LONGEST = 60
_MARKUP = compile_linear(r"<[^<>]*>")
_FOUR = 4


@dataclass(frozen=True, slots=True)
class Way:
    """``steps``: what stands beside ``from`` in the mapping. ``keys``: value -> key."""

    steps: dict[str, Any]
    keys: dict[str, str]

    def suffixed(self, suffix: str) -> "Way":
        """The same keys with something behind them."""
        keys = {value: key + suffix for value, key in self.keys.items()}
        if "map" in self.steps:
            return Way({**self.steps, "map": keys}, keys)
        return Way({**self.steps, "template": self.steps.get("template", "{value}") + suffix}, keys)


def way(values: Sequence[str], pattern: str, country: str) -> Way:
    """The first way that fits. ``pattern``: what keys of the column look like."""
    fitting = re.compile(pattern)
    for steps, make in _ways(country):
        keys = {value: make(value) for value in values}
        if all(map(fitting.fullmatch, keys.values())) and len(set(keys.values())) == len(keys):
            return Way(steps, keys)
    return listed(values, lambda number: f"{country}{number:04}")


def _ways(country: str) -> Iterator[tuple[dict[str, Any], Callable[[str], str]]]:
    def digits(value: str) -> str:
        number = re.search(r"\d+", value)
        return f"{country}{number[0]:0>4}" if number is not None and len(re.findall(r"\d+", value)) == 1 else ""

    yield {}, str
    yield {"match": r"\d+", "template": f"{country}{{value:0>{_FOUR}}}"}, digits
    yield {"slug": True}, lambda value: slug(value) if len(value) <= _LONGEST else ""


def listed(values: Sequence[str], name: Callable[[int], str]) -> Way:
    """Every value in a ``map``, numbered."""
    keys = {value: name(number) for number, value in enumerate(values, start=1)}
    return Way({"map": keys}, keys)


def named(values: Sequence[str]) -> Way:
    """Short keys for names of institutions and themes, in a ``map``: an acronym, or the words as in an address."""
    keys: dict[str, str] = {}
    for value in values:
        acronym = _ACRONYM.search(value)
        short = next(filter(None, acronym.groups()), "") if acronym is not None else ""
        keys[value] = _free(short or _short(value), keys.values())
    return Way({"map": keys}, keys)


def _short(value: str) -> str:
    """Words as in an address, of the letters that a key may have; cut between words."""
    plain = slug(_MARKUP.sub(" ", value)).encode("ascii", "ignore").decode()
    key = re.sub(r"[^a-z0-9-]+", "", plain).strip("-")
    return key[:_LONGEST].rpartition("-")[0] or key[:_LONGEST] if len(key) > _LONGEST else key or "x"


def _free(key: str, taken: Iterable[str]) -> str:
    used = set(taken)
    candidates = [key, *(f"{key}-{number}" for number in range(2, len(used) + 3))]
    return next(candidate for candidate in candidates if candidate not in used)


def fits(text: str, pattern: str) -> bool:
    """Whether a key is written as keys of the column must be."""
    return re.fullmatch(pattern, text) is not None
