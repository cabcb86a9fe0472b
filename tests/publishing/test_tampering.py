"""Every kind of tampering with every kind of key is found, and named where it happened.

What cannot be found from outside: a file that nothing names, because a web server shows no list (a folder does); pages
whose ``pages.json`` was taken away where there are no keys; and a place that was rewritten as a whole, which only
``since`` and a trusted key tell (test_verify, test_keyring).
"""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from ogp_pipeline.publishing import history, layout, lists, page_list, publish, purge, signing, views
from ogp_pipeline.publishing.finding import Kind
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.reader import DirectoryReader, HttpReader
from ogp_pipeline.publishing.verify import verify
from ogp_pipeline.store.directory import DirectoryStore
from tests.publishing import synthetic
from tests.publishing.conftest import Jobs
from tests.publishing.test_verify import found, overwrite

OWNER, _, _, STRANGER = synthetic.KEYS
OLD = "plan/old.csv"


def pages(manifest: Any, chain: Any) -> dict[str, tuple[bytes, str]]:
    made = {f"{language}/index.html": (f"<p>{manifest.version}".encode(), "text/html") for language in ("en", "es")}
    return {**made, "catalog.ttl": (f"# {len(chain)}".encode(), "text/turtle")}


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three signed releases with pages; a file of the first was purged."""
    folder = tmp_path_factory.mktemp("original")
    store = DirectoryStore(folder / "public")
    for n, extra in ((1, (OLD,)), (2, ()), (3, ())):
        base = history.head(store)
        draft = synthetic.draft(folder / "built", base, str(n), f"run-{n}", extra=extra)
        attempt = synthetic.attempt(str(n))
        publish.publish(synthetic.publisher(store, signer=OWNER, pages=pages), draft, base, attempt)
    old = history.release(store, 1).manifest.file(OLD)
    assert old
    purge.purge(store, purge.find(store, {old.sha256}), synthetic.PURGE, OWNER)
    assert verify(DirectoryReader(folder / "public")).problems == ()
    return folder / "public"


@pytest.fixture
def root(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "public"))


@pytest.fixture
def chain(root: Path) -> list[Release]:
    return history.releases(DirectoryStore(root))


def flip(data: bytes) -> bytes:
    return bytes([data[0] ^ 1]) + data[1:]


def key_of(root: Path, family: str) -> str:
    """The key that stands for a family in these tests."""
    second = history.release(DirectoryStore(root), 2)
    updates, old = second.manifest.file("progress/updates.csv"), history.release(DirectoryStore(root), 1)
    assert updates
    purged = old.manifest.file(OLD)
    assert purged
    return {
        "data/": updates.key,
        "releases/": "releases/2.json",
        "releases/…sig": "releases/2.sig.json",
        "keys/": "keys/1.json",
        "v/": "v/1.1.0/progress/updates.csv",
        "v/…manifest": "v/1.1.0/manifest.json",
        "latest/": "latest/progress/updates.csv",
        "page": "es/index.html",
        "catalogue": "catalog.ttl",
        "tombstones/": layout.tombstone(purged.sha256),
    }.get(family, family)


FAMILIES: dict[str, dict[str, Kind]] = {
    "data/": {"flipped": Kind.CHANGED, "cut": Kind.CHANGED, "longer": Kind.CHANGED, "gone": Kind.MISSING},
    "releases/": dict.fromkeys(("flipped", "cut", "longer"), Kind.RECORD_UNREADABLE) | {"gone": Kind.RECORD_MISSING},
    "releases/…sig": dict.fromkeys(("flipped", "cut", "longer"), Kind.SIGNATURE_WRONG)
    | {"gone": Kind.SIGNATURE_MISSING},
    "keys/": dict.fromkeys(("flipped", "cut", "longer"), Kind.KEY_WRONG) | {"gone": Kind.KEY_UNKNOWN},
    "v/": dict.fromkeys(("flipped", "cut", "longer"), Kind.VIEW_DIFFERS) | {"gone": Kind.MISSING},
    "v/…manifest": dict.fromkeys(("flipped", "cut", "longer"), Kind.VIEW_DIFFERS) | {"gone": Kind.MISSING},
    "latest/": dict.fromkeys(("flipped", "cut", "longer"), Kind.LATEST_DIFFERS) | {"gone": Kind.MISSING},
    "latest.json": dict.fromkeys(("flipped", "cut", "longer"), Kind.HINT_WRONG) | {"gone": Kind.VIEWS_BEHIND},
    "versions.json": dict.fromkeys(("flipped", "cut", "longer"), Kind.LIST_DIFFERS) | {"gone": Kind.MISSING},
    "deltas.json": dict.fromkeys(("flipped", "cut", "longer"), Kind.LIST_DIFFERS) | {"gone": Kind.MISSING},
    "pages.json": dict.fromkeys(("flipped", "cut", "longer"), Kind.LIST_DIFFERS),
    "page": dict.fromkeys(("flipped", "cut", "longer"), Kind.PAGE_DIFFERS) | {"gone": Kind.MISSING},
    "catalogue": dict.fromkeys(("flipped", "cut", "longer"), Kind.PAGE_DIFFERS) | {"gone": Kind.MISSING},
    "tombstones/": dict.fromkeys(("flipped", "cut", "longer"), Kind.TOMBSTONE_WRONG) | {"gone": Kind.MISSING},
}
HARM: dict[str, Callable[[bytes], bytes]] = {
    "flipped": flip,
    "cut": lambda data: data[:-1],
    "longer": lambda data: data + b"x",
}
CASES = [(family, harm, kind) for family, kinds in FAMILIES.items() for harm, kind in kinds.items()]


@pytest.mark.parametrize(("family", "harm", "kind"), CASES, ids=[f"{family} {harm}" for family, harm, _ in CASES])
def test_every_harm_to_every_kind_of_key_is_named(root: Path, family: str, harm: str, kind: Kind) -> None:
    key = key_of(root, family)
    if harm == "gone":
        (root / key).unlink()
    else:
        overwrite(root, key, HARM[harm]((root / key).read_bytes()))
    where = layout.version("1.0.0", OLD) if (family, harm) == ("tombstones/", "gone") else key
    assert (kind, where) in found(root)


def test_the_families_are_all_that_stands_there(root: Path) -> None:
    """A new kind of key must be looked at, too."""
    known = {family.split("…")[0] for family in FAMILIES} | {"en/index.html", "es/index.html", "catalog.ttl"}
    stray = [key for key in DirectoryStore(root).list("") if not key.startswith(tuple(known))]
    assert stray == []


@pytest.mark.parametrize("signed", [True, False], ids=["with a key of its own", "unsigned"])
def test_the_last_release_replaced_by_one_that_follows_as_well(root: Path, chain: list[Release], signed: bool) -> None:
    """All that follows from it made to agree: only the signature, or what was seen before, tells."""
    record = {**json.loads(chain[2].data), "publish_id": "forged"}
    data = rfc8785.dumps(record)
    forged = history.parse(3, data)
    changed = [*chain[:2], forged]
    overwrite(root, "releases/3.json", data)
    overwrite(root, "v/1.2.0/manifest.json", data)
    overwrite(root, "latest.json", views.hint(forged))
    overwrite(root, "versions.json", lists.versions_list(changed))
    made = page_list.to_bytes(forged, pages(forged.manifest, changed), STRANGER if signed else None)
    overwrite(root, "pages.json", made)
    if signed:
        overwrite(
            root,
            "releases/3.sig.json",
            signing.seal({"format": "ogp-signature/1", "release": 3, "sha256": forged.hash}, STRANGER),
        )
        expected = {(Kind.KEY_UNKNOWN, "releases/3.sig.json"), (Kind.KEY_UNKNOWN, "pages.json")}
    else:
        (root / "releases/3.sig.json").unlink()
        expected = {(Kind.SIGNATURE_MISSING, "releases/3.sig.json"), (Kind.SIGNATURE_MISSING, "pages.json")}
    assert set(found(root)) == expected
    assert (Kind.HISTORY_REWRITTEN, "releases/3.json") in found(root, since=(3, chain[2].hash))


def test_a_page_changed_with_its_list_has_no_seal(root: Path, chain: list[Release]) -> None:
    made = {**pages(chain[2].manifest, chain), "es/index.html": (b"<p>other", "text/html")}
    overwrite(root, "es/index.html", b"<p>other")
    overwrite(root, "pages.json", page_list.to_bytes(chain[2], made, None))
    assert found(root) == [(Kind.SIGNATURE_MISSING, "pages.json")]


def test_pages_of_an_older_release_put_back_are_behind(root: Path, chain: list[Release]) -> None:
    old = pages(chain[0].manifest, chain[:1])
    for key, (data, _) in old.items():
        overwrite(root, key, data)
    overwrite(root, "pages.json", page_list.to_bytes(chain[0], old, OWNER))
    assert found(root) == [(Kind.VIEWS_BEHIND, "pages.json")]


def test_everything_put_back_to_an_older_release_is_behind_for_who_remembers(root: Path, chain: list[Release]) -> None:
    """Frozen: the place as it was, which agrees with itself."""
    for key in ("releases/3.json", "releases/3.sig.json"):
        (root / key).unlink()
    shutil.rmtree(root / "v/1.2.0")
    overwrite(root, "latest.json", views.hint(chain[1]))
    assert (Kind.HISTORY_REWRITTEN, "releases/3.json") in found(root, since=(3, chain[2].hash))


@pytest.mark.parametrize(
    "key",
    [
        "v/1.1.0/plan/added.csv",
        "v/9.9.9/plan/added.csv",
        "latest/plan/added.csv",
        "en/added.html",
        "releases/added.json",
        "releases/7.sig.json",
        "keys/2.txt",
        "keys/7.json",
        "tombstones/added.json",
        "data/added.csv",
        "data/added/x.csv",
        "probe/added",
    ],
)
def test_a_planted_file_is_named_in_a_folder_and_cannot_be_seen_over_the_web(
    root: Path, key: str, serve: Callable[[Path], str]
) -> None:
    overwrite(root, key, b"x")
    assert found(root) == [(Kind.UNLISTED, key)]
    assert verify(HttpReader(serve(root))).problems == ()


def test_a_file_planted_among_those_of_a_release_is_named(root: Path, chain: list[Release]) -> None:
    attempt = chain[1].manifest.files[0].key.split("/")[1]
    overwrite(root, f"data/{attempt}/plan/added.csv", b"x")
    assert found(root) == [(Kind.UNLISTED, f"data/{attempt}/plan/added.csv")]


def test_what_killed_publishers_left_and_what_others_put_beside_is_a_note(root: Path) -> None:
    left = "data/20240301T120000Z-0011223344556677/x.csv"
    for key in (left, "CNAME", ".nojekyll", ".well-known/security.txt", "at-work/20240301T120000Z-0011223344556677"):
        overwrite(root, key, b"x")
    result = verify(DirectoryReader(root))
    assert result.good
    assert {(note.kind, note.key) for note in result.notes if note.kind is not Kind.PURGED} == {
        (Kind.LEFT_OVER, left),
        (Kind.LEFT_OVER, "CNAME"),
    }


def test_repair_makes_pages_again(root: Path) -> None:
    store = DirectoryStore(root)
    overwrite(root, "es/index.html", b"<p>other")
    (root / "catalog.ttl").unlink()
    assert found(root)
    done = views.repair(synthetic.publisher(store, signer=OWNER, pages=pages), thorough=True)
    assert sorted(map(str, done)) == ["catalog.ttl made again", "es/index.html made again"]
    assert (
        found(root) == [] and views.repair(synthetic.publisher(store, signer=OWNER, pages=pages), thorough=True) == []
    )


def test_a_page_that_is_no_longer_made_is_removed(root: Path, tmp_path: Path) -> None:
    store = DirectoryStore(root)
    base = history.head(store)
    draft = synthetic.draft(tmp_path / "built", base, "4", "run-4")

    def fewer(manifest: Any, chain: Any) -> dict[str, tuple[bytes, str]]:
        return {key: page for key, page in pages(manifest, chain).items() if key != "es/index.html"}

    publish.publish(synthetic.publisher(store, signer=OWNER, pages=fewer), draft, base, synthetic.attempt("4"))
    assert not (root / "es").exists() and found(root) == []


@pytest.mark.slow
def test_a_repair_killed_at_any_step_is_completed_by_the_next(original: Path, tmp_path: Path, jobs: Jobs) -> None:
    def damaged(name: str) -> Path:
        root = Path(shutil.copytree(original, tmp_path / name))
        for key in ("v/1.1.0/progress/updates.csv", "latest/progress/updates.csv", "versions.json", "latest.json"):
            overwrite(root, key, b"damage")
        for key in ("releases/2.sig.json", "v/1.2.0/manifest.json", "deltas.json"):
            (root / key).unlink()
        overwrite(root, "latest.json", views.hint(history.release(DirectoryStore(root), 2)))
        return root

    [whole] = jobs({"do": "repair", "root": str(damaged("whole"))})
    steps = len(whole["steps"])
    assert whole["exit"] == 0 and steps > 8
    for k in range(1, steps + 1):
        root = damaged(str(k))
        [killed] = jobs({"do": "repair", "root": str(root), "kill_step": k})
        assert killed["signal"] == 9
        [again] = jobs({"do": "repair", "root": str(root)})
        assert again["exit"] == 0
        assert [kind for kind, _ in found(root) if kind is not Kind.VIEWS_BEHIND] == []


def test_pages_whose_list_was_taken_away_are_noticed(root: Path) -> None:
    (root / layout.PAGES).unlink()
    overwrite(root, "catalog.ttl", b"# another")
    assert found(root) == [(Kind.MISSING, layout.PAGES)]
    views.repair(synthetic.publisher(DirectoryStore(root), signer=OWNER, pages=pages), thorough=True)
    assert found(root) == []


@pytest.mark.parametrize("family", ["releases/", "releases/…sig", "keys/", "pages.json", "latest.json"])
def test_json_too_deep_or_too_large_to_read_is_named(root: Path, family: str) -> None:
    key = key_of(root, family)
    whole = json.loads((root / key).read_bytes())
    seals = rfc8785.dumps(whole.pop("seals", []))
    head = rfc8785.dumps(whole)[:-1]
    for strange in (b"[" * 300 + b"]" * 300, b"[" * 2000 + b"]" * 2000, b"[" * 200_000, b"9" * 30, b"9" * 9000):
        for data in (strange, head + b',"strange":' + strange + b',"seals":' + seals + b"}"):
            overwrite(root, key, data)
            assert key in {place for _, place in found(root)}
