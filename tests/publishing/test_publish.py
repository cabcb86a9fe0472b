"""What one publish writes, when it refuses, and how it finds out what an answer in doubt meant."""

import hashlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ogp_pipeline.errors import LostRace, StoreError, UnsafeStore
from ogp_pipeline.publishing import history, layout, publish
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.release.built_file import BuiltFile
from ogp_pipeline.store.directory import DirectoryStore
from ogp_pipeline.store.protocol import Changed, Done, Exists, InDoubt
from tests.publishing import synthetic
from tests.publishing.conftest import Publishing
from tests.store.test_probe import OverwritingCreate, RefusingSwap

FILES = ("datapackage.json", "plan/changes.csv", "plan/clusters.csv", "progress/updates.csv")


def publish_on(
    store: DirectoryStore, folder: Path, base: Release | None, content: str, publish_id: str, **how: Any
) -> Release:
    fields = how.pop("fields", {})
    draft = synthetic.draft(folder, base, content, publish_id, **fields)
    attempt = how.pop("attempt", synthetic.attempt(publish_id))
    publisher = synthetic.publisher(store, **{"pause": lambda seconds: None, **how})
    return publish.publish(publisher, draft, base, attempt)


def test_the_first_release_writes_exactly_the_layout(store: DirectoryStore, publishing: Publishing) -> None:
    release = publishing("first", pages=lambda manifest, chain: {"es/index.html": (b"<p>", "text/html")})
    folder = f"data/{synthetic.attempt('run-1-1')}/"
    expected = {f"{place}{name}" for name in FILES for place in (folder, "v/1.0.0/", "latest/")}
    expected |= {
        "releases/1.json",
        "v/1.0.0/manifest.json",
        "latest.json",
        "versions.json",
        "deltas.json",
        "pages.json",
        "es/index.html",
    }
    assert set(store.list("")) == expected
    assert release.n == 1 and release.manifest.previous is None


def test_the_record_says_what_the_draft_said(store: DirectoryStore, publishing: Publishing) -> None:
    release = publishing("first")
    stored = json.loads((store.get("releases/1.json") or pytest.fail("no record")).data)
    assert stored["format"] == "ogp-release/1" and stored["outcome"] == "Published"
    assert [file["name"] for file in stored["files"]] == sorted(FILES)
    assert stored["datasets"]["progress"] == {
        "added": 1,
        "changed": 0,
        "removed": 0,
        "origins": 0,
        "schema_changes": [],
    }
    assert release.data == release.manifest.to_bytes() and release.hash == release.manifest.hash


def test_files_that_the_base_holds_are_not_uploaded_again(store: DirectoryStore, publishing: Publishing) -> None:
    first, second = publishing("first"), publishing("second")
    same = "plan/clusters.csv"
    assert second.manifest.file(same) == first.manifest.file(same)
    uploaded = list(store.list(f"data/{synthetic.attempt('run-2-2')}/"))
    assert len(uploaded) == len(FILES) - 1 and not any(key.endswith(same) for key in uploaded)


def test_a_file_that_the_base_names_but_lost_is_uploaded_again(store: DirectoryStore, publishing: Publishing) -> None:
    first = publishing("first")
    lost = first.manifest.file("plan/clusters.csv")
    assert lost
    store.delete(lost.key)
    found = publishing("second").manifest.file("plan/clusters.csv")
    assert found and found.key != lost.key and store.get(found.key)


def test_a_file_that_the_base_names_and_is_damaged_is_uploaded_again(
    store: DirectoryStore, publishing: Publishing
) -> None:
    first = publishing("first")
    damaged = first.manifest.file("plan/clusters.csv")
    assert damaged
    for n, data in enumerate((b"x" * damaged.bytes, b"cut"), start=2):
        store.put_view(damaged.key, data, damaged.media_type)
        made = publishing(str(n)).manifest.file(damaged.name)
        assert made and made.key != damaged.key and made.sha256 == damaged.sha256
        stored = store.get(made.key)
        assert stored and hashlib.sha256(stored.data).hexdigest() == damaged.sha256
        damaged = made


def test_each_record_holds_the_hash_of_the_one_before(store: DirectoryStore, publishing: Publishing) -> None:
    first, second, third = publishing("1"), publishing("2"), publishing("3")
    assert [first.n, second.n, third.n] == [1, 2, 3]
    assert second.manifest.previous == first.hash and third.manifest.previous == second.hash


def test_what_never_changes_does_not_change_by_later_releases(store: DirectoryStore, publishing: Publishing) -> None:
    publishing("1")
    publishing("2")
    before = {key: store.get(key) for key in store.list("") if key.startswith(layout.IMMUTABLE)}
    publishing("3")
    publishing("4", extra=("plan/more.csv",))
    assert {key: store.get(key) for key in before} == before


