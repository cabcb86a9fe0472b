"""Every tenth and hundredth release has a delta from further back, so that who is far behind needs few."""

import json
from pathlib import Path

import pytest

from ogp_pipeline.publishing import spans
from ogp_pipeline.publishing.reader import open_reader
from ogp_pipeline.upkeep import reproduction
from ogp_pipeline.upkeep.catch_up import catch_up, route
from tests.small_country import FILES, NOW, build


def test_tenths_lead_from_the_tenth_before_and_hundredths_from_the_hundredth() -> None:
    assert [spans.numbers(n) for n in (1, 2, 9, 11, 10, 20, 100, 200, 1000)] == [
        [], [], [], [], [1], [10], [90, 1], [190, 100], [990, 900, 1],
    ]  # fmt: skip


def test_whoever_is_far_behind_needs_few_deltas() -> None:
    numbers = range(2, 1011)
    entries = [
        {"from": str(old), "to": str(n), "format": "json"} for n in numbers for old in [n - 1, *spans.numbers(n)]
    ]
    assert [step[0]["to"] for step in route(entries, "1", "10", "csv")] == ["10"]
    assert [step[0]["to"] for step in route(entries, "1", "1000", "csv")] == ["1000"]
    assert len(route(entries, "7", "1009", "csv")) == 3 + 9 + 9 + 9


@pytest.mark.night
def test_of_real_releases_the_tenth_leads_from_the_first_in_one(tmp_path: Path) -> None:
    country = build(tmp_path / "country")
    for number in range(11):
        country.write("agency/updates.csv", FILES["agency/updates.csv"].replace("Waits", f"Waits for {number}"))
        country.run(f"run-{number}", NOW)
    versions, root = country.versions(), tmp_path / "country/var/public"
    done = catch_up(open_reader(root), root / "v" / versions[0], tmp_path / "to")
    assert done.versions == (versions[9], versions[10])
    told = json.loads((root / "v" / versions[9] / f"changes-from-{versions[0]}.json").read_bytes())
    assert (told["from"], told["to"]) == (versions[0], versions[9])
    [rebuilt] = reproduction.reproduce(country.open(), versions[9], None, lambda *_: None)
    assert rebuilt.differences == () and rebuilt.unproven is None
