"""Copies of the private store are of one moment, damage in them has a name, and the same history goes on from them."""

import shutil
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ogp_pipeline.cli.app import main
from ogp_pipeline.errors import AnotherLedger, BrokenHistory, NotFound, OgpError, StoreError
from ogp_pipeline.intake import layout, ledger
from ogp_pipeline.publishing import history
from ogp_pipeline.publishing.reader import open_reader
from ogp_pipeline.publishing.seen import Seen
from ogp_pipeline.publishing.verify import verify
from ogp_pipeline.runs import receipt_numbers
from ogp_pipeline.runs import run as pipeline
from ogp_pipeline.runs.outcomes import Failed, Published, Unchanged
from ogp_pipeline.runs.workspace import Workspace, open_place, open_workspace
from ogp_pipeline.store.directory import DirectoryStore
from ogp_pipeline.store.protocol import Done, InDoubt, Store
from ogp_pipeline.upkeep import copies, doctor, restoring, wholeness
from ogp_pipeline.upkeep.copies import CopiedStore
from tests.inbox_country import KEYS
from tests.s3_server import S3Server
from tests.shapes import shaped  # noqa: F401 - what commands print is compared with its shape
from tests.small_country import FILES, NOW, SmallCountry, linked, published

UPDATES = FILES["agency/updates.csv"]
DAY = timedelta(days=1)
PRIVATE = "var/private"


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release, a refused file, and numbers on all receipts; there is a copy from before its last entry came."""
    country = published(tmp_path_factory.mktemp("copies") / "country")
    whole = copies.take(country.open().intake, place(country), "xx-nap", NOW)
    older = {key: kept for key, kept in whole.objects.items() if key != layout.ledger(5)}
    entry = older[layout.ledger(4)].sha256
    early = replace(whole, name="20240709T120000Z-000004", made="2024-07-09T12:00:00Z", n=4, entry=entry, objects=older)
    place(country).create(f"copies/{early.name}.json", early.data)
    place(country).delete(f"copies/{whole.name}.json")
    country.write("agency/updates.csv", UPDATES.replace("in_progress", "flying"))
    country.collect(NOW + 2 * DAY)
    country.write("agency/updates.csv", UPDATES)
    receipt_numbers.settle(country.open())
    return country.folder


@pytest.fixture
def country(twice: Path, tmp_path: Path) -> SmallCountry:
    return linked(twice, tmp_path / "country")


def place(country: SmallCountry) -> Store:
    return DirectoryStore(country.folder / "copies", private=True)


def take(country: SmallCountry, to: Store | None = None) -> copies.Copy:
    return copies.take(country.open().intake, to or place(country), "xx-nap", NOW + 3 * DAY)


def faults(of: Store | CopiedStore) -> list[str]:
    return [f"{fault.key}: {fault.said}" for fault in wholeness.look(of).faults]


def contents(store: Store) -> dict[str, bytes]:
    keys = [key for key in store.list("") if not key.startswith(copies.LEFT_OUT)]
    return {key: stored.data for key in keys if (stored := store.get(key)) is not None}


def object_of(country: SmallCountry, copy: copies.Copy, key: str) -> Path:
    return country.folder / "copies/objects" / copy.objects[key].sha256


def test_a_copy_is_all_but_the_state_and_the_next_one_takes_only_what_is_new(country: SmallCountry) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in (country.folder / "copies/objects").iterdir()}
    copy = take(country)
    assert copies.every(place(country)) == ["20240709T120000Z-000004", "20240713T120000Z-000005"]
    kept, there = CopiedStore(place(country), copy), contents(country.open().intake)
    assert {key: stored.data for key in kept.list("") if (stored := kept.get(key))} == there
    assert (copy.n, copy.entry) == ledger.head_of(ledger.read(country.open().intake))
    assert faults(kept) == [] and list(copies.damage(place(country), copy)) == []
    after = {path.name: path.stat().st_mtime_ns for path in (country.folder / "copies/objects").iterdir()}
    assert before.items() < after.items(), "what was there is not written again"
    assert (country.folder / "copies").stat().st_mode & 0o077 == 0, "as private as the store"


class Busy(DirectoryStore):
    """A place for copies; while it is written to, something happens in the private store."""

    def __init__(self, root: Path, happens: Callable[[int], object], at: range) -> None:
        super().__init__(root, private=True)
        self._happens, self._at, self._writes = happens, at, 0

    def put_view(self, key: str, data: bytes, media_type: str) -> Done | InDoubt:
        self._writes += 1
        if self._writes in self._at:
            self._happens(self._writes)
        return super().put_view(key, data, media_type)


@pytest.mark.parametrize(
    "at", [pytest.param(1, marks=pytest.mark.night), 12, pytest.param(30, marks=pytest.mark.night)]
)
def test_a_copy_that_is_taken_while_files_come_in_is_of_one_moment(country: SmallCountry, at: int) -> None:
    def deliver(n: int) -> None:
        country.write("agency/updates.csv", UPDATES.replace("not_started", "complete"))
        country.collect(NOW + 3 * DAY)

    busy = Busy(country.folder / "busy", deliver, range(at, at + 1))
    copy = take(country, busy)
    kept = CopiedStore(busy, copy)
    assert copy.n == 6
    assert faults(kept) == []
    assert {key: stored.data for key in kept.list("") if (stored := kept.get(key))} == contents(country.open().intake)


def test_of_a_store_that_never_rests_there_is_no_copy_rather_than_a_mixed_one(country: SmallCountry) -> None:
    private = DirectoryStore(country.folder / PRIVATE)
    busy = Busy(country.folder / "busy", lambda n: private.put_view("clock.json", b"%d" % n, ""), range(1, 999))
    with pytest.raises(StoreError, match="one moment"):
        take(country, busy)
    assert copies.every(busy) == []


@pytest.mark.parametrize("first", ["ledger", "files"])
def test_files_that_are_copied_by_hand_while_files_come_in_go_wrong_in_one_order_only_and_that_is_told(
    country: SmallCountry, first: str
) -> None:
    private, by_hand = country.folder / PRIVATE, country.folder / "by_hand"
    parts = [path.name for path in private.iterdir() if path.name not in (".store", "state", "ledger")]
    order = ["ledger", *parts] if first == "ledger" else [*parts, "ledger"]
    for name in order[:1] if first == "ledger" else order[:-1]:
        _copy(private / name, by_hand / name)
    country.write("agency/updates.csv", UPDATES.replace("not_started", "complete"))
    country.collect(NOW + 3 * DAY)
    for name in order[1:] if first == "ledger" else order[-1:]:
        _copy(private / name, by_hand / name)
    told = faults(DirectoryStore(by_hand))
    if first == "ledger":
        assert told == []
    else:
        assert any(fault.startswith("raw/") and "ledger/000006.json names it" in fault for fault in told)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copy(source, target)


class Drill:
    """A programme whose private store is lost, and the empty place where it is to stand again."""

    def __init__(self, country: SmallCountry, bucket: S3Server | None) -> None:
        self.country, self._bucket = country, bucket
        self._mark = uuid.uuid4().hex
        self.at_night = bucket is not None

    def open(self) -> Workspace:
        return open_workspace(self.country.folder, KEYS if self._bucket else None)

    def move(self, name: str) -> None:
        """Name an empty place under `intake`."""
        file = self.country.folder / "programme.yaml"
        head, _, _ = file.read_text(encoding="utf-8").rpartition("  intake: ")
        s3 = self._bucket
        where = (
            f"s3: {{bucket: private, prefix: {self._mark}/{name}, endpoint: {s3.endpoint!r}}}"
            if s3
            else f"directory: var/{name}"
        )
        file.write_text(f"{head}  intake: {{{where}}}\n", encoding="utf-8")

    def place(self) -> Store:
        if self._bucket is None:
            return open_place(self.open(), str(self.country.folder / "copies"))
        return open_place(self.open(), f"s3://private/{self._mark}/copies")


@pytest.fixture(params=["folder", "bucket"])
def drill(request: pytest.FixtureRequest, country: SmallCountry, monkeypatch: pytest.MonkeyPatch) -> Drill:
    if request.param == "folder":
        return Drill(country, None)
    server: S3Server = request.getfixturevalue("s3_server")
    for name, value in server.environment().items():
        monkeypatch.setenv(name, value)
    drill, there = Drill(country, server), contents(country.open().intake)
    drill.move("first")
    for key, data in there.items():
        drill.open().intake.put_view(key, data, "application/json")
    return drill


def test_after_the_store_is_lost_the_same_history_goes_on_elsewhere_from_its_copy(drill: Drill) -> None:
    before, public = drill.open(), drill.country.folder / "var/public"
    numbers, entries = receipt_numbers.read(before), ledger.read(before.intake)
    newest = history.head(before.publication)
    assert newest is not None
    remembered = Seen(release=newest.n, sha256=newest.hash)  # as `ogp verify` keeps it
    copies.take(before.intake, drill.place(), "xx-nap", NOW + 3 * DAY)
    for key in list(before.intake.list("")):
        before.intake.delete(key)
    drill.move("second")
    lost = drill.country.run("lost", NOW + 3 * DAY) if drill._bucket is None else None
    assert lost is None or isinstance(lost.outcome, Failed)

    restored = restoring.restore(drill.open(), drill.place())
    assert restored.whole.faults == ()
    assert ledger.read(drill.open().intake) == entries
    assert receipt_numbers.settle(drill.open()) == numbers
    assert [check for check in doctor.look(drill.open(), NOW + 3 * DAY, whole=True) if check.name in ("ledger", "succession", "private store, whole") and not check.well] == []  # fmt: skip  # noqa: E501

    drill.country.write("agency/updates.csv", UPDATES.replace("not_started", "complete"))
    if not drill.at_night:
        assert pipeline.refusal(drill.open(), NOW + 3 * DAY) is None
        assert pipeline.collect_source(drill.open(), "updates", NOW + 3 * DAY).state == "accepted"
        assert len(ledger.read(drill.open().intake)) == len(entries) + 1
        return
    record = pipeline.run(drill.open(), NOW + 3 * DAY, "after")
    assert isinstance(record.outcome, Published)
    assert [release.changes["removed"] for release in record.releases] == [0], "no row is withdrawn"
    assert len(ledger.read(drill.open().intake)) == len(entries) + 1
    head = history.head(drill.open().publication)
    assert head is not None and head.manifest.previous == newest.hash
    assert list(verify(open_reader(str(public)), seen=remembered).problems) == []


def test_a_copy_older_than_what_is_published_is_refused_and_what_it_lacks_is_told(country: SmallCountry) -> None:
    take(country)
    shutil.rmtree(country.folder / PRIVATE)
    early = copies.every(place(country))[0]
    with pytest.raises(AnotherLedger) as refused:
        restoring.restore(country.open(), place(country), early)
    said = str(refused.value)
    assert "ends at entry 4" in said and "Missing are entries 5 to 5" in said
    assert "Restore 20240713T120000Z-000005" in said, "the one that holds it is named"
    assert not (country.folder / PRIVATE).exists()


def test_without_a_copy_that_fits_it_says_so_and_no_run_goes_on_from_an_older_one(country: SmallCountry) -> None:
    with pytest.raises(AnotherLedger, match="none of those there holds that entry"):
        restoring.restore(country.open(), place(country))
    with pytest.raises(NotFound, match="is its disk mounted"):
        restoring.restore(country.open(), DirectoryStore(country.folder / "nothing"))
    shutil.rmtree(country.folder / PRIVATE)
    restoring.restore(country.open(), place(country), older=True)
    assert len(ledger.read(country.open().intake)) == 4
    outcome = country.run("after", NOW + 3 * DAY).outcome
    assert isinstance(outcome, Failed) and "entry 5 is missing" in outcome.reason


@pytest.mark.parametrize(
    "kind",
    [
        "raw/",
        "ledger/000003",
        *(pytest.param(kind, marks=pytest.mark.night) for kind in ("rows/", "receipts/", "numbers/", "programmes/")),
    ],
)
def test_one_damaged_object_of_a_copy_has_a_name_and_nothing_is_restored_that_a_run_would_take(
    country: SmallCountry, kind: str
) -> None:
    copy = take(country)
    key = next(key for key in copy.objects if key.startswith(kind))
    path = object_of(country, copy, key)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"~")
    assert [lost.key for lost in copies.damage(place(country), copy)] == [key]
    shutil.rmtree(country.folder / PRIVATE)
    with pytest.raises(BrokenHistory, match=key):
        restoring.restore(country.open(), place(country))
    assert list(country.open().intake.list(layout.LEDGER)) == []


def test_what_somebody_took_from_the_store_has_a_name(country: SmallCountry) -> None:
    private, entries = country.folder / PRIVATE, ledger.read(country.open().intake)
    [record] = list(private.glob(f"deliveries/{entries[1].delivery}*"))
    gone = [layout.raw(entries[0].files[0][1]), layout.rows(entries[2].rows), entries[3].receipt]
    for key in gone:
        (private / key).unlink()
    (private / layout.raw(entries[4].files[0][1])).write_bytes(b"other")
    record.write_bytes(b"{")
    told = faults(country.open().intake)
    assert {fault.partition(": ")[0] for fault in told} >= {
        *gone,
        layout.raw(entries[4].files[0][1]),
        record.relative_to(private).as_posix(),
    }
    assert len(told) == 5
    (private / layout.ledger(4)).unlink()
    assert any(fault.startswith("ledger/000004.json: it is missing, and ledger/000005.json") for fault in faults(country.open().intake))  # fmt: skip  # noqa: E501


def test_nothing_is_written_over_and_a_restoration_that_was_killed_goes_on(
    country: SmallCountry, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(country)
    there = contents(country.open().intake)
    with pytest.MonkeyPatch.context() as patch:
        shutil.rmtree(country.folder / PRIVATE)
        patch.setattr(restoring, "_append", _killed_at(layout.ledger(4), restoring._append))
        with pytest.raises(KeyboardInterrupt):
            restoring.restore(country.open(), place(country))
    assert isinstance(country.run("early", NOW + 3 * DAY).outcome, Failed), "half a ledger publishes nothing"
    restoring.restore(country.open(), place(country))
    assert contents(country.open().intake) == there
    assert isinstance(country.run("after", NOW + 3 * DAY).outcome, Unchanged)
    (country.folder / PRIVATE / "numbers/2024.json").write_bytes(b"{}")
    with pytest.raises(OgpError, match=r"numbers/2024\.json"):
        restoring.restore(country.open(), place(country))
    assert (country.folder / PRIVATE / "numbers/2024.json").read_bytes() == b"{}"


def _killed_at(key: str, act: Callable[..., None]) -> Callable[..., None]:
    def killed(store: Store, source: CopiedStore, at: str) -> None:
        if at == key:
            raise KeyboardInterrupt
        act(store, source, at)

    return killed


def test_copies_are_never_laid_into_what_is_published_or_into_the_store_itself(country: SmallCountry) -> None:
    for inside in ("var/public/copies", "var/private", "var"):
        with pytest.raises(OgpError, match="place of their own"):
            open_place(country.open(), str(country.folder / inside))
    with pytest.raises(OgpError, match="s3://bucket/prefix"):
        open_place(country.open(), "s3://")


def test_the_commands_copy_check_and_restore(country: SmallCountry, capsys: pytest.CaptureFixture[str]) -> None:
    def call(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as left:
            main([*arguments, "-p", str(country.folder)])
        return int(left.value.code or 0), capsys.readouterr().out

    to = str(country.folder / "elsewhere")
    assert call("backup", to)[0] == 0
    code, listed = call("backup", to, "--list")
    assert (code, listed.count("-000005")) == (0, 1)
    assert call("backup", to, "--check", "--json")[0] == 0
    shutil.rmtree(country.folder / PRIVATE)
    assert call("restore", to, "--json")[0] == 0
    next(iter((country.folder / "elsewhere/objects").iterdir())).unlink()
    code, told = call("backup", to, "--check")
    assert code == 5 and "is not there" in told and "run `ogp backup` again" in told
    damaged = max((country.folder / "elsewhere/objects").iterdir(), key=lambda path: path.stat().st_size)
    damaged.chmod(0o600)
    damaged.write_bytes(b"other")
    code, told = call("backup", to, "--check")
    assert code == 5 and f"remove objects/{damaged.name} there" in " ".join(told.split())
    damaged.unlink()
    assert call("backup", to)[0] == 0
    assert call("backup", to, "--check")[0] == 0, "who did as it says has whole copies again"
