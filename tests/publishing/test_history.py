"""The log of releases as a publisher reads it: the newest is found, and a log that does not hold stops him."""

from collections.abc import Iterator

import pytest

from ogp_pipeline.errors import BrokenHistory, NotFound
from ogp_pipeline.publishing import history, layout
from ogp_pipeline.publishing.views import repair
from ogp_pipeline.store.directory import DirectoryStore
from tests.publishing import synthetic
from tests.publishing.conftest import Publishing
from tests.publishing.stopping import stopped


def test_the_head_is_found_from_the_hint_upward_and_without_one(store: DirectoryStore, publishing: Publishing) -> None:
    assert history.head(store) is None
    stopped(publishing, "1", "committed")
    stopped(publishing, "2", "committed")
    found = history.head(store)
    assert found and found.n == 2
    publishing("3")
    stopped(publishing, "4", "hint")
    found = history.head(store)
    assert found and found.n == 4


def test_looking_at_the_head_writes_nothing(store: DirectoryStore, publishing: Publishing) -> None:
    publishing("1")
    before = list(store.list(""))
    history.head(store)
    history.releases(store)
    assert repair(synthetic.publisher(store)) == [] and list(store.list("")) == before


def test_a_release_is_found_by_number_and_by_version(store: DirectoryStore, publishing: Publishing) -> None:
    first, second = publishing("1"), publishing("2")
    assert history.release(store, 1) == first and history.release(store, "1.1.0") == second
    for unknown in (0, 3, "2.0.0"):
        with pytest.raises(NotFound):
            history.release(store, unknown)


def test_a_gap_in_the_log_stops_a_publish_instead_of_being_filled(
    store: DirectoryStore, publishing: Publishing
) -> None:
    for content in ("1", "2", "3"):
        publishing(content)
    store.delete("releases/2.json")
    with pytest.raises(BrokenHistory, match=r"releases/2\.json is missing"):
        publishing("4")
    assert store.get("releases/2.json") is None


def test_a_record_that_was_edited_stops_a_publish_instead_of_being_built_on(
    store: DirectoryStore, publishing: Publishing
) -> None:
    for content in ("1", "2", "3"):
        publishing(content)
    second = history.release(store, 2)
    edited = second.manifest.model_copy(update={"programme": "0" * 64})
    store.put_view("releases/2.json", edited.to_bytes(), layout.JSON)
    before = set(store.list("releases/"))
    with pytest.raises(BrokenHistory, match=r"releases/3\.json does not hold the hash of the record before it"):
        publishing("4")
    assert set(store.list("releases/")) == before


def test_a_hint_to_nowhere_is_broken_history(store: DirectoryStore, publishing: Publishing) -> None:
    publishing("1")
    store.delete("releases/1.json")
    with pytest.raises(BrokenHistory, match="does not exist"):
        history.head(store)


def test_releases_that_are_committed_while_the_log_is_read_without_a_hint_are_no_damage(
    store: DirectoryStore, publishing: Publishing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another repair has made the hint again meanwhile, and publishers went on."""
    publishing("1")
    store.put_view(layout.LATEST, b"damage", layout.JSON)
    real, waiting = store.list, ["2", "3"]

    def listing(prefix: str) -> Iterator[str]:
        if waiting and prefix == "releases/":
            contents = [*waiting]
            waiting.clear()
            repair(synthetic.publisher(store), thorough=True)
            for content in contents:
                publishing(content)
        return real(prefix)

    monkeypatch.setattr(store, "list", listing)
    assert [record.n for record in history.releases(store, distrust=True)] == [1, 2, 3] and not waiting
