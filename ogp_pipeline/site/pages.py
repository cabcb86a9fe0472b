"""All pages of the site. A pure function of the release: the same release gives the same bytes."""

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from importlib import resources
from typing import Any
from urllib.parse import quote

import pandas as pd
from jinja2 import Environment
from markupsafe import Markup

from ogp_pipeline.i18n import catalogue, markup
from ogp_pipeline.i18n.languages import BY_CODE, name_of, own_name, speaks, spoken
from ogp_pipeline.i18n.text import Said
from ogp_pipeline.metadata.entries import NOTHING, entries
from ogp_pipeline.metadata.schema_org import schema_org
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.publishing import layout, windows
from ogp_pipeline.publishing.lineage import Lineage
from ogp_pipeline.release import citation
from ogp_pipeline.release.manifest import Manifest, ManifestFile
from ogp_pipeline.release.news import UNTOLD, Chronicle
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.site import addresses, cells, long_tables, notation, pictures
from ogp_pipeline.site.entity.context import EntityContext
from ogp_pipeline.site.entity.entities import views
from ogp_pipeline.site.entity.facets import choices, facets
from ogp_pipeline.site.entity.glance import Glance, glances
from ogp_pipeline.site.entity.listing import lists
from ogp_pipeline.site.entity.plans import contents
from ogp_pipeline.site.entity.standing import Standing
from ogp_pipeline.site.entity.timeline import timeline
from ogp_pipeline.site.entity.view import EntityView
from ogp_pipeline.site.history import MOST_AT_HOME, datasets, version_view, versions
from ogp_pipeline.site.home import plans
from ogp_pipeline.site.labels import said
from ogp_pipeline.site.long_tables import Beginning
from ogp_pipeline.site.pictures import Poster
from ogp_pipeline.site.releases import path_of, release_view
from ogp_pipeline.site.report.published import PeriodReport, Published, folder
from ogp_pipeline.site.report.reports import ReportView, links, view
from ogp_pipeline.site.session.agenda import AgendaView
from ogp_pipeline.site.words import words

CATALOGUES = {key: layout.media_type(key).partition(";")[0] for key in ("catalog.ttl", "catalog.jsonld", "catalog.rdf")}
NO_FORM, FORM = "form-action 'none'", "form-action 'self'"
POLICY = f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; {NO_FORM}"
# What the search page needs more: its index, and WebAssembly. The script's hash follows.
FETCHING = "connect-src 'self'; worker-src 'self'; script-src 'self' 'wasm-unsafe-eval'"
SEARCH = "search.html"
_HOME = "index.html"
_FOR_CARDS = re.compile(
    r"(?::root|@media screen|@media \(forced-colors|\*|html|body|a|h1|p|dl|dt|dd"
    r"|\.(?:facts|listed|soft|swatch|hatched|dotted|crossed|code|late|card))[ .{:,(]"
)
_FRAME = '<iframe src="{}" title="{}" width="360" height="340"></iframe>'
# A tick on a square, in the page itself: a file would be one more request, and a policy that lets pages fetch.
_TICK = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><rect width='16' height='16' rx='3' fill='#0f3f74'/>"
    "<path d='M4 8.5l3 3 5-7' stroke='#fff' stroke-width='2' fill='none'/></svg>"
)
ICON = Markup(f'<link rel="icon" href="data:image/svg+xml,{quote(_TICK, safe="/:=")}">')


Drawn = Iterator[tuple[str, bytes]]
"""Paths from the store's root with what stands there, one by one: HTML in UTF-8, and pictures."""


def pages(
    tables: Mapping[str, pd.DataFrame],
    manifest: Manifest,
    chain: Sequence[Manifest],
    programme: Programme,
    schemas: Schemas,
    lineage: Lineage = NOTHING,
    told: Chronicle = UNTOLD,
) -> dict[str, bytes]:
    """Path -> bytes of all pages: see ``draw``. For a site that fits into memory."""
    return dict(draw(tables, manifest, chain, programme, schemas, lineage, told))


