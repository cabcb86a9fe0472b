"""A private store that is not mounted, not ours or too old: nothing is published, nothing is written into it."""

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ogp_pipeline.cli import app
from ogp_pipeline.errors import AnotherLedger
from ogp_pipeline.intake import layout, ledger
from ogp_pipeline.publishing import history
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.publish import ReleaseDraft
from ogp_pipeline.runs import publication, run
from ogp_pipeline.runs.outcomes import Failed, NothingReceived, Published, Unchanged
from ogp_pipeline.runs.record import RunRecord
from ogp_pipeline.store.protocol import Store
from ogp_pipeline.upkeep.rollback import roll_back
from tests.s3_server import S3Server
from tests.sample import by_day
from tests.small_country import CORRECTED, FILES, NOW, SmallCountry, build, corrected_once, linked

LATER = NOW + timedelta(hours=1)


@dataclass(frozen=True)
class Moving(SmallCountry):
    """A country whose programme file can name another private store, as if another volume were mounted.

    ``listed``: how to learn what its buckets hold, if it has buckets.
    """

    listed: Callable[[], Any] | None = None

    @property
    def private(self) -> Store:
        return self.open().intake

    @property
    def programme_file(self) -> Path:
        return self.folder / "programme.yaml"

    def name_private(self, name: str) -> None:
        """The store of this name is the private one from now on."""
        head, found, tail = self.programme_file.read_text(encoding="utf-8").partition("intake: ")
        line, end, rest = tail.partition("\n")
        assert found and end
        self.programme_file.write_text(f"{head}intake: {line.rpartition('/')[0]}/{name}{'}' * line.count('}')}\n{rest}")

    def copy_private(self, name: str, without: Callable[[str], bool] = lambda _: False) -> None:
        """A copy of the private store under another name, ``without`` some keys; it is the private one from now on."""
        before = self.private
        self.name_private(name)
        after = self.private
        for key, data in _objects(before).items():
            if not without(key):
                after.create(key, data)

    def everything(self) -> Any:
        """All objects of both stores; of buckets, the hashes that the server lists."""
        if self.listed is not None:
            return self.listed()
        workspace = self.open()
        return _objects(workspace.publication), _objects(workspace.intake)


def _objects(store: Store) -> dict[str, bytes]:
    found = {key: store.get(key) for key in store.list("")}
    return {key: held.data for key, held in found.items() if held is not None}


@pytest.fixture(autouse=True)
def unsigned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the machine has set."""
    monkeypatch.delenv("OGP_SIGNING_KEY", raising=False)


@pytest.fixture(scope="module")
def on_disk() -> Moving:
    """Two releases in a folder, of which the second rests on one entry of the ledger more. Not to be written to."""
    return Moving(corrected_once())


@pytest.fixture(scope="module")
def in_buckets(on_disk: Moving, tmp_path_factory: pytest.TempPathFactory, s3_server: S3Server) -> Iterator[Moving]:
    """The same objects in buckets, which every test shares: for those that publish nothing."""
    own = uuid.uuid4().hex
    places = {
        "store: {directory: var/public}": f"store: {{s3: {{bucket: public, prefix: {own}/public}}}}",
        "intake: {directory: var/private}": f"intake: {{s3: {{bucket: private, prefix: {own}/private}}}}",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in s3_server.environment().items():
            patch.setenv(name, value)
        country = Moving(build(tmp_path_factory.mktemp("buckets") / "country", **places).folder)
        country.write("agency/updates.csv", CORRECTED)
        workspace = country.open()
        for objects, store in zip(on_disk.everything(), (workspace.publication, workspace.intake), strict=True):
            for key, data in objects.items():
                store.create(key, data)
        yield replace(country, listed=lambda: _hashes(s3_server, own))


def _hashes(server: S3Server, prefix: str) -> list[tuple[str, str]]:
    """Keys and hashes of both buckets: to read every object again takes as long as the rest of the test."""
    pages = server.client().get_paginator("list_objects_v2")
    listed = [page for bucket in ("public", "private") for page in pages.paginate(Bucket=bucket, Prefix=prefix)]
    return [(one["Key"], one["ETag"]) for page in listed for one in page.get("Contents", ())]


def copy_of(country: Moving, folder: Path) -> Moving:
    return replace(country, folder=linked(country.folder, folder / "copy").folder)


@pytest.fixture(params=["on_disk", pytest.param("in_buckets", marks=pytest.mark.night)])
def standing(request: pytest.FixtureRequest, tmp_path: Path) -> Moving:
    """Two releases, in a folder or in buckets: for tests that publish nothing."""
    return copy_of(request.getfixturevalue(request.param), tmp_path)


@pytest.fixture
def country(on_disk: Moving, tmp_path: Path) -> Moving:
    """Two releases in a folder of the test's own."""
    return copy_of(on_disk, tmp_path)


