"""A run that is killed at any step on an inbox: the file is still there, or its receipt is."""

import os
import signal
from collections.abc import Callable
from typing import Any

import pytest
from botocore.httpsession import URLLib3Session

from ogp_pipeline.intake import ledger
from ogp_pipeline.runs import run
from tests.inbox_country import GOOD, UPDATES, BucketCountry, InboxCountry, Open, collect, done, lying, receipts
from tests.small_country import NOW

CHANGING = ("fsync", "link", "mkdir", "replace", "rename", "unlink")


def collect_and_die(country: InboxCountry, step: int) -> int:
    """Collect in a process of its own, killed before its n-th call that changes the inbox; how many it made."""
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
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    status = os.waitpid(child, 0)[1]
    assert said or os.WTERMSIG(status) == signal.SIGKILL
    return int(said or 0)


@pytest.mark.parametrize("name", ["good.csv", "bad.csv", "check/good.csv"])
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
    # Every third call to a disk in a normal run, every one with --kills 6 or more; a bucket has but few.
    steps = range(1, calls + 1, 1 if in_bucket else max(1, 6 // kills))
    for turn, step in enumerate(steps, 1):
        write(country, step)
        assert collect_and_die(country, step) == 0
        assert lying(country) == [name] or len(receipts(country)) == turn, f"lost at step {step}"
        collect(country)
        assert lying(country) == []
        assert len(receipts(country)) == turn, f"step {step}"
        assert "same_as_before" not in {one["verdict"] for one in receipts(country)}
        accepted = turn if name == "good.csv" else 0
        assert len(ledger.read(country.open().intake)) == before + accepted, f"step {step}"
    assert len(done(country)) == len(steps)
