"""Short numbers of receipts: given once, in order, and never twice."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ogp_pipeline.runs import delivery_intake, receipt_list, receipt_numbers
from ogp_pipeline.store.protocol import Changed
from tests.inbox_country import GOOD, UPDATES, InboxCountry, open_country, receipts
from tests.small_country import NOW

LATER = UPDATES + "XX0001.1,2024-H1,complete,Done\n"


def _country(folder: Path) -> InboxCountry:
    country = InboxCountry(open_country(folder).folder)
    country.drop("avances.csv", GOOD)
    country.collect()
    return country


def test_a_number_stays_and_the_next_receipt_gets_the_next_one_also_in_another_year(tmp_path: Path) -> None:
    country = _country(tmp_path / "country")
    given = receipt_numbers.read(country.open())
    first = receipt_numbers.settle(country.open())
    assert first == given, "each was given with its receipt"
    assert sorted(one.number for one in first.values()) == [f"R-2024-000{n}" for n in range(1, 6)]
    country.drop("mas.csv", LATER)
    country.collect(NOW + timedelta(days=200))
    second = receipt_numbers.settle(country.open())
    assert {name: second[name] for name in first} == first
    [new] = second.keys() - first.keys()
    assert second[new].number == "R-2025-0001" and second[new].supplier == "agency"
    assert receipt_numbers.read(country.open()) == second


def test_a_corrected_copy_is_told_how_much_is_left_and_its_receipt_bears_its_name(tmp_path: Path) -> None:
    country = InboxCountry(open_country(tmp_path / "country").folder)
    wrong = UPDATES + "XX0001.1,2024-H1,Delayed,x\nXX0001.2,2024-H1,Delayed,x\nXX0002.1,2024-H1,Delayed,x\n"
    for text in (wrong, wrong.replace("Delayed,x", "complete,Done", 2), GOOD):
        country.drop("Informe abril.csv", text)
        country.collect()
    told = {receipt["number"]: receipt.get("progress", {}).get("en") for receipt in receipts(country)}
    first, second, third = sorted(told)
    assert told[first] is None and told[third] == f"Corrected: 2 of 2 (receipt before: {second})."
    assert told[second] == f"Still to correct: 2 of 4 (receipt before: {first})."
    pages = {name for name in country.inbox() if name.endswith(".html")}
    assert {f"receipts/2024-07-10/Informe abril {number}.html" for number in told} == pages
    page = country.inbox()[f"receipts/2024-07-10/Informe abril {second}.html"].decode()
    assert f"<strong>{second}</strong>" in page and "Por corregir todavía: 2 de 4" in page
    listed = receipt_list.read(country.open(), supplier="agency")
    assert {receipt.number for receipt in listed} == set(told)


def test_receipts_of_what_came_again_and_of_our_own_failures_show_their_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    country = _country(tmp_path / "country")
    country.drop("otra vez.csv", GOOD)
    country.collect(NOW + timedelta(hours=1))
    monkeypatch.setattr(delivery_intake, "_examine", lambda case, state: 1 / 0)
    country.drop("mas.csv", LATER)
    country.collect(NOW + timedelta(hours=2))
    given = {receipt["verdict"]: receipt["number"] for receipt in receipts(country)}
    assert {"same_as_before", "not_processed"} <= set(given)
    pages = {name: data.decode() for name, data in country.inbox().items() if name.endswith(".html")}
    for verdict in ("same_as_before", "not_processed"):
        [page] = [text for name, text in pages.items() if given[verdict] in name]
        assert f"<strong>{given[verdict]}</strong>" in page
    assert set(given.values()) <= {numbered.number for numbered in receipt_numbers.settle(country.open()).values()}


def test_two_that_give_numbers_at_once_give_no_number_twice(tmp_path: Path) -> None:
    workspace = _country(tmp_path / "country").open()
    store = workspace.intake

    class Raced:
        """Just before the first write, somebody else has written."""

        tried = 0

        def __getattr__(self, name: str):
            return getattr(store, name)

        def swap(self, key, data, expected, media_type="application/json"):
            self.tried += 1
            if self.tried == 1:
                receipt_numbers.settle(workspace)
                answer = store.swap(key, data, expected, media_type)
                assert isinstance(answer, Changed)
                return answer
            return store.swap(key, data, expected, media_type)

    found = receipt_numbers.settle(replace(workspace, intake=Raced()))
    numbers = [one.number for one in found.values()]
    assert len(set(numbers)) == 5 and all(re.fullmatch(r"R-2024-\d{4}", number) for number in numbers)
