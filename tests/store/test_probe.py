"""The probe refuses stores that lie about conditions, says which, and leaves nothing behind."""

from dataclasses import replace
from pathlib import Path

import pytest

from ogp_pipeline.errors import StoreError, UnsafeStore
from ogp_pipeline.intake import ledger
from ogp_pipeline.publishing import layout
from ogp_pipeline.runs import run
from ogp_pipeline.runs.collect import collect_source
from ogp_pipeline.runs.outcomes import Failed
from ogp_pipeline.runs.workspace import open_workspace
from ogp_pipeline.store import probe
from ogp_pipeline.store.directory import DirectoryStore
from ogp_pipeline.store.protocol import Changed, Done, Exists, Head, InDoubt, Object
from tests.publishing import synthetic
from tests.small_country import NOW, build

ATTEMPT = synthetic.attempt("probe")


class OverwritingCreate(DirectoryStore):
    """Ignores If-None-Match, as some servers do."""

    def create(self, key: str, data: bytes, media_type: str = "application/json") -> Done | Exists | InDoubt:
        return self.put_view(key, data, media_type)


class OverwritingCreateThatSaysExists(DirectoryStore):
    """Says what it should and does what it should not."""

    def create(self, key: str, data: bytes, media_type: str = "application/json") -> Done | Exists | InDoubt:
        taken = self.get(key) is not None
        done = self.put_view(key, data, media_type)
        return Exists() if taken else done


class LyingCreate(DirectoryStore):
    """Keeps the first bytes and reports success."""

    def create(self, key: str, data: bytes, media_type: str = "application/json") -> Done | Exists | InDoubt:
        answer = super().create(key, data, media_type)
        return Done("tag") if isinstance(answer, Exists) else answer


class OverwritingSwap(DirectoryStore):
    """Ignores If-Match."""

    def swap(
        self, key: str, data: bytes, expected: str | None, media_type: str = "application/json"
    ) -> Done | Changed | InDoubt:
        return self.put_view(key, data, media_type)


class SwapThatIgnoresWrongTags(DirectoryStore):
    """Honours "only if free" and ignores tags."""

    def swap(
        self, key: str, data: bytes, expected: str | None, media_type: str = "application/json"
    ) -> Done | Changed | InDoubt:
        return super().swap(key, data, None, media_type) if expected is None else self.put_view(key, data, media_type)


class SwapOnAnyTagThatEverWas(DirectoryStore):
    """Refuses tags that it does not know, and takes every tag that the key has had: a cache of tags, never emptied."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._had: set[tuple[str, str]] = set()

    def get(self, key: str) -> Object | None:
        stored = super().get(key)
        if stored is not None:
            self._had.add((key, stored.tag))
        return stored

    def swap(
        self, key: str, data: bytes, expected: str | None, media_type: str = "application/json"
    ) -> Done | Changed | InDoubt:
        if expected is not None and (key, expected) in self._had:
            return self.put_view(key, data, media_type)
        return super().swap(key, data, expected, media_type)


class SwapThatLiesAboutThePast(SwapOnAnyTagThatEverWas):
    """Keeps what stands, and reports success."""

    def swap(
        self, key: str, data: bytes, expected: str | None, media_type: str = "application/json"
    ) -> Done | Changed | InDoubt:
        answer = DirectoryStore.swap(self, key, data, expected, media_type)
        return Done("tag") if isinstance(answer, Changed) and (key, expected) in self._had else answer


class RefusingSwap(DirectoryStore):
    """Refuses every swap."""

    def swap(
        self, key: str, data: bytes, expected: str | None, media_type: str = "application/json"
    ) -> Done | Changed | InDoubt:
        return Changed()


class Silent(DirectoryStore):
    """Never answers a create definitely."""

    def create(self, key: str, data: bytes, media_type: str = "application/json") -> Done | Exists | InDoubt:
        super().create(key, data, media_type)
        return InDoubt("timeout")


class Served(DirectoryStore):
    """As a bucket: objects have headers, by their keys."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.headers: dict[str, tuple[str, str]] = {}

    def head(self, key: str) -> Head | None:
        standing = super().head(key)
        return standing and Head(standing.tag, standing.size, standing.sha256, *self.headers[key])

    def create(self, key: str, data: bytes, media_type: str = "application/json") -> Done | Exists | InDoubt:
        self.headers[key] = (media_type, layout.cache_control(key))
        return super().create(key, data, media_type)

    def copy(self, source: str, target: str, media_type: str, sha256: str | None = None) -> Done | InDoubt:
        self.headers[target] = (media_type, layout.cache_control(target))
        return super().copy(source, target, media_type, sha256)


class CopyThatKeepsTheType(Served):
    """Takes the media type of the source."""

    def copy(self, source: str, target: str, media_type: str, sha256: str | None = None) -> Done | InDoubt:
        return super().copy(source, target, self.headers[source][0], sha256)


