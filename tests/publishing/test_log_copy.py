"""A publish reads the newest records of the log and not all of it; what the copy says is proven, or does not count."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ogp_pipeline.intake import layout as private_layout
from ogp_pipeline.publishing import history, layout
from ogp_pipeline.publishing.log_copy import LogCopy
from ogp_pipeline.store.directory import DirectoryStore
from ogp_pipeline.store.protocol import Object


class Counting(DirectoryStore):
    """Notes which records of the log are read."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.read: list[int] = []

    def get(self, key: str) -> Object | None:
        if key.startswith("releases/"):
            self.read.append(int(key.removeprefix("releases/").removesuffix(".json")))
        return super().get(key)


@pytest.fixture
def private(tmp_path: Path) -> DirectoryStore:
    return DirectoryStore(tmp_path / "private")


@pytest.fixture
def five(publishing: Callable[..., history.Release], private: DirectoryStore, store: DirectoryStore) -> DirectoryStore:
    """A log of five releases, each publish of another process with the same private store."""
    for n in range(1, 6):
        publishing(f"content {n}", log=LogCopy(private))
    return store


def hashes(chain: list[history.Release]) -> list[str]:
    return [record.hash for record in chain]


def test_records_that_the_copy_holds_are_not_read(
    five: DirectoryStore, private: DirectoryStore, tmp_path: Path
) -> None:
    whole = history.releases(five)
    public = Counting(tmp_path / "public")
    copy = LogCopy(private)
    assert hashes(copy.releases(public)) == hashes(whole)
    assert [record.data for record in copy.releases(public)] == [record.data for record in whole]
    assert set(public.read) == {5, 6}, "the newest, and whether there is a later one"
    copies = list(private.list(private_layout.STATE))
    assert copies == [private_layout.log_copy(5, whole[-1].hash), private_layout.LOG_HINT]


def test_releases_of_others_are_read_from_where_the_copy_ends(
    five: DirectoryStore, private: DirectoryStore, tmp_path: Path, publishing: Callable[..., history.Release]
) -> None:
    for n in (6, 7):
        publishing(f"content {n}")
    public = Counting(tmp_path / "public")
    assert hashes(LogCopy(private).releases(public)) == hashes(history.releases(five))
    assert set(public.read) == {6, 7, 8}


@pytest.mark.parametrize("damage", ["removed", "other bytes", "a record changed", "another log", "hint"])
def test_a_copy_that_is_not_of_this_log_does_not_count_and_is_made_again(
    five: DirectoryStore, private: DirectoryStore, tmp_path: Path, damage: str,
    publishing: Callable[..., history.Release],
) -> None:  # fmt: skip
    whole = history.releases(five)
    path = tmp_path / "private" / private_layout.log_copy(5, whole[-1].hash)
    if damage == "removed":
        path.unlink()
    elif damage == "other bytes":
        path.write_bytes(b"PAR1")
    elif damage == "hint":
        (tmp_path / "private" / private_layout.LOG_HINT).write_bytes(b"{}")
    else:
        chain = list(whole)
        if damage == "a record changed":
            data = chain[1].data.replace(b"2024", b"2023")
            assert data != chain[1].data
            chain[1] = history.parse(2, data)
        else:
            chain = chain[:2]
        path.unlink()
        LogCopy(private).keep(chain)
    assert hashes(LogCopy(private).releases(five)) == hashes(whole)
    publishing("content 6", log=LogCopy(private))
    public = Counting(tmp_path / "public")
    assert len(LogCopy(private).releases(public)) == 6
    assert set(public.read) == {6, 7}


def test_a_broken_log_is_not_covered_up_by_a_copy(five: DirectoryStore, private: DirectoryStore) -> None:
    five.delete(layout.release(3))
    assert len(LogCopy(private).releases(five)) == 5, "the copy proves what stood there"
    with pytest.raises(history.BrokenHistory):
        history.releases(five)
