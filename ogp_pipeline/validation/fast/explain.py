"""The errors of one row: a transcription of ``Row.__process`` and ``TableResource.row_stream`` of frictionless 5.21.

What frictionless does, in its order: reads the unique fields, then the primary key, then the foreign keys, then the
rest in place; a cell's errors stand where it was read. The first key which is violated has the row read to its end
before its own error is appended. A row of nothing but missing cells has one error instead of all that its cells had.
"""

from collections.abc import Sequence
from typing import Any

from frictionless import Error
from frictionless import errors as kinds

from ogp_pipeline.validation.fast.error_columns import Sentence
from ogp_pipeline.validation.fast.error_factory import Draft, ErrorFactory
from ogp_pipeline.validation.fast.opening import ForeignKey, Opened
from ogp_pipeline.validation.fast.readers import Verdict

Key = tuple[Any, ...]


class Explainer:
    """Takes rows in the order of the table and remembers their keys. Rows with a key of their own may be left out.

    ``rank``: in which order frictionless reads the columns. ``sentences``: all that was said of single cells so far."""

    def __init__(self, opened: Opened) -> None:
        self.columns = opened.columns
        self.moulds = ErrorFactory()
        self._readers = [column.reader.verdict for column in opened.columns]
        self._width = len(opened.columns)
        self._unique: dict[int, dict[Any, int]] = {place: {} for place in opened.unique}
        self._primary = opened.primary
        self._primary_seen: dict[Key, int] = {}
        self._foreign = opened.foreign
        places = [*opened.unique, *(opened.primary or ()), *(place for key in opened.foreign for place in key.places)]
        self._keyless = not places
        reading = dict.fromkeys([*places, *range(self._width)])
        self.rank = {place: rank for rank, place in enumerate(reading)}
        self.sentences: list[Sentence] = []
        self._said: dict[tuple[type, str, int], int] = {}

    def explain(self, number: int, cells: Sequence[Any]) -> list[Error]:
        """The errors of the row with this number, as frictionless would report them."""
        return [self.moulds.cast(*draft) for draft in self.drafts(number, cells)]

    def drafts(self, number: int, cells: Sequence[Any]) -> list[Draft]:
        """The same, not yet made."""
        lacking = self._width - len(cells)
        padded = cells if lacking <= 0 else [*cells, *[None] * lacking]
        verdicts = [read(cell) for read, cell in zip(self._readers, padded, strict=False)]
        clean = not lacking and _all_clean(verdicts)
        if clean and self._keyless:
            return []
        row = _Row(self, number, cells, verdicts, clean)
        for place, seen in self._unique.items():
            self._check_unique(row, place, seen)
        if self._primary is not None:
            self._check_primary(row, self._primary)
        for key in self._foreign:
            _check_foreign(row, key)
        return row.finish()

    def sentences_on(self, place: int, cell: str) -> tuple[int, ...]:
        """The errors which a cell of this column makes by itself, as places in ``sentences``."""
        _, kind, notes = self._readers[place](cell)
        said = [] if kind is None else [self._sentence(kinds.TypeError, kind, place)]
        return (*said, *(self._sentence(kinds.ConstraintError, note, place) for note in notes))

    def _sentence(self, kind: type[kinds.CellError], note: str, place: int) -> int:
        number = self._said.get((kind, note, place))
        if number is None:
            number = self._said[kind, note, place] = len(self.sentences)
            around, cast = self.moulds.caster(kind, note, self.columns[place].name, place + 1)
            self.sentences.append(Sentence(kind, note, place, around, cast))
        return number

    def _check_unique(self, row: "_Row", place: int, seen: dict[Any, int]) -> None:
        value = row.read(place)
        if value is None:
            return
        match = seen.get(value)
        seen[value] = row.number
        if match:
            row.finish().append(row.cell_error(kinds.UniqueError, _same_as(match), place, value))

    def _check_primary(self, row: "_Row", places: tuple[int, ...]) -> None:
        values = tuple(row.read(place) for place in places)
        if set(values) == {None}:
            note = 'cells composing the primary keys are all "None"'
            row.finish().append(row.error(kinds.PrimaryKeyError, note))
            return
        match = self._primary_seen.get(values)
        self._primary_seen[values] = row.number
        if match:
            row.finish().append(row.error(kinds.PrimaryKeyError, _same_as(match)))


