"""A network that loses requests and answers, a server that dies, a full disk, a clock that jumps: nothing is torn."""

import itertools
import os
import random
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import botocore.auth
import pytest
import requests

from ogp_pipeline.errors import StoreError
from ogp_pipeline.publishing import history, publish
from ogp_pipeline.publishing.reader import DirectoryReader, Reader
from ogp_pipeline.publishing.verify import verify
from ogp_pipeline.store.directory import DirectoryStore
from tests.flaky_proxy import DROP_ANSWER, DROP_REQUEST, FAIL, PASS, FlakyProxy
from tests.publishing import synthetic
from tests.publishing.conftest import Jobs
from tests.publishing.places import BUCKET, BucketPlace, open_store, open_to_readers
from tests.publishing.publisher import pages
from tests.publishing.reading import read_newest
from tests.publishing.test_races import Watch, wanted
from tests.s3_server import S3Server

pytestmark = pytest.mark.slow


def publish_two(spec: dict[str, Any], folder: Path, second_spec: dict[str, Any]) -> None:
    """Two releases, the second over another way to the same place; a publish that fails is tried again."""
    for n, way in ((1, spec), (2, second_spec)):
        store = open_store(way)
        for attempt in range(5):
            try:
                base = history.head(store)
                if base and base.manifest.publish_id == f"run-{n}":
                    publish.finish(synthetic.publisher(store, pages=pages, pause=lambda seconds: None), n)
                    break
                draft = synthetic.draft(folder, base, f"content {n}", f"run-{n}")
                started = synthetic.attempt(f"{n}-{attempt}-{uuid.uuid4()}")
                how: dict[str, Any] = {"pages": pages, "pause": lambda seconds: None}
                publish.publish(synthetic.publisher(store, **how), draft, base, started)
                break
            except StoreError:
                continue


def check_two(spec: dict[str, Any], reader: Reader) -> None:
    """Both stand, each once, with all their views."""
    chain = history.releases(open_store(spec))
    assert [record.manifest.publish_id for record in chain] == ["run-1", "run-2"]
    assert read_newest(reader) == 2
    assert verify(reader).problems == ()


