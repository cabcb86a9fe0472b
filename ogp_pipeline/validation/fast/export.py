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

_ERROR = " " * 8  # how deep an error stands in a report
_INSIDE = " " * 10
_NEXT_CELL = f",\n{_INSIDE}  "
_NONE = '\n      "errors": []'  # of a task
_ROW = ("type", "title", "description", "message", "tags", "note", "cells", "rowNumber")
_CELL = (*_ROW, "cell", "fieldName", "fieldNumber")
_REFERENCE = (*_ROW, "fieldNames", "fieldCells", "referenceName", "referenceFieldNames")
_SHAPES: dict[type[Error], tuple[str, ...]] = {
    kinds.TypeError: _CELL,
    kinds.ConstraintError: _CELL,
    kinds.UniqueError: _CELL,
    kinds.ForeignKeyError: _REFERENCE,
    kinds.PrimaryKeyError: _ROW,
    kinds.BlankRowError: _ROW,
}
_Writer = Callable[[Any], str | None]
_End = Callable[[Any], str]


def to_json(report: frictionless.Report) -> str:
    """The report as JSON text, indented by two, characters beyond ASCII as they are."""
    tasks = [task.metadata_export(exclude=["errors"]) | {"errors": []} for task in report.tasks]
    descriptor = report.metadata_export(exclude=["tasks"]) | {"tasks": tasks}
    text = json.dumps(descriptor, indent=2, ensure_ascii=False)
    parts = text.split(_NONE)  # a line at this depth: a text in quotes has no line ends
    if len(parts) != len(report.tasks) + 1:
        return str(report.to_json())
    written = [parts[0]]
    for task, part in zip(report.tasks, parts[1:], strict=True):
        written += _list(task.errors)
        written.append(part)
    return "".join(written)  # once: the text may have hundreds of megabytes


def _list(errors: list[Error]) -> Iterator[str]:
    if not errors:
        yield _NONE
        return
    writers: dict[type[Error], _Writer] = {}
    before = _NONE.replace("]", "\n")
    for error in errors:
        kind = type(error)
        if (writer := writers.get(kind)) is None:
            writers[kind] = writer = _writer(error)
        yield before
        yield writer(error) or _as_frictionless(error)
        before = ",\n"
    yield "\n      ]"


def _as_frictionless(error: Error) -> str:
    return _indented(json.dumps(error.to_descriptor(), indent=2, ensure_ascii=False))


def _indented(text: str) -> str:
    return _ERROR + text.replace("\n", "\n" + _ERROR)  # a line end inside a text is written \n


def _writer(first: Error) -> _Writer:
    """For the errors of one class."""
    shape, descriptor = _SHAPES.get(type(first)), first.to_descriptor()
    if shape is None or tuple(descriptor) != shape:
        return _never
    head = f'{_ERROR}{{\n{_inside(descriptor, "type", "title", "description")},\n{_INSIDE}"message": '
    between = f',\n{_inside(descriptor, "tags")},\n{_INSIDE}"note": '
    ends: dict[tuple[str, ...], _End] = {_CELL: _end_of_cell, _REFERENCE: _end_of_reference, _ROW: _end_of_row}
    end = ends[shape]
    notes: dict[str, str] = {}  # few, and many times

    def write(error: kinds.RowError) -> str | None:
        note = error.note
        if error.custom or not (error.message and note and error.cells and error.row_number):
            return None
        try:
            cells, rest = _NEXT_CELL.join(map(quote, error.cells)), end(error)
        except TypeError:  # also from `quote`, for a cell that is no text
            return None
        if (noted := notes.get(note)) is None:
            notes[note] = noted = quote(note)
        return (
            f'{head}{quote(error.message)}{between}{noted},\n{_INSIDE}"cells": [\n{_INSIDE}  {cells}\n{_INSIDE}],\n'
            f'{_INSIDE}"rowNumber": {error.row_number}{rest}\n{_ERROR}}}'
        )

    return write


def _never(_: Error) -> None:
    return None


def _end_of_row(_: kinds.RowError) -> str:
    return ""


def _end_of_cell(error: kinds.CellError) -> str:
    return (
        f',\n{_INSIDE}"cell": {quote(error.cell)},\n{_INSIDE}"fieldName": {quote(error.field_name)},'
        f'\n{_INSIDE}"fieldNumber": {error.field_number}'
    )


def _end_of_reference(error: kinds.ForeignKeyError) -> str:
    named: dict[str, Any] = {"fieldNames": error.field_names, "fieldCells": error.field_cells}
    named |= {"referenceName": error.reference_name, "referenceFieldNames": error.reference_field_names}
    if not all(named.values()):
        raise TypeError("frictionless leaves out what is empty")
    return f",\n{_inside(named, *named)}"


def _inside(descriptor: dict[str, Any], *names: str) -> str:
    """These properties as they stand inside the braces of an error."""
    text = json.dumps({name: descriptor[name] for name in names}, indent=2, ensure_ascii=False)
    return "\n".join(_ERROR + line for line in text.splitlines()[1:-1])