def _same_as(number: int) -> str:
    return f"the same as in the row at position {number}"


def _check_foreign(row: "_Row", key: ForeignKey) -> None:
    values = tuple(row.read(place) for place in key.places)
    if set(values) == {None} or values in key.known:
        return
    joined = ", ".join(str(value) for value in values)
    note = (
        f'for "{", ".join(key.names)}": values "{joined}" not found in the lookup table '
        f'"{key.source}" as "{", ".join(key.source_names)}"'
    )
    error = row.error(
        kinds.ForeignKeyError,
        note,
        field_names=list(key.names),
        field_cells=[_text(value) for value in values],
        reference_name=key.source,
        reference_field_names=list(key.source_names),
    )
    row.finish().append(error)


def _all_clean(verdicts: Sequence[Verdict]) -> bool:
    """No errors, and not a row of nothing."""
    blank = True
    for value, kind, notes in verdicts:
        if kind is not None or notes:
            return False
        if value is not None:
            blank = False
    return not blank


class _Row:
    """One row on its way: which of its cells were read, and the errors so far."""

    __slots__ = ("_cells", "_errors", "_finished", "_seen", "_verdicts", "columns", "number")

    def __init__(
        self, explainer: Explainer, number: int, cells: Sequence[Any], verdicts: list[Verdict], clean: bool
    ) -> None:
        self.number = number
        self.columns = explainer.columns
        self._cells = cells
        self._verdicts = verdicts
        self._errors: list[Draft] = []
        self._seen: set[int] = set()
        self._finished = clean

    def read(self, place: int) -> object:
        """The value at a place. Its errors come now if it was not read before."""
        value, kind, notes = self._verdicts[place]
        if not self._finished and place not in self._seen:
            self._seen.add(place)
            source = self._cells[place] if place < len(self._cells) else None
            if kind is not None:
                self._errors.append(self.cell_error(kinds.TypeError, kind, place, source))
            for note in notes:
                self._errors.append(self.cell_error(kinds.ConstraintError, note, place, source))
        return value

    def finish(self) -> list[Draft]:
        """Read what was not read yet; the list of errors, to which those of keys are appended."""
        if self._finished:
            return self._errors
        for place, (_, kind, notes) in enumerate(self._verdicts):
            if kind is not None or notes:
                self.read(place)
        self._finished = True
        width = len(self.columns)
        for place in range(width, len(self._cells)):
            self._errors.append(self.cell_error(kinds.ExtraCellError, "", place, self._cells[place]))
        for place in range(len(self._cells), width):
            self._errors.append(self.cell_error(kinds.MissingCellError, "", place, ""))
        if all(value is None and kind is None for value, kind, _ in self._verdicts):
            self._errors = [self.error(kinds.BlankRowError, "")]
        return self._errors

    def error(self, kind: type[kinds.RowError], note: str, **more: object) -> Draft:
        return kind, {"note": note, "cells": self._texts(), "row_number": self.number, **more}

    def cell_error(self, kind: type[kinds.CellError], note: str, place: int, cell: object) -> Draft:
        values = {
            "note": note,
            "cells": self._texts(),
            "row_number": self.number,
            "cell": str(cell),
            "field_name": self.columns[place].name if place < len(self.columns) else "",
            "field_number": place + 1,
        }
        return kind, values

    def _texts(self) -> list[str]:
        return [cell if type(cell) is str else _text(cell) for cell in self._cells]


def _text(cell: object) -> str:
    return str(cell) if cell is not None else ""
