"""What a fold gives: one frame per table of the schemas, and the origin of every row in it.

Frames have exactly the schema's columns in the schema's order and the types of ``columns.dtype``, rows in
primary-key order and a RangeIndex. A row is named by its table and its key: the primary-key values as
canonical text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import pandas as pd

from ogp_pipeline.errors import UnknownName
from ogp_pipeline.formats.records import Where

PROGRAMME_SUPPLIER = "programme"  # the origin of rows that the programme file states

Key = tuple[str, ...]
Row = tuple[str, Key]  # of a table


def written(key: Key) -> str:
    """A key as one text, as the published tables carry it. Ids hold no ``/``, so it splits back."""
    return "/".join(key)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a row came from. ``place`` is the row's; ``cells`` holds each column's own (column -> place).

    ``delivery`` is a delivery id; for rows of the programme file it is that file's sha256.
    """

    delivery: str
    supplier: str
    source: str
    known_on: date
    file: str
    file_sha256: str
    place: Where
    cells: Mapping[str, Where]

    def locate(self, column: str) -> Where:
        """The place of a column's text in the file, or the row's where the column has none (a constant)."""
        return self.cells.get(column, self.place)


class CorrectionState(StrEnum):
    """What may become of a correction: the codes of schemas/codes/correction_state.csv."""

    APPLIED = "applied"  # its value stands in the table
    SOURCE_MENDED = "source_mended"
    SOURCE_CHANGED = "source_changed"
    ROW_GONE = "row_gone"
    REPLACED = "replaced"
    NOT_YET = "not_yet"
    ENDED = "ended"
    UNFIT = "unfit"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What became of one correction on a day: in ``state``.

    ``found``: what the supplier's own row says in that cell, as canonical text, empty for an empty cell; None if there
    is no such row or column.
    """

    correction_id: str
    table: str
    key: Key
    field: str
    state: CorrectionState
    found: str | None


@dataclass(frozen=True, slots=True)
class Unfit:
    """A row which was accepted under other schemas or by older software, and has a cell that no column can hold.

    ``key``: its primary key as it was received. ``text``: what stands in ``column``. It counts as set aside: an earlier
    row with its key speaks, if there is one.
    """

    table: str
    key: Key
    column: str
    text: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A row that was received and is set aside until somebody mends it (``intake.quarantine``): it is in no table.

    ``key``: its primary key as far as it could be read. ``owner``: the plan or commitment that it names as its own.
    """

    table: str
    key: Key
    owner: str = ""


@dataclass(frozen=True)
class Tables:
    """Every table as known on a day. ``origins``: (table, key) -> origin. Tables made later are empty.

    ``unfit``: rows that are in no table, until their source states them anew. ``waiting``: rows that never were in one.
    ``rulings``: one for each row of ``corrections``. A corrected cell holds the correction's value; the row's origin
    stays the supplier's.
    """

    frames: Mapping[str, pd.DataFrame]
    origins: Mapping[tuple[str, Key], Origin]
    rulings: Sequence[Ruling] = ()
    unfit: Sequence[Unfit] = ()
    waiting: Sequence[WaitingRow] = ()

    def corrected(self, table: str, key: Key) -> Mapping[str, Ruling]:
        """The cells of a row that a correction has changed: column -> ruling."""
        of_row = (ruling for ruling in self.rulings if (ruling.table, ruling.key) == (table, key))
        return {ruling.field: ruling for ruling in of_row if ruling.state == CorrectionState.APPLIED}

    def origin(self, table: str, key: Key | str) -> Origin:
        """The origin of a row, by its key as a tuple or as ``written``. UnknownName if there is no such row."""
        parts = tuple(key.split("/")) if isinstance(key, str) else key
        if (table, parts) not in self.origins:
            there = sorted(written(row_key) for name, row_key in self.origins if name == table)
            raise UnknownName("row", written(parts), there, of=f"table `{table}`")
        return self.origins[table, parts]
