"""Work that touches a supplier's bytes, done by a process that may die. The rest of the run never does.

``run`` hands a function and its values to a worker and waits for the answer. However that ends, the caller gets a
value or one of three errors: what the function raised (``WorkFailed``, or the error itself where it is one of ours),
or that it took more than it may (``TooCostly``), also where a library ends its process over that. A worker that died
by itself is replaced, and the job is done once more: the system may have chosen the wrong process when memory ran
out.

There is one pool in a process, made when it is first needed and gone with the process. Workers are used again, and
replaced after ``TASKS`` jobs, so that nothing that leaks grows for ever.
"""

import atexit
import hashlib
import os
import pickle
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, Any, Literal

from ogp_pipeline import scratch
from ogp_pipeline.errors import StoreError
from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.runs.worker import LOADED, OUT_OF_MEMORY, Answer, Done, Job, OutOfMemory, Raised

TASKS = 200
_STARTS_S = 120  # a nursery that has not loaded by then never will
_NOISE = 1 << 16  # bytes of what a worker's libraries said
_KEPT = 6  # shared values: the newest used
_ENVIRONMENT = ("PATH", "TMPDIR", "TZ", "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED")


class WorkFailed(Exception):
    """The work raised, or its process died twice: our bug, or our machine. Its text ends with the worker's trace."""

    def __init__(self, told: str, trace: str = "") -> None:
        super().__init__(told)
        if trace:
            self.add_note(trace)


class TooCostly(Exception):
    """The work took more time or memory than it may. ``limit``: seconds or megabytes."""

    def __init__(self, what: Literal["seconds", "memory"], limit: int) -> None:
        super().__init__(f"more than {limit} {'seconds' if what == 'seconds' else 'MB'}")
        self.what = what
        self.limit = limit


class _Died(Exception):
    """The process ended without an answer, and not by a limit of ours."""


