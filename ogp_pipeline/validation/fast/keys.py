"""Which rows may share a value of a unique field or of the primary key.

Frictionless compares values, not texts (``1``, ``01`` and ``+1`` are one integer). Each key is brought to a canonical
form with the property: *equal under frictionless => equal canonical forms*, and only a 64-bit hash of it is kept for
each row. The converse need not hold: the members of every group with one hash are explained in the order of the table,
and there frictionless' own comparison decides. Rows whose hash is alone can have no twin and need no look.

Canonical forms are made by polars from texts of ordinary shape, and only where frictionless accepts the cell: then
there is a value. All other texts are read by frictionless itself, and have the canonical form of the value, or none.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
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

from ogp_pipeline.validation.fast.cell_tests import missing, number, whole
from ogp_pipeline.validation.fast.columns import Columns, Numbers
from ogp_pipeline.validation.fast.fallback import Fallback
from ogp_pipeline.validation.fast.opening import HeadingColumn, Opened


@dataclass(frozen=True, slots=True)
class _Form:
    """``quick``: the canonical form of texts of ordinary shape, else null; ``slow`` makes it of any value."""

    quick: pl.Expr
    slow: Callable[[Any], str | int | float]
    kind: type[pl.DataType] = pl.String


def _form(column: HeadingColumn) -> _Form:
    field, cell = column.field, pl.col(str(column.place))
    nothing = pl.when(False).then(cell)
    match field:
        case AnyField() | StringField(format="default"):
            return _Form(cell, str)
        case StringField() | BooleanField():
            return _Form(nothing, str)
        case IntegerField():
            return _Form(whole(cell), int, pl.Int64)  # a value beyond 64 bits raises, and the strategy is left
        case YearField():
            return _Form(pl.when(cell.str.len_bytes() == 4).then(whole(cell)), int, pl.Int64)
        case NumberField():
            return _Form(_unsigned_zero(number(field, cell)), lambda value: float(value) or 0.0, pl.Float64)
        case DateField():
            return _Form(nothing, lambda value: str(value.isoformat()))
        case YearmonthField():
            return _Form(nothing, lambda value: f"{value.year}-{value.month}")
        case _:
            raise Fallback(f"a key of type {field.type} has no canonical form")


def _unsigned_zero(value: pl.Expr | None) -> pl.Expr:
    """Equal numbers round to one float, except that 0.0 and -0.0 have different bits."""
    if value is None:
        return pl.lit(None, dtype=pl.Float64)
    return pl.when(value == 0).then(0.0).otherwise(value)


class Keys:
    """Gathers hashes chunk by chunk, in the order of the records."""

    def __init__(self, opened: Opened) -> None:
        self._columns = opened.columns
        self._unique = opened.unique
        self._primary = opened.primary
        places = dict.fromkeys([*opened.unique, *(opened.primary or ())])
        self._forms = {place: _form(opened.columns[place]) for place in places}
        self._keys = [*((place,) for place in opened.unique), *([opened.primary] if opened.primary else [])]
        self._hashes: list[list[pl.Series]] = [[] for _ in self._keys]
        given = {place: ~missing(opened.columns[place]).fill_null(True) for place in places}
        quick = {place: pl.when(given[place]).then(form.quick).alias(str(place)) for place, form in self._forms.items()}
        self._quick_hashes = [_hashed(quick, key).alias(f"hash {place}") for place, key in enumerate(self._keys)]
        self._unread = [
            (given[place] & form.quick.is_null()).any().alias(f"unread {place}") for place, form in self._forms.items()
        ]

    def __bool__(self) -> bool:
        return bool(self._forms)

    def add(self, columns: Columns, wrong: Mapping[int, Numbers]) -> pl.Series:
        """The next rows of the table, ragged ones included (a null is a cell which the row lacks), and by column the
        places of cells which are invalid. A mask of those which lack the whole primary key, an error of its own."""
        frame = columns.frame(self._forms)
        told = frame.select([*self._quick_hashes, *self._unread])
        slow = {place for place in self._forms if place in wrong or told[f"unread {place}"].any()}
        table = self._table(frame, wrong) if slow else None
        for key, (places, hashes) in enumerate(zip(self._keys, self._hashes, strict=True)):
            if table is None or slow.isdisjoint(places):
                hashes.append(told[f"hash {key}"])
            else:
                hashes.append(_hash(table, places))
        if not self._primary:
            return pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
        return self._hashes[-1][-1].is_null()

    def _table(self, frame: pl.DataFrame, wrong: Mapping[int, Numbers]) -> pl.DataFrame:
        """The canonical forms of the columns of keys."""
        forms = self._forms.items()
        return pl.DataFrame(
            {str(place): self._canonical(frame, self._columns[place], form, wrong.get(place)) for place, form in forms}
        )

    def twins(self) -> pl.Series:
        """Numbers (from 0, as added) of the rows which may not be alone, ascending."""
        found = []
        for hashes in self._hashes:
            each = pl.concat(hashes)
            ordered = np.sort(each.drop_nulls().to_numpy())
            if (ordered[1:] == ordered[:-1]).any():
                table = pl.DataFrame({"hash": each}).with_row_index("row").drop_nulls("hash")
                found.append(table.filter(pl.col("hash").is_duplicated())["row"])
        return pl.concat(found).unique().sort() if found else pl.Series(dtype=pl.UInt32)

    def _canonical(self, frame: pl.DataFrame, column: HeadingColumn, form: _Form, wrong: Numbers | None) -> pl.Series:
        """Null where frictionless reads no value. A text which it refuses may look ordinary (the year ``-999``)."""
        name = str(column.place)
        absent = frame.select(missing(column).fill_null(True)).to_series()
        quick = frame.select(pl.when(~absent).then(form.quick) if absent.any() else form.quick).to_series()
        other = ~absent & quick.is_null() if quick.null_count() else pl.repeat(False, frame.height, eager=True)
        if wrong is not None:
            refused = np.zeros(frame.height, dtype=np.bool_)
            refused[wrong] = True
            other |= pl.Series(refused) & ~absent
        if not other.any():
            return quick
        others = frame[name].filter(other).unique().to_list()
        values = [column.reader.verdict(text)[0] for text in others]
        slow = [None if value is None else form.slow(value) for value in values]
        forms = frame[name].replace_strict(
            pl.Series(others, dtype=pl.String), pl.Series(slow, dtype=form.kind), default=None, return_dtype=form.kind
        )
        return quick.zip_with(~other, forms)


def _hash(table: pl.DataFrame, places: Sequence[int]) -> pl.Series:
    """Of canonical forms which are in a table."""
    return table.select(_hashed({place: pl.col(str(place)) for place in places}, places)).to_series()


def _hashed(forms: Mapping[int, pl.Expr], places: Sequence[int]) -> pl.Expr:
    """Null where all values are: frictionless does not compare those."""
    if len(places) == 1:
        return pl.when(forms[places[0]].is_not_null()).then(forms[places[0]].hash())
    given = pl.any_horizontal([forms[place].is_not_null() for place in places])
    return pl.when(given).then(pl.struct([forms[place] for place in places]).hash())
