"""Which rows of a frame are certainly valid, one cell at a time.

Two tiers. A vectorised test (``cell_tests``) *proves* most cells valid; one query of a frame tells of most columns that
nothing is to be done. The distinct texts which it leaves over are *read* by frictionless' own reader, once each. A row
is suspect if a cell is really invalid, if it is ragged or all missing, or if its foreign key is not known; keys within
the table are the matter of ``keys.py``.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

import polars as pl
from frictionless.fields import StringField

from ogp_pipeline.validation.fast.cell_tests import FORMATS, SHAPES, missing, typed
from ogp_pipeline.validation.fast.opening import ForeignKey, HeadingColumn, Opened
from ogp_pipeline.validation.fast.shapes import Shape, shape_of

_SAMPLE = 4096  # cells of a column that tell whether its texts are few
_MOST_KNOWN = 1 << 17  # foreign keys remembered


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Of the rows of a frame: a mask of those with all cells missing; the places of cells which are invalid, by column;
    a mask of those with a foreign key which is not known. No mask where there is no such row."""

    blank: pl.Series | None
    wrong: Mapping[int, pl.Series]
    stray: pl.Series | None


@dataclass(frozen=True, slots=True)
class _ColumnTest:
    """``test``: true for cells which are certainly valid; a missing one where none may be is never true. None if
    nothing is known beforehand. ``sooner``: a cheaper one, true for most of those. ``by_text``: dear, so that few
    distinct texts are better tested once each. ``shape``: what is valid, if it has that; then nothing else is asked."""

    column: HeadingColumn
    test: pl.Expr | None
    sooner: pl.Expr | None
    by_text: bool
    shape: Shape | None

    @property
    def name(self) -> str:
        """Of the column in a frame."""
        return str(self.column.place)

    def are_few(self, cells: pl.Series) -> bool:
        """Whether the texts of a column are so few that each is better tested once."""
        return self.by_text and cells.head(_SAMPLE).n_unique() <= _SAMPLE // 4

    @property
    def question(self) -> pl.Expr:
        """The places of the cells which the quicker test does not prove valid, ascending."""
        test = pl.repeat(False, pl.len()) if self.sooner is None else self.sooner.fill_null(False)
        return (~test).arg_true().implode().alias(self.name)

    def refused(self, cells: pl.Series, doubtful: pl.Series) -> pl.Series:
        """The places of those of the doubtful cells which frictionless refuses. A cell which the row lacks is none."""
        these = cells.gather(doubtful)
        if self.test is not None and self.sooner is not self.test:
            proven = these.to_frame().select(self.test.fill_null(False)).to_series()
            doubtful, these = doubtful.filter(~proven), these.filter(~proven)
        if not self.column.constraints.get("required"):
            absent = these.to_frame().select(missing(self.column).fill_null(True)).to_series()
            doubtful, these = doubtful.filter(~absent), these.filter(~absent)
        accepts = self.column.reader.accepts
        refused = [text for text in these.unique().drop_nulls().to_list() if not accepts(text)]
        return doubtful.gather(places_of(these, refused))


def places_of(cells: pl.Series, some: Sequence[str]) -> pl.Series:
    """The places of the cells which are one of these texts, ascending."""
    return (cells == some[0] if len(some) == 1 else cells.is_in(some)).arg_true()


def _column_test(column: HeadingColumn) -> _ColumnTest:
    test = typed(column)
    dear = "pattern" in column.constraints or column.field.type in SHAPES or column.field.format in FORMATS
    dear = dear or "enum" in column.constraints
    if test is not None and column.constraints.get("required"):
        texts_of_none = pl.DataFrame({str(column.place): pl.Series(column.missing, dtype=pl.String)})
        if texts_of_none.select(test).to_series().any():
            test = ~missing(column) & test
    sooner = pl.col(str(column.place)).str.len_bytes() <= longest if (longest := _only_short(column)) else test
    return _ColumnTest(column, test, sooner, dear and test is not None, _shape(column))


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


def _only_short(column: HeadingColumn) -> int | None:
    """The largest number of characters, if nothing else is asked of a text: so many bytes are no more characters."""
    field, longest = column.field, column.constraints.get("maxLength")
    plain = isinstance(field, StringField) and field.format == "default" and column.constraints.keys() == {"maxLength"}
    return longest if plain and isinstance(longest, int) else None


class _Texts:
    """A column of few distinct texts: each is judged once, however often it comes."""

    def __init__(self, test: _ColumnTest) -> None:
        self.test = test
        self._valid: set[str | None] = set()
        self._invalid: set[str | None] = set()

    def refused(self, distinct: Sequence[str | None]) -> list[str]:
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
            cells = pl.Series(self.test.name, list(fresh), dtype=pl.String)
            doubtful = cells.to_frame().select(self.test.question)[self.test.name][0]
            refused = cells.gather(self.test.refused(cells, doubtful)).to_list()
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

    def sift(self, frame: pl.DataFrame) -> Suspicion:
        """The rows to explain. Ragged rows are known to the caller."""
        few = self._columns_of_few(frame)
        shaped = {test.name for test in self._tests if test.shape is not None and test.shape.fits_all(frame[test.name])}
        told = frame.select(self._questions(few, shaped))
        wrong = {}
        for test in self._tests:
            if test.name in shaped:
                continue
            place, cells, answer = test.column.place, frame[test.name], told[test.name][0]
            if place in few:
                refused = few[place].refused(answer.to_list())
                places = places_of(cells, refused) if refused else None
                if len(answer) > max(_SAMPLE, frame.height) // 4:
                    del few[place]
            else:
                places = test.refused(cells, answer) if len(answer) else None
            if places is not None and len(places):
                wrong[place] = places
        stray = None
        for key, known in zip(self._foreign, self._known, strict=True):
            unmatched = self._unmatched(frame, key, known)
            stray = unmatched if stray is None else stray | unmatched
        return Suspicion(self._blank(frame) if told["blank"][0] else None, wrong, stray)

    def _columns_of_few(self, frame: pl.DataFrame) -> dict[int, _Texts]:
        """Told by the first frame which is long enough; a column of which it was wrong is taken out."""
        if self._few is None:
            if frame.height < _SAMPLE:
                return {}
            few = [test for test in self._tests if test.are_few(frame[test.name])]
            self._few = {test.column.place: _Texts(test) for test in few}
        return self._few

    def _questions(self, few: Mapping[int, _Texts], shaped: Set[str]) -> Iterator[pl.Expr]:
        """Of each column, its distinct texts or the places of what is not proved valid; and whether some row may have
        nothing but missing cells."""
        for test in self._tests:
            if test.name not in shaped:
                yield pl.col(test.name).unique().implode() if test.column.place in few else test.question
        yield missing(self._columns[0]).fill_null(True).any().alias("blank")

    def _blank(self, frame: pl.DataFrame) -> pl.Series | None:
        """Rows of nothing but missing cells; column by column, as long as there is such a row."""
        blank = pl.repeat(True, frame.height, dtype=pl.Boolean, eager=True)
        for column in self._columns:
            blank &= frame.select(missing(column).fill_null(True)).to_series()
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
