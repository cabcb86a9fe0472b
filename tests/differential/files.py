"""From rows of text to bytes, in every way in which a supplier's program might have written them, and then broken.

``written`` is a delimited file (quoting, line ends, BOM, encoding); ``hurt_rows`` breaks the table (ragged, blank,
repeated, no header), ``hurt_bytes`` the bytes (stray quotes, NUL, lone CR, cut in the middle, wrong encoding).
"""

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Sequence
from typing import Any

import openpyxl
from hypothesis import strategies as st
from openpyxl.utils.exceptions import IllegalCharacterError

Rows = list[list[str]]

LINE_ENDS = (("\n",), ("\r\n",), ("\r",), ("\n", "\r\n"), ("\r\n", "\r"), ("\n", "\r", "\r\n", "\n\n"))
SPLINTERS = (
    b'"', b'""', b'"\n', b",", b"\n", b"\r", b"\r\n", b"\x00", b"\xff", b"\xc3", b"\xef\xbb\xbf", b"\x1a",
    b"\xe2\x80\xa8", b" ", b';', b"\t", b"'", b"\\", b"\\\"", b"#", b"\xf1", b"\xed\xa0\x80", b"\x85", b"\x0b",
    b"\x0c", b"\x1c", b',"', b'",',
)  # fmt: skip


@st.composite
def hurt_rows(draw: st.DrawFn, rows: Rows) -> Rows:
    """Up to three faults of the table itself; the first row is the header."""
    rows = [list(row) for row in rows]
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(rows) - 1))
        match draw(st.integers(0, 8)):
            case 0:
                rows[at] = rows[at][:-1]
            case 1:
                rows[at] = [*rows[at], draw(st.sampled_from(("", "extra", "1")))]
            case 2:
                rows.insert(at, [])
            case 3:
                rows.insert(at, [""] * len(rows[at]))
            case 4:
                rows.append(list(rows[at]))
            case 5 if len(rows) > 1:
                del rows[at]
            case 6:
                rows[at] = rows[at][:1]
            case 7:
                rows[at] = rows[at] * 2
            case _:
                rows.insert(0, [draw(st.sampled_from(("Informe", "# nota", "")))])
    return rows


@st.composite
def hurt_bytes(draw: st.DrawFn, content: bytes) -> bytes:
    """Up to four splinters, anywhere; sometimes the end is missing."""
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(content)))
        content = content[:at] + draw(st.sampled_from(SPLINTERS)) + content[at:]
    if draw(st.integers(0, 9)) == 0:
        content = content[: draw(st.integers(0, len(content)))]
    return content


@st.composite
def written(
    draw: st.DrawFn,
    rows: Rows,
    *,
    delimiter: str = ",",
    ends: Sequence[str] | None = None,
    encoding: str = "utf-8",
    quote: str = '"',
) -> bytes:
    """A delimited file. What an encoding cannot say is replaced, as a careless export does."""
    quoting = draw(st.sampled_from(("minimal", "minimal", "minimal", "all", "some", "none")))
    ends = ends or draw(st.sampled_from(LINE_ENDS))
    marks = draw(st.integers(0, 2**16 - 1)) if quoting == "some" else 0
    lines = []
    for index, row in enumerate(rows):
        cells = [_cell(cell, quoting, delimiter, quote, marks >> (index + at) % 16 & 1) for at, cell in enumerate(row)]
        lines.append(delimiter.join(cells))
    ended = [line + ends[index % len(ends)] for index, line in enumerate(lines)]
    if ended and draw(st.integers(0, 3)) == 0:
        ended[-1] = lines[-1]
    bom = "\ufeff" if encoding.startswith("utf") and draw(st.integers(0, 7)) == 0 else ""
    return (bom + "".join(ended)).encode(encoding, errors="replace")


def _cell(cell: str, quoting: str, delimiter: str, quote: str, marked: int) -> str:
    special = any(one in cell for one in (delimiter, quote, "\n", "\r"))
    if quoting == "all" or marked or (special and quoting != "none"):
        return quote + cell.replace(quote, quote * 2) + quote
    return cell


def gzipped(content: bytes) -> bytes:
    """Without the time of day in the header."""
    return gzip.compress(content, mtime=0)


def zipped(content: bytes, name: str) -> bytes:
    """One member, at the earliest time that the format knows."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


def json_lines(rows: Rows, values: Sequence[Any] = (), *, keyed: bool = True) -> bytes:
    """One JSON text per line. ``values`` replace the first cells of the rows: not every value in JSON is a string."""
    header, *body = rows
    replaced = iter(values)
    lines: list[Any] = [] if keyed else [header]
    for row in body:
        cells = [next(replaced, row[0]), *row[1:]] if row else []
        lines.append(dict(zip(header, cells, strict=False)) if keyed else cells)
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode(errors="replace")


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    """A sheet of these cells; characters that XML cannot say are left out."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for number, row in enumerate(rows, start=1):
        for place, cell in enumerate(row, start=1):
            try:
                sheet.cell(number, place, cell)
            except IllegalCharacterError:
                sheet.cell(number, place, "?")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def written_plainly(rows: Rows) -> bytes:
    """As Python's own csv module writes."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue().encode()
