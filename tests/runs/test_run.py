"""Whole runs in a small country: time, races, crashes, and files that come back."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from ogp_pipeline.errors import OgpError
from ogp_pipeline.intake import ledger
from ogp_pipeline.publishing import history
from ogp_pipeline.publishing.layout import LATEST
from ogp_pipeline.publishing.reader import DirectoryReader
from ogp_pipeline.publishing.verify import verify
from ogp_pipeline.runs import publication, run
from ogp_pipeline.runs.outcomes import Failed, Published, Rejected, Unchanged
from ogp_pipeline.store.protocol import Store
from ogp_pipeline.upkeep import reproduction
from tests.small_country import FILES, NOW, SmallCountry, build, published

UPDATES = "milestone_id,period_id,status,progress_en\n"
BACK_AND_FORTH = "guards:\n  older: {hold: false, why: It is the test's matter}\npublication:\n"


def status_of(country: SmallCountry, milestone: str) -> str:
    lines = (country.folder / "var/public/latest/progress/updates.csv").read_text(encoding="utf-8").splitlines()
    names = lines[0].split(",")
    return next(
        dict(zip(names, line.split(","), strict=False))["status"] for line in lines if line.startswith(milestone)
    )


def test_a_run_with_nothing_to_publish_makes_anew_what_an_overtaken_publisher_left(tmp_path: Path) -> None:
    country = published(tmp_path / "country")
    store = country.open().publication
    for key in ("versions.json", "latest/datapackage.json"):
        store.put_view(key, b"[]", "application/json")
    reader = DirectoryReader(country.folder / "var/public")
    assert {finding.key for finding in verify(reader).problems} == {"versions.json", "latest/datapackage.json"}
    assert isinstance(country.run("again").outcome, Unchanged)
    assert verify(reader).problems == ()


@pytest.mark.night
def test_a_due_date_that_is_put_off_does_not_stop_the_publication(tmp_path: Path) -> None:
    country = build(tmp_path)
    late = datetime(2024, 7, 16, 12, tzinfo=UTC)
    assert country.run("first", late).outcome == Published("1.0.0")
    country.edit("due: 2024-07-15", "due: 2024-09-15")
    for day in (17, 18):
        assert not isinstance(country.run(f"day-{day}", late.replace(day=day)).outcome, Failed)
    assert all(release.manifest.as_of == late.date() for release in history.releases(country.open().publication))


def test_a_release_as_of_a_day_that_has_not_come_is_refused(tmp_path: Path) -> None:
    country = build(tmp_path)
    with pytest.raises(OgpError, match="lies in the future"):
        run.run(country.open(), NOW, "oracle", as_of=date(2030, 1, 1))
    assert country.versions() == []


@pytest.mark.night
def test_a_plan_that_has_not_begun_is_published_and_rebuilt(tmp_path: Path) -> None:
    country = build(tmp_path)
    later = "  - {id: XX-2, number: 2, title: {en: Second plan}, starts: 2026-01-01, ends: 2027-12-31, scale: ca-nap}\n"
    country.edit("suppliers:\n", f"{later}suppliers:\n")
    assert country.run("first").outcome == Published("1.0.0")
    [result] = reproduction.reproduce(country.open(), None, None, lambda *_: None)
    assert result.differences == ()
    country.edit("id: xx-nap", "# a comment\nid: xx-nap")
    assert country.run("second").outcome == Unchanged("1.0.0")


@dataclass
class Overtaken:
    """A store in which somebody else appends to the ledger just before we do, once."""

    inner: Store
    key: str
    meanwhile: Any
    done: bool = False

    def create(self, key: str, data: bytes, media_type: str = "application/json") -> Any:
        if key == self.key and not self.done:
            self.done = True
            self.meanwhile()
        return self.inner.create(key, data, media_type)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def test_a_delivery_is_examined_again_when_the_ledger_moved_meanwhile(tmp_path: Path) -> None:
    country = build(tmp_path, **{"{id: milestones, supplier": "{whole: true, id: milestones, supplier"})
    (tmp_path / "inbox/agency/updates.csv").unlink()
    country.collect()
    workspace = country.open()
    without = FILES["forum/milestones.csv"].replace("XX0001.2,XX0001,M1,Publish the law,2025-06-30,day\n", "")

    def drop_the_milestone() -> None:
        country.write("forum/milestones.csv", without)
        assert run.collect_source(country.open(), "milestones", NOW).state == "accepted"

    country.write("agency/updates.csv", UPDATES + "XX0001.2,2024-H1,complete,Done\n")
    overtaken = Overtaken(workspace.intake, "ledger/000005.json", drop_the_milestone)
    result = run.collect_source(replace(workspace, intake=overtaken), "updates", NOW)
    assert overtaken.done and result.state == "rejected"
    assert len(ledger.read(workspace.intake)) == 5
    assert run.collect_source(country.open(), "updates", NOW).state == "rejected", "until it is mended"


def test_files_that_are_delivered_together_wait_for_the_one_that_is_still_being_written(tmp_path: Path) -> None:
    country = build(
        tmp_path, **{"files: milestones.csv, read": "files: ['milestones*'], together: true, whole: true, read"}
    )
    country.write(
        "forum/milestones-2.csv", FILES["forum/milestones.csv"].split("\n", 1)[0] + "\nXX0002.2,XX0002,M2,More,,none\n"
    )
    country.collect()
    entries = ledger.read(country.open().intake)
    (tmp_path / "inbox/forum/milestones-2.csv").rename(tmp_path / "inbox/forum/milestones-2.csv.part")
    assert run.collect_source(country.open(), "milestones", NOW).state == "nothing"
    assert ledger.read(country.open().intake) == entries


@pytest.mark.night
def test_a_full_statement_may_go_back_to_an_earlier_file(tmp_path: Path) -> None:
    whole = {"files: commitments.csv, read": "files: ['c*.csv'], together: true, whole: true, read"}
    country = build(tmp_path, **whole, **{"publication:\n": BACK_AND_FORTH})
    assert country.run("first").outcome == Published("1.0.0")
    (tmp_path / "inbox/forum/commitments.csv").unlink()
    country.write("forum/c2.csv", FILES["forum/commitments.csv"].replace("Open courts", "Wrong title"))
    assert country.run("second").outcome == Published("1.0.1")
    (tmp_path / "inbox/forum/c2.csv").unlink()
    country.write("forum/commitments.csv", FILES["forum/commitments.csv"])
    assert country.run("third").outcome == Published("1.0.2")


@pytest.mark.night
def test_another_mapping_reads_old_files_again_in_their_order(tmp_path: Path) -> None:
    country = build(tmp_path, **{"files: updates.csv, read": "files: '*.csv', read"})
    country.write("agency/updates.csv", UPDATES + "XX0001.1,2024-H1,in_progress,On the way\n")
    country.run("first")
    country.write("agency/correction.csv", UPDATES + "XX0001.1,2024-H1,complete,Done\n")
    assert country.run("second").outcome == Published("1.0.1")
    assert status_of(country, "XX0001.1") == "complete"
    columns = ", ".join(f"{name}: {{from: {name}}}" for name in ("milestone_id", "period_id", "status"))
    columns += ", progress_en: {from: progress_en, text: true}"
    country.edit("tables: {updates: {columns: {}}}", f"tables: {{updates: {{columns: {{{columns}}}}}}}")
    record = country.run("third", NOW.replace(month=8))
    assert {result.state for result in record.sources if result.source == "updates"} == {"accepted"}
    assert status_of(country, "XX0001.1") == "complete"
    again = [entry for entry in ledger.read(country.open().intake) if entry.source == "updates"][-2:]
    assert [entry.known_on for entry in again] == [NOW.date(), NOW.date()], "they were known before"


def test_the_receipt_of_what_was_accepted_stays_when_the_same_bytes_are_refused_later(tmp_path: Path) -> None:
    country = published(tmp_path / "country")
    entry = ledger.read(country.open().intake)[-1]
    kept = country.open().intake.get(entry.receipt)
    elsewhere = "tables: {updates: {columns: {milestone_id: {from: nonsense}, period_id: {from: period_id}}}}"
    country.edit("tables: {updates: {columns: {}}}", elsewhere)
    assert run.collect_source(country.open(), "updates", NOW).state == "rejected"
    assert country.open().intake.get(entry.receipt) == kept


@pytest.mark.night
def test_a_file_that_changes_back_on_a_later_day_is_news_of_that_day(tmp_path: Path) -> None:
    country = published(tmp_path / "country")
    country.edit("publication:\n", BACK_AND_FORTH)
    country.write("agency/updates.csv", UPDATES + "XX0001.1,2024-H1,complete,Done\n")
    country.run("second", NOW.replace(day=12))
    assert status_of(country, "XX0001.1") == "complete"
    country.write("agency/updates.csv", FILES["agency/updates.csv"])
    country.run("third", NOW.replace(day=14))
    assert status_of(country, "XX0001.1") == "in_progress"
    days = [entry.known_on.day for entry in ledger.read(country.open().intake) if entry.source == "updates"]
    assert days == [10, 12, 14]


WITH_THE_COMMIT = ("data/", "releases/", ".store/")


class Killed(Exception):
    """The process ends here."""


def test_the_views_of_a_killed_run_are_completed_even_by_a_run_that_publishes_nothing(tmp_path: Path) -> None:
    country = published(tmp_path / "country")
    country.edit("  base_url", "  on_rejected: hold\n  base_url")
    made = {key for key in country.public_files() if not key.startswith(WITH_THE_COMMIT)}
    for key in made:  # what was killed when it was committed has not made them
        (country.folder / "var/public" / key).unlink()
    country.write("agency/updates.csv", UPDATES + "XX0001.1,2024-H1,No Trackab,x\n")
    assert isinstance(country.run("next").outcome, Rejected)
    assert country.open().publication.get(LATEST) is not None
    assert made == {key for key in country.public_files() if not key.startswith(WITH_THE_COMMIT)}


@pytest.mark.night
def test_a_run_that_is_killed_when_it_is_committed_leaves_what_is_committed_and_no_view(tmp_path: Path) -> None:
    country = build(tmp_path)

    def die(step: str) -> None:
        if step == "committed":
            raise Killed

    with pytest.raises(Killed):
        run.run(country.open(), NOW, "killed", on_step=die)
    assert all(key.startswith(WITH_THE_COMMIT) for key in country.public_files())


def test_a_full_disk_is_an_outcome_with_a_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    country = build(tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(publication, "content_of", full)
    record = country.run("full")
    assert isinstance(record.outcome, Failed) and "No space left" in record.outcome.reason
    assert country.open().intake.get("runs/full.json") is not None


@pytest.mark.night
def test_after_a_disk_that_was_full_the_next_run_publishes(tmp_path: Path) -> None:
    country = build(tmp_path)

    def full(step: str) -> None:
        if step == "placed":
            raise OSError(28, "No space left on device")

    record = run.run(country.open(), NOW, "full", on_step=full)
    assert isinstance(record.outcome, Failed) and "No space left" in record.outcome.reason
    assert country.versions() == []
    assert country.run("next").outcome == Published("1.0.0")


def test_the_day_of_receipt_is_the_day_on_the_countrys_clocks(tmp_path: Path) -> None:
    country = build(tmp_path, **{"languages: [en]": "languages: [en]\ntimezone: America/Mexico_City"})
    evening = datetime(2024, 7, 16, 1, tzinfo=UTC)  # 19:00 on the 15th in Mexico City, the day on which it is due
    country.collect(evening)
    entries = ledger.read(country.open().intake)
    assert {entry.known_on for entry in entries} == {date(2024, 7, 15)}
    receipt = country.open().intake.get(entries[-1].receipt)
    assert receipt is not None and b"period-late" not in receipt.data
    assert run.today(country.open(), evening) == date(2024, 7, 15), "runs/test_languages publishes on such an evening"