@pytest.fixture
def beginning(tmp_path: Path) -> Moving:
    """Before the first run."""
    return Moving(build(tmp_path / "beginning").folder)


def refused(country: Moving, name: str = "third") -> str:
    """Run; the reason for which nothing was published, collected or written anywhere."""
    before = country.everything()
    record = country.run(name, LATER)
    assert isinstance(record.outcome, Failed) and record.outcome.exit_code == 1
    assert record.sources == () and record.releases == () and record.version is None
    assert country.everything() == before
    assert country.private.describe() in record.outcome.reason and str(country.programme_file) in record.outcome.reason
    assert "the private store is missing or another's" in record.outcome.reason
    return record.outcome.reason


@pytest.mark.parametrize("standing", by_day(["on_disk", "in_buckets"], ["on_disk"]), indirect=True)
def test_a_store_that_is_not_mounted_publishes_nothing_and_the_next_run_works_when_it_is(standing: Moving) -> None:
    standing.name_private("elsewhere")
    reason = refused(standing)
    assert "there is no ledger there: it is not mounted" in reason and "Release 1.0.1" in reason
    assert not list(standing.private.list(""))
    standing.name_private("private")
    assert standing.run("fourth", LATER).outcome == Unchanged("1.0.1")


def test_another_programmes_store_is_told_from_a_missing_one(standing: Moving) -> None:
    standing.name_private("other")
    for _ in range(2):  # as many entries as ours, other ones
        for source in standing.open().programme.sources:
            run.collect_source(standing.open(), source.id, LATER)
        standing.write("agency/updates.csv", FILES["agency/updates.csv"])
    assert len(ledger.read(standing.private)) == 6
    assert "another entry 6, so it is another programme's" in refused(standing)


def test_an_older_copy_is_refused(standing: Moving) -> None:
    standing.copy_private("backup", without=lambda key: key == layout.ledger(6))
    assert "entry 6 is missing from the ledger there: it is an older copy" in refused(standing)


@pytest.mark.night
def test_a_publication_goes_on_from_an_older_copy_after_a_rollback_to_what_it_holds(country: Moving) -> None:
    country.copy_private("backup", without=lambda key: key == layout.ledger(6))
    with pytest.raises(AnotherLedger, match="was computed from entry 6"):
        roll_back(country.open(), "1.0.1", "No good.", "nowhere")
    made = roll_back(country.open(), "1.0.0", "The newest copy is lost.", "back")
    assert (made.version, made.undone) == ("1.0.2", ("1.0.1",))
    assert country.run("third", LATER).outcome == Unchanged("1.0.2", "The newest copy is lost.")
    assert len(ledger.read(country.private)) == 6, "the file of the lost entry was taken in once more"
    country.write("agency/updates.csv", CORRECTED.replace("Out.", "Out at last."))
    assert country.run("fourth", LATER).outcome == Published("1.0.3")


def test_a_rollback_without_the_private_store_says_that_it_is_missing(country: Moving) -> None:
    country.name_private("elsewhere")
    before = country.everything()
    with pytest.raises(AnotherLedger, match="there is no ledger there"):
        roll_back(country.open(), "1.0.0", "No good.", "back")
    assert country.everything() == before


def test_a_ledger_with_a_gap_before_its_end_publishes_nothing(country: Moving) -> None:
    country.copy_private("torn", without=lambda key: key == layout.ledger(5) or key.startswith(layout.STATE))
    before = country.everything()[0]
    with pytest.raises(AnotherLedger, match="entry 5 is missing"):
        run.release(country.open(), [], LATER.date(), "third")
    assert country.everything()[0] == before


def test_a_longer_ledger_and_an_empty_publication_are_in_order(beginning: Moving, country: Moving) -> None:
    assert run.refusal(beginning.open(), NOW) is None
    country.write("agency/updates.csv", CORRECTED.replace("Out.", "Out at last."))
    assert run.collect_source(country.open(), "updates", LATER).state == "accepted"
    assert len(ledger.read(country.private)) == 7
    assert run.refusal(country.open(), LATER) is None


