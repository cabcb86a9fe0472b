import contextlib
import os
import socket
import threading
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ogp_pipeline.errors import SourceError
from ogp_pipeline.programme.sources import FolderSource
from ogp_pipeline.sources import beneath, deliveries
from ogp_pipeline.sources.delivery import Refusal
from tests.every import for_every

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


def refused(delivery):
    [rule] = {file.refusal.rule if file.refusal else None for file in delivery.files}
    return rule


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


@pytest.mark.parametrize("kind", ["link out", "link in", "link to nothing", "circle", "pipe", "socket", "no name"])
def test_what_is_no_file_is_refused_by_itself_and_the_others_are_taken(tmp_path, inbox, kind):
    (tmp_path / "secret.csv").write_text("id\nsecret\n", "utf-8")
    thing = inbox / "c.csv"
    match kind:
        case "link out":
            thing.symlink_to(tmp_path / "secret.csv")
        case "link in":
            thing.symlink_to("a.csv")
        case "link to nothing":
            thing.symlink_to("nothing")
        case "circle":
            thing.symlink_to(thing)
        case "pipe":
            os.mkfifo(thing)
        case "socket":
            with contextlib.chdir(inbox), socket.socket(socket.AF_UNIX) as listener:
                listener.bind(thing.name)  # a whole path may be too long for one
        case "no name":
            Path(os.fsdecode(os.fsencode(inbox) + b"/l\xff.csv")).symlink_to(tmp_path / "secret.csv")
    found = collect(tmp_path)
    assert names(found)[:2] == [["a.csv"], ["b.csv"]]
    assert [refused(delivery) for delivery in found] == [None, None, "not-a-file"]
    assert b"secret" not in found[2].files[0].path.read_bytes()
    assert [refused(delivery) for delivery in collect(tmp_path, together=True)] == ["not-a-file"]


def test_a_linked_folder_is_not_gone_into(tmp_path, inbox):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/secret.csv").write_text("id\nsecret\n", "utf-8")
    (inbox / "sub").symlink_to(tmp_path / "elsewhere")
    (inbox / "own").mkdir()
    (inbox / "own/c.csv").write_text("id\n1\n", "utf-8")
    for files in ("*/*.csv", "**/*.csv", "sub/secret.csv"):
        assert "sub/secret.csv" not in str(names(collect(tmp_path, files=files)))
    assert names(collect(tmp_path, files="*/*.csv")) == [["own/c.csv"]]
    assert names(collect(tmp_path, files="**/*.csv")) == [["a.csv"], ["b.csv"], ["own/c.csv"]]


def test_a_file_that_becomes_a_link_after_it_was_listed_is_not_read(tmp_path, inbox, monkeypatch):
    (tmp_path / "secret.csv").write_text("id\na.csv\n", "utf-8")
    listed = beneath.members

    def then_swapped(root, deepest):
        yield from list(listed(root, deepest))
        (inbox / "a.csv").unlink()
        (inbox / "a.csv").symlink_to(tmp_path / "secret.csv")

    monkeypatch.setattr(beneath, "members", then_swapped)
    assert [refused(delivery) for delivery in collect(tmp_path)] == ["not-a-file", None]


