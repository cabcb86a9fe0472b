"""The feeds, read by feedparser as a reader does."""

import feedparser
import pytest

from ogp_pipeline.i18n.languages import DEFAULT
from ogp_pipeline.metadata import feed
from ogp_pipeline.release.changes import SchemaChangeKind
from ogp_pipeline.release.manifest import DatasetChanges

KINDS = tuple(SchemaChangeKind)


def _parse(data: bytes) -> feedparser.FeedParserDict:
    found = feedparser.parse(data)
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "atom10"
    return found


def test_the_judge_finds_a_broken_feed(made: dict[str, bytes]) -> None:
    assert feedparser.parse(made["changes.en.atom"].replace(b"</entry>", b"", 1)).bozo


@pytest.mark.parametrize("language", DEFAULT)
def test_a_feed_reader_finds_every_release_newest_first(made: dict[str, bytes], language: str) -> None:
    found = _parse(made[f"changes.{language}.atom"])
    assert [entry.id for entry in found.entries] == [f"https://data.example.org/xx/releases/{n}.json" for n in (2, 1)]
    assert found.feed.updated == "2024-07-11T12:00:00Z" and found.feed.language == language
    assert found.feed.id == found.feed.links[0].href == f"https://data.example.org/xx/changes.{language}.atom"
    name = {"es": "Secretaría de Gobierno Abierto", "en": "Open Government Secretariat"}[language]
    assert found.feed.author_detail.name == name


def test_an_entry_says_what_changed_in_its_language(made: dict[str, bytes]) -> None:
    [newest, first] = _parse(made["changes.es.atom"]).entries
    assert newest.title == "Versión 1.0.1, al 10 de julio de 2024"
    assert "Avance: 1 renglón modificado" in newest.content[0].value.splitlines()
    assert first.content[0].value.startswith("Primera versión\n")
    [newest, _] = _parse(made["changes.en.atom"]).entries
    assert "Progress: 1 row changed" in newest.content[0].value.splitlines()


def test_an_entry_leads_to_a_page_and_to_the_version(made: dict[str, bytes], folder) -> None:
    [newest, _] = _parse(made["changes.en.atom"]).entries
    links = {link.rel: link.href for link in newest.links}
    assert links["alternate"] == "https://data.example.org/xx/en/index.html#history"
    assert links["related"] == "https://data.example.org/xx/v/1.0.1/datapackage.json"
    assert 'id="history"' in (folder / "en/index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", DEFAULT)
def test_changes_of_tables_and_columns_have_a_category_of_their_own(published, language: str) -> None:
    first, second = published.chain
    said = [
        f"updates.percent: {kind}"
        if kind not in ("table_added", "table_removed", "key_changed")
        else f"updates: {kind}"
        for kind in KINDS
    ]
    broken = second.model_copy(
        update={"datasets": {"progress": DatasetChanges(schema_changes=said)}, "reason": 'A <law> & its "reform"'}
    )
    [newest, oldest] = _parse(feed.feed([first, broken], published.programme, language)).entries
    assert [tag.term for tag in newest.tags] == ["release", "schema-change"]
    assert [tag.term for tag in oldest.tags] == ["release"]
    lines = newest.content[0].value.splitlines()
    assert len(lines) == 1 + len(KINDS) and 'A <law> & its "reform"' in lines[0]
    assert all("updates" in line for line in lines[1:]) and "_added" not in "".join(lines)


def test_a_release_that_only_rewords_says_so(published) -> None:
    first, second = published.chain
    reworded = second.model_copy(update={"datasets": {"plan": DatasetChanges()}})
    [newest, _] = _parse(feed.feed([first, reworded], published.programme, "en")).entries
    assert newest.content[0].value == "Only titles, descriptions or the licence changed"


def test_rows_from_another_delivery_are_told_as_that(published) -> None:
    first, second = published.chain
    again = second.model_copy(update={"datasets": {"reference": DatasetChanges(origins=166)}, "reason": None})
    [newest, _] = _parse(feed.feed([first, again], published.programme, "en")).entries
    assert newest.content[0].value.endswith("166 rows come from another delivery")
    assert "changed" not in newest.content[0].value


def test_a_long_history_is_in_archives_that_a_reader_can_follow(published) -> None:
    """RFC 5005: from the feed to the archive before it, and so on, every release once."""
    first, at = published.chain[0], "https://data.example.org/xx/"
    chain = [first.model_copy(update={"release": n, "version": f"1.{n}.0"}) for n in range(1, 26)]
    kept = {
        f"{at}changes.en.atom": feed.feed(chain[20 - 10 :], published.programme, "en"),
        **{
            f"{at}archives/{k}/changes.en.atom": feed.feed(chain[10 * k - 10 : 10 * k], published.programme, "en", k)
            for k in (1, 2)
        },
    }
    here, numbers, archived = f"{at}changes.en.atom", [], []
    while here:
        read = _parse(kept[here])
        links = {link.rel: link.href for link in read.feed.links}
        assert links["self"] == here and read.feed.id == f"{at}changes.en.atom"
        numbers += [int(entry.id.removesuffix(".json").rpartition("/")[2]) for entry in read.entries]
        archived.append("fh_archive" in read.feed and links["current"] == f"{at}changes.en.atom")
        here = links.get("prev-archive")
    assert numbers == list(range(25, 0, -1)) and archived == [False, True]
    newest = _parse(kept[f"{at}changes.en.atom"]).feed
    assert newest.subtitle == "The newest 15 versions; older ones are in the archives to which this feed leads."
