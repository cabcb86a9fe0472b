"""A run that is killed at any step on an inbox: the file is still there, or its receipt is."""

import os
import signal
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.httpsession import URLLib3Session

from ogp_pipeline.intake import ledger
from ogp_pipeline.runs import run, workers
from tests.inbox_country import GOOD, UPDATES, BucketCountry, InboxCountry, Open, collect, done, lying, receipts
from tests.sample import by_day
from tests.small_country import NOW

CHANGING = ("fsync", "link", "mkdir", "replace", "rename", "unlink")


def share_nursery(ours: workers.Pool) -> None:
    """In a forked process: a pool with workers of its own, which our nursery forks. Another nursery loads for seconds.

    ``Popen`` would take the nursery for ended, since it is no child of this process.
    """
    pool: Any = workers.Pool()
    pool._nursery, pool._requests = SimpleNamespace(pid=ours.nursery, poll=lambda: None), ours._requests
    workers._ours = workers.OnePool(lambda: pool)


def collect_and_die(country: InboxCountry, step: int) -> int:
    """Collect in a process of its own, killed before its n-th call that changes the inbox; how many it made."""
    ours = workers.pool()
    ours.start()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        calls = 0

        def counting(call: Callable[..., Any]) -> Callable[..., Any]:
            def counted(*arguments: Any, **keywords: Any) -> Any:
                nonlocal calls
                calls += 1
                if calls == step:
                    os.kill(os.getpid(), signal.SIGKILL)
                return call(*arguments, **keywords)

            return counted

        try:
            share_nursery(ours)
            workspace = country.open()
            if isinstance(country, BucketCountry):
                send = URLLib3Session.send
                counted = counting(send)
                URLLib3Session.send = lambda session, request: (  # type: ignore[method-assign]
                    send if request.method in ("GET", "HEAD") else counted
                )(session, request)
            else:
                for name in CHANGING:
                    setattr(os, name, counting(getattr(os, name)))
            run.collect_source(workspace, "updates", NOW)
            os.write(writing, str(calls).encode())
        finally:
            os._exit(1)
    status = os.waitpid(child, 0)[1]
    os.close(writing)
    os.set_blocking(reading, False)  # no end of the pipe: workers of a killed run hold it until they notice its death
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    assert said or os.WTERMSIG(status) == signal.SIGKILL
    return int(said or 0)


@pytest.mark.parametrize("name", by_day(["good.csv", "bad.csv", "check/good.csv"], ["good.csv", "bad.csv"]))
def test_killed_at_any_step_a_file_is_still_there_or_its_receipt_is(open_copy: Open, name: str, kills: int) -> None:
    content = UPDATES + "XX0001.1,2024-H1,No Trackab,x\n" if "bad" in name else GOOD

    def write(country: InboxCountry, step: int) -> None:
        country.drop(f"{name}", content.replace("Waits", f"Waits {step}").replace(",x", f",x {step}"))

    whole = open_copy("whole")
    write(whole, 0)
    collect(whole)  # so that what is written only once is there
    write(whole, -1)
    calls = collect_and_die(whole, 0)
    in_bucket = isinstance(whole, BucketCountry)
    assert calls >= (4 if in_bucket else 6)
    country = open_copy("killed")
    before = len(ledger.read(country.open().intake))
    # Every fifth call to a disk in a normal run, every one with --kills 6 or more; a bucket has but few.
    steps = range(1, calls + 1, 1 if in_bucket else max(1, 10 // kills))
    for turn, step in enumerate(steps, 1):
        write(country, step)
        ended = collect_and_die(country, step)
        assert ended == 0 or (ended < step and turn == len(steps)), "only the last may come after all calls of this run"
        assert lying(country) == [name] or len(receipts(country)) == turn, f"lost at step {step}"
        collect(country)
        assert lying(country) == []
        assert len(receipts(country)) == turn, f"step {step}"
        assert "same_as_before" not in {one["verdict"] for one in receipts(country)}
        accepted = turn if name == "good.csv" else 0
        assert len(ledger.read(country.open().intake)) == before + accepted, f"step {step}"
    assert len(done(country)) == len(steps)
