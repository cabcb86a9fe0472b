"""Which rows of a frame are certainly valid, one cell at a time.

Two tiers. A vectorised test *proves* most cells valid: it is written so as to pass nothing which frictionless refuses
(regular expressions of explicit ASCII classes, casts of polars, which read fewer numbers than Python, comparisons with
margins). The distinct texts which it leaves over are
*read* by frictionless' own reader, once each. A row is suspect if a cell is really invalid, if it is ragged or all
missing, or if its foreign key is not known; keys within the table are the matter of ``keys.py``.

Frames have one text column for each field, named by its place; a null is a cell which the row lacks.
"""

import math
import operator
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from frictionless import Field
from frictionless.fields import (
    AnyField,
    BooleanField,
    DateField,
    IntegerField,
    NumberField,
    StringField,
    YearField,
    YearmonthField,
)

from ogp_pipeline.validation.fast.opening import ForeignKey, HeadingColumn, Opened
from ogp_pipeline.validation.fast.patterns import translate

_DAY_OF_ANY_YEAR = "(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
_DATE = f"[1-9][0-9]{{3}}-{_DAY_OF_ANY_YEAR}"
_TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_LABEL = "[a-z0-9](?:[a-z0-9-]{0,20}[a-z0-9])?"
_FORMATS = {
    "email": rf"^[A-Za-z0-9]{{1,20}}(?:[._][A-Za-z0-9]{{1,20}}){{0,2}}@{_LABEL}\.(?:{_LABEL}\.)?[a-z]{{2,6}}$",
    "uri": rf"^https?://{_LABEL}(?:\.{_LABEL}){{1,4}}(?:/[A-Za-z0-9_.~-]*)*$",
    "uuid": "^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
    "binary": "^(?:[A-Za-z0-9+/]{4})+$",
}
_SHAPES = {
    "date": f"^{_DATE}$",
    "datetime": f"^{_DATE}T{_TIME}Z?$",
    "time": f"^{_TIME}Z?$",
    "yearmonth": "^[0-9]{4}-(?:0[1-9]|1[0-2])$",
    "geopoint": r"^-?(?:1[0-7][0-9]|[0-9]{1,2})(?:\.[0-9]{1,15})?,-?[0-8]?[0-9](?:\.[0-9]{1,15})?$",
}
_SEPARATORS = frozenset({"", ".", ",", " ", "'"})
_SAMPLE = 4096  # cells of a column that tell whether its texts are few
_SHORT = 15  # characters of a number: no exponent which Decimal refuses
_MOST_KNOWN = 1 << 17  # foreign keys remembered
_LARGEST = 1 << 62  # whole numbers within it stay whole in 64 bits, also one further
_COMPARISONS: Mapping[str, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    "minimum": operator.ge,
    "maximum": operator.le,
    "exclusiveMinimum": operator.gt,
    "exclusiveMaximum": operator.lt,
}


def missing(column: HeadingColumn) -> pl.Expr:
    """The cells that frictionless takes for missing. Null for a cell which the row lacks."""
    cell = pl.col(str(column.place))
    match column.missing:
        case ():
            return cell.is_null() & False
        case (only,):
            return cell == only
        case several:
            return cell.is_in(texts(several))


def texts(values: Iterable[Any]) -> list[str]:
    """The texts among some values; a cell is never equal to another kind of value."""
    return [value for value in values if isinstance(value, str)]


def whole(cell: pl.Expr) -> pl.Expr:
    """An optional sign and digits, as a number; null for all else. Python's ``int`` reads these and more."""
    return cell.cast(pl.Int64, strict=False)


def number(field: NumberField, cell: pl.Expr) -> pl.Expr | None:
    """The nearest 64-bit float of a number of ordinary shape; null for all else but the names of infinity and of no
    number; None if no shape is ordinary."""
    mark, group = field.decimal_char, field.group_char
    if mark not in {".", ","} or group not in _SEPARATORS or mark == group:
        return None
    if (mark, group, field.bare_number) == (".", "", True):
        value = cell.cast(pl.Float64, strict=False)
        return pl.when(cell.str.len_bytes() <= _SHORT).then(value)
    shaped = cell.str.contains(rf"^-?[0-9]{{1,15}}(?:\{mark}[0-9]{{1,15}})?$")
    return pl.when(shaped).then(cell.str.replace(mark, ".", literal=True).cast(pl.Float64, strict=False))


