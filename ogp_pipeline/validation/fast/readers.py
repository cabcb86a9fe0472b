"""Frictionless' cell readers, remembering what they said about a text.

Only text is remembered (``1 == True == 1.0`` would share an entry) and never a NaN: frictionless makes a new one of
each cell, and a shared one would be found again in a dictionary by its identity. With format ``any`` dates depend on
the day, so nothing is remembered.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from frictionless import Field

Verdict = tuple[Any, str | None, tuple[str, ...]]  # the value, the note of a type error, the notes of constraints
_MOST = 1 << 17  # texts remembered for one column; then it is forgotten and begun anew
_MOMENTS = frozenset({"date", "datetime", "time"})


def depends_on_today(field: Field) -> bool:
    """Whether frictionless reads the same text differently on another day."""
    return field.format == "any" and field.type in _MOMENTS


class Reader:
    """Reads the cells of one field as ``frictionless.Field.create_cell_reader`` does."""

    __slots__ = ("_memo", "_read", "_remembers")

    def __init__(self, field: Field) -> None:
        self._read: Callable[[Any], Any] = field.create_cell_reader()
        self._memo: dict[str, Verdict] = {}
        self._remembers = not depends_on_today(field)

    def verdict(self, cell: object) -> Verdict:
        """What frictionless reads in a cell; ``None`` stands for a cell which the row lacks."""
        text = cell if type(cell) is str else None
        if text is not None and (known := self._memo.get(text)) is not None:
            return known
        value, notes = self._read(cell)
        kind = notes.pop("type", None) if notes else None
        verdict = (value, kind, tuple(notes.values()) if notes else ())
        if text is not None and self._remembers and not _is_nan(value):
            if len(self._memo) >= _MOST:
                self._memo.clear()
            self._memo[text] = verdict
        return verdict

    def accepts(self, cell: str) -> bool:
        """Whether a text makes no error of its own."""
        _, kind, notes = self.verdict(cell)
        return kind is None and not notes


def _is_nan(value: object) -> bool:
    if isinstance(value, Decimal):
        return value.is_nan()  # comparing a signalling NaN raises
    return isinstance(value, float) and value != value
