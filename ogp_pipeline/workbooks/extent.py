"""How far does a sheet really reach? One pass over its bytes, whatever it declares about itself."""

import re
import zipfile
from dataclasses import dataclass

from ogp_pipeline.workbooks.answer import Refusal
from ogp_pipeline.workbooks.bounds import Bounds

_CHUNK = 1 << 20
_OVERLAP = 4096  # no start tag of a cell is longer
# A cell with content, of any namespace prefix; `<c r="XFD1" s="3"/>` is only formatted, hence empty.
_CELL = re.compile(rb"<(?:\w+:)?c\s(?:[^<>]*?\s)?r\s*=\s*[\"']([A-Z]{1,4})(\d{1,12})[\"'][^<>]*?(?<!/)>")
_UNNAMED = re.compile(rb"<(?:\w+:)?c(?:\s+[st]\s*=\s*[\"'][^\"']*[\"'])*\s*>")
_ROW = re.compile(rb"<(?:\w+:)?row\s(?:[^<>]*?\s)?r\s*=\s*[\"'](\d{1,20})[\"']")
MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^<>]*?ref\s*=\s*[\"']([A-Z0-9:]+)[\"']")


@dataclass(frozen=True, slots=True)
class Extent:
    """The last row and column (from 1; 0 if there are none) that hold anything, and the merged areas."""

    rows: int
    columns: int
    merged: tuple[str, ...]


def column_number(letters: bytes) -> int:
    """``A`` -> 1, ``AA`` -> 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def cell_name(index: int, line: int) -> str:
    """``(0, 1)`` -> ``A1``, ``(26, 3)`` -> ``AA3``."""
    letters, left = "", index + 1
    while left:
        left, digit = divmod(left - 1, 26)
        letters = chr(65 + digit) + letters
    return f"{letters}{line}"


def measure(archive: zipfile.ZipFile, part: str, bounds: Bounds) -> Extent | Refusal:
    """Streams a sheet's XML once and finds its farthest cell with content. KeyError if it is not there."""
    rows = columns = unnamed = 0
    merged: dict[str, None] = {}
    with archive.open(part) as stream:
        tail = b""
        while chunk := stream.read(_CHUNK):
            window = tail + chunk
            for letters, digits in _CELL.findall(window):
                column, row = column_number(letters), int(digits)
                if row > bounds.rows + 1 or column > bounds.columns:
                    return bounds.area(f"{letters.decode()}{row}")
                rows, columns = max(rows, row), max(columns, column)
            for digits in _ROW.findall(window):
                if len(digits) > 7:
                    return bounds.area(f"A{digits.decode()}")
            for area in MERGED.findall(window):
                merged[area.decode()] = None
            unnamed += len(_UNNAMED.findall(chunk))
            tail = window[-_OVERLAP:]
    if unnamed:  # cells without coordinates, which the format allows: only the limits bound them
        return Extent(bounds.rows + 1, bounds.columns, tuple(merged))
    return Extent(rows, columns, tuple(merged))
