"""What a publish costs does not grow with the log: lists hold the newest releases, archives those before."""

import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from ogp_pipeline.publishing import archives, history, layout, lists, publish, windows
from ogp_pipeline.publishing.finding import Kind
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.lineage import Lineage
from ogp_pipeline.publishing.log_copy import LogCopy
from ogp_pipeline.publishing.publisher import Drawn, ReleasePublisher
from ogp_pipeline.publishing.reader import DirectoryReader
from ogp_pipeline.publishing.verify import verify
from ogp_pipeline.publishing.views import repair
from ogp_pipeline.release.manifest import Manifest
from ogp_pipeline.store.directory import DirectoryStore
from ogp_pipeline.store.protocol import Changed, Done, Exists, InDoubt, Object
from tests.publishing import synthetic
from tests.store.memory import MemoryStore

LONG = 61  # benchmarks/releases.py goes to a thousand
RELEASES = 33  # the log of most tests: two archives before the lists, a third that they still hold
ARCHIVE = {"versions.json", "deltas.json", "changes.en.atom", "index.json"}


def drawn(k: int, chain: Sequence[Release], lineage: Lineage) -> Drawn:
    """One document, which says what it was made of, and the pages of its releases."""
    text = f"{k}: {[record.n for record in chain]}, {sorted(lineage.datasets)}"
    return {layout.archived(k, "changes.en.atom"): (text.encode(), "application/atom+xml"), **release_pages(chain)}


def release_pages(chain: Sequence[Release]) -> Drawn:
    """One for each of these releases."""
    return {f"en/release/{record.version}.html": (record.version.encode(), "text/html") for record in chain}


def pages(manifest: Manifest, chain: Sequence[Release]) -> Drawn:
    """One page of the listed releases, and a page for each of those of which no archive is made."""
    listed = history.listed(chain)
    text = f"{manifest.version}: {[record.n for record in listed]}"
    archived = windows.archives(manifest.release) * windows.BLOCK
    own = release_pages([record for record in listed if record.n > archived])
    return {"en/index.html": (text.encode(), "text/html"), **own}


def publisher(store: Any, private: Any, **how: Any) -> ReleasePublisher:
    return synthetic.publisher(store, pages=pages, archive=drawn, log=LogCopy(private), **how)


class Counting(MemoryStore):
    """How many requests came, and how many bytes went over the line."""

    def __init__(self) -> None:
        super().__init__()
        self.cost: Counter[str] = Counter()

    def get(self, key: str) -> Object | None:
        stored = super().get(key)
        return self._count(len(stored.data) if stored else 0, stored)

    def head(self, key: str) -> Any:
        return self._count(0, super().head(key))

    def list(self, prefix: str) -> Iterator[str]:
        return self._count(0, super().list(prefix))

    def create(self, key: str, data: bytes, media_type: str = "application/json") -> Done | Exists | InDoubt:
        return self._count(len(data), super().create(key, data, media_type))

    def swap(self, key: str, data: bytes, expected: str | None, media_type: str = "") -> Done | Changed | InDoubt:
        return self._count(len(data), super().swap(key, data, expected, media_type))

    def put_file(self, key: str, path: Path, sha256: str, media_type: str) -> Done | InDoubt:
        return self._count(path.stat().st_size, super().put_file(key, path, sha256, media_type))

    def copy(self, source: str, target: str, media_type: str, sha256: str | None = None) -> Done | InDoubt:
        return self._count(0, super().copy(source, target, media_type, sha256))

    def put_view(self, key: str, data: bytes, media_type: str) -> Done | InDoubt:
        return self._count(len(data), super().put_view(key, data, media_type))

    def _count(self, size: int, answer: Any) -> Any:
        self.cost.update(requests=1, bytes=size)
        return answer


def publish_one(store: Any, private: Any, folder: Path, n: int) -> None:
    base = history.head(store)
    draft = synthetic.draft(folder, base, f"content {n}", f"run-{n}", extra=("changes.json",))
    publish.publish(publisher(store, private), draft, base, synthetic.attempt(f"run-{n}"))


def test_a_publish_after_sixty_releases_costs_what_it_costs_after_ten(tmp_path: Path) -> None:
    store, private = Counting(), Counting()
    costs: dict[int, Counter[str]] = {}
    for n in range(1, LONG + 1):
        store.cost.clear()
        private.cost.clear()
        publish_one(store, private, tmp_path, n)
        costs[n] = store.cost + private.cost
    for what in ("requests", "bytes"):
        assert costs[LONG][what] <= 1.2 * costs[11][what], costs
        late, early = (max(costs[n][what] for n in releases) for releases in (range(LONG - 20, LONG), range(1, 21)))
        assert late <= 1.2 * early, costs
    assert len(history.releases(store)) == LONG


