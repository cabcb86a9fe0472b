"""A clock that is behind takes nothing in; one that was ahead is confirmed, and what it dated is taken in again."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from ogp_pipeline.errors import OgpError
from ogp_pipeline.runs import clock, run
from ogp_pipeline.runs.known_state import known_entries, known_tables
from ogp_pipeline.runs.outcomes import Failed
from ogp_pipeline.store.directory import DirectoryStore
from tests.small_country import FILES, NOW, SmallCountry, build, published
from tests.tables import kept_ledger
from tests.tables.country import Ledger, update

AHEAD = datetime(2031, 1, 1, 12, tzinfo=UTC)
CORRECTED = FILES["agency/updates.csv"].replace("in_progress", "complete")


def private_files(country: SmallCountry) -> dict[str, bytes]:
    root = country.folder / "var"
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def status_now(country: SmallCountry, day: date) -> str:
    workspace = country.open()
    updates = known_tables(workspace, known_entries(workspace), day).frames["updates"]
    return str(dict(zip(updates["milestone_id"], updates["status"], strict=True))["XX0001.1"])


def test_a_clock_eight_days_behind_takes_nothing_in_writes_nothing_and_says_both_times(tmp_path: Path) -> None:
    country = published(tmp_path / "country")
    country.write("agency/updates.csv", CORRECTED)
    before = private_files(country)
    record = country.run("behind", NOW - timedelta(days=8))
    assert isinstance(record.outcome, Failed) and record.sources == ()
    assert "says 2024-07-02 12:00 UTC" in record.outcome.reason
    assert "received at 2024-07-10 12:00 UTC" in record.outcome.reason
    assert private_files(country) == before
    later = NOW + timedelta(hours=1)
    assert run.refusal(country.open(), later) is None
    assert run.collect_source(country.open(), "updates", later).state == "accepted"
    assert status_now(country, NOW.date()) == "complete"


def test_a_clock_far_from_that_of_a_store_takes_nothing_in_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    country = published(tmp_path / "country")
    country.write("agency/updates.csv", CORRECTED)
    store = country.open().intake
    assert abs(store.clock_ahead() or timedelta.max) < timedelta(minutes=1), "the folder's files are dated by it"
    assert DirectoryStore(tmp_path / "nothing").clock_ahead() is None
    before = private_files(country)
    monkeypatch.setattr(DirectoryStore, "clock_ahead", lambda _: timedelta(hours=36))
    record = country.run("ahead", NOW + timedelta(hours=36))
    assert isinstance(record.outcome, Failed) and record.sources == ()
    assert f"36.0 hours ahead of the one of {store.describe()}" in record.outcome.reason
    assert private_files(country) == before
    monkeypatch.setattr(DirectoryStore, "clock_ahead", lambda _: timedelta(minutes=59))
    assert run.refusal(country.open(), NOW) is None


def test_a_correction_accepted_under_such_a_clock_counts_all_the_same(tmp_path: Path) -> None:
    country = published(tmp_path / "country")
    country.write("agency/updates.csv", CORRECTED)
    assert run.collect_source(country.open(), "updates", NOW - timedelta(days=8)).state == "accepted"
    assert status_now(country, NOW.date()) == "complete"


def test_what_was_taken_in_under_a_clock_of_years_to_come_is_taken_in_again_once_the_clock_is_confirmed(
    tmp_path: Path,
) -> None:
    country = build(tmp_path / "country")
    for source in country.open().programme.sources:
        run.collect_source(country.open(), source.id, NOW if source.id != "updates" else AHEAD)
    later = NOW + timedelta(days=1)
    refused = run.refusal(country.open(), later)
    assert refused is not None and "entry 5" in refused.reason and "--clock-is-right" in refused.reason
    assert [entry.n for entry in clock.dated_ahead(known_entries(country.open()), later.date())] == [5]
    assert clock.confirm(country.open(), later) == 5
    assert run.refusal(country.open(), later) is None
    assert run.collect_source(country.open(), "updates", later).state == "accepted"
    assert run.collect_source(country.open(), "updates", later).state == "same"
    assert status_now(country, later.date()) == "in_progress"
    assert run.refusal(country.open(), later - timedelta(hours=1)) is not None, "what came since is compared again"


def test_clocks_that_differ_by_minutes_and_historic_imports_are_in_order(tmp_path: Path) -> None:
    ledger = Ledger()
    ledger.deliver("2024-07-10", {"updates": [update("m1", "r1")]})  # at noon
    workspace = kept_ledger.workspace(tmp_path)
    kept_ledger.keep(workspace.intake, ledger)
    noon = datetime(2024, 7, 10, 12, tzinfo=UTC)
    assert clock.refusal(workspace, noon - timedelta(minutes=9)) is None
    assert clock.refusal(workspace, noon - timedelta(minutes=11)) is not None
    with pytest.raises(OgpError, match="nothing to do"):
        clock.confirm(workspace, noon)
    assert clock.dated_ahead(known_entries(workspace), date(2024, 7, 9)) != []
