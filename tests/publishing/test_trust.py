"""After a key was stolen, and while somebody holds a place back: what readers are told, with and without a memory."""

import base64
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from ogp_pipeline.errors import BrokenHistory, NotFound, WrongUse
from ogp_pipeline.publishing import expiry, history, keyring, layout, renewal, signing, signing_key, views
from ogp_pipeline.publishing.expiry import Expiry
from ogp_pipeline.publishing.finding import Kind, Verification
from ogp_pipeline.publishing.freshness import freshness
from ogp_pipeline.publishing.reader import DirectoryReader
from ogp_pipeline.publishing.seen import Seen
from ogp_pipeline.publishing.verify import verify
from ogp_pipeline.store.directory import DirectoryStore
from tests.publishing import synthetic
from tests.publishing.conftest import AsLeft, Publishing, publishing_in
from tests.publishing.synthetic import KEYS, STARTED
from tests.publishing.test_verify import overwrite

OLD, NEW, STRANGER, _ = KEYS
MONTH = Expiry(days=30, renew_days=7)


@dataclass
class Clock:
    """The time, where tests set it."""

    now: datetime = STARTED

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sign(publishing: Publishing, clock: Clock) -> Callable[..., Any]:
    """Publish with a key, as a run does: the hint holds for 30 days."""
    return _sign(publishing, clock)


def _sign(publishing: Publishing, clock: Clock) -> Callable[..., Any]:
    return lambda content, key, run=None: publishing(content, run, signer=key, expiry=MONTH, now=clock)


def kinds(result: Verification) -> list[tuple[Kind, str]]:
    return [(finding.kind, finding.key) for finding in result.problems]


def look(root: Path, **how: Any) -> Verification:
    return verify(DirectoryReader(root), **how)


@pytest.fixture
def places(tmp_path: Path, as_left: AsLeft, sign: Callable[..., Any]) -> tuple[Path, Path, Callable[..., Any]]:
    """The publication: two releases by OLD, which is stolen and replaced, and one by NEW. And the thief's fork: the
    first two, and three of his own, signed with OLD, with no word of NEW."""
    as_left("a fork", _forked)
    return tmp_path / "public", tmp_path / "fork", sign


def _forked(folder: Path) -> None:
    root, fork = folder / "public", folder / "fork"
    sign = _sign(publishing_in(folder), Clock())
    sign("1", OLD)
    sign("2", OLD)
    shutil.copytree(root, fork)
    keyring.rotate(
        synthetic.publisher(DirectoryStore(root), signer=OLD), NEW, 3, "2024-03-02T00:00:00Z", "stolen on 1 March"
    )
    sign("3", NEW)
    shutil.move(root, folder / "aside")
    shutil.move(fork, root)  # the thief publishes to this place
    for n in (3, 4, 5):
        sign(f"forged {n}", OLD, f"forged-{n}")
    shutil.move(root, fork)
    shutil.move(folder / "aside", root)


def test_a_fork_with_the_stolen_key_agrees_with_itself(places: Any) -> None:
    """Why all of this is needed: to who knows nothing, the fork is whole, and longer than the truth."""
    _, fork, _ = places
    result = look(fork, trusted=OLD.fingerprint)
    assert result.good and result.releases == 5 and result.notes == ()


def test_who_trusts_the_old_key_is_told_which_one_to_trust_from_now_on(places: Any) -> None:
    root, _, _ = places
    result = look(root, trusted=OLD.fingerprint)
    [note] = result.notes
    assert result.good and (note.kind, note.key) == (Kind.KEY_REPLACED, "keys/2.json")
    assert NEW.fingerprint in note.found and "stolen on 1 March" in note.found and "release from 3 on" in note.found
    assert look(root, trusted=NEW.fingerprint).notes == () == look(root).notes


def test_who_has_once_seen_the_rotation_refuses_the_fork(places: Any) -> None:
    root, fork, _ = places
    seen = look(root, trusted=OLD.fingerprint).seen
    assert seen and seen.release == 3 and seen.key and seen.key.fingerprint == NEW.fingerprint
    result = look(fork, trusted=OLD.fingerprint, seen=seen)
    assert kinds(result) == [(Kind.HISTORY_REWRITTEN, "releases/3.json"), (Kind.KEY_FORGOTTEN, "keys/2.json")]
    assert NEW.fingerprint in result.problems[1].expected and result.problems[1].found == "a list that ends with key 1"
    assert result.seen is None, "what was refused is not remembered"
    assert look(root, seen=seen).good, "the publication itself goes on from there"