@pytest.fixture(scope="module")
def long_log(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """All that is published of 33 releases."""
    folder, store = tmp_path_factory.mktemp("long"), MemoryStore()
    private = MemoryStore()
    for n in range(1, RELEASES + 1):
        publish_one(store, private, folder, n)
    return dict(store.objects)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, long_log: dict[str, bytes]) -> Path:
    """The same as files. Not to write to."""
    folder = tmp_path_factory.mktemp("written") / "public"
    MemoryStore(long_log).write_to(folder)
    return folder


@pytest.fixture
def root(tmp_path: Path, written: Path) -> Path:
    """The same files under other names: a test takes one away before it writes another."""
    return Path(shutil.copytree(written, tmp_path / "public", copy_function=os.link))


def put(path: Path, data: bytes) -> None:
    """Other bytes under a name."""
    path.unlink()
    path.write_bytes(data)


def found(root: Path) -> list[tuple[Kind, str]]:
    return sorted((one.kind, one.key) for one in verify(DirectoryReader(root)).problems)


def test_lists_and_archives_hold_every_release_once(root: Path) -> None:
    listed = json.loads((root / "versions.json").read_bytes())
    assert [one["release"] for one in listed] == list(range(33, 20, -1))
    older = [json.loads((root / f"archives/{k}/versions.json").read_bytes()) for k in (2, 1)]
    assert [one["release"] for page in older for one in page] == list(range(20, 0, -1))
    assert {path.name for path in (root / "archives/3").iterdir()} == ARCHIVE, "made before it is needed"
    assert (root / "archives/2/changes.en.atom").read_text() == f"2: {list(range(11, 21))}, ['plan', 'progress']"
    assert (root / "en/index.html").read_text() == f"1.32.0: {list(range(21, 34))}"
    led = [one for k in (1, 2) for one in json.loads((root / f"archives/{k}/deltas.json").read_bytes())]
    led += json.loads((root / "deltas.json").read_bytes())
    assert len([one for one in led if one["format"] == "json"]) == RELEASES - 1
    assert found(root) == []


def test_the_page_of_a_release_stays_where_it_was_drawn_and_is_proven_for_ever(root: Path) -> None:
    versions = [f"1.{n}.0" for n in range(RELEASES)]
    assert sorted(path.name for path in (root / "en/release").iterdir()) == sorted(f"{name}.html" for name in versions)
    put(root / "en/release/1.3.0.html", b"what nobody published")
    put(root / "en/release/1.30.0.html", b"what nobody published")
    assert found(root) == [
        (Kind.PAGE_DIFFERS, "en/release/1.3.0.html"),
        (Kind.PAGE_DIFFERS, "en/release/1.30.0.html"),
    ]


def test_a_publication_without_archives_gets_them_all_with_the_next_release(
    tmp_path: Path, long_log: dict[str, bytes]
) -> None:
    """As earlier software left it: lists hold all releases, and pages.json names no index."""
    later = ("archives/", "en/release/")
    store = MemoryStore({key: data for key, data in long_log.items() if not key.startswith(later)})
    chain = history.releases(store)
    store.put_view(layout.VERSIONS, lists.versions_of(chain), layout.JSON)
    store.put_view(layout.DELTAS, lists.deltas_of(chain, 1), layout.JSON)
    listed = json.loads(long_log["pages.json"])
    listed["pages"] = [page for page in listed["pages"] if not page["key"].startswith(later)]
    store.put_view(layout.PAGES, json.dumps(listed).encode(), layout.JSON)
    store.write_to(tmp_path / "before")
    assert found(tmp_path / "before") == [], "and it is whole as it is"
    publish_one(store, MemoryStore(), tmp_path, RELEASES + 1)
    made = {key: data for key, data in store.objects.items() if key.startswith("archives/")}
    assert made == {key: data for key, data in long_log.items() if key.startswith("archives/")}
    store.write_to(tmp_path / "after")
    assert found(tmp_path / "after") == []


DAMAGE = {
    "archives/1/versions.json": Kind.LIST_DIFFERS,
    "archives/2/deltas.json": Kind.LIST_DIFFERS,
    "archives/2/changes.en.atom": Kind.PAGE_DIFFERS,
    "archives/1/index.json": Kind.LIST_DIFFERS,
    "archives/3/index.json": Kind.PAGE_DIFFERS,  # pages.json knows its hash
}


