"""``changes.<language>.atom``: an entry for each release, newest first, with what it changed.

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
from ogp_pipeline.release.datapackage import dataset_title
from ogp_pipeline.release.manifest import Manifest

MOST = 100  # entries: feeds are for news, and versions.json holds all
RELEASE, SCHEMA_CHANGE = "release", "schema-change"
_ATOM = "http://www.w3.org/2005/Atom"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def key(language: str) -> str:
    """Where the feed of a language is."""
    return f"changes.{language}.atom"


@document("feeds")
def feeds(releases: Releases) -> Mapping[str, bytes]:
    """One for each language of the site."""
    languages = releases.programme.publication.languages
    return {key(language): feed(releases.chain, releases.programme, language) for language in languages}


def feed(chain: Sequence[Manifest], programme: Programme, language: str) -> bytes:
    """The document. ``chain``: every release, oldest first."""
    publication, at = programme.publication, Addresses(programme.publication.root)
    own = spoken(language)
    root = ElementTree.Element("feed", {"xmlns": _ATOM, _LANGUAGE: own})
    child(root, "id", at.key(key(language)))
    child(root, "title", catalogue.say("feed.title", own, title=publication.title.get(language)))
    if len(chain) > MOST:
        child(root, "subtitle", catalogue.say("feed.newest", own, count=MOST))
    child(root, "updated", chain[-1].created)
    child(root, "link", rel="self", type="application/atom+xml", href=at.key(key(language)), hreflang=language)
    child(root, "link", rel="alternate", type="text/html", href=at.home(language, "history"), hreflang=language)
    child(root, "link", rel="license", href=publication.licence.url)
    author = child(root, "author")
    child(author, "name", programme.publisher.name.get(language))
    if programme.publisher.url:
        child(author, "uri", programme.publisher.url)
    for release in reversed(chain[-MOST:]):
        _entry(root, release, release.release == chain[0].release, at, language)
    return to_bytes(root)


def _entry(root: ElementTree.Element, release: Manifest, first: bool, at: Addresses, language: str) -> None:
    entry, own = child(root, "entry"), spoken(language)
    day = catalogue.day(release.as_of, own)
    child(entry, "id", at.key(f"releases/{release.release}.json"))
    child(entry, "title", catalogue.say("feed.release", own, version=release.version, day=day))
    child(entry, "updated", release.created)
    child(entry, "published", release.created)
    descriptor = at.frozen(release.version, "datapackage.json")
    child(entry, "link", rel="alternate", type="text/html", href=at.home(language, "history"), hreflang=language)
    child(entry, "link", rel="related", type="application/json", href=descriptor)
    child(entry, "category", term=RELEASE, label=catalogue.say("feed.category.release", own))
    if any(changes.schema_changes for changes in release.datasets.values()):
        child(entry, "category", term=SCHEMA_CHANGE, label=catalogue.say("feed.category.schema", own))
    child(entry, "content", "\n".join(_lines(release, first, own)), type="text")


def _lines(release: Manifest, first: bool, language: str) -> Iterator[str]:
    """What a release changed, one line for each dataset and each change of its columns."""
    if first:
        yield catalogue.say("feed.first", language)
    if release.reason:
        yield catalogue.say("feed.reason", language, reason=release.reason)
    told = False
    for dataset, changes in release.datasets.items():
        title = dataset_title(dataset, language)
        for line in (counted(changes, language), *schema_changes(changes, language)):
            if line:
                told = True
                yield f"{title}: {line}"
    if not told:
        yield catalogue.say("feed.words_only", language)
