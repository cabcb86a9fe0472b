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
from typing import Any

import jinja2
import pandas as pd

from ogp_pipeline.hub.compared import Compared, Row
from ogp_pipeline.hub.crossings import ONE_NUMBER, crossings, glance
from ogp_pipeline.i18n import markup
from ogp_pipeline.i18n.languages import own_name, spoken
from ogp_pipeline.i18n.text import Said
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.publishing import windows
from ogp_pipeline.release.manifest import Manifest
from ogp_pipeline.schema import schemas
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.site import addresses, frame, notation
from ogp_pipeline.site.figures import figure
from ogp_pipeline.site.history import datasets, versions
from ogp_pipeline.site.labels import said
from ogp_pipeline.site.pages import choice_page
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
        own = [release for release in releases if release.manifest.release > archived]
        _draw_releases(programme, language, made, own)
        if programme.publication.search:
            draw("search.html.j2", SEARCH, tongues=_tongues(search_languages, language), **frame.searching())
    return made


def archived_pages(releases: Sequence[ReleaseRead], programme: Programme) -> dict[str, bytes]:
    """The pages of the releases of an archive, in each language."""
    made: dict[str, bytes] = {}
    for language in dict.fromkeys(programme.publication.languages):
        _draw_releases(programme, language, made, releases)
    return made


def _draw_releases(
    programme: Programme, language: str, made: dict[str, bytes], releases: Sequence[ReleaseRead]
) -> None:
    """Each page says what its own release says, and nothing of a later one: so it stays as it is."""
    for release in releases:
        compared = Compared({"hub_members": pd.DataFrame(release.members)}, language)
        context = _context(compared, release.manifest, programme, language)
        path = release_page(release.manifest.version)
        _draw(context, made, "release.html.j2", path, release=release)


def _draw(context: Mapping[str, Any], made: dict[str, bytes], template: str, path: str, **shown: object) -> None:
    """One page into ``made``; its links are relative, whatever its depth."""
    deep = path.count("/")
    ways = {"here": "../" * deep, "root": "../" * (deep + 1), "page": path}
    text = _environment().get_template(template).render({**context, **ways, **shown})
    made[f"{context['language']}/{path}"] = text.encode()


def _context(compared: Compared, manifest: Manifest, programme: Programme, language: str) -> dict[str, Any]:
    plain = _plain()
    return {
        **frame.shared(manifest, programme, language),
        "compared": compared,
        "language": language,
        "w": compared.words,
        "h": compared.hub_words,
        "published_on": _day_of(manifest),
        "figure": figure,
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