@pytest.mark.parametrize("gone", [False, True], ids=["other bytes", "gone"])
@pytest.mark.parametrize("key", DAMAGE)
def test_damage_to_an_archive_is_found_and_repaired(root: Path, key: str, gone: bool) -> None:
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    data = (root / key).read_bytes()
    (root / key).unlink()
    if not gone:
        (root / key).write_bytes(data.replace(b"1", b"7", 1))
    problems = found(root)
    assert (Kind.MISSING if gone else DAMAGE[key], key) in problems, problems
    store = DirectoryStore(root)
    done = [str(one) for one in repair(publisher(store, MemoryStore()), thorough=True)]
    assert f"{key} made again" in done
    assert {path: path.read_bytes() for path in before} == before
    assert found(root) == []


def test_an_index_that_agrees_with_itself_and_not_with_the_log_is_found(root: Path) -> None:
    path = root / "archives/1/index.json"
    index = archives.parse(path.read_bytes())
    assert index is not None
    forged = archives.Index(1, index.record, None, Lineage(), index.documents)
    put(path, forged.to_bytes())
    differs = {(Kind.LIST_DIFFERS, f"archives/{k}/index.json") for k in (1, 2)}
    assert set(found(root)) == differs


def test_of_two_publishers_the_first_draws_an_archive(tmp_path: Path, long_log: dict[str, bytes]) -> None:
    """The other, with other software, makes the index of what stands."""
    store = MemoryStore({key: data for key, data in long_log.items() if not key.startswith("archives/3/")})
    theirs = layout.archived(3, "changes.en.atom")
    store.create(theirs, b"of the other one", "application/atom+xml")
    archives.complete(publisher(store, MemoryStore()), history.recent(store))
    index = archives.parse(store.objects[layout.archived(3)])
    assert index is not None and store.objects[theirs] == b"of the other one"
    assert index.documents[theirs][1] == len(b"of the other one")


def test_a_publisher_that_was_killed_before_the_index_stood_is_completed(
    tmp_path: Path, long_log: dict[str, bytes]
) -> None:
    store = MemoryStore({key: data for key, data in long_log.items() if key != layout.archived(3)})
    repaired = repair(publisher(store, MemoryStore()), thorough=True)
    assert [str(one) for one in repaired] == ["archives/3/index.json made again"]
    assert store.objects == long_log


class Stop(Exception):
    """The run ends here, as if killed."""


@pytest.mark.parametrize("killed_at", range(1, len(ARCHIVE) + 1))
def test_killed_while_an_archive_is_made_the_next_run_completes_it(
    tmp_path: Path, long_log: dict[str, bytes], killed_at: int
) -> None:
    after_ten = {"releases/", "data/", "v/"}
    store = MemoryStore({key: data for key, data in long_log.items() if any(map(key.startswith, after_ten))})
    for key in [key for key in store.objects if (n := _number(key)) and n > 10]:
        store.delete(key)
    steps: list[str] = []

    def stop(step: str) -> None:
        steps.append(step)
        if steps.count("archived") == killed_at:
            raise Stop

    with pytest.raises(Stop):
        publish.finish(publisher(store, MemoryStore(), on_step=stop), 10)
    assert layout.LATEST not in store.objects, "nothing follows before the archive stands"
    publish_one(store, MemoryStore(), tmp_path, 11)
    archive = {f"archives/1/{name}": long_log[f"archives/1/{name}"] for name in ARCHIVE}
    assert {key: data for key, data in store.objects.items() if key.startswith("archives/")} == archive


def _number(key: str) -> int:
    name = key.removeprefix("releases/").removesuffix(".json")
    return int(name) if name.isdecimal() else 0


def test_recent_releases_are_those_of_the_lists_and_all_that_lack_views(long_log: dict[str, bytes]) -> None:
    store = MemoryStore(dict(long_log))
    assert [record.n for record in history.recent(store)] == list(range(20, 34))
    assert [record.n for record in history.recent(store, since=15)] == list(range(15, 34))
    older = history.releases(store)[6]
    hint = {"release": 7, "version": older.version, "manifest": layout.release(7), "sha256": older.hash}
    store.put_view(layout.LATEST, json.dumps({**json.loads(long_log["latest.json"]), **hint}).encode(), layout.JSON)
    assert [record.n for record in history.recent(store)] == list(range(7, 34))
