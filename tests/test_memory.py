"""Temporary files lie in memory only where there is plenty of it."""

import os
from pathlib import Path

import pytest

from tests import memory

PLENTY = f"MemTotal: 9999999999 kB\nMemAvailable: {memory.NEEDED // 1024} kB\nHugePages_Total: 0\n"


@pytest.mark.parametrize(
    ("meminfo", "free", "flags", "enough"),
    [
        (PLENTY, memory.NEEDED, 0, True),
        (PLENTY, memory.NEEDED - 4096, 0, False),  # as in a container
        (PLENTY, memory.NEEDED, os.ST_NOEXEC, False),
        (PLENTY.replace("MemAvailable: ", "MemAvailable: -"), memory.NEEDED, 0, False),
        (None, memory.NEEDED, 0, False),  # no Linux
    ],
)
def test_it_is_used_only_where_there_is_plenty(
    meminfo: str | None, free: int, flags: int, enough: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if meminfo:
        (tmp_path / "meminfo").write_text(meminfo)
    there = os.statvfs_result((4096, 4096, 0, 0, free // 4096, 0, 0, 0, flags, 255))
    monkeypatch.setattr(os, "statvfs", lambda folder: there)
    assert memory.has_room(tmp_path, tmp_path / "meminfo") is enough
    assert not memory.has_room(tmp_path / "gone", tmp_path / "meminfo")


def test_who_has_said_where_is_obeyed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(memory, "FOLDER", tmp_path / "memory")
    monkeypatch.setattr(memory, "has_room", Path.mkdir)
    memory.use()
    assert os.environ["TMPDIR"] == str(tmp_path) and not memory.FOLDER.exists()
