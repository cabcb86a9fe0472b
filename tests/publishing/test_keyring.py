"""Signed publications: every release is signed by the key in force, keys follow each other, and nobody else can."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from ogp_pipeline.errors import StoreError
from ogp_pipeline.publishing import history, keyring, layout, lists, signing, views
from ogp_pipeline.publishing.finding import Kind
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.reader import DirectoryReader, HttpReader
from ogp_pipeline.publishing.repair_report import Repair
from ogp_pipeline.publishing.verify import verify
from ogp_pipeline.store.directory import DirectoryStore
from tests.publishing import synthetic
from tests.publishing.conftest import AsLeft, Jobs, Publishing, publishing_in
from tests.publishing.synthetic import KEYS
from tests.publishing.test_verify import PublishingMeanwhile, found, overwrite

FIRST, SECOND, THIRD, STRANGER = KEYS


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "public"


@pytest.fixture
def chain(as_left: AsLeft, store: DirectoryStore) -> list[Release]:
    """Release 1 without a signature, 2 and 3 with the first key, 4 with the second."""
    as_left("two keys", _published)
    return history.releases(store)


def _published(folder: Path) -> None:
    publishing = publishing_in(folder)
    publishing("1")
    publishing("2", signer=FIRST)
    publishing("3", signer=FIRST)
    rotate(DirectoryStore(folder / "public"), FIRST, SECOND, 4)
    publishing("4", signer=SECOND)


def rotate(store: DirectoryStore, old: signing.SigningKey, new: signing.SigningKey, first: int) -> keyring.PublicKey:
    return keyring.rotate(synthetic.publisher(store, signer=old), new, first, "2024-03-02T00:00:00Z", "once a year")


def kinds(root: Path, **how: Any) -> set[tuple[Kind, str]]:
    return set(found(root, **how))


def test_a_publication_without_a_key_has_no_object_of_keys(store: DirectoryStore, publishing: Publishing) -> None:
    publishing("1")
    assert not [key for key in store.list("") if "sig" in key or key.startswith("keys")]


def test_every_release_is_signed_from_the_first_with_a_key(
    store: DirectoryStore, root: Path, chain: list[Release]
) -> None:
    assert [key for key in store.list("releases/") if "sig" in key] == [layout.signature(n) for n in (2, 3, 4)]
    result = verify(DirectoryReader(root), trusted=FIRST.fingerprint)
    assert result.good and result.key == SECOND.fingerprint
    assert verify(DirectoryReader(root), trusted=SECOND.fingerprint).good


def test_the_same_is_seen_over_http(root: Path, chain: list[Release], serve: Callable[[Path], str]) -> None:
    over_http = verify(HttpReader(serve(root)), trusted=FIRST.fingerprint)
    assert replace(over_http, host=()) == verify(DirectoryReader(root), trusted=FIRST.fingerprint)


def test_the_signature_stands_before_readers_are_sent_there(store: DirectoryStore, publishing: Publishing) -> None:
    seen: list[str] = []

    def look(step: str) -> None:
        seen.append(step)
        if step == "signed":
            assert store.get("releases/1.json") and store.get("latest.json") is None
        elif step == "version_manifest":
            assert store.get("releases/1.sig.json")

    publishing("1", signer=FIRST, on_step=look)
    assert seen.index("committed") + 1 == seen.index("signed")


def test_a_signed_publication_takes_no_release_without_its_key(
    store: DirectoryStore, publishing: Publishing, chain: list[Release]
) -> None:
    before = set(store.list(""))
    for signer, why in ((None, "set OGP_SIGNING_KEY"), (FIRST, "use that one"), (STRANGER, "use that one")):
        with pytest.raises(StoreError, match=why):
            publishing("5", signer=signer)
    assert set(store.list("")) == before


def test_only_the_key_in_force_introduces_the_next(store: DirectoryStore, chain: list[Release]) -> None:
    for old in (FIRST, STRANGER):
        with pytest.raises(StoreError, match="use that one"):
            rotate(store, old, THIRD, 5)
    with pytest.raises(StoreError, match="used here before"):
        rotate(store, SECOND, FIRST, 5)
    assert rotate(store, SECOND, THIRD, 5).n == 3
    assert rotate(store, SECOND, THIRD, 5).n == 3, "told again, it is done already"


def test_a_key_cannot_be_replaced_before_there_is_one(store: DirectoryStore, publishing: Publishing) -> None:
    publishing("1")
    with pytest.raises(StoreError, match="no key yet"):
        rotate(store, FIRST, SECOND, 2)


def test_a_missing_signature_is_named_and_repaired(store: DirectoryStore, root: Path, chain: list[Release]) -> None:
    (root / "releases/3.sig.json").unlink()
    assert found(root) == [(Kind.SIGNATURE_MISSING, "releases/3.sig.json")]
    with pytest.raises(StoreError, match="OGP_SIGNING_KEY"):
        views.repair(synthetic.publisher(store), thorough=True)
    assert views.repair(synthetic.publisher(store, signer=SECOND), thorough=True) == [Repair("signed", "3")]
    assert found(root) == []
    assert views.repair(synthetic.publisher(store, signer=SECOND), thorough=True) == []


def test_a_damaged_signature_is_made_again_by_the_key_in_force(
    store: DirectoryStore, root: Path, chain: list[Release]
) -> None:
    for n, data in ((2, b"["), (4, b'{"seals":[]}')):
        overwrite(root, layout.signature(n), data)
    with pytest.raises(StoreError, match="OGP_SIGNING_KEY"):
        views.repair(synthetic.publisher(store), thorough=True)
    assert views.repair(synthetic.publisher(store, signer=SECOND), thorough=True) == [
        Repair("signed", "2"),
        Repair("signed", "4"),
    ]
    assert verify(DirectoryReader(root), trusted=FIRST.fingerprint).problems == ()
    assert views.repair(synthetic.publisher(store, signer=SECOND), thorough=True) == []


def test_a_release_signed_while_its_key_was_retired_is_signed_again(
    store: DirectoryStore, root: Path, chain: list[Release], publishing: Publishing
) -> None:
    def retire(step: str) -> None:
        if step == "probed":
            rotate(store, SECOND, THIRD, 5)
        if step == "committed":  # the publisher has looked at the keys, and then signs with the old one
            data = {"format": "ogp-signature/1", "release": 5, "sha256": history.release(store, 5).hash}
            store.create(layout.signature(5), signing.seal(data, SECOND))

    with pytest.raises(StoreError, match="use that one"):
        publishing("5", signer=SECOND, on_step=retire)
    assert (Kind.KEY_RETIRED, layout.signature(5)) in kinds(root)
    done = views.repair(synthetic.publisher(store, signer=THIRD, pages=lambda manifest, chain: {}), thorough=True)
    assert Repair("signed", "5") in done
    assert found(root) == []


def test_an_edited_record_has_the_wrong_signature(root: Path, chain: list[Release]) -> None:
    """The newest record, with everything that follows from it made to agree."""
    record = json.loads(chain[3].data)
    record["deliveries"] = {"accepted": 99}
    data = rfc8785.dumps(record)
    forged = history.parse(4, data)
    overwrite(root, "releases/4.json", data)
    overwrite(root, f"v/{forged.version}/manifest.json", data)
    overwrite(root, "latest.json", views.hint(forged))
    overwrite(root, "versions.json", lists.versions_list([*chain[:3], forged]))
    assert found(root) == [(Kind.SIGNATURE_WRONG, "releases/4.sig.json"), (Kind.LIST_DIFFERS, "pages.json")]


@pytest.mark.parametrize(
    ("sealed", "kind"),
    [
        (
            lambda chain: signing.seal({"format": "ogp-signature/1", "release": 4, "sha256": chain[3].hash}, STRANGER),
            Kind.KEY_UNKNOWN,
        ),
        (
            lambda chain: signing.seal({"format": "ogp-signature/1", "release": 4, "sha256": chain[3].hash}, FIRST),
            Kind.KEY_RETIRED,
        ),
        (
            lambda chain: signing.seal({"format": "ogp-signature/1", "release": 3, "sha256": chain[3].hash}, SECOND),
            Kind.SIGNATURE_WRONG,
        ),
        (
            lambda chain: signing.seal({"format": "ogp-tombstone/1", "release": 4, "sha256": chain[3].hash}, SECOND),
            Kind.SIGNATURE_WRONG,
        ),
        (lambda chain: b"", Kind.SIGNATURE_WRONG),
        (lambda chain: b'{"seals":[]}', Kind.SIGNATURE_WRONG),
    ],
)
def test_a_signature_by_another_key_or_for_another_purpose_is_named(
    root: Path, chain: list[Release], sealed: Callable[[list[Release]], bytes], kind: Kind
) -> None:
    overwrite(root, "releases/4.sig.json", sealed(chain))
    assert found(root) == [(kind, "releases/4.sig.json")]


def test_a_flipped_bit_of_a_signature_is_named(root: Path, chain: list[Release]) -> None:
    document = json.loads((root / "releases/4.sig.json").read_bytes())
    text = document["seals"][0]["signature"]
    document["seals"][0]["signature"] = ("B" if text[0] == "A" else "A") + text[1:]
    overwrite(root, "releases/4.sig.json", rfc8785.dumps(document))
    assert found(root) == [(Kind.SIGNATURE_WRONG, "releases/4.sig.json")]


def test_a_key_that_the_one_before_did_not_introduce_is_named(root: Path, chain: list[Release]) -> None:
    second = json.loads((root / "keys/2.json").read_bytes())
    second["seals"] = second["seals"][:1]
    overwrite(root, "keys/2.json", rfc8785.dumps(second))
    assert (Kind.KEY_WRONG, "keys/2.json") in kinds(root)
    assert (Kind.KEY_UNKNOWN, "releases/4.sig.json") in kinds(root)


def test_keys_taken_away_are_missed_because_of_the_signatures(root: Path, chain: list[Release]) -> None:
    shutil.rmtree(root / "keys")
    assert found(root) == [(Kind.KEY_UNKNOWN, "keys/1.json")]


def test_a_publication_replaced_with_its_keys_is_found_by_who_knows_one(
    store: DirectoryStore, root: Path, chain: list[Release], publishing: Publishing
) -> None:
    shutil.rmtree(root)
    for content in "1234":
        publishing(content, f"forged-{content}", signer=STRANGER)
    assert verify(DirectoryReader(root)).good
    assert found(root, trusted=FIRST.fingerprint) == [(Kind.KEY_UNKNOWN, "keys/1.json")]


def test_a_publication_stripped_of_signatures_is_found_by_who_knows_a_key(root: Path, chain: list[Release]) -> None:
    shutil.rmtree(root / "keys")
    for path in (root / "releases").glob("*.sig.json"):
        path.unlink()
    assert verify(DirectoryReader(root)).key is None and found(root) == []
    assert found(root, trusted=SECOND.fingerprint) == [(Kind.KEY_UNKNOWN, "keys/1.json")]


def test_a_release_published_while_the_key_changes_is_no_damage(
    store: DirectoryStore, root: Path, chain: list[Release], publishing: Publishing
) -> None:
    def meanwhile() -> None:
        rotate(store, SECOND, THIRD, 5)
        publishing("5", signer=THIRD)

    assert verify(PublishingMeanwhile(root, "releases/5.json", meanwhile)).problems == ()


@pytest.mark.slow
def test_killed_at_any_step_of_a_signed_publish_the_next_run_completes_it(tmp_path: Path, jobs: Jobs) -> None:
    def job(place: Path, attempt: str, **how: Any) -> dict[str, Any]:
        same = {"root": str(place / "public"), "folder": str(place / "built"), "content": "1", "publish_id": "run"}
        return {**same, "signed": True, "attempt": attempt, **how}

    [whole] = jobs(job(tmp_path / "whole", "whole"))
    assert "signed" in whole["steps"]
    places = [tmp_path / str(k) for k in range(1, len(whole["steps"]) + 1)]
    killed = jobs(*(job(place, "killed", kill_step=k) for k, place in enumerate(places, start=1)))
    assert {one["signal"] for one in killed} == {9}
    for place in places:
        if (place / "public/releases/1.json").exists():
            assert {kind for kind, _ in found(place / "public")} <= {Kind.VIEWS_BEHIND}
    assert {one["exit"] for one in jobs(*(job(place, "again") for place in places))} == {0}
    for place in places:
        result = verify(DirectoryReader(place / "public"), trusted=FIRST.fingerprint)
        assert result.good and result.releases == 1 and (place / "public/releases/1.sig.json").exists()
