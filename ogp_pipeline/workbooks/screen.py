"""The proof that calamine reads a sheet as openpyxl does, by its bytes. What is not proved goes to openpyxl.

The two differ where a sheet leaves the plain form that Excel, LibreOffice, openpyxl and XlsxWriter write: formulas,
errors, entities and escapes, rich text, rows out of order, cells that stand elsewhere than they say, repeated cells,
carriage returns, times, dates before March 1900 or of the 1904 system. So every byte of the sheet's rows must match
one strict grammar, in which a cell's row is the row that it stands in; every shared string and every number format
must be of a form in which both were compared cell by cell (tests/workbooks/test_lanes.py).
"""

import re
import zipfile
from dataclasses import dataclass
from xml.etree import ElementTree

from ogp_pipeline.workbooks.answer import Refusal
from ogp_pipeline.workbooks.bounds import Bounds
from ogp_pipeline.workbooks.extent import MERGED, column_number

_CHUNK = 4 << 20
_AROUND = 1 << 20  # what stands before and after the rows
# Without xml:space calamine trims a text, and openpyxl does not: then it must not begin or end with white space.
_TEXT = rb'(?:<t>(?!\s)[^<]++(?<!\s)</t>|<t xml:space="preserve">[^<]++</t>)'
_CELL = (
    rb'<c r="([A-Z]{1,3})\1"(?: s="\d{1,5}")?'
    rb'(?:(?: t="n")?><v>-?\d{1,15}(?:\.\d{1,20})?(?:[eE][-+]?\d{1,2})?</v></c>'
    rb'| t="s"><v>\d{1,9}</v></c>'
    rb'| t="inlineStr"><is>' + _TEXT + rb"</is></c>"
    rb'| t="b"><v>[01]</v></c>'
    rb"| ?/>|></c>)"
).replace(rb"\1", rb"(?P=row)")
_ROW = re.compile(rb'<row r="(?P<row>[1-9]\d{0,6})"[^<>]*+(?:/>|>(?:' + _CELL + rb")*+</row>)")
_GROUPS = 3  # what ``split`` gives for each row: what stood before it, its number, the column of its last cell
_PLACE = re.compile(rb'<c r="([A-Z]+\d+)"')
_STRINGS = re.compile(rb"(?:<si>" + _TEXT + rb"</si>)*+")
_ENTITY = (b"&amp;", b"&lt;", b"&gt;", b"&quot;", b"&apos;")
_ESCAPES = (b"_x", b"x005F_")
_FORBIDDEN = bytes(code for code in range(32) if code not in b"\t\n")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_NUMBERS = frozenset({0, 1, 2, 3, 4, 9, 10, 11, 12, 13, 37, 38, 39, 40, 48, 49})
_DATES = frozenset({14, 15, 16, 17})
_NUMBER = re.compile(r'General|@|(?:[0#?.,%;()$€\- ]|_[()\- ]|\\[ \-()]|"[ $€%]*")+')
_DATE = re.compile(r"(?:d{1,4}|m{1,4}|yyyy|yy|[-/., ]|\\[-/., ])++(?:;@)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Proof:
    """What the bytes say: the last row and column, how many cells hold something, the merged areas."""

    rows: int
    columns: int
    cells: int
    merged: tuple[str, ...]


def prove(archive: zipfile.ZipFile, part: str, bounds: Bounds) -> Proof | Refusal | None:
    """The proof; a refusal if the sheet reaches too far; None if nothing is proved."""
    if not (_plain_styles(archive) and _plain_strings(archive)):
        return None
    with archive.open(part) as stream:
        window = stream.read(_AROUND)
        head, mark, window = window.partition(b"<sheetData>")
        if not mark or not _plain_head(head):
            return None
        last = cells = 0
        columns: set[bytes] = set()
        ended = False
        while not ended:
            chunk = stream.read(_CHUNK)
            window += chunk
            block, mark, after = window.partition(b"</sheetData>")
            ended = bool(mark)
            if not ended:
                if not chunk:
                    return None
                cut = window.rfind(b"</row>") + 6
                if cut < 6:
                    return None  # a row of more than four megabytes
                block, after = window[:cut], window[cut:]
            window = after
            pieces = _ROW.split(block)
            if any(pieces[::_GROUPS]) or not _plain_text(block):
                return None
            numbers = list(map(int, pieces[1::_GROUPS]))
            if any(a >= b for a, b in zip([last, *numbers], numbers, strict=False)):
                return None
            last = numbers[-1] if numbers else last
            columns.update(name for name in pieces[2::_GROUPS] if name is not None)
            filled = block.count(b"<v>") + block.count(b"<is>")
            if filled != block.count(b"<c ") and _repeats(block):
                return None
            cells += filled
        window += stream.read(_AROUND)
        if len(window) > _AROUND or b"<sheetData" in window or b"<!" in window:
            return None
    widest = max(columns, key=column_number, default=b"")
    if last > bounds.rows + 1 or column_number(widest) > bounds.columns:
        return bounds.area(f"{widest.decode()}{last}")
    return Proof(last, column_number(widest), cells, tuple(area.decode() for area in MERGED.findall(window)))


def _repeats(block: bytes) -> bool:
    """Does a cell stand there twice? (Asked only where some are empty: two full ones show in the count.)"""
    cells = _PLACE.findall(block)
    return len(set(cells)) != len(cells)


def _plain_head(head: bytes) -> bool:
    """UTF-8 without prefixes: the usual main namespace is the default one."""
    return (
        head.lstrip().startswith((b"<?xml", b"<worksheet"))
        and b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"' in head
        and _utf8(head)
        and b"<!" not in head
    )


def _utf8(head: bytes) -> bool:
    declared = re.match(rb"\s*<\?xml[^>]*encoding=[\"']([^\"']+)", head)
    return declared is None or declared[1].lower() == b"utf-8"


def _plain_text(block: bytes) -> bool:
    """Valid UTF-8 without control characters, carriage returns, or entities other than the five."""
    if len(block.translate(None, _FORBIDDEN)) != len(block):
        return False
    if b"&" in block and block.count(b"&") != sum(map(block.count, _ENTITY)):
        return False
    if block.isascii():
        return True
    try:
        block.decode()
    except UnicodeDecodeError:
        return False
    return b"\xef\xbf\xbe" not in block and b"\xef\xbf\xbf" not in block


def _plain_strings(archive: zipfile.ZipFile) -> bool:
    """Shared strings without rich text, phonetics, escapes or entities other than the five."""
    there = "xl/sharedStrings.xml" in archive.namelist()
    if there != (b"/xl/sharedStrings.xml" in archive.read("[Content_Types].xml")):
        return False  # openpyxl finds it by what is declared, calamine by its name
    if not there:
        return True
    head, mark, rest = archive.read("xl/sharedStrings.xml").partition(b"<sst")
    attributes, _, body = rest.partition(b">")
    if not mark or not _utf8(head) or b"<!" in head:
        return False
    if attributes.endswith(b"/"):
        return not body.strip()
    if not body.rstrip().endswith(b"</sst>"):
        return False
    body = body.rstrip().removesuffix(b"</sst>")
    return not any(escape in body for escape in _ESCAPES) and _plain_text(body) and _STRINGS.fullmatch(body) is not None


def _plain_styles(archive: zipfile.ZipFile) -> bool:
    """Only number formats of which both readers think the same: numbers, text, or dates without a time."""
    if "xl/styles.xml" not in archive.namelist():
        return True
    root = ElementTree.fromstring(archive.read("xl/styles.xml"))
    codes = {item.get("numFmtId", ""): item.get("formatCode", "") for item in root.iter(f"{_MAIN}numFmt")}
    used = root.find(f"{_MAIN}cellXfs")
    for item in used if used is not None else ():
        number = item.get("numFmtId", "0")
        if number in codes:
            if not (_NUMBER.fullmatch(codes[number]) or _DATE.fullmatch(codes[number])):
                return False
        elif not number.isdecimal() or int(number) not in _NUMBERS | _DATES:
            return False
    return True
