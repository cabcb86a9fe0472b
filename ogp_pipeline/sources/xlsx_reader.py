"""One sheet of an XLSX workbook. What the archive claims is checked before openpyxl may unpack or span
anything.

A workbook can be a bomb in four ways: an archive that unpacks to gigabytes, an XML document with entities, a
single cell in the far corner (4.6 KB that take 3 GB in pandas), or a huge row number. ``workbook_check``
refuses all four by reading the archive's directory and streaming the sheet once; openpyxl then gets the true
extent as its bounds.

The sheet must hold values: formulas, Excel's error values and merged cells are problems, never evaluated or
unmerged.
"""

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.exceptions import InvalidFileException

from ogp_pipeline.mapping import XlsxReader
from ogp_pipeline.programme import Limits
from ogp_pipeline.sources import template_layout as layout
from ogp_pipeline.sources import template_sheet
from ogp_pipeline.sources.bounds import over_limit
from ogp_pipeline.sources.records import FileProblem, RawRow, Reading, Where, unreadable
from ogp_pipeline.sources.tabular import Record, table
from ogp_pipeline.sources.template_sheet import is_template
from ogp_pipeline.sources.workbook_check import Extent, Refusal, archive_refusal, sheet_extent

# What openpyxl, zipfile and the XML parser raise on a damaged workbook: they have no common base class.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    ParseError,
    EOFError,
    NotImplementedError,  # an archive with a compression method of its own
    RuntimeError,  # an archive with a password
    KeyError,
    IndexError,
    ValueError,
    TypeError,
    AttributeError,
    OSError,
)


def read(content: bytes, name: str, reader: XlsxReader, limits: Limits) -> Reading:
    """Rows, headings and problems of a workbook's bytes."""
    try:
        if refusal := archive_refusal(content, limits):
            return _refused(name, refusal)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns about styles and extensions that we do not read
            return _read_sheet(content, name, reader, limits)
    except _DAMAGED:
        return _refused(
            name,
            Refusal(
                "the workbook is damaged, or a part of the file is missing",
                "el libro está dañado, o falta una parte del archivo",
            ),
        )


def _refused(name: str, refusal: Refusal, sheet: str | None = None) -> Reading:
    where = Where(name, sheet=sheet)
    if refusal.limit is not None:
        return Reading([], (), [over_limit(where, refusal.en, refusal.es, refusal.limit)])
    return Reading([], (), [unreadable(where, refusal.en, refusal.es)])


def _read_sheet(content: bytes, name: str, reader: XlsxReader, limits: Limits) -> Reading:
    workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    try:
        properties = _properties(workbook)
        wanted = properties[layout.TABLE] if is_template(properties) else reader.sheet
        review = properties.get(layout.REVIEW)
        shown = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
        visible = [sheet for sheet in shown if sheet.title != review]
        titles = ", ".join(f"«{sheet.title}»" for sheet in visible) or "–"
        chosen = [sheet for sheet in visible if wanted in (None, sheet.title)]
        if not chosen and is_template(properties):
            problem = FileProblem("wrong-sheet", Where(name, sheet=wanted), None, {"found": titles})
            return Reading([], (), [problem], properties)
        if not chosen:
            wanted = f"«{reader.sheet}»" if reader.sheet else ""
            return _refused(
                name,
                Refusal(
                    f"it has no visible sheet {wanted}; its visible sheets are {titles}",
                    f"no tiene una hoja visible {wanted}; sus hojas visibles son {titles}",
                ),
            )
        sheet = chosen[0]
        extent = sheet_extent(content, sheet._worksheet_path, limits)
        if isinstance(extent, Refusal):
            return _refused(name, extent, sheet.title)
        problems = _merged(extent, name, sheet.title)
        if not extent.rows:
            return Reading([], (), [*problems, FileProblem("empty-file", Where(name, sheet=sheet.title))])
        cells = sheet.iter_rows(max_row=extent.rows, max_col=extent.columns)
        faults: list[tuple[int, str, str]] = []
        records = list(_records(cells, faults))
        if is_template(properties):
            reading, context = template_sheet.read(records, name, sheet.title)
            faults = [fault for fault in faults if coordinate_to_tuple(fault[1])[1] - 1 not in context]
        else:
            reading = table(records, name, sheet.title, ragged=False)
        problems += _faulty(reading.rows, name, sheet.title, faults)
        return Reading(reading.rows, reading.headings, reading.problems + problems, properties)
    finally:
        workbook.close()


def _properties(workbook: openpyxl.Workbook) -> dict[str, str]:
    """The custom document properties."""
    return {str(one.name): str(one.value) for one in workbook.custom_doc_props.props if one.value is not None}


def _merged(extent: Extent, name: str, sheet: str) -> list[FileProblem]:
    return [
        FileProblem("merged-cells", Where(name, sheet=sheet, cell=area), area, {"area": area}) for area in extent.merged
    ]


def _records(rows: Iterator[tuple[object, ...]], faults: list[tuple[int, str, str]]) -> Iterator[Record]:
    """Records of text; ``faults`` collects (line, cell, value) of formulas and error values."""
    for line, row in enumerate(rows, start=1):
        texts: list[str] = []
        coordinates: dict[int, str] = {}
        typed: set[int] = set()
        for index, cell in enumerate(row):
            value = getattr(cell, "value", None)
            kind = getattr(cell, "data_type", "n")
            coordinates[index] = f"{get_column_letter(index + 1)}{line}"
            if kind in ("f", "e") and value is not None:
                shown = str(getattr(value, "text", value))
                faults.append((line, coordinates[index], shown))
                texts.append(shown)
                continue
            texts.append(_text(value))
            if value is not None and not isinstance(value, str):
                typed.add(index)
        yield Record(line, texts, coordinates, frozenset(typed))


def _faulty(rows: list[RawRow], name: str, sheet: str, faults: list[tuple[int, str, str]]) -> list[FileProblem]:
    if not faults:
        return []
    places = {cell: (row.number, heading) for row in rows for heading, cell in row.cells.items()}
    problems = []
    for line, cell, value in faults:
        number, column = places.get(cell, (None, None))
        where = Where(name, line, sheet, cell, None, column)
        problems.append(FileProblem("formula-cell", where, value, {"formula": value}, number=number))
    return problems


def _text(value: object) -> str:
    """A cell's value as text: ISO dates, whole numbers without ``.0``, ``true`` and ``false``."""
    match value:
        case None:
            return ""
        case str():
            return value.replace("_x000D_\n", "\n").replace("_x000D_", "\n").replace("\r\n", "\n")
        case bool():
            return "true" if value else "false"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(timespec="seconds")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
        case _:
            return str(value)
