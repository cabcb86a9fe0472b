"""What the law wants gone is gone everywhere, a signed tombstone says so, and everything else still verifies."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ogp_pipeline.errors import StoreError
from ogp_pipeline.publishing import history, keyring, layout, publish, purge, signing, views
from ogp_pipeline.publishing.finding import Kind
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.publisher import Hooks
from ogp_pipeline.publishing.purge import Statement
from ogp_pipeline.publishing.reader import DirectoryReader
from ogp_pipeline.publishing.verify import verify
from ogp_pipeline.store.directory import DirectoryStore
from tests.publishing import synthetic
from tests.publishing.conftest import AsLeft, Jobs, Publishing, publishing_in
from tests.publishing.test_verify import found, overwrite

KEY, NEXT, _, STRANGER = synthetic.KEYS
STATEMENT = synthetic.PURGE
OLD = "plan/old.csv"
CLUSTERS = "plan/clusters.csv"  # the same in every release


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "public"


@pytest.fixture
def chain(as_left: AsLeft, store: DirectoryStore) -> list[Release]:
    """Three signed releases; the first two share a file that the third has not."""
    as_left("to be purged", _published)
    return history.releases(store)


def _published(folder: Path) -> None:
    publishing = publishing_in(folder)
    publishing("1", extra=(OLD,), signer=KEY)
    publishing("1", "again", extra=(OLD,), signer=KEY)
    publishing("3", signer=KEY)


def digests(chain: list[Release]) -> set[str]:
    return {file.sha256 for record in chain for file in record.manifest.files if file.name == OLD}


def erase(store: DirectoryStore, chain: list[Release], **how: Any) -> list[str]:
    signer = how.pop("signer", KEY)
    return purge.purge(store, purge.find(store, digests(chain)), how.pop("statement", STATEMENT), signer, Hooks(**how))


def test_the_bytes_are_gone_from_every_place(store: DirectoryStore, root: Path, chain: list[Release]) -> None:
    copy = store.get(layout.version("1.0.0", OLD))
    assert copy
    left = layout.data(synthetic.attempt("killed"), OLD)
    overwrite(root, left, copy.data)
    erase(store, chain)
    assert not [path for path in root.rglob("*") if path.is_file() and path.read_bytes() == copy.data]
    assert store.get(left) is None


def test_a_tombstone_tells_what_was_removed_by_whom_and_why(store: DirectoryStore, chain: list[Release]) -> None:
    tombstones = erase(store, chain)
    assert tombstones == sorted(layout.tombstone(one) for one in digests(chain))
    said = json.loads((store.get(tombstones[0]) or pytest.fail("none")).data)
    file = next(
        one for record in chain for one in record.manifest.files if layout.tombstone(one.sha256) == tombstones[0]
    )
    assert (said["bytes"], said["by"], said["law"], said["release"]) == (file.bytes, STATEMENT.by, STATEMENT.law, 3)
    assert file.key in said["keys"] and said["seals"][0]["key"] == KEY.fingerprint


def test_what_is_left_still_verifies_and_the_purge_is_named(
    store: DirectoryStore, root: Path, chain: list[Release]
) -> None:
    erase(store, chain)
    result = verify(DirectoryReader(root), trusted=KEY.fingerprint)
    assert result.problems == ()
    purged = {(note.kind, note.key) for note in result.notes}
    expected = {
        key
        for record in chain[:2]
        for file in record.manifest.files
        if file.name == OLD
        for key in (file.key, layout.version(record.version, OLD))
    }
    assert purged == {(Kind.PURGED, key) for key in expected}
    assert all(STATEMENT.law in note.found and STATEMENT.by in note.found for note in result.notes)


def test_repair_brings_nothing_back(store: DirectoryStore, root: Path, chain: list[Release]) -> None:
    erase(store, chain)
    before = set(store.list(""))
    assert views.repair(synthetic.publisher(store, signer=KEY), thorough=True) == []
    assert set(store.list("")) == before


def test_releases_go_on(store: DirectoryStore, root: Path, chain: list[Release], publishing: Publishing) -> None:
    erase(store, chain)
    publishing("4", signer=KEY)
    keyring.rotate(synthetic.publisher(store, signer=KEY), NEXT, 5, "2024-03-02T00:00:00Z", "yearly")
    publishing("5", signer=NEXT)
    assert verify(DirectoryReader(root)).problems == ()


def test_what_the_newest_release_holds_is_not_purged(store: DirectoryStore, chain: list[Release]) -> None:
    before = set(store.list(""))
    newest = chain[-1].manifest.file("plan/clusters.csv")
    assert newest
    with pytest.raises(StoreError, match=r"1\.2\.0, holds plan/clusters\.csv"):
        purge.find(store, {newest.sha256})
    assert set(store.list("")) == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda one: signing.seal(one, STRANGER), "no key of the publication"),
        (lambda one: json.dumps({**one, "seals": []}).encode(), "no key of the publication"),
        (lambda one: signing.seal({**one, "bytes": 1}, KEY), "a tombstone of 1 bytes"),
        (lambda one: signing.seal({**one, "sha256": "0" * 64}, KEY), "sha256 0000"),
        (lambda one: signing.seal({**one, "format": "ogp-signature/1"}, KEY), "no tombstone"),
        (lambda one: signing.seal({**one, "release": "x"}, KEY), "was replaced"),
        (lambda one: signing.seal({**one, "release": 0}, KEY), "up to release 0"),
        (lambda one: signing.seal({**one, "keys": []}, KEY), "does not name this key"),
        (lambda one: signing.seal({**one, "keys": "data/"}, KEY), "does not name this key"),
        (lambda one: b"<html>", "no tombstone"),
    ],
)
def test_a_tombstone_that_accounts_for_nothing_does_not_excuse_what_is_missing(
    store: DirectoryStore, root: Path, chain: list[Release], change: Any, said: str
) -> None:
    key = erase(store, chain)[0]
    document = json.loads((root / key).read_bytes())
    document.pop("seals")
    overwrite(root, key, change(document))
    problems = verify(DirectoryReader(root)).problems
    assert {problem.kind for problem in problems} == {Kind.MISSING, Kind.TOMBSTONE_WRONG}
    assert said in next(problem.found for problem in problems if problem.kind is Kind.TOMBSTONE_WRONG)


def test_a_key_that_was_replaced_excuses_nothing_any_more(
    store: DirectoryStore, root: Path, chain: list[Release]
) -> None:
    keyring.rotate(synthetic.publisher(store, signer=KEY), NEXT, 4, "2024-03-02T00:00:00Z", "stolen")
    late = Statement(STATEMENT.created, STATEMENT.by, STATEMENT.reason, STATEMENT.law, 4)
    erase(store, chain, statement=late)
    assert Kind.TOMBSTONE_WRONG in {kind for kind, _ in found(root)}


def test_a_replaced_key_cannot_excuse_what_its_successors_published(
    store: DirectoryStore, root: Path, chain: list[Release], publishing: Publishing
) -> None:
    keyring.rotate(synthetic.publisher(store, signer=KEY), NEXT, 4, "2024-03-02T00:00:00Z", "stolen")
    file = publishing("4", signer=NEXT, extra=(OLD,)).manifest.file(OLD)
    publishing("5", signer=NEXT)
    assert file
    forged = purge.Target(file.sha256, file.bytes, (file.key, layout.version("1.3.0", OLD)))
    purge.purge(store, [forged], STATEMENT, KEY)  # says: release 3
    assert set(found(root)) >= {(Kind.MISSING, key) for key in forged.keys}


def test_nothing_excuses_what_the_newest_release_lacks(store: DirectoryStore, root: Path, chain: list[Release]) -> None:
    file = chain[0].manifest.file("plan/clusters.csv")
    assert file
    key = layout.version("1.0.0", file.name)
    purge.purge(store, [purge.Target(file.sha256, file.bytes, (key,))], STATEMENT, KEY)
    assert (Kind.MISSING, key) in found(root)


@pytest.mark.parametrize("change", [{"bytes": "x"}, {"bytes": None}, {"keys": 1}, {"keys": [1]}, {"release": []}])
def test_a_damaged_tombstone_is_none(
    store: DirectoryStore, root: Path, chain: list[Release], change: dict[str, Any]
) -> None:
    key = erase(store, chain)[0]
    document = json.loads((root / key).read_bytes()) | change
    document.pop("seals")
    for data in (json.dumps(document).encode(), signing.seal(document, KEY)):
        overwrite(root, key, data)
        views.repair(synthetic.publisher(store, signer=KEY), thorough=True)
        assert Kind.TOMBSTONE_WRONG in {kind for kind, _ in found(root)}


def test_purged_bytes_that_are_back_are_named_and_removed(
    store: DirectoryStore, root: Path, chain: list[Release]
) -> None:
    key = layout.version("1.0.0", OLD)
    copy = store.get(key)
    assert copy
    erase(store, chain)
    store.put_view(key, copy.data, "text/csv")  # as a late copy does
    assert found(root) == [(Kind.TOMBSTONE_WRONG, key)]
    views.repair(synthetic.publisher(store, signer=KEY), thorough=True)
    assert store.get(key) is None and found(root) == []


def test_a_signed_tombstone_cannot_have_other_bytes_repaired_away(store: DirectoryStore, chain: list[Release]) -> None:
    other = chain[0].manifest.file("progress/updates.csv")
    assert other
    erase(store, chain)
    document = {"format": purge.FORMAT, "sha256": "a" * 64, "bytes": 1, "keys": [other.key], "release": 3}
    store.create(layout.tombstone("a" * 64), signing.seal(document, KEY))
    views.repair(synthetic.publisher(store, signer=KEY), thorough=True)
    assert store.head(other.key)


def test_a_purge_of_what_killed_publishers_never_showed_does_not_stop_the_publication(
    store: DirectoryStore, root: Path, publishing: Publishing
) -> None:
    publishing("1", signer=KEY)
    for number, extra in (("2", (OLD,)), ("3", ())):
        with pytest.raises(RuntimeError, match="killed"):
            publishing(number, signer=KEY, extra=extra, on_step=_die)
    erase(store, history.releases(store))
    views.repair(synthetic.publisher(store, signer=KEY))
    publishing("4", signer=KEY)
    hint = history.read_hint(store)
    assert hint and hint.release == 4
    assert found(root) == []


def without_clusters(folder: Path, base: Release) -> publish.ReleaseDraft:
    draft = synthetic.draft(folder, base, "2", "without")
    return replace(draft, files=tuple(file for file in draft.files if file.name != CLUSTERS))


def test_a_rollback_that_a_purge_overtakes_is_refused_and_stops_nothing(
    store: DirectoryStore, root: Path, tmp_path: Path, publishing: Publishing
) -> None:
    first = publishing("1", signer=KEY)
    file = first.manifest.file(CLUSTERS)
    assert file
    draft = without_clusters(tmp_path, first)
    publish.publish(synthetic.publisher(store, signer=KEY), draft, first, synthetic.attempt("without"))

    def overtake(step: str) -> None:
        if step == "ready":
            purge.purge(store, purge.find(store, {file.sha256}), STATEMENT, KEY)

    with pytest.raises(StoreError, match=r"plan/clusters\.csv removed"):
        publishing("3", signer=KEY, also=first, on_step=overtake)
    made = history.head(store)
    assert made and made.n == 2 and store.head(layout.latest(CLUSTERS)) is None
    draft = without_clusters(tmp_path, made)
    publish.publish(
        synthetic.publisher(store, signer=KEY), replace(draft, publish_id="4"), made, synthetic.attempt("4")
    )
    hint = history.read_hint(store)
    assert hint and hint.release == 3
    assert (Kind.MISSING, layout.version("1.0.0", CLUSTERS)) not in found(root)


def test_what_was_purged_is_not_published_again(store: DirectoryStore, tmp_path: Path, publishing: Publishing) -> None:
    first = publishing("1", signer=KEY)
    file = first.manifest.file(CLUSTERS)
    assert file
    draft = without_clusters(tmp_path, first)
    publish.publish(synthetic.publisher(store, signer=KEY), draft, first, synthetic.attempt("without"))
    purge.purge(store, purge.find(store, {file.sha256}), STATEMENT, KEY)
    before = set(store.list(""))
    with pytest.raises(StoreError, match=r"plan/clusters\.csv removed"):
        publishing("3", signer=KEY)
    assert set(store.list("")) == before
    head = history.head(store)
    assert head and head.n == 2


def _die(step: str) -> None:
    if step == "committed":
        raise RuntimeError("killed")


def test_a_missing_file_without_a_tombstone_is_missing(root: Path, chain: list[Release]) -> None:
    (root / layout.version("1.0.0", OLD)).unlink()
    assert found(root) == [(Kind.MISSING, layout.version("1.0.0", OLD))]


def test_a_tombstone_that_is_none_stops_the_purge(store: DirectoryStore, root: Path, chain: list[Release]) -> None:
    overwrite(root, layout.tombstone(sorted(digests(chain))[0]), b"{}")
    before = set(store.list(""))
    with pytest.raises(StoreError, match="no tombstone of these bytes"):
        erase(store, chain)
    assert set(store.list("")) >= before


@pytest.mark.slow
@pytest.mark.parametrize("mend", ["purge", "repair"])
def test_killed_at_any_step_it_is_completed_by_itself_or_by_repair(
    root: Path, store: DirectoryStore, chain: list[Release], jobs: Jobs, mend: str
) -> None:
    wanted = sorted(digests(chain))
    kept = set(store.list("")) - {key for one in purge.find(store, wanted) for key in one.keys}
    job = {"do": "purge", "root": str(root), "sha256": wanted}
    for step in range(1, 4):
        [killed] = jobs({**job, "kill_step": step})
        assert killed["signal"] == 9
        assert {kind for kind, _ in found(root)} <= {Kind.TOMBSTONE_WRONG}  # what is still there is named
        assert {hashlib.sha256((root / key).read_bytes()).hexdigest() for key in store.list("tombstones/")}
    [done] = jobs(job if mend == "purge" else {"do": "repair", "root": str(root)})
    assert done["exit"] == 0
    assert set(store.list("")) == kept | {layout.tombstone(one) for one in wanted}
    assert found(root) == []
