"""Frictionless' errors, built fast: the first of a class by its own constructor, the others cast in that mould.

The constructor exports the error to a descriptor only to word its message: 73 us against 2 us here. What is cast is
equal in every attribute; ``tests/validation/test_fast.py`` compares them slot by slot. Errors of one mould share the
set in which frictionless notes which attributes were given: they are for reading.
"""

from collections.abc import Callable
from dataclasses import dataclass
from string import Formatter
from typing import Any, TypeVar

from frictionless import Error

_Error = TypeVar("_Error", bound=Error)
Draft = tuple[type[Error], dict[str, Any]]  # a class, and what its constructor is given: an error not yet made
CellCaster = Callable[[list[str], int, str], Error]  # from the row's cells, its number, and the cell


@dataclass(frozen=True, slots=True)
class _Pattern:
    """``put``: the setters of the class's slots, by attribute. ``assigned``: what the constructor marks as given."""

    put: dict[str, Callable[[Any, Any], None]]
    assigned: set[str]
    template: str


class ErrorFactory:
    """The moulds of one validation."""

    def __init__(self) -> None:
        self._moulds: dict[type, _Pattern] = {}

    def cast(self, kind: type[_Error], values: dict[str, Any]) -> _Error:
        """An error of a frictionless class. Lists in ``values`` are the error's own from now on."""
        mould = self._moulds.get(kind)
        if mould is None:
            error = kind(**values)
            self._moulds[kind] = _mould(error, values)
            return error
        error = object.__new__(kind)
        defaults: dict[str, Any] = {"custom": {}}
        for name, value in values.items():
            mould.put[name](error, value)
            if type(value) is list:
                defaults[name] = value
        mould.put["message"](error, mould.template.format_map(_named(values)))
        error.__dict__ = _attributes(defaults, mould.assigned)
        return error

    def caster(self, kind: type[_Error], note: str, name: str, number: int) -> tuple[tuple[str, str, str], CellCaster]:
        """The same as ``cast`` for what most errors are: one note on the cells of one field. With the three parts of
        the message around the cell and the row number."""
        example: dict[str, Any] = {"note": note, "cells": [], "row_number": 1, "cell": ""}
        example |= {"field_name": name, "field_number": number}
        mould = _mould(kind(**example), example)
        before, between, after = _around_cell_and_row(mould.template, _named(example))
        set_note, set_cells, set_row = mould.put["note"], mould.put["cells"], mould.put["row_number"]
        set_cell, set_name, set_number = mould.put["cell"], mould.put["field_name"], mould.put["field_number"]
        set_message, assigned = mould.put["message"], mould.assigned

        def cast(cells: list[str], row_number: int, cell: str) -> Error:
            error = object.__new__(kind)
            set_note(error, note)
            set_cells(error, cells)
            set_row(error, row_number)
            set_cell(error, cell)
            set_name(error, name)
            set_number(error, number)
            set_message(error, f"{before}{cell}{between}{row_number}{after}")
            error.__dict__ = _attributes({"custom": {}, "cells": cells}, assigned)
            return error

        return (before, between, after), cast


def _mould(error: Error, values: dict[str, Any]) -> _Pattern:
    kind = type(error)
    slots = {name: getattr(kind, name).__set__ for name in [*values, "message"]}
    return _Pattern(slots, set(error.metadata_assigned), kind.template)


def _attributes(defaults: dict[str, Any], assigned: set[str]) -> dict[str, Any]:
    return {"custom": {}, "metadata_defaults": defaults, "metadata_assigned": assigned, "metadata_initiated": True}


def _named(values: dict[str, Any]) -> dict[str, Any]:
    """What templates of rows and cells name."""
    return {
        "note": values["note"],
        "rowNumber": values["row_number"],
        "cell": values.get("cell"),
        "fieldName": values.get("field_name"),
        "fieldNumber": values.get("field_number"),
    }


def _around_cell_and_row(template: str, values: dict[str, Any]) -> tuple[str, str, str]:
    """The message without its cell and row number, which a template names once each and in this order."""
    parts = [""]
    for literal, name, _, _ in Formatter().parse(template):
        parts[-1] += literal
        if name in {"cell", "rowNumber"}:
            parts.append("")
        elif name is not None:
            parts[-1] += str(values[name])
    before, between, after = parts
    return before, between, after
