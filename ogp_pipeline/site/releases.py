"""The page of a release: what has changed since the one before, in sentences; its rows and files stand below, folded.

A release never changes, so neither do the words of its page: it names that release, and no later one. Of a thing that
is gone by now the name remains, without a link.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ogp_pipeline.i18n import catalogue
from ogp_pipeline.i18n.languages import spoken
from ogp_pipeline.publishing import layout
from ogp_pipeline.release import datapackage, delta, news, sentences
from ogp_pipeline.release.manifest import Manifest
from ogp_pipeline.release.news import Chronicle, Named
from ogp_pipeline.release.sentences import Group, Sentence
from ogp_pipeline.site import addresses
from ogp_pipeline.site.history import VersionView, version_view
from ogp_pipeline.site.report.published import Published

_MOST = 25  # sentences of a kind on the page; news.json holds the first hundred, the tables of what changed all
_COUNTED = (("commitments", "figure.unit.commitments"), ("milestones", "figure.unit.milestones"))


@dataclass(frozen=True)
class ReleaseView:
    """``shown``: its line of the history. ``since``: the version before it. ``lead``: what has to be said first.

    ``holds``: how much there is of what, of the first release. ``files``: of what changed, with their names.
    """

    path: str
    shown: VersionView
    since: str | None
    lead: Sentence | None
    groups: Sequence[Group]
    holds: Sequence[str]
    files: Sequence[tuple[str, str]]
    about: str


def release_view(manifest: Manifest, before: Manifest | None, back_to: str | None, language: str, told: Chronicle
) -> ReleaseView:  # fmt: skip
    """The page of one release. ``before``: the one before it, where that is at hand."""
    own, of_it = spoken(language), told.news.get(manifest.release)
    groups = sentences.groups(of_it, language, _MOST) if of_it else []
    lead = sentences.lead(of_it, language) if of_it else None
    holds = [catalogue.count(key, rows, own) for table, key in _COUNTED if (rows := _rows(manifest, table)) is not None]
    since = of_it.since if of_it else before.version if before else None
    names = (news.NAME, delta.index_name(), "metrics/metrics.csv", datapackage.NAME)
    files = [(name, layout.version(manifest.version, name)) for name in names if manifest.file(name)]
    first = manifest.reason or (lead.text if lead else " ".join(group.title for group in groups[:3]))
    day = catalogue.day(manifest.as_of, own)
    title = catalogue.say("feed.release", own, version=manifest.version, day=day)
    return ReleaseView(
        path=news.page(manifest.version),
        shown=version_view(manifest, back_to, language, told),
        since=since,
        lead=lead,
        groups=groups,
        holds=holds if manifest.release == 1 else (),
        files=[*files, (layout.release(manifest.release), layout.release(manifest.release))],
        about=f"{title}. {first or ', '.join(holds)}",
    )


def path_of(published: Published | None, what: Named) -> str | None:
    """The page of what a sentence is about; None where it has none any more, or never had.

    ``published``: the newest rows, where they are at hand.
    """
    path = addresses.of_row(what.table, what.id, what.within)
    if path is None or published is None:
        return path
    (key,) = published.schemas.tables[what.table].primary_key  # a row with a page has a key of one column
    return path if published.one(what.table, key, what.id) else None


def _rows(manifest: Manifest, table: str) -> int | None:
    return next((file.rows for file in manifest.files if file.table == table), None)
