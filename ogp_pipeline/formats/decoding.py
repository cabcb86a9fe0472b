"""Bytes to text, strictly: UTF-8 (with or without a byte order mark), or the encoding that the source
declared.

Nothing is guessed and nothing replaced. The first byte that does not fit is named with its line and its
column, counted in characters as an editor does.
"""

import codecs
import re
from dataclasses import replace

from ogp_pipeline.errors import SourceError
from ogp_pipeline.formats.records import FileProblem, Where

# Characters that no text has and that neither XML nor a workbook can hold: C0 controls but tab, LF, CR;
# U+FFFE/F.
ILLEGIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile(rb"\r\n|\r|\n")


def decode(content: bytes, name: str, declared: str | None = None) -> str | FileProblem:
    """The text, or the problem ``encoding`` with ``line``, ``column``, ``byte`` and ``expected`` in its
    details.

    ``declared``: a Python codec name, tried only if the bytes are not UTF-8. SourceError if there is no such
    codec.
    """
    if declared is not None:
        try:
            codecs.lookup(declared)
        except LookupError as error:
            message = f"the source declares the encoding {declared!r}, which Python does not know"
            raise SourceError(message) from error
    encoding = "utf-8"
    body = content.removeprefix(codecs.BOM_UTF8)
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        if declared is None:
            problem = _misfit(body, error.start, name, encoding)
            ends_there = error.end == len(body) and error.reason == "unexpected end of data"
            # Letters beyond ASCII before it say that it is UTF-8; then the rest of the last one is missing.
            return (
                FileProblem("truncated", problem.where) if ends_there and not body[: error.start].isascii() else problem
            )
        encoding = declared
        try:
            text = content.decode(declared)
        except UnicodeDecodeError as second:
            return _misfit(content, second.start, name, encoding)
    if illegible := ILLEGIBLE.search(text):
        problem = _misfit(text[: illegible.start() + 1].encode(encoding, "surrogatepass"), None, name, encoding)
        return replace(problem, rule="encoding/control") if illegible.group() < " " else problem
    return text


def _misfit(content: bytes, start: int | None, name: str, encoding: str) -> FileProblem:
    """The problem for the byte at ``start``, or for the last character of ``content`` if that is None."""
    end = len(content) if start is None else start
    line, line_start = 1, 0
    for line_end in _LINE_END.finditer(content, 0, end):
        line, line_start = line + 1, line_end.end()
    before = content[line_start:end].decode(encoding, errors="replace")
    byte = content[-1] if start is None else content[start]
    details = {
        "line": str(line),
        "column": str(len(before) + (0 if start is None else 1)),
        "byte": f"0x{byte:02X}",
        "expected": encoding.upper(),
    }
    return FileProblem("encoding", Where(name, line), before[-30:] or None, details)


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of a character of ``text``."""
    before = text[:offset]
    lines = re.split(r"\r\n|\r|\n", before)
    return len(lines), len(lines[-1]) + 1