def _typed(column: HeadingColumn) -> pl.Expr | None:
    """The same, of cells which are not missing."""
    field, constraints = column.field, dict(column.constraints)
    constraints.pop("required", None)
    cell = pl.col(str(column.place))
    match field:
        case StringField():
            return _string(field, cell, constraints)
        case AnyField() if not constraints:
            return cell.is_not_null()
        case BooleanField() if not constraints:
            return cell.is_in(texts([*field.true_values, *field.false_values]))
    return _within(field, cell, constraints)


def _string(field: Field, cell: pl.Expr, constraints: Mapping[str, Any]) -> pl.Expr | None:
    test = cell.is_not_null()
    if field.format != "default":
        if field.format not in _FORMATS:
            return None
        test &= cell.str.contains(_FORMATS[field.format])
    for name, value in constraints.items():
        match name:
            case "minLength" if isinstance(value, int):
                test &= cell.str.len_chars() >= value
            case "maxLength" if isinstance(value, int):
                test &= cell.str.len_chars() <= value
            case "enum":
                test &= cell.is_in(texts(value))
            case "pattern":
                translation = translate(value)
                if translation is None:
                    return None
                test &= cell.str.contains(translation.expression)
                if translation.ascii_only:
                    test &= cell.str.len_bytes() == cell.str.len_chars()
            case _:
                return None
    return test


def _within(field: Field, cell: pl.Expr, constraints: Mapping[str, Any]) -> pl.Expr | None:
    """True for cells of proven shape and inside all bounds; None if a constraint has no test here (``enum``). A text
    that is no number is null, hence not true."""
    if not constraints.keys() <= _COMPARISONS.keys():
        return None
    read = field.create_value_reader()
    bounds = {name: read(bound) for name, bound in constraints.items()}
    match field:
        case IntegerField() | YearField():
            return _between_whole(field, cell, bounds)
        case NumberField():
            return _between(field, cell, bounds)
        case _ if field.format == "default" and field.type in _SHAPES:
            test = cell.str.contains(_SHAPES[field.type])
            for name, bound in bounds.items():
                text = _sortable(field, bound)
                if text is None:
                    return None
                test &= _COMPARISONS[name](cell, pl.lit(text))
            return test
    return None


def _between_whole(field: Field, cell: pl.Expr, bounds: Mapping[str, object]) -> pl.Expr | None:
    low, high = (0 if isinstance(field, YearField) else -_LARGEST - 1), _LARGEST + 1
    for name, bound in bounds.items():
        if not isinstance(bound, int) or abs(bound) > _LARGEST:
            return None
        match name:
            case "minimum" | "exclusiveMinimum":
                low = max(low, bound + (name != "minimum"))
            case _:
                high = min(high, bound - (name != "maximum"))
    inside = whole(cell).is_between(low, high)
    return inside & (cell.str.len_bytes() == 4) if isinstance(field, YearField) else inside


def _between(field: NumberField, cell: pl.Expr, bounds: Mapping[str, object]) -> pl.Expr | None:
    """Rounding is monotone: what is on the right side of a bound by more than its error is really there. The largest
    finite floats as outermost bounds leave out infinity and, for polars the largest of all, NaN."""
    low, high = -sys.float_info.max, sys.float_info.max
    for name, bound in bounds.items():
        if not isinstance(bound, Decimal | float | int) or not math.isfinite(near := float(bound)) or abs(near) > 1e300:
            return None
        if name in {"minimum", "exclusiveMinimum"}:
            low = max(low, math.nextafter(math.nextafter(math.nextafter(near, math.inf), math.inf), math.inf))
        else:
            high = min(high, math.nextafter(math.nextafter(math.nextafter(near, -math.inf), -math.inf), -math.inf))
    value = number(field, cell)
    return None if value is None else value.is_between(low, high)


