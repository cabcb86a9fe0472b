"""Verification finds every kind of damage, names it and where it is, and is silent about what is sound."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from ogp_pipeline.errors import StoreError
from ogp_pipeline.publishing import history, views
from ogp_pipeline.publishing.finding import Kind, VerifyFinding
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.reader import DirectoryReader, HttpReader, Reader
from ogp_pipeline.publishing.verify import verify
from ogp_pipeline.store.directory import DirectoryStore
from tests.publishing.conftest import AsLeft, Publishing, publishing_in


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "public"


@pytest.fixture
def chain(as_left: AsLeft, store: DirectoryStore) -> list[Release]:
    """Three releases; the first has a file that the others do not."""
    as_left("three releases", _published)
    return history.releases(store)


def _published(folder: Path) -> None:
    publishing = publishing_in(folder)
    publishing("1", extra=("plan/old.csv",))
    publishing("2")
    publishing("3")


def overwrite(root: Path, key: str, data: bytes) -> None:
    """Put other bytes under a key, and under no other key that shares its inode."""
    path = root / key
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def found(root: Path, **how: Any) -> list[tuple[Kind, str]]:
    return [(finding.kind, finding.key) for finding in verify(DirectoryReader(root), **how).problems]


def key_of(release: Release, name: str) -> str:
    file = release.manifest.file(name)
    assert file
    return file.key


def test_sound_releases_have_no_finding(root: Path, chain: list[Release]) -> None:
    result = verify(DirectoryReader(root))
    assert result.good and result.releases == 3
    assert result.newest == (3, chain[-1].hash)
    # data: 5 + 3 + 3 (one file is shared); views: 6 + 5 + 5; latest: 4, and the name that is gone
    assert result.files == 11 + 16 + 5
    assert result.bytes > 0


def test_a_place_without_a_publication_is_not_called_whole(root: Path) -> None:
    root.mkdir()
    with pytest.raises(StoreError, match="holds no publication"):
        verify(DirectoryReader(root))


def test_progress_counts_up_to_the_total(root: Path, chain: list[Release]) -> None:
    seen: list[tuple[int, int]] = []
    verify(DirectoryReader(root), progress=lambda done, total, key: seen.append((done, total)))
    assert [done for done, _ in seen] == list(range(1, len(seen) + 1))
    assert {total for _, total in seen} == {len(seen)}


def test_a_changed_byte_is_found_with_what_was_expected(root: Path, chain: list[Release]) -> None:
    key = key_of(chain[1], "progress/updates.csv")
    data = bytearray((root / key).read_bytes())
    data[0] ^= 1
    overwrite(root, key, bytes(data))
    (finding,) = verify(DirectoryReader(root)).problems
    assert (finding.kind, finding.key) == (Kind.CHANGED, key)
    file = chain[1].manifest.file("progress/updates.csv")
    assert file and file.sha256 in finding.expected and file.sha256 not in finding.found


def test_a_longer_file_is_found(root: Path, chain: list[Release]) -> None:
    key = key_of(chain[0], "plan/old.csv")
    overwrite(root, key, (root / key).read_bytes() + b"more")
    assert found(root) == [(Kind.CHANGED, key)]


def test_a_deleted_file_is_found_once_however_many_releases_share_it(root: Path, chain: list[Release]) -> None:
    key = key_of(chain[2], "plan/clusters.csv")
    (root / key).unlink()
    assert found(root) == [(Kind.MISSING, key)]


def test_an_edited_record_breaks_the_chain_and_its_view(root: Path, chain: list[Release]) -> None:
    record = json.loads(chain[1].data)
    record["as_of"] = "2020-01-01"
    overwrite(root, "releases/2.json", rfc8785.dumps(record))
    kinds = found(root)
    assert (Kind.CHAIN_BROKEN, "releases/3.json") in kinds
    assert (Kind.VIEW_DIFFERS, "v/1.1.0/manifest.json") in kinds
    assert (Kind.LIST_DIFFERS, "versions.json") in kinds


def test_an_edited_newest_record_is_found_without_a_later_one(root: Path, chain: list[Release]) -> None:
    record = json.loads(chain[2].data)
    record["deliveries"] = {"accepted": 99}
    overwrite(root, "releases/3.json", rfc8785.dumps(record))
    assert (Kind.HINT_WRONG, "latest.json") in found(root)


def test_a_record_written_otherwise_is_not_canonical(root: Path, chain: list[Release]) -> None:
    overwrite(root, "releases/3.json", json.dumps(json.loads(chain[2].data), indent=1).encode())
    assert (Kind.RECORD_UNREADABLE, "releases/3.json") in found(root)


@pytest.mark.parametrize("data", [b"", b"<html>", b"{}", b'{"format":"ogp-release/1"}'])
def test_what_is_no_record_is_found(root: Path, chain: list[Release], data: bytes) -> None:
    overwrite(root, "releases/2.json", data)
    assert (Kind.RECORD_UNREADABLE, "releases/2.json") in found(root)


def test_a_record_that_names_files_outside_is_refused(root: Path, chain: list[Release]) -> None:
    (root.parent / "secret").write_text("secret")
    record = json.loads(chain[2].data)
    record["files"][0]["key"] = "../secret"
    overwrite(root, "releases/3.json", rfc8785.dumps(record))
    assert (Kind.RECORD_UNREADABLE, "releases/3.json") in found(root)


def test_a_record_under_another_number_is_found(root: Path, chain: list[Release]) -> None:
    overwrite(root, "releases/2.json", chain[0].data)
    assert (Kind.RECORD_UNREADABLE, "releases/2.json") in found(root)


@pytest.mark.parametrize("n", [1, 2])
def test_a_release_dropped_in_the_middle_is_found(root: Path, chain: list[Release], n: int) -> None:
    (root / f"releases/{n}.json").unlink()
    assert (Kind.RECORD_MISSING, f"releases/{n}.json") in found(root)


def test_a_swapped_view_is_found(root: Path, chain: list[Release]) -> None:
    overwrite(root, "v/1.1.0/progress/updates.csv", (root / "v/1.2.0/progress/updates.csv").read_bytes())
    assert found(root) == [(Kind.VIEW_DIFFERS, "v/1.1.0/progress/updates.csv")]


def test_a_missing_view_is_found(root: Path, chain: list[Release]) -> None:
    (root / "v/1.0.0/plan/old.csv").unlink()
    (root / "v/1.2.0/manifest.json").unlink()
    assert found(root) == [(Kind.MISSING, "v/1.0.0/plan/old.csv"), (Kind.MISSING, "v/1.2.0/manifest.json")]


def test_an_old_file_under_latest_is_found(root: Path, chain: list[Release]) -> None:
    overwrite(root, "latest/progress/updates.csv", (root / "v/1.1.0/progress/updates.csv").read_bytes())
    overwrite(root, "latest/plan/old.csv", (root / "v/1.0.0/plan/old.csv").read_bytes())
    (root / "latest/datapackage.json").unlink()
    overwrite(root, "latest/plan/changes.csv", b"of no release")
    assert found(root) == [
        (Kind.MISSING, "latest/datapackage.json"),
        (Kind.LATEST_DIFFERS, "latest/plan/changes.csv"),
        (Kind.VIEWS_BEHIND, "latest/plan/old.csv"),
        (Kind.VIEWS_BEHIND, "latest/progress/updates.csv"),
    ]


def test_latest_put_back_is_found(root: Path, chain: list[Release]) -> None:
    overwrite(root, "latest.json", views.hint(chain[0]))
    (finding,) = verify(DirectoryReader(root)).problems
    assert (finding.kind, finding.key) == (Kind.VIEWS_BEHIND, "latest.json")
    assert "release 3" in finding.expected and "release 1" in finding.found


def test_latest_before_its_commit_is_found(root: Path, chain: list[Release]) -> None:
    hint = json.loads((root / "latest.json").read_bytes())
    overwrite(root, "latest.json", rfc8785.dumps({**hint, "release": 4, "manifest": "releases/4.json"}))
    assert found(root) == [(Kind.HINT_WRONG, "latest.json")]


@pytest.mark.parametrize("data", [b"", b"[]", b'{"release":3}'])
def test_an_unreadable_hint_is_found(root: Path, chain: list[Release], data: bytes) -> None:
    overwrite(root, "latest.json", data)
    assert (Kind.HINT_WRONG, "latest.json") in found(root)


def test_a_hint_with_another_hash_is_found(root: Path, chain: list[Release]) -> None:
    hint = json.loads((root / "latest.json").read_bytes())
    overwrite(root, "latest.json", rfc8785.dumps({**hint, "sha256": "0" * 64}))
    assert found(root) == [(Kind.HINT_WRONG, "latest.json")]


@pytest.mark.parametrize("key", ["versions.json", "deltas.json"])
def test_an_edited_list_is_found(root: Path, chain: list[Release], key: str) -> None:
    listed = json.loads((root / key).read_bytes())
    overwrite(root, key, rfc8785.dumps(listed[:-1]))
    assert found(root) == [(Kind.LIST_DIFFERS, key)]
    overwrite(root, key, rfc8785.dumps(listed[1:]))  # as it was at the release before
    assert found(root) == [(Kind.VIEWS_BEHIND, key)]
    (root / key).unlink()
    assert found(root) == [(Kind.MISSING, key)]


def test_two_releases_under_one_version_are_found(root: Path, chain: list[Release]) -> None:
    record = json.loads(chain[2].data)
    record["version"] = "1.1.0"
    overwrite(root, "releases/3.json", rfc8785.dumps(record))
    assert (Kind.VERSION_REPEATED, "releases/3.json") in found(root)


def test_a_history_rewritten_as_a_whole_is_found_by_who_remembers(
    root: Path, chain: list[Release], store: DirectoryStore, publishing: Publishing
) -> None:
    seen = (2, chain[1].hash)
    assert found(root, since=seen) == []
    shutil.rmtree(root)
    for content in ("1", "other", "3"):
        publishing(content)
    assert found(root) == []
    assert found(root, since=seen) == [(Kind.HISTORY_REWRITTEN, "releases/2.json")]


def test_a_history_cut_short_is_found_by_who_remembers(root: Path, chain: list[Release]) -> None:
    seen = (3, chain[2].hash)
    (root / "releases/3.json").unlink()
    assert (Kind.HISTORY_REWRITTEN, "releases/3.json") in found(root, since=seen)


def test_what_was_verified_before_is_not_read_again(root: Path, chain: list[Release]) -> None:
    everything, later = verify(DirectoryReader(root)), verify(DirectoryReader(root), since=(2, chain[1].hash))
    assert later.good and later.files < everything.files and later.newest == everything.newest


def test_over_http_the_same_is_found(root: Path, chain: list[Release], serve: Callable[[Path], str]) -> None:
    address = serve(root)
    assert replace(verify(HttpReader(address)), host=()) == verify(DirectoryReader(root))
    overwrite(root, key_of(chain[0], "plan/old.csv"), b"changed")
    (root / "releases/2.json").unlink()
    (root / "latest/plan/clusters.csv").unlink()
    over_http = replace(verify(HttpReader(address)), host=())
    assert over_http == verify(DirectoryReader(root))
    assert {finding.kind for finding in over_http.problems} >= {
        Kind.CHANGED,
        Kind.RECORD_MISSING,
        Kind.MISSING,
    }


class PublishingMeanwhile(DirectoryReader):
    """A place that shows no list, and where a release is published when a certain key is first read."""

    at_once = 1

    def __init__(self, root: Path, key: str, publish: Callable[[], object]) -> None:
        super().__init__(root)
        self._key, self._publish, self._waiting = key, publish, True

    def listed(self) -> None:  # type: ignore[override] - as a web server
        return None

    def stream(self, key: str, *, fresh: bool = False) -> Any:
        self._pass(key)
        return super().stream(key, fresh=fresh)

    def _pass(self, key: str) -> None:
        if key == self._key and self._waiting:
            self._waiting = False
            self._publish()


@pytest.mark.parametrize(
    "key",
    ["latest.json", "releases/3.json", "v/1.2.0/manifest.json", "versions.json", "latest/plan/clusters.csv"],
)
def test_a_release_published_meanwhile_is_no_damage(
    root: Path, chain: list[Release], publishing: Publishing, key: str
) -> None:
    reader: Reader = PublishingMeanwhile(root, key, lambda: publishing("4"))
    problems: tuple[VerifyFinding, ...] = verify(reader).problems
    assert problems == ()
    result = verify(DirectoryReader(root))
    assert result.releases == 4 and result.good
