"""A pattern whose texts all have one length and one range of ASCII characters at each place, as ``C\\d{2}\\.\\d``: what
identifiers look like. Arrow keeps the bytes of a column one after the other; where all texts have that length, the
bounds repeat, and eight bytes are compared at once, a hundred times as fast as by a regular expression.

Conservative as all of ``screen.py``: what has the shape, the pattern accepts.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from ogp_pipeline.validation.fast.columns import Numbers, all_bytes, lengths

_LONGEST = 40
_REPEATED = 4096  # bytes and more of bounds that are compared in one go
_FIRST_BITS, _OTHER_BITS = np.uint64(0x80_80_80_80_80_80_80_80), np.uint64(0x7F_7F_7F_7F_7F_7F_7F_7F)
_Range = tuple[int, int]
_DIGITS = (ord("0"), ord("9"))


@dataclass(frozen=True, slots=True)
class Shape:
    """``ranges``: the first and last character that may stand at each place."""

    ranges: tuple[_Range, ...]

    def fits(self, text: str) -> bool:
        """Whether a text has the shape."""
        return len(text) == len(self.ranges) and all(
            low <= ord(letter) <= high for letter, (low, high) in zip(text, self.ranges, strict=True)
        )

    def doubtful(self, texts: pa.Array) -> Numbers:
        """The places of the cells which do not have it, ascending; among them those which the row lacks."""
        other = lengths(texts) != len(self.ranges)
        if not other.any():
            return self._beyond(texts)
        like = np.flatnonzero(~other)
        other[like[self._beyond(texts.filter(pa.array(~other)))]] = True
        return np.flatnonzero(other)

    def _beyond(self, texts: pa.Array) -> Numbers:
        """The same of texts which have the length."""
        data, length = all_bytes(texts), len(self.ranges)
        low, high = (_repeated(bound, length) for bound in zip(*self.ranges, strict=True))
        times = len(data) // low.nbytes
        words = data[: times * low.nbytes].view("<u8").reshape(times, len(low))
        rest = low.copy()
        rest.view(np.uint8)[: len(data) - words.nbytes] = data[words.nbytes :]
        if not _is_beyond(words, low, high).any() and not _is_beyond(rest, low, high).any():
            return np.empty(0, dtype=np.int64)
        cells, (least, most) = data.reshape(-1, length), np.array(self.ranges, dtype=np.uint8).T
        return np.flatnonzero(((cells < least) | (cells > most)).any(axis=1))


def _repeated(bound: tuple[int, ...], length: int) -> "np.ndarray[Any, np.dtype[np.uint64]]":
    """The bound of each byte of some texts, one after the other, as words."""
    return np.tile(np.array(bound, dtype=np.uint8), 8 * -(-_REPEATED // (8 * length))).view("<u8")


def _is_beyond(words: Any, low: Any, high: Any) -> Any:  # noqa: ANN401 - arrays of numpy
    """Not 0 where a byte of a word is not ASCII or outside its bounds. In ASCII the first bit of a byte is free: it
    keeps the carry, so that eight bytes are compared at once."""
    return (words | ~((words | _FIRST_BITS) - low) | (words + (_OTHER_BITS - high))) & _FIRST_BITS


class _OtherPattern(Exception):
    """Met what has no fixed place or no one range."""


def shape_of(pattern: str) -> Shape | None:
    """For what frictionless makes of a pattern (``^pattern$``), if it is of that kind."""
    parse: Any = re._parser.parse  # type: ignore[attr-defined]  # public as sre_parse until 3.10
    try:
        tree = parse(f"^{pattern}$")
        if tree.state.flags != re.UNICODE or not 0 < tree.getwidth()[1] <= _LONGEST:
            return None
        nodes = list(tree)
        if len(nodes) < 3 or str(nodes[0][1]) != "AT_BEGINNING" or str(nodes[-1][1]) != "AT_END":
            return None
        return Shape(tuple(_ranges(nodes[1:-1])))
    except (_OtherPattern, re.error, OverflowError, RecursionError):
        return None


def _ranges(items: Iterable[tuple[Any, Any]]) -> Iterator[_Range]:
    for code, argument in items:
        match str(code), argument:
            case "LITERAL", int():
                yield _ascii(argument, argument)
            case "IN", [(kind, inside)]:
                yield _of_class(str(kind), inside)
            case "SUBPATTERN", (_, 0, 0, inside):
                yield from _ranges(inside)
            case (("MAX_REPEAT" | "MIN_REPEAT"), (least, most, inside)) if least == most:
                yield from [*_ranges(inside)] * least
            case _:
                raise _OtherPattern


def _of_class(kind: str, inside: Any) -> _Range:  # noqa: ANN401 - a node of re's
    if kind == "RANGE":
        return _ascii(*inside)
    if kind == "LITERAL":
        return _ascii(inside, inside)
    if kind == "CATEGORY" and str(inside) == "CATEGORY_DIGIT":
        return _DIGITS
    raise _OtherPattern


def _ascii(low: int, high: int) -> _Range:
    if not low <= high < 128:
        raise _OtherPattern
    return low, high
