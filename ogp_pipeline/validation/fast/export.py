"""A report as JSON, the text of ``frictionless.Report.to_json`` to the character, for a report of any length.

Frictionless copies each error deeply and looks its class's profile up again: 200 us an error. Nearly all errors of a
long report are of a few classes on rows or cells, whose text differs in four to six values; the first of each class is
exported by frictionless itself, and the others are written around what it has in common with them. Whatever does not
have exactly that shape is left to frictionless.
"""

import json
from collections.abc import Callable, Iterator
from json.encoder import encode_basestring as quote  # of C; as ``ensure_ascii=False`` writes text
from typing import Any

import frictionless
from frictionless import Error
from frictionless import errors as kinds

from ogp_pipeline.validation.fast.column_export import (
    CELL,
    ERROR,
    INSIDE,
    NEXT,
    NEXT_CELL,
    ROW,
    SentenceWriter,
    inside,
)
from ogp_pipeline.validation.fast.columns import all_bytes
from ogp_pipeline.validation.fast.error_columns import OBJECT, ErrorBlock, ErrorLog
from ogp_pipeline.validation.fast.report import Task

_NONE = '\n      "errors": []'  # of a task
_AT_ONCE = 4096  # errors: some megabytes
_REFERENCE = (*ROW, "fieldNames", "fieldCells", "referenceName", "referenceFieldNames")
_SHAPES: dict[type[Error], tuple[str, ...]] = {
    kinds.TypeError: CELL,
    kinds.ConstraintError: CELL,
    kinds.UniqueError: CELL,
    kinds.ForeignKeyError: _REFERENCE,
    kinds.PrimaryKeyError: ROW,
    kinds.BlankRowError: ROW,
}
_Writer = Callable[[Any], str | None]
_End = Callable[[Any], str]


def to_json(report: frictionless.Report) -> str:
    """The report as JSON text, indented by two, characters beyond ASCII as they are."""
    return "".join(json_parts(report))  # once: the text may have hundreds of megabytes


def json_parts(report: frictionless.Report) -> Iterator[str]:
    """The same text in pieces, of which only one is in memory at a time."""
    tasks = [task.metadata_export(exclude=["errors"]) | {"errors": []} for task in report.tasks]
    descriptor = report.metadata_export(exclude=["tasks"]) | {"tasks": tasks}
    text = json.dumps(descriptor, indent=2, ensure_ascii=False)
    parts = text.split(_NONE)  # a line at this depth: a text in quotes has no line ends
    if len(parts) != len(report.tasks) + 1:
        yield str(report.to_json())
        return
    yield parts[0]
    for task, part in zip(report.tasks, parts[1:], strict=True):
        yield from _list(task)
        yield part


def _list(task: frictionless.ReportTask) -> Iterator[str]:
    """The errors of a task, some thousands in a piece."""
    pieces = _pieces(task.log if isinstance(task, Task) else ErrorLog(task.errors))
    before = _NONE.replace("]", "\n")
    for piece in pieces:
        yield before
        yield piece
        before = NEXT
    yield _NONE if before != NEXT else "\n      ]"


def _pieces(log: ErrorLog) -> Iterator[str]:
    """At least one error each, with what stands between them."""
    objects, sentences = _ObjectWriter(), SentenceWriter()
    for part in log.parts:
        if isinstance(part, ErrorBlock):
            for block in part.slices(_AT_ONCE):
                yield _of_block(block, objects, sentences)
        else:
            for start in range(0, len(part), _AT_ONCE):
                yield NEXT.join(map(objects.text, part[start : start + _AT_ONCE]))


def _of_block(block: ErrorBlock, objects: "_ObjectWriter", sentences: SentenceWriter) -> str:
    texts = sentences.texts(block)
    if texts is None:
        return NEXT.join(map(objects.text, block.errors()))
    if not block.drafts:
        return str(all_bytes(texts)[: -len(NEXT)].data, "utf-8")
    of_objects, of_cells = map(objects.text, block.objects()), iter(texts.to_pylist())
    every = (f"{next(of_objects)}{NEXT}" if said == OBJECT else next(of_cells) for said in block.said.tolist())
    return "".join(every)[: -len(NEXT)]


class _ObjectWriter:
    """Writes errors which are objects, each class in its own way."""

    def __init__(self) -> None:
        self._writers: dict[type[Error], _Writer] = {}

    def text(self, error: Error) -> str:
        """An error as it stands in the list."""
        kind = type(error)
        if (writer := self._writers.get(kind)) is None:
            self._writers[kind] = writer = _writer(error)
        return writer(error) or _as_frictionless(error)


def _as_frictionless(error: Error) -> str:
    return _indented(json.dumps(error.to_descriptor(), indent=2, ensure_ascii=False))


def _indented(text: str) -> str:
    return ERROR + text.replace("\n", "\n" + ERROR)  # a line end inside a text is written \n


def _writer(first: Error) -> _Writer:
    """For the errors of one class."""
    shape, descriptor = _SHAPES.get(type(first)), first.to_descriptor()
    if shape is None or tuple(descriptor) != shape:
        return _never
    head = f'{ERROR}{{\n{inside(descriptor, "type", "title", "description")},\n{INSIDE}"message": '
    between = f',\n{inside(descriptor, "tags")},\n{INSIDE}"note": '
    ends: dict[tuple[str, ...], _End] = {CELL: _end_of_cell, _REFERENCE: _end_of_reference, ROW: _end_of_row}
    end = ends[shape]
    notes: dict[str, str] = {}  # few, and many times

    def write(error: kinds.RowError) -> str | None:
        note = error.note
        if error.custom or not (error.message and note and error.cells and error.row_number):
            return None
        try:
            cells, rest = NEXT_CELL.join(map(quote, error.cells)), end(error)
        except TypeError:  # also from `quote`, for a cell that is no text
            return None
        if (noted := notes.get(note)) is None:
            notes[note] = noted = quote(note)
        return (
            f'{head}{quote(error.message)}{between}{noted},\n{INSIDE}"cells": [\n{INSIDE}  {cells}\n{INSIDE}],\n'
            f'{INSIDE}"rowNumber": {error.row_number}{rest}\n{ERROR}}}'
        )

    return write


def _never(_: Error) -> None:
    return None


def _end_of_row(_: kinds.RowError) -> str:
    return ""


def _end_of_cell(error: kinds.CellError) -> str:
    return (
        f',\n{INSIDE}"cell": {quote(error.cell)},\n{INSIDE}"fieldName": {quote(error.field_name)},'
        f'\n{INSIDE}"fieldNumber": {error.field_number}'
    )


def _end_of_reference(error: kinds.ForeignKeyError) -> str:
    named: dict[str, Any] = {"fieldNames": error.field_names, "fieldCells": error.field_cells}
    named |= {"referenceName": error.reference_name, "referenceFieldNames": error.reference_field_names}
    if not all(named.values()):
        raise TypeError("frictionless leaves out what is empty")
    return f",\n{inside(named, *named)}"
