"""Deliveries on hold that came through an inbox: their supplier hears there what a person decided."""

from datetime import timedelta
from typing import Any

import pytest

from ogp_pipeline.errors import OgpError
from ogp_pipeline.intake import held, ledger
from ogp_pipeline.sources.folder_inbox import FolderInbox
from ogp_pipeline.upkeep import admission
from tests.inbox_country import GOOD, InboxCountry, Open, collect, entries, lying, receipts
from tests.small_country import NOW

BACK = GOOD.replace("in_progress", "not_started")
LATER = NOW + timedelta(days=1)


@pytest.fixture
def country(open_copy: Open) -> InboxCountry:
    """Whose agency's second file goes back a level without a word, and is on hold."""
    country = open_copy()
    country.drop("first.csv", GOOD)
    assert collect(country).state == "accepted"
    country.drop("second.csv", BACK)
    assert collect(country, LATER).state == "held"
    return country


def verdicts(country: InboxCountry) -> list[str]:
    """Of the second file's receipts."""
    return sorted(receipt["verdict"] for receipt in receipts(country) if receipt["files"][0]["name"] == "second.csv")


def on_hold(country: InboxCountry) -> list[held.Held]:
    store = country.open().intake
    return held.waiting(store, ledger.read(store))


def test_who_let_it_in_stands_in_a_new_receipt_beside_the_first(country: InboxCountry) -> None:
    [note] = on_hold(country)
    admission.admit(country.open(), note.delivery, "Ana", "Agreed in session 12")
    assert verdicts(country) == ["accepted", "held"]
    told = [" ".join(receipt["next"]["en"]) for receipt in receipts(country)]
    assert sum("Ana let it in: Agreed in session 12" in words for words in told) == 1
    [page] = [
        name
        for name, data in country.inbox().items()
        if name.endswith(".html") and "Ana lo dejó entrar: Agreed in session 12" in data.decode()
    ]
    first = next(name for name in country.inbox() if "second" in name and name.endswith(".html") and name != page)
    assert page.rpartition("/")[0] == first.rpartition("/")[0]


def test_a_refused_file_gets_a_receipt_that_says_so_and_again_when_it_is_sent_again(country: InboxCountry) -> None:
    [note] = on_hold(country)
    admission.refuse(country.open(), note.delivery, "Ana", "An old draft")
    assert verdicts(country) == ["held", "refused"] and not on_hold(country)
    country.drop("second.csv", BACK)
    assert collect(country, LATER + timedelta(days=1)).state == "same"
    assert not lying(country)
    again = [receipt for receipt in receipts(country) if receipt["verdict"] == "refused"]
    assert again and all("Ana decided not to let it in: An old draft" in one["next"]["en"][0] for one in again)
    assert "held" not in {one["verdict"] for one in receipts(country)[-1:]}


def test_other_guards_release_what_left_its_inbox(country: InboxCountry) -> None:
    assert collect(country, LATER).state == "same"  # the same guards: it is not looked at again
    country.edit("publication:\n", "guards:\n  goes_back: {hold: false, why: A test}\npublication:\n")
    result = collect(country, LATER)
    assert (result.state, len(entries(country))) == ("accepted", 2)
    assert verdicts(country) == ["accepted", "held"] and not on_hold(country)
    assert collect(country, LATER).state == "same"


def test_other_guards_that_hold_it_too_leave_it_on_hold_once(country: InboxCountry) -> None:
    country.edit("publication:\n", "guards:\n  older: {hold: false, why: A test}\npublication:\n")
    assert collect(country, LATER).state == "held"
    assert verdicts(country) == ["held"] and len(on_hold(country)) == 1
    assert collect(country, LATER).state == "same"


def test_a_receipt_that_cannot_be_put_there_is_put_there_by_the_same_command(
    on_disk: InboxCountry, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_disk.drop("first.csv", GOOD)
    collect(on_disk)
    on_disk.drop("second.csv", BACK)
    collect(on_disk, LATER)
    [note] = on_hold(on_disk)

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(FolderInbox, "put_receipt", full)
        with pytest.raises(OgpError, match="No space left on device"):
            admission.admit(on_disk.open(), note.delivery, "Ana", "Agreed")
    assert len(entries(on_disk)) == 2 and verdicts(on_disk) == ["held"]
    assert admission.admit(on_disk.open(), note.delivery, "Ana", "Agreed").before
    assert verdicts(on_disk) == ["accepted", "held"]