def test_a_folder_that_becomes_a_link_after_it_was_listed_is_not_gone_into(tmp_path, inbox, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    for place in (inbox / "own", tmp_path / "elsewhere"):
        place.mkdir(exist_ok=True)
        (place / "c.csv").write_text(f"id\n{place.name}\n", "utf-8")
    listed = beneath.members

    def then_swapped(root, deepest):
        yield from list(listed(root, deepest))
        (inbox / "own").rename(tmp_path / "away")
        (inbox / "own").symlink_to(tmp_path / "elsewhere")

    monkeypatch.setattr(beneath, "members", then_swapped)
    (delivery,) = collect(tmp_path, files="own/*.csv")
    assert refused(delivery) == "not-a-file"


def test_a_link_that_is_swapped_in_again_and_again_is_never_read(tmp_path, inbox):
    (tmp_path / "secret.csv").write_text("id\nsecret\n", "utf-8")
    over, new, seen = threading.Event(), inbox / ".new", set()

    def swap():
        while not over.is_set():
            new.symlink_to(tmp_path / "secret.csv")
            new.replace(inbox / "a.csv")
            new.write_text("id\na")
            new.replace(inbox / "a.csv")

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        with beneath.opened(inbox) as root:
            for number in range(200_000):
                seen.add(reading(root))
                if number > 2000 and {b"id\na", None} <= seen:
                    break
    finally:
        over.set()
        thread.join()
    assert {b"id\na", None} <= seen <= {b"id\na", b"id\na.csv\n", None}


def reading(root):
    try:
        with beneath.file(root, ["a.csv"]) as handle:
            return os.read(handle, 100)
    except OSError:
        return None


def bytes_read() -> int:
    """What this process has read so far, from wherever."""
    return int(Path("/proc/self/io").read_text().split()[1])


def test_a_file_above_the_limit_is_refused_by_its_size_and_again_only_when_it_changed(tmp_path, inbox):
    huge = inbox / "c.csv"
    with huge.open("wb") as stream:
        stream.truncate(3 << 29)  # 1.5 GB of nothing
    before = bytes_read()
    (*_, first) = collect(tmp_path)
    (*_, again) = collect(tmp_path)
    assert bytes_read() - before < 100 << 20
    (file,) = first.files
    assert file.refusal == Refusal("file-too-large", {"size": "1536.0 MB", "limit": "100.0 MB"})
    assert file.size < 1000 and again.files == first.files
    os.utime(huge, ns=(1, 1))
    assert collect(tmp_path)[-1].files != first.files


def test_a_file_that_grows_while_it_is_read_waits(tmp_path, inbox, monkeypatch):
    read = os.read

    def grown(handle, size):
        with (inbox / "a.csv").open("ab") as stream:
            stream.write(b"x" * 1000)
        return read(handle, size)

    monkeypatch.setattr(beneath.os, "read", grown)
    assert names(collect(tmp_path, files="a.csv")) == []


def test_a_file_that_we_may_not_open_is_refused_by_itself(tmp_path, inbox, monkeypatch):
    opening = os.open

    def guarded(path, *rest, **more):
        if path == "a.csv":
            raise PermissionError(13, "Permission denied")
        return opening(path, *rest, **more)

    monkeypatch.setattr(beneath.os, "open", guarded)
    assert [refused(delivery) for delivery in collect(tmp_path)] == ["file-not-readable", None]


@pytest.mark.parametrize(
    ("limits", "rule"), [({"files": 1}, "too-many-files"), ({"files_mb": 1, "file_mb": 1}, "files-too-large")]
)
def test_more_than_a_source_may_give_is_refused_as_a_whole(tmp_path, inbox, limits, rule):
    for name in ("a.csv", "b.csv"):
        with (inbox / name).open("ab") as stream:
            stream.truncate(600_000)
    (delivery,) = collect(tmp_path, limits=limits)
    assert refused(delivery) == rule and names([delivery]) == [["inbox"]]
    assert len(collect(tmp_path, limits={"files": 2, "files_mb": 2})) == 2


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
def test_a_name_that_cannot_be_told_is_told_with_escapes_and_its_file_is_read(tmp_path, inbox, together):
    for name in (b"u\xff.csv", b"u\xfe.csv", b"new\nline.csv"):
        Path(os.fsdecode(os.fsencode(inbox) + b"/" + name)).write_text("id\n1\n", "utf-8")
    found = collect(tmp_path, together=together)
    told = {file.name for delivery in found for file in delivery.files}
    assert told == {"a.csv", "b.csv", r"u\xff.csv", r"u\xfe.csv", r"new\x0aline.csv"}
    assert all(len(delivery.id) == 64 for delivery in found)


def test_a_spool_that_cannot_be_written_is_not_the_sources_fault(tmp_path, inbox):
    (tmp_path / "spool").write_text("a file in its place")
    with pytest.raises(FileExistsError):
        collect(tmp_path)


@for_every("pattern", ["../*.csv", "/etc/*", "", " ", ".", "a/../../b.csv", "a\\b.csv", []])
def test_a_pattern_that_leads_out_of_the_folder_is_a_mistake_of_the_programme(pattern):
    with pytest.raises(ValueError, match=r"does not lie in the folder|at least 1 item"):
        source(files=pattern)
