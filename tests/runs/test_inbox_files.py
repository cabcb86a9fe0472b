"""Runs on an inbox in a folder: files of every kind that a disk has, open, closed, half written or no files at all."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ogp_pipeline.runs import workers
from tests.inbox_country import DONE_LATER, GOOD, InboxCountry, collect, copy, entries, lying, receipts


def test_what_arrived_in_time_counts_from_its_arrival_not_from_the_run(forum: Path, tmp_path: Path) -> None:
    country = copy(forum, tmp_path / "copy", **{"settle_seconds: 0": "settle_seconds: 60"})
    path = country.write("agency/a.csv", GOOD)
    os.utime(path, (0, 0))  # a date which the file brought along says nothing
    arrived = datetime.fromtimestamp(path.stat().st_ctime, UTC)
    assert collect(country, arrived + timedelta(seconds=50)).deliveries == ()
    collect(country, arrived + timedelta(days=5))
    [entry] = entries(country)
    assert entry.known_on == arrived.date()
    assert abs(datetime.fromisoformat(entry.received_at) - arrived) < timedelta(milliseconds=1)


def test_a_file_that_is_still_being_written_is_left_alone(forum: Path, tmp_path: Path) -> None:
    country = copy(forum, tmp_path / "copy", **{"settle_seconds: 0": "settle_seconds: 5"})
    path = country.folder / "inbox/agency/slow.csv"
    program = (
        "import sys\n"
        "file = open(sys.argv[1], 'w')\n"
        f"file.write({GOOD!r}); file.flush(); print('began', flush=True)\n"
        "sys.stdin.readline()\n"
        "file.write('XX0001.1,2024-H2'); file.flush(); print('went on', flush=True)\n"
        "sys.stdin.readline()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdin is not None and writer.stdout is not None
        for said in ("began", "went on"):
            assert writer.stdout.readline().strip() == said
            written = datetime.fromtimestamp(path.stat().st_ctime, UTC)
            assert collect(country, written + timedelta(seconds=4)).deliveries == ()
            assert path.exists()
            writer.stdin.write("\n")
            writer.stdin.flush()
    path.write_text(GOOD)
    finished = datetime.fromtimestamp(path.stat().st_ctime, UTC)
    assert collect(country, finished + timedelta(seconds=6)).state == "accepted"


def test_what_cannot_be_opened_says_so_and_stops_nothing_else(on_disk: InboxCountry) -> None:
    inbox = on_disk.folder / "inbox/agency"
    (on_disk.folder / "secret.csv").write_text(GOOD)
    (inbox / "a link.csv").symlink_to(on_disk.folder / "secret.csv")
    (inbox / "a folder").mkdir()
    os.mkfifo(inbox / "a pipe.csv")
    on_disk.drop("z.csv", GOOD)
    result = collect(on_disk)
    assert result.state == "rejected"
    assert {item.state for item in result.deliveries} == {"accepted", "rejected"}
    told = {one["files"][0]["name"]: [p["rule"] for p in one["problems"]] for one in receipts(on_disk)}
    assert told == {"a link.csv": ["not-a-file"], "a folder": ["not-a-file"], "a pipe.csv": ["not-a-file"], "z.csv": []}
    assert sorted(path.name for path in inbox.iterdir()) == ["a folder", "a link.csv", "a pipe.csv", "done", "receipts"]
    assert (on_disk.folder / "secret.csv").read_text() == GOOD
    before = list(on_disk.inbox())
    assert collect(on_disk).state == "rejected"
    assert list(on_disk.inbox()) == before


def test_a_link_in_place_of_our_own_folders_leads_nowhere(on_disk: InboxCountry) -> None:
    elsewhere = on_disk.folder / "elsewhere"
    elsewhere.mkdir()
    on_disk.drop("a.csv", GOOD)
    (on_disk.folder / "inbox/agency/receipts").symlink_to(elsewhere)
    result = collect(on_disk)
    assert result.state == "failed" and "receipts must be a folder of its own" in (result.reason or "")
    assert list(elsewhere.iterdir()) == [] and lying(on_disk) == ["a.csv"]
    (on_disk.folder / "inbox/agency/receipts").unlink()
    assert collect(on_disk).state == "accepted"
    assert [one["verdict"] for one in receipts(on_disk)] == ["accepted"] and lying(on_disk) == []


@pytest.mark.skipif(os.name != "posix", reason="permissions of another kind")
def test_a_file_without_permission_says_so(on_disk: InboxCountry) -> None:
    closed = on_disk.write("agency/closed.csv", GOOD)
    on_disk.drop("open.csv", DONE_LATER)
    closed.chmod(0)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            if os.geteuid() == 0:  # the superuser may read everything
                workers.pool().start()  # the interpreter may be one that only the superuser reaches
                _give_away(on_disk.folder)
                os.setuid(65534)
            states = {item.state for item in collect(on_disk).deliveries}
            [told] = [one for one in receipts(on_disk) if one["verdict"] == "rejected"]
            [problem] = told["problems"]
            code = 0 if (states, problem["rule"]) == ({"accepted", "rejected"}, "file-not-readable") else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert lying(on_disk) == ["closed.csv"]
    closed.chmod(0o644)
    assert collect(on_disk).state == "accepted"


def _give_away(folder: Path) -> None:
    for parent in folder.parents:
        if parent.stat().st_uid == os.getuid() and "pytest" in str(parent):
            parent.chmod(0o755)
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, 65534, 65534, follow_symlinks=False)
