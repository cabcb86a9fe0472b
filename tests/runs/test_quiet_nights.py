"""A night in which nothing is new costs the same however old the programme is, and folds nothing."""

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ogp_pipeline.intake import ledger
from ogp_pipeline.intake.ledger import Entry, EntryDraft
from ogp_pipeline.runs import known_state, run
from ogp_pipeline.runs.outcomes import Published, Unchanged
from ogp_pipeline.store.protocol import Store
from tests.small_country import NOW, SmallCountry, published

READS = ("get", "head", "list", "download")


class Counted:
    """A store, and which reads it was asked for."""

    def __init__(self, inner: Store) -> None:
        self._inner = inner
        self.reads: list[str] = []

    def __getattr__(self, name: str) -> Any:
        act = getattr(self._inner, name)
        if name not in READS:
            return act

        def counted(key: str, *more: Any, **named: Any) -> Any:
            self.reads.append(f"{name} {key}")
            return act(key, *more, **named)

        return counted


def grow(country: SmallCountry, length: int) -> None:
    """Entries as of many quarters, of a source that is no more; each with the rows of the newest."""
    store = country.open().intake
    entries = ledger.read(store)
    newest = entries[-1]
    while len(entries) < length:
        draft: dict[str, Any] = {field.name: getattr(newest, field.name) for field in fields(EntryDraft)}
        draft |= {"source": "old", "mapping": f"{len(entries):064}"}
        entries.append(ledger.append(store, EntryDraft(**draft), entries))


@pytest.fixture(params=[pytest.param(6, marks=pytest.mark.night), 50])  # NIGHT is what both read
def aged(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[SmallCountry, int]]:
    country = published(tmp_path / "country")
    grow(country, request.param)
    yield country, request.param


def test_a_quiet_night_reads_the_same_at_any_age_and_folds_nothing(
    aged: tuple[SmallCountry, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    country, length = aged
    assert isinstance(country.run("day", NOW + timedelta(hours=1)).outcome, Published | Unchanged)
    rows: list[Entry] = []
    monkeypatch.setattr(known_state.accepted, "rows_of", lambda store, entry: rows.append(entry) or iter(()))
    workspace = country.open()
    assert len(known_state.known_entries(workspace)) == length
    quiet = []
    for night in (1, 2):
        private = Counted(workspace.intake)
        counted: Any = replace(country.open(), intake=private)
        record = run.run(counted, NOW + timedelta(days=night), f"night-{night}")
        assert isinstance(record.outcome, Unchanged) and {source.state for source in record.sources} == {"same"}
        quiet.append(private.reads)
    assert rows == [], "the rows of no delivery were read"
    assert [len(reads) for reads in quiet] == [NIGHT] * 2, json.dumps(quiet, indent=1)


def test_a_night_in_which_every_row_still_has_its_source_reads_no_table(tmp_path: Path) -> None:
    country = published(tmp_path / "country")
    private = Counted(country.open().intake)
    counted: Any = replace(country.open(), intake=private)
    assert isinstance(run.run(counted, NOW + timedelta(days=1), "night").outcome, Unchanged)
    assert len(private.reads) == NIGHT - TABLES, json.dumps(private.reads, indent=1)


TABLES = 1  # that the source which is no more gave: read to name the rows that no source gives any more
NIGHT = 11  # whatever the length of the ledger; the sources are folders, which are not asked about
