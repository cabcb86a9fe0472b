"""``changes.<language>.atom``: an entry for each of the newest releases, newest first, with what it changed.

An entry says the sentences of the release's page (``release.sentences``), and leads to it.

Older entries are in archives, as RFC 5005 describes them: each document leads to the one before it (``prev-archive``).

Who builds on the data follows one category: an entry is in ``schema-change`` too when a table or a column changed,
because then programs may have to. An entry's identity is the release's record, which never changes.
"""

from collections.abc import Iterator, Mapping, Sequence
from xml.etree import ElementTree

from ogp_pipeline.i18n import catalogue
from ogp_pipeline.i18n.languages import spoken
from ogp_pipeline.metadata.addresses import Addresses
from ogp_pipeline.metadata.registry import Releases, document
from ogp_pipeline.metadata.wording import counted, schema_changes
from ogp_pipeline.metadata.xml_text import child, to_bytes
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.publishing import layout, windows
from ogp_pipeline.release import news, sentences
from ogp_pipeline.release.datapackage import dataset_title
from ogp_pipeline.release.manifest import Manifest
from ogp_pipeline.release.news import UNTOLD, Chronicle, News

RELEASE, SCHEMA_CHANGE = "release", "schema-change"
_ATOM = "http://www.w3.org/2005/Atom"
_HISTORY = "http://purl.org/syndication/history/1.0"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def key(language: str) -> str:
    """Where the feed of a language is."""
    return f"changes.{language}.atom"


@document("feeds")
def feeds(releases: Releases) -> Mapping[str, bytes]:
    """One for each language of the site."""
    languages = releases.programme.publication.languages
    chain, programme, archive = releases.chain, releases.programme, releases.archive
    return {
        releases.key(key(language)): feed(chain, programme, language, archive, releases.told) for language in languages
    }


def feed(
    chain: Sequence[Manifest],
    programme: Programme,
    language: str,
    archive: int | None = None,
    told: Chronicle = UNTOLD,
) -> bytes:
    """The document. ``chain``: the releases to list, oldest first; ``archive``: the archive that they are; ``told``:
    what people are told of them.

    A feed leads to the archive that ends where ``chain`` begins.
    """
    publication, at = programme.publication, Addresses(programme.publication.root)
    own, name = spoken(language), key(language)
    before = windows.archive_before(chain[0].release)
    here = at.key(name if archive is None else layout.archived(archive, name))
    root = ElementTree.Element("feed", {"xmlns": _ATOM, "xmlns:fh": _HISTORY, _LANGUAGE: own})
    child(root, "id", at.key(name))
    child(root, "title", catalogue.say("feed.title", own, title=publication.title.get(language)))
    if archive is None and before:
        child(root, "subtitle", catalogue.say("feed.newest", own, count=len(chain)))
    child(root, "updated", chain[-1].created)
    child(root, "link", rel="self", type="application/atom+xml", href=here, hreflang=language)
    if before:
        older = at.key(layout.archived(before, name))
        child(root, "link", rel="prev-archive", type="application/atom+xml", href=older, hreflang=language)
    if archive is not None:
        child(root, "link", rel="current", type="application/atom+xml", href=at.key(name), hreflang=language)
        child(root, "fh:archive")
    child(root, "link", rel="alternate", type="text/html", href=at.home(language, "history"), hreflang=language)
    child(root, "link", rel="license", href=publication.licence.url)
    author = child(root, "author")
    child(author, "name", programme.publisher.name.get(language))
    if programme.publisher.url:
        child(author, "uri", programme.publisher.url)
    for release in reversed(chain):
        _entry(root, release, told, at, language)
    return to_bytes(root)


def _entry(root: ElementTree.Element, release: Manifest, told: Chronicle, at: Addresses, language: str) -> None:
    entry, own = child(root, "entry"), spoken(language)
    day = catalogue.day(release.as_of, own)
    child(entry, "id", at.key(f"releases/{release.release}.json"))
    child(entry, "title", catalogue.say("feed.release", own, version=release.version, day=day))
    child(entry, "updated", release.created)
    child(entry, "published", release.created)
    descriptor = at.frozen(release.version, "datapackage.json")
    paged = release.release in told.paged
    page = at.page(language, news.page(release.version)) if paged else at.home(language, "history")
    child(entry, "link", rel="alternate", type="text/html", href=page, hreflang=language)
    child(entry, "link", rel="related", type="application/json", href=descriptor)
    child(entry, "category", term=RELEASE, label=catalogue.say("feed.category.release", own))
    if any(changes.schema_changes for changes in release.datasets.values()):
        child(entry, "category", term=SCHEMA_CHANGE, label=catalogue.say("feed.category.schema", own))
    child(entry, "content", "\n".join(_lines(release, told.news.get(release.release), own)), type="text")


def _lines(release: Manifest, told: News | None, language: str) -> Iterator[str]:
    """What a release changed: its news, one line for each sentence, and each change of a column.

    Releases by earlier software have no news: of each of their datasets is said how many rows differ.
    """
    if release.release == 1:
        yield catalogue.say("feed.first", language)
    if release.reason:
        yield catalogue.say("feed.reason", language, reason=release.reason)
    if told is not None:
        yield from (sentence.text for sentence in sentences.few(told, language))
    silent = told is None
    for dataset, changes in release.datasets.items():
        title = dataset_title(dataset, language)
        for line in (counted(changes, language) if told is None else "", *schema_changes(changes, language)):
            if line:
                silent = False
                yield f"{title}: {line}"
    if silent:
        yield catalogue.say("feed.words_only", language)
