"""A table opened by frictionless itself, on a copy: encoding, dialect, labels, schema, header and lookup are its own.

The caller's resource stays untouched, so that the plain strategy begins as if nothing had happened. What a fast one
needs to know beyond that (the csv dialect really used, the columns, the keys) is read off here once.
"""

import csv
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from typing import Any

import frictionless
from frictionless.formats import CsvControl
from frictionless.resources import TableResource

from ogp_pipeline.validation.fast.fallback import Fallback
from ogp_pipeline.validation.fast.readers import Reader


@dataclass(frozen=True, slots=True)
class HeadingColumn:
    """One expected field of the table, by its place in a row."""

    place: int  # from 0
    field: frictionless.Field
    name: str
    reader: Reader
    missing: tuple[str, ...]

    @property
    def constraints(self) -> dict[str, Any]:
        """Only what frictionless looks at: supported by the type, and given."""
        given = {name: self.field.constraints.get(name) for name in self.field.supported_constraints}
        return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A foreign key which applies, with the values that frictionless looked up when it opened the resource."""

    names: tuple[str, ...]
    places: tuple[int, ...]
    source: str
    source_names: tuple[str, ...]
    known: set[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Opened:
    """``first_row`` is the number of the first record after the header; ``primary`` is None without a primary key."""

    resource: TableResource
    columns: tuple[HeadingColumn, ...]
    first_row: int
    unique: tuple[int, ...]
    primary: tuple[int, ...] | None
    foreign: tuple[ForeignKey, ...]


def open_copy(resource: frictionless.Resource) -> Opened:
    """Open a copy of a resource. Close ``Opened.resource`` after use."""
    _must_be_repeatable(resource)
    resource.to_descriptor(validate=True)
    copy = resource.to_copy()
    assert isinstance(copy, TableResource)
    if copy.schema is not None and copy.schema.fields:
        copy.schema.fields = [_quickly_copied(field) for field in copy.schema.fields]
    copy.open()  # type: ignore[no-untyped-call]
    try:
        return _describe(copy)
    except BaseException:
        copy.close()
        raise


def _quickly_copied(field: frictionless.Field) -> frictionless.Field:
    """A copy whose ``to_copy`` is quick. Frictionless copies each field twice while it opens a table, by way of its
    descriptor: for thousands of columns that takes longer than all else. This one went that way already."""
    copy: frictionless.Field = object.__new__(type(field))
    for kind in type(field).__mro__:
        for name in kind.__dict__.get("__slots__", ()):
            if hasattr(field, name):
                object.__setattr__(copy, name, _own(getattr(field, name)))
    copy.__dict__.update({name: _own(value) for name, value in field.__dict__.items()})
    copy.__dict__["to_copy"] = partial(_without_schema, copy)
    return copy


def _without_schema(field: frictionless.Field) -> frictionless.Field:
    """As frictionless copies a field: it does not say of which schema it is."""
    copy = _quickly_copied(field)
    object.__setattr__(copy, "schema", None)
    copy.metadata_assigned.discard("schema")
    return copy


def _own(value: object) -> object:
    return deepcopy(value) if isinstance(value, dict | list | set) else value


def _must_be_repeatable(resource: frictionless.Resource) -> None:
    """The plain strategy may have to read everything again, and custom classes do not survive a copy."""
    if type(resource) is not TableResource:
        raise Fallback("it is not a table")
    if not resource.closed:
        raise Fallback("the resource is open already")
    if frictionless.system.onerror != "ignore":
        raise Fallback("frictionless is told to raise or warn")
    if resource.data is None:
        if resource.scheme != "file" or resource.extrapaths:
            raise Fallback("it is not one local file")
    elif type(resource.data) is not list:
        raise Fallback("the data can be read only once")
    things = [resource.dialect, resource.schema, resource.detector]
    things += resource.dialect.controls if resource.dialect else []
    things += resource.schema.fields if resource.schema else []
    if any(thing is not None and not type(thing).__module__.startswith("frictionless.") for thing in things):
        raise Fallback("it uses a class which is not frictionless' own")


def _describe(resource: TableResource) -> Opened:
    fields = resource.header.get_expected_fields()
    names = [field.name for field in fields]
    if not fields or len(set(names)) != len(names):
        raise Fallback("there is no column, or two have one name")
    columns = tuple(
        HeadingColumn(place, field, field.name, Reader(field), _missing(field)) for place, field in enumerate(fields)
    )
    return Opened(
        resource,
        columns,
        resource.dialect.create_first_content_row(),  # type: ignore[no-untyped-call]
        tuple(column.place for column in columns if column.field.constraints.get("unique")),
        _primary(resource, names),
        tuple(_foreign(resource, names)),
    )


def _missing(field: frictionless.Field) -> tuple[str, ...]:
    """As in ``Field.create_cell_reader``."""
    values = field.missing_values
    if not field.has_defined("missing_values") and field.schema:
        values = field.schema.missing_values
    return tuple(value for value in values if isinstance(value, str))


def _primary(resource: TableResource, names: list[str]) -> tuple[int, ...] | None:
    """As in ``TableResource.__open_row_stream`` and ``primary_key_labels``."""
    wanted = resource.schema.primary_key
    if not wanted or not set(wanted).issubset(names):
        return None
    if not resource.dialect.header_case:
        lower = [name.lower() for name in wanted]
        wanted = [name for name in names if name.lower() in lower]
    return tuple(names.index(name) for name in wanted)


def _foreign(resource: TableResource, names: list[str]) -> Iterator[ForeignKey]:
    """As in ``TableResource.__open_row_stream``; a key whose source has no lookup at all is never looked at."""
    if not resource.lookup:
        return
    for key in resource.schema.foreign_keys:
        target = tuple(key["fields"])
        source, source_names = key["reference"]["resource"], tuple(key["reference"]["fields"])
        lookup = resource.lookup.get(source)
        if set(target).issubset(names) and lookup:
            known = lookup.get(source_names, set())
            yield ForeignKey(target, tuple(map(names.index, target)), source, source_names, known)


def csv_dialect(opened: Opened) -> csv.Dialect:
    """The dialect which frictionless' parser gave to Python's csv, declared or sniffed: it is kept in the control."""
    resource = opened.resource
    if resource.format not in {"csv", "tsv"} or resource.data is not None:
        raise Fallback("it is not a CSV file")
    if not resource.sample:
        raise Fallback("the file is empty")
    control = resource.dialect.get_control("csv")
    assert isinstance(control, CsvControl)
    dialect: csv.Dialect = control.to_python()  # type: ignore[no-untyped-call]
    return dialect
