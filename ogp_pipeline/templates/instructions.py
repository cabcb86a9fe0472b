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
    SHEET = "sheet"  # the name of a sheet, which leads there, and what goes into it
    PLAIN = "plain"
    COLUMNS = "columns"  # the head of a small table
    ENTRY = "entry"  # a row of it
    BLANK = "blank"


@dataclass(frozen=True)
class Line:
    """``cells``: from the left. ``sheet``: the title of the sheet to which it leads."""

    style: Style
    cells: tuple[str, ...] = ()
    sheet: str = ""


def instructions(request: TemplateRequest, columns: Sequence[TemplateColumn], prepared: Prepared) -> list[Line]:
    """The sheet from top to bottom."""
    return [
        *_head(request),
        *_steps(request, columns, prepared),
        *afterwards(request),
        *about_columns(request, columns),
        *about_choices(request, columns),
    ]


def _head(request: TemplateRequest) -> Iterator[Line]:
    language = request.language
    yield Line(Style.TITLE, (request.table.title[language],))
    yield Line(Style.SUBTITLE, (request.table.description[language],))
    yield Line(Style.BLANK)
    yield from facts(request)


def facts(request: TemplateRequest) -> Iterator[Line]:
    """For whom it is, by when, where it goes, and whom to ask."""
    language, period, plan = request.language, request.period, request.plan
    yield Line(Style.FACT, (say("template.for", language), _named(request.supplier.names, language)))
    if plan is not None:
        yield Line(Style.FACT, (say("template.plan", language), _named(plan.title, language)))
    if period is not None:
        name = _named(period.title, language) if period.title else period.id
        starts, ends = day(period.starts, language), day(period.ends, language)
        told = say("template.from_to", language, name=name, starts=starts, ends=ends)
        yield Line(Style.FACT, (say("template.period", language), told))
        yield Line(Style.FACT, (say("template.due", language), day(period.due, language)))
    desk = request.programme.desk
    if request.inbox is not None and desk is not None:
        yield Line(Style.FACT, (say("template.desk", language), desk.url))
    contact = request.programme.contact_of(request.supplier)
    asked = (contact.name.get(language), contact.email or "", contact.url or "")
    yield Line(Style.FACT, (say("template.contact", language), " · ".join(part for part in asked if part)))
    yield Line(Style.FACT, (say("template.made", language), day(request.today, language)))


def _steps(request: TemplateRequest, columns: Sequence[TemplateColumn], prepared: Prepared) -> Iterator[Line]:
    language = request.language
    yield Line(Style.BLANK)
    yield Line(Style.HEADING, (say("template.do", language),))
    yield Line(Style.LINK, ("1", say("template.open", language, sheet=request.table.name)), request.table.name)
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
    steps += last_steps(request, twins=any(column.hidden for column in columns))
    yield from numbered(steps, 2)


def last_steps(request: TemplateRequest, *, twins: bool) -> list[str]:
    """How to choose, what is hidden, and where the workbook goes. ``twins``: columns in another language are hidden."""
    language, folder = request.language, request.folder
    steps = [say("template.arrows", language, look_up=say("template.sheet_look_up", language))]
    if twins:
        steps.append(say("template.twins", language))
    if request.inbox is not None and request.programme.desk is not None:
        steps.append(say("template.save_desk", language))
    else:
        steps.append(say("template.save", language, folder=folder) if folder else say("template.save_send", language))
    return steps


def numbered(steps: Sequence[str], first: int) -> Iterator[Line]:
    """A line for each step."""
    yield from (Line(Style.STEP, (str(number), step)) for number, step in enumerate(steps, start=first))


def afterwards(request: TemplateRequest) -> Iterator[Line]:
    """What happens next, and how to have it checked before."""
    language, inbox = request.language, request.inbox
    then = [say("template.receipt", language), say("template.again", language)]
    check = say("template.check", language)
    if inbox is not None and request.programme.desk is not None:
        then.insert(1, say("template.receipt_at_desk", language))
        check = say("template.check_at_desk", language)
    elif inbox is not None:
        then.insert(1, say("template.receipt_there", language, folder=f"{inbox}/{RECEIPTS}"))
        check = say("template.check_there", language, folder=f"{inbox}/{CHECK}")
    if request.has_period:
        then.append(say("template.late", language))
    for heading, sentences in (("template.then", then), ("template.try", [check])):
        yield Line(Style.BLANK)
        yield Line(Style.HEADING, (say(heading, language),))
        yield from (Line(Style.PLAIN, (sentence,)) for sentence in sentences)


def about_columns(request: TemplateRequest, columns: Sequence[TemplateColumn], title: str = "") -> Iterator[Line]:
    """Every column in a line. ``title``: what stands above them, if that is not the usual."""
    language = request.language
    yield Line(Style.BLANK)
    yield Line(Style.HEADING, (title or say("template.columns", language),))
    yield Line(
        Style.COLUMNS,
        tuple(say(name, language) for name in ("template.column", "template.what", "template.example_head")),
    )
    for column in columns:
        yield Line(Style.ENTRY, (column.heading, column.about, column.example))


def about_choices(request: TemplateRequest, columns: Sequence[TemplateColumn]) -> Iterator[Line]:
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
