"""A process that publishes synthetic releases in children of its own, which kill themselves where they are told.

Reads one JSON list of jobs per line; runs the jobs of a line at the same time, each in a forked child; answers with one
JSON list of results. A job: store (a place's spec; or root, a folder), folder (for drafts), content, publish_id,
attempt, and optionally

    kill_step = k       SIGKILL at the k-th marked step
    kill_call = k       … before the k-th call that changes the disk
    kill_request = k    … before the k-th request to S3 leaves; -k: after the server has answered it, before we hear
    persist             build again after a lost race
    signed              with a key of ``synthetic.KEYS``
    back_to = n         as a rollback, with the bytes of release n at hand
    extra               names of further files
    fault               a mistake of ``planted.py`` in the store
    do                  something else than publishing: a key of ``INSTEAD``

A result: signal, and if the child lived n, lost (races), steps, calls, requests.
"""

import gc
import itertools
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from botocore.httpsession import URLLib3Session

sys.path.insert(0, str(Path(__file__).parents[2]))

from ogp_pipeline.errors import LostRace
from ogp_pipeline.publishing import garbage, history, publish, purge, views
from ogp_pipeline.publishing.publisher import Hooks
from ogp_pipeline.runs.known_state import keep_state, known_entries, known_tables
from ogp_pipeline.store.protocol import Store
from tests.publishing import planted, synthetic
from tests.publishing.places import open_store
from tests.runs import long_ledger

_CHANGING = ("fsync", "link", "mkdir", "replace", "rmdir", "unlink")


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
    threading.Event().wait()  # a signal to one's own process may take a moment to arrive in another thread


def _count_calls(kill_at: int | None, counted: list[str]) -> None:
    """Count calls that change the disk, and die before the ``kill_at``-th."""

    def counting(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted_call(*arguments: Any, **keywords: Any) -> Any:
            counted.append(name)
            if len(counted) == kill_at:
                _die()
            return call(*arguments, **keywords)

        return counted_call

    for name in _CHANGING:
        setattr(os, name, counting(name, getattr(os, name)))


def _count_requests(kill_at: int | None, counted: list[str]) -> None:
    """Count requests to S3, and die before the ``kill_at``-th leaves; negative: once it was answered."""
    send, number = URLLib3Session.send, itertools.count(1)

    def counted_send(session: Any, request: Any) -> Any:
        k = next(number)
        counted.append(request.method)
        if k == kill_at:
            _die()
        answer = send(session, request)
        if kill_at is not None and k == -kill_at:
            _die()
        return answer

    URLLib3Session.send = counted_send


def pages(manifest: Any, chain: Any) -> dict[str, tuple[bytes, str]]:
    """Two pages that say which release they are of, and how many the lists hold."""
    text = f"<p>{manifest.version} of {len(history.listed(chain))}</p>".encode()
    return {"en/index.html": (text, "text/html"), "es/index.html": (text, "text/html")}


def _collect(store: Store, job: dict[str, Any], on_step: Callable[[str], None]) -> dict[str, Any]:
    """``hours`` after the others' attempts began, ``times`` over."""
    keys: list[str] = []
    for k in range(job.get("times", 1)):
        found = garbage.find(store, synthetic.STARTED + timedelta(hours=job.get("hours", 48)))
        garbage.collect(
            store, found, synthetic.attempt(f"{job['attempt']}-{k}"), "2024-03-03T12:00:00Z", Hooks(on_step)
        )
        keys += found
    return {"keys": keys}


def _purge(store: Store, job: dict[str, Any], on_step: Callable[[str], None]) -> dict[str, Any]:
    purge.purge(store, purge.find(store, job["sha256"]), synthetic.PURGE, synthetic.KEYS[0], Hooks(on_step))
    return {}


def _repair(store: Store, job: dict[str, Any], on_step: Callable[[str], None]) -> dict[str, Any]:
    shown = pages if job.get("pages") else None
    thorough = job["do"] == "repair"
    signer = synthetic.KEYS[0] if thorough else None
    done = views.repair(synthetic.publisher(store, signer=signer, pages=shown, on_step=on_step), thorough=thorough)
    return {"done": [str(one) for one in done]}


def _keep_state(store: Store, job: dict[str, Any], on_step: Callable[[str], None]) -> dict[str, Any]:
    """Keep the state of a ledger of ``length`` entries, which is put into the store, as a run does at its end."""
    workspace = long_ledger.opened(store, job["length"])
    known_tables(workspace, known_entries(workspace))
    calls: list[str] = []
    _count_calls(job.get("kill_call"), calls)
    keep_state(workspace, long_ledger.TODAY, on_step)
    return {"calls": len(calls)}


INSTEAD = {
    "collect": _collect,
    "purge": _purge,
    "repair": _repair,
    "repair quickly": _repair,
    "keep state": _keep_state,
}  # of publishing


def _work(job: dict[str, Any]) -> dict[str, Any]:
    steps: list[str] = []
    calls: list[str] = []
    requests: list[str] = []

    def on_step(step: str) -> None:
        steps.append(step)
        if len(steps) == job.get("kill_step"):
            _die()

    store = planted.plant(job.get("fault"), open_store(job.get("store") or {"root": job["root"]}))
    if "do" in job:
        return {**INSTEAD[job["do"]](store, job, on_step), "steps": steps}
    lost = 0
    while True:
        base = history.head(store)
        folder = Path(job["folder"]) / f"{job['attempt']}-{lost}"
        also = history.release(store, job["back_to"]) if "back_to" in job else None
        back = {"back_to": also.n, "reason": "It was right."} if also else {}
        extra = tuple(job.get("extra", ()))
        draft = synthetic.draft(folder, base, job["content"], job["publish_id"], extra=extra, **back)
        if lost == 0:
            _count_calls(job.get("kill_call"), calls)
            _count_requests(job.get("kill_request"), requests)
        try:
            release = publish.publish(
                synthetic.publisher(
                    store, signer=synthetic.KEYS[0] if job.get("signed") else None, pages=pages, on_step=on_step
                ),
                draft,
                base,
                synthetic.attempt(f"{job['attempt']}-{lost}"),
                also=also,
            )
        except LostRace:
            if not job.get("persist"):
                return {"n": None, "lost": 1}
            lost += 1
            continue
        return {"n": release.n, "lost": lost, "steps": steps, "calls": len(calls), "requests": len(requests)}


_prepared: list[Store] = []


def _prepare(jobs: Sequence[dict[str, Any]]) -> None:
    """What boto3 must read before its first client is read here, and not by each child anew."""
    specs = [job["store"] for job in jobs if "endpoint" in job.get("store", {})]
    if specs and not _prepared:
        _prepared.append(open_store(specs[0]))
        gc.freeze()


def _start(job: dict[str, Any]) -> tuple[int, int]:
    """Fork a child for the job; its process id and the pipe with its result."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    code = 1
    try:
        os.close(reading)
        os.write(writing, json.dumps(_work(job)).encode())
        code = 0
    finally:
        if code:
            traceback.print_exc()
        os._exit(code)


def _end(child: int, reading: int) -> dict[str, Any]:
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    status = os.waitpid(child, 0)[1]
    died = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    return {"signal": died, "exit": None if died else os.WEXITSTATUS(status), **json.loads(said or b"{}")}


def main() -> None:
    """Serve until the input ends."""
    gc.freeze()  # else the first search in each child copies every page of what stands here
    for line in sys.stdin:
        _prepare(json.loads(line))
        started = [_start(job) for job in json.loads(line)]
        sys.stdout.write(json.dumps([_end(child, reading) for child, reading in started]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
