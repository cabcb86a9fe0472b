"""The milestones of a commitment with what was said of each, as HTML: the longest part of most pages (``cells``)."""

from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup

from ogp_pipeline.site.cells import LongDate, OnPage, cell_of, escape, said
from ogp_pipeline.site.entity.view import EvidencePiece, MilestoneView, RoundView


def show_tree(
    milestones: Sequence[MilestoneView], words: Mapping[str, str], language: str, long_date: LongDate, here: str
) -> Markup:
    """The milestones, those that are divided with their parts."""
    return Markup("".join(_tree(milestones, OnPage(words, language, long_date, here))))


def _tree(milestones: Sequence[MilestoneView], page: OnPage) -> Iterator[str]:
    words, language = page.words, page.language
    yield '<ul class="tree">\n'
    for milestone in milestones:
        name = escape(milestone.id)
        yield f'<li id="{name}">\n<h3><span class="code">{name}</span> {said(milestone.title, language)}</h3>\n'
        yield '<dl class="meta">\n'
        for fact, value in milestone.facts:
            yield f"<div><dt>{escape(fact)}</dt><dd>{cell_of(value, page)}</dd></div>\n"
        if milestone.late:
            late = f'<dt class="hidden">{escape(words["late"])}</dt><dd class="late">{escape(words["overdue"])}</dd>'
            yield f"<div>{late}</div>\n"
        yield "</dl>\n"
        if milestone.rounds:
            yield '<ol class="rounds">\n'
            for told in milestone.rounds:
                yield from _round(told, page)
            yield "</ol>\n"
        elif not milestone.children:
            yield f'<p class="soft said">{escape(words["no_update"])}</p>\n'
        if milestone.children:
            yield from _tree(milestone.children, page)
            yield "\n"
        yield "</li>\n"
    yield "</ul>"


def _round(told: RoundView, page: OnPage) -> Iterator[str]:
    words, language = page.words, page.language
    status = f' <span class="tag">{cell_of(told.status, page)}</span>' if told.status is not None else ""
    percent = f" {escape(told.percent)}" if told.percent else ""
    late = f' <span class="late">{escape(words["delivered_late"])}</span>' if told.late else ""
    yield f'<li>\n<p class="meta"><strong>{said(told.period, language)}</strong>{status}{percent}{late}</p>\n'
    if told.nil:
        yield f'<p class="said">{escape(words["nothing_new"])}</p>\n'
    for name, text in told.words:
        title = f'<span class="soft">{escape(name)}{escape(words["colon"])}</span>'
        yield f'<p class="said">{title} {said(text, language)}</p>\n'
    if told.evidence:
        pieces = "".join(_piece(piece, language) for piece in told.evidence)
        yield f'<p class="soft said">{escape(words["evidence"])}</p>\n<ul class="evidence">\n{pieces}</ul>\n'
    yield "</li>\n"


def _piece(piece: EvidencePiece, language: str) -> str:
    label = said(piece.label, language)
    shown = f'<a href="{escape(piece.url)}" rel="nofollow noopener">{label}</a>' if piece.url else label
    return f'<li>{shown} <span class="soft">({escape(piece.kind)})</span></li>\n'