class CopyThatKeepsTheCaching(Served):
    """Takes the ``Cache-Control`` of the source."""

    def copy(self, source: str, target: str, media_type: str, sha256: str | None = None) -> Done | InDoubt:
        done = super().copy(source, target, media_type, sha256)
        self.headers[target] = (media_type, self.headers[source][1])
        return done


class CopyThatDoesNothing(DirectoryStore):
    """Answers with success."""

    def copy(self, source: str, target: str, media_type: str, sha256: str | None = None) -> Done | InDoubt:
        return Done("tag")


def test_a_store_that_gives_copies_their_own_headers_is_sound(tmp_path: Path) -> None:
    store = Served(tmp_path / "store")
    probe.check(store, ATTEMPT)
    assert list(store.list("")) == []


def test_the_store_is_named_by_its_part_and_its_address(tmp_path: Path) -> None:
    store = OverwritingCreate(tmp_path / "store")
    with pytest.raises(UnsafeStore, match=f"^the public store, {tmp_path / 'store'}, cannot be used: it ignores"):
        probe.check(store, ATTEMPT)
    with pytest.raises(UnsafeStore, match=f"^the private store, {tmp_path / 'store'}, cannot be used: it ignores"):
        probe.check_once(store)


def test_a_private_store_that_cannot_be_used_is_named_once_in_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    country = build(tmp_path)
    workspace = replace(open_workspace(country.folder), intake=OverwritingCreate(tmp_path / "intake"))
    outcome = run.run(workspace, NOW, "run").outcome
    assert isinstance(outcome, Failed)
    assert outcome.reason.count("the private store") == 1 and outcome.reason.count("cannot be used") == 1


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (OverwritingCreate, "ignores If-None-Match"),
        (OverwritingCreateThatSaysExists, "ignores If-None-Match"),
        (LyingCreate, "with success"),
        (OverwritingSwap, "ignores conditions"),
        (SwapThatIgnoresWrongTags, "ignores conditions"),
        (SwapOnAnyTagThatEverWas, "ignores If-Match"),
        (SwapThatLiesAboutThePast, "a tag of the past with success"),
        (RefusingSwap, "could never move"),
        (CopyThatKeepsTheType, "keeps the media type of the source"),
        (CopyThatKeepsTheCaching, "keeps the Cache-Control of the source"),
        (CopyThatDoesNothing, "does not stand there"),
    ],
)
def test_an_unsafe_store_is_refused_and_left_clean(tmp_path: Path, kind: type[DirectoryStore], said: str) -> None:
    store = kind(tmp_path / "store")
    with pytest.raises(UnsafeStore, match=said):
        probe.check(store, ATTEMPT)
    assert list(store.list("")) == []


def test_a_store_that_stays_in_doubt_is_an_error_but_not_called_unsafe(tmp_path: Path) -> None:
    store = Silent(tmp_path / "store")
    with pytest.raises(StoreError, match="timeout") as caught:
        probe.check(store, ATTEMPT)
    assert not isinstance(caught.value, UnsafeStore)
    assert list(store.list("")) == []


def test_the_probe_does_not_touch_what_is_there(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path / "store")
    store.create("latest.json", b"{}")
    probe.check(store, ATTEMPT)
    assert list(store.list("")) == ["latest.json"]


class WeakeningProxy(DirectoryStore):
    """Readers get another tag than writers, as behind a proxy that compresses."""

    def get(self, key: str) -> Object | None:
        found = super().get(key)
        return found and Object(found.data, f"W/{found.tag}")

    def swap(
        self, key: str, data: bytes, expected: str | None, media_type: str = "application/json"
    ) -> Done | Changed | InDoubt:
        return DirectoryStore(self._root).swap(key, data, expected, media_type)


def test_a_store_whose_readers_get_other_tags_than_its_writers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsafeStore, match="could never move"):
        probe.check(WeakeningProxy(tmp_path), ATTEMPT)


def test_a_ledger_grows_only_in_a_store_that_honours_conditions(tmp_path: Path) -> None:
    country = build(tmp_path)
    workspace = replace(open_workspace(country.folder), intake=OverwritingCreate(tmp_path / "intake"))
    with pytest.raises(UnsafeStore, match="overwrote"):
        collect_source(workspace, "institutions", NOW)
    assert ledger.read(workspace.intake) == []


def test_who_may_not_write_is_told_that_and_not_that_nothing_could_be_cleared_up(tmp_path: Path) -> None:
    class Closed(DirectoryStore):
        def create(self, key: str, data: bytes, media_type: str = "application/json") -> Done | Exists | InDoubt:
            raise StoreError(f"{key} cannot be written: these keys may not do that")

        def delete(self, key: str) -> None:
            raise StoreError(f"{key} cannot be deleted: these keys may not do that")

    with pytest.raises(StoreError, match="cannot be written"):
        probe.check(Closed(tmp_path), ATTEMPT)
