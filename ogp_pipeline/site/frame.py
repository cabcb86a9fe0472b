"""What stands around pages, of a site and of a hub alike: policy, style, scripts, icon, and the release they are of."""

import base64
import hashlib
import re
from functools import cache, partial
from importlib import resources
from typing import Any
from urllib.parse import quote

from jinja2 import Environment
from markupsafe import Markup

from ogp_pipeline.i18n import catalogue, markup
from ogp_pipeline.i18n.languages import own_name, spoken
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.publishing import layout
from ogp_pipeline.release import citation
from ogp_pipeline.release.manifest import Manifest
from ogp_pipeline.site import cells, notation
from ogp_pipeline.site.sections import show_blocks, show_sections
from ogp_pipeline.site.tree import show_tree

CATALOGUES = {key: layout.media_type(key).partition(";")[0] for key in ("catalog.ttl", "catalog.jsonld", "catalog.rdf")}
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'"
POLICY, FORM_POLICY = f"{_POLICY}; form-action 'none'", f"{_POLICY}; form-action 'self'"
# What the search page needs more: its index, and WebAssembly. The script's hash follows.
FETCHING = "connect-src 'self'; worker-src 'self'; script-src 'self' 'wasm-unsafe-eval'"
_FOR_CARDS = re.compile(
    r"(?::root|@media screen|@media \(forced-colors|\*|html|body|a|h1|p|dl|dt|dd"
    r"|\.(?:facts|listed|soft|swatch|hatched|dotted|crossed|code|late|card))[ .{:,(]"
)
# A tick on a square, in the page itself: a file would be one more request, and a policy that lets pages fetch.
_TICK = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><rect width='16' height='16' rx='3' fill='#0f3f74'/>"
    "<path d='M4 8.5l3 3 5-7' stroke='#fff' stroke-width='2' fill='none'/></svg>"
)
ICON = Markup(f'<link rel="icon" href="data:image/svg+xml,{quote(_TICK, safe="/:=")}">')


def head() -> dict[str, Any]:
    """What every page has in its head, whatever it is of."""
    return {"catalogues": CATALOGUES, "policy": POLICY, "icon": ICON, "style": style_sheet()}


def shared(manifest: Manifest, programme: Programme, language: str) -> dict[str, Any]:
    """What every page of a release shows, of a programme's site and of a hub alike."""
    publication = programme.publication
    return {
        **head(),
        "languages": [(code, own_name(code)) for code in dict.fromkeys(publication.languages)],
        "publication": publication,
        "title": publication.title.said(language),
        "description": publication.description.said(language),
        "manifest": manifest,
        "cited": _cited(manifest, programme, language),
        "cff": layout.version(manifest.version, citation.NAME) if manifest.file(citation.NAME) else None,
        "long_date": partial(catalogue.day, language=spoken(language)),
        "size": notation.size,
    }


def _cited(manifest: Manifest, programme: Programme, language: str) -> str:
    """The release as a list of references has it, with the hash of the descriptor that names all its tables."""
    descriptor = manifest.file(citation.DESCRIPTOR)
    sha256 = descriptor.sha256 if descriptor else manifest.content
    cited = citation.citation(programme, manifest.version, manifest.created, sha256, language)
    return cited.to_text(spoken(language))


@cache
def script(name: str) -> Markup:
    """A script that stands in its page. It is ours, so there is nothing to escape."""
    return Markup(resources.files("ogp_pipeline.site").joinpath(name).read_text(encoding="utf-8"))


def digest(text: str) -> str:
    """How the policy of a page names the one script that may run there."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def searching() -> dict[str, Any]:
    """What a search page needs beside: its script, and the policy that lets it run."""
    own = script("search.js")
    return {"script": own, "policy": f"{FORM_POLICY}; {FETCHING} {digest(own)}"}


@cache
def style_sheet() -> Markup:
    """The style sheet, which is the same on every page. It is ours, so there is nothing to escape."""
    return Markup(environment().get_template("style.css.j2").render())


@cache
def card_style() -> Markup:
    """What of it a card needs: there are as many cards as commitments."""
    kept = (rule for rule in style_sheet().splitlines() if _FOR_CARDS.match(rule))
    return Markup("\n").join(kept)


@cache  # it keeps the compiled templates
def environment() -> Environment:
    made = markup.environment("ogp_pipeline.site")
    written = (cells.say, cells.day, cells.show, cells.show_table, show_blocks, show_sections, show_tree)
    made.globals |= {write.__name__: write for write in written}
    return made
