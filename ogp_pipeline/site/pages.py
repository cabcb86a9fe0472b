"""All pages of the site. A pure function of the release: the same release gives the same bytes."""

from collections.abc import Mapping, Sequence
from functools import cache, partial
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ogp_pipeline.evaluation.counted import counted_in
from ogp_pipeline.i18n import catalogue
from ogp_pipeline.i18n.languages import BY_CODE, name_of, own_name, speaks, spoken
from ogp_pipeline.i18n.text import Said
from ogp_pipeline.metadata.entries import NOTHING, entries
from ogp_pipeline.metadata.schema_org import schema_org
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.publishing import layout, windows
from ogp_pipeline.publishing.lineage import Lineage
from ogp_pipeline.release import citation
from ogp_pipeline.release.manifest import Manifest
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.site import notation
from ogp_pipeline.site.commitments import clusters
from ogp_pipeline.site.history import datasets, versions
from ogp_pipeline.site.home import plans
from ogp_pipeline.site.labels import said
from ogp_pipeline.site.report.published import PeriodReport, Published, folder
from ogp_pipeline.site.report.reports import links, view
from ogp_pipeline.site.words import words

CATALOGUES = {key: layout.media_type(key).partition(";")[0] for key in ("catalog.ttl", "catalog.jsonld", "catalog.rdf")}
PAGES = {"index.html": "home.html.j2", "commitments.html": "commitments.html.j2"}


def pages(
    tables: Mapping[str, pd.DataFrame],
    manifest: Manifest,
    chain: Sequence[Manifest],
    programme: Programme,
    schemas: Schemas,
    lineage: Lineage = NOTHING,
) -> dict[str, bytes]:
    """Path from the store's root -> HTML in UTF-8.

    ``tables``: the release's tables by name. ``chain``: the releases to list, oldest first, up to ``manifest``;
    ``lineage``: what was before them. Pages are made in the languages of the programme's publication; links lead to
    files of the store, by relative paths. In one that we do not speak, our own words are in another: the page is marked
    as of that, the programme's texts as of theirs, and a sentence says so.
    """
    environment = _environment()
    languages = list(dict.fromkeys(programme.publication.languages))
    listed = entries(chain, programme, schemas, lineage=lineage)
    before = windows.archive_before(chain[0].release)
    published = Published(tables, schemas, manifest.as_of, programme.evaluation)
    made = {"index.html": _choice(environment, programme, languages)}
    counted = tables["updates"].assign(status=counted_in(tables, schemas, programme.evaluation))
    with_counted = {**tables, "updates": counted}
    for language in languages:
        own = spoken(language)
        own_words = words(own)
        context = _context(manifest, programme, language)
        reports = {plan["plan_id"]: links(published, plan["plan_id"], language, own_words) for plan in published.plans}
        shown: dict[str, dict[str, Any]] = {
            "index.html": {
                "plans": plans(tables, schemas, language, own_words),
                "reports": reports,
                "datasets": datasets(manifest, schemas, own),
                "versions": versions(chain, own),
                "older": archived_page(before, language) if before else None,
                # It escapes what could end its element (metadata.schema_org), and is no HTML to escape again.
                "described": Markup(schema_org(listed, programme, own)),
            },
            "commitments.html": {"clusters": clusters(with_counted, language, own_words)},
        }
        for name, template in PAGES.items():
            text = environment.get_template(template).render(page=name, **context, **shown[name])
            made[f"{language}/{name}"] = text.encode()
        made |= _reports(environment, published, context)
    return made


def archived_page(k: int, language: str) -> str:
    """Where the history of an archive's releases is."""
    return layout.archived(k, f"history.{language}.html")


def archived_pages(chain: Sequence[Manifest], programme: Programme, k: int) -> dict[str, bytes]:
    """The history of an archive's releases, a page in each language: from their records alone."""
    template, made = _environment().get_template("history.html.j2"), {}
    for language in dict.fromkeys(programme.publication.languages):
        shown = {
            **_context(chain[-1], programme, language),
            "root": "../../",
            "here": f"../../{language}/",
            "versions": versions(chain, spoken(language)),
            "older": archived_page(k - 1, language) if k > 1 else None,
        }
        made[archived_page(k, language)] = template.render(shown, page="index.html#history").encode()
    return made


def report_page(
    published: Published, report: PeriodReport, manifest: Manifest, programme: Programme, language: str
) -> bytes:
    """One report as a page of its own: every link in it is a whole address of the publication."""
    root = f"{programme.publication.root}/"
    context = {**_context(manifest, programme, language), "root": root, "here": f"{root}{language}/"}
    return _report(_environment(), published, report, context)


def _reports(environment: Environment, published: Published, context: Mapping[str, Any]) -> dict[str, bytes]:
    """Every report of every plan in one language, and each plan's list of them."""
    language, own_words, made = context["wanted"], context["w"], {}
    deeper = {**context, "root": "../../../", "here": "../../"}
    for plan in published.plans:
        reports = published.reports(plan["plan_id"])
        for report in reports:
            made[f"{language}/{report.path}"] = _report(environment, published, report, deeper)
        if reports:
            name = f"{folder(plan['plan_id'])}index.html"
            title = said(plan, "title", language) or Said(plan["plan_id"], language)
            listed = links(published, plan["plan_id"], language, own_words)
            page = environment.get_template("reports.html.j2")
            made[f"{language}/{name}"] = page.render(deeper, page=name, plan=title, reports=listed).encode()
    return made


def _report(environment: Environment, published: Published, report: PeriodReport, context: Mapping[str, Any]) -> bytes:
    shown = view(published, report, context["wanted"], context["w"])
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
    }


def _cited(manifest: Manifest, programme: Programme, language: str) -> str:
    """The release as a list of references has it, with the hash of the descriptor that names all its tables."""
    descriptor = manifest.file(citation.DESCRIPTOR)
    sha256 = descriptor.sha256 if descriptor else manifest.content
    cited = citation.citation(programme, manifest.version, manifest.created, sha256, language)
    return cited.to_text(spoken(language))


def _choice(environment: Environment, programme: Programme, languages: Sequence[str]) -> bytes:
    title = programme.publication.title
    titles = [(code, spoken(code), title.said(code), _choose(code)) for code in languages]
    return environment.get_template("choice.html.j2").render(titles=titles, catalogues=CATALOGUES).encode()


def _choose(language: str) -> str:
    """The invitation to read in a language: in itself, or in one that we speak with its own name."""
    return words(language)["choose"] if language in BY_CODE else own_name(language)


@cache  # it keeps the compiled templates
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("ogp_pipeline.site", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
