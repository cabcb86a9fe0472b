"""CSV as Python's ``csv`` module splits it in strict mode, with the physical line on which each record
begins.

A file that stops in the middle of a record is told from a complete one by an open quotation mark at its end,
or by a short last record without a line end. What stands before the break is still read, so that all problems
are found.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Literal

from ogp_pipeline.formats import bounds, content, encodings, markdown_table, quoted_lines
from ogp_pipeline.formats.content import UTF16, Kind
from ogp_pipeline.formats.decoding import ILLEGIBLE, decode
from ogp_pipeline.formats.delimiter import announced, other_sign, proved
from ogp_pipeline.formats.format import File, Format
from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.formats.records import FileProblem, Reading, Record, Where, unreadable
from ogp_pipeline.formats.table_place import TableOptions
from ogp_pipeline.formats.tabular import table
from ogp_pipeline.i18n.catalogue import detail


class CsvReader(TableOptions):
    """A table in CSV. ``encoding`` is what the sender declared if the bytes are not UTF-8."""

    kind: Literal["csv"]
    delimiter: str = ","
    encoding: str | None = None


def read(file: File, reader: CsvReader, limits: Limits) -> Reading:
    """Rows, headings and problems of a CSV file's bytes."""
    name = file.name
    text, noticed = _text(file, reader)
    if text is None:
        return Reading([], (), noticed)
    if (refusal := bounds.long_line(text, name, limits.line_characters)) is not None:
        return Reading([], (), [refusal])
    broken: list[FileProblem] = []
    if (rule := markdown_table.rule_line(text)) is not None:
        noticed.append(FileProblem("markdown-table", Where(name, rule)))
        records = list(_within_limits(markdown_table.records(text, rule), name, broken, limits))
        return _reading(records, "\n", file, reader, noticed, broken)
    sign, text = announced(text)
    delimiter = sign or proved(text, reader.delimiter, file.vocabulary)
    if delimiter != reader.delimiter:
        noticed.append(other_sign(delimiter, reader.delimiter, name))
    records = list(_within_limits(_records(text, name, delimiter, broken), name, broken, limits))
    if (unpacked := quoted_lines.split(records, delimiter, file.vocabulary)) is not None:
        records = unpacked.records
        noticed.append(FileProblem("lines-in-quotes", Where(name, unpacked.line), None, {"count": str(unpacked.count)}))
    return _reading(records, text, file, reader, noticed, broken)


def _reading(
    records: list[Record],
    text: str,
    file: File,
    reader: CsvReader,
    noticed: list[FileProblem],
    broken: list[FileProblem],
) -> Reading:
    """What the records make. ``noticed``: what is to be said of the file; ``broken``: where it could not be read on."""
    name = file.name
    if any(problem.rule == "over-limit" for problem in broken):
        return Reading([], (), broken)
    if _ends_short(records, text) and not broken:
        broken.append(FileProblem("truncated", Where(name, records.pop().line)))
    if broken and not records:
        return Reading([], (), broken)
    reading = table(records, name, vocabulary=file.vocabulary, place=reader)
    problems = [
        problem for problem in reading.problems if not (broken and problem.rule in {"header-only", "empty-file"})
    ]
    return replace(reading, problems=noticed + problems + broken)


def grid(file: File, reader: CsvReader, limits: Limits) -> list[Record]:
    """The records as they stand, headings or not; none where there is no text that can be read."""
    text, _ = _text(file, reader)
    if text is None:
        return []
    records = _records(announced(text)[1], file.name, reader.delimiter, [])
    return list(_within_limits(records, file.name, [], limits))


def _text(file: File, reader: CsvReader) -> tuple[str | None, list[FileProblem]]:
    """The text, and in which encoding it was taken; or why it cannot be read."""
    wide = encodings.unicode_of_two_bytes(file.content) if reader.encoding is None else None
    text = decode(file.content, file.name, wide or reader.encoding)
    if not isinstance(text, FileProblem):
        text = text.removeprefix("\ufeff")
        return text, [_taken(file.name, wide)] if wide is not None else []
    decoded = encodings.told(file.content) if reader.encoding is None and wide is None else None
    if text.rule == "encoding" and reader.encoding is None and content.is_binary(file.content):
        return None, [FORMAT.unlike(file, content.UNKNOWN, FORMAT.names)]
    if decoded is None or ILLEGIBLE.search(decoded.text or ""):
        return None, [text]
    if decoded.text is None:
        details = detail("found", f"reading.encoding.{decoded.encoding}")
        return None, [FileProblem("encoding/other", text.where, text.value, details)]
    return decoded.text, [_taken(file.name, decoded.encoding)]


def _taken(name: str, encoding: str) -> FileProblem:
    kind = encoding.replace("-", "_")[: len("utf_16")] if encoding.startswith("utf") else encoding
    return FileProblem("encoding-taken", Where(name), None, detail("found", f"reading.encoding.{kind}"))


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


def _within_limits(records: Iterable[Record], name: str, broken: list[FileProblem], limits: Limits) -> Iterator[Record]:
    """The records up to the first that breaks a limit."""
    count = 0
    for record in records:
        count += bool(record.cells)
        if refusal := _excess(record.cells, count, Where(name, record.line), limits):
            broken.append(refusal)
            return
        yield record


def _excess(cells: Sequence[str], count: int, where: Where, limits: Limits) -> FileProblem | None:
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


def _accepts(_: File, kind: Kind | None, __: CsvReader) -> bool:
    return kind is None or kind is UTF16


FORMAT = Format(CsvReader, Kind("reading.kind.csv"), _accepts, read)