def test_a_first_run_that_gives_nothing_is_recorded_as_before(beginning: Moving) -> None:
    for name in FILES:
        (beginning.folder / "inbox" / name).unlink()
    assert beginning.run("first").outcome == NothingReceived()
    assert beginning.private.get(layout.run("first")) is not None


def test_a_store_that_vanishes_between_collection_and_release_is_noticed(country: Moving) -> None:
    country.name_private("elsewhere")
    workspace, before = country.open(), country.everything()
    with pytest.raises(AnotherLedger):
        run.release(workspace, [], LATER.date(), "third")
    failed = [Failed("as the release said")]
    record: RunRecord = run.conclude(workspace, "third", LATER, 1.0, [], [], failed)
    assert record.outcome == failed[0] and country.everything() == before


def test_a_failure_of_another_kind_is_still_recorded(country: Moving) -> None:
    run.conclude(country.open(), "third", LATER, 1.0, [], [], [Failed("the disk is full")])
    assert country.private.get(layout.run("third")) is not None


class BuiltAgain(Exception):
    """What it was to find is found: that it can be published, other tests see."""


def test_who_loses_a_race_builds_on_the_winners_ledger(country: Moving, monkeypatch: pytest.MonkeyPatch) -> None:
    """It knows of the first release and its entries alone; the second was made meanwhile."""
    workspace, due = country.open(), NOW.date() + timedelta(days=6)
    entries, head = ledger.read(workspace.intake)[:5], history.release(workspace.publication, "1.0.0")
    publish, tries = publication.publish, list[tuple[int, str]]()

    def twice(publisher: Any, draft: ReleaseDraft, base: Release, *given: Any) -> Any:
        tries.append((draft.ledger_head.n, base.version))
        if len(tries) == 2:
            raise BuiltAgain
        return publish(publisher, draft, base, *given)

    monkeypatch.setattr(publication, "publish", twice)
    with pytest.raises(BuiltAgain):
        publication.publish_newest(workspace, entries, due, "loser", head)
    assert tries == [(5, "1.0.0"), (6, "1.0.1")], "what the winner knew of more is not taken back"


@pytest.mark.parametrize("folder", by_day(["gone", "an empty mount point"], ["an empty mount point"]))
def test_ogp_run_says_where_the_private_store_is_expected_and_what_to_do(
    folder: str, country: Moving, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    public, private = country.public_files(), country.folder / "var/private"
    private.rename(tmp_path / "volume")
    if folder != "gone":
        private.mkdir()
    for arguments in ([], ["--backfill"], ["--json"]):
        with pytest.raises(SystemExit) as left:
            app.main(["run", str(country.folder), *arguments])
        assert left.value.code == 1
        said = capsys.readouterr().out
        assert "Failed" in said or json.loads(said)["outcome"]["name"] == "Failed"
        told = " ".join(said.split())
        assert "the private store is missing or another's" in told and "Mount the private store there" in told
        assert str(private) in said.replace("\n", "")
        assert country.public_files() == public
        assert not list(private.iterdir()) if private.exists() else folder == "gone"
    if private.exists():
        private.rmdir()
    (tmp_path / "volume").rename(private)
    assert country.run("again", LATER).outcome == Unchanged("1.0.1")
    country.write("agency/updates.csv", CORRECTED.replace("Out.", "Out at last."))
    assert country.run("news", LATER).outcome == Published("1.0.2")


def test_the_check_costs_a_healthy_run_only_what_it_reads_anyway(on_disk: Moving) -> None:
    workspace = on_disk.open()
    asked: list[str] = []

    class Counted:
        def __init__(self, inner: Store) -> None:
            self._inner = inner

        def get(self, key: str) -> Any:
            asked.append(key)
            return self._inner.get(key)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._inner, name)

    counted: Any = replace(workspace, intake=Counted(workspace.intake), publication=Counted(workspace.publication))
    assert run.refusal(counted, LATER) is None
    assert asked[:3] == ["latest.json", "releases/2.json", "releases/3.json"]
    of_ledger = asked[3:]
    assert [key for key in of_ledger if key.startswith(layout.LEDGER)] == [layout.ledger(6), layout.ledger(7)]
    assert len(of_ledger) == 5, "hint, index, the ledger up to there, and whether that is so and all"
    run.release(counted, [], LATER.date(), "again")
    assert len(asked[8:]) <= 8, "nothing of it is read again"
