"""The hub's own pages: plain HTML in each of its languages, from its published tables and nothing else.

    <lang>/index.html                      countries, their newest plans side by side, and what may be compared
    <lang>/country/<member>.html           what was read of a member, and its plans
    <lang>/plan/<member>/<plan>.html       a plan's own scale and all its numbers, each with its key
    <lang>/metric/<metric>.html            a metric across plans: one table for each definition and each set of levels
    <lang>/release/<version>.html          what a release of the comparison read; it stays as it is
    <lang>/search.html                     one search over all commitments

These addresses never change. All pages but the search work without a script and fetch nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from importlib import resources
from typing import Any

import jinja2
import pandas as pd
from markupsafe import Markup

from ogp_pipeline.hub.compared import Compared, Row
from ogp_pipeline.hub.crossings import ONE_NUMBER, crossings, glance
from ogp_pipeline.i18n import catalogue, markup
from ogp_pipeline.i18n.languages import own_name, spoken
from ogp_pipeline.i18n.text import Said
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.publishing import layout, windows
from ogp_pipeline.release import citation
from ogp_pipeline.release.manifest import Manifest
from ogp_pipeline.schema import schemas
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.site import addresses, notation
from ogp_pipeline.site.figures import figure
from ogp_pipeline.site.history import datasets, versions
from ogp_pipeline.site.labels import said
from ogp_pipeline.site.pages import (
    CATALOGUES,
    FETCHING,
    FORM,
    ICON,
    NO_FORM,
    POLICY,
    choice_page,
    digest,
    style_sheet,
)
from ogp_pipeline.site.plain import Plain

SEARCH = "search.html"
HOME = "index.html"


def country_page(member: str) -> str:
    """A member's page, below the folder of a language."""
    return f"country/{member}.html"


def plan_page(member: str, plan: str) -> str:
    """A plan's page."""
    return f"plan/{member}/{plan}.html"


def release_page(version: str) -> str:
    """A release's page."""
    return f"release/{version}.html"


@dataclass(frozen=True, slots=True)
class ReleaseRead:
    """What a release of the comparison read: its record, and the rows of ``hub_members`` then and before."""

    manifest: Manifest
    members: Sequence[Row]
    before: Mapping[str, Row]


def pages(
    tables: Mapping[str, pd.DataFrame],
    releases: Sequence[ReleaseRead],
    programme: Programme,
    described: Schemas,
    older: str | None,
    search_languages: Sequence[str],
) -> dict[str, bytes]:
    """Path -> HTML. ``releases``: those that are listed, oldest first; ``older``: the archive before them.

    ``search_languages``: in which languages there is an index of commitments. ``described``: the tables'
    schemas.
    """
    made = {HOME: choice_page(programme)}
    manifest = releases[-1].manifest
    for language in dict.fromkeys(programme.publication.languages):
        compared = Compared(tables, language)
        context = _context(compared, manifest, programme, language)
        draw = partial(_draw, context, made)
        metrics = _metrics(compared)
        published = {name for name, _ in metrics}
        turn = {name: place for place, (name, _) in enumerate(metrics)}
        draw(
            "home.html.j2",
            HOME,
            glance=glance(compared),
            one_number=[name for name in ONE_NUMBER if name in published],
            metrics=metrics,
            datasets=datasets(manifest, described, spoken(language)),
            versions=versions([release.manifest for release in releases], language),
            older=older,
        )
        for member in compared.members.values():
            draw("country.html.j2", country_page(member["member_id"]), member=member)
        agreements = compared.by("side_agreements", "member_id", "plan_id")
        for key, plan in compared.plans.items():
            figures = _of_plan(compared, key, turn)
            draw("plan.html.j2", plan_page(*key), plan=plan, figures=figures, agreements=agreements.get(key, ()))
        for name, rows in compared.by("figures", "metric_id").items():
            draw("metric.html.j2", f"metric/{name[0]}.html", crossings=crossings(compared, rows), metric_id=name[0])
        archived = windows.archives(manifest.release) * windows.BLOCK  # their pages stand with their archive
        _draw_releases(context, made, [release for release in releases if release.manifest.release > archived])
        if programme.publication.search:
            script = _script()
            policy = f"{POLICY.replace(NO_FORM, FORM)}; {FETCHING} {digest(script)}"
            draw("search.html.j2", SEARCH, script=script, policy=policy, tongues=_tongues(search_languages, language))
    return made


def archived_pages(releases: Sequence[ReleaseRead], programme: Programme) -> dict[str, bytes]:
    """The pages of the releases of an archive, in each language."""
    made: dict[str, bytes] = {}
    for language in dict.fromkeys(programme.publication.languages):
        compared = Compared({"hub_members": pd.DataFrame(releases[-1].members)}, language)
        context = _context(compared, releases[-1].manifest, programme, language)
        _draw_releases(context, made, releases)
    return made