def test_a_repeated_publish_id_commits_once(store: DirectoryStore, tmp_path: Path) -> None:
    first = publish_on(store, tmp_path, None, "content", "run")
    before = set(store.list(""))
    assert publish_on(store, tmp_path, None, "other", "run", attempt=synthetic.attempt("x")) == first
    publish_on(store, tmp_path, first, "next", "another run")
    assert publish_on(store, tmp_path, None, "content", "run", attempt=synthetic.attempt("y")) == first
    assert [record.n for record in history.releases(store)] == [1, 2]
    assert before < set(store.list(""))


def test_an_attempt_that_made_a_release_is_not_used_again(store: DirectoryStore, tmp_path: Path) -> None:
    first = publish_on(store, tmp_path, None, "content", "run", attempt=synthetic.attempt("once"))
    before = {key: store.get(key) for key in store.list("")}
    with pytest.raises(StoreError, match="made release 1; an attempt is fresh"):
        publish_on(store, tmp_path, first, "other", "another run", attempt=synthetic.attempt("once"))
    assert {key: store.get(key) for key in store.list("")} == before


def test_a_base_that_is_no_longer_the_newest_is_a_lost_race(store: DirectoryStore, tmp_path: Path) -> None:
    publish_on(store, tmp_path, None, "theirs", "them")
    before = set(store.list(""))
    with pytest.raises(LostRace):
        publish_on(store, tmp_path, None, "ours", "us")
    assert set(store.list("")) == before


def test_losing_at_the_commit_itself_is_a_lost_race(store: DirectoryStore, tmp_path: Path) -> None:
    def other_wins(step: str) -> None:
        if step == "ready":
            publish_on(store, tmp_path, None, "theirs", "them")

    with pytest.raises(LostRace, match="them"):
        publish_on(store, tmp_path, None, "ours", "us", on_step=other_wins)
    assert [record.manifest.publish_id for record in history.releases(store)] == ["them"]


class Doubtful(DirectoryStore):
    """Answers the first ``lies`` commits with a timeout, after carrying them out or not."""

    def __init__(self, root: Path, lies: int, carries_out: bool) -> None:
        super().__init__(root)
        self.lies, self._carries_out, self.commits = lies, carries_out, 0

    def create(self, key: str, data: bytes, media_type: str = "application/json") -> Done | Exists | InDoubt:
        if not key.startswith("releases/"):
            return super().create(key, data, media_type)
        self.commits += 1
        if self.commits > self.lies:
            return super().create(key, data, media_type)
        if self._carries_out:
            super().create(key, data, media_type)
        return InDoubt("timeout")


@pytest.mark.parametrize("carries_out", [True, False])
def test_a_commit_in_doubt_is_asked_again_until_the_answer_is_definite(tmp_path: Path, carries_out: bool) -> None:
    store = Doubtful(tmp_path / "public", 3, carries_out)
    release = publish_on(store, tmp_path, None, "content", "run")
    assert store.commits == 4
    assert [record.hash for record in history.releases(store)] == [release.hash]


def test_a_commit_in_doubt_that_another_has_won_is_a_lost_race(tmp_path: Path) -> None:
    store = Doubtful(tmp_path / "public", 1, carries_out=False)

    def other_wins(step: str) -> None:
        if step == "ready":
            publish_on(DirectoryStore(tmp_path / "public"), tmp_path, None, "theirs", "them")

    with pytest.raises(LostRace, match="them"):
        publish_on(store, tmp_path, None, "ours", "us", on_step=other_wins)


@pytest.mark.parametrize("carries_out", [True, False])
def test_a_commit_that_stays_in_doubt_is_settled_by_the_next_run(tmp_path: Path, carries_out: bool) -> None:
    store = Doubtful(tmp_path / "public", 1000, carries_out)
    with pytest.raises(StoreError, match="no definite answer"):
        publish_on(store, tmp_path, None, "content", "run")
    store.lies = 0
    again = publish_on(store, tmp_path, None, "content", "run", attempt=synthetic.attempt("again"))
    assert [record.hash for record in history.releases(store)] == [again.hash]


@pytest.mark.parametrize("kind", [OverwritingCreate, RefusingSwap])
def test_an_unsafe_store_is_refused_before_anything_is_written(tmp_path: Path, kind: type[DirectoryStore]) -> None:
    store = kind(tmp_path / "public")
    with pytest.raises(UnsafeStore):
        publish_on(store, tmp_path, None, "content", "run")
    assert list(store.list("")) == []


