"""Corrections: what the forum corrects in what a supplier sent, applied to the folded tables.

A correction names a cell, the value that it expects there and the value that is right. It holds from ``made_on`` to
``until``, and only while the supplier's own value is the expected one: when the source mends itself, or says something
else again, the supplier's word stands and the ruling says so. Of several that hold for one cell, the newest counts.
Values are compared as typed values (``1`` and ``01`` are one number). Keys, derived tables, the programme file's tables
and corrections themselves cannot be corrected.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

import pandas as pd

from ogp_pipeline.schema.schemas import Schemas, Table
from ogp_pipeline.tables import columns
from ogp_pipeline.tables.tables import CorrectionState, Key, Ruling

CORRECTIONS = "corrections"

_Place = tuple[str, Key, str]


@dataclass(frozen=True, slots=True)
class _Correction:
    id: str
    place: _Place
    expected: str
    value: str
    made_on: date
    until: date | None

    def outside(self, day: date) -> CorrectionState | None:
        """The state of a correction that does not count on a day; None if it does."""
        if self.made_on > day:
            return CorrectionState.NOT_YET
        return CorrectionState.ENDED if self.until is not None and self.until < day else None


def correct(
    frames: Mapping[str, pd.DataFrame], schemas: Schemas, as_of: date
) -> tuple[Mapping[str, pd.DataFrame], Sequence[Ruling]]:
    """The frames which the corrections in force on ``as_of`` change, and one ruling for each row of ``corrections``.

    The given frames are not changed. A value that its column cannot hold (it was accepted under other schemas, or by
    software that asked for less) is not applied, and the ruling says so.
    """
    corrections = _known(frames.get(CORRECTIONS))
    if not corrections:
        return {}, ()
    corrected: dict[str, pd.DataFrame] = {}
    rulings: list[Ruling] = []
    ordered = sorted(corrections, key=lambda correction: correction.place)
    for name, group in groupby(ordered, key=lambda correction: correction.place[0]):
        of_table = list(group)
        table = schemas.tables.get(name)
        if table is None or not correctable(table):
            rulings += [
                _ruling(correction, correction.outside(as_of) or CorrectionState.ROW_GONE, None)
                for correction in of_table
            ]
            continue
        rows = _Rows(table, frames[name], {correction.place[1] for correction in of_table})
        for _, of_cell in groupby(of_table, key=lambda correction: correction.place):
            rulings += rows.judge(list(of_cell), as_of)
        corrected[name] = rows.frame()
    return corrected, sorted(rulings, key=lambda correction: correction.correction_id)


def standing(corrections: pd.DataFrame, day: date) -> Sequence[bool]:
    """For each row of the table ``corrections``: whether it counts on a day."""
    return [correction.outside(day) is None for correction in _known(corrections)]


def correctable(table: Table) -> bool:
    """Whether a correction may name a table: suppliers send it, and it is not the corrections' own."""
    return table.supplied and table.name != CORRECTIONS


class _Rows:
    """The rows of one table that corrections name, and the cells that they change."""

    def __init__(self, table: Table, frame: pd.DataFrame, keys: Set[Key]) -> None:
        self._table, self._frame = table, frame
        self._positions = _positions(table, frame, keys)
        self._changed: dict[str, dict[int, columns.Value]] = defaultdict(dict)

    def judge(self, of_cell: Sequence[_Correction], as_of: date) -> list[Ruling]:
        """What becomes of the corrections of one cell; the newest that holds is kept for ``frame``."""
        _, key, name = of_cell[0].place
        position = self._positions.get(key)
        if position is None or name not in self._table.field_names or name in self._table.primary_key:
            return [
                _ruling(correction, correction.outside(as_of) or CorrectionState.ROW_GONE, None)
                for correction in of_cell
            ]
        parse = columns.parser(self._table.field(name).type)
        said = _cell(self._frame, name, position)
        states = {correction.id: correction.outside(as_of) or _state(correction, said, parse) for correction in of_cell}
        holding = [correction for correction in of_cell if states[correction.id] == CorrectionState.APPLIED]
        if holding:
            newest = max(holding, key=lambda correction: (correction.made_on, correction.id))
            states |= {correction.id: CorrectionState.REPLACED for correction in holding if correction is not newest}
            self._changed[name][position] = parse(newest.value)
        return [_ruling(correction, states[correction.id], columns.rendered(said)) for correction in of_cell]

    def frame(self) -> pd.DataFrame:
        """The frame with the changed cells; the same one if there are none."""
        made = {}
        for name, cells in self._changed.items():
            column = self._frame[name].copy()
            column.iloc[list(cells)] = pd.Series(
                list(cells.values()), dtype=columns.dtype(self._table.field(name).type)
            )
            made[name] = column
        return self._frame.assign(**made) if made else self._frame


def _known(frame: pd.DataFrame | None) -> list[_Correction]:
    if frame is None or frame.empty:
        return []
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [
        _Correction(
            id=row["correction_id"],
            place=(row["table"], tuple(row["key"].split("/")), row["field"]),
            expected=row["expected"] or "",
            value=row["value"] or "",
            made_on=row["made_on"],
            until=row["until"],
        )
        for row in rows
    ]


def _positions(table: Table, frame: pd.DataFrame, keys: Set[Key]) -> dict[Key, int]:
    """Where the rows with these keys stand; only rows whose first key part fits are looked at one by one."""
    near = frame[table.primary_key[0]].astype("string").isin({key[0] for key in keys}).to_numpy().nonzero()[0]
    parts = frame[list(table.primary_key)].iloc[near].astype(object)
    near_rows = zip(near.tolist(), parts.itertuples(index=False), strict=True)
    named = {tuple(map(columns.rendered, row)): position for position, row in near_rows}
    return {key: named[key] for key in keys if key in named}


def _cell(frame: pd.DataFrame, column: str, position: int) -> columns.Value:
    value: Any = frame[column].iloc[[position]].astype(object).iloc[0]
    return None if pd.isna(value) else value


def _state(correction: _Correction, said: columns.Value, parse: columns.Parser) -> CorrectionState:
    if not _says(correction.expected, said, parse):
        return CorrectionState.SOURCE_MENDED if _says(correction.value, said, parse) else CorrectionState.SOURCE_CHANGED
    try:
        parse(correction.value)
    except ValueError:
        return CorrectionState.UNFIT
    return CorrectionState.APPLIED


def _says(text: str, said: columns.Value, parse: columns.Parser) -> bool:
    try:
        return parse(text) == said
    except ValueError:  # not of the column's type: the cell cannot say that
        return False


def _ruling(correction: _Correction, state: CorrectionState, standing: str | None) -> Ruling:
    table, key, field = correction.place
    return Ruling(correction.id, table, key, field, state, standing)
