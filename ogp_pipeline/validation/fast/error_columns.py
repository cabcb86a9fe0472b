"""Errors as columns. Nearly all errors of a long report are of single cells, and such an error is two numbers.

A file with a million bad cells has few sentences for them. So of the rows with such errors the cells are kept, once and
as text in columns; an error is the number of its row and that of its sentence. Frictionless' objects, some 2,000 bytes
each, are made when they are asked for. The other errors (of rows and of keys) are kept as what makes them, packed.
"""

import marshal
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
import pyarrow as pa
from frictionless import Error
from frictionless import errors as kinds

from ogp_pipeline.validation.fast.columns import Numbers, frame_of
from ogp_pipeline.validation.fast.error_factory import CellCaster, Draft, ErrorFactory

OBJECT = -1  # in place of a sentence: the error is an object


@dataclass(frozen=True, slots=True)
class Sentence:
    """What all errors with one note on the cells of one column have in common. ``place``: the column's, from 0.
    ``around``: the message before the cell, between it and the row number, and after that."""

    kind: type[kinds.CellError]
    note: str
    place: int
    around: tuple[str, str, str]
    cast: CellCaster


class PackedDrafts:
    """Drafts of errors in a tenth of the memory that the objects take."""

    def __init__(self, drafts: Sequence[Draft]) -> None:
        self._kinds = list(dict.fromkeys(kind for kind, _ in drafts))
        number = {kind: place for place, kind in enumerate(self._kinds)}
        self._packed = marshal.dumps([(number[kind], values) for kind, values in drafts])

    def __iter__(self) -> Iterator[Draft]:
        """Unpacked anew each time."""
        return ((self._kinds[number], values) for number, values in marshal.loads(self._packed))


@dataclass(frozen=True, slots=True)
class ErrorBlock:
    """The errors of some rows, in the order of the report.

    For each error: ``numbers`` has the number of its row in the file, ``said`` the place of its sentence in
    ``sentences`` or ``OBJECT``, ``rows`` the place of its row in ``cells``. ``drafts``: of the errors which have no
    sentence.
    """

    numbers: Numbers
    said: Numbers
    rows: Numbers
    cells: pa.Table
    drafts: PackedDrafts | Sequence[Draft]
    sentences: Sequence[Sentence]
    factory: ErrorFactory

    def __len__(self) -> int:
        return len(self.said)

    def head(self, count: int) -> "ErrorBlock":
        """The first errors."""
        return replace(self, numbers=self.numbers[:count], said=self.said[:count], rows=self.rows[:count])

    def slices(self, count: int) -> Iterator["ErrorBlock"]:
        """The same in parts of so many errors, each with its own cells and drafts."""
        drafts, done = list(self.drafts), 0
        for start in range(0, len(self), count):
            said, rows = self.said[start : start + count], self.rows[start : start + count]
            of_objects = int((said == OBJECT).sum())
            places = rows[said != OBJECT]
            first, after = (int(places.min()), int(places.max()) + 1) if len(places) else (0, 0)
            yield ErrorBlock(
                self.numbers[start : start + count],
                said,
                rows - first,
                self.cells.slice(first, after - first),
                drafts[done : done + of_objects],
                self.sentences,
                self.factory,
            )
            done += of_objects

    def objects(self) -> Iterator[Error]:
        """The errors without a sentence."""
        return (self.factory.cast(*draft) for draft in self.drafts)

    def errors(self) -> Iterator[Error]:
        """Each as frictionless' object."""
        objects = self.objects()
        frame = frame_of(self.cells)
        at, cells = -1, list[str]()
        for number, said, row in zip(self.numbers.tolist(), self.said.tolist(), self.rows.tolist(), strict=True):
            if said == OBJECT:
                yield next(objects)
                continue
            if row != at:
                at, cells = row, list(frame.row(row))
            sentence = self.sentences[said]
            yield sentence.cast(list(cells), number, cells[sentence.place])


class ErrorLog:
    """The errors of a table in the order of the report."""

    def __init__(self, errors: Iterable[Error] = ()) -> None:
        self.parts: list[list[Error] | ErrorBlock] = []
        self.add(list(errors))

    def add(self, part: list[Error] | ErrorBlock) -> None:
        """Append."""
        if len(part):
            self.parts.append(part)

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    def __iter__(self) -> Iterator[Error]:
        for part in self.parts:
            yield from part.errors() if isinstance(part, ErrorBlock) else part

    def head(self, count: int) -> "ErrorLog":
        """The first errors."""
        return ErrorLog(islice(self, count))

    def rows(self) -> int:
        """How many rows have an error."""
        numbers: list[Numbers] = []
        for part in self.parts:
            if isinstance(part, ErrorBlock):
                numbers.append(part.numbers)
            else:
                here = [error.row_number for error in part if isinstance(error, kinds.RowError)]
                numbers.append(np.array(here, dtype=np.int64))
        every = np.sort(np.concatenate(numbers or [np.empty(0, dtype=np.int64)]))
        return int((every[1:] != every[:-1]).sum()) + bool(len(every))
