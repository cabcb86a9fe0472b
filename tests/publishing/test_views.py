"""Views follow from the log, can be made again, and never show an older release after a newer one."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ogp_pipeline.errors import BrokenHistory, NotFound, StoreError
from ogp_pipeline.publishing import history, layout
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.reader import DirectoryReader
from ogp_pipeline.publishing.verify import verify
from ogp_pipeline.publishing.views import finish, hint, repair
from ogp_pipeline.release.manifest import Manifest
from ogp_pipeline.store.directory import DirectoryStore
from ogp_pipeline.store.protocol import Head
from tests.publishing import synthetic
from tests.publishing.conftest import Publishing
from tests.publishing.stopping import stopped


def parsed(store: DirectoryStore, key: str) -> Any:
    found = store.get(key)
    assert found
    return json.loads(found.data)


def test_versions_are_listed_newest_first(store: DirectoryStore, publishing: Publishing) -> None:
    first, second = publishing("1"), publishing("2")
    listed = parsed(store, layout.VERSIONS)
    assert [(entry["version"], entry["release"], entry["sha256"]) for entry in listed] == [
        ("1.1.0", 2, second.hash),
        ("1.0.0", 1, first.hash),
    ]
    assert listed[0] == {
        "version": "1.1.0",
        "release": 2,
        "created": "2024-03-01T12:00:00Z",
        "as_of": "2024-03-01",
        "manifest": "releases/2.json",
        "sha256": second.hash,
        "path": "v/1.1.0/",
    }


def test_deltas_are_those_of_releases_with_a_base(store: DirectoryStore, publishing: Publishing) -> None:
    publishing("1", extra=("changes.json",))
    assert parsed(store, layout.DELTAS) == []
    publishing("2", extra=("changes.json", "plan/changes/clusters.csv"))
    publishing("3", extra=("progress/changes.parquet",))  # as earlier software did
    third = publishing("4", extra=("changes.json", "changes-from-1.0.0.json"))
    listed = parsed(store, layout.DELTAS)
    assert [(d["from"], d["to"], d["dataset"], d["format"]) for d in listed] == [
        ("1.0.0", "1.3.0", None, "json"),
        ("1.2.0", "1.3.0", None, "json"),
        ("1.2.0", "1.3.0", "plan", "csv"),
        ("1.1.0", "1.2.0", "plan", "csv"),
        ("1.1.0", "1.2.0", "progress", "parquet"),
        ("1.0.0", "1.1.0", None, "json"),
        ("1.0.0", "1.1.0", "plan", "csv"),
    ]
    file = third.manifest.file("plan/changes.csv")
    assert file and listed[2]["sha256"] == file.sha256 and listed[2]["bytes"] == file.bytes and listed[2]["rows"] == 1
    assert all(store.get(one["path"]) for one in listed)


def test_a_name_that_the_newest_release_lost_is_gone_from_latest(store: DirectoryStore, publishing: Publishing) -> None:
    publishing("1", extra=("plan/old.csv",))
    assert store.get("latest/plan/old.csv")
    publishing("2")
    assert store.get("latest/plan/old.csv") is None
    assert store.get("v/1.0.0/plan/old.csv")


def test_pages_are_made_for_the_newest_release_and_the_whole_chain(
    store: DirectoryStore, publishing: Publishing
) -> None:
    publishing("1")

    def text(manifest: Manifest, releases: Sequence[Release]) -> dict[str, tuple[bytes, str]]:
        return {"es/index.html": (f"{manifest.version} {len(releases)}".encode(), "text/html")}

    publishing("2", pages=text)
    found = store.get("es/index.html")
    assert found and found.data == b"1.1.0 2"


@pytest.mark.parametrize(
    "key", ["latest.json", "data/x", "v/1.0.0/x", "releases/9.json", "latest/x.csv", "versions.json"]
)
def test_a_page_cannot_be_written_over_the_protocols_keys(
    store: DirectoryStore, publishing: Publishing, key: str
) -> None:
    with pytest.raises(StoreError, match="owns it"):
        publishing("1", pages=lambda manifest, chain: {key: (b"", "text/html")})


def test_the_hint_moves_after_all_views_stand(store: DirectoryStore, publishing: Publishing) -> None:
    publishing("1")
    hints: dict[str, int] = {}

    def watch(step: str) -> None:
        hint = history.read_hint(store)
        hints[step] = hint.release if hint else 0

    publishing("2", on_step=watch, pages=lambda manifest, chain: {"p.html": (b"", "text/html")})
    assert {step for step, release in hints.items() if release == 2} == {"hint", "finished"}


def test_the_descriptor_is_the_last_of_latest_to_change(store: DirectoryStore, publishing: Publishing) -> None:
    publishing("1")
    second: list[bool] = []

    def watch(step: str) -> None:
        if step.startswith("latest_"):
            found = store.get("latest/datapackage.json")
            second.append(bool(found and b"second" in found.data))

    publishing("second", on_step=watch)
    assert second == [False, False, False, True]


def test_repair_has_nothing_to_do_without_releases_or_when_all_stands(
    store: DirectoryStore, publishing: Publishing
) -> None:
    assert repair(synthetic.publisher(store)) == []
    publishing("1")
    assert repair(synthetic.publisher(store)) == []
    assert repair(synthetic.publisher(store), thorough=True) == []


def test_repair_completes_what_a_stopped_run_left(
    tmp_path: Path, store: DirectoryStore, publishing: Publishing
) -> None:
    publishing("1")
    stopped(publishing, "2", "committed")
    assert verify(DirectoryReader(tmp_path / "public")).problems
    done = repair(synthetic.publisher(store, pages=lambda manifest, chain: {"es/index.html": (b"made", "text/html")}))
    assert [str(one) for one in done] == ["Views of release 2 completed", "latest.json moved to release 2"]
    assert verify(DirectoryReader(tmp_path / "public")).problems == ()
    assert store.get("es/index.html")


def test_a_run_finishes_the_views_of_every_release_before_it(
    tmp_path: Path, store: DirectoryStore, publishing: Publishing
) -> None:
    for content in ("1", "2"):
        stopped(publishing, content, "committed")
    assert store.get("v/1.0.0/manifest.json") is None
    publishing("3")
    assert verify(DirectoryReader(tmp_path / "public")).problems == ()


def test_a_slow_run_ends_with_the_views_of_the_release_that_overtook_it(
    tmp_path: Path, store: DirectoryStore, publishing: Publishing
) -> None:
    overtaken = False

    def overtake(step: str) -> None:
        nonlocal overtaken
        if step == "latest_file" and not overtaken:
            overtaken = True
            publishing("fast")

    publishing("slow", on_step=overtake, extra=("plan/slow.csv",))
    hint = history.read_hint(store)
    assert overtaken and hint and hint.release == 2
    assert verify(DirectoryReader(tmp_path / "public")).problems == ()


def test_a_slow_run_never_takes_the_hint_back(store: DirectoryStore, publishing: Publishing) -> None:
    hints: list[int] = []

    def overtake(step: str) -> None:
        if step == "deltas" and not hints:
            hints.append(0)
            publishing("fast")
        if step == "hint":
            hint = history.read_hint(store)
            hints.append(hint.release if hint else 0)

    publishing("slow", on_step=overtake)
    assert hints == [0, 2, 2]


def test_finishing_an_old_release_never_takes_the_views_back(
    tmp_path: Path, store: DirectoryStore, publishing: Publishing
) -> None:
    publishing("1")
    publishing("2")
    store.delete("v/1.0.0/manifest.json")
    assert finish(synthetic.publisher(store), 1).n == 2
    assert verify(DirectoryReader(tmp_path / "public")).problems == ()
    with pytest.raises(NotFound):
        finish(synthetic.publisher(store), 3)


def test_thorough_repair_makes_damaged_views_again_and_says_which(
    tmp_path: Path, store: DirectoryStore, publishing: Publishing
) -> None:
    publishing("1", extra=("plan/old.csv",))
    publishing("2")
    store.put_view("latest/plan/clusters.csv", b"damaged", "text/csv")
    store.put_view("latest/plan/old.csv", b"left", "text/csv")
    store.delete("v/1.0.0/progress/updates.csv")
    store.delete("v/1.1.0/manifest.json")
    assert repair(synthetic.publisher(store)) == []
    store.put_view("versions.json", b"[]", "application/json")
    assert sorted(map(str, repair(synthetic.publisher(store), thorough=True))) == [
        "latest/plan/clusters.csv made again",
        "latest/plan/old.csv removed",
        "v/1.0.0/progress/updates.csv made again",
        "v/1.1.0/manifest.json made again",
        "versions.json made again",
    ]
    assert verify(DirectoryReader(tmp_path / "public")).problems == ()


def test_a_page_that_later_software_does_not_draw_any_more_goes_with_a_repair(
    tmp_path: Path, store: DirectoryStore, publishing: Publishing
) -> None:
    """As pieces of a search do, whose names come from what is in them."""
    publishing("1", pages=lambda manifest, chain: {"es/a.html": (b"a", "text/html"), "es/b.html": (b"b", "text/html")})
    later = synthetic.publisher(store, pages=lambda manifest, chain: {"es/a.html": (b"a", "text/html")})
    done = {str(repaired) for repaired in repair(later, thorough=True)}
    assert any("es/b.html" in told for told in done) and store.get("es/b.html") is None
    assert verify(DirectoryReader(tmp_path / "public")).problems == ()
    assert repair(later, thorough=True) == []


def test_thorough_repair_does_not_spread_damaged_data(
    tmp_path: Path, store: DirectoryStore, publishing: Publishing
) -> None:
    file = publishing("1").manifest.file("progress/updates.csv")
    assert file
    store.put_view(file.key, b"damaged", "text/csv")
    reason = f"{file.key} is missing or damaged"
    assert list(map(str, repair(synthetic.publisher(store), thorough=True))) == [
        f"v/1.0.0/progress/updates.csv left alone: {reason}",
        f"latest/progress/updates.csv left alone: {reason}",
    ]
    problems = verify(DirectoryReader(tmp_path / "public")).problems
    assert [finding.key for finding in problems] == [file.key]


def wrong_hint(store: DirectoryStore, how: str) -> bytes:
    newest = history.release(store, 2)
    if how == "damaged":
        return b"damage"
    changes = {
        "too high": {"release": 99},
        "of another record": {"sha256": "0" * 64},
        "elsewhere": {"path": "v/9.9.9/"},
    }
    return json.dumps({**json.loads(hint(newest)), **changes[how]}).encode()


@pytest.mark.parametrize("how", ["damaged", "too high", "of another record", "elsewhere"])
def test_a_wrong_hint_is_mended_by_a_repair(
    tmp_path: Path, store: DirectoryStore, publishing: Publishing, how: str
) -> None:
    publishing("1")
    publishing("2")
    store.put_view(layout.LATEST, wrong_hint(store, how), layout.JSON)
    if how in ("damaged", "too high"):
        with pytest.raises(BrokenHistory, match="`ogp repair`"):
            publishing("3")
    assert list(map(str, repair(synthetic.publisher(store), thorough=True))) == ["latest.json made again"]
    assert verify(DirectoryReader(tmp_path / "public")).problems == ()
    assert repair(synthetic.publisher(store), thorough=True) == []
    assert publishing("3").n == 3


def test_a_repair_without_a_hint_completes_what_was_committed(
    tmp_path: Path, store: DirectoryStore, publishing: Publishing
) -> None:
    publishing("1", extra=("plan/old.csv",))
    stopped(publishing, "2", "committed")
    store.put_view(layout.LATEST, b"damage", layout.JSON)
    repair(synthetic.publisher(store), thorough=True)
    assert verify(DirectoryReader(tmp_path / "public")).problems == ()


def test_a_repair_never_leaves_later_releases_behind(store: DirectoryStore, publishing: Publishing) -> None:
    for content in ("1", "2", "3"):
        publishing(content)
    whole = store.get(layout.LATEST)
    store.delete("releases/3.json")
    with pytest.raises(BrokenHistory, match=r"v/1\.2\.0/manifest\.json is a copy of it"):
        repair(synthetic.publisher(store), thorough=True)
    assert store.get(layout.LATEST) == whole
    store.copy("v/1.2.0/manifest.json", "releases/3.json", layout.JSON)
    store.put_view(layout.LATEST, b"damage", layout.JSON)
    store.delete("releases/2.json")
    with pytest.raises(BrokenHistory, match=r"releases/2\.json is missing, but releases/3\.json exists"):
        repair(synthetic.publisher(store), thorough=True)


def test_a_repair_that_is_overtaken_ends_with_the_newer_release(
    tmp_path: Path, store: DirectoryStore, publishing: Publishing
) -> None:
    publishing("1")
    publishing("2")
    store.delete("v/1.0.0/plan/clusters.csv")
    hints: list[int] = []

    def overtake(step: str) -> None:
        if not hints:
            publishing("3", extra=("plan/new.csv",))
        found = history.read_hint(store)
        hints.append(found.release if found else 0)

    repair(synthetic.publisher(store, on_step=overtake), thorough=True)
    assert set(hints) == {3}
    assert store.get("latest/plan/new.csv")
    assert verify(DirectoryReader(tmp_path / "public")).problems == ()


class OwnTags(DirectoryStore):
    """As buckets are that are encrypted with a key of their owner's: no tag is like another, and sha256 are kept."""

    def head(self, key: str) -> Head | None:
        found, stored = super().head(key), self.get(key)
        return Head(key, found.size, hashlib.sha256(stored.data).hexdigest()) if found and stored else None


def test_where_tags_are_no_hashes_a_repair_reads_and_copies_nothing_again(
    tmp_path: Path, publishing: Publishing
) -> None:
    publishing("1")
    store = OwnTags(tmp_path / "public")
    assert repair(synthetic.publisher(store), thorough=True) == []
    store.put_view("latest/plan/clusters.csv", b"damage", "text/csv")
    assert list(map(str, repair(synthetic.publisher(store), thorough=True))) == ["latest/plan/clusters.csv made again"]
