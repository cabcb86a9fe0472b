"""All pages of the site. A pure function of the release: the same release gives the same bytes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd
from jinja2 import Environment
from markupsafe import Markup

from ogp_pipeline.i18n import catalogue
from ogp_pipeline.i18n.languages import BY_CODE, name_of, own_name, speaks, spoken
from ogp_pipeline.i18n.text import Said
from ogp_pipeline.metadata.entries import NOTHING, entries
from ogp_pipeline.metadata.schema_org import schema_org
from ogp_pipeline.metadata.sitemap import MISSING
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.publishing import layout, windows
from ogp_pipeline.publishing.lineage import Lineage
from ogp_pipeline.release.manifest import Manifest, ManifestFile
from ogp_pipeline.release.news import NO_DUES, UNTOLD, Chronicle
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.site import addresses, frame, long_tables, pictures
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

SEARCH = "search.html"
_HOME = "index.html"
_FRAME = '<iframe src="{}" title="{}" width="360" height="340"></iframe>'

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
    environment = frame.environment()
    languages = list(dict.fromkeys(programme.publication.languages))
    listed = entries(chain, programme, schemas, lineage=lineage)
    before = windows.archive_before(chain[0].release)
    dues = told.news[manifest.release].dues if manifest.release in told.news else NO_DUES
    published = Published(tables, schemas, manifest.as_of, programme.evaluation, dues)
    standing = Standing(published)
    yield "index.html", _choice(environment, programme, languages)
    yield MISSING, _missing(environment, programme, languages)
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
        context["path_of"] = partial(path_of, published)
        reports = {plan["plan_id"]: links(published, plan["plan_id"], language, own_words) for plan in published.plans}
        shown: dict[str, Any] = {
            "plans": plans(published, language, own_words),
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
            "policy": frame.FORM_POLICY,
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
    environment, made = frame.environment(), {}
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
        own |= {"picture": context["picture"], "path_of": context["path_of"]}
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
            own["style"] = frame.card_style()
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
    template, script = environment.get_template("commitments.html.j2"), frame.script("list.js")
    shown = lists(about)
    orders, offered = [(ordered.order, ordered.path) for ordered in shown], choices(about)
    policy = f"{frame.POLICY}; script-src {frame.digest(script)}"
    for ordered in shown:
        deeper = {**context, "root": "../../", "here": "../"} if "/" in ordered.path else context
        own = {"list": ordered, "orders": orders, "choices": offered, "script": script, "policy": policy}
        yield f"{context['wanted']}/{ordered.path}", template.render(deeper, page=ordered.path, **own).encode()
    if context["publication"].search:
        own = {"page": SEARCH, "orders": orders, "choices": offered, **frame.searching()}
        page = environment.get_template("search.html.j2").render(context, **own)
        yield f"{context['wanted']}/{SEARCH}", page.encode()


def report_page(
    published: Published, report: PeriodReport, manifest: Manifest, programme: Programme, language: str
) -> bytes:
    """One report as a page of its own: every link in it is a whole address of the publication."""
    root = f"{programme.publication.root}/"
    context = {**_context(manifest, programme, language), "root": root, "here": f"{root}{language}/"}
    return _report(frame.environment(), report, view(published, report, language, context["w"]), context)


def session_page(
    agenda: AgendaView, manifest: Manifest, programme: Programme, language: str, sheet: str | None
) -> bytes:
    """The agenda of a session as a page of its own; ``sheet``: the name of the file that takes the results."""
    root = f"{programme.publication.root}/"
    context = {**_context(manifest, programme, language), "root": root, "here": f"{root}{language}/"}
    shown = {"page": "index.html", "agenda": agenda, "sheet": sheet}
    return frame.environment().get_template("session.html.j2").render(context, **shown).encode()


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
    own = spoken(language)
    own_words = words(own)
    unspoken = own_words["unspoken"].format(named=name_of(language, own), own=name_of(own, own))
    return {
        **frame.shared(manifest, programme, language),
        "root": "../",
        "here": "",
        "wanted": language,
        "language": language if speaks(language) else own,
        "unspoken": None if speaks(language) else unspoken,
        "w": own_words,
        "about": None,
        "path_of": partial(path_of, None),
        "picture": None,
        "facets": None,
        "share_title": None,
    }


def choice_page(programme: Programme) -> bytes:
    """The choice of a language, from which every publication's address leads on."""
    return _choice(frame.environment(), programme, list(dict.fromkeys(programme.publication.languages)))


def _choice(environment: Environment, programme: Programme, languages: Sequence[str]) -> bytes:
    title = programme.publication.title
    titles = [(code, spoken(code), title.said(code), _choose(code)) for code in languages]
    shown = {"titles": titles, **frame.head()}
    return environment.get_template("choice.html.j2").render(shown).encode()


def _missing(environment: Environment, programme: Programme, languages: Sequence[str]) -> bytes:
    """A host shows it at any address, so each of its links is a whole one."""
    publication, told = programme.publication, []
    for language in languages:
        own_words, home = words(spoken(language)), f"{publication.root}/{language}/{_HOME}"
        links = [
            (own_words["overview"], home),
            (own_words["commitments"], f"{publication.root}/{language}/{addresses.LIST}"),
        ]
        links += [(own_words["search"], f"{publication.root}/{language}/{SEARCH}")] if publication.search else []
        links += [(own_words["history"], f"{home}#history")]
        page = {"language": spoken(language), "title": own_words["missing_page"], "why": own_words["missing_page_why"]}
        told.append({**page, "links": links})
    return environment.get_template("missing.html.j2").render(told=told, **frame.head()).encode()


def _choose(language: str) -> str:
    """The invitation to read in a language: in itself, or in one that we speak with its own name."""
    return words(language)["choose"] if language in BY_CODE else own_name(language)
