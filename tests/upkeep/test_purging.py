"""A purge of the private store takes what the named deliveries stored, and nothing that another delivery rests on."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from ogp_pipeline.errors import NotFound, OgpError
from ogp_pipeline.intake import layout, ledger
from ogp_pipeline.publishing import history, purge
from ogp_pipeline.runs.known_state import known_tables
from ogp_pipeline.runs.outcomes import Published, Unchanged
from ogp_pipeline.upkeep import purging
from tests.publishing import synthetic
from tests.small_country import FILES, NOW, SmallCountry, linked, published

KEY = synthetic.KEYS[0]
SAID = {"by": "the officer", "reason": "a name", "law": "Ley 1"}
UPDATES = FILES["agency/updates.csv"]


@pytest.fixture(scope="module")
def sent_twice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The agency sends its rows, and then the same rows with other line ends: two deliveries, one rows object."""
    country = published(tmp_path_factory.mktemp("country") / "copy")
    country.write("agency/updates.csv", UPDATES.replace("\n", "\r\n"))
    country.collect(NOW + timedelta(days=1))
    return country.folder


@pytest.fixture
def country(sent_twice: Path, tmp_path: Path) -> SmallCountry:
    return linked(sent_twice, tmp_path / "country")


def entries_of_updates(country: SmallCountry) -> list[ledger.Entry]:
    return [entry for entry in ledger.read(country.open().intake) if entry.source == "updates"]


def erase(country: SmallCountry, deliveries: Sequence[str]) -> purging.Plan:
    planned = purging.plan(country.open(), [], deliveries)
    purging.carry_out(country.open(), planned, KEY, "2024-07-11T00:00:00Z", SAID)
    return planned


def updates(country: SmallCountry) -> int:
    workspace = country.open()
    return len(known_tables(workspace, ledger.read(workspace.intake), date.max).frames["updates"])


def test_rows_that_a_later_delivery_shares_are_not_purged_with_the_earlier(country: SmallCountry) -> None:
    first, second = entries_of_updates(country)
    assert first.rows == second.rows and first.delivery != second.delivery
    before = set(country.open().intake.list(""))
    with pytest.raises(OgpError, match=second.delivery):
        erase(country, [first.delivery])
    assert set(country.open().intake.list("")) == before
    assert updates(country) == 2
    outcome = country.run("third", NOW + timedelta(days=2)).outcome
    assert isinstance(outcome, Published)


@pytest.mark.night
def test_deliveries_that_share_their_rows_are_purged_together(
    country: SmallCountry, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = entries_of_updates(country)
    country.write("agency/updates.csv", UPDATES.replace("Waits for", "Still waits for").replace("The draft", "It"))
    country.run("third", NOW + timedelta(days=2))
    planned = erase(country, [first.delivery, second.delivery])
    store = country.open().intake
    assert not [key for target in planned.private for key in target.keys if store.head(key)]
    assert {layout.rows(first.rows), first.receipt, second.receipt} <= {
        key for target in planned.private for key in target.keys
    }
    assert updates(country) == 2  # what nobody rests on any more is read as no rows
    monkeypatch.setenv("OGP_SIGNING_KEY", KEY.to_pem().decode())
    assert isinstance(country.run("fourth", NOW + timedelta(days=3)).outcome, Unchanged)


def test_a_tombstone_excuses_only_the_delivery_that_was_purged(country: SmallCountry) -> None:
    workspace = country.open()
    first, _ = entries_of_updates(country)
    rows = layout.rows(first.rows)
    statement = purge.Statement("2024-07-11T00:00:00Z", **SAID, release=1)
    purge.purge(workspace.intake, [purge.Target(first.rows, 1, (first.receipt, rows))], statement, KEY)
    with pytest.raises(NotFound, match="rows/"):
        updates(country)
    assert history.head(workspace.publication)


def test_a_delivery_that_never_came_is_named(country: SmallCountry) -> None:
    with pytest.raises(NotFound, match="there is no delivery nobody"):
        purging.plan(country.open(), [], ["nobody"])


def test_headings_alone_are_nobodys_data_and_are_not_purged(country: SmallCountry) -> None:
    version = country.versions()[0]
    with pytest.raises(NotFound, match="headings and no row"):
        purging.plan(country.open(), [f"{version}/evaluation/assessments.*"], [])
