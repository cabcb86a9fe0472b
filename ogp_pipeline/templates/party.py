"""A workbook with all tables of a party: its first sheet, its sheet on the columns, and lists that reach over sheets.

What somebody writes under the key of one sheet can be chosen in the others: a milestone's commitment may stand in the
same workbook, and nowhere else yet.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.templates.choices import Choices, Strictness
from ogp_pipeline.templates.columns import TemplateColumn
from ogp_pipeline.templates.instructions import (
    Line,
    Style,
    about_choices,
    about_columns,
    afterwards,
    facts,
    last_steps,
    numbered,
)
from ogp_pipeline.templates.prefill import Prefill
from ogp_pipeline.templates.request import TemplateRequest
from ogp_pipeline.templates.rows import Prepared
from ogp_pipeline.templates.texts import shortened

_TITLE = 31  # characters of a sheet's title
_SMALL = 3  # letters of words such as "of" and "los"
_NO_TITLE = re.compile(r"[\[\]:*?/\\']")

Drawn = tuple[TemplateRequest, Sequence[TemplateColumn], Prepared]


def sheet_titles(requests: Sequence[TemplateRequest]) -> dict[str, str]:
    """Table -> the title of its sheet: what people call the table, as far as Excel allows it."""
    titles: dict[str, str] = {}
    for request in requests:
        title = _NO_TITLE.sub(" ", request.table.title[request.language])
        if len(title) > _TITLE:  # without its small words
            words = [word for word in title.split() if len(word) > _SMALL or word.isupper()]
            title = shortened(" ".join(words), _TITLE).rstrip("…, ")
        taken = {other.casefold() for other in titles.values()}
        titles[request.table.name] = request.table.name if title.casefold() in taken else title
    return titles


def joined(
    prefill: Prefill, columns: Sequence[TemplateColumn], prepared: Mapping[str, Prepared]
) -> list[TemplateColumn]:
    """The columns; where a cell names a row of another sheet, and all rows known of it stand there, it offers those.

    ``prepared``: the rows of each sheet of the workbook.
    """
    request = prefill.request
    tables = {key.fields[0]: key.table for key in request.table.foreign_keys if len(key.fields) == 1}
    made = []
    for column in columns:
        table = tables.get(column.name, "")
        offered = column.choices
        if table in prepared and prepared[table].open_ended and (offered is None or not offered.parents):
            key = request.schemas.table(table).primary_key[0]
            there = {row[key] for row in prepared[table].known}
            if {row[key] for row in prefill.rows[table]} <= there:
                column = replace(column, choices=Choices((), Strictness.WARN, sheet_of=table))
        made.append(column)
    return made


def first_sheet(drawn: Sequence[Drawn], titles: Mapping[str, str]) -> list[Line]:
    """For whom, until when, what to do, and which sheets there are."""
    request = next((request for request, _, _ in drawn if request.has_period), drawn[0][0])
    language = request.language
    twins = any(column.hidden for _, columns, _ in drawn for column in columns)
    steps = [say("template.party.sheets_needed", language), say("template.colours", language)]
    steps += [say("template.party.rows", language), *last_steps(request, twins=twins)]
    return [
        Line(Style.TITLE, (say("template.party.title", language),)),
        Line(Style.SUBTITLE, (request.programme.title.get(language),)),
        Line(Style.BLANK),
        *facts(request),
        Line(Style.BLANK),
        Line(Style.HEADING, (say("template.do", language),)),
        *numbered(steps, 1),
        *_sheets(drawn, titles, language),
        *afterwards(request),
    ]


def _sheets(drawn: Sequence[Drawn], titles: Mapping[str, str], language: str) -> Iterator[Line]:
    yield Line(Style.BLANK)
    yield Line(Style.HEADING, (say("template.party.sheets", language),))
    heads = ("template.party.sheet", "template.what", "template.party.there")
    yield Line(Style.COLUMNS, tuple(say(head, language) for head in heads))
    for request, _, prepared in drawn:
        title = titles[request.table.name]
        there = str(len(prepared.known)) if prepared.known else ""
        yield Line(Style.SHEET, (title, request.table.description[language], there), title)


def columns_sheet(drawn: Sequence[Drawn], titles: Mapping[str, str]) -> list[Line]:
    """Every column of every sheet, and what the choices mean; a list is explained where it comes first."""
    told: set[str | None] = set()
    lines = [Line(Style.TITLE, (say("template.columns", drawn[0][0].language),))]
    for request, columns, _ in drawn:
        lines += about_columns(request, columns, titles[request.table.name])
        new = [column for column in columns if column.field is not None and column.field.code_list not in told]
        lines += about_choices(request, new)
        told |= {column.field.code_list for column in new if column.field is not None}
    return lines
