"""How the desk looks: one layout, which needs no script, and the receipt as its own page has it.

A receipt is a page by itself (``intake.receipt``). The desk shows what stands in its ``main`` with its own style, which
the policy of the answer allows by hash: nothing else inside a page may say how it looks, and nothing may run.
"""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

import jinja2
from markupsafe import Markup

from ogp_pipeline.desk.drafts import Draft
from ogp_pipeline.desk.overview import Overview
from ogp_pipeline.i18n import catalogue, languages, markup
from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.programme.publisher import Contact
from ogp_pipeline.programme.sources import InboxSource
from ogp_pipeline.runs.workspace import Workspace

_RECEIPT = re.compile(r"<title>(.*?)</title>.*?<style>(.*?)</style>.*?<main>(.*)</main>", re.S)


@dataclass(frozen=True, slots=True)
class Page:
    """``style``: what the answer's policy must allow beside our own stylesheet, as ``'sha256-…'``; empty if nothing."""

    html: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page has. ``base``: the path of the desk. ``form``: the proof that a form is ours; empty: no visit.

    ``place``: the page below it, where it is one to which another language leads back.
    """

    base: str
    language: str
    form: str = ""
    place: str = ""

    def draw(self, template: str, style: str = "", **values: object) -> Page:
        """A page of this visit."""
        page = _environment().get_template(template)
        language = self.language
        words: Mapping[str, object] = {
            "say": partial(say, language=language),
            "count": partial(catalogue.count, language=language),
            "number": partial(catalogue.number, language=language),
            "day": partial(catalogue.day, language=language),
            "moment": partial(catalogue.moment, language=language),
            "spoken": [(code, spoken.name) for code, spoken in languages.BY_CODE.items()],
        }
        html = page.render(
            base=self.base, language=language, form=self.form, place=self.place, style=Markup(style), **words, **values
        )
        return Page(html, _hash(style) if style else "")


def overview(
    frame: Frame, shown: Overview, workspace: Workspace, source: InboxSource, drafts: Sequence[Draft], *, sent: bool
) -> Page:
    """The first page."""
    programme, schemas = workspace.programme, workspace.schemas
    return frame.draw(
        "overview.html.j2",
        shown=shown,
        drafts=drafts,
        sent=sent,
        name=programme.supplier(source.supplier).names.get(frame.language),
        programme=programme.title.get(frame.language),
        contact=shown.contact,
        limit=programme.limits_of(source).file_mb,
        several=len(shown.reports) + len(shown.tables) > 1,
        languages=len(programme.languages),
        titles={table: schemas.table(table).title[frame.language] for table in source.tables},
    )


def checked(frame: Frame, draft: Draft, workspace: Workspace, source: InboxSource) -> Page:
    """The receipt of a draft, with what can be done next."""
    title, style, head, rest = _parts(draft.page(frame.language).read_text(encoding="utf-8"))
    limit = workspace.programme.limits_of(source).file_mb
    return frame.draw("checked.html.j2", style, title=title, head=head, rest=rest, draft=draft, limit=limit)


def receipt(frame: Frame, page: bytes) -> Page:
    """A receipt that was given."""
    title, style, head, rest = _parts(page.decode())
    return frame.draw("receipt.html.j2", style, title=title, head=head, rest=rest)


def error(frame: Frame, kind: str, contact: Contact, **values: object) -> Page:
    """What went wrong, what to do, and whom to ask."""
    count = values.get("count")
    key = f"desk.error.{kind}.todo"
    todo = catalogue.count(key, count, frame.language) if isinstance(count, int) else say(key, frame.language, **values)
    title = say(f"desk.error.{kind}.title", frame.language)
    return frame.draw("error.html.j2", title=title, todo=todo, contact=contact)


@cache
def stylesheet() -> str:
    """How the desk's own parts look."""
    return _environment().get_template("style.css.j2").render()


def _parts(page: str) -> tuple[Markup, str, Markup, Markup]:
    """Title, style, and what stands in ``main``: up to the end of its header, and the rest. Ours, and escaped there."""
    parts = _RECEIPT.search(page)
    if parts is None:
        raise ValueError("a receipt's page has a title, a style and a main part")
    head, _, rest = parts[3].partition("</header>")
    return Markup(parts[1]), parts[2], Markup(f"{head}</header>"), Markup(rest)


def _hash(style: str) -> str:
    """As a content security policy names a style that stands in the page."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'"


@cache
def _environment() -> jinja2.Environment:
    return markup.environment("ogp_pipeline.desk")
