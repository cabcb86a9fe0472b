"""What is wrong with a setting, in our words: every kind of mistake that the models of a programme file can meet."""

import re
from collections.abc import Sequence
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, RootModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

Location = tuple[str | int, ...]

# By pydantic's name of the kind. What a complaint names (``expected``, ``ge`` …) is filled in.
SAID = {
    "string_type": "must be text; put it between quotation marks",
    "string_pattern_mismatch": "is not written as it should be (it must fit {pattern})",
    "string_too_short": "must not be empty",
    "too_short": "must not be empty",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "date_type": "must be a date, as year-month-day",
    "date_parsing": "must be a date that exists, as year-month-day",
    "date_from_datetime_parsing": "must be a date that exists, as year-month-day",
    "date_from_datetime_inexact": "must be a date without a time, as year-month-day",
    "list_type": "must be a list, such as [one, two]",
    "dict_type": "must be a mapping, such as {{name: value}}",
    "model_type": "must be a mapping of settings, such as {{name: value}}",
    "model_attributes_type": "must be a mapping of settings, such as {{name: value}}",
    "path_type": "must be the path of a file or folder",
    "literal_error": "must be one of {expected}",
    "enum": "must be one of {expected}",
    "greater_than_equal": "must be at least {ge}",
    "greater_than": "must be more than {gt}",
    "less_than_equal": "must be at most {le}",
    "less_than": "must be less than {lt}",
    "union_tag_not_found": "needs {discriminator}, which says what it is",
    "union_tag_invalid": "has {tag} as {discriminator}; it must be one of {expected_tags}",
}


def said(error: ErrorDetails) -> str:
    """What is wrong, in our words: what a model of ours says, or the sentence for this kind of mistake."""
    words = SAID.get(error["type"])
    if words is None:
        return re.sub(r"^(?:Value|Assertion) error, ", "", error["msg"])
    return words.format(**error.get("ctx", {}))


def setting(model: type[BaseModel], location: Sequence[str | int]) -> Location:
    """Which setting of the file an error of ``model`` is about: its location without pydantic's names of alternatives.

    Where a setting may be one of several things, pydantic puts into the location which one it tried: the ``kind`` of a
    source, a type such as ``list[str]``. The models tell those parts from settings.
    """
    return _below(model, None, tuple(location))


def _below(kind: Any, discriminator: object, location: Location) -> Location:  # noqa: ANN401 - any annotation
    """``location`` seen from a value of a ``kind``. ``discriminator``: the setting that says which of a union it is."""
    if not location:
        return ()
    part, rest = location[0], location[1:]
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        told = [info.discriminator for info in parts[1:] if isinstance(info, FieldInfo) and info.discriminator]
        return _below(parts[0], told[0] if told else discriminator, location)
    if origin in (Union, UnionType):
        return _below_union([member for member in parts if member is not type(None)], discriminator, location)
    if origin is list and isinstance(part, int):
        return (part, *_below(parts[0], None, rest))
    if origin is dict:
        return (part, *(() if rest == ("[key]",) else _below(parts[1], None, rest)))
    if isinstance(kind, type) and issubclass(kind, RootModel):  # a text, which is a mapping of languages
        return _below(kind.model_fields["root"].annotation, None, location)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        fields = kind.model_fields.items()
        field_info = next((field for name, field in fields if part in (name, field.alias)), None)
        return (part, *_below(field_info.annotation, field_info.discriminator, rest)) if field_info else location
    return location


def _below_union(members: list[Any], discriminator: object, location: Location) -> Location:
    part, rest = location[0], location[1:]
    if len(members) == 1:
        return _below(members[0], discriminator, location)
    models = {name: member for member in members if _is_model(member) for name in _names(member, discriminator)}
    if part in models:
        return _below(models[part], None, rest)
    if models:  # read from a form of its own, as the file has it
        return location
    return tuple(step for step in location if isinstance(step, int))  # below texts and lists there are no settings


def _is_model(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _names(model: type[BaseModel], discriminator: object) -> tuple[str, ...]:
    """What pydantic calls a model as a member of a union."""
    return (
        get_args(model.model_fields[discriminator].annotation) if isinstance(discriminator, str) else (model.__name__,)
    )
