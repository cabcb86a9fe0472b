"""The S3 store: the same promises as a directory's, on a real server and on a second implementation."""

import hashlib
import itertools
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from ogp_pipeline.errors import StoreError, StoreRefused, UnsafeStore
from ogp_pipeline.programme.places import S3Place
from ogp_pipeline.publishing import layout
from ogp_pipeline.store import concurrency, multipart, object_storage, probe, server_clock
from ogp_pipeline.store.object_storage import Access, Bucket
from ogp_pipeline.store.protocol import Changed, Done, Exists, InDoubt
from ogp_pipeline.store.s3 import S3Store
from tests.broken_body import BrokenBody
from tests.flaky_proxy import DROP_ANSWER, DROP_REQUEST, FAIL, PASS, FlakyProxy
from tests.publishing import synthetic
from tests.s3_server import ACCESS_KEY, SECRET_KEY, S3Server
from tests.store.contract import CSV, StoreContract, data_at, put

KEYS = Access(ACCESS_KEY, SECRET_KEY)


def bucket_at(endpoint: str, prefix: str, access: Access = KEYS, name: str = "public") -> Bucket:
    return object_storage.connect(S3Place(bucket=name, prefix=prefix, endpoint=endpoint), access)


@pytest.fixture(scope="module")
def clients(s3_server: S3Server) -> Bucket:
    """Clients that no test changes for longer than it lasts: to make them takes longer than a test."""
    return bucket_at(s3_server.endpoint, "")


@pytest.fixture
def bucket(clients: Bucket) -> Bucket:
    """An empty place of one's own in a bucket of the real server."""
    return replace(clients, prefix=f"{uuid.uuid4().hex}/")


@pytest.fixture
def store(bucket: Bucket) -> S3Store:
    return S3Store(bucket, layout.cache_control)


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    """Another implementation of S3, with other gaps; its address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


class TestS3Store(StoreContract):
    """SeaweedFS."""


class TestS3StoreOnMoto(StoreContract):
    """moto; not judged by races, since it has no lock around a condition and its write."""

    @pytest.fixture
    def store(self, moto: str) -> S3Store:
        place = bucket_at(moto, "a-prefix", name=f"b{uuid.uuid4().hex}")
        place.once.create_bucket(Bucket=place.name)
        return S3Store(place, layout.cache_control)

    test_of_many_creates_at_once_exactly_one_wins = None  # type: ignore[assignment]
    test_counting_by_swaps_loses_no_count = None  # type: ignore[assignment]


# What only object storage has


def test_objects_carry_type_cache_rule_and_hash(store: S3Store, bucket: Bucket, tmp_path: Path) -> None:
    put(store, "data/20240101T000000Z-00000000/plan/x.csv", b"a\n1\n", tmp_path)
    sha256 = hashlib.sha256(b"a\n1\n").hexdigest()
    store.copy("data/20240101T000000Z-00000000/plan/x.csv", "latest/plan/x.csv", layout.media_type("x.csv"), sha256)
    found = bucket.once.head_object(Bucket=bucket.name, Key=f"{bucket.prefix}latest/plan/x.csv")
    assert found["ContentType"] == "text/csv; charset=utf-8"
    assert found["CacheControl"] == "public, max-age=60"
    assert found["Metadata"]["sha256"] == sha256
    kept = bucket.once.head_object(Bucket=bucket.name, Key=f"{bucket.prefix}data/20240101T000000Z-00000000/plan/x.csv")
    assert kept["CacheControl"] == "public, max-age=31536000, immutable"


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A file of three parts, the last of them short."""
    path = tmp_path / "large"
    block = hashlib.sha256(b"seed").digest() * (1 << 15)
    with path.open("wb") as file:
        for number in range(34):
            file.write(number.to_bytes(4, "big") + block[4:])
    return path


