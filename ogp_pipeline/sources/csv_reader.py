"""CSV as Python's ``csv`` module splits it in strict mode, with the physical line on which each record
begins.

A file that stops in the middle of a record is told from a complete one by an open quotation mark at its end,
or by a short last record without a line end. What stands before the break is still read, so that all problems
are found.
"""

import csv
import io
from collections.abc import Iterator

from ogp_pipeline.mapping import CsvReader
from ogp_pipeline.sources.decoding import decode
from ogp_pipeline.sources.records import FileProblem, Reading, Where, unreadable
from ogp_pipeline.sources.tabular import Record, table


def read(content: bytes, name: str, reader: CsvReader) -> Reading:
    """Rows, headings and problems of a CSV file's bytes."""
    text = decode(content, name, reader.encoding)
    if isinstance(text, FileProblem):
        return Reading([], (), [text])
    broken: list[FileProblem] = []
    records = list(_records(text, name, reader.delimiter, broken))
    if _ends_short(records, text) and not broken:
        broken.append(FileProblem("truncated", Where(name, records.pop().line)))
    if broken and not records:
        return Reading([], (), broken)
    reading = table(records, name)
    if broken:
        found = [problem for problem in reading.problems if problem.rule not in {"header-only", "empty-file"}]
        return Reading(reading.rows, reading.headings, found + broken)
    return reading


def _records(text: str, name: str, delimiter: str, broken: list[FileProblem]) -> Iterator[Record]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = rows.line_num + 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            broken.append(_breach(str(error), Where(name, line)))
            return
        yield Record(line, cells)


def _breach(message: str, where: Where) -> FileProblem:
    """The problem behind a ``csv.Error``, told by its words (CPython's ``Modules/_csv.c``)."""
    if message == "unexpected end of data":
        return FileProblem("truncated", where)
    if message.startswith("field larger than field limit"):
        return unreadable(
            where,
            "a quotation mark that opens in this row is not closed again within 128 KB",
            "unas comillas que se abren en este renglón no se cierran en los siguientes 128 KB",
        )
    return unreadable(
        where,
        "a quotation mark inside a quoted cell of this row is not doubled",
        "dentro de una celda entre comillas de este renglón hay unas comillas sin duplicar",
    )


def _ends_short(records: list[Record], text: str) -> bool:
    """Does the file end without a line end, in a record with fewer cells than the headings?"""
    if len(records) < 2 or text.endswith(("\n", "\r")):
        return False
    return 0 < len(records[-1].cells) < len(records[0].cells)
