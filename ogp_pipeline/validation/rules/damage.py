"""Damage: cells that hold what no person wrote, and what was lost on the way."""

from collections.abc import Callable, Iterator

from ogp_pipeline.i18n.catalogue import detail
from ogp_pipeline.i18n.languages import ENGLISH
from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.schema.schemas import Field
from ogp_pipeline.sources import damage
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.validation.rules.registry import rule
from ogp_pipeline.validation.scope import Scope

_COUNTED = ("integer", "number")
_ENGLISH_NOTHING = "None"  # an answer in English, and a program's word everywhere else


@rule("garbled-text")
def garbled_text(scope: Scope) -> Iterator[Problem]:
    """``garbled-text``: letters that were written in one encoding and read in another, or replaced."""
    for row, field, value in _cells(scope):
        if (garbled := damage.garbled(value)) is not None:
            meant = (
                detail("meant", "rule.garbled.meant", text=garbled.meant)
                if garbled.meant
                else dict.fromkeys(("meant",), "")
            )
            yield scope.problem("garbled-text", row, field.name, broken=garbled.broken, **meant)


@rule("letter-lost")
def letter_lost(scope: Scope) -> Iterator[Problem]:
    """``letter-lost``: a question mark inside a word, where there was a letter with an accent."""
    for row, field, value in _cells(scope, lambda field: field.type == "string" and not _is_address(field)):
        if (word := damage.lost_letter(value)) is not None:
            yield scope.problem("letter-lost", row, field.name, word=word)


@rule("error-value")
def error_value(scope: Scope) -> Iterator[Problem]:
    """``error-value``: what a spreadsheet shows where it could not compute a value, or has no room for it."""
    for row, field, value in _cells(scope):
        if damage.is_error_value(value):
            yield scope.problem("error-value", row, field.name)


@rule("placeholder-value")
def placeholder_value(scope: Scope) -> Iterator[Problem]:
    """``placeholder-value``: what a program writes when it has no value."""
    for row, field, value in _cells(scope):
        said = value.strip() == _ENGLISH_NOTHING and field.name.endswith(f"_{ENGLISH}")
        if not said and damage.is_placeholder(value, number=field.type in _COUNTED, day=field.type == "date"):
            yield scope.problem("placeholder-value", row, field.name)


@rule("markup-in-text")
def markup_in_text(scope: Scope) -> Iterator[Problem]:
    """``markup-in-text``: codes of a web page or of a workbook's file that stand in a text."""
    for row, field, value in _cells(scope):
        if (mark := damage.markup(value)) is not None:
            yield scope.problem("markup-in-text", row, field.name, markup=mark)


@rule("nested-value")
def nested_value(scope: Scope) -> Iterator[Problem]:
    """``nested-value``: several values in one cell, written out as a program holds them."""
    for row, field, value in _cells(scope):
        if damage.is_nested(value):
            yield scope.problem("nested-value", row, field.name)


def _is_address(field: Field) -> bool:
    return field.name == "url" or field.name.endswith("_url")


def _cells(scope: Scope, wanted: Callable[[Field], bool] = lambda _: True) -> Iterator[tuple[MappedRow, Field, str]]:
    """Every filled cell whose text is free: one that must be of a list is that list's to judge."""
    for name, rows in scope.rows.items():
        fields = [field for field in scope.schemas.table(name).fields if field.code_list is None and wanted(field)]
        for row in rows:
            for field in fields:
                if value := row.values.get(field.name):
                    yield row, field, value
