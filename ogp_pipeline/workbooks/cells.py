"""The values of a sheet as columns of text: the same text whichever reader gave the values.

ISO dates, whole numbers without ``.0``, ``true`` and ``false``. Calamine's values are looked at once more: what the
bytes could not show (numbers beyond 15 digits, days before March 1900) goes to openpyxl after all.
"""

import io
import re
import sys
import warnings
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from math import isfinite
from operator import eq
from typing import Any

from ogp_pipeline.workbooks.answer import Refusal, SheetColumn
from ogp_pipeline.workbooks.bounds import Bounds
from ogp_pipeline.workbooks.extent import Extent
from ogp_pipeline.workbooks.screen import Proof

_EXACT = 1e15  # beyond it a float does not hold every whole number
_FIRST_DAY = date(1900, 3, 1)  # before it, Excel's calendar has a day that never was
_NOUGHTS = re.compile(r"0\d+|\d+\.\d*0")
Fault = tuple[int, int, str]


def by_calamine(content: bytes, title: str, proof: Proof) -> list[SheetColumn] | None:
    """The sheet's columns; None if the values are not all of those kinds in which both readers agree."""
    from python_calamine import CalamineError, CalamineWorkbook  # here: openpyxl's lane does without it

    try:
        rows = (
            CalamineWorkbook.from_filelike(io.BytesIO(content))
            .get_sheet_by_name(title)
            .to_python(skip_empty_area=False)
        )
    except (CalamineError, OSError, ValueError):
        return None
    if not rows:
        return [] if proof.cells == 0 else None
    if len(rows) > proof.rows or len(rows[0]) > proof.columns:
        return None
    columns = list(zip(*rows, strict=True))
    if sum(len(rows) - column.count("") for column in columns) != proof.cells:
        return None  # cells that stand there twice
    made = []
    for column in columns:
        kinds = set(map(type, column))
        if not kinds <= {str, float, bool, date}:
            return None
        if float in kinds and not _exact([value for value in column if type(value) is float]):
            return None
        if date in kinds and min(value for value in column if type(value) is date) < _FIRST_DAY:
            return None
        made.append(_column(column, kinds, clean=True))
    return made


def _exact(numbers: list[float]) -> bool:
    """Are all of them finite and of at most 15 digits before the sign? (A comparison with NaN is always false.)"""
    return all(map(isfinite, numbers)) and min(numbers) > -_EXACT and max(numbers) < _EXACT


def by_openpyxl(content: bytes, title: str, extent: Extent) -> tuple[list[SheetColumn], list[Fault]]:
    """The sheet's columns, and row, column and text of every formula and error value."""
    sys.modules.setdefault("numpy", None)  # type: ignore[arg-type] # openpyxl would import it, and does without
    import openpyxl  # here: it takes a quarter of a second, and calamine's lane does without it

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns about styles and extensions that we do not read
        workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        faults: list[Fault] = []
        values: list[list[object]] = []
        for line, row in enumerate(workbook[title].iter_rows(max_row=extent.rows, max_col=extent.columns), start=1):
            values.append([_plain(cell, line, index, faults) for index, cell in enumerate(row, start=1)])
        columns = [list(column) for column in zip(*values, strict=True)]
    return [column(values) for values in columns], faults


def _plain(cell: Any, line: int, index: int, faults: list[Fault]) -> object:  # noqa: ANN401 - openpyxl has no types
    value = getattr(cell, "value", None)
    if value is not None and cell.data_type in ("f", "e"):
        shown = str(getattr(value, "text", value))
        faults.append((line, index, shown))
        return shown
    return value


def too_much(columns: Iterable[SheetColumn], bounds: Bounds) -> Refusal | None:
    """The refusal if a cell, or all of them together, hold more text than they may."""
    total = 0
    for column in columns:
        lengths = list(map(len, column.texts))
        total += sum(lengths)
        if (longest := max(lengths, default=0)) > bounds.cell_characters:
            return bounds.characters(longest)
    return bounds.text(total)


def column(values: Sequence[object]) -> SheetColumn:
    """A column of values as text."""
    return _column(values, set(map(type, values)))


def _column(values: Sequence[object], kinds: set[type], *, clean: bool = False) -> SheetColumn:
    """The texts. ``clean``: the screen has seen that no text holds a carriage return, written out or not."""
    if kinds == {str}:
        texts: list[str] = list(values)  # type: ignore[arg-type]
        if not clean and any("_x000D_" in text or "\r" in text for text in texts):
            texts = [_string(text) for text in texts]
        return SheetColumn(texts)
    above = next((i for i, value in enumerate(values) if type(value) is not str), len(values))
    below = values[above:]
    if clean and (quick := _quickly(below)) is not None:
        return SheetColumn([*values[:above], *quick], above)  # type: ignore[list-item]
    return SheetColumn([_TEXTS.get(type(value), str)(value) for value in values], _typed(values))


def _quickly(values: Sequence[Any]) -> list[str] | None:
    """The texts of values that are all numbers or all days; None if they are neither."""
    kinds = set(map(type, values))
    if kinds == {date}:
        return list(map(date.isoformat, values))
    if kinds != {float}:
        return None
    whole = list(map(int, values))
    if all(map(eq, whole, values)):
        return list(map(str, whole))
    return [
        str(number) if number == value else plain_number(value) for number, value in zip(whole, values, strict=True)
    ]


def _typed(values: Sequence[object]) -> int | str | None:
    marks = "".join([" " if value is None or value == "" else "0" if type(value) is str else "1" for value in values])
    first = marks.find("1")
    if first < 0:
        return None
    below = marks[first:]
    return first if "0" not in below else marks.replace(" ", "0")


def _string(value: str) -> str:
    return value.replace("_x000D_\n", "\n").replace("_x000D_", "\n").replace("\r\n", "\n")


def plain_number(value: float) -> str:
    """With 15 digits, as spreadsheets keep and show a number: 62.00000000000001 is 62 to everybody who sees it."""
    shown = float(f"{value:.15g}")
    return str(int(shown)) if shown.is_integer() and -_EXACT < shown < _EXACT else repr(shown)


def _moment(value: datetime) -> str:
    return value.date().isoformat() if value.time() == time() else value.isoformat(timespec="seconds")


def percent(text: str) -> str:
    """A share as a percentage: ``0.62`` is ``62%``; what is no number stays as it is."""
    try:
        number = Decimal(text) * 100
    except InvalidOperation:
        return text
    return f"{number.normalize():f}%" if number.is_finite() else text


class Shown(str):
    """A number as its sender sees it (``62%``, ``007``): a typed cell all the same."""

    __slots__ = ()


def shown_percent(text: str) -> Shown:
    """A share, as a percentage."""
    return Shown(percent(plain_number(float(text))))


def as_shown(number: float, text: str) -> float | Shown:
    """The number; or the text that people see, where it is the same number with more noughts."""
    return Shown(text) if _NOUGHTS.fullmatch(text) and float(text) == number else number


_TEXTS: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: "",
    str: _string,
    bool: lambda value: "true" if value else "false",
    int: str,
    float: plain_number,
    datetime: _moment,
    date: date.isoformat,
    time: time.isoformat,
    timedelta: str,
}
