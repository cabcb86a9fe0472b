"""A publish reads the newest records of the log and not all of it; what the copy says is proven, or does not count."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from ogp_pipeline.intake import layout as private_layout
from ogp_pipeline.publishing import chronicle, history, layout
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.log_copy import LogCopy
from ogp_pipeline.publishing.publisher import Drawn
from ogp_pipeline.release.manifest import Manifest
from ogp_pipeline.release.news import NAME
from ogp_pipeline.store.directory import DirectoryStore
from ogp_pipeline.store.protocol import Object
from tests.publishing.conftest import AsLeft, publishing_in


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
def five(as_left: AsLeft, store: DirectoryStore) -> DirectoryStore:
    """A log of five releases, each publish of another process with the same private store."""
    as_left("five releases with their log", _five)
    return store


def _five(folder: Path) -> None:
    publishing = publishing_in(folder)
    for n in range(1, 6):
        publishing(f"content {n}", log=LogCopy(DirectoryStore(folder / "private")))


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


def test_news_that_the_copy_holds_are_not_read(
    publishing: Callable[..., history.Release], private: DirectoryStore, store: DirectoryStore, tmp_path: Path
) -> None:
    for n in range(1, 4):
        told(LogCopy(private), publishing, store, n)
    chain = history.releases(store)
    public, copy = Reading(tmp_path / "public"), LogCopy(private)
    copy.releases(public)
    every = told_of(copy, public, chain)
    assert every == {n: f"content\n{NAME} content {n} {n}\n".encode() for n in (1, 2, 3)}
    assert public.news == [], "all are in the copy"
    assert told_of(LogCopy(private), public, chain) == every
    assert len(public.news) == 3, "who has not read the copy reads each"


def test_of_what_a_law_wants_gone_the_copy_holds_nothing(
    publishing: Callable[..., history.Release], private: DirectoryStore, store: DirectoryStore, tmp_path: Path
) -> None:
    told(LogCopy(private), publishing, store, 1)
    copy = LogCopy(private)
    copy.releases(store)
    copy.forget()
    assert list(private.list(private_layout.STATE)) == []
    public = Reading(tmp_path / "public")
    told_of(copy, public, history.releases(store))
    assert len(public.news) == 1
    gone = {file.sha256 for record in history.releases(store) if (file := record.manifest.file(NAME))}
    assert chronicle.read(public, [record.manifest for record in history.releases(store)], copy, gone).news == {}


class Reading(Counting):
    """Notes which news are read, too."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.news: list[str] = []

    def get(self, key: str) -> Object | None:
        if key.endswith(NAME):
            self.news.append(key)
        return super().get(key)


def told(log: LogCopy, publishing: Callable[..., history.Release], store: DirectoryStore, n: int) -> None:
    """Publish a release with news, whose pages tell those of all."""

    def pages(manifest: Manifest, chain: Sequence[Release]) -> Drawn:
        del manifest
        return {"en/index.html": (repr(told_of(log, store, chain)).encode(), "text/html")}

    publishing(f"content {n}", log=log, pages=pages, extra=(NAME,))


def told_of(log: LogCopy, store: DirectoryStore, chain: Sequence[Release]) -> dict[int, bytes | None]:
    files = {record.n: file for record in chain if (file := record.manifest.file(NAME))}
    return dict(zip(files, log.news(store, list(files.values())), strict=True))
