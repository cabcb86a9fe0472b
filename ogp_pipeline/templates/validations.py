"""What a column's cells accept, as Excel checks it while somebody types, and what it says before and after.

Looser than the pipeline's own checks wherever a spreadsheet cannot say the same: it may let something through that the
receipt then names, but refuses nothing that would be accepted.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from ogp_pipeline.formats.template_layout import FIRST_ROW
from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.templates.choices import Strictness
from ogp_pipeline.templates.columns import TemplateColumn
from ogp_pipeline.templates.lists import CodesSheet
from ogp_pipeline.templates.request import TemplateRequest
from ogp_pipeline.templates.texts import shortened

_TITLE, _MESSAGE = 32, 255  # characters that Excel allows
_FIRST_DAY, _LAST_DAY = date(1900, 3, 1), date(2199, 12, 31)


def validation(
    index: int, columns: Sequence[TemplateColumn], lists: CodesSheet, request: TemplateRequest, last: int
) -> dict[str, Any] | None:
    """The validation of one column, for rows up to ``last`` (from 0); None if its cells are never filled in."""
    column = columns[index]
    if column.field is None and not column.chooser:
        return None
    title = shortened(column.heading, _TITLE)
    common = {
        "input_title": title,
        "input_message": shortened(as_note(column, request.language), _MESSAGE),
        "error_title": title,
    }
    return {**common, **_check(index, columns, lists, request, last)}


def as_note(column: TemplateColumn, language: str) -> str:
    """What is told beside a heading or a cell: what goes there, and an example."""
    if not column.example:
        return column.about
    return f"{column.about}\n{say('template.example', language, example=column.example)}"


def _check(
    index: int, columns: Sequence[TemplateColumn], lists: CodesSheet, request: TemplateRequest, last: int
) -> dict[str, Any]:
    column, language = columns[index], request.language
    if column.choices is not None:
        strictness = column.choices.strictness
        if strictness is Strictness.STOP:
            told = {"error_message": say("template.wrong_choice", language)}
        elif strictness is Strictness.WARN:
            told = {"error_type": "warning", "error_message": say("template.new_choice", language)}
        else:
            told = {}
        source = lists.formula(request.table.name, column, column.choices, columns)
        return {"validate": "list", "source": source, "show_error": strictness is not Strictness.FREE, **told}
    if column.field is None:
        return {"validate": "any"}
    if column.field.type == "date":
        told = {"error_message": say("template.wrong_day", language, example=column.field.example)}
        return {"validate": "date", "criteria": "between", "minimum": _FIRST_DAY, "maximum": _LAST_DAY, **told}
    if column.field.type == "integer":
        return _whole_number(column.field.constraints, language)
    if column.field.type == "number" and {"minimum", "maximum"} <= column.field.constraints.keys():
        least, most = column.field.constraints["minimum"], column.field.constraints["maximum"]
        told = {"error_message": say("template.number_between", language, least=least, most=most)}
        return {"validate": "decimal", "criteria": "between", "minimum": least, "maximum": most, **told}
    if request.table.primary_key == (column.name,):
        letter = xl_col_to_name(index)
        cell, area = f"{letter}{FIRST_ROW}", f"{letter}${FIRST_ROW}:{letter}${last + 1}"
        formula = f'=AND(ISERROR(FIND(" ",{cell})),COUNTIF({area},{cell})=1)'
        return {"validate": "custom", "value": formula, "error_message": say("template.own_name", language)}
    return {"validate": "any"}


def _whole_number(constraints: Any, language: str) -> dict[str, Any]:  # noqa: ANN401 - JSON
    least, most = constraints.get("minimum"), constraints.get("maximum")
    if least is not None and most is not None:
        told = say("template.whole_between", language, least=least, most=most)
        limits = {"criteria": "between", "minimum": least, "maximum": most}
    elif least is not None:
        told = say("template.whole_from", language, least=least)
        limits = {"criteria": ">=", "value": least}
    else:
        told = say("template.whole", language)
        limits = {"criteria": "between", "minimum": -(10**15), "maximum": 10**15}
    return {"validate": "integer", "error_message": told, **limits}
