import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ogp_pipeline.errors import SourceError
from ogp_pipeline.programme.model import FolderSource
from ogp_pipeline.sources import deliveries

NOW = datetime(2024, 3, 1, 23, 30, tzinfo=UTC)


def source(**parts):
    known = {"id": "agency", "supplier": "a1", "kind": "folder", "path": "inbox", "read": {"kind": "csv"}}
    return FolderSource.model_validate({**known, "tables": {"updates": {"columns": {}}}, **parts})


def collect(tmp_path, **parts):
    found, memory = deliveries(source(**parts), tmp_path, tmp_path / "spool", NOW, None)
    assert memory is None
    return found


def names(found):
    return [[file.name for file in delivery.files] for delivery in found]


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "inbox"
    folder.mkdir()
    for name in ("b.csv", "a.csv"):
        (folder / name).write_text(f"id\n{name}\n", "utf-8")
    return folder


def test_each_file_is_a_delivery_in_the_order_of_names(tmp_path, inbox):
    found = collect(tmp_path)
    assert names(found) == [["a.csv"], ["b.csv"]]
    envelope = found[0].envelope
    assert (envelope.known_on, envelope.received_at, envelope.origin) == (
        date(2024, 3, 1),
        NOW,
        "inbox/a.csv",
    )
    assert found[0].files[0].media_type == "text/csv"


def test_together_all_files_are_one_delivery(tmp_path, inbox):
    assert names(collect(tmp_path, together=True)) == [["a.csv", "b.csv"]]


def test_patterns_choose_the_files_each_once(tmp_path, inbox):
    (inbox / "c.md").write_text("x", "utf-8")
    assert names(collect(tmp_path, files=["*.md", "a*", "*.md"])) == [["a.csv"], ["c.md"]]


def test_the_bytes_read_later_are_the_bytes_that_were_hashed(tmp_path, inbox):
    (file,) = collect(tmp_path)[0].files
    (inbox / "a.csv").write_text("id\nchanged\n", "utf-8")
    assert file.path.read_text("utf-8") == "id\na.csv\n"
    assert sorted(path.name for path in inbox.iterdir()) == ["a.csv", "b.csv"]


def test_files_still_being_written_are_left_alone(tmp_path, inbox):
    for name in (".a.csv", "~$b.xlsx", "c.csv.part", "d.tmp", "e.crdownload"):
        (inbox / name).write_text("half", "utf-8")
    (inbox / "folder").mkdir()
    assert names(collect(tmp_path)) == [["a.csv"], ["b.csv"]]


def test_an_empty_folder_gives_nothing_and_a_missing_one_is_an_error(tmp_path):
    with pytest.raises(SourceError, match="no folder inbox"):
        collect(tmp_path)
    (tmp_path / "inbox").mkdir()
    assert collect(tmp_path) == collect(tmp_path, together=True) == []


def test_a_link_out_of_the_folder_is_refused_and_one_inside_is_not(tmp_path, inbox):
    (inbox / "c.csv").symlink_to(inbox / "a.csv")
    assert names(collect(tmp_path)) == [["a.csv"], ["b.csv"], ["c.csv"]]
    (tmp_path / "secret.csv").write_text("id\nx\n", "utf-8")
    (inbox / "d.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(SourceError, match="leads out"):
        collect(tmp_path)


def test_a_historic_import_is_known_since_the_day_it_asserts(tmp_path, inbox):
    found = collect(tmp_path, historic={"known_on": "2022-12-31", "why": "public since then"})
    assert (found[0].envelope.known_on, found[0].envelope.known_why) == (
        date(2022, 12, 31),
        "public since then",
    )
    assert found[0].envelope.received_at == NOW


def test_the_same_bytes_are_the_same_delivery(tmp_path, inbox):
    assert [d.id for d in collect(tmp_path)] == [d.id for d in collect(tmp_path)]


@pytest.mark.parametrize("together", [False, True])
def test_a_name_that_cannot_be_told_is_told_with_signs_and_its_file_is_read(tmp_path, inbox, together):
    for name in (b"u\xff.csv", b"u\xfe.csv", b"new\nline.csv"):
        Path(os.fsdecode(os.fsencode(inbox) + b"/" + name)).write_text("id\n1\n", "utf-8")
    found = collect(tmp_path, together=together)
    told = {file.name for delivery in found for file in delivery.files}
    assert told == {"a.csv", "b.csv", "u\ufffd.csv", "u\ufffd.csv (2)", "new\ufffdline.csv"}
    assert all(len(delivery.id) == 64 for delivery in found)


def test_a_link_in_circles_or_with_a_name_that_is_no_text_is_told(tmp_path, inbox):
    (inbox / "c.csv").symlink_to(inbox / "c.csv")
    try:
        assert names(collect(tmp_path)) == [["a.csv"], ["b.csv"]]
    except SourceError as error:
        assert "inbox" in str(error)
    (inbox / "c.csv").unlink()
    (tmp_path / "secret.csv").write_text("id\nx\n", "utf-8")
    Path(os.fsdecode(os.fsencode(inbox) + b"/l\xff.csv")).symlink_to(tmp_path / "secret.csv")
    with pytest.raises(SourceError, match="l\ufffd"):
        collect(tmp_path)


def test_a_spool_that_cannot_be_written_is_not_the_sources_fault(tmp_path, inbox):
    (tmp_path / "spool").write_text("a file in its place")
    with pytest.raises(FileExistsError):
        collect(tmp_path)
