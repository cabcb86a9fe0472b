"""A CSV file as columns of text, in bounded memory, split exactly as Python's csv splits it.

Arrow's parser of one block is the state machine of Python's csv (not strict); only where it cuts a file into blocks
itself does it go wrong (a CRLF inside quotes, on the border, loses its LF). So the file is cut here: after a line feed
with an even number of quotes before it. That is a guess (a stray quote inside a cell is no quoting), hence a proof: a
random record, the *sentinel*, is appended to each chunk and the whole parsed as one block. If the last record is the
sentinel, the chunk ended between two records; and as it began so, by induction the next one does too.

What Arrow cannot tell is settled by csv itself: rows of another width, and whether a row of nothing is an empty line.
"""

import codecs
import csv
import hashlib
import io
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.csv as pa_csv

from ogp_pipeline.validation.fast.columns import TEXT, Columns, frame_of, in_one_piece, lengths
from ogp_pipeline.validation.fast.fallback import Fallback
from ogp_pipeline.validation.fast.window import BOM, Window

CHUNK = 8 << 20  # the largest
_LEAST = 4 << 20  # what Arrow makes of more has to be cleared by the system each time, which doubled the time to parse
_OF_COLUMN = 1 << 18  # each chunk costs some work for each column
_PIECE = 1 << 17
_LONGEST = 64 << 20  # a chunk that has no end within this is not worth the memory


@dataclass(frozen=True, slots=True)
class Chunk:
    """Records of a file. ``first``: how many stand before. ``cells``: those of the rows which ``columns`` do not hold
    truly, because they are ragged or perhaps empty lines; there, a null in a column is a cell which the row lacks."""

    first: int
    columns: Columns
    cells: dict[int, list[str]]


@dataclass(slots=True)
class Digest:
    """Of the raw bytes that were read; of the whole file once the chunks are exhausted."""

    md5: Any
    sha256: Any
    size: int = 0


def suitable_size(width: int) -> int:
    """The bytes of a chunk for a table of so many columns."""
    return min(CHUNK, max(_LEAST, width * _OF_COLUMN))


