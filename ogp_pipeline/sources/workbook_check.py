"""How large is this workbook really? Answered from the archive's directory and one pass over the sheet's
bytes.

``zipfile`` never unpacks more than the declared size of a part, so the sum of the declared sizes is a true
bound.
"""

import io
import re
import zipfile
from dataclasses import dataclass

from openpyxl.utils import column_index_from_string

MAX_PARTS = 2_000
MAX_UNPACKED = 256 * 1024 * 1024
MAX_RATIO = 400  # a sheet of 100,000 equal rows packs about 1:100; deflate's limit is 1:1032
MAX_ROWS = 200_000
MAX_COLUMNS = 500

_CHUNK = 1 << 20
_OVERLAP = 4096  # no start tag of a cell is longer
# A cell with content, of any namespace prefix; `<c r="XFD1" s="3"/>` is only formatted, hence empty.
_CELL = re.compile(rb"<(?:\w+:)?c\s(?:[^<>]*?\s)?r\s*=\s*[\"']([A-Z]{1,4})(\d{1,12})[\"'][^<>]*?(?<!/)>")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^<>]*?ref\s*=\s*[\"']([A-Z0-9:]+)[\"']")
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a workbook is not opened, as half a sentence in each language."""

    en: str
    es: str


@dataclass(frozen=True, slots=True)
class Extent:
    """The last row and column (from 1; 0 if there are none) that hold anything, and the merged areas."""

    rows: int
    columns: int
    merged: tuple[str, ...]


def archive_refusal(content: bytes) -> Refusal | None:
    """Judges the archive's directory, and that no XML part declares a document type. Raises BadZipFile."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED:
            megabytes = f"{unpacked // (1024 * 1024)} MB"
            return Refusal(
                f"unpacked it would have {len(parts)} parts and {megabytes}",
                f"descomprimido tendría {len(parts)} partes y {megabytes}",
            )
        for part in parts:
            if part.file_size > 1024 * 1024 and part.file_size > MAX_RATIO * max(part.compress_size, 1):
                return Refusal(
                    "it is packed so densely that it can only be a bomb",
                    "está comprimido de tal manera que solo puede ser una bomba",
                )
            if part.filename.endswith((".xml", ".rels")):
                with archive.open(part) as stream:
                    if _DECLARATION.search(stream.read(_OVERLAP)):
                        return Refusal(
                            "it declares XML entities, which no spreadsheet program writes",
                            "declara entidades XML, cosa que ningún programa de hojas de cálculo escribe",
                        )
    return None


def sheet_extent(content: bytes, part: str) -> Extent | Refusal:
    """Streams a sheet's XML once and finds its farthest cell with content.

    Raises KeyError if it is not there.
    """
    rows = columns = unnamed = 0
    merged: dict[str, None] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(part) as stream:
        tail = b""
        while chunk := stream.read(_CHUNK):
            window = tail + chunk
            for letters, digits in _CELL.findall(window):
                if len(letters) > 3:
                    return _too_far(f"{letters.decode()}{digits.decode()}")
                column, row = column_index_from_string(letters.decode()), int(digits)
                if row > MAX_ROWS or column > MAX_COLUMNS:
                    return _too_far(f"{letters.decode()}{row}")
                rows, columns = max(rows, row), max(columns, column)
            for area in _MERGED.findall(window):
                merged[area.decode()] = None
            unnamed += len(re.findall(rb"<(?:\w+:)?c(?:\s+[st]\s*=\s*[\"'][^\"']*[\"'])*\s*>", chunk))
            tail = window[-_OVERLAP:]
    if unnamed:  # cells without coordinates, which the format allows: only the caps bound them
        return Extent(MAX_ROWS, MAX_COLUMNS, tuple(merged))
    return Extent(rows, columns, tuple(merged))


def _too_far(cell: str) -> Refusal:
    return Refusal(
        f"it has something in cell {cell}; tables may have {MAX_ROWS} rows and {MAX_COLUMNS} columns",
        f"tiene algo en la celda {cell}; una tabla puede tener {MAX_ROWS} renglones y {MAX_COLUMNS} columnas",
    )