def test_who_saw_the_key_only_refuses_a_fork_with_the_same_release(places: Any, tmp_path: Path) -> None:
    """The rotation is seen before a release is made with it; the fork then has every release that was seen."""
    root, fork, _ = places
    second = history.release(DirectoryStore(root), 2)
    key = keyring.read(DirectoryStore(root))[1]
    seen = Seen.model_validate(
        {
            "release": 2,
            "sha256": second.hash,
            "key": {"n": 2, "fingerprint": key.fingerprint, "sha256": key.hash},
        }
    )
    assert kinds(look(fork, trusted=OLD.fingerprint, seen=seen)) == [(Kind.KEY_FORGOTTEN, "keys/2.json")]
    assert look(root, seen=seen).good


def test_who_is_given_the_newest_key_or_its_statement_refuses_the_fork(places: Any, tmp_path: Path) -> None:
    root, fork, _ = places
    statement, public = tmp_path / "keys-2.json", tmp_path / "new.pub"
    shutil.copy(root / "keys/2.json", statement)
    public.write_bytes(NEW.public_pem())
    for given in (str(statement), str(public), NEW.fingerprint):
        trusted = signing_key.fingerprint_of(given)
        assert trusted == NEW.fingerprint and look(root, trusted=trusted).good
        assert kinds(look(fork, trusted=trusted)) == [(Kind.KEY_UNKNOWN, "keys/1.json")]


@pytest.mark.parametrize(
    "edit",
    [
        {"format": "ogp-signature/1"},
        {"key": "AAAA"},
        {"key": None},
        {"key": "ñ"},
        {"seals": []},
        {"first": 1},
    ],
    ids=str,
)
def test_a_statement_that_its_key_has_not_sealed_is_no_key(tmp_path: Path, edit: dict[str, Any]) -> None:
    public = base64.b64encode(NEW.public).decode()
    said = json.loads(signing.seal({"format": "ogp-key/1", "n": 2, "first": 3, "key": public}, NEW, OLD))
    path = tmp_path / "keys-2.json"
    path.write_text(json.dumps(said))
    assert signing_key.fingerprint_of(str(path)) == NEW.fingerprint
    path.write_text(json.dumps(said | edit))
    with pytest.raises(WrongUse, match="no statement about a key"):
        signing_key.fingerprint_of(str(path))


def test_a_publication_put_back_as_a_whole_is_refused(places: Any, tmp_path: Path, sign: Any) -> None:
    root, _, _ = places
    shutil.copytree(root, tmp_path / "kept")
    sign("4", NEW)
    seen = look(root).seen
    shutil.rmtree(root)
    shutil.move(tmp_path / "kept", root)
    assert kinds(look(root, seen=seen)) == [(Kind.HISTORY_REWRITTEN, "releases/4.json")]


# The time in latest.json


def test_a_signed_hint_says_until_when_it_holds(places: Any) -> None:
    root, _, _ = places
    assert history.look(DirectoryStore(root)).sealed
    said = json.loads((root / "latest.json").read_bytes())
    assert said["expires"] == "2024-03-31T12:00:00Z" and said["seals"][0]["key"] == NEW.fingerprint
    assert history.parse_hint((root / "latest.json").read_bytes()).release == 3
    end = datetime(2024, 3, 31, 12, tzinfo=UTC)
    assert look(root, now=end - timedelta(seconds=1)).good
    late = look(root, now=end)
    assert kinds(late) == [(Kind.EXPIRED, "latest.json")] and late.expires == "2024-03-31T12:00:00Z"
    assert look(root).good, "without a clock nothing is said of it"


def test_without_a_key_nothing_is_said_of_a_time(publishing: Publishing, store: DirectoryStore, tmp_path: Path) -> None:
    made = publishing("1", expiry=MONTH)
    stored = store.get("latest.json")
    assert stored and stored.data == views.hint(made)
    assert not history.look(store).sealed, "so a quiet run asks nothing of it"
    assert renewal.renew(synthetic.publisher(store, expiry=MONTH)) == "holds"
    late = look(tmp_path / "public", now=STARTED + timedelta(days=9999))
    assert late.good and late.expires is None


def test_a_quiet_run_renews_it_once_a_week(places: Any, store: DirectoryStore, clock: Clock) -> None:
    root, _, _ = places
    publisher = synthetic.publisher(store, signer=NEW, expiry=MONTH, now=clock)
    before = (root / "latest.json").read_bytes()
    written = 0
    for day in range(1, 29):
        clock.now = STARTED + timedelta(days=day)
        written += renewal.renew(publisher) == "renewed"
        assert look(root, now=clock.now).good
    assert written == 4
    after = (root / "latest.json").read_bytes()
    assert after != before and expiry.bare(after) == expiry.bare(before)


