"""What ``ogp verify`` remembers: kept per address, never gone behind, and not passed over when it is damaged."""

import json
import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ogp_pipeline.cli import memory
from ogp_pipeline.errors import OgpError
from ogp_pipeline.publishing import history, keyring, renewal, signing
from ogp_pipeline.publishing.expiry import Expiry
from ogp_pipeline.publishing.finding import Verification
from ogp_pipeline.publishing.publish import publish as publish_release
from ogp_pipeline.publishing.seen import Seen
from ogp_pipeline.store.directory import DirectoryStore
from tests.cli.test_cli import call
from tests.publishing import synthetic
from tests.publishing.synthetic import KEYS

PLACE = "https://data.example.org/ogp"


def seen(release: int, sha256: str = "a" * 64) -> Verification:
    return Verification(1, 1, 1, (release, sha256), (), seen=Seen(release=release, sha256=sha256))


@pytest.mark.parametrize(
    "same",
    [f"{PLACE}/", "HTTPS://DATA.example.org/ogp", "https://data.example.org:443/ogp//", f"{PLACE}#part"],
)
def test_one_address_has_one_memory_however_it_is_written(tmp_path: Path, same: str) -> None:
    memory.open_memory(PLACE, tmp_path).keep(seen(3))
    kept = memory.open_memory(same, tmp_path).recall()
    assert kept and kept.release == 3
    for other in ("https://data.example.org", "http://data.example.org/ogp", "https://data.example.org:8443/ogp"):
        assert memory.open_memory(other, tmp_path).recall() is None


def test_it_never_goes_back_and_only_what_is_whole_is_kept(tmp_path: Path) -> None:
    kept = memory.open_memory(PLACE, tmp_path)
    kept.keep(Verification(1, 1, 1, (9, "a" * 64), ()))
    assert list(tmp_path.iterdir()) == []
    for release in (3, 5, 4):
        kept.keep(seen(release))
    now = kept.recall()
    assert now and now.release == 5 and len(list(tmp_path.iterdir())) == 1


def test_where_it_lies_is_the_state_folder_of_the_reader_or_what_is_said(tmp_path: Path) -> None:
    assert memory.folder_of({"OGP_MEMORY": "/a", "XDG_STATE_HOME": "/b"}) == Path("/a")
    assert memory.folder_of({"XDG_STATE_HOME": "/b"}) == Path("/b/ogp/seen")
    for state in ({}, {"XDG_STATE_HOME": ""}, {"XDG_STATE_HOME": "relative"}):
        assert memory.folder_of(state) == Path.home() / ".local/state/ogp/seen"


@pytest.mark.parametrize("damage", [b"", b"{", b"\x00" * 10, b'{"address": "x"}', b"[]"])
def test_a_damaged_memory_is_not_passed_over(tmp_path: Path, damage: bytes) -> None:
    kept = memory.open_memory(PLACE, tmp_path)
    kept.keep(seen(3))
    [path] = tmp_path.iterdir()
    path.write_bytes(damage)
    with pytest.raises(OgpError, match="--forget"):
        kept.recall()
    assert memory.open_memory(PLACE, tmp_path, forget=True).recall() is None
    memory.open_memory(PLACE, tmp_path, forget=True)


def test_a_memory_of_another_address_does_not_count(tmp_path: Path) -> None:
    kept = memory.open_memory(PLACE, tmp_path)
    kept.keep(seen(3))
    [path] = tmp_path.iterdir()
    path.write_bytes(path.read_bytes().replace(b"data.example.org", b"else.example.org"))
    with pytest.raises(OgpError, match="is about https://else"):
        kept.recall()


def test_what_cannot_be_kept_is_said_and_stops_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = memory.open_memory(PLACE, tmp_path)
    assert kept.path
    (tmp_path / f"{kept.path.name}.{os.getpid()}").mkdir()  # in the way of what is written first
    kept.keep(seen(3))
    assert "cannot be kept" in capsys.readouterr().err and kept.recall() is None


def test_a_stolen_key_from_the_readers_side(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The thief has the publication as it was before the rotation, and goes on from there with the old key."""
    public, fork = tmp_path / "public", tmp_path / "fork"
    old, new = KEYS[:2]

    def publish(folder: Path, content: str, key: signing.SigningKey) -> None:
        store, how = DirectoryStore(folder), {"signer": key, "pages": lambda manifest, chain: {}}
        base = history.head(store)
        draft = synthetic.draft(tmp_path / "built", base, content, f"run-{content}")
        publisher = synthetic.publisher(store, **how, expiry=Expiry(30, 7), now=lambda: datetime.now(UTC))
        finished = replace(publisher, hooks=replace(publisher.hooks, now=synthetic.moment))
        release = publish_release(finished, draft, base, synthetic.attempt(content))
        assert release.n == (base.n + 1 if base else 1) and renewal.renew(publisher) == "renewed"

    publish(public, "1", old)
    shutil.copytree(public, fork)
    keyring.rotate(synthetic.publisher(DirectoryStore(public), signer=old), new, 2, "2024-03-02T00:00:00Z", "stolen")
    publish(public, "2", new)
    publish(fork, "forged", old)
    publish(fork, "forged again", old)

    mine = ["--memory", tmp_path / "mine", "--key", old.fingerprint]
    assert call("verify", public, *mine) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "key-replaced keys/2.json" in told and "(stolen)" in told and "latest.json holds until" in told
    assert call("verify", public) == 0, "and nothing is kept of a folder where nobody named a memory"
    assert len(list((tmp_path / "mine").iterdir())) == 1

    shutil.rmtree(public)
    shutil.move(fork, public)
    assert call("verify", public, "--key", old.fingerprint) == 0, "who remembers nothing is taken in"
    capsys.readouterr()
    for _ in range(2):
        assert call("verify", public, *mine, "--json") == 5
        problems = json.loads(capsys.readouterr().out)["problems"]
        assert [one["kind"] for one in problems] == ["history-rewritten", "key-forgotten"]
    assert call("verify", public, *mine, "--forget", "--lang", "es") == 0
