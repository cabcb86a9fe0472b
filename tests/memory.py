"""Temporary folders of the tests lie in memory where there is plenty of it, else where they always do.

A publish makes, links and removes thousands of small files. A disk takes a tenth of its processor time for that, and
makes every program that the tests start wait for ``fsync``; memory does neither.
"""

import os
import tempfile
from pathlib import Path

FOLDER = Path("/dev/shm")  # of Linux; a container's is often of 64 MB, in which no program may stand
NEEDED = 6 * 2**30  # a run with all its workers holds a tenth; the rest is for what it starts


def use() -> None:
    """Let this process, and all that it starts, make temporary files there; who has set ``TMPDIR`` is obeyed."""
    if "TMPDIR" in os.environ or not has_room(FOLDER):
        return
    own = FOLDER / f"ogp-tests-{os.getuid()}"
    own.mkdir(exist_ok=True)
    if own.lstat().st_uid != os.getuid():
        return
    own.chmod(0o1777)  # as the usual place: tests start programs as other users, too
    os.environ["TMPDIR"] = str(own)
    tempfile.tempdir = None  # it is asked for anew


def has_room(folder: Path, meminfo: Path = Path("/proc/meminfo")) -> bool:
    """Whether the folder is there, holds enough, takes programs, and the memory behind it is free."""
    if not folder.is_dir() or not meminfo.is_file():
        return False
    there = os.statvfs(folder)
    lines = dict(line.split(":", 1) for line in meminfo.read_text().splitlines())
    available = int(lines["MemAvailable"].split()[0]) * 1024
    return there.f_bavail * there.f_frsize >= NEEDED <= available and not there.f_flag & os.ST_NOEXEC
