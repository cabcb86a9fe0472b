"""Workbooks made to hurt whoever opens them, each small on disk."""

import io
import zipfile
from collections.abc import Callable

import openpyxl

_SHEET = "xl/worksheets/sheet1.xml"
_HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_TAIL = b"</sheetData></worksheet>"
_STRINGS = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
_STYLES = b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def small() -> bytes:
    book = openpyxl.Workbook()
    for row in (["id", "name"], ["A1", "x"]):
        book.active.append(row)
    return saved(book)


def patched(content: bytes, **parts: bytes | tuple[bytes, int]) -> bytes:
    """The workbook with parts replaced or added; (piece, times) is written piece by piece."""
    wanted = {name.replace("__", "/").replace("_xml", ".xml"): value for name, value in parts.items()}
    source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for info in source.infolist():
            if info.filename not in wanted:
                archive.writestr(info.filename, source.read(info))
        for name, value in wanted.items():
            piece, times = value if isinstance(value, tuple) else (value, 1)
            with archive.open(name, "w", force_zip64=True) as stream:
                for _ in range(times):
                    stream.write(piece)
    return target.getvalue()


def with_strings(content: bytes, strings: bytes) -> bytes:
    """The workbook with these shared strings, declared as Excel does."""
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        types = archive.read("[Content_Types].xml")
    override = b'<Override PartName="/xl/sharedStrings.xml" ContentType="' + kind + b'"/>'
    if b"/xl/sharedStrings.xml" not in types:
        types = types.replace(b"</Types>", override + b"</Types>")
    return patched(content, **{"xl__sharedStrings_xml": strings, "[Content_Types]_xml": types})


def sheet(rows: bytes) -> bytes:
    return patched(small(), xl__worksheets__sheet1_xml=_HEAD + rows + _TAIL)


def far_cell() -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "id", "x"
    return saved(book)


def zip_bomb() -> bytes:
    return patched(small(), xl__media__picture_xml=(b"\0" * (1 << 20), 300))


def dense_part() -> bytes:
    return patched(small(), xl__worksheets__sheet1_xml=(b" " * (1 << 20), 100))


def huge_row() -> bytes:
    return sheet(b'<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>')


def last_row_of_all() -> bytes:
    return sheet(b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="SF1048576"><v>1</v></c></row>')


def entities() -> bytes:
    declared = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    prologue = f'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY e0 "{"x" * 1000}">{declared}]>'.encode()
    return with_strings(small(), prologue + _STRINGS + b"<si><t>&e9;</t></si></sst>")


def hidden_entities() -> bytes:
    padding = b"<!--" + b" " * 10_000 + b"-->"
    prologue = b'<?xml version="1.0"?>' + padding + b'<!DOCTYPE sst [<!ENTITY e "' + b"x" * 50_000 + b'">]>'
    return with_strings(small(), prologue + _STRINGS + b"<si><t>" + b"&e;" * 50_000 + b"</t></si></sst>")


def repeated_string() -> bytes:
    rows = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(1, 60_001))
    strings = _STRINGS + b"<si><t>" + b"0123456789" * 3_000 + b"</t></si></sst>"
    return with_strings(sheet(rows), strings)


def long_string() -> bytes:
    strings = _STRINGS + b"<si><t>" + b"0123456789" * 100_000 + b"</t></si></sst>"
    return with_strings(sheet(b'<row r="1"><c r="A1" t="s"><v>0</v></c></row>'), strings)


def many_parts() -> bytes:
    target = io.BytesIO(small())
    with zipfile.ZipFile(target, "a") as archive:
        for number in range(70_000):
            archive.writestr(f"xl/x{number}", b"")
    return target.getvalue()


def deep_styles() -> bytes:
    levels = 40_000
    return patched(small(), xl__styles_xml=_STYLES + b"<a>" * levels + b"</a>" * levels + b"</styleSheet>")


def lying_dimension() -> bytes:
    head = _HEAD.replace(b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>')
    rows = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>'
    return patched(small(), xl__worksheets__sheet1_xml=head + rows + _TAIL)


def wide_and_long() -> bytes:
    """Within every limit but memory: two hundred thousand rows with something in the 400th column."""
    rows = b"".join(b'<row r="%d"><c r="OJ%d"><v>1</v></c></row>' % (n, n) for n in range(1, 200_001))
    return sheet(rows)


# name -> (maker, rule, a part of what the receipt says)
BOMBS: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "zip bomb (300 MB)": (zip_bomb, "over-limit", "Unpacked, it would have 300 MB"),
    "a part that grows 1000 times": (dense_part, "over-limit", "times its size"),
    "one cell in the far corner": (far_cell, "over-limit", "XFD1048576"),
    "row 99,999,999,999": (huge_row, "over-limit", "99999999999"),
    "corner of what Excel allows": (last_row_of_all, "over-limit", "SF1048576"),
    "entities (billion laughs)": (entities, "unreadable", "entities"),
    "entities behind a long comment": (hidden_entities, "unreadable", "entities"),
    "one text in 60,000 cells (1.8 GB)": (repeated_string, "over-limit", "1716 MB of text"),
    "a text of a million characters": (long_string, "over-limit", "1000000 characters"),
    "70,000 parts": (many_parts, "over-limit", "parts"),
    "styles nested 40,000 deep": (deep_styles, "unreadable", "nested deeper"),
    "80 million cells within the limits": (wide_and_long, "over-limit", "memory"),
}
