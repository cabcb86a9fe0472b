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

from ogp_pipeline.programme import Limits

_MB = 1 << 20
_CHUNK = 1 << 20
_OVERLAP = 4096  # no start tag of a cell is longer
# A cell with content, of any namespace prefix; `<c r="XFD1" s="3"/>` is only formatted, hence empty.
_CELL = re.compile(rb"<(?:\w+:)?c\s(?:[^<>]*?\s)?r\s*=\s*[\"']([A-Z]{1,4})(\d{1,12})[\"'][^<>]*?(?<!/)>")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^<>]*?ref\s*=\s*[\"']([A-Z0-9:]+)[\"']")
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a workbook is not opened, as half a sentence in each language; ``limit`` if it breaks one."""

    en: str
    es: str
    limit: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Extent:
    """The last row and column (from 1; 0 if there are none) that hold anything, and the merged areas."""

    rows: int
    columns: int
    merged: tuple[str, ...]


def archive_refusal(content: bytes, limits: Limits) -> Refusal | None:
    """Judges the archive's directory, and that no XML part declares a document type. Raises BadZipFile."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        if len(parts) > limits.parts:
            limit = (f"{limits.parts} parts", f"{limits.parts} partes")
            return Refusal(f"The workbook has {len(parts)} parts", f"El libro tiene {len(parts)} partes", limit)
        if unpacked > limits.unpacked_mb * _MB:
            size, limit = f"{unpacked // _MB} MB", (f"{limits.unpacked_mb} MB", f"{limits.unpacked_mb} MB")
            return Refusal(f"Unpacked, it would have {size}", f"Descomprimido tendría {size}", limit)
        for part in parts:
            ratio = part.file_size // max(part.compress_size, 1)
            if part.file_size > _MB and ratio > limits.packing_ratio:
                limit = (f"{limits.packing_ratio} times", f"{limits.packing_ratio} veces")
                en, es = (
                    f"A part of it unpacks to {ratio} times its size",
                    f"Una parte suya crece {ratio} veces al descomprimirse",
                )
                return Refusal(en, es, limit)
            if part.filename.endswith((".xml", ".rels")):
                with archive.open(part) as stream:
                    if _DECLARATION.search(stream.read(_OVERLAP)):
                        return Refusal(
                            "it declares XML entities, which no spreadsheet program writes",
                            "declara entidades XML, cosa que ningún programa de hojas de cálculo escribe",
                        )
    return None


def sheet_extent(content: bytes, part: str, limits: Limits) -> Extent | Refusal:
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
                    return _too_far(f"{letters.decode()}{digits.decode()}", limits)
                column, row = column_index_from_string(letters.decode()), int(digits)
                if row > limits.rows + 1 or column > limits.columns:
                    return _too_far(f"{letters.decode()}{row}", limits)
                rows, columns = max(rows, row), max(columns, column)
            for area in _MERGED.findall(window):
                merged[area.decode()] = None
            unnamed += len(re.findall(rb"<(?:\w+:)?c(?:\s+[st]\s*=\s*[\"'][^\"']*[\"'])*\s*>", chunk))
            tail = window[-_OVERLAP:]
    if unnamed:  # cells without coordinates, which the format allows: only the caps bound them
        return Extent(limits.rows + 1, limits.columns, tuple(merged))
    return Extent(rows, columns, tuple(merged))


def _too_far(cell: str, limits: Limits) -> Refusal:
    return Refusal(
        f"It has something in cell {cell}",
        f"Tiene algo en la celda {cell}",
        (f"{limits.rows} rows and {limits.columns} columns", f"{limits.rows} renglones y {limits.columns} columnas"),
    )
