"""A CSV file as frames of text, in bounded memory, split exactly as Python's csv splits it.

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
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.csv as pa_csv

from ogp_pipeline.validation.fast.doubt import Bail

CHUNK = 4 << 20
_LONGEST = 64 << 20  # a chunk that has no end within this is not worth the memory
_BOM = codecs.BOM_UTF8


@dataclass(frozen=True, slots=True)
class Chunk:
    """Records of a file. ``first``: how many stand before. ``cells``: those of the rows which ``frame`` does not hold
    truly, because they are ragged or perhaps empty lines; there, a null in the frame is a cell which the row lacks."""

    first: int
    frame: pl.DataFrame
    cells: dict[int, list[str]]


@dataclass(slots=True)
class Digest:
    """Of the raw bytes that were read; of the whole file once the chunks are exhausted."""

    md5: Any
    sha256: Any
    size: int = 0


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
        self.digest = Digest(hashlib.md5(usedforsecurity=False), hashlib.sha256())

    def __iter__(self) -> Iterator[Chunk]:
        self.digest = Digest(hashlib.md5(usedforsecurity=False), hashlib.sha256())
        first, rest, final = 0, b"", False
        blocks = self._blocks()
        while not final:
            block = next(blocks, None)
            final = block is None
            rest += block or b""
            if not rest:
                continue
            chunk, used = self._cut(rest, first, final)
            if chunk is None:
                if len(rest) > max(_LONGEST, self._size):
                    raise Bail("a record is too long")
                continue
            rest = rest[used:]
            first += chunk.frame.height
            yield chunk
        if rest:
            raise Bail("a quote stays open at the end of the file")

    def _blocks(self) -> Iterator[bytes]:
        """The file as UTF-8 without the mark that its encoding eats."""
        decoder = None
        if self._encoding not in {"utf-8", "utf-8-sig"}:
            decoder = codecs.getincrementaldecoder(self._encoding)()
        newlines = io.IncrementalNewlineDecoder(None, translate=True) if self._translate else None
        with self._path.open("rb") as file:
            start = True
            while block := file.read(self._size):
                self._note(block)
                if start and self._encoding == "utf-8-sig":
                    block += b"" if len(block) >= len(_BOM) else self._read_more(file)
                    block = block.removeprefix(_BOM)
                start = False
                yield self._ended(block if decoder is None else decoder.decode(block).encode(), newlines)
        if decoder is not None:
            yield self._ended(decoder.decode(b"", True).encode(), newlines)
        if newlines is not None:
            yield newlines.decode("", True).encode()

    def _read_more(self, file: io.BufferedReader) -> bytes:
        more = file.read(len(_BOM))
        self._note(more)
        return more

    def _note(self, block: bytes) -> None:
        self.digest.md5.update(block)
        self.digest.sha256.update(block)
        self.digest.size += len(block)

    def _ended(self, block: bytes, newlines: io.IncrementalNewlineDecoder | None) -> bytes:
        if newlines is None:
            return block
        # Line ends are ASCII, so bytes can be translated as if they were latin-1.
        return newlines.decode(block.decode("latin-1")).encode("latin-1")

    def _cut(self, rest: bytes, first: int, final: bool) -> tuple[Chunk | None, int]:
        for end in [len(rest)] if final else self._ends(rest):
            chunk = self._parse(memoryview(rest)[:end], first)
            if chunk is not None:
                return chunk, end
        return None, 0

    def _ends(self, rest: bytes) -> Iterator[int]:
        """Where the last record may end: after an even number of quotes, or else after an odd one."""
        quote = self._dialect["quote_char"].encode()
        end = rest.rfind(b"\n")
        if end < 0:
            return
        odd = rest.count(quote, 0, end) % 2
        other = end
        while (earlier := rest.rfind(b"\n", 0, other)) >= 0 and not rest.count(quote, earlier, other) % 2:
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

    def _parse(self, data: memoryview, first: int) -> Chunk | None:
        """None if the data does not end between two records."""
        ragged: list[tuple[int, int, str]] = []

        def keep(row: pa_csv.InvalidRow) -> str:
            ragged.append((row.number - 1, row.actual_columns, row.text))
            return "skip"

        names = [str(place) for place in range(self._width)]
        sentinel = self._dialect["delimiter"].join([self._sentinel] * self._width).encode()
        end = b"" if data[-1] == ord("\n") else b"\n"
        # Arrow eats a mark at the start of each block: it shall eat ours.
        table = pa_csv.read_csv(
            pa.BufferReader(b"".join((_BOM, data, end, sentinel, b"\n"))),
            pa_csv.ReadOptions(use_threads=False, block_size=len(data) + len(sentinel) + 16, column_names=names),
            pa_csv.ParseOptions(
                **self._dialect, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=keep
            ),
            pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()),
                strings_can_be_null=False,
                quoted_strings_can_be_null=False,
                check_utf8=True,
            ),
        )
        frame = pl.from_arrow(table)
        assert isinstance(frame, pl.DataFrame)
        if not frame.height or set(frame.row(-1)) != {self._sentinel}:
            return None
        frame = frame.head(-1)
        return self._whole(data, first, frame, ragged)

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
        begins_empty = (frame["0"].fill_null("") == "").arg_true()
        if begins_empty.len():
            nothing = pl.all_horizontal(pl.all().fill_null("") == "").alias("nothing")
            empty = begins_empty.filter(frame[begins_empty].select(nothing)["nothing"])
            cells |= self._reread(data, empty.to_list(), height) if empty.len() else {}
        return Chunk(first, frame, cells)

    def _reader(self, text: str) -> Iterator[list[str]]:
        return csv.reader(
            io.StringIO(text, newline=""), delimiter=self._dialect["delimiter"], quotechar=self._dialect["quote_char"]
        )

    def _split(self, text: str, width: int) -> list[str]:
        records = list(self._reader(text))
        if len(records) != 1 or len(records[0]) != width:
            raise Bail("csv and Arrow disagree on a record")
        return list(records[0])

    def _reread(self, data: memoryview, wanted: list[int], height: int) -> dict[int, list[str]]:
        records = list(self._reader(str(data, "utf-8")))
        if len(records) != height:
            raise Bail("csv and Arrow disagree on the number of records")
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
        raise Bail("the dialect is not plain")
    return {"delimiter": dialect.delimiter, "quote_char": dialect.quotechar, "double_quote": True, "escape_char": False}


def _is_mark(text: str | None) -> bool:
    """One ASCII character which can stand neither in the sentinel nor at the end of a line."""
    return text is not None and len(text) == 1 and text.isascii() and not text.isalnum() and text not in "\r\n\0"
