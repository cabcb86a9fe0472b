"""Writes small binary workbooks (.xlsb) after [MS-XLSB]: no program here saves any."""

import io
import struct
import zipfile

_RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def record(number, content=b""):
    head = bytes([number]) if number < 0x80 else bytes([number & 0x7F | 0x80, number >> 7])
    size, length = b"", len(content)
    while True:
        size += bytes([length & 0x7F | (0x80 if length > 0x7F else 0)])
        length >>= 7
        if not length:
            return head + size + content


def wide(text):
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def cell(column, value, style=0):
    """A text, a number, yes or no, ``#REF!``, or ``=1`` for a formula that gave 1."""
    head = struct.pack("<II", column, style)
    if isinstance(value, bool):
        return record(4, head + bytes([value]))
    if isinstance(value, (int, float)):
        return record(5, head + struct.pack("<d", value))
    if value == "#REF!":
        return record(3, head + bytes([23]))
    if value.startswith("="):
        return record(9, head + struct.pack("<d", float(value[1:])) + struct.pack("<HII", 0, 0, 0))
    return record(6, head + wide(value))


def sheet(rows, hidden=(), merged=(), styles=None):
    """``hidden``: rows from 1; ``styles``: (row from 1, column from 0) -> number of its style."""
    width = max(map(len, rows))
    data = record(129) + record(148, struct.pack("<IIII", 0, len(rows) - 1, 0, width - 1)) + record(145)
    for line, row in enumerate(rows, start=1):
        flags = bytes([0, 0x10 if line in hidden else 0, 0])
        spans = struct.pack("<III", 1, 0, width - 1)
        data += record(0, struct.pack("<IIH", line - 1, 0, 300) + flags + spans)
        for column, value in enumerate(row):
            if value is not None:
                data += cell(column, value, (styles or {}).get((line, column), 0))
    data += record(146)
    data += b"".join(record(176, struct.pack("<IIII", *area)) for area in merged)
    return data + record(130)


def styles(*formats):
    """Styles 1, 2 … show numbers in these formats."""
    own = b"".join(record(44, struct.pack("<H", 164 + i) + wide(form)) for i, form in enumerate(formats))
    used = [0, *(164 + i for i in range(len(formats)))]
    rest = b"".join(record(47, struct.pack("<HHHHHBBI", 0, one, 0, 0, 0, 0, 0, 0)) for one in used)
    count = struct.pack("<I", len(used))
    return (
        record(278)
        + record(615, struct.pack("<I", len(formats)))
        + own
        + record(616)
        + record(617, count)
        + rest
        + record(618)
        + record(279)
    )


def book(*sheets, look=b""):
    """``sheets``: title, whether it is hidden, and its data."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        types = "".join(
            f'<Override PartName="/xl/worksheets/sheet{i}.bin" ContentType="application/vnd.ms-excel.worksheet"/>'
            for i, _ in enumerate(sheets, start=1)
        )
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
            f'<Default Extension="rels" ContentType="application/xml"/>{types}</Types>',
        )
        main = f'<Relationship Id="r1" Type="{_TYPE}/officeDocument" Target="xl/workbook.bin"/>'
        archive.writestr("_rels/.rels", _RELATIONS.format(main))
        listed, related = b"", ""
        for number, (title, hidden, data) in enumerate(sheets, start=1):
            listed += record(156, struct.pack("<II", int(hidden), number) + wide(f"rId{number}") + wide(title))
            target = f"worksheets/sheet{number}.bin"
            related += f'<Relationship Id="rId{number}" Type="{_TYPE}/worksheet" Target="{target}"/>'
            archive.writestr(f"xl/{target}", data)
        archive.writestr("xl/_rels/workbook.bin.rels", _RELATIONS.format(related))
        archive.writestr("xl/workbook.bin", record(131) + record(143) + listed + record(144) + record(132))
        archive.writestr("xl/styles.bin", look or styles())
    return stream.getvalue()
