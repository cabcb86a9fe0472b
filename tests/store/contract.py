"""What every store must do. A test module for one kind of store subclasses ``StoreContract`` and gives the
fixture.

    class TestDirectoryStore(StoreContract):
        @pytest.fixture
        def store(self, tmp_path): return DirectoryStore(tmp_path / "store")
"""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ogp_pipeline.errors import StoreError
from ogp_pipeline.store import probe
from ogp_pipeline.store.protocol import Changed, Done, Exists, Store
from tests.publishing import synthetic

CSV = "text/csv"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def data_at(store: Store, key: str) -> bytes | None:
    found = store.get(key)
    return found.data if found else None


def put(store: Store, key: str, data: bytes, folder: Path) -> None:
    path = folder / "local"
    path.write_bytes(data)
    assert isinstance(store.put_file(key, path, sha256(data), CSV), Done)


NO_KEYS = (
    *("", "/a", "a/", "a//b", "../a", "a/../b", "./a", ".hidden", "a/.b"),
    *("a b", "a+b", "a\\b", "a\n", "ü", "a" * 300),
)


class StoreContract:
    """Tests of ``protocol.Store``, for an empty ``store``."""

    def test_nothing_is_there_at_first(self, store: Store) -> None:
        assert store.get("a/b") is None
        assert store.head("a/b") is None
        assert list(store.list("")) == []

    def test_create_stores_and_head_agrees_with_get(self, store: Store) -> None:
        made = store.create("a/b.json", b"{}")
        found = store.get("a/b.json")
        head = store.head("a/b.json")
        assert isinstance(made, Done) and found and head
        assert found.data == b"{}"
        assert made.tag == found.tag == head.tag
        assert head.size == 2

    def test_create_of_a_taken_key_changes_nothing(self, store: Store) -> None:
        store.create("a", b"1")
        assert store.create("a", b"2") == Exists()
        assert store.create("a", b"1") == Exists()
        assert data_at(store, "a") == b"1"

    def test_of_many_creates_at_once_exactly_one_wins(self, store: Store) -> None:
        with ThreadPoolExecutor(8) as pool:
            for turn in range(5):
                key = f"race/{turn}"
                answers = list(pool.map(lambda n, key=key: store.create(key, str(n).encode()), range(8)))
                winners = [n for n, answer in enumerate(answers) if isinstance(answer, Done)]
                assert len(winners) == 1
                assert all(answer == Exists() for n, answer in enumerate(answers) if n not in winners)
                assert data_at(store, key) == str(winners[0]).encode()

    def test_swap_replaces_what_it_expects(self, store: Store) -> None:
        first = store.create("a", b"1")
        assert isinstance(first, Done)
        second = store.swap("a", b"2", first.tag)
        assert isinstance(second, Done)
        assert data_at(store, "a") == b"2"
        assert isinstance(store.swap("a", b"3", second.tag), Done)

    def test_swap_refuses_other_content_absence_and_presence(self, store: Store) -> None:
        first = store.create("a", b"1")
        assert isinstance(first, Done)
        store.swap("a", b"2", first.tag)
        assert store.swap("a", b"3", first.tag) == Changed()
        assert store.swap("a", b"3", None) == Changed()
        assert store.swap("b", b"3", first.tag) == Changed()
        assert data_at(store, "a") == b"2"
        assert data_at(store, "b") is None

    def test_swap_of_a_free_key_with_no_expectation_creates(self, store: Store) -> None:
        assert isinstance(store.swap("a", b"1", None), Done)
        assert data_at(store, "a") == b"1"

    def test_counting_by_swaps_loses_no_count(self, store: Store) -> None:
        store.create("n", b"0")

        def add(_: int) -> None:
            while True:
                found = store.get("n")
                assert found
                if isinstance(store.swap("n", str(int(found.data) + 1).encode(), found.tag), Done):
                    return

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(add, range(20)))
        assert data_at(store, "n") == b"20"

    def test_put_file_stores_the_bytes_of_a_file(self, store: Store, tmp_path: Path) -> None:
        data = bytes(range(256)) * 9000
        put(store, "data/x.bin", data, tmp_path)
        assert data_at(store, "data/x.bin") == data

    def test_put_file_refuses_other_bytes_than_stated(self, store: Store, tmp_path: Path) -> None:
        (tmp_path / "x").write_bytes(b"other")
        with pytest.raises(StoreError, match="changed while"):
            store.put_file("data/x", tmp_path / "x", sha256(b"stated"), CSV)
        assert store.get("data/x") is None
        assert list(store.list("")) == []

    def test_download_gives_the_bytes_and_false_for_nothing(self, store: Store, tmp_path: Path) -> None:
        store.create("a/b", b"text")
        assert store.download("a/b", tmp_path / "new" / "file")
        assert (tmp_path / "new" / "file").read_bytes() == b"text"
        assert not store.download("a/c", tmp_path / "new" / "other")
        assert [path.name for path in (tmp_path / "new").iterdir()] == ["file"]

    def test_copy_replaces_and_leaves_the_source(self, store: Store) -> None:
        store.create("a", b"1")
        store.create("b", b"2")
        for _ in range(2):
            assert isinstance(store.copy("a", "v/x", CSV), Done)
        assert isinstance(store.copy("b", "v/x", CSV), Done)
        assert data_at(store, "v/x") == b"2"
        assert data_at(store, "a") == b"1"

    def test_a_copy_does_not_follow_later_changes_of_either(self, store: Store) -> None:
        made = store.create("a", b"1")
        assert isinstance(made, Done)
        store.copy("a", "b", CSV)
        store.swap("a", b"2", made.tag)
        assert data_at(store, "b") == b"1"
        store.copy("a", "c", CSV)
        store.put_view("c", b"3", CSV)
        assert data_at(store, "a") == b"2"

    def test_copy_of_nothing_is_an_error(self, store: Store) -> None:
        with pytest.raises(StoreError, match="copied"):
            store.copy("nothing", "target", CSV)
        assert store.get("target") is None

    def test_put_view_replaces_without_asking(self, store: Store) -> None:
        for data in (b"1", b"2"):
            assert isinstance(store.put_view("index.html", data, "text/html"), Done)
        assert data_at(store, "index.html") == b"2"

    def test_list_gives_the_keys_with_a_prefix_in_order(self, store: Store) -> None:
        keys = ["a", "b-c/1", "b/c/2", "b/d", "b0", "c"]
        for key in reversed(keys):
            store.create(key, b"")
        assert list(store.list("")) == sorted(keys)
        assert list(store.list("b")) == ["b-c/1", "b/c/2", "b/d", "b0"]
        assert list(store.list("b/")) == ["b/c/2", "b/d"]
        assert list(store.list("b/c")) == ["b/c/2"]
        assert list(store.list("x/")) == []

    def test_delete_removes_one_key_and_nothing_is_fine(self, store: Store) -> None:
        store.create("a/b/c", b"")
        store.create("a/d", b"")
        store.delete("a/b/c")
        store.delete("a/b/c")
        assert list(store.list("")) == ["a/d"]
        assert isinstance(store.create("a/b/c", b"again"), Done)

    def test_what_is_no_key_is_refused(self, store: Store) -> None:
        for key in NO_KEYS:
            for call in (store.get, store.delete, lambda key: store.create(key, b"")):
                with pytest.raises(StoreError, match="is not a key"):
                    call(key)

    def test_the_probe_is_content_and_leaves_nothing(self, store: Store) -> None:
        probe.check(store, synthetic.attempt("probe"))
        assert list(store.list("")) == []
