"""The columns of the table's sheet: what stands at the head, what the cells accept, what a person is told.

Keys come first, then what only informs (names that start with ``_``), then what is filled in. A column is left out
when nobody asks for it: a text in a language that the programme does not publish, a status in a period without one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ogp_pipeline.formats.template_layout import CONTEXT, yes_no
from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.i18n.languages import quoted
from ogp_pipeline.schema.schemas import Field
from ogp_pipeline.templates import choices
from ogp_pipeline.templates.choices import COMMITMENT, Choices, Strictness
from ogp_pipeline.templates.prefill import Prefill, Row
from ogp_pipeline.templates.request import TemplateRequest

MILESTONE, DUE, LAST_STATUS, AGENDA = (f"{CONTEXT}{name}" for name in ("milestone", "due", "last_status", "agenda"))

_LONG = ("description", "progress", "challenges", "next_steps", "rationale", "dissent", "reason", "text", "note")
_WIDTHS = {"date": 13, "integer": 11, "number": 11, "boolean": 12}
_VOUCHED = ("delivered_on", "delivered_why")  # of a secretariat alone
_ASKED = {"status": "status", "percent": "percent"}  # column -> what the period's form must ask for


@dataclass(frozen=True)
class TemplateColumn:
    """``field`` is None in a column that only informs; ``chooser``: such a column in which one may choose.

    ``about``: what goes there. ``needed``: drawn as something that should not stay empty. ``hidden``: it says
    in another language what the column beside it says in that of the texts.
    """

    name: str
    heading: str
    about: str
    width: int
    example: str = ""
    field: Field | None = None
    choices: Choices | None = None
    needed: bool = False
    hidden: bool = False

    @property
    def chooser(self) -> bool:
        return self.field is None and self.choices is not None


def columns(prefill: Prefill, rows: Sequence[Row], context: Sequence[Row]) -> list[TemplateColumn]:
    """The sheet's columns. ``known`` and ``context``: what will stand there; a column with values is never left out."""
    request = prefill.request
    fields = [field for field in _in_order(request) if _wanted(field, request, rows)]
    keys = [field for field in fields if field.name in request.table.primary_key and field.name != "period_id"]
    rest = [field for field in fields if field not in keys]
    made = [_column(field, prefill) for field in keys]
    if request.table.name == "updates":
        informs = _about_milestones(request)
        made += [column for column in informs if any(row.get(column.name) for row in context)]
    elif "milestone_id" in request.table.field_names and "commitment_id" not in request.table.field_names:
        made.insert(0, _chooser(prefill))
    if any(row.get(AGENDA) for row in context):
        heading, about = say("template.agenda", request.language), say("template.context", request.language)
        made.append(TemplateColumn(AGENDA, heading, about, 60))
    return made + [_column(field, prefill) for field in rest]


def told(field: Field, request: TemplateRequest) -> str:
    """What goes into the column, in a sentence or two."""
    language = request.language
    text = field.description[language]
    if field.type == "boolean":  # the schemas say it for programs
        yes = next(iter(yes_no(language)))
        text = re.sub(r"^true\b", quoted(yes, language), text)
    if field.separator is not None:
        text += " " + say("template.several", language, separator=field.separator)
    return text


def _example(field: Field, offered: Choices | None, request: TemplateRequest) -> str:
    """The schema's example as it would stand in the sheet; of ids, one that the supplier has."""
    examples = {column.name: column.example for column in request.table.fields}
    text = choices.shown(field, examples, request)
    if offered is None or offered.strictness is Strictness.FREE or text in offered.values:
        return text
    return offered.values[0]


def _column(field: Field, prefill: Prefill) -> TemplateColumn:
    request = prefill.request
    language, offered = request.language, choices.choices(field, prefill)
    about, needed = told(field, request), field.required
    if needed:
        about = f"{say('template.needed', language)} {about}"
    elif request.table.name == "updates" and field.name == "status":  # whoever has something to report must say it
        yes, nil = next(iter(yes_no(language))), request.table.field("nil").title[language]
        about, needed = f"{say('template.needed_but', language, yes=yes, nil=nil)} {about}", True
    shown = _example(field, offered, request)
    hidden = _is_twin(field, request)
    return TemplateColumn(
        field.name, field.title[language], about, _width(field), shown, field, offered, needed, hidden
    )


def _is_twin(field: Field, request: TemplateRequest) -> bool:
    """Whether nobody who fills in the template in its language needs the column."""
    own = request.text_language
    if request.all_languages or field.language in (None, own):
        return False
    return any((other.text, other.language) == (field.text, own) for other in request.table.fields)


def _about_milestones(request: TemplateRequest) -> list[TemplateColumn]:
    about = say("template.context", request.language)
    heads = (
        (MILESTONE, "template.milestone", 44),
        (COMMITMENT, "template.commitment", 30),
        (DUE, "template.due_head", 16),
    )
    made = [TemplateColumn(name, say(head, request.language), about, width) for name, head, width in heads]
    return [*made, TemplateColumn(LAST_STATUS, say("template.last_status", request.language), about, 22)]


def _chooser(prefill: Prefill) -> TemplateColumn:
    language = prefill.request.language
    parents = dict.fromkeys(row["commitment_id"] for row in prefill.own_milestones)
    return TemplateColumn(
        COMMITMENT,
        say("template.choose_commitment", language),
        say("template.choose_commitment_about", language),
        16,
        choices=Choices(tuple(parents)) if parents else None,
    )


def _in_order(request: TemplateRequest) -> list[Field]:
    """As the schemas have them, but of two columns that differ in language, that of its texts first."""
    fields = list(request.table.fields)
    for index, field in enumerate(fields[:-1]):
        if field.text is None or field.language == request.text_language:
            continue
        own = [
            place
            for place, other in enumerate(fields)
            if (other.text, other.language) == (field.text, request.text_language)
        ]
        if own and own[0] > index:
            fields.insert(index, fields.pop(own[0]))
    return fields


def _wanted(field: Field, request: TemplateRequest, rows: Sequence[Row]) -> bool:
    if field.required or any(row.get(field.name) for row in rows):
        return True
    if field.name in _VOUCHED and not request.supplier.may_vouch:
        return False
    if field.language is not None and field.language not in request.programme.languages:
        return False
    if request.table.name == "updates" and request.period is not None and field.name in _ASKED:
        return _ASKED[field.name] in request.period.asks
    return True


def _width(field: Field) -> int:
    if field.text is not None:
        return 48 if field.text in _LONG else 36
    if field.name == "url" or field.name.endswith("_url"):
        return 34
    if field.separator is not None:
        return 34
    if field.code_list is not None or "enum" in field.constraints:
        return 22
    return _WIDTHS.get(field.type, 18)
