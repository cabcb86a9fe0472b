"""The workbook of a dataset, for people: a README sheet, a dictionary sheet, then one sheet per table.

Above each column stand its title, in the programme's first language, and then its name, so that programs can read a
sheet from its second row on; so do templates. The dictionary says what they mean in every language. Texts are always
texts, never formulas or links. What a cell cannot hold is handled here and said in the README: a text over
32,767 characters is cut, a table over 1,048,574 rows is left out; CSV and Parquet are whole. Byte-reproducible: the
creation date is fixed, XlsxWriter dates the zip entries 1980-01-01.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.release import xlsx_rows
from ogp_pipeline.schema.schemas import Table

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
README, DICTIONARY = "README", "dictionary"
LONGEST_TEXT = 32_767  # units of UTF-16 in a cell, as Excel counts: characters, and signs such as emojis twice
CUT = " […]"
HEADINGS = 2  # rows: the titles of the columns, and their names
MOST_ROWS = 1_048_576  # of a sheet, the headings included
_FIRST_DATE = date(1900, 3, 1)  # earlier ones differ between Excel and everybody else
_EXACT = 10**15  # Excel keeps 15 digits
_CREATED = datetime(1980, 1, 1)  # noqa: DTZ001 - XlsxWriter wants it naive and writes it as UTC
_NOT_XML = re.compile("[\ufffe\uffff]")
_WIDTHS = {"string": 40, "date": 12}


@dataclass(frozen=True)
class About:
    """What the README sheet says: each line by language, in order; the first is the title.

    ``language``: that of the titles above columns; None: the first.
    """

    lines: Sequence[Mapping[str, str]]
    language: str | None = None


def write(tables: Mapping[str, pa.Table], shapes: Sequence[Table], about: About, path: Path) -> None:
    """Write one workbook: a sheet for each of ``shapes``, filled with its canonical rows."""
    options = {"constant_memory": True, "tmpdir": str(path.parent)}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": _CREATED})
        bold = book.add_format({"bold": True})
        head = book.add_format({"bold": True, "bg_color": "#E7ECF2", "bottom": 1})
        name = book.add_format({"font_color": "#55626F", "bg_color": "#E7ECF2", "bottom": 1})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        left_out = [shape.name for shape in shapes if not has_room(tables[shape.name])]
        _write_readme(book.add_worksheet(README), about, left_out, bold)
        _write_dictionary(book.add_worksheet(DICTIONARY), shapes, head)
        for shape in shapes:
            if shape.name not in left_out:
                titles = titles_of(shape, about.language or next(iter(about.lines[0])))
                sheet = book.add_worksheet(shape.name)
                _write_table(sheet, tables[shape.name], shape, titles, (head, name, day))


def has_room(rows: pa.Table) -> bool:
    """Whether a sheet has room for the rows and its headings."""
    return bool(rows.num_rows <= MOST_ROWS - HEADINGS)


def titles_of(shape: Table, language: str) -> list[str]:
    """The columns' titles, or their names where there is no title in the language."""
    return [cell_text(field.title.get(language, field.name)) for field in shape.fields]


def cell_text(text: str) -> str:
    """A text as a cell holds it: LF for every line break, no characters that XML forbids, not too long."""
    clean = _NOT_XML.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(clean) <= LONGEST_TEXT // 2:
        return clean
    units = clean.encode("utf-16-le")
    if len(units) <= 2 * LONGEST_TEXT:
        return clean
    return units[: 2 * (LONGEST_TEXT - len(CUT))].decode("utf-16-le", errors="ignore") + CUT  # never half a sign


def cell_value(value: object) -> object:
    """A canonical value as a cell holds it: text, bool, float, date, or None for an empty cell."""
    if isinstance(value, str):
        return cell_text(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | Decimal):
        number = Decimal(value)
        return float(number) if abs(number) < _EXACT else str(value)
    if isinstance(value, date):
        return value if value >= _FIRST_DATE else value.isoformat()
    raise TypeError(f"no cell for {type(value).__name__}")


def _write_readme(sheet: Worksheet, about: About, left_out: list[str], bold: Any) -> None:  # noqa: ANN401
    languages = list(about.lines[0])
    sheet.set_column(0, len(languages) - 1, 70)
    lines = list(about.lines)
    if left_out:
        names = ", ".join(left_out)
        lines.append({language: say("readme.too_long", language, tables=names) for language in languages})
    for row, line in enumerate(lines):
        for column, language in enumerate(languages):
            sheet.write_string(row, column, cell_text(line[language]), bold if row == 0 else None)


def _write_dictionary(sheet: Worksheet, shapes: Sequence[Table], head: Any) -> None:  # noqa: ANN401
    languages = shapes[0].languages
    told = [f"{text}_{language}" for text in ("title", "description") for language in languages]
    headings = ("table", "field", "type", "codes", *told)
    described = len(headings) - len(languages)
    sheet.set_column(0, described - 1, 24)
    sheet.set_column(described, len(headings) - 1, 60)
    _write_header(sheet, headings, head)
    lines = [
        (
            *(shape.name, field.name, field.type, field.code_list or ""),
            *(text[language] for text in (field.title, field.description) for language in languages),
        )
        for shape in shapes
        for field in shape.fields
    ]
    columns = zip(headings, zip(*lines, strict=True), strict=True)
    rows = pa.table({name: pa.array(texts, pa.string()) for name, texts in columns})
    xlsx_rows.append(sheet, rows, cell_value, None, 1)


def _write_header(sheet: Worksheet, headings: Sequence[str], head: Any) -> None:  # noqa: ANN401
    for column, name in enumerate(headings):
        sheet.write_string(0, column, name, head)
    sheet.freeze_panes(1, 0)


def _write_table(
    sheet: Worksheet, rows: pa.Table, shape: Table, titles: Sequence[str], formats: tuple[Any, Any, Any]
) -> None:
    """``formats``: of the columns' titles, of their names, and of days."""
    head, name, day = formats
    for column, field in enumerate(shape.fields):
        sheet.set_column(column, column, _WIDTHS.get(field.type, 14))
    for column, title in enumerate(titles):
        sheet.write_string(0, column, title, head)
    for column, field in enumerate(shape.fields):
        sheet.write_string(1, column, field.name, name)
    sheet.freeze_panes(HEADINGS, 0)
    if rows.num_rows:
        sheet.autofilter(1, 0, rows.num_rows + 1, len(shape.fields) - 1)
        xlsx_rows.append(sheet, rows, cell_value, day, HEADINGS)