def _sortable(field: Field, bound: object) -> str | None:
    """A bound as the text which sorts as its value does among cells of proven shape; None if there is none."""
    match field, bound:
        case DateField(), date():
            return bound.isoformat()
        case YearmonthField(), (int(year), int(month)) if 0 <= year <= 9999:
            return f"{year:04}-{month:02}"
    return None


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Of the rows of a frame: a mask of those with all cells missing; the places of cells which are invalid, by column;
    a mask of those with a foreign key which is not known."""

    blank: pl.Series
    wrong: Mapping[int, pl.Series]
    stray: pl.Series


@dataclass(frozen=True, slots=True)
class _ColumnTest:
    """``test``: true for cells which are certainly valid; a missing one where none may be is never true. None if
    nothing is known beforehand. ``sooner``: a cheaper one, true for most of those. ``by_text``: dear, so that few
    distinct texts are better tested once each."""

    column: HeadingColumn
    test: pl.Expr | None
    sooner: pl.Expr | None
    by_text: bool

    def doubtful(self, cells: pl.Series, tested: pl.Series | None) -> pl.Series | None:
        """The cells of a column which are not proved valid; None if there are none."""
        if tested is not None and not tested.null_count() and tested.all():
            return None
        if self.sooner is not self.test and self.test is not None:
            tested = cells.to_frame().select(self.test).to_series()
        proven = pl.repeat(False, cells.len(), eager=True) if tested is None else tested.fill_null(False)
        if not self.column.constraints.get("required"):
            proven |= cells.to_frame().select(missing(self.column).fill_null(True)).to_series()
        return None if proven.all() else ~proven

    def are_few(self, cells: pl.Series) -> bool:
        """Whether the texts of a column are so few that each is better tested once."""
        sample = cells.head(_SAMPLE)
        return self.by_text and sample.len() == _SAMPLE and sample.n_unique() <= _SAMPLE // 4

    def prove_texts(self, cells: pl.Series) -> pl.Series:
        """What the test says of each cell, asked for each distinct text."""
        assert self.test is not None
        distinct = cells.unique().drop_nulls()
        tested = distinct.to_frame().select(self.test.fill_null(False)).to_series()
        if tested.all():
            return pl.repeat(True, cells.len(), eager=True) if not cells.null_count() else cells.is_not_null()
        return ~cells.is_in(distinct.filter(~tested).implode())


def _column_test(column: HeadingColumn) -> _ColumnTest:
    test = _typed(column)
    dear = "pattern" in column.constraints or column.field.type in _SHAPES or column.field.format in _FORMATS
    if test is not None and column.constraints.get("required"):
        texts_of_none = pl.DataFrame({str(column.place): pl.Series(column.missing, dtype=pl.String)})
        if texts_of_none.select(test).to_series().any():
            test = ~missing(column) & test
    sooner = pl.col(str(column.place)).str.len_bytes() <= longest if (longest := _only_short(column)) else test
    return _ColumnTest(column, test, sooner, dear and test is not None)


def _only_short(column: HeadingColumn) -> int | None:
    """The largest number of characters, if nothing else is asked of a text: so many bytes are no more characters."""
    field, longest = column.field, column.constraints.get("maxLength")
    plain = isinstance(field, StringField) and field.format == "default" and column.constraints.keys() == {"maxLength"}
    return longest if plain and isinstance(longest, int) else None


class Screen:
    """The tests of a table, compiled once."""

    def __init__(self, opened: Opened) -> None:
        self._columns = opened.columns
        self._foreign = opened.foreign
        self._tests = [_column_test(column) for column in opened.columns]
        self._known: list[dict[tuple[Any, ...], bool]] = [{} for _ in opened.foreign]

    def sift(self, frame: pl.DataFrame) -> Suspicion:
        """The rows to explain. Ragged rows are known to the caller."""
        few = {test.column.place for test in self._tests if test.are_few(frame[str(test.column.place)])}
        at_once = {test.column.place: test.sooner for test in self._tests if test.column.place not in few}
        tested = frame.select(test.alias(str(place)) for place, test in at_once.items() if test is not None)
        wrong = {}
        for test in self._tests:
            name = str(test.column.place)
            cells = frame[name]
            result = test.prove_texts(cells) if test.column.place in few else tested.get_column(name, default=None)
            doubtful = test.doubtful(cells, result)
            if doubtful is not None and (invalid := self._invalid(test.column, cells, doubtful)).len():
                wrong[test.column.place] = invalid
        stray = pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
        for key, known in zip(self._foreign, self._known, strict=True):
            stray |= self._unmatched(frame, key, known)
        return Suspicion(self._blank(frame), wrong, stray)

    def _blank(self, frame: pl.DataFrame) -> pl.Series:
        """Rows of nothing but missing cells; column by column, as long as there is such a row."""
        blank = pl.repeat(True, frame.height, dtype=pl.Boolean, eager=True)
        for column in self._columns:
            blank &= frame.select(missing(column).fill_null(True)).to_series()
            if not blank.any():
                break
        return blank

    def _invalid(self, column: HeadingColumn, cells: pl.Series, doubtful: pl.Series) -> pl.Series:
        """The places of the doubtful cells which frictionless refuses, ascending."""
        places = doubtful.arg_true()
        these = cells.gather(places)
        distinct = these.drop_nulls().unique().to_list()
        accepts = column.reader.accepts
        wrong = [text for text in distinct if not accepts(text)]
        return places if len(wrong) == len(distinct) else places.filter(these.is_in(wrong).fill_null(False))

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