def test_each_write_in_turn_loses_its_request_or_its_answer(
    s3_server: S3Server, tmp_path: Path, kills: int, record_property: Any
) -> None:
    open_to_readers(s3_server)
    with FlakyProxy(s3_server.endpoint) as proxy:
        whole = BucketPlace(s3_server)
        publish_two(whole.spec, tmp_path / "whole", {**whole.spec, "endpoint": proxy.endpoint})
        writes = sum(method == "PUT" for method, *_ in proxy.seen)
        assert writes > 20
        faults = itertools.cycle([DROP_ANSWER, DROP_REQUEST, FAIL, 0.05])
        struck = 0
        for k in range(1, writes + 1, 22 if kills <= 2 else max(1, 28 // kills)):
            place, fault = BucketPlace(s3_server), next(faults)
            count = itertools.count(1)

            def plan(method: str, path: str, k: int = k, fault: Any = fault, count: Any = count) -> str | float:
                return fault if method == "PUT" and next(count) == k else PASS

            proxy.plan = lambda method, path: PASS
            publish_two(place.spec, tmp_path / str(k), place.spec | {"endpoint": s3_server.endpoint})
            proxy.plan = plan
            store = open_store({**place.spec, "endpoint": proxy.endpoint})
            draft = synthetic.draft(tmp_path / str(k), history.head(store), "content 3", "run-3")
            how: dict[str, Any] = {"pages": pages, "pause": lambda seconds: None}
            made = publish.publish(
                synthetic.publisher(store, **how), draft, history.head(store), synthetic.attempt(f"3-{k}")
            )
            assert made.n == 3 and read_newest(place.reader()) == 3
            assert verify(place.reader()).problems == ()
            struck += 1
        record_property("lost answers and requests", struck)


@pytest.mark.night
def test_a_network_that_fails_one_request_in_four(s3_server: S3Server, tmp_path: Path) -> None:
    open_to_readers(s3_server)
    place, dice = BucketPlace(s3_server), random.Random(4)
    with FlakyProxy(s3_server.endpoint) as proxy:
        faults = [DROP_ANSWER, DROP_REQUEST, FAIL, 0.02]
        proxy.plan = lambda method, path: dice.choice(faults) if dice.random() < 0.25 else PASS
        publish_two({**place.spec, "endpoint": proxy.endpoint}, tmp_path, {**place.spec, "endpoint": proxy.endpoint})
    check_two(place.spec, place.reader())


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[S3Server]:
    """A server that may be killed."""
    server = S3Server(tmp_path / "server").start()
    open_to_readers(server)
    yield server
    server.kill()


def test_a_server_killed_and_started_again_while_three_publish(
    own_server: S3Server, tmp_path: Path, jobs: Jobs, kills: int, record_property: Any
) -> None:
    for turn in range(max(1, kills // 2)):
        place = BucketPlace(own_server)
        all_wanted = wanted(place, tmp_path / str(turn), 3, persist=True)
        before = dict.fromkeys(("attempt", "content", "publish_id"), "before")
        assert jobs({**all_wanted[0], **before})[0]["n"] == 1

        def strike(after: float = 0.15 * (turn + 1)) -> None:
            time.sleep(after)
            own_server.kill()
            own_server.start()

        striker = threading.Thread(target=strike)
        with Watch(place) as watch:
            striker.start()
            jobs(*all_wanted)
            striker.join()
        assert watch.torn == [] and watch.seen == sorted(watch.seen)
        for job in all_wanted:  # whoever gave up while the server was down
            assert jobs({**job, "attempt": f"again-{job['attempt']}"})[0]["exit"] == 0
        chain = history.releases(open_store(place.spec))
        ids = [record.manifest.publish_id for record in chain]
        assert ids[0] == "before" and sorted(ids[1:]) == [f"publisher-{i}" for i in range(3)]
        assert verify(place.reader()).problems == ()
    record_property("server kills", max(1, kills // 2))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True, check=False
        ).returncode
    )
    if not mounted:
        pytest.skip("a small file system can be mounted only by root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_leaves_the_last_release_and_lets_the_next_run_go_on(small_disk: Path, tmp_path: Path) -> None:
    store = DirectoryStore(small_disk / "public")
    how: dict[str, Any] = {"pages": pages}
    publish.publish(
        synthetic.publisher(store, **how), synthetic.draft(tmp_path, None, "1", "run-1"), None, synthetic.attempt("1")
    )
    ballast = small_disk / "ballast"
    for left in (0, 20_000, 40_000, 60_000):  # the disk fills at different points of the publish
        ballast.write_bytes(bytes(_free(small_disk) - left))
        base = history.head(store)
        assert base
        if base.n == 1:
            draft = synthetic.draft(tmp_path, base, "2", "run-2")
            try:
                publish.publish(synthetic.publisher(store, **how), draft, base, synthetic.attempt(f"2-{left}"))
            except (OSError, StoreError) as error:
                assert "No space left" in str(error)
        assert read_newest(DirectoryReader(small_disk / "public")) in (1, 2)
        assert {one.kind.value for one in verify(DirectoryReader(small_disk / "public")).problems} <= {"views-behind"}
        ballast.unlink()
    base = history.head(store)
    draft = synthetic.draft(tmp_path, base if base and base.n == 1 else history.release(store, 1), "2", "run-2")
    publish.publish(synthetic.publisher(store, **how), draft, base, synthetic.attempt("2-at-last"))
    assert read_newest(DirectoryReader(small_disk / "public")) == 2
    assert verify(DirectoryReader(small_disk / "public")).problems == ()


def _free(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


@pytest.mark.parametrize("jump", [timedelta(hours=13), timedelta(days=400)])
def test_a_clock_that_jumps_ahead_stops_the_commit_and_nothing_else(tmp_path: Path, jump: timedelta) -> None:
    store = DirectoryStore(tmp_path / "public")
    draft = synthetic.draft(tmp_path, None, "1", "run-1")
    with pytest.raises(StoreError, match="older than"):
        publish.publish(
            synthetic.publisher(store, now=lambda: synthetic.STARTED + jump), draft, None, synthetic.attempt("1")
        )
    assert history.head(store) is None
    publish.publish(
        synthetic.publisher(store, now=lambda: synthetic.STARTED - jump), draft, None, synthetic.attempt("2")
    )
    assert read_newest(DirectoryReader(tmp_path / "public")) == 1


def test_a_clock_that_the_server_does_not_believe_is_named(
    s3_server: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_to_readers(s3_server)
    real = botocore.auth.get_current_datetime
    monkeypatch.setattr(
        botocore.auth, "get_current_datetime", lambda *more, **how: real(*more, **how) - timedelta(hours=1)
    )
    with pytest.raises(StoreError, match="clock"):
        history.head(open_store(BucketPlace(s3_server).spec))


def test_strangers_read_over_plain_http_and_may_not_list(s3_server: S3Server) -> None:
    open_to_readers(s3_server)
    place = BucketPlace(s3_server)
    open_store(place.spec).create("releases/1.json", b"{}")
    assert place.reader().read("releases/1.json") == b"{}"
    assert place.reader().read("releases/2.json") is None
    assert requests.get(f"{s3_server.endpoint}/{BUCKET}?list-type=2", timeout=10).status_code == 403