@pytest.mark.parametrize("setting", [Expiry(0, 7), Expiry(90, 7), Expiry(14, 7)])
def test_another_time_in_the_programme_counts_from_the_next_quiet_run(
    places: Any, store: DirectoryStore, clock: Clock, setting: Expiry
) -> None:
    root, _, _ = places
    publisher = synthetic.publisher(store, signer=NEW, expiry=setting, now=clock)
    assert [renewal.renew(publisher) for _ in range(2)] == ["renewed", "holds"]
    until = STARTED + timedelta(days=setting.days) if setting.days else None
    assert look(root).expires == expiry.written(until)
    assert freshness(DirectoryReader(root), STARTED + timedelta(days=9999)).expired == bool(setting.days)


def test_without_the_key_it_is_not_renewed_and_with_the_retired_one_readers_notice(
    places: Any, store: DirectoryStore, clock: Clock
) -> None:
    root, _, _ = places
    assert renewal.renew(synthetic.publisher(store, expiry=MONTH)) == "no key"
    assert renewal.renew(synthetic.publisher(store, signer=OLD, expiry=MONTH, now=clock)) == "renewed"
    assert kinds(look(root)) == [(Kind.SIGNATURE_WRONG, "latest.json")]
    with pytest.raises(BrokenHistory, match=r"latest\.json"):
        freshness(DirectoryReader(root), STARTED)
    assert renewal.renew(synthetic.publisher(store, signer=NEW, expiry=MONTH, now=clock)) == "renewed"
    assert look(root).good


def test_a_publisher_that_was_overtaken_does_not_renew_an_older_hint(
    places: Any, store: DirectoryStore, clock: Clock, sign: Any
) -> None:
    root, _, _ = places
    clock.now = STARTED + timedelta(days=10)

    class Overtaken(DirectoryStore):
        def swap(self, *arguments: Any, **named: Any) -> Any:
            clock.now = STARTED
            sign("4", NEW)
            return super().swap(*arguments, **named)

    assert renewal.renew(synthetic.publisher(Overtaken(root), signer=NEW, expiry=MONTH, now=clock)) == "holds"
    assert history.parse_hint((root / "latest.json").read_bytes()).release == 4
    assert look(root, now=clock.now).good


@pytest.mark.parametrize("edit", [{"expires": "2099-01-01T00:00:00Z"}, {"expires": None}, {"expires": "soon"}])
def test_a_time_that_nobody_sealed_is_found(places: Any, edit: dict[str, Any]) -> None:
    root, _, _ = places
    said = json.loads((root / "latest.json").read_bytes())
    overwrite(root, "latest.json", rfc8785.dumps(said | edit))
    assert kinds(look(root, now=STARTED)) == [(Kind.SIGNATURE_WRONG, "latest.json")]


def test_a_time_that_was_taken_away_is_missed_by_who_has_seen_one(places: Any) -> None:
    root, _, _ = places
    seen = look(root).seen
    overwrite(root, "latest.json", expiry.bare((root / "latest.json").read_bytes()))
    assert look(root).good and look(root).expires is None
    assert kinds(look(root, seen=seen)) == [(Kind.EXPIRY_MISSING, "latest.json")]


def test_a_repair_makes_a_hint_with_its_time_again(places: Any, store: DirectoryStore, clock: Clock) -> None:
    root, _, _ = places
    overwrite(root, "latest.json", b"{}")
    publisher = synthetic.publisher(store, signer=NEW, expiry=MONTH, now=clock, pages=lambda manifest, chain: {})
    assert [one.key for one in views.repair(publisher, thorough=True)] == ["latest.json"]
    assert look(root, now=STARTED).good and look(root).expires == "2024-03-31T12:00:00Z"
    assert views.repair(publisher, thorough=True) == []


def test_readers_in_python_ask_how_fresh_a_place_is(places: Any, tmp_path: Path) -> None:
    root, _, _ = places
    told = freshness(DirectoryReader(root), STARTED, NEW.fingerprint)
    assert (told.release, told.version, told.sealed, told.expired) == (3, "1.2.0", True, False)
    assert told.expires == datetime(2024, 3, 31, 12, tzinfo=UTC)
    assert freshness(DirectoryReader(root), datetime(2024, 4, 1, tzinfo=UTC)).expired
    with pytest.raises(BrokenHistory, match=layout.key(1)):
        freshness(DirectoryReader(root), STARTED, STRANGER.fingerprint)
    with pytest.raises(NotFound):
        freshness(DirectoryReader(tmp_path), STARTED)


def test_what_is_no_canonical_hint_is_left_as_it_is() -> None:
    for data in (b"", b"[", b'{"a": 1}', b"[1]", b"nothing"):
        assert expiry.bare(data) == data
    assert expiry.bare(signing.seal({"a": 1, "expires": None}, OLD)) == b'{"a":1}'