def draw(
    tables: Mapping[str, pd.DataFrame],
    manifest: Manifest,
    chain: Sequence[Manifest],
    programme: Programme,
    schemas: Schemas,
    lineage: Lineage = NOTHING,
    told: Chronicle = UNTOLD,
) -> Drawn:
    """All pages, one by one: who takes them need not hold them all.

    ``tables``: the release's tables by name. ``chain``: the releases to list, oldest first, up to ``manifest``;
    ``lineage``: what was before them; ``told``: what people are told of them. Pages are made in the languages of the
    programme's publication; links lead to files of the store, by relative paths. In one that we do not speak, our own
    words are in another: the page is marked as of that, the programme's texts as of theirs, and a sentence says so.
    """
    environment = _environment()
    languages = list(dict.fromkeys(programme.publication.languages))
    listed = entries(chain, programme, schemas, lineage=lineage)
    before = windows.archive_before(chain[0].release)
    published = Published(tables, schemas, manifest.as_of, programme.evaluation)
    standing, by_plan = Standing(published), published.by("metrics", "plan_id")
    yield "index.html", _choice(environment, programme, languages)
    for language in languages:
        own = spoken(language)
        own_words = words(own)
        about = EntityContext(published, standing, language, own_words)
        at_a_glance = glances(about)
        drawn = _home_picture(programme, manifest, at_a_glance, language)
        if drawn:
            yield f"{language}/{addresses.picture(_HOME)}", drawn
        context = _context(manifest, programme, language)
        context["picture"] = addresses.picture(_HOME) if drawn else None
        reports = {plan["plan_id"]: links(published, plan["plan_id"], language, own_words) for plan in published.plans}
        shown: dict[str, Any] = {
            "plans": plans(tables, by_plan, schemas, own_words, published.plain, published.labels(language)),
            "glances": at_a_glance,
            "reports": reports,
            "contents": {plan["plan_id"]: contents(about, plan) for plan in published.plans},
            "dues": {plan["plan_id"]: timeline(about, plan) for plan in published.plans},
            "datasets": datasets(manifest, schemas, own),
            "versions": versions(chain, language, told),
            "newest": version_view(manifest, None, language, told, MOST_AT_HOME),
            "older": archived_page(before, language) if before else None,
            # It escapes what could end its element (metadata.schema_org), and is no HTML to escape again.
            "described": Markup(schema_org(listed, programme, own)),
            "policy": POLICY.replace(NO_FORM, FORM),
        }
        text = environment.get_template("home.html.j2").render(context, page=_HOME, **shown)
        yield f"{language}/{_HOME}", text.encode()
        yield from _reports(environment, published, context)
        yield from _lists(environment, about, context)
        yield from _entities(environment, about, context, {file.table: file.name for file in _canonical(manifest)})
        archived = windows.archives(manifest.release) * windows.BLOCK
        yield from _releases(environment, context, chain, programme, told, archived)


def archived_page(k: int, language: str) -> str:
    """Where the history of an archive's releases is."""
    return layout.archived(k, f"history.{language}.html")


def archived_pages(
    chain: Sequence[Manifest], programme: Programme, k: int, told: Chronicle = UNTOLD
) -> dict[str, bytes]:
    """The history of an archive's releases, and their pages, in each language: from their records and news alone."""
    environment, made = _environment(), {}
    template = environment.get_template("history.html.j2")
    for language in dict.fromkeys(programme.publication.languages):
        shown = {
            **_context(chain[-1], programme, language),
            "root": "../../",
            "here": f"../../{language}/",
            "versions": versions(chain, language, told),
            "older": archived_page(k - 1, language) if k > 1 else None,
        }
        made[archived_page(k, language)] = template.render(shown, page="index.html#history").encode()
        made |= _releases(environment, _context(chain[-1], programme, language), chain, programme, told)
    return made


def _releases(
    environment: Environment,
    context: Mapping[str, Any],
    chain: Sequence[Manifest],
    programme: Programme,
    told: Chronicle,
    archived: int = 0,
) -> Drawn:
    """The pages of the releases of ``chain`` after ``archived``: those up to it stand with their archive."""
    language = context["wanted"]
    template = environment.get_template("release.html.j2")
    names = {manifest.release: manifest.version for manifest in chain}
    for before, manifest in zip([None, *chain], chain, strict=False):
        if manifest.release <= archived:
            continue
        back = names.get(manifest.back_to, f"#{manifest.back_to}") if manifest.back_to else None
        shown = release_view(manifest, before, back, language, told)
        own = {**_context(manifest, programme, language), "root": "../../", "here": "../"}
        own["picture"] = context["picture"]
        page = template.render(own, page=shown.path, release=shown, about=shown.about,
                               share_title=f"{context['w']['version']} {manifest.version}")  # fmt: skip
        yield f"{language}/{shown.path}", page.encode()


def _canonical(manifest: Manifest) -> Iterator[ManifestFile]:
    """The table files that are canonical: CSV."""
    return (file for file in manifest.files if file.table is not None and file.name.endswith(".csv"))


