"""A pattern whose texts all have one length and one range of ASCII characters at each place, as ``C\\d{2}\\.\\d``: what
identifiers look like. Of a text of at most twelve bytes Arrow's view holds its length and all its bytes, in sixteen
bytes each; so a whole column is compared at once, ten times as fast as by a regular expression.

Conservative as all of ``screen.py``: what has the shape, the pattern accepts.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

_LONGEST = 12
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

    def fits_all(self, cells: pl.Series) -> bool:
        """Whether all cells have it; a cell which the row lacks has not."""
        if cells.null_count():
            return False
        nothing = [(0, 0)]
        view = [
            (len(self.ranges), len(self.ranges)),
            *nothing * 3,
            *self.ranges,
            *nothing * (_LONGEST - len(self.ranges)),
        ]
        low, high = (np.frombuffer(bytes(bound), dtype="<u8") for bound in zip(*view, strict=True))
        for array in _chunks(cells):
            words = np.frombuffer(array.buffers()[1], dtype="<u8", count=(array.offset + len(array)) * 2)
            for word, least, most in zip(words.reshape(-1, 2)[array.offset :].T, low, high, strict=True):
                if _beyond(word, least, most).any():
                    return False
        return True


def _beyond(words: "np.ndarray[Any, np.dtype[np.uint64]]", low: np.uint64, high: np.uint64) -> Any:  # noqa: ANN401
    """Not 0 where a byte of a word is not ASCII or outside its bounds. In ASCII the first bit of a byte is free: it
    keeps the carry, so that eight bytes are compared at once."""
    return (words | ~((words | _FIRST_BITS) - low) | (words + (_OTHER_BITS - high))) & _FIRST_BITS


def _chunks(cells: pl.Series) -> Iterable[pa.Array]:
    array = cells.to_arrow(compat_level=pl.CompatLevel.newest())
    chunks = array.chunks if isinstance(array, pa.ChunkedArray) else [array]
    assert all(chunk.type == pa.string_view() for chunk in chunks)
    return chunks


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
