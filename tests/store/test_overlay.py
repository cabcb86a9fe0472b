"""A store of which only a folder is written: the contract of every store, and that what lies below is never touched."""

from pathlib import Path

import pytest

from ogp_pipeline.store.directory import DirectoryStore
from ogp_pipeline.store.overlay import OverlayStore
from ogp_pipeline.store.protocol import Changed, Done, Exists
from tests.store.contract import StoreContract


def overlay(folder: Path) -> OverlayStore:
    return OverlayStore(DirectoryStore(folder / "over"), DirectoryStore(folder / "under"))


class TestOverlayStore(StoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> OverlayStore:
        return overlay(tmp_path)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_written_hides_what_lies_below_and_leaves_it_as_it_is(tmp_path: Path) -> None:
    below = DirectoryStore(tmp_path / "under")
    for key in ("a/1", "a/2", "b"):
        below.create(key, key.encode())
    before, store = contents(tmp_path / "under"), overlay(tmp_path)
    standing = store.head("a/1")
    assert isinstance(store.create("a/1", b"new"), Exists)
    assert isinstance(store.swap("a/1", b"new", "other"), Changed)
    assert standing is not None and isinstance(store.swap("a/1", b"new", standing.tag), Done)
    assert isinstance(store.copy("a/2", "c", "text/csv"), Done)
    store.put_view("b", b"view", "text/csv")
    store.delete("a/2")
    assert list(store.list("")) == ["a/1", "b", "c"]
    assert [store.get(key) is not None for key in ("a/1", "a/2", "b", "c")] == [True, False, True, True]
    assert not store.download("a/2", tmp_path / "out") and store.download("c", tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"a/2"
    assert contents(tmp_path / "under") == before
