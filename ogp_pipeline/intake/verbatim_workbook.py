"""A workbook of a supplier's, opened to be marked and written again with all else as it was.

openpyxl opens a workbook whole, and a few bytes can claim a billion cells (a merged area, a link over a sheet).
So what the workbook claims is counted in its bytes first, whatever a reader made of it before. The same
workbook with the same marks is the same bytes: times in the archive and in its properties are the caller's.
"""

import io
import re
import warnings
import zipfile
import zlib
from datetime import UTC, datetime

import openpyxl
from openpyxl.utils import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook

MAX_BYTES = 10 << 20
MAX_UNPACKED = 128 << 20
MAX_PARTS = 500
MAX_CELLS = 100_000  # about 60 MB in openpyxl

_EPOCH = (1980, 1, 1, 0, 0, 0)
_CORE = "docProps/core.xml"
_MODIFIED = re.compile(rb"(<\w+:modified[^>]*>)[^<]*(</\w+:modified>)")
_CELL = re.compile(rb"<(?:\w+:)?(?:c|row)[\s/>]")
# What openpyxl fills with a cell for each place of its area, when it reads it or when it writes it.
_AREA = re.compile(rb"<(?:\w+:)?(?:mergeCell|hyperlink|comment|table)\s[^<>]*?\bref\s*=\s*[\"']([^\"']{1,50})[\"']")
_COLUMNS = re.compile(rb"<(?:\w+:)?tableColumn\s")

# What openpyxl, zipfile and the XML parser raise on a workbook that is damaged: they have no common base class.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    SyntaxError,  # of XML, with or without lxml
    EOFError,
    NotImplementedError,
    RuntimeError,
    KeyError,
    IndexError,
    ValueError,
    TypeError,
    AttributeError,
)


class TooLarge(Exception):
    """The workbook claims more than may be opened whole."""


class Damaged(Exception):
    """openpyxl cannot open the workbook, or cannot write it again."""


def is_workbook(content: bytes) -> bool:
    """Whether these bytes are an XLSX workbook, by the archive's directory."""
    if not content.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "[Content_Types].xml" in archive.namelist() and "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def open_workbook(content: bytes, moment: datetime) -> Workbook:
    """The whole workbook, with formulas as they are. TooLarge or Damaged if that cannot be done.

    ``moment``: stands where the workbook does not say when it was made.
    """
    try:
        claimed = _claimed_cells(content)
        if claimed > MAX_CELLS:
            raise TooLarge(f"{claimed} cells")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns about extensions that it does not keep
            workbook = openpyxl.load_workbook(io.BytesIO(content), keep_links=False)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if _CORE not in archive.namelist() or b"created" not in archive.read(_CORE):
                workbook.properties.created = moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    except _DAMAGED as error:
        raise Damaged(f"{type(error).__name__}: {error}") from error
    return workbook


def write_workbook(workbook: Workbook, moment: datetime) -> bytes:
    """The workbook's bytes, last modified at ``moment``. Damaged if openpyxl cannot write what it has read."""
    written, packed = io.BytesIO(), io.BytesIO()
    stamp = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    try:
        workbook.save(written)
    except _DAMAGED as error:
        raise Damaged(f"{type(error).__name__}: {error}") from error
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == _CORE:
                part = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", part)
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, part)
    return packed.getvalue()


def _claimed_cells(content: bytes) -> int:
    """Rows, cells and areas of all parts. TooLarge when the archive alone is too much."""
    if len(content) > MAX_BYTES:
        raise TooLarge(f"{len(content)} bytes")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise TooLarge(f"{len(parts)} parts, {sum(part.file_size for part in parts)} bytes")
        return sum(_claimed_by(archive.read(part)) for part in parts if part.filename.endswith(".xml"))


def _claimed_by(part: bytes) -> int:
    cells = sum(1 for _ in _CELL.finditer(part))
    if not _COLUMNS.search(part):  # a table that names its columns is kept as it is
        cells += sum(_area(ref.decode("ascii", "replace")) for ref in _AREA.findall(part))
    return cells


def _area(ref: str) -> int:
    left, top, right, bottom = range_boundaries(ref)
    if None in (left, top, right, bottom):
        return MAX_CELLS + 1
    return int((right - left + 1) * (bottom - top + 1))