@dataclass(slots=True)
class _Worker:
    """A process that waits for jobs at the other end of ``line``. ``noise``: what its libraries said of this job."""

    pid: int
    line: Connection
    noise: IO[bytes]
    tasks: int = 0

    def lacked_memory(self) -> bool:
        """Whether a library of it ended it because it got no memory. What it takes is limited, so it took too much."""
        self.noise.seek(0)
        return OUT_OF_MEMORY.search(self.noise.read(_NOISE).decode(errors="replace")) is not None

    def end(self) -> None:
        """Kill it and all that it started, and let go of it."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self.line.close()
        self.noise.close()


class Pool:
    """A nursery and its workers. ``size``: how many work at a time. ``tasks``: after how many jobs a worker is replaced
    by a new one; ``loaded``: the modules that the nursery loads for them.
    """

    def __init__(self, size: int | None = None, tasks: int = TASKS, loaded: Sequence[str] = LOADED) -> None:
        self.size = size or len(os.sched_getaffinity(0))
        self._tasks = tasks
        self._loaded = tuple(loaded)
        self._slots = threading.BoundedSemaphore(self.size)
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._nursery: subprocess.Popen[bytes] | None = None
        self._requests: socket.socket | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._shared: dict[Hashable, Path] = {}

    @property
    def nursery(self) -> int | None:
        """The process from which workers are forked, if it was started."""
        return self._nursery.pid if self._nursery is not None else None

    def start(self) -> None:
        """Start the nursery, without waiting until it has loaded. Called again, it does nothing."""
        with self._lock:
            if self._nursery is not None and self._nursery.poll() is None:
                return
            ours, theirs = socket.socketpair()
            environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
            path = os.pathsep.join(os.path.abspath(place) for place in sys.path)  # noqa: PTH100 ('' is the folder)
            self._nursery = subprocess.Popen(
                [sys.executable, "-P", "-m", "ogp_pipeline.runs.worker", str(theirs.fileno()), *self._loaded],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**environment, "PYTHONPATH": path, "LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"},
            )
            theirs.close()
            self._requests = ours
            self._idle.clear()

    def close(self) -> None:
        """End all of it."""
        with self._lock:
            for worker in self._idle:
                worker.end()
            self._idle.clear()
            if self._requests is not None:
                self._requests.close()
                self._requests = None
            if self._nursery is not None:
                self._nursery.kill()
                self._nursery.wait()
                self._nursery = None
            if self._folder is not None:
                self._folder.cleanup()
                self._folder = None
            self._shared.clear()

    def share(self, name: Hashable, make: Callable[[], Any]) -> Path:
        """A file that holds a value which many jobs need, written once for each ``name`` (which says all of it)."""
        with self._lock:
            if name in self._shared:
                self._shared[name] = self._shared.pop(name)  # the newest used stands last
                return self._shared[name]
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix=scratch.prefix("workers"))
            while len(self._shared) >= _KEPT:
                self._shared.pop(next(iter(self._shared))).unlink(missing_ok=True)
            data = pickle.dumps(make())
            path = Path(self._folder.name) / hashlib.sha256(data).hexdigest()
            path.write_bytes(data)
            self._shared[name] = path
            return path

    def run(self, limits: Limits, work: Callable[..., Any], *given: Any, shared: tuple[Path, ...] = ()) -> Any:  # noqa: ANN401
        """What ``work`` gives for the values of the ``shared`` files and ``given``. TooCostly, WorkFailed; OgpError and
        OSError as it raised them.
        """
        return self.do(Job(work, shared, given, limits.delivery_seconds, limits.delivery_mb))

    def do(self, job: Job) -> Any:  # noqa: ANN401 - whatever its work gives
        """As ``run``, under the limits of the job."""
        message = pickle.dumps(job)
        with self._slots:
            try:
                answer = self._ask(job, message)
            except _Died:
                try:
                    answer = self._ask(job, message)
                except _Died as died:
                    raise WorkFailed(f"the process that worked on it died twice ({died})") from None
        match answer:
            case Done(value):
                return value
            case OutOfMemory():
                raise TooCostly("memory", job.megabytes)
            case Raised(_, trace, error) if error is not None:
                error.add_note(trace)
                raise error
            case Raised(told, trace):
                raise WorkFailed(told, trace)

    def _ask(self, job: Job, message: bytes) -> Answer:
        worker = self._worker()
        well = False
        try:
            worker.line.send_bytes(message)
            if not worker.line.poll(job.seconds):
                raise TooCostly("seconds", job.seconds)
            answer: Answer = pickle.loads(worker.line.recv_bytes())
            well = not isinstance(answer, OutOfMemory)
            return answer
        except (EOFError, ConnectionError) as error:
            if worker.lacked_memory():
                return OutOfMemory()
            raise _Died(f"{type(error).__name__}") from error
        finally:  # also when it was not the worker that failed: a line with half an answer is of no use
            worker.tasks += 1
            if well and worker.tasks < self._tasks:
                with self._lock:
                    self._idle.append(worker)
            else:
                worker.end()

    def _worker(self) -> _Worker:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        for _ in range(2):  # a nursery may have died since the last job
            self.start()
            with suppress(OSError, EOFError):
                return self._new()
            with self._lock:
                if self._nursery is not None:
                    self._nursery.kill()
                    self._nursery.wait()
        raise StoreError("no process could be started to read what was delivered (memory? too many processes?)")

    def _new(self) -> _Worker:
        ours, theirs = socket.socketpair()
        noise = tempfile.TemporaryFile()  # noqa: SIM115 - closed with its worker
        line = Connection(ours.detach())
        try:
            with theirs, self._lock:
                if self._requests is None:
                    raise EOFError
                socket.send_fds(self._requests, [b"w"], [theirs.fileno(), noise.fileno()])
            begun = time.monotonic()
            while not line.poll(1.0):
                if time.monotonic() - begun > _STARTS_S or self._nursery is None or self._nursery.poll() is not None:
                    raise EOFError
            return _Worker(line.recv(), line, noise)
        except BaseException:
            line.close()
            noise.close()
            raise


class OnePool:
    """The pool of a process, made when it is first needed. A process that was forked from ours gets its own."""

    def __init__(self, make: Callable[[], Pool]) -> None:
        self._make = make
        self._made: tuple[int, Pool] | None = None
        self._making = threading.Lock()

    def get(self) -> Pool:
        """It, which ends with the process."""
        with self._making:
            if self._made is None or self._made[0] != os.getpid():
                self._made = (os.getpid(), self._make())
                atexit.register(_close, *self._made)
            return self._made[1]

    def made(self) -> Pool | None:
        """It, if it was made."""
        return self._made[1] if self._made is not None else None

    def close(self) -> None:
        """End it, if this process has one."""
        with self._making:
            if self._made is not None:
                _close(*self._made)
            self._made = None


_ours = OnePool(Pool)


def pool() -> Pool:
    """The pool of this process."""
    return _ours.get()


def close() -> None:
    """End the pool of this process, if it has one."""
    _ours.close()


def _close(owner: int, made: Pool) -> None:
    if owner == os.getpid():
        made.close()