def _draw_releases(context: Mapping[str, Any], made: dict[str, bytes], releases: Sequence[ReleaseRead]) -> None:
    for release in releases:
        own = {**context, "manifest": release.manifest, "release": release}
        own["published_on"] = _day_of(release.manifest)
        _draw(own, made, "release.html.j2", release_page(release.manifest.version))


def _draw(context: Mapping[str, Any], made: dict[str, bytes], template: str, path: str, **shown: object) -> None:
    """One page into ``made``; its links are relative, whatever its depth."""
    deep = path.count("/")
    ways = {"here": "../" * deep, "root": "../" * (deep + 1), "page": path}
    text = _environment().get_template(template).render({**context, **ways, **shown})
    made[f"{context['language']}/{path}"] = text.encode()


def _context(compared: Compared, manifest: Manifest, programme: Programme, language: str) -> dict[str, Any]:
    own, publication = spoken(language), programme.publication
    plain = _plain()
    return {
        "compared": compared,
        "language": language,
        "languages": [(code, own_name(code)) for code in dict.fromkeys(publication.languages)],
        "w": compared.words,
        "h": compared.hub_words,
        "publication": publication,
        "title": publication.title.said(language),
        "description": publication.description.said(language),
        "manifest": manifest,
        "published_on": _day_of(manifest),
        "cited": _cited(manifest, programme, language),
        "cff": layout.version(manifest.version, citation.NAME) if manifest.file(citation.NAME) else None,
        "catalogues": CATALOGUES,
        "long_date": partial(catalogue.day, language=own),
        "size": notation.size,
        "figure": figure,
        "policy": POLICY,
        "icon": ICON,
        "style": style_sheet(),
        "country_page": country_page,
        "plan_page": plan_page,
        "own_plan": addresses.plan,
        "own_metric": addresses.metric,
        "said": partial(_said, language=language),
        "plainly": lambda row, column: plain.said(_said(row, column, language)),
        "share": notation.share,
        "path_of": lambda _: None,
    }


def _day_of(manifest: Manifest) -> date:
    """When it was published. The days of which its numbers speak are each country's own."""
    return date.fromisoformat(manifest.created[:10])


@cache
def _plain() -> Plain:
    return Plain(schemas.load())


def _said(row: Row, column: str, language: str) -> Said | None:
    return said(row, column, language)


def _cited(manifest: Manifest, programme: Programme, language: str) -> str:
    descriptor = manifest.file(citation.DESCRIPTOR)
    sha256 = descriptor.sha256 if descriptor else manifest.content
    return citation.citation(programme, manifest.version, manifest.created, sha256, language).to_text(spoken(language))


def _metrics(compared: Compared) -> list[tuple[str, tuple[Said, int]]]:
    """Every metric, with its title and how many plans have numbers of it, by title."""
    titles: dict[str, Said] = {}
    for row in compared.rows("figure_definitions"):
        title = said(row, "title", compared.language) or Said(row["metric_id"], compared.language)
        titles.setdefault(row["metric_id"], title)
    counts = {
        name[0]: len({(row["member_id"], row["plan_id"]) for row in rows})
        for name, rows in compared.by("figures", "metric_id").items()
    }
    listed = [(name, (titles[name], count)) for name, count in counts.items()]
    return sorted(listed, key=lambda pair: (pair[1][0].text.casefold(), pair[0]))


def _of_plan(compared: Compared, key: tuple[str, str], turn: Mapping[str, int]) -> list[Row]:
    """All numbers of a plan, metric by metric in their ``turn``, each series in the order of the scale."""
    series: dict[tuple[int, str, str], list[Row]] = {}
    for row in compared.figures.get(key, ()):
        series.setdefault((turn[row["metric_id"]], row["period_id"], row["subject_id"]), []).append(row)
    return [row for name in sorted(series) for row in compared.in_order(series[name])]


def _tongues(search_languages: Sequence[str], language: str) -> list[tuple[str, str]]:
    """The languages of the indexes with their names, that of the page first."""
    ordered = sorted(search_languages, key=lambda tag: (spoken(tag) != spoken(language), tag))
    return [(tag, own_name(tag)) for tag in ordered]


@cache
def _environment() -> jinja2.Environment:
    return markup.environment("ogp_pipeline.hub")


@cache
def _script() -> Markup:
    """Ours, so there is nothing to escape."""
    return Markup(resources.files("ogp_pipeline.hub").joinpath("search.js").read_text(encoding="utf-8"))
