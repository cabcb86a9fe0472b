"""Cells, facts and tables as HTML. Some hundred thousand of them stand on a large site, so no template writes them: a
macro costs four times as much. What stands in a text is never markup: all that comes from outside is escaped here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from markupsafe import Markup
from markupsafe import escape as escaped

from ogp_pipeline.i18n.text import Said
from ogp_pipeline.site.figures import Figure
from ogp_pipeline.site.report.blocks import (
    Cell,
    Chart,
    Day,
    Item,
    Link,
    Links,
    Ratio,
    ReportLevel,
    ReportTable,
    Term,
    Web,
)

LongDate = Callable[[date], str]


@dataclass(frozen=True, slots=True)
class OnPage:
    """What a cell takes from its page. ``here``: the way to the folder of the language."""

    words: Mapping[str, str]
    language: str
    long_date: LongDate
    here: str


def say(text: Said, language: str) -> Markup:
    """A text with its own language where that is not the page's."""
    return Markup(said(text, language))


def day(value: date, long_date: LongDate) -> Markup:
    """A day, readable for people and for machines."""
    return Markup(day_of(value, long_date))


def show(cell: Cell, words: Mapping[str, str], language: str, long_date: LongDate, here: str) -> Markup:
    """What is in a cell of a table, or is said beside a word."""
    return Markup(cell_of(cell, OnPage(words, language, long_date, here)))


def show_table(
    block: ReportTable,
    words: Mapping[str, str],
    language: str,
    long_date: LongDate,
    here: str,
    within: str | None = None,
) -> Markup:
    """A table with its caption. ``within``: the id of its section's heading. Where it may scroll, in a region of its
    own that the keyboard reaches.
    """
    page = OnPage(words, language, long_date, here)
    name, wide = escape(block.id), block.wide or len(block.columns) > 3
    labelled = f"{escape(within)} " if within else ""
    opened = f'<div class="scroll" tabindex="0" role="region" aria-labelledby="{labelled}table-{name}">\n'
    caption = f'<span class="hidden">{escape(block.caption)}</span>' if block.quiet else escape(block.caption)
    number = [' class="number"' if column.number else "" for column in block.columns]
    heads = "".join(
        f'<th scope="col"{kind}>{escape(column.title)}</th>' for column, kind in zip(block.columns, number, strict=True)
    )
    pieces = [opened if wide else "", f'<table>\n<caption id="table-{name}">{caption}</caption>\n']
    pieces.append(f"<thead><tr>{heads}</tr></thead>\n<tbody>\n")
    for first, *others in block.lines:
        cells = [f"<td{kind}>{cell_of(cell, page)}</td>" for cell, kind in zip(others, number[1:], strict=True)]
        pieces.append(f'<tr><th scope="row">{cell_of(first, page)}</th>{"".join(cells)}</tr>\n')
    pieces.append("</tbody>\n</table>\n</div>\n" if wide else "</tbody>\n</table>\n")
    return Markup("".join(pieces))


@lru_cache(maxsize=5_000)  # the same names and words stand in many cells
def escape(text: str) -> str:
    """A text as HTML."""
    return str(escaped(text))


def cell_of(cell: Cell, page: OnPage) -> str:
    """A cell as HTML."""
    if cell is None:
        return f'<abbr title="{escape(page.words["not_known"])}">–</abbr>'
    kind = type(cell)
    if isinstance(cell, str | int):
        return escape(cell).strip() if kind is str else str(escaped(cell)).strip()
    return _KINDS[kind](cell, page).strip()


def said(text: Said, language: str) -> str:
    """``say``, for what writes HTML itself."""
    written = escape(text.text)
    return written if text.language == language else f'<span lang="{escape(text.language)}">{written}</span>'


@lru_cache(maxsize=5_000)  # so do the same days
def day_of(value: date, long_date: LongDate) -> str:
    """``day``, likewise."""
    return f'<time datetime="{value.isoformat()}">{escape(long_date(value))}</time>'


def _unknown(missing: int, page: OnPage) -> str:
    """How much of what a number counts is not known."""
    if not missing:
        return ""
    words = page.words
    return f'<br><span class="soft">{escape(words["unknown_value"])}{escape(words["colon"])} {missing}</span>'


def _said(cell: Said, page: OnPage) -> str:
    return said(cell, page.language)


def _ratio(cell: Ratio, page: OnPage) -> str:
    return f"{cell.numerator} {escape(page.words['of'])} {cell.denominator}{_unknown(cell.missing, page)}"


def _figure(cell: Figure, page: OnPage) -> str:
    return f"{escape(cell.text)}{_unknown(cell.missing, page)}"


def _level(cell: ReportLevel, page: OnPage) -> str:
    del page
    return f"{cell.swatch}{escape(cell.label)}"


def _term(cell: Term, page: OnPage) -> str:
    """A measure's title, its note, and its definition to unfold."""
    words, note = page.words, f" ({escape(cell.note)})" if cell.note else ""
    title = said(cell.title, page.language)
    named = f'<a href="{escape(page.here)}{escape(cell.path)}">{title}</a>{note}' if cell.path else f"{title}{note}"
    if not cell.definition:
        return named
    of = f'<span class="hidden">{escape(words["colon"])} {escape(cell.title.text)}</span>'
    defined = said(cell.definition, page.language)
    return (
        f'{named}<details><summary>{escape(words["how_counted"])}{of}</summary><p class="soft">{defined}</p></details>'
    )


def _item(cell: Item, page: OnPage) -> str:
    code = escape(cell.code)
    if cell.path:
        named = f'<a class="code" href="{escape(page.here)}{escape(cell.path)}">{code}</a>'
    else:
        named = f'<span class="code">{code}</span>'
    return f"{named} {said(cell.title, page.language)}"


def _link(cell: Link, page: OnPage) -> str:
    return f'<a href="{escape(page.here)}{escape(cell.path)}">{said(cell.title, page.language)}</a>'


def _links(cell: Links, page: OnPage) -> str:
    return "<br>".join(cell_of(name, page) for name in cell.names)


def _chart(cell: Chart, page: OnPage) -> str:
    del page
    return str(cell.drawing)


def _of_day(cell: Day, page: OnPage) -> str:
    return day_of(cell.date, page.long_date)


def _web(cell: Web, page: OnPage) -> str:
    return f'<a href="{escape(cell.url)}" rel="nofollow noopener">{said(cell.label, page.language)}</a>'


_KINDS: Mapping[type, Callable[[Any, OnPage], str]] = {
    Said: _said,
    Ratio: _ratio,
    Figure: _figure,
    ReportLevel: _level,
    Term: _term,
    Item: _item,
    Link: _link,
    Links: _links,
    Chart: _chart,
    Day: _of_day,
    Web: _web,
}
