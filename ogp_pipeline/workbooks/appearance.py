"""How a sheet of Excel looks to the person who has it open: what is hidden or struck out, how numbers are shown.

One pass over the bytes of a sheet. Only what its styles and rows say is looked for, so a sheet without any of it costs
a search for a few words.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from xml.etree import ElementTree

from ogp_pipeline.workbooks.answer import OtherSheet, SheetColumn
from ogp_pipeline.workbooks.archive import Page
from ogp_pipeline.workbooks.cells import percent
from ogp_pipeline.workbooks.extent import column_number

_CHUNK = 1 << 22
_OVERLAP = 8192  # no start tag of a row or a cell is longer
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_HIDDEN_ROW = re.compile(
    rb"<(?:\w+:)?row\s(?=[^<>]*?(?:hidden=\"(?:1|true)\"|\sht=\"0(?:\.0*)?\"))[^<>]*?\br=\"(\d{1,7})\"[^<>]*>"
)
_COLUMN = re.compile(rb"<(?:\w+:)?col\s[^<>]*>")
_SPAN = re.compile(rb"\b(min|max)=\"(\d{1,5})\"")
_OUT_OF_SIGHT = re.compile(rb"\bhidden=\"(?:1|true)\"|\bwidth=\"0(?:\.0*)?\"")
_ROW_END = re.compile(rb"</(?:\w+:)?row>")
_FILLED = (b"<v>", b"<is>", b":v>", b":is>")
_COMMENT = re.compile(rb"<(?:\w+:)?(?:comment|threadedComment)\s[^<>]*?\bref=\"([A-Z]{1,3}\d{1,7})\"")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\[\]]*\]|_.|\*.')
_PADDED = re.compile(r"0{2,}|0+\.0+")
_BUILT_IN = {2: "0.00", 9: "0%", 10: "0.00%"}
_MOST = 10_000  # places that are told one by one


@dataclass(frozen=True, slots=True)
class Appearance:
    """``shown``: cell (row and column from 1) -> how its number is shown: ``%``, or noughts as ``000`` and ``0.00``."""

    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    struck: tuple[tuple[int, int], ...] = ()
    shown: Mapping[tuple[int, int], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Styles:
    """By the number of a cell's style: how a number is shown, and whether everything is struck out."""

    shown: Mapping[int, str]
    struck: frozenset[int]


def look(archive: zipfile.ZipFile, part: str) -> Appearance:
    """How the sheet of that part looks."""
    styles = _styles(archive)
    cell = _cells_of([*styles.shown, *styles.struck])
    rows: dict[int, None] = {}
    columns: list[int] = []
    struck: dict[tuple[int, int], None] = {}
    shown: dict[tuple[int, int], str] = {}
    for window in _windows(archive, part):
        if b"hidden=" in window or b'ht="0' in window or b'width="0' in window:
            rows.update((int(row), None) for row in _HIDDEN_ROW.findall(window))
            columns += _hidden_columns(window)
        if cell is None:
            continue
        for match in cell.finditer(window):
            style, place = int(match[1]), (int(match[3]), column_number(match[2]))
            if style in styles.struck and len(struck) < _MOST:
                struck[place] = None
            if style in styles.shown:
                shown[place] = styles.shown[style]
    return Appearance(tuple(rows)[:_MOST], tuple(dict.fromkeys(columns)), tuple(struck), shown)


def dress(columns: Sequence[SheetColumn], shown: Mapping[tuple[int, int], str]) -> None:
    """Writes numbers as they are shown, where that is the same number: ``62%`` for 0.62, ``007`` for 7."""
    for (row, index), code in shown.items():
        if index <= len(columns) and row <= len(columns[index - 1].texts):
            texts = columns[index - 1].texts
            texts[row - 1] = percent(texts[row - 1]) if code == "%" else padded(texts[row - 1], code)


def padded(text: str, code: str) -> str:
    """A number with the noughts of its format, if the format does not round it."""
    places = code.partition(".")[2]
    try:
        number = Decimal(text)
        written = f"{number:0{len(code)}.{len(places)}f}" if number >= 0 else text
        return written if Decimal(written) == number else text
    except (InvalidOperation, ValueError):
        return text


