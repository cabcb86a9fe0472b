"""Temporary folders that say whose they are, so that what a killed process left can be taken away by the next one.

    ogp-<what>-<machine>-<pid>-<start>-…    in the system's folder for temporary files

``machine`` stands for the host and its numbering of processes (a container has its own), ``start`` for when that
process began, so that a number which was given out again is not taken for its owner. Only folders of ours are removed:
of this user, of this machine, and of a process that is no more.
"""

import hashlib
import os
import re
import shutil
import socket
import tempfile
from functools import cache
from pathlib import Path

_NAMED = re.compile(r"ogp-[a-z]+-([0-9a-f]{8})-(\d+)-(\d+)-")
_STARTED = 19  # place of the start among the fields of /proc/<pid>/stat that follow the name


def prefix(what: str) -> str:
    """For ``tempfile``: the beginning of the name of a folder of this process."""
    pid = os.getpid()
    return f"ogp-{what}-{_machine()}-{pid}-{_start(pid) or 0}-"


def sweep(folder: Path | None = None) -> list[Path]:
    """Remove what processes of ours that are no more have left; what was removed. Without a word of other trouble."""
    removed = []
    for left in (folder or Path(tempfile.gettempdir())).glob("ogp-*"):
        named = _NAMED.match(left.name)
        if named is None or named[1] != _machine() or _lives(int(named[2]), int(named[3])):
            continue
        try:
            ours = left.stat(follow_symlinks=False).st_uid == os.getuid() and not left.is_symlink()
        except OSError:  # somebody else was quicker
            continue
        if ours:
            shutil.rmtree(left, ignore_errors=True)
            removed.append(left)
    return removed


def _lives(pid: int, start: int) -> bool:
    """Whether that process still runs. Where its start cannot be known, its number alone speaks for it."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's
        return True
    began = _start(pid)
    return began is None or start == 0 or began == start


def _start(pid: int) -> int | None:
    """When a process began, in the ticks of its system; None where that is not told."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        return int(told.rpartition(")")[2].split()[_STARTED])
    except (OSError, ValueError, IndexError):
        return None


@cache
def _machine() -> str:
    try:
        numbering = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        numbering = ""
    return hashlib.sha256(f"{socket.gethostname()} {numbering}".encode()).hexdigest()[:8]
