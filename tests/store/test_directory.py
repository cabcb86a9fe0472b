"""The directory store: the contract of every store, and what only files can get wrong."""

import errno
import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ogp_pipeline.errors import StoreError
from ogp_pipeline.store import probe
from ogp_pipeline.store.directory import DirectoryStore
from ogp_pipeline.store.protocol import Done
from tests.store.contract import StoreContract


class TestDirectoryStore(StoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> DirectoryStore:
        return DirectoryStore(tmp_path / "store")


def files_under(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_reading_makes_no_folder(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path / "store")
    store.get("a")
    list(store.list("a/"))
    store.delete("a/b")
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_was_forked_takes_the_lock_too(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path / "store")
    with store.alone():
        pass
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with store.alone():
                code = 0
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0


def test_nothing_temporary_stays_after_any_write(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path / "store")
    (tmp_path / "local").write_bytes(b"x")
    made = store.create("a", b"1")
    assert isinstance(made, Done)
    store.create("a", b"2")
    store.swap("a", b"3", made.tag)
    store.swap("a", b"4", made.tag)
    store.put_file("f", tmp_path / "local", hashlib.sha256(b"x").hexdigest(), "text/csv")
    with pytest.raises(StoreError):
        store.put_file("g", tmp_path / "local", "0" * 64, "text/csv")
    for _ in range(2):
        store.copy("f", "v/f", "text/csv")
    assert files_under(tmp_path / "store") == {"a", "f", "v/f", ".store/lock"}


def test_bytes_are_on_the_disk_before_they_have_a_name_and_names_before_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a loss of power may take: whatever was not synced. So every name is given to synced bytes, then synced."""
    store = DirectoryStore(tmp_path / "store")
    (tmp_path / "local").write_bytes(b"x")
    events: list[tuple[str, str]] = []

    def noted(what: str, call: Any, of: Callable[..., str]) -> Callable[..., Any]:
        def noting(*arguments: Any, **how: Any) -> Any:
            name = of(*arguments)
            done = call(*arguments, **how)
            events.append((what, name))
            return done

        return noting

    monkeypatch.setattr(
        os, "fsync", noted("synced", os.fsync, lambda file: str(Path(f"/proc/self/fd/{file}").readlink()))
    )
    monkeypatch.setattr(os, "link", noted("named", os.link, lambda source, target: f"{source} {target}"))
    monkeypatch.setattr(os, "replace", noted("named", os.replace, lambda source, target: f"{source} {target}"))
    writes = {
        "a/created": lambda key: store.create(key, b"1"),
        "b/put": lambda key: store.put_file(key, tmp_path / "local", hashlib.sha256(b"x").hexdigest(), "text/csv"),
        "c/view": lambda key: store.put_view(key, b"1", "text/html"),
        "d/swapped": lambda key: store.swap(key, b"1", None),
    }
    for key, write in writes.items():
        events.clear()
        assert isinstance(write(key), Done)
        [(at, temporary)] = [
            (at, name.split(" ")[0])
            for at, (what, name) in enumerate(events)
            if what == "named" and name.endswith(f" {tmp_path / 'store' / key}")
        ]
        assert ("synced", temporary) in events[:at], f"{key}: its bytes were not on the disk when it got its name"
        assert ("synced", str((tmp_path / "store" / key).parent)) in events[at:], f"{key}: its name was not synced"


def test_a_full_disk_is_named_with_the_object_that_found_no_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = DirectoryStore(tmp_path / "store")
    (tmp_path / "local").write_bytes(b"x")
    store.create("there", b"1")

    def full(file: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    sha256 = hashlib.sha256(b"x").hexdigest()
    for key, write in {
        "a": lambda key: store.create(key, b"1"),
        "b": lambda key: store.put_file(key, tmp_path / "local", sha256, "text/csv"),
        "c": lambda key: store.put_view(key, b"1", "text/html"),
    }.items():
        with pytest.raises(StoreError, match=f"store/{key} cannot be written: No space left on device") as caught:
            write(key)
        assert str(tmp_path) in str(caught.value)
        assert store.get(key) is None
    with pytest.raises(StoreError, match=r"down cannot be written: No space left"):
        store.download("there", tmp_path / "down")
    assert not (tmp_path / "down").exists()


@pytest.mark.parametrize(("private", "below"), [(False, "file"), (True, "file"), (False, "file/a/b")])
def test_a_place_where_no_folder_can_be_is_named(tmp_path: Path, private: bool, below: str) -> None:
    (tmp_path / "file").write_text("")
    store = DirectoryStore(tmp_path / below, private=private)
    for write in (
        lambda: store.create("a", b"1"),
        lambda: store.swap("a", b"1", None),
        lambda: probe.check(store, "x"),
    ):
        with pytest.raises(StoreError, match=f"in the folder {tmp_path / below}: Not a directory"):
            write()


def test_a_copy_is_a_second_name_and_not_second_bytes(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path / "store")
    store.create("a", b"1")
    store.copy("a", "b", "text/csv")
    assert (tmp_path / "store/a").samefile(tmp_path / "store/b")


def test_objects_are_readable_by_all_and_writable_by_none(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path / "store")
    store.create("a", b"1")
    store.put_view("b", b"1", "text/html")
    assert {(tmp_path / "store" / key).stat().st_mode & 0o777 for key in "ab"} == {0o444}


def test_a_key_that_would_be_a_folder_of_another_is_refused(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path / "store")
    store.create("a/b", b"1")
    for key in ("a/b/c", "a"):
        with pytest.raises(StoreError, match="folder of another"):
            store.create(key, b"2")
        with pytest.raises(StoreError, match="folder of another"):
            store.put_view(key, b"2", "text/html")
        assert store.get(key) is None
    assert list(store.list("")) == ["a/b"]


def test_a_folder_that_another_makes_between_two_looks_is_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = DirectoryStore(tmp_path / "store")
    monkeypatch.setattr(Path, "is_dir", lambda path: False)  # as each look before another's ``mkdir`` would say
    assert isinstance(store.create("folder/deep/1", b"1"), Done)
    assert isinstance(store.create("folder/deep/2", b"2"), Done)
    with pytest.raises(StoreError, match="one key is a folder of another"):
        store.create("folder/deep/1/under", b"3")


def test_a_delete_that_empties_a_folder_does_not_disturb_writes_into_it(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path / "store")

    def write_and_delete(n: int) -> None:
        for turn in range(10):
            assert isinstance(store.create(f"folder/deep/{n}", str(turn).encode()), Done)
            store.delete(f"folder/deep/{n}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write_and_delete, range(4)))
    assert files_under(tmp_path / "store") == set()


def test_a_link_out_of_the_store_is_not_made_by_any_key(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    store = DirectoryStore(tmp_path / "store")
    with pytest.raises(StoreError, match="is not a key"):
        store.copy("../secret", "copy", "text/csv")
    with pytest.raises(StoreError, match="is not a key"):
        list(store.list("../"))


def test_what_a_killed_write_left_unseen_can_be_found_and_removed(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path / "public")
    store.create("a", b"1")
    half = tmp_path / "public" / ".store" / "tmphalf"
    half.write_bytes(b"half")
    os.utime(half, (1_000_000, 1_000_000))
    (half.parent / "tmpfresh").write_bytes(b"at work")
    before = datetime(2024, 1, 1, tzinfo=UTC)
    assert list(store.unfinished(before, remove=False)) == [".store/tmphalf"] and half.exists()
    assert list(store.unfinished(before, remove=True)) == [".store/tmphalf"] and not half.exists()
    assert (half.parent / "tmpfresh").exists() and store.get("a")
