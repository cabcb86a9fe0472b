"""A member's newest release is read when all that proves it holds, and else it is said why not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ogp_pipeline.hub.members import Member
from ogp_pipeline.hub.outcomes import NotRead, Reason
from ogp_pipeline.hub.reading import Seen, Standing, stand
from ogp_pipeline.publishing import history, layout
from ogp_pipeline.publishing.publish import publish
from ogp_pipeline.store.directory import DirectoryStore
from tests.publishing import synthetic


@pytest.fixture
def place(tmp_path: Path) -> DirectoryStore:
    """Two releases, signed."""
    store = DirectoryStore(tmp_path / "public")
    publisher = synthetic.publisher(store, signer=synthetic.KEYS[0])
    for turn in ("one", "two"):
        draft = synthetic.draft(tmp_path, history.head(store), turn, turn)
        publish(publisher, draft, history.head(store), synthetic.attempt(turn))
    return store


def _seen(store: DirectoryStore, n: int) -> Seen:
    release = history.release(store, n)
    return Seen(n, release.hash, synthetic.KEYS[0].fingerprint, release.version)


def _stand(store: DirectoryStore, seen: Seen | None = None) -> Standing | NotRead:
    return stand(Member("aa", store, None), seen)


def test_what_is_sound_stands_with_the_key_in_force(place: DirectoryStore) -> None:
    standing = _stand(place, _seen(place, 1))
    assert isinstance(standing, Standing)
    assert (standing.release.n, standing.key) == (2, synthetic.KEYS[0].fingerprint)


def _unsigned(folder: Path) -> None:
    Path(folder, layout.signature(2)).unlink()


def _without_keys(folder: Path) -> None:
    Path(folder, layout.key(1)).unlink()


def _unlinked(folder: Path) -> None:
    path = Path(folder, layout.release(1))
    path.write_bytes(path.read_bytes().replace(b"run", b"ran").replace(b'"one"', b'"own"'))


def _rolled_back(folder: Path) -> None:
    Path(folder, layout.release(2)).unlink()
    hint = Path(folder, layout.LATEST)
    hint.write_bytes(hint.read_bytes().replace(b'"release":2', b'"release":1'))


def _emptied(folder: Path) -> None:
    Path(folder, layout.LATEST).unlink()
    Path(folder, layout.release(1)).unlink()


@pytest.mark.parametrize("damage", [_unsigned, _without_keys, _rolled_back, _emptied])
def test_what_does_not_hold_is_not_read(place: DirectoryStore, tmp_path: Path, damage: Callable[[Path], None]) -> None:
    seen = _seen(place, 2)
    damage(tmp_path / "public")
    standing = _stand(place, seen)
    assert isinstance(standing, NotRead)
    assert (standing.reason, standing.kept) == (Reason.NOT_VERIFIED, "1.1.0")


@pytest.mark.parametrize("n", [None, 1])
def test_a_history_that_was_written_anew_is_not_read(place: DirectoryStore, tmp_path: Path, n: int | None) -> None:
    seen = _seen(place, n) if n else None
    _unlinked(tmp_path / "public")
    standing = _stand(place, seen)
    assert isinstance(standing, NotRead) and standing.reason is Reason.NOT_VERIFIED


def test_a_record_of_another_format_is_of_newer_software(place: DirectoryStore, tmp_path: Path) -> None:
    path = Path(tmp_path, "public", layout.release(2))
    path.write_bytes(path.read_bytes().replace(b"ogp-release/1", b"ogp-release/2"))
    standing = _stand(place)
    assert isinstance(standing, NotRead) and standing.reason is Reason.NEWER_SOFTWARE
    assert "ogp-release/2" in standing.detail


def test_a_store_that_does_not_answer_is_unreachable(tmp_path: Path) -> None:
    Path(tmp_path, "public").write_text("no folder")
    standing = _stand(DirectoryStore(tmp_path / "public" / "inside"))
    assert isinstance(standing, NotRead) and standing.reason in {Reason.UNREACHABLE, Reason.NOTHING_PUBLISHED}
