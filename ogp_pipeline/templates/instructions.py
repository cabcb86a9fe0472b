"""The first sheet: whom the workbook is for, by when, what to do, what happens next; then every column and choice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from ogp_pipeline.formats.template_layout import yes_no
from ogp_pipeline.i18n.catalogue import day, say
from ogp_pipeline.i18n.text import Text
from ogp_pipeline.sources.inbox import CHECK, RECEIPTS
from ogp_pipeline.templates import choices
from ogp_pipeline.templates.columns import TemplateColumn
from ogp_pipeline.templates.request import TemplateRequest
from ogp_pipeline.templates.rows import Prepared

_COLUMN_HEADS = ("template.column", "template.what", "template.example_head")
_CHOICE_HEADS = ("template.column", "template.meaning", "template.choice")


class Style(Enum):
    """How a line is drawn."""

    TITLE = "title"
    SUBTITLE = "subtitle"
    FACT = "fact"  # a name and what it is
    HEADING = "heading"
    STEP = "step"  # a number and what to do
    LINK = "link"  # a step that leads to the table's sheet
    PLAIN = "plain"
    COLUMNS = "columns"  # the head of a small table
    ENTRY = "entry"  # a row of it
    BLANK = "blank"


@dataclass(frozen=True)
class Line:
    """``cells``: from the left."""

    style: Style
    cells: tuple[str, ...] = ()


def instructions(request: TemplateRequest, columns: Sequence[TemplateColumn], prepared: Prepared) -> list[Line]:
    """The sheet from top to bottom."""
    return [
        *_head(request),
        *_steps(request, prepared),
        *_afterwards(request),
        *_columns(request, columns),
        *_choices(request, columns),
    ]


def _head(request: TemplateRequest) -> Iterator[Line]:
    language, period, plan = request.language, request.period, request.plan
    yield Line(Style.TITLE, (request.table.title[language],))
    yield Line(Style.SUBTITLE, (request.table.description[language],))
    yield Line(Style.BLANK)
    yield Line(Style.FACT, (say("template.for", language), _named(request.supplier.names, language)))
    if plan is not None:
        yield Line(Style.FACT, (say("template.plan", language), _named(plan.title, language)))
    if period is not None:
        name = _named(period.title, language) if period.title else period.id
        starts, ends = day(period.starts, language), day(period.ends, language)
        told = say("template.from_to", language, name=name, starts=starts, ends=ends)
        yield Line(Style.FACT, (say("template.period", language), told))
        yield Line(Style.FACT, (say("template.due", language), day(period.due, language)))
    yield Line(Style.FACT, (say("template.made", language), day(request.today, language)))


def _steps(request: TemplateRequest, prepared: Prepared) -> Iterator[Line]:
    language = request.language
    yield Line(Style.BLANK)
    yield Line(Style.HEADING, (say("template.do", language),))
    yield Line(Style.LINK, ("1", say("template.open", language, sheet=request.table.name)))
    steps = [say("template.colours", language)]
    if not prepared.open_ended:
        yes, nil = next(iter(yes_no(language))), request.schemas.table("updates").field("nil").title[language]
        steps.append(say("template.answer_all", language, count=len(prepared.known), yes=yes, nil=nil))
    elif prepared.listed:
        column = request.schemas.table("decisions").field("done_on").title[language]
        steps.append(say("template.session_rows", language, count=len(prepared.known)))
        steps.append(say("template.session_new", language, column=column))
    elif prepared.known:
        steps.append(say("template.correct_rows", language, count=len(prepared.known)))
    else:
        steps.append(say("template.add_rows", language))
    if prepared.taken:
        steps.append(say("template.taken", language, count=prepared.taken))
    steps.append(say("template.arrows", language, look_up=say("template.sheet_look_up", language)))
    folder = request.folder
    steps.append(say("template.save", language, folder=folder) if folder else say("template.save_send", language))
    yield from (Line(Style.STEP, (str(number), step)) for number, step in enumerate(steps, start=2))


def _afterwards(request: TemplateRequest) -> Iterator[Line]:
    language, inbox = request.language, request.inbox
    then = [say("template.receipt", language), say("template.again", language)]
    if inbox is not None:
        then.insert(1, say("template.receipt_there", language, folder=f"{inbox}/{RECEIPTS}"))
    if request.has_period:
        then.append(say("template.late", language))
    check = say("template.check", language)
    if inbox is not None:
        check = say("template.check_there", language, folder=f"{inbox}/{CHECK}")
    for heading, sentences in (("template.then", then), ("template.try", [check])):
        yield Line(Style.BLANK)
        yield Line(Style.HEADING, (say(heading, language),))
        yield from (Line(Style.PLAIN, (sentence,)) for sentence in sentences)


def _columns(request: TemplateRequest, columns: Sequence[TemplateColumn]) -> Iterator[Line]:
    language = request.language
    yield Line(Style.BLANK)
    yield Line(Style.HEADING, (say("template.columns", language),))
    yield Line(
        Style.COLUMNS,
        tuple(say(name, language) for name in ("template.column", "template.what", "template.example_head")),
    )
    for column in columns:
        yield Line(Style.ENTRY, (column.heading, column.about, column.example))


def _choices(request: TemplateRequest, columns: Sequence[TemplateColumn]) -> Iterator[Line]:
    """The lists whose choices have a meaning of their own; one list is explained once."""
    language = request.language
    lists = {column.field.code_list: column for column in columns if column.field is not None}
    lists.pop(None, None)
    if not lists:
        return
    yield Line(Style.BLANK)
    yield Line(Style.HEADING, (say("template.choices", language),))
    yield Line(
        Style.COLUMNS, tuple(say(name, language) for name in ("template.column", "template.meaning", "template.choice"))
    )
    for name, column in lists.items():
        codes = choices.codes_in_force(name or "", request)
        offered = choices.labels(codes, language)
        for code in codes:
            yield Line(Style.ENTRY, (column.heading, code.description[language], offered[code.code]))


def _named(text: Text, language: str) -> str:
    return text.get(language)
