"""Reads a delivered file by its declared format. Whatever the bytes are, the answer is a ``Reading``, never
an error.

Before any parser sees the bytes: the size is checked, an empty file is said to be empty, and a web page that
came instead of the file (a login form saved under the file's name) is recognised by its content, not by its
name.
"""

import re

from ogp_pipeline.intake.delivery import DeliveredFile
from ogp_pipeline.mapping import CsvReader, JsonReader, MarkdownReader, Reader, XlsxReader
from ogp_pipeline.sources import csv_reader, json_reader, markdown_reader, xlsx_reader
from ogp_pipeline.sources.records import FileProblem, Reading, Where

__all__ = ["MAX_BYTES", "Reading", "read"]

MAX_BYTES = 100 * 1024 * 1024  # a national tracker has some MB; beyond this a file is a mistake
_SNIFFED = 4096
_WEB_PAGE = re.compile(
    r"\A[\s\ufeff]*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|title|script|\?xml|error)\b",
    re.I | re.S,
)


def read(file: DeliveredFile, reader: Reader) -> Reading:
    """Rows, headings and problems of one file.

    ``file.path`` must be readable (OSError is ours, not the sender's).
    """
    where = Where(file.name)
    size = file.path.stat().st_size
    if size > MAX_BYTES:
        limit = f"{MAX_BYTES // (1024 * 1024)} MB"
        details = {"size": f"{size / (1024 * 1024):.1f} MB", "limit": limit}
        return Reading([], (), [FileProblem("file-too-large", where, None, details)])
    content = file.path.read_bytes()
    if not content.strip(b"\xef\xbb\xbf \t\r\n"):
        return Reading([], (), [FileProblem("empty-file", where)])
    beginning = content[:_SNIFFED].decode("latin-1").removeprefix("ï»¿")
    if _WEB_PAGE.match(beginning):
        return Reading([], (), [FileProblem("not-a-table", where, " ".join(beginning[:80].split()))])
    match reader:
        case CsvReader():
            return csv_reader.read(content, file.name, reader)
        case XlsxReader():
            return xlsx_reader.read(content, file.name, reader)
        case JsonReader():
            return json_reader.read(content, file.name, reader)
        case MarkdownReader():
            return markdown_reader.read(content, file.name, reader)