def _entities(
    environment: Environment, about: EntityContext, context: Mapping[str, Any], files: Mapping[str | None, str]
) -> Drawn:
    """The pages of all that has a name, and the cards of commitments."""
    language, root = context["wanted"], context["publication"].root
    deeper = {**context, "root": "../../", "here": "../"}
    page, card = environment.get_template("entity.html.j2"), environment.get_template("card.html.j2")
    for whole in views(about):
        sections, rest = long_tables.divide(whole.sections, partial(long_tables.beside, whole.path), about.own)
        entity = replace(whole, sections=sections)
        yield from long_tables.draw(
            environment, context, {page.path: (entity.title, entity.path, page) for page in rest}
        )
        poster = _poster(entity, context["title"].text)
        drawn = pictures.picture(poster) if poster else None
        if drawn:
            yield f"{language}/{addresses.picture(entity.path)}", drawn
        own = {
            "page": entity.path,
            "picture": addresses.picture(entity.path) if drawn else context["picture"],
            "entity": entity,
            "canonical": f"{root}/{language}/{entity.path}",
            "about": entity.about,
            "share_title": f"{entity.code} {entity.title.text}" if entity.code != entity.title.text else entity.code,
            "frame": _FRAME.format(f"{root}/{language}/{entity.card}", entity.code) if entity.card else None,
            "facets": facets(about, entity),
            "data_file": files.get(entity.table, "datapackage.json"),
        }
        yield f"{language}/{entity.path}", page.render(deeper, **own).encode()
        if entity.card:
            depth = entity.card.count("/")
            own |= {"root": "../" * (depth + 1), "here": "../" * depth}
            own["style"] = _card_style()
            yield f"{language}/{entity.card}", card.render({**deeper, **own}).encode()


def _home_picture(programme: Programme, manifest: Manifest, shown: Sequence[Glance], language: str) -> bytes | None:
    """What is seen first of all: how far the newest plan is, and as of which day."""
    own = spoken(language)
    first = shown[0].answers[0].said.partition(";")[0].rstrip(".") if shown else ""
    day = f"{words(own)['as_of']}{words(own)['colon']} {catalogue.day(manifest.as_of, own)}"
    above = programme.publisher.name.get(language)
    return pictures.picture(Poster(above, programme.publication.title.get(language), first, day))


def _poster(entity: EntityView, above: str) -> Poster | None:
    """What the picture of a thing says; None where it has none of its own."""
    stands, name = entity.stands, entity.title.text
    if stands is None:
        return None
    title = f"{entity.code} {name}" if entity.code != name and entity.table != "metric_definitions" else name
    return Poster(above, title, stands.word, stands.note, stands.level, stands.shade)


def _lists(environment: Environment, about: EntityContext, context: Mapping[str, Any]) -> Drawn:
    """The list of commitments in every order, and the page that searches everything."""
    template, script = environment.get_template("commitments.html.j2"), _script("list.js")
    shown = lists(about)
    orders, offered = [(ordered.order, ordered.path) for ordered in shown], choices(about)
    policy = f"{POLICY}; script-src {digest(script)}"
    for ordered in shown:
        deeper = {**context, "root": "../../", "here": "../"} if "/" in ordered.path else context
        own = {"list": ordered, "orders": orders, "choices": offered, "script": script, "policy": policy}
        yield f"{context['wanted']}/{ordered.path}", template.render(deeper, page=ordered.path, **own).encode()
    if context["publication"].search:
        script = _script("search.js")
        policy = f"{POLICY.replace(NO_FORM, FORM)}; {FETCHING} {digest(script)}"
        own = {"page": "search.html", "orders": orders, "choices": offered, "script": script, "policy": policy}
        page = environment.get_template("search.html.j2").render(context, **own)
        yield f"{context['wanted']}/{SEARCH}", page.encode()


@cache
def _script(name: str) -> Markup:
    """A script that stands in its page. It is ours, so there is nothing to escape."""
    return Markup(resources.files("ogp_pipeline.site").joinpath(name).read_text(encoding="utf-8"))