class Chunks:
    """``for chunk in Chunks(...)`` may be repeated: the file is read anew. ``translate``: line ends become LF, as
    frictionless reads TSV."""

    def __init__(
        self, path: Path, encoding: str, dialect: csv.Dialect, width: int, *, translate: bool, size: int
    ) -> None:
        self._path = path
        self._encoding = encoding
        self._dialect = _checked(dialect)
        self._width = width
        self._translate = translate
        self._size = size
        self._sentinel = secrets.token_hex(16)
        record = self._dialect["delimiter"].join([self._sentinel] * width)
        self._sentinel_record = f"{record}\n".encode()
        self._names = [str(place) for place in range(width)]
        self._conversion = pa_csv.ConvertOptions(
            column_types=dict.fromkeys(self._names, TEXT),
            strings_can_be_null=False,
            quoted_strings_can_be_null=False,
            check_utf8=True,
        )
        self._wrong_ends = self._chunks = 0
        self.digest = Digest(hashlib.md5(usedforsecurity=False), hashlib.sha256())

    def __iter__(self) -> Iterator[Chunk]:
        self.digest = Digest(hashlib.md5(usedforsecurity=False), hashlib.sha256())
        self._wrong_ends = self._chunks = 0
        window = Window(max(self._size, len(BOM)))
        first = 0
        with self._path.open("rb", buffering=0) as file:
            for final in self._fillings(file, window):
                if not window.size:
                    continue
                chunk, used = self._cut(window, first, final)
                if chunk is not None:
                    self._chunks += 1
                    first += chunk.columns.height
                    yield chunk
                    window.drop(used)
                elif window.size > max(_LONGEST, self._size):
                    raise Fallback("a record is too long")
        if window.size:
            raise Fallback("a quote stays open at the end of the file")

    def _fillings(self, file: io.FileIO, window: Window) -> Iterator[bool]:
        """Put as much again into the window, as UTF-8 without the mark that its encoding eats. Whether that was all."""
        start, end, recode = True, False, self._recoding()
        while not end:
            new = window.read(file)
            end = not new
            for piece in range(0, len(new), _PIECE):  # both while it is in the processor's cache
                self.digest.md5.update(new[piece : piece + _PIECE])
                self.digest.sha256.update(new[piece : piece + _PIECE])
            self.digest.size += len(new)
            if recode is not None:
                window.replace(len(new), recode(bytes(new), end))
            elif start and self._encoding == "utf-8-sig" and new[: len(BOM)] == BOM:
                window.drop(len(BOM))
            start = False
            yield end

    def _recoding(self) -> Callable[[bytes, bool], bytes] | None:
        """Of pieces, in order, the last one marked; None where the bytes are what they should be."""
        plain = self._encoding in {"utf-8", "utf-8-sig"}
        if plain and not self._translate:
            return None
        decoder = codecs.getincrementaldecoder(self._encoding)()
        newlines = io.IncrementalNewlineDecoder(None, translate=True)

        def recode(piece: bytes, final: bool) -> bytes:
            text = decoder.decode(piece, final)
            return (newlines.decode(text, final) if self._translate else text).encode()

        return recode

    def _cut(self, window: Window, first: int, final: bool) -> tuple[Chunk | None, int]:
        for end in [window.size] if final else self._ends(window):
            chunk = self._parse(window, end, first)
            if chunk is not None:
                return chunk, end
        return None, 0

    def _ends(self, window: Window) -> Iterator[int]:
        """Where the last record may end. At the last line feed, unless that is often wrong; then after an even number
        of quotes, or else after an odd one."""
        end = window.last_line_feed(window.size)
        if end < 0:
            return
        if self._wrong_ends <= self._chunks // 8:  # to count quotes takes as long as to parse one chunk in eight again
            yield end + 1
            self._wrong_ends += 1
        quote = self._dialect["quote_char"].encode()
        odd = window.count(quote, 0, end) % 2
        other = end
        while (earlier := window.last_line_feed(other)) >= 0 and not window.count(quote, earlier, other) % 2:
            if not odd:
                yield end + 1
                odd = 2  # do not yield it again
            other = earlier
        if odd == 0:
            yield end + 1
        if earlier >= 0:
            yield earlier + 1
        if odd == 1:
            yield end + 1

    def _parse(self, window: Window, end: int, first: int) -> Chunk | None:
        """None if the data up to ``end`` does not end between two records."""
        ragged: list[tuple[int, int, str]] = []

        def keep(row: pa_csv.InvalidRow) -> str:
            ragged.append((row.number - 1, row.actual_columns, row.text))
            return "skip"

        with window.ended(end, self._sentinel_record) as data:
            table = pa_csv.read_csv(
                pa.BufferReader(pa.py_buffer(data)),
                pa_csv.ReadOptions(use_threads=False, block_size=len(data) + 16, column_names=self._names),
                pa_csv.ParseOptions(
                    **self._dialect, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=keep
                ),
                self._conversion,
            )
        if not table.num_rows or any(column[-1].as_py() != self._sentinel for column in table.columns):
            return None
        table = table.slice(0, table.num_rows - 1)
        if not ragged and lengths(in_one_piece(table.column(0))).all():
            return Chunk(first, Columns(table), {})
        return self._whole(window.seen(end), first, frame_of(table), ragged)

    def _whole(
        self, data: memoryview, first: int, frame: pl.DataFrame, ragged: list[tuple[int, int, str]]
    ) -> Chunk | None:
        """Put the ragged rows into their places, and look up those which may be empty lines."""
        height = frame.height + len(ragged)
        cells: dict[int, list[str]] = {}
        if ragged:
            if ragged[-1][0] >= height:
                return None  # the sentinel is not the last record
            cells = {number: self._split(text, width) for number, width, text in ragged}
            odd = np.array([number for number, _, _ in ragged], dtype=np.int64)
            even = np.delete(np.arange(height, dtype=np.int64), odd)
            rows = [[*row[: self._width], *[None] * (self._width - len(row))] for row in cells.values()]
            frame = pl.concat([frame, pl.DataFrame(rows, schema=frame.schema, orient="row")])
            frame = frame[np.argsort(np.concatenate([even, odd]))]
        start = frame["0"].fill_null("") if ragged else frame["0"]
        begins_empty = (start == "").arg_true()
        if begins_empty.len():
            nothing = pl.all_horizontal(pl.all().fill_null("") == "").alias("nothing")
            empty = begins_empty.filter(frame[begins_empty].select(nothing)["nothing"])
            cells |= self._reread(data, empty.to_list(), height) if empty.len() else {}
        return Chunk(first, Columns(frame.to_arrow(compat_level=pl.CompatLevel.oldest())), cells)

    def _reader(self, text: str) -> Iterator[list[str]]:
        return csv.reader(
            io.StringIO(text, newline=""), delimiter=self._dialect["delimiter"], quotechar=self._dialect["quote_char"]
        )

    def _split(self, text: str, width: int) -> list[str]:
        records = list(self._reader(text))
        if len(records) != 1 or len(records[0]) != width:
            raise Fallback("csv and Arrow disagree on a record")
        return list(records[0])

    def _reread(self, data: memoryview, wanted: list[int], height: int) -> dict[int, list[str]]:
        records = list(self._reader(str(data, "utf-8")))
        if len(records) != height:
            raise Fallback("csv and Arrow disagree on the number of records")
        return {number: records[number] for number in wanted}


def _checked(dialect: csv.Dialect) -> dict[str, Any]:
    """The options for Arrow, if it can read the dialect as Python does."""
    plain = (
        dialect.doublequote
        and dialect.escapechar is None
        and not dialect.skipinitialspace
        and dialect.quoting == csv.QUOTE_MINIMAL
        and _is_mark(dialect.delimiter)
        and _is_mark(dialect.quotechar)
        and dialect.delimiter != dialect.quotechar
    )
    if not plain:
        raise Fallback("the dialect is not plain")
    return {"delimiter": dialect.delimiter, "quote_char": dialect.quotechar, "double_quote": True, "escape_char": False}


def _is_mark(text: str | None) -> bool:
    """One ASCII character which can stand neither in the sentinel nor at the end of a line."""
    return text is not None and len(text) == 1 and text.isascii() and not text.isalnum() and text not in "\r\n\0"
