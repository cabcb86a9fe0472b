"""What is wrong with a setting, in our words: every kind of mistake that the models of a programme file can meet."""

import re

from pydantic_core import ErrorDetails

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
