"""Which rows of a frame are certainly valid, one cell at a time.

Two tiers. A vectorised test *proves* most cells valid: the lengths of Arrow's texts or a pattern's shape where that is
enough, else the distinct texts of a column of few, else a query of polars (``cell_tests``) for all columns left. The
distinct texts which it leaves over are *read* by frictionless' own reader, once each. A row is suspect if a cell is
really invalid, if it is ragged or all missing, or if its foreign key is not known; keys within the table are the matter
of ``keys.py``.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from frictionless.fields import AnyField, StringField

from ogp_pipeline.validation.fast.cell_tests import missing, typed
from ogp_pipeline.validation.fast.columns import Columns, Numbers, lengths, places_of
from ogp_pipeline.validation.fast.opening import ForeignKey, HeadingColumn, Opened
from ogp_pipeline.validation.fast.shapes import Shape, shape_of

_SAMPLE = 4096  # cells of a column that tell whether its texts are few
_LEAST_SAMPLE = 1024
_MOST_KNOWN = 1 << 17  # foreign keys remembered
_ANY_LENGTH = 1 << 62


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Of the rows of a chunk: a mask of those with all cells missing; the places of cells which are invalid, by column,
    ascending; a mask of those with a foreign key which is not known. No mask where there is no such row."""

    blank: pl.Series | None
    wrong: Mapping[int, Numbers]
    stray: pl.Series | None


@dataclass(frozen=True, slots=True)
class _Span:
    """How many bytes a text may have, where nothing else is asked: so many bytes are no more characters."""

    least: int
    most: int

    def doubtful(self, texts: pa.Array) -> Numbers:
        """The places of the cells which are shorter or longer."""
        counted = lengths(texts)
        return np.flatnonzero((counted < self.least) | (counted > self.most))


@dataclass(frozen=True, slots=True)
class _ColumnTest:
    """``test``: true for cells which are certainly valid; a missing one where none may be is never true. None if
    nothing is known beforehand. ``bytewise``: what proves most cells valid without polars."""

    column: HeadingColumn
    test: pl.Expr | None
    bytewise: Shape | _Span | None

    @property
    def name(self) -> str:
        """Of the column in a frame."""
        return str(self.column.place)

    @property
    def question(self) -> pl.Expr:
        """The places of the cells which the test does not prove valid, ascending."""
        test = pl.repeat(False, pl.len()) if self.test is None else self.test.fill_null(False)
        return (~test).arg_true().implode().alias(self.name)

    def refused(self, distinct: pl.Series) -> list[str]:
        """Those of some texts which frictionless refuses. A cell which the row lacks is none."""
        left = distinct.alias(self.name)
        if self.test is not None:
            left = left.filter(~left.to_frame().select(self.test.fill_null(False)).to_series())
        if not self.column.constraints.get("required"):
            left = left.filter(~left.to_frame().select(missing(self.column).fill_null(True)).to_series())
        accepts = self.column.reader.accepts
        return [text for text in left.drop_nulls().to_list() if not accepts(text)]

    def places(self, texts: pa.Array, doubtful: Numbers) -> Numbers:
        """The places of those of the doubtful cells which frictionless refuses."""
        if not len(doubtful):
            return doubtful
        these = texts.take(pa.array(doubtful))
        refused = self.refused(_distinct(these))
        return doubtful[places_of(these, refused)] if refused else doubtful[:0]


def _distinct(texts: pa.Array) -> pl.Series:
    return pl.Series(pc.unique(texts), dtype=pl.String)


def _column_test(column: HeadingColumn) -> _ColumnTest:
    test = typed(column)
    if test is not None and column.constraints.get("required"):
        texts_of_none = pl.DataFrame({str(column.place): pl.Series(column.missing, dtype=pl.String)})
        if texts_of_none.select(test).to_series().any():
            test = ~missing(column) & test
    return _ColumnTest(column, test, _shape(column) or _span(column))


def _shape(column: HeadingColumn) -> Shape | None:
    """Of a text of which nothing is asked but a pattern of fixed length, and that it be there."""
    field, constraints = column.field, column.constraints
    if (
        not isinstance(field, StringField)
        or field.format != "default"
        or constraints.keys() - {"required"} != {"pattern"}
    ):
        return None
    shape = shape_of(constraints["pattern"])
    return None if shape is None or any(map(shape.fits, column.missing)) else shape


def _span(column: HeadingColumn) -> _Span | None:
    field, constraints = column.field, column.constraints
    if not isinstance(field, AnyField | StringField) or field.format != "default":
        return None
    longest = constraints.get("maxLength", _ANY_LENGTH)
    if constraints.keys() - {"required", "maxLength"} or not isinstance(longest, int):
        return None
    if not constraints.get("required"):
        return _Span(0, longest)
    return _Span(len(column.missing), longest) if column.missing in {(), ("",)} else None