def digest(script: str) -> str:
    """How the policy of a page names the one script that may run there."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def report_page(
    published: Published, report: PeriodReport, manifest: Manifest, programme: Programme, language: str
) -> bytes:
    """One report as a page of its own: every link in it is a whole address of the publication."""
    root = f"{programme.publication.root}/"
    context = {**_context(manifest, programme, language), "root": root, "here": f"{root}{language}/"}
    return _report(_environment(), report, view(published, report, language, context["w"]), context)


def session_page(
    agenda: AgendaView, manifest: Manifest, programme: Programme, language: str, sheet: str | None
) -> bytes:
    """The agenda of a session as a page of its own; ``sheet``: the name of the file that takes the results."""
    root = f"{programme.publication.root}/"
    context = {**_context(manifest, programme, language), "root": root, "here": f"{root}{language}/"}
    shown = {"page": "index.html", "agenda": agenda, "sheet": sheet}
    return _environment().get_template("session.html.j2").render(context, **shown).encode()


def _reports(environment: Environment, published: Published, context: Mapping[str, Any]) -> Drawn:
    """Every report of every plan in one language, and each plan's list of them."""
    language, own_words = context["wanted"], context["w"]
    deeper = {**context, "root": "../../../", "here": "../../"}
    for plan in published.plans:
        reports = published.reports(plan["plan_id"])
        further: dict[str, Beginning] = {}  # what several reports have in common leads to the newest
        for report in reports:
            shown = view(published, report, language, own_words)
            sections, rest = long_tables.divide(shown.sections, report.further, spoken(language))
            further |= {page.path: (shown.period, report.path, page) for page in rest}
            yield f"{language}/{report.path}", _report(environment, report, replace(shown, sections=sections), deeper)
        yield from long_tables.draw(environment, context, further)
        if reports:
            name = f"{folder(plan['plan_id'])}index.html"
            title = said(plan, "title", language) or Said(plan["plan_id"], language)
            listed = links(published, plan["plan_id"], language, own_words)
            page = environment.get_template("reports.html.j2")
            yield f"{language}/{name}", page.render(deeper, page=name, plan=title, reports=listed).encode()


def _report(environment: Environment, report: PeriodReport, shown: ReportView, context: Mapping[str, Any]) -> bytes:
    return environment.get_template("report.html.j2").render(context, page=report.path, report=shown).encode()


def _context(manifest: Manifest, programme: Programme, language: str) -> dict[str, Any]:
    """What every page shows. ``root``: the way to the store's root; ``here``: to the language's folder."""
    languages = dict.fromkeys(programme.publication.languages)
    own = spoken(language)
    own_words = words(own)
    unspoken = words(own)["unspoken"].format(named=name_of(language, own), own=name_of(own, own))
    return {
        "root": "../",
        "here": "",
        "wanted": language,
        "language": language if speaks(language) else own,
        "unspoken": None if speaks(language) else unspoken,
        "languages": [(code, own_name(code)) for code in languages],
        "w": own_words,
        "publication": programme.publication,
        "title": programme.publication.title.said(language),
        "description": programme.publication.description.said(language),
        "manifest": manifest,
        "cited": _cited(manifest, programme, language),
        "cff": layout.version(manifest.version, citation.NAME) if manifest.file(citation.NAME) else None,
        "catalogues": CATALOGUES,
        "long_date": partial(catalogue.day, language=own),
        "size": notation.size,
        "policy": POLICY,
        "icon": ICON,
        "style": style_sheet(),
        "about": None,
        "path_of": path_of,
        "picture": None,
        "facets": None,
        "share_title": None,
    }


def _cited(manifest: Manifest, programme: Programme, language: str) -> str:
    """The release as a list of references has it, with the hash of the descriptor that names all its tables."""
    descriptor = manifest.file(citation.DESCRIPTOR)
    sha256 = descriptor.sha256 if descriptor else manifest.content
    cited = citation.citation(programme, manifest.version, manifest.created, sha256, language)
    return cited.to_text(spoken(language))


def choice_page(programme: Programme) -> bytes:
    """The choice of a language, from which every publication's address leads on."""
    return _choice(_environment(), programme, list(dict.fromkeys(programme.publication.languages)))


def _choice(environment: Environment, programme: Programme, languages: Sequence[str]) -> bytes:
    title = programme.publication.title
    titles = [(code, spoken(code), title.said(code), _choose(code)) for code in languages]
    shown = {"titles": titles, "catalogues": CATALOGUES, "policy": POLICY, "icon": ICON, "style": style_sheet()}
    return environment.get_template("choice.html.j2").render(shown).encode()


def _choose(language: str) -> str:
    """The invitation to read in a language: in itself, or in one that we speak with its own name."""
    return words(language)["choose"] if language in BY_CODE else own_name(language)


@cache
def style_sheet() -> Markup:
    """The style sheet, which is the same on every page. It is ours, so there is nothing to escape."""
    return Markup(_environment().get_template("style.css.j2").render())


@cache
def _card_style() -> Markup:
    """What of it a card needs: there are as many cards as commitments."""
    kept = (rule for rule in style_sheet().splitlines() if _FOR_CARDS.match(rule))
    return Markup("\n").join(kept)


@cache  # it keeps the compiled templates
def _environment() -> Environment:
    environment = markup.environment("ogp_pipeline.site")
    environment.globals |= {"say": cells.say, "day": cells.day, "show": cells.show, "show_table": cells.show_table}
    return environment
