"""A worker may die, hang, fill the memory or raise: whoever asked gets an answer, and the next job is done."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ogp_pipeline.errors import ProgrammeError
from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.runs import workers
from ogp_pipeline.runs.workers import Pool, TooCostly, WorkFailed

LIMITS = Limits(delivery_seconds=30, delivery_mb=300)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        made = Pool(2)
        assert made.run(LIMITS, len, "it has begun") == 12
        yield made
    made.close()


@pytest.fixture(autouse=True)
def _is_well_afterwards(pool: Pool) -> Iterator[None]:
    yield
    assert pool.run(LIMITS, len, "abc") == 3


def test_a_worker_is_used_again(pool: Pool) -> None:
    assert pool.run(LIMITS, os.getpid) == pool.run(LIMITS, os.getpid) != os.getpid()


def test_what_hangs_is_ended_at_its_deadline(pool: Pool) -> None:
    begun = time.monotonic()
    with pytest.raises(TooCostly) as caught:
        pool.run(Limits(delivery_seconds=1), time.sleep, 600)
    assert (caught.value.what, caught.value.limit) == ("seconds", 1) and time.monotonic() - begun < 20


def test_what_fills_the_memory_is_ended(pool: Pool) -> None:
    with pytest.raises(TooCostly) as caught:
        pool.run(LIMITS, bytes, 600 << 20)
    assert (caught.value.what, caught.value.limit) == ("memory", 300)


def test_a_library_that_ends_its_process_for_want_of_memory_took_too_much(pool: Pool) -> None:
    """As Rust does; Python cannot catch it."""
    said = "b'memory allocation of 8000000000 bytes failed\\n'"
    with pytest.raises(TooCostly) as caught:
        pool.run(LIMITS, eval, f"(__import__('os').write(2, {said}), __import__('os').abort())")
    assert (caught.value.what, caught.value.limit) == ("memory", 300)


def test_what_was_said_in_an_earlier_job_does_not_count(pool: Pool) -> None:
    pool.run(LIMITS, eval, "__import__('os').write(2, b'out of memory')")
    with pytest.raises(WorkFailed, match="died twice"):
        pool.run(LIMITS, os._exit, 1)


def test_polars_that_gets_no_memory_took_too_much(pool: Pool) -> None:
    with pytest.raises(TooCostly):
        pool.run(LIMITS, eval, "len(__import__('polars').int_range(0, 200_000_000, eager=True))")


@pytest.mark.parametrize("status", [0, 1])
def test_what_ends_its_process_is_told_after_a_second_try(pool: Pool, status: int) -> None:
    with pytest.raises(WorkFailed, match="died twice"):
        pool.run(LIMITS, os._exit, status)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
def test_a_signal_ends_the_worker_alone(pool: Pool, number: int) -> None:
    with pytest.raises(WorkFailed, match="died twice"):
        pool.run(LIMITS, signal.raise_signal, number)


def test_what_it_raises_is_told_with_its_trace(pool: Pool) -> None:
    with pytest.raises(WorkFailed, match="ValueError: invalid literal") as caught:
        pool.run(LIMITS, int, "x")
    assert "Traceback" in caught.value.__notes__[0]


def test_errors_of_ours_and_of_the_disk_come_as_they_are(pool: Pool, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        pool.run(LIMITS, os.listdir, str(tmp_path / "absent"))
    from ogp_pipeline.programme import file

    with pytest.raises(ProgrammeError):
        pool.run(LIMITS, file.read, tmp_path / "absent.yaml")


def test_a_value_that_cannot_be_handed_over_is_an_answer_too(pool: Pool) -> None:
    with pytest.raises(WorkFailed):
        pool.run(LIMITS, eval, "lambda: 0")


def test_as_many_work_at_a_time_as_the_pool_is_large(pool: Pool) -> None:
    with ThreadPoolExecutor(4) as threads:
        work = "__import__('time').sleep(.1) or __import__('os').getpid()"
        pids = set(threads.map(lambda _: pool.run(LIMITS, eval, work), range(4)))
    assert len(pids) == 2


def test_what_is_shared_is_made_once_for_each_name(pool: Pool) -> None:
    made = []

    def make() -> str:
        made.append(1)
        return "state"

    paths = {pool.share("name", make) for _ in range(3)}
    assert len(paths) == 1 and made == [1]
    assert pool.run(LIMITS, "{} {}".format, "rows", shared=(*paths,)) == "state rows"


def test_a_worker_has_no_keys_and_no_terminal(pool: Pool) -> None:
    assert os.environ["AWS_SECRET_ACCESS_KEY"], "which was there when the pool began"
    assert pool.run(LIMITS, os.getenv, "AWS_SECRET_ACCESS_KEY") is None
    assert pool.run(LIMITS, os.isatty, 0) is False


def test_an_interrupt_leaves_no_half_answer(pool: Pool) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # servers of other tests have had their own
    timer = threading.Timer(0.3, signal.pthread_kill, [threading.main_thread().ident, signal.SIGINT])
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            pool.run(LIMITS, time.sleep, 20)
    finally:
        signal.signal(signal.SIGINT, before)


def test_no_worker_outlives_its_run() -> None:
    """Also where the run is killed, while a worker is at work."""
    program = (
        "import os, time, threading, sys\n"
        "from ogp_pipeline.runs import workers\n"
        "from ogp_pipeline.formats.limits import Limits\n"
        "limits = Limits()\n"
        "print(workers.pool().run(limits, os.getpid), workers.pool().nursery, flush=True)\n"
        "workers.pool().run(limits, time.sleep, 600)\n"
    )
    run = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    pids = [int(pid) for pid in run.stdout.readline().split()]
    run.kill()
    run.wait()
    until = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < until:
        time.sleep(0.1)
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def test_there_is_one_pool_in_a_process() -> None:
    assert workers.pool() is workers.pool()
