"""Starts the process that opens a workbook, and tells each of its ends apart. The parent never parses the file.

The process gets a clean environment and no input but its request. A death that is not a limit's (calamine is native
code) is answered by a second process with openpyxl alone; only if that one fails too is the workbook to blame.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from ogp_pipeline.errors import OgpError
from ogp_pipeline.workbooks.answer import Answer, ReadRequest, Refusal, unpack_all
from ogp_pipeline.workbooks.bounds import Bounds
from ogp_pipeline.workbooks.child import MEMORY

_READERS = ("python_calamine", "openpyxl", "et_xmlfile", "xlrd")
_PANIC = "PanicException"  # how calamine's own failures end, if not in a signal
_TIME = frozenset({-signal.SIGXCPU, -signal.SIGKILL})
_CRASH = Refusal("reading.why.crash")


@dataclass(frozen=True, slots=True)
class _End:
    """How a process ended: its status (None: it was still running at the deadline) and what it wrote."""

    status: int | None
    answer: bytes
    said: str

    @property
    def crashed(self) -> bool:
        """Did native code end it: a signal that is not a limit's, memory that ran out, or a panic of Rust?"""
        if self.status is None or self.status in _TIME:
            return False
        return self.status < 0 or self.status == MEMORY or _PANIC in self.said


def read(path: Path, request: ReadRequest, bounds: Bounds) -> Answer:
    """One sheet of the workbook, or why not. OgpError if it is our own program that is at fault."""
    return _read(path, request, (), bounds)[0]


def read_sheets(path: Path, request: ReadRequest, titles: Sequence[str], bounds: Bounds) -> list[Answer]:
    """Several sheets by one process, in the order of ``titles``; or one answer that says why not."""
    return _read(path, request, titles, bounds)


def _read(path: Path, request: ReadRequest, titles: Sequence[str], bounds: Bounds) -> list[Answer]:
    end = _run(path, request, titles, bounds)
    if end.crashed and not request.careful:
        end = _run(path, replace(request, careful=True), titles, bounds)
    return unpack_all(end.answer) if end.status == 0 else [_ended(end, bounds)]


def _ended(end: _End, bounds: Bounds) -> Answer:
    """Why a process that ended so has read nothing."""
    if end.status is None or end.status in _TIME:
        words = {"limit": bounds.workbook_seconds}
        return Answer(refusal=Refusal("reading.over.seconds", words, "reading.most.seconds"))
    if end.status in (MEMORY, -signal.SIGABRT):
        words = {"limit": bounds.workbook_mb}
        return Answer(refusal=Refusal("reading.over.memory", words, "reading.most.megabytes"))
    if end.status is not None and end.status < 0:
        return Answer(refusal=_CRASH)
    raise OgpError(f"the process that reads workbooks failed (status {end.status}): {end.said[-2000:]}")


@cache
def _path() -> str:
    """The folders of this package and of the readers: without ``site``, the process starts sooner and alone."""
    specs = [find_spec(name) for name in _READERS]
    places = [Path(spec.origin).parents[1] for spec in specs if spec is not None and spec.origin is not None]
    return os.pathsep.join(dict.fromkeys(map(os.fspath, [Path(__file__).resolve().parents[2], *places])))


def _run(path: Path, request: ReadRequest, titles: Sequence[str], bounds: Bounds) -> _End:
    asked = {"request": asdict(request), "sheets": list(titles), "bounds": asdict(bounds)}
    asked["path"] = os.fspath(path.resolve())
    process = subprocess.Popen(
        [sys.executable, "-S", "-s", "-P", "-B", "-m", "ogp_pipeline.workbooks.child", json.dumps(asked)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"PYTHONPATH": _path(), "LC_ALL": "C.UTF-8"},
        close_fds=True,
    )
    with process:
        try:
            answer, said = process.communicate(timeout=bounds.workbook_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return _End(None, b"", "")
    return _End(process.returncode, answer, said.decode("utf-8", "replace"))
