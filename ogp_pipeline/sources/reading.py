"""Reads a delivered file by its declared format. Whatever the bytes are, the answer is a ``Reading``, never
an error.

Before any parser sees the bytes: the size is checked, an empty file is said to be empty, and what is something
else altogether (a web page, a PDF, an old workbook) is recognised by its content, not by its name.
"""

from ogp_pipeline.programme.mapping import CsvReader, JsonReader, MarkdownReader, Reader, XlsxReader
from ogp_pipeline.programme.model import Limits
from ogp_pipeline.sources import bounds, content, csv_reader, json_reader, markdown_reader, xlsx_reader
from ogp_pipeline.sources.delivery import DeliveredFile
from ogp_pipeline.sources.records import FileProblem, Reading, Where

__all__ = ["Reading", "read"]

_MB = 1024 * 1024


def read(file: DeliveredFile, reader: Reader, limits: Limits | None = None) -> Reading:
    """Rows, headings and problems of one file. ``limits``: the defaults if None.

    ``file.path`` must be readable (OSError is ours, not the sender's).
    """
    limits = limits or Limits()
    where = Where(file.name)
    size = file.path.stat().st_size
    if size > limits.file_mb * _MB:
        details = {"size": f"{size / _MB:.1f} MB", "limit": f"{limits.file_mb} MB"}
        return Reading([], (), [FileProblem("file-too-large", where, None, details)])
    data = file.path.read_bytes()
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        return Reading([], (), [FileProblem("empty-file", where)])
    if problem := content.misfit(data, reader, file.name):
        return Reading([], (), [problem])
    match reader:
        case CsvReader():
            return csv_reader.read(data, file.name, reader, limits)
        case XlsxReader():
            return xlsx_reader.read(file.path, file.name, reader, limits)
        case JsonReader():
            found = json_reader.read(data, file.name, reader)
        case MarkdownReader():
            found = markdown_reader.read(data, file.name, reader)
    if crowded := bounds.crowded(found.rows, found.headings, file.name, limits):
        return Reading([], (), crowded)
    return found
