"""The cells of a chunk, column by column: as Arrow has parsed them, and as polars has them where somebody asks.

Both are texts. Arrow keeps the texts of a column one after the other, with the place where each begins: lengths, and
texts of one length, are read off there, and a column of few texts is known by these. For all else polars wants views of
sixteen bytes a cell, which took longer to make than any such proof.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

Numbers = np.ndarray[Any, np.dtype[np.int64]]
TEXT = pa.large_string()


class Columns:
    """Columns are named by their places. A null is a cell which the row lacks."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table
        self._texts: dict[int, pa.Array] = {}
        self._made: dict[int, pl.Series] = {}

    @property
    def height(self) -> int:
        """How many rows."""
        return int(self._table.num_rows)

    def after(self, count: int) -> "Columns":
        """Without the first rows."""
        return Columns(self._table.slice(count))

    def texts(self, place: int) -> pa.Array:
        """A column as Arrow has it."""
        if (texts := self._texts.get(place)) is None:
            texts = self._texts[place] = in_one_piece(self._table.column(place))
        return texts

    def frame(self, places: Iterable[int]) -> pl.DataFrame:
        """Some columns as polars has them."""
        places = list(places)
        if new := [place for place in places if place not in self._made]:
            frame = frame_of(self._table.select(new))
            self._made.update(zip(new, frame.get_columns(), strict=True))
        return pl.DataFrame([self._made[place] for place in places])

    def rows(self, places: Numbers) -> pa.Table:
        """Some rows, with nothing of the others."""
        return self._table.take(pa.array(places))


def in_one_piece(column: pa.ChunkedArray) -> pa.Array:
    """A column of a table as one array."""
    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks or [pa.array([], TEXT)])


def frame_of(table: pa.Table) -> pl.DataFrame:
    """A table as polars has it."""
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame


def lengths(texts: pa.Array) -> Numbers:
    """How many bytes each text has; -1 where there is none."""
    counted = pc.binary_length(texts)
    return (counted.fill_null(-1) if texts.null_count else counted).to_numpy()  # type: ignore[no-any-return]


def all_bytes(texts: pa.Array) -> "np.ndarray[Any, np.dtype[np.uint8]]":
    """The bytes of all texts, one after the other; of an array without a null."""
    _, starts, data = texts.buffers()
    first, last = np.frombuffer(starts, dtype=np.int64, count=len(texts) + 1, offset=8 * texts.offset)[[0, -1]]
    if first == last:
        return np.empty(0, dtype=np.uint8)
    return np.frombuffer(data, dtype=np.uint8, count=last - first, offset=first)


def places_of(texts: pa.Array, some: Iterable[str]) -> Numbers:
    """The places of the cells which are one of these texts, ascending."""
    sought = list(some)
    if len(sought) == 1:
        mask = pc.equal(texts, pa.scalar(sought[0], TEXT)).fill_null(False)
    else:
        mask = pc.is_in(texts, value_set=pa.array(sought, TEXT))
    return np.flatnonzero(mask.to_numpy(zero_copy_only=False))