def test_a_commit_later_than_half_the_grace_is_refused(store: DirectoryStore, tmp_path: Path) -> None:
    late = synthetic.STARTED + publish.GRACE / 2 + timedelta(seconds=1)
    with pytest.raises(StoreError, match="collector"):
        publish_on(store, tmp_path, None, "content", "run", now=lambda: late)
    assert history.head(store) is None


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"version": "1"}, "not a semantic version"),
        ({"version": "1.0.0"}, "does not follow 1.0.0"),
        ({"version": "0.9.0"}, "does not follow 1.0.0"),
        ({"version": "1.1.0+build"}, "build metadata"),
        ({"extra": ("plan/clusters.csv",)}, "2 times"),
        ({"extra": ("plan",)}, "also a folder"),
        ({"extra": ("manifest.json",)}, "record's copy"),
        ({"extra": ("plan/with space.csv",)}, "is not a key"),
    ],
)
def test_an_unsound_draft_is_refused_before_anything_is_written(
    store: DirectoryStore, tmp_path: Path, publishing: Publishing, fields: dict[str, Any], said: str
) -> None:
    first = publishing("first")
    before = {key: store.get(key) for key in store.list("")}
    extra = fields.pop("extra", ()) if "extra" in fields else ()
    folder = tmp_path / "draft"
    draft = synthetic.draft(folder, first, "second", "run-2", **fields)
    files = [*draft.files, *(made_as(folder, name) for name in extra)]
    unsound = publish.ReleaseDraft(
        **{**{name: getattr(draft, name) for name in publish.ReleaseDraft.__slots__}, "files": files}
    )
    with pytest.raises(StoreError, match=said):
        publish.publish(synthetic.publisher(store), unsound, first, synthetic.attempt("2"))
    assert {key: store.get(key) for key in store.list("")} == before


def made_as(folder: Path, name: str) -> BuiltFile:
    path = folder / "extra"
    path.write_bytes(b"")
    return BuiltFile(name, None, None, "text/csv", path, 0, "0" * 64, None, None)


def test_a_file_that_changed_since_it_was_built_stops_before_the_commit(store: DirectoryStore, tmp_path: Path) -> None:
    draft = synthetic.draft(tmp_path, None, "content", "run")
    path = draft.files[-1].path
    path.write_bytes(b"x" * path.stat().st_size)
    with pytest.raises(StoreError, match="changed while"):
        publish.publish(synthetic.publisher(store), draft, None, synthetic.attempt("run"))
    assert history.head(store) is None
    assert not any(not key.startswith("data/") for key in store.list(""))


class DoubtfulSwap(DirectoryStore):
    """Moves latest.json and says that it does not know."""

    doubts = 1

    def swap(
        self, key: str, data: bytes, expected: str | None, media_type: str = "application/json"
    ) -> Done | Changed | InDoubt:
        answer = super().swap(key, data, expected, media_type)
        if key == layout.LATEST and self.doubts:
            self.doubts -= 1
            return InDoubt("timeout")
        return answer


def test_a_hint_that_moved_in_doubt_is_recognised_as_moved(tmp_path: Path) -> None:
    store = DoubtfulSwap(tmp_path / "public")
    publish_on(store, tmp_path, None, "content", "run")
    hint = history.read_hint(store)
    assert hint and hint.release == 1


def test_what_cannot_be_shown_is_not_committed(store: DirectoryStore, publishing: Publishing) -> None:
    def broken(manifest: Any, chain: Any) -> Any:
        raise StoreError("no page can be made of this")

    with pytest.raises(StoreError, match="no page"):
        publishing("1", pages=broken)
    assert history.head(store) is None
    assert {key.split("/")[0] for key in store.list("")} == {"data"}


def test_pages_are_made_once_for_a_release_that_nobody_overtakes(store: DirectoryStore, publishing: Publishing) -> None:
    made: list[int] = []

    def counted(manifest: Any, chain: Any) -> Any:
        made.append(manifest.release)
        return {"en/index.html": (b"<p>", "text/html")}

    publishing("1", pages=counted)
    publishing("2", pages=counted)
    assert made == [1, 2]


def test_an_unsound_draft_introduces_no_key(tmp_path: Path, store: DirectoryStore) -> None:
    bad = synthetic.draft(tmp_path / "built", None, "1", "run-1", version="nonsense")
    with pytest.raises(StoreError, match="semantic version"):
        publish.publish(synthetic.publisher(store, signer=synthetic.KEYS[0]), bad, None, synthetic.attempt("1"))
    assert list(store.list("")) == []
