"""The rows of a workbook's sheet, made a column at a time and not cell by cell, which takes XlsxWriter thrice as long.

What is appended are the bytes that XlsxWriter writes for the same cells in constant memory; a test compares them. It
leans on what XlsxWriter keeps for itself: its file of rows (``fh``), the headings that it has not written yet, the
extent of the sheet and the number of a format. The lock file fixes its version.

One thing is otherwise: XlsxWriter takes a text in ``<r>…</r>`` for markup of its own and writes it as it is. Here it
stays a text.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

import pyarrow as pa
from xlsxwriter.utility import _preserve_whitespace, xl_col_to_name
from xlsxwriter.worksheet import Worksheet

_BATCH = 5_000  # rows that are text in memory at a time
_DAY_ZERO = date(1899, 12, 30)  # of which day 60 does not exist; days before March 1900 are texts
_ALWAYS_PLAIN = 16_000  # characters, of which each may count twice, that a cell holds for certain


def append(
    sheet: Worksheet,
    rows: pa.Table,
    value_of: Callable[[object], object],
    day: Any,  # noqa: ANN401
    headings: int,
) -> None:
    """Write ``rows`` under so many rows of headings. ``value_of``: what a cell holds; ``day``: the format of days."""
    sheet._write_single_row(headings)
    letters = [xl_col_to_name(column) for column in range(rows.num_columns)]
    number = headings
    for batch in rows.to_batches(max_chunksize=_BATCH):
        columns = [list(_cells(column.to_pylist(), value_of, sheet, day)) for column in batch.columns]
        for row in zip(*columns, strict=True):
            number += 1
            cells = [f'<c r="{letter}{number}"{cell}' for letter, cell in zip(letters, row, strict=True) if cell]
            if cells:
                sheet.fh.write(f'<row r="{number}">{"".join(cells)}</row>')
    sheet._check_dimensions(number - 1, rows.num_columns - 1)


def _cells(
    values: Iterable[object],
    value_of: Callable[[object], object],
    sheet: Worksheet,
    day: Any,  # noqa: ANN401
) -> Iterator[str]:
    """What follows a cell's place: its style, type and value; nothing for an empty cell."""
    for given in values:
        if given is None:
            yield ""
        elif isinstance(given, str) and _is_plain(given):
            yield f' t="inlineStr"><is><t>{given}</t></is></c>'
        else:
            value = value_of(given)
            if isinstance(value, str):
                yield _text(value, sheet)
            elif isinstance(value, bool):
                yield f' t="b"><v>{value:d}</v></c>'
            elif isinstance(value, date):
                yield f' s="{day._get_xf_index()}"><v>{(value - _DAY_ZERO).days}</v></c>'
            else:
                yield f"><v>{value:.16G}</v></c>"


def _is_plain(text: str) -> bool:
    """Whether XML and cells hold the text as it is: most are, and finding out is cheap."""
    return (
        text.isprintable()  # neither line breaks nor any other white space than the blank
        and "&" not in text
        and "<" not in text
        and ">" not in text
        and "_x" not in text  # as control characters are written
        and len(text) <= _ALWAYS_PLAIN
        and text.strip() == text
    )


def _text(text: str, sheet: Worksheet) -> str:
    escaped = sheet._escape_control_characters(text)
    space = ' xml:space="preserve"' if _preserve_whitespace(escaped) else ""
    return f' t="inlineStr"><is><t{space}>{sheet._escape_data(escaped)}</t></is></c>'
