"""The processes that do the dangerous work: one nursery, which loads everything once, and the workers it forks.

    python -m ogp_pipeline.runs.worker FD [MODULE …]

The nursery loads the modules (without any: what the examination of a delivery needs). It reads requests from the
socket ``FD`` and forks a worker for each; the worker gets the socket that came with the request, and the file for what
its libraries say before they end it. A worker does one job after the other, each under limits of its own, and ends with
its socket. When the socket of the nursery ends, because whoever started it is gone, all its workers are killed: none
outlives its run.

A worker has the environment that it was started with (no keys to stores), no terminal, and a process group of its own,
so that what it starts dies with it.
"""

import gc
import importlib
import os
import pickle
import re
import resource
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from ogp_pipeline.errors import OgpError

_MB = 1 << 20
# What the jobs of a pool import that names nothing: loaded once in the nursery, so that a new worker costs a fork.
LOADED = ("ogp_pipeline.validation", "ogp_pipeline.intake.receipt_forms", "frictionless", "openpyxl", "polars")
_NOISE = 2  # where libraries in C, C++ and Rust say why they end a process
# What they say when they get no memory; some then end the process, so nobody can catch it.
OUT_OF_MEMORY = re.compile(
    r"bad_alloc|memory allocation of \d+ bytes failed|[Oo]ut of memory|[Cc]annot allocate memory"
)
_SHARED = 5  # values that a worker remembers: schemas, programme, the newest state, that of a source that restates


@dataclass(frozen=True, slots=True)
class Job:
    """``work``: a function at the top of a module. ``shared``: files whose pickled values come before ``given``."""

    work: Callable[..., Any]
    shared: tuple[Path, ...]
    given: tuple[Any, ...]
    seconds: int
    megabytes: int


@dataclass(frozen=True, slots=True)
class Done:
    """What the function gave."""

    value: Any


@dataclass(frozen=True, slots=True)
class Raised:
    """What it raised, as text with its trace; the error itself where it is one of ours."""

    told: str
    trace: str
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class OutOfMemory:
    """It took more memory than the job may."""


Answer = Done | Raised | OutOfMemory


def main(fd: int, loaded: Sequence[str] = LOADED) -> None:
    """The nursery: forks a worker for each request until its socket ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started us, who then ends us
    for name in loaded:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # else the first collection in each worker would copy all that it shares with us
    workers: set[int] = set()
    with socket.socket(fileno=fd) as requests:
        while True:
            select.select([requests], [], [], 1.0)
            workers = _living(workers)
            if not select.select([requests], [], [], 0)[0]:
                continue
            message, fds, _, _ = socket.recv_fds(requests, 1, 2)
            if not message:
                break
            workers.add(_fork(fds[0], fds[1], requests))
    for worker in workers:
        _kill(worker)


def _fork(fd: int, noise: int, requests: socket.socket) -> int:
    worker = os.fork()
    if worker:
        os.close(fd)
        os.close(noise)
        return worker
    status = 1
    try:
        os.setpgid(0, 0)
        requests.close()
        os.dup2(noise, _NOISE)
        os.close(noise)
        _work(Connection(fd))
        status = 0
    finally:
        os._exit(status)  # nothing of the nursery's may be cleaned up here


def _living(workers: set[int]) -> set[int]:
    return {worker for worker in workers if os.waitpid(worker, os.WNOHANG)[0] == 0}


def _kill(worker: int) -> None:
    try:
        os.killpg(worker, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _work(jobs: Connection) -> None:
    """A worker's life: it says who it is, then answers one job after the other."""
    jobs.send(os.getpid())
    while True:
        try:
            message = jobs.recv_bytes()
        except (EOFError, OSError):
            return
        jobs.send_bytes(_packed(_answer(message)))


def _answer(message: bytes) -> Answer:
    try:
        os.ftruncate(_NOISE, 0)
        os.lseek(_NOISE, 0, os.SEEK_SET)
        job: Job = pickle.loads(message)
        _limit(job.seconds, job.megabytes)
        shared = [_shared(path) for path in job.shared]
        return Done(job.work(*shared, *job.given))
    except MemoryError:
        return OutOfMemory()
    except (OgpError, OSError) as error:
        return Raised(_told(error), traceback.format_exc(), error)
    except BaseException as error:  # noqa: BLE001 - told to whoever asked; a panic of a library in Rust is no Exception
        return OutOfMemory() if OUT_OF_MEMORY.search(_told(error)) else Raised(_told(error), traceback.format_exc())


def _packed(answer: Answer) -> bytes:
    """Under no limit, for it must arrive. An error that cannot be handed over goes as text."""
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    try:
        packed = pickle.dumps(answer)
        if isinstance(answer, Raised) and answer.error is not None:
            pickle.loads(packed)
        return packed
    except Exception as error:  # noqa: BLE001 - pickle raises what the value raises
        if isinstance(answer, Raised):
            return pickle.dumps(Raised(answer.told, answer.trace))
        return pickle.dumps(Raised(_told(error), traceback.format_exc()))


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


@lru_cache(_SHARED)
def _shared(path: Path) -> Any:  # noqa: ANN401 (whatever was shared)
    """A value that several jobs need, read once. Its name says what it holds, so the same name is the same value."""
    return pickle.loads(path.read_bytes())


def _limit(seconds: int, megabytes: int) -> None:
    """By the system. What the job takes counts, not what the worker has; the clock is the parent's matter."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    cpu = int(spent.ru_utime + spent.ru_stime) + seconds * (os.cpu_count() or 1) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    memory = _address_space() + megabytes * _MB
    most = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (memory if most == resource.RLIM_INFINITY else min(memory, most), most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _address_space() -> int:
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:  # no Linux: what was resident at most
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    # Not as ``__main__``: a job's classes must be those that the parent knows.
    from ogp_pipeline.runs import worker

    worker.main(int(sys.argv[1]), sys.argv[2:] or worker.LOADED)
