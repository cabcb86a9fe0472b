"""Sections and their blocks as HTML (as values: ``report.blocks``): like cells, too many for a template to write."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from markupsafe import Markup

from ogp_pipeline.i18n.text import Said
from ogp_pipeline.site.cells import LongDate, OnPage, day_of, escape, said, show_table
from ogp_pipeline.site.report.blocks import (
    Block,
    Chart,
    Further,
    Heading,
    Legend,
    ReportTable,
    Section,
    Unfold,
    Words,
)


def show_sections(
    sections: Sequence[Section],
    words: Mapping[str, str],
    language: str,
    long_date: LongDate,
    here: str,
    as_of: date | None = None,
) -> Markup:
    """Each with its heading. ``as_of``: the day of which those speak that speak of now."""
    page = OnPage(words, language, long_date, here)
    pieces = []
    for section in sections:
        name = escape(section.id)
        is_named = not any(isinstance(block, ReportTable) and block.quiet for block in section.blocks)
        pieces.append(f'<section aria-labelledby="{name}">\n' if is_named else "<section>\n")
        pieces.append(f'<h2 id="{name}">{escape(section.title)}</h2>\n')
        if section.now and as_of is not None:
            told = f"{escape(words['as_of'])}{escape(words['colon'])}"
            pieces.append(f'<p class="soft">{told} {day_of(as_of, long_date)}</p>\n')
        pieces += [_KINDS[type(block)](block, page, section.id) for block in section.blocks]
        pieces.append("\n</section>\n")
    return Markup("".join(pieces))


def show_blocks(
    blocks: Sequence[Block], words: Mapping[str, str], language: str, long_date: LongDate, here: str
) -> Markup:
    """What stands below a heading of its own."""
    page = OnPage(words, language, long_date, here)
    return Markup("".join(_KINDS[type(block)](block, page, None) for block in blocks))


def _heading(block: Heading, page: OnPage, within: str | None) -> str:
    del page, within
    return f"<h3>{escape(block.text)}</h3>\n"


def _words(block: Words, page: OnPage, within: str | None) -> str:
    del within
    opened = '<p class="soft">' if block.soft else "<p>"
    return f"{opened}{_text(block.text, page)}</p>\n"


def _chart(block: Chart, page: OnPage, within: str | None) -> str:
    del page, within
    return f"{block.drawing}\n"


def _legend(block: Legend, page: OnPage, within: str | None) -> str:
    del page, within
    levels = "".join(f"<li>{level.swatch}{escape(level.label)}</li>" for level in block.levels)
    return f'<ul class="legend">{levels}</ul>\n'


def _unfold(block: Unfold, page: OnPage, within: str | None) -> str:
    del within
    of = f'<span class="hidden">{escape(page.words["colon"])} {escape(block.of)}</span>'
    summary = f"<summary>{escape(page.words['how_counted'])}{of}</summary>"
    return f'<details>{summary}<p class="soft">{_text(block.text, page)}</p></details>\n'


def _further(block: Further, page: OnPage, within: str | None) -> str:
    del within
    label = f"{escape(page.words['further_pages'])}{escape(page.words['colon'])} {escape(block.of)}"
    links = "".join(
        f'<li><a href="{escape(page.here)}{escape(path)}">{escape(name)}</a></li>' for name, path in block.pages
    )
    return f'<nav aria-label="{label}"><p>{escape(block.text)}</p><ul class="further">{links}</ul></nav>\n'


def _table(block: ReportTable, page: OnPage, within: str | None) -> str:
    return f"{show_table(block, page.words, page.language, page.long_date, page.here, within)}\n"


def _text(text: str | Said, page: OnPage) -> str:
    return escape(text) if isinstance(text, str) else said(text, page.language)


_KINDS: Mapping[type, Callable[[Any, OnPage, str | None], str]] = {
    Heading: _heading,
    Words: _words,
    Chart: _chart,
    Legend: _legend,
    Unfold: _unfold,
    Further: _further,
    ReportTable: _table,
}
