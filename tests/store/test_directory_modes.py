"""Who may look into a store in a folder: nobody but its owner, if it is private, whatever the umask says."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ogp_pipeline.store.directory import DirectoryStore


@contextmanager
def umask(bits: int) -> Iterator[None]:
    before = os.umask(bits)
    try:
        yield
    finally:
        os.umask(before)


@pytest.mark.parametrize("bits", [0o000, 0o022, 0o077])
def test_nobody_else_may_look_into_a_private_store(tmp_path: Path, bits: int) -> None:
    with umask(bits):
        root = tmp_path / "var" / "private"
        store = DirectoryStore(root, private=True)
        store.create("ledger/1.json", b"a")
        store.put_view("runs/last.json", b"b", "application/json")
        store.swap("state/newest.json", b"c", None)
        store.copy("ledger/1.json", "ledger/copy.json", "application/json")
        assert store.download("ledger/1.json", tmp_path / "spool" / "x")
    paths = [root, *root.rglob("*"), tmp_path / "spool" / "x"]
    assert {path.name for path in paths} >= {"private", "ledger", "1.json", "copy.json", "last.json", ".store"}
    assert {path: path.stat().st_mode & 0o777 for path in paths} == {
        path: 0o700 if path.is_dir() else 0o600 for path in paths
    }


def test_a_private_store_that_was_left_open_is_closed_at_the_next_write(tmp_path: Path) -> None:
    root = tmp_path / "private"
    root.mkdir()
    root.chmod(0o755)
    DirectoryStore(root, private=True).create("a.json", b"a")
    assert root.stat().st_mode & 0o777 == 0o700


def test_everybody_may_read_what_is_public(tmp_path: Path) -> None:
    with umask(0o022):
        DirectoryStore(tmp_path / "public").create("v/1.json", b"a")
    assert (tmp_path / "public" / "v" / "1.json").stat().st_mode & 0o777 == 0o444
    assert (tmp_path / "public" / "v").stat().st_mode & 0o777 == 0o755
