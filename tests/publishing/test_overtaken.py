"""A publisher that is overtaken never leaves older views over newer ones; one that is killed then is made up for.

A commits release 2 and stalls; B makes release 3 whole; A wakes, and goes on or is killed.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ogp_pipeline.publishing import history, layout, lists, page_list, publish, views
from ogp_pipeline.publishing.fence import Fence
from ogp_pipeline.publishing.finding import Kind
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.reader import DirectoryReader
from ogp_pipeline.publishing.steps import STEPS
from ogp_pipeline.publishing.verify import verify
from ogp_pipeline.store.directory import DirectoryStore
from ogp_pipeline.store.protocol import Done, InDoubt, Store
from tests.publishing import synthetic
from tests.publishing.conftest import Publishing
from tests.publishing.places import BucketPlace, open_store, open_to_readers
from tests.publishing.planted import Wrapped
from tests.publishing.publisher import pages
from tests.s3_server import S3Server

AFTER_COMMIT = STEPS[STEPS.index("committed") : STEPS.index("finished")]
OLD, NEW = "plan/old.csv", "plan/new.csv"


class Killed(BaseException):
    """In place of a signal, where one process is enough."""


def publish_next(store: Store, folder: Path, content: str, **how: Any) -> Release:
    """The next release, with pages; ``extra``: names of further files."""
    base = history.head(store)
    draft = synthetic.draft(folder, base, content, f"run-{content}", extra=how.pop("extra", ()))
    publisher = synthetic.publisher(store, **{"pages": pages, **how})
    return publish.publish(publisher, draft, base, synthetic.attempt(content))


def changing(store: Store) -> dict[str, bytes]:
    """Everything that changes with a release, but for the notes of who is at work."""
    return {
        key: stored.data
        for key in store.list("")
        if not key.startswith((*layout.IMMUTABLE, layout.AT_WORK)) and (stored := store.get(key)) is not None
    }


@pytest.fixture
def folder(tmp_path: Path, store: DirectoryStore) -> Path:
    """Where drafts are built, beside a store with release 1."""
    publish_next(store, tmp_path / "built", "1", extra=(OLD,))
    return tmp_path / "built"


@pytest.mark.parametrize("step", AFTER_COMMIT)
def test_whoever_wakes_after_a_newer_release_changes_nothing_of_it(
    store: DirectoryStore, folder: Path, step: str
) -> None:
    seen: list[dict[str, bytes]] = []

    def overtake(passed: str) -> None:
        if seen:
            seen.append(changing(store))
        elif passed == step:
            publish_next(store, folder, "3", extra=(NEW,))
            seen.append(changing(store))

    assert publish_next(store, folder, "2", on_step=overtake).n == 2
    assert len(seen) > 1 and all(state == seen[0] for state in seen)
    assert f"latest/{NEW}" in seen[0] and f"latest/{OLD}" not in seen[0]
    assert verify(DirectoryReader(folder.parent / "public")).problems == ()
    assert list(store.list(layout.AT_WORK)) == []


@pytest.mark.parametrize("step", AFTER_COMMIT)
def test_whoever_is_killed_after_waking_leaves_nothing_of_his(store: DirectoryStore, folder: Path, step: str) -> None:
    state: dict[str, bytes] = {}

    def overtake_and_kill(passed: str) -> None:
        if state:
            raise Killed
        if passed == step:
            publish_next(store, folder, "3", extra=(NEW,))
            state.update(changing(store))

    with pytest.raises(Killed):
        publish_next(store, folder, "2", on_step=overtake_and_kill)
    assert changing(store) == state
    assert verify(DirectoryReader(folder.parent / "public")).problems == ()
    assert len(list(store.list(layout.AT_WORK))) == 1


def test_whoever_is_overtaken_by_one_who_dies_makes_the_newer_views(store: DirectoryStore, folder: Path) -> None:
    def die(passed: str) -> None:
        if passed == "committed":
            raise Killed

    def overtake(passed: str) -> None:
        if passed == "versions" and history.release(store, 2) == history.head(store):
            with pytest.raises(Killed):
                publish_next(store, folder, "3", extra=(NEW,), on_step=die)

    publish_next(store, folder, "2", on_step=overtake)
    hint = history.read_hint(store)
    assert hint is not None and hint.release == 3
    assert verify(DirectoryReader(folder.parent / "public")).problems == ()


def test_a_list_that_another_replaced_since_it_was_looked_at_is_looked_at_again(tmp_path: Path) -> None:
    """The other one looked at the log before this one: what decides is what stands."""
    store = Bucketlike(tmp_path / "public")
    first = publish_next(store, tmp_path / "built", "1")
    looks = iter([lambda: store.put_view("list", b"newer", layout.JSON)])
    real, seen = store.head, []

    def head(key: str) -> Any:
        if key == layout.release(2):
            next(looks, lambda: None)()
        seen.append(key)
        return real(key)

    store.head = head  # type: ignore[method-assign]
    fence = Fence(synthetic.publisher(store), first)
    assert fence.write("list", b"ours", layout.JSON)
    assert seen.count("list") == 2
    assert not fence.write("list", b"ours", layout.JSON)


class Bucketlike(DirectoryStore):
    """As object storage: nobody is alone, and a copy knows no condition."""

    at_once = 2

    def alone(self) -> AbstractContextManager[Any]:
        return nullcontext()


class Stalling(Wrapped):
    """Calls ``meanwhile`` once, between the last look at the log and the first copy to ``latest/``, or removal."""

    def __init__(self, store: Store, what: str, meanwhile: Callable[[], object], *, killed: bool) -> None:
        super().__init__(store)
        self._what, self._meanwhile, self._killed, self._waiting = what, meanwhile, killed, True

    @contextmanager
    def _stalled(self, what: str, key: str) -> Iterator[None]:
        stalls = self._waiting and what == self._what and key.startswith("latest/")
        if stalls:
            self._waiting = False
            self._meanwhile()
        yield
        if stalls and self._killed:
            raise Killed

    def copy(self, source: str, target: str, media_type: str, sha256: str | None = None) -> Done | InDoubt:
        with self._stalled("copy", target):
            return self._store.copy(source, target, media_type, sha256)

    def delete(self, key: str) -> None:
        with self._stalled("delete", key):
            self._store.delete(key)


def stalled(store: Store, folder: Path, what: str, *, killed: bool) -> None:
    """Release 2 is made by one who is overtaken by release 3, which has every name of release 1, in that moment."""
    stalling = Stalling(store, what, lambda: publish_next(store, folder, "3", extra=(NEW, OLD)), killed=killed)
    publish_next(stalling, folder, "2")  # type: ignore[arg-type] - a store in all but name


@pytest.mark.parametrize("what", ["copy", "delete"])
def test_where_a_copy_knows_no_condition_the_overtaken_one_makes_it_good(
    tmp_path: Path, folder: Path, what: str
) -> None:
    store = Bucketlike(tmp_path / "public")
    stalled(store, folder, what, killed=False)
    assert verify(DirectoryReader(tmp_path / "public")).problems == ()
    assert list(store.list(layout.AT_WORK)) == []


@pytest.mark.parametrize("what", ["copy", "delete"])
def test_and_if_it_is_killed_just_there_the_next_run_does(tmp_path: Path, folder: Path, what: str) -> None:
    store = Bucketlike(tmp_path / "public")
    with pytest.raises(Killed):
        stalled(store, folder, what, killed=True)
    behind = verify(DirectoryReader(tmp_path / "public")).problems
    assert len(behind) == 1 and behind[0].key.startswith("latest/")
    done = views.repair(synthetic.publisher(store, pages=pages))
    assert [one.key for one in done] == [behind[0].key]
    assert verify(DirectoryReader(tmp_path / "public")).problems == ()
    [note] = store.list(layout.AT_WORK)
    assert views.repair(synthetic.publisher(store, pages=pages)) == []
    assert list(store.list(layout.AT_WORK)) == [note], "it may only sleep"
    later = synthetic.STARTED + timedelta(hours=25)
    assert views.repair(synthetic.publisher(store, pages=pages, now=lambda: later)) == []
    assert list(store.list(layout.AT_WORK)) == []


@pytest.mark.slow
def test_the_same_on_object_storage(s3_server: S3Server, tmp_path: Path) -> None:
    open_to_readers(s3_server)
    place = BucketPlace(s3_server)
    store = open_store(place.spec)
    publish_next(store, tmp_path, "1", extra=(OLD,))
    with pytest.raises(Killed):
        stalled(store, tmp_path, "copy", killed=True)
    assert len(verify(place.reader()).problems) == 1
    assert [one.what for one in views.repair(synthetic.publisher(store, pages=pages))] == ["made_again"]
    assert verify(place.reader()).problems == ()


def put_back(store: DirectoryStore, chain: list[Release], what: str) -> None:
    """As software before this one left it: of the release before the newest, while ``latest.json`` names the newest."""
    older = chain[:-1]
    drawn = pages(older[-1].manifest, older)
    if what in ("latest/", "all"):
        for file in older[-1].manifest.files:
            store.copy(file.key, layout.latest(file.name), file.media_type, file.sha256)
    if what in ("versions.json", "all"):
        store.put_view(layout.VERSIONS, lists.versions_list(older), layout.JSON)
    if what in ("pages", "all"):
        for key, (data, media_type) in {
            **drawn,
            layout.PAGES: (page_list.to_bytes(older[-1], drawn, None), layout.JSON),
        }.items():
            store.put_view(key, data, media_type)


@pytest.mark.parametrize("what", ["latest/", "versions.json", "pages", "all"])
def test_older_views_that_stand_are_called_behind_and_healed_by_the_next_run(
    tmp_path: Path, store: DirectoryStore, publishing: Publishing, what: str
) -> None:
    for content in ("1", "2", "3"):
        publishing(content, pages=pages)
    put_back(store, history.releases(store), what)
    found = verify(DirectoryReader(tmp_path / "public")).problems
    assert found and {finding.kind for finding in found} == {Kind.VIEWS_BEHIND}
    assert views.repair(synthetic.publisher(store, pages=pages))
    assert verify(DirectoryReader(tmp_path / "public")).problems == ()
    assert views.repair(synthetic.publisher(store, pages=pages)) == []
