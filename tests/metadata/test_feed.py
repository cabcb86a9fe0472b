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


def test_a_long_history_is_cut_and_says_so(published) -> None:
    first = published.chain[0]
    chain = [first.model_copy(update={"release": n, "version": f"1.{n}.0"}) for n in range(1, feed.MOST + 6)]
    found = _parse(feed.feed(chain, published.programme, "en"))
    assert len(found.entries) == feed.MOST
    assert found.feed.subtitle == f"The newest {feed.MOST} versions; versions.json lists all."
    assert found.entries[-1].id.endswith("/releases/6.json")
