"""What every inbox promises, whatever it is made of. A ``Place`` lets a test do what a supplier does."""

import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest

from ogp_pipeline.errors import SourceError
from ogp_pipeline.sources.delivery import DeliveredFile, Refusal
from ogp_pipeline.sources.inbox import Inbox, Item, left_alone, safe_name, settled

DAY = date(2024, 7, 10)
LIMIT = 1000  # bytes of the largest file that a place's inbox takes


class Place(Protocol):
    """One supplier's inbox, and the supplier's own hands in it."""

    inbox: Inbox
    nowhere: Inbox

    def put(self, name: str, content: bytes) -> None: ...

    def remove(self, name: str) -> None: ...

    def files(self) -> Mapping[str, bytes]: ...


def only(place: Place) -> Item:
    [item] = place.inbox.items()
    return item


def take(place: Place, spool: Path) -> tuple[Item, DeliveredFile]:
    item = only(place)
    fetched = place.inbox.fetch(item, spool)
    assert isinstance(fetched, DeliveredFile)
    return item, fetched


class InboxContract:
    """Subclasses have a fixture ``place``."""

    @pytest.mark.parametrize("name", [".a.csv", "~$a.xlsx", ".~lock.a.xlsx#", ".DS_Store", "Thumbs.db", "desktop.ini"])
    def test_what_no_person_put_there_is_left_alone(self, place: Place, name: str) -> None:
        place.put(name, b"x")
        place.put(f"check/{name}", b"x")
        assert left_alone(name) and place.inbox.items() == []

    @pytest.mark.parametrize("name", ["a.csv.part", "a.xlsx.crdownload", "A.CSV.PART", "a.filepart", "a.tmp"])
    def test_a_name_of_an_upload_in_progress_never_settles(self, place: Place, name: str) -> None:
        place.put(name, b"x")
        assert not settled(only(place), datetime(2100, 1, 1, tzinfo=UTC), 0)

    def test_a_file_settles_when_it_is_old_enough(self, place: Place) -> None:
        place.put("a.csv", b"x")
        item = only(place)
        assert not settled(item, item.arrived + timedelta(seconds=59), 60)
        assert settled(item, item.arrived + timedelta(seconds=60), 60)

    @pytest.mark.parametrize(
        "name",
        ["with spaces.csv", unicodedata.normalize("NFC", "Información.csv"),
         unicodedata.normalize("NFD", "Información.csv"), "🏛️.csv", "-a.csv", "%2e%2e%2f.csv", "n" * 250,
         "two\nlines.csv", "CON", "dots...", "a+b&c=d;e,f'\"<>?#.csv", "tab\t.csv", "check.csv"],
    )  # fmt: skip
    @pytest.mark.parametrize("check", [False, True])
    def test_a_file_of_any_name_is_fetched_and_finished(
        self, place: Place, tmp_path: Path, name: str, check: bool
    ) -> None:
        place.put(f"check/{name}" if check else name, b"content")
        item, fetched = take(place, tmp_path / "spool")
        assert (item.name, item.check, item.size, item.plain) == (name, check, 7, True)
        assert fetched.path.read_bytes() == b"content" and fetched.name.encode() and "\n" not in fetched.name
        stem, ending = safe_name(item.name, fetched.sha256)
        place.inbox.put_receipt(DAY, f"{stem}.html", b"<p>", "text/html")
        place.inbox.finish(item, DAY, stem + ending)
        assert place.files() == {
            f"receipts/2024-07-10/{stem}.html": b"<p>",
            f"done/2024-07-10/{stem}{ending}": b"content",
        }
        assert place.inbox.items() == []

    def test_two_files_of_one_name_do_not_meet(self, place: Place, tmp_path: Path) -> None:
        for content in (b"one", b"two", b"one"):
            place.put("a.csv", content)
            item, fetched = take(place, tmp_path / "spool")
            place.inbox.finish(item, DAY, "".join(safe_name("a.csv", fetched.sha256)))
        assert sorted(place.files().values()) == [b"one", b"two"]

    def test_the_same_letters_written_in_two_ways_are_two_files(self, place: Place) -> None:
        for form in ("NFC", "NFD"):
            place.put(unicodedata.normalize(form, "é.csv"), form.encode())
        assert len(place.inbox.items()) == 2

    def test_what_changed_since_it_was_listed_is_left(self, place: Place, tmp_path: Path) -> None:
        place.put("a.csv", b"one")
        item = only(place)
        place.put("a.csv", b"two")
        assert place.inbox.fetch(item, tmp_path / "spool") is None
        place.inbox.finish(item, DAY, "a.csv")
        assert place.files() == {"a.csv": b"two"}
        place.remove("a.csv")
        assert place.inbox.fetch(item, tmp_path / "spool") is None
        place.inbox.finish(item, DAY, "a.csv")
        assert place.files() == {}

    def test_finishing_twice_is_finishing_once(self, place: Place, tmp_path: Path) -> None:
        place.put("a.csv", b"one")
        item, _ = take(place, tmp_path / "spool")
        for _ in range(2):
            place.inbox.finish(item, DAY, "a.csv")
        assert place.files() == {"done/2024-07-10/a.csv": b"one"}

    def test_what_is_larger_than_allowed_is_not_fetched(self, place: Place, tmp_path: Path) -> None:
        place.put("largest.csv", b"x" * LIMIT)
        take(place, tmp_path / "spool")
        place.remove("largest.csv")
        place.put("larger.csv", b"x" * (LIMIT + 1))
        answer = place.inbox.fetch(only(place), tmp_path / "nothing")
        assert isinstance(answer, Refusal) and answer.rule == "file-too-large"
        assert answer.details == {"size": "0.0 MB", "limit": "0.0 MB"} and not (tmp_path / "nothing").exists()

    @pytest.mark.parametrize("below", ["", "check/"])
    def test_a_file_in_a_folder_is_told_as_no_file(self, place: Place, tmp_path: Path, below: str) -> None:
        place.put(f"{below}2024/deeper/a.csv", b"x")
        [item] = [item for item in place.inbox.items() if not item.plain]
        assert (item.name, item.check) == ("2024", bool(below))
        assert place.inbox.fetch(item, tmp_path / "spool") == Refusal("not-a-file")
        assert not (tmp_path / "spool").exists()

    def test_a_receipt_is_replaced_whole_and_leaves_nothing_half_written(self, place: Place) -> None:
        for data in (b"one", b"two"):
            place.inbox.put_receipt(DAY, "a.html", data, "text/html")
        assert place.files() == {"receipts/2024-07-10/a.html": b"two"}

    def test_receipts_and_what_is_done_are_not_taken_for_deliveries(self, place: Place) -> None:
        place.put("receipts/2024-07-10/a.html", b"x")
        place.put("done/2024-07-10/a.csv", b"x")
        assert place.inbox.items() == []

    def test_a_missing_inbox_is_an_error_of_the_source(self, place: Place) -> None:
        with pytest.raises(SourceError, match="cannot be read"):
            place.nowhere.items()

    def test_what_is_laid_in_lies_as_its_senders_would_and_over_nothing(self, place: Place, tmp_path: Path) -> None:
        file = tmp_path / "file"
        for content, name in ((b"1", "a.csv"), (b"2", "a (2).csv"), (b"3", "a (3).csv")):
            file.write_bytes(content)
            assert place.inbox.drop(file, "a.csv") == name
        assert place.files() == {"a.csv": b"1", "a (2).csv": b"2", "a (3).csv": b"3"}

    @pytest.mark.parametrize("name", ["../a.csv", ".a.csv", "~$a.xlsx", "a.csv.part", "Thumbs.db", "check", "done", ""])
    def test_no_name_leads_out_or_is_left_alone(self, place: Place, tmp_path: Path, name: str) -> None:
        file = tmp_path / "file"
        file.write_bytes(b"x")
        laid = place.inbox.drop(file, name)
        [item] = place.inbox.items()
        assert item.name == laid and not item.check and settled(item, datetime(2100, 1, 1, tzinfo=UTC), 0)