def test_a_large_file_goes_in_parts_and_comes_back_whole(store: S3Store, large: Path, tmp_path: Path) -> None:
    sha256 = hashlib.sha256(large.read_bytes()).hexdigest()
    assert large.stat().st_size > 2 * multipart.PART
    assert isinstance(store.put_file("data/large", large, sha256, "application/octet-stream"), Done)
    head = store.head("data/large")
    assert head and head.composite and (head.size, head.sha256) == (large.stat().st_size, sha256)
    assert store.download("data/large", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == large.read_bytes()
    store.copy("data/large", "latest/large", "application/octet-stream", sha256)
    copied = store.head("latest/large")
    assert copied and copied.alike(head)


def test_a_large_file_with_other_bytes_than_stated_leaves_nothing(store: S3Store, bucket: Bucket, large: Path) -> None:
    with pytest.raises(StoreError, match="changed while"):
        store.put_file("data/large", large, "0" * 64, CSV)
    assert store.head("data/large") is None
    uploads = bucket.once.list_multipart_uploads(Bucket=bucket.name, Prefix=bucket.prefix)
    assert uploads.get("Uploads", []) == []


def test_all_uploads_together_hold_few_parts_in_memory(
    store: S3Store, bucket: Bucket, large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256 = hashlib.sha256(large.read_bytes()).hexdigest()
    lock, sizes = threading.Lock(), [0]
    real = bucket.steady.upload_part

    def counted(**asked: Any) -> Any:
        with lock:
            sizes.append(sizes[-1] + 1)
        try:
            return real(**asked)
        finally:
            with lock:
                sizes.append(sizes[-1] - 1)

    monkeypatch.setattr(bucket.steady, "upload_part", counted)
    keys = [f"data/large{n}" for n in range(4)]
    made = concurrency.each(lambda key: store.put_file(key, large, sha256, CSV), keys, store.at_once)
    assert all(isinstance(one, Done) for one in made)
    assert len(sizes) == 1 + 2 * 3 * len(keys) and 2 < max(sizes) <= multipart.IN_FLIGHT


def test_uploads_that_a_killed_process_left_can_be_taken_away(store: S3Store, bucket: Bucket) -> None:
    bucket.once.create_multipart_upload(Bucket=bucket.name, Key=f"{bucket.prefix}data/half")
    now = datetime.now(UTC)
    assert list(store.unfinished(now - timedelta(hours=1), remove=True)) == []
    for remove in (False, True):
        assert list(store.unfinished(now + timedelta(hours=1), remove=remove)) == ["data/half"]
    assert list(store.unfinished(now + timedelta(hours=1), remove=True)) == []


def test_a_body_that_breaks_off_is_gone_on_with(
    store: S3Store, bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = bytes(range(256)) * 100
    put(store, "a", data, tmp_path)
    ranges: list[str | None] = []
    real = bucket.steady.get_object

    def breaking(**asked: Any) -> Any:
        ranges.append(asked.get("Range"))
        answer = real(**asked)
        return {**answer, "Body": BrokenBody(answer["Body"], 10_000)}

    monkeypatch.setattr(bucket.steady, "get_object", breaking)
    assert data_at(store, "a") == data
    assert ranges == [None, "bytes=10000-", "bytes=20000-"]


@pytest.mark.parametrize("instead", [b"B" * 25_600, None], ids=["another object", "nothing"])
def test_a_body_that_breaks_off_is_not_joined_to_another_objects(
    store: S3Store, bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, instead: bytes | None
) -> None:
    put(store, "a", b"A" * 25_600, tmp_path)
    real = bucket.steady.get_object

    def breaking(**asked: Any) -> Any:
        answer = real(**asked)
        if "Range" in asked:
            return answer
        body = BrokenBody(answer["Body"], 10_000)
        if instead is None:
            store.delete("a")
        else:
            store.put_view("a", instead, CSV)
        return {**answer, "Body": body}

    monkeypatch.setattr(bucket.steady, "get_object", breaking)
    with pytest.raises(StoreError):
        store.download("a", tmp_path / "never")
    assert not (tmp_path / "never").exists()


@pytest.mark.parametrize(("broken", "whole"), [(4, True), (5, False)])
def test_a_body_that_breaks_off_before_its_first_byte_is_opened_anew(
    store: S3Store, bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: int, whole: bool
) -> None:
    put(store, "a", b"data", tmp_path)
    opened = itertools.count(1)
    real = bucket.steady.get_object

    def breaking(**asked: Any) -> Any:
        answer = real(**asked)
        return {**answer, "Body": BrokenBody(answer["Body"], 0)} if next(opened) <= broken else answer

    monkeypatch.setattr(bucket.steady, "get_object", breaking)
    if whole:
        assert data_at(store, "a") == b"data"
        return
    with pytest.raises(StoreError, match="breaks off after 0 of 4 bytes"):
        store.get("a")
    assert next(opened) == 6, "opened five times and no more"


@pytest.mark.parametrize(("fault", "stands"), [(DROP_ANSWER, True), (FAIL, True), (DROP_REQUEST, False)])
def test_a_write_without_an_answer_is_in_doubt(s3_server: S3Server, fault: str, stands: bool) -> None:
    with FlakyProxy(s3_server.endpoint) as proxy:
        proxy.plan = lambda method, path: fault if method == "PUT" else PASS
        far = S3Store(bucket_at(proxy.endpoint, uuid.uuid4().hex), layout.cache_control)
        assert isinstance(far.create("a", b"1"), InDoubt)
        assert len(proxy.seen) == 1, "a conditional write is never repeated by the library"
        proxy.plan = lambda method, path: PASS
        assert (far.get("a") is not None) is stands
        proxy.plan = lambda method, path: fault if method == "PUT" else PASS
        standing = far.get("a")
        assert isinstance(far.swap("a", b"2", standing.tag if standing else None), InDoubt)


def test_reads_and_repeatable_writes_outlast_some_lost_answers(s3_server: S3Server) -> None:
    faults = iter([DROP_ANSWER, PASS, FAIL, DROP_REQUEST, PASS])
    with FlakyProxy(s3_server.endpoint) as proxy:
        proxy.plan = lambda method, path: next(faults, PASS)
        far = S3Store(bucket_at(proxy.endpoint, uuid.uuid4().hex), layout.cache_control)
        assert isinstance(far.put_view("a", b"1", "text/html"), Done)
        assert data_at(far, "a") == b"1"


def test_no_answer_at_all_is_in_doubt() -> None:
    nobody = S3Store(bucket_at("http://127.0.0.1:9", "x"), layout.cache_control)
    assert isinstance(nobody.create("a", b"1"), InDoubt)


@pytest.mark.parametrize(
    ("access", "name", "said"),
    [
        (Access("unknown", SECRET_KEY), "public", "AWS_ACCESS_KEY_ID"),
        (Access(ACCESS_KEY, "wrong"), "public", "AWS_SECRET_ACCESS_KEY"),
        (KEYS, "no-such-bucket", "create it"),
    ],
)
def test_what_cannot_work_is_explained(s3_server: S3Server, access: Access, name: str, said: str) -> None:
    store = S3Store(bucket_at(s3_server.endpoint, "x", access, name), layout.cache_control)
    with pytest.raises(StoreRefused, match=said):
        store.get("a")
    assert SECRET_KEY not in repr(access)


@pytest.mark.parametrize("number", [socket.EAI_NONAME, socket.EAI_AGAIN], ids=["no such host", "nobody to ask"])
def test_a_host_that_does_not_exist_is_told_from_one_that_cannot_be_found_now(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(number, "no")

    store = S3Store(bucket_at("http://s3.example.invalid", "x"), layout.cache_control)
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    if number == socket.EAI_AGAIN:
        assert isinstance(store.create("a", b"1"), InDoubt)
    else:
        with pytest.raises(StoreRefused, match="nobody has that name"):
            store.create("a", b"1")


def test_every_answer_says_how_far_our_clock_is_ahead(store: S3Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert store.get("nothing") is None
    assert abs(store.clock_ahead() or timedelta.max) < timedelta(minutes=1)
    later = SimpleNamespace(time=lambda: time.time() + 36 * 60 * 60)
    monkeypatch.setattr(server_clock, "time", later)
    assert isinstance(store.create("one", b"1"), Done)
    assert abs((store.clock_ahead() or timedelta()) - timedelta(hours=36)) < timedelta(minutes=1)


class Unconditional(S3Store):
    """A server which ignores conditions, as some do: the headers never reach it."""

    def __init__(self, bucket: Bucket) -> None:
        super().__init__(bucket, layout.cache_control)

        def strip(params: dict[str, Any], **_: Any) -> None:
            params["headers"].pop("If-None-Match", None)
            params["headers"].pop("If-Match", None)

        bucket.once.meta.events.register("before-call.s3.PutObject", strip)


def test_a_server_that_ignores_conditions_is_refused(bucket: Bucket) -> None:
    with pytest.raises(UnsafeStore, match="If-None-Match"):
        probe.check(Unconditional(bucket), synthetic.attempt("probe"))


def test_another_server_says_the_same_of_conditions(moto: str) -> None:
    place = bucket_at(moto, "", name=f"b{uuid.uuid4().hex}")
    place.once.create_bucket(Bucket=place.name)
    store = S3Store(place, layout.cache_control)
    first = store.create("a", b"1")
    assert isinstance(first, Done)
    assert store.create("a", b"2") == Exists()
    assert store.swap("absent", b"2", first.tag) == Changed()  # a 404 there, a 412 elsewhere
