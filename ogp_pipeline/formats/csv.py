"""CSV as Python's ``csv`` module splits it in strict mode, with the physical line on which each record
begins.

A file that stops in the middle of a record is told from a complete one by an open quotation mark at its end,
or by a short last record without a line end. What stands before the break is still read, so that all problems
are found.
"""

import csv
import io
from collections.abc import Iterator
from typing import Literal

from ogp_pipeline.formats import bounds
from ogp_pipeline.formats.content import UTF16, Kind
from ogp_pipeline.formats.decoding import decode
from ogp_pipeline.formats.delimiter import wrong_delimiter
from ogp_pipeline.formats.format import File, Format, Options
from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.formats.records import FileProblem, Reading, Where, unreadable
from ogp_pipeline.formats.tabular import Record, table


class CsvReader(Options):
    """A table in CSV. ``encoding`` is what the sender declared if the bytes are not UTF-8; it is never guessed."""

    kind: Literal["csv"]
    delimiter: str = ","
    encoding: str | None = None


def read(file: File, reader: CsvReader, limits: Limits) -> Reading:
    """Rows, headings and problems of a CSV file's bytes."""
    name = file.name
    text = decode(file.content, name, reader.encoding)
    if isinstance(text, FileProblem):
        return Reading([], (), [text])
    refusal = bounds.long_line(text, name, limits.line_characters) or wrong_delimiter(text, reader.delimiter, name)
    if refusal is not None:
        return Reading([], (), [refusal])
    broken: list[FileProblem] = []
    records = list(_records(text, name, reader.delimiter, broken, limits))
    if any(problem.rule == "over-limit" for problem in broken):
        return Reading([], (), broken)
    if _ends_short(records, text) and not broken:
        broken.append(FileProblem("truncated", Where(name, records.pop().line)))
    if broken and not records:
        return Reading([], (), broken)
    reading = table(records, name)
    if broken:
        found = [problem for problem in reading.problems if problem.rule not in {"header-only", "empty-file"}]
        return Reading(reading.rows, reading.headings, found + broken)
    return reading


def _records(text: str, name: str, delimiter: str, broken: list[FileProblem], limits: Limits) -> Iterator[Record]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    count = 0
    while True:
        line = rows.line_num + 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            broken.append(_breach(str(error), Where(name, line)))
            return
        count += bool(cells)
        if refusal := _excess(cells, count, Where(name, line), limits):
            broken.append(refusal)
            return
        yield Record(line, cells)


def _excess(cells: list[str], count: int, where: Where, limits: Limits) -> FileProblem | None:
    """The limit that a record breaks. ``count``: records so far, the headings among them."""
    if count == 1 and len(cells) > limits.columns:
        return bounds.too_many_columns(where, len(cells), limits.columns)
    if len(cells) > limits.row_cells:
        return bounds.too_long_row(where, len(cells), limits.row_cells)
    if count > limits.rows + 1:
        return bounds.too_many_rows(where.file, limits.rows)
    if cells and (longest := max(map(len, cells))) > limits.cell_characters:
        return bounds.too_long_cell(where, longest, limits.cell_characters)
    return None


def _breach(message: str, where: Where) -> FileProblem:
    """The problem behind a ``csv.Error``, told by its words (CPython's ``Modules/_csv.c``)."""
    if message == "unexpected end of data":
        return FileProblem("truncated", where)
    if message.startswith("field larger than field limit"):
        return unreadable(
            where,
            "reading.why.open_quotes",
        )
    return unreadable(
        where,
        "reading.why.single_quotes",
    )


def _ends_short(records: list[Record], text: str) -> bool:
    """Does the file end without a line end, in a record with fewer cells than the headings?"""
    if len(records) < 2 or text.endswith(("\n", "\r")):
        return False
    return 0 < len(records[-1].cells) < len(records[0].cells)


def _accepts(_: File, found: Kind | None, reader: CsvReader) -> bool:
    declared = (reader.encoding or "").lower().replace("_", "-")
    return found is None or (found is UTF16 and declared.startswith(("utf-16", "utf16")))


FORMAT = Format(CsvReader, Kind("reading.kind.csv"), _accepts, read)