class _Texts:
    """A column of few distinct texts: each is judged once, however often it comes."""

    def __init__(self, test: _ColumnTest) -> None:
        self._test = test
        self._valid: set[str | None] = set()
        self._invalid: set[str | None] = set()

    def refused(self, distinct: Collection[str | None]) -> list[str]:
        """Those of the texts which frictionless refuses."""
        given = set(distinct)
        if given <= self._valid:
            return []
        given.discard(None)  # a cell which the row lacks
        if fresh := given - self._valid - self._invalid:
            if len(self._valid) + len(self._invalid) > _MOST_KNOWN:
                self._valid.clear()
                self._invalid.clear()
                fresh = given
            refused = self._test.refused(pl.Series(list(fresh), dtype=pl.String))
            self._invalid.update(refused)
            self._valid |= fresh.difference(refused)
        return [text for text in given & self._invalid if text is not None]


class Screen:
    """The tests of a table, compiled once."""

    def __init__(self, opened: Opened) -> None:
        self._columns = opened.columns
        self._foreign = opened.foreign
        self._tests = [_column_test(column) for column in opened.columns]
        self._few: dict[int, _Texts] | None = None
        self._known: list[dict[tuple[Any, ...], bool]] = [{} for _ in opened.foreign]

    def sift(self, columns: Columns) -> Suspicion:
        """The rows to explain. Ragged rows are known to the caller."""
        few = self._columns_of_few(columns)
        wrong, left = {}, []
        for test in self._tests:
            place = test.column.place
            if test.bytewise is not None:
                texts = columns.texts(place)
                wrong[place] = test.places(texts, test.bytewise.doubtful(texts))
            elif place in few:
                wrong[place] = self._wrong_of_few(columns, place, few)
            else:
                left.append(test)
        if left:
            told = columns.frame(test.column.place for test in left).select(test.question for test in left)
            for test in left:
                doubtful = told[test.name][0].to_numpy().astype(np.int64)
                place = test.column.place
                wrong[place] = test.places(columns.texts(place), doubtful) if len(doubtful) else doubtful
        stray = None
        for key, known in zip(self._foreign, self._known, strict=True):
            unmatched = self._unmatched(columns.frame(key.places), key, known)
            stray = unmatched if stray is None else stray | unmatched
        blank = self._blank(columns) if self._may_be_blank(columns) else None
        return Suspicion(blank, {place: places for place, places in wrong.items() if len(places)}, stray)

    def _columns_of_few(self, columns: Columns) -> dict[int, _Texts]:
        """Told by the first chunk which is long enough; a column of which it was wrong is taken out."""
        if self._few is None:
            if columns.height < _LEAST_SAMPLE:
                return {}
            others = [test for test in self._tests if test.bytewise is None]
            self._few = {test.column.place: _Texts(test) for test in others if _are_few(columns, test.column.place)}
        return self._few

    def _wrong_of_few(self, columns: Columns, place: int, few: dict[int, _Texts]) -> Numbers:
        texts = columns.texts(place)
        distinct = _distinct(texts).to_list()
        refused = few[place].refused(distinct)
        if len(distinct) > max(_SAMPLE, columns.height) // 4:
            del few[place]
        return places_of(texts, refused) if refused else np.empty(0, dtype=np.int64)

    def _may_be_blank(self, columns: Columns) -> bool:
        """Whether some row may have nothing but missing cells; by the first column."""
        first = self._columns[0]
        if first.missing == ("",):
            return bool((lengths(columns.texts(0)) < 1).any())
        return bool(columns.frame([0]).select(missing(first).fill_null(True).any()).item())

    def _blank(self, columns: Columns) -> pl.Series | None:
        """Rows of nothing but missing cells; column by column, as long as there is such a row."""
        blank = pl.repeat(True, columns.height, dtype=pl.Boolean, eager=True)
        for column in self._columns:
            blank &= columns.frame([column.place]).select(missing(column).fill_null(True)).to_series()
            if not blank.any():
                return None
        return blank

    def _unmatched(self, frame: pl.DataFrame, key: ForeignKey, known: dict[tuple[Any, ...], bool]) -> pl.Series:
        """Rows whose key is not among those of the source. Values which are no values are null, as in frictionless."""
        names = [str(place) for place in key.places]
        chosen = frame.select(pl.struct(names).alias("key"))["key"]
        readers = [self._columns[place].reader for place in key.places]
        wrong = []
        if len(known) > _MOST_KNOWN:
            known.clear()
        for row in frame.select(names).unique().rows():
            if row not in known:
                values = tuple(reader.verdict(cell)[0] for reader, cell in zip(readers, row, strict=True))
                known[row] = set(values) == {None} or values in key.known
            if not known[row]:
                wrong.append(dict(zip(names, row, strict=True)))
        if not wrong:
            return pl.repeat(False, frame.height, eager=True)
        return chosen.is_in(pl.Series(wrong, dtype=chosen.dtype).implode())


def _are_few(columns: Columns, place: int) -> bool:
    """Whether the texts of a column are so few that each is better judged once."""
    sample = columns.texts(place).slice(0, _SAMPLE)
    return bool(pc.count_distinct(sample, mode="all").as_py() <= len(sample) // 4)