def others(archive: zipfile.ZipFile, pages: Sequence[Page], read: str, ours: str | None) -> Iterator[OtherSheet]:
    """The sheets that are not read and hold something, with how many of their rows do."""
    names = set(archive.namelist())
    for page in pages:
        if page.title not in (read, ours) and page.part in names and (rows := _filled_rows(archive, page.part)):
            yield OtherSheet(page.title, page.visible, rows)


def comments(archive: zipfile.ZipFile, part: str) -> tuple[str, ...]:
    """The cells to which somebody has added a comment."""
    relations = f"{posixpath.dirname(part)}/_rels/{posixpath.basename(part)}.rels"
    names = set(archive.namelist())
    if relations not in names:
        return ()
    comments_read: dict[str, None] = {}
    for item in ElementTree.fromstring(archive.read(relations)):
        target = item.get("Target", "")
        where = target.lstrip("/") if target.startswith("/") else posixpath.join(posixpath.dirname(part), target)
        where = posixpath.normpath(where)
        if item.get("Type", "").endswith(("/comments", "/threadedComment")) and where in names:
            comments_read.update((cell.decode(), None) for cell in _COMMENT.findall(archive.read(where)))
    return tuple(comments_read)[:_MOST]


def _windows(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The bytes of a part, in pieces of which each begins with the end of the one before."""
    with archive.open(part) as stream:
        tail = b""
        while chunk := stream.read(_CHUNK):
            yield tail + chunk
            tail = chunk[-_OVERLAP:]


def _filled_rows(archive: zipfile.ZipFile, part: str) -> int:
    rows, rest = 0, b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            *whole, rest = _ROW_END.split(rest + chunk)
            rows += sum(any(mark in row for mark in _FILLED) for row in whole)
    return rows


def _hidden_columns(window: bytes) -> Iterator[int]:
    for tag in _COLUMN.findall(window):
        if _OUT_OF_SIGHT.search(tag):
            span = {name: int(number) for name, number in _SPAN.findall(tag)}
            yield from range(span.get(b"min", 1), min(span.get(b"max", 0), 500) + 1)


def _cells_of(styles: Sequence[int]) -> re.Pattern[bytes] | None:
    """Cells with something in them that have one of these styles; None if there is none to look for."""
    if not styles:
        return None
    numbers = b"|".join(str(style).encode() for style in sorted(set(styles)))
    return re.compile(
        rb'<(?:\w+:)?c(?=\s[^<>]*?\bs="(' + numbers + rb')")(?=\s[^<>]*?\br="([A-Z]{1,3})(\d{1,7})")[^<>]*(?<!/)>(?!</)'
    )


def _styles(archive: zipfile.ZipFile) -> _Styles:
    if "xl/styles.xml" not in archive.namelist():
        return _Styles({}, frozenset())
    root = ElementTree.fromstring(archive.read("xl/styles.xml"))
    codes = dict(_BUILT_IN)
    for item in root.iter(f"{_MAIN}numFmt"):
        if item.get("numFmtId", "").isdecimal():
            codes[int(item.get("numFmtId", "0"))] = item.get("formatCode", "")
    fonts = root.find(f"{_MAIN}fonts")
    lines = [font.find(f"{_MAIN}strike") for font in fonts if font is not None] if fonts is not None else []
    through = {i for i, line in enumerate(lines) if line is not None and line.get("val", "1") not in ("0", "false")}
    shown: dict[int, str] = {}
    struck: set[int] = set()
    used = root.find(f"{_MAIN}cellXfs")
    for style, item in enumerate(used if used is not None else ()):
        number, font = item.get("numFmtId", "0"), item.get("fontId", "0")
        if number.isdecimal() and (code := way(codes.get(int(number), ""))) is not None:
            shown[style] = code
        if font.isdecimal() and int(font) in through:
            struck.add(style)
    return _Styles(shown, frozenset(struck))


def way(code: str) -> str | None:
    """How a format shows a number, if it shows another text than the number's own."""
    first = _QUOTED.sub("", code.partition(";")[0])
    if "%" in first:
        return "%"
    return first if _PADDED.fullmatch(first) else None
