"""An inbox in a bucket of a real server: the same promises as a folder's, and what a race may not lose."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ogp_pipeline.errors import SourceError
from ogp_pipeline.programme.places import S3Place
from ogp_pipeline.sources.delivery import DeliveredFile, Refusal
from ogp_pipeline.sources.s3_inbox import S3Inbox
from ogp_pipeline.store import object_storage
from ogp_pipeline.store.object_storage import Access, Bucket
from tests.broken_body import BrokenBody
from tests.flaky_proxy import DROP_ANSWER, DROP_REQUEST, FAIL, PASS, FlakyProxy
from tests.s3_server import ACCESS_KEY, SECRET_KEY, S3Server
from tests.sources.inbox_contract import DAY, LIMIT, InboxContract, only, take


def bucket_at(endpoint: str, prefix: str, name: str = "inbox") -> Bucket:
    place = S3Place(bucket=name, prefix=prefix, endpoint=endpoint)
    return object_storage.connect(place, Access(ACCESS_KEY, SECRET_KEY))


@dataclass(frozen=True)
class BucketPlace:
    """See ``inbox_contract.Place``."""

    bucket: Bucket

    @property
    def inbox(self) -> S3Inbox:
        return S3Inbox(self.bucket, LIMIT)

    @property
    def nowhere(self) -> S3Inbox:
        return S3Inbox(Bucket("no-such-bucket", "", self.bucket.steady, self.bucket.once), LIMIT)

    def put(self, name: str, content: bytes) -> None:
        self.bucket.once.put_object(Bucket=self.bucket.name, Key=self.bucket.prefix + name, Body=content)

    def remove(self, name: str) -> None:
        self.bucket.once.delete_object(Bucket=self.bucket.name, Key=self.bucket.prefix + name)

    def files(self) -> dict[str, bytes]:
        pages = self.bucket.once.get_paginator("list_objects_v2")
        keys = [
            one["Key"]
            for page in pages.paginate(Bucket=self.bucket.name, Prefix=self.bucket.prefix)
            for one in page.get("Contents", [])
        ]
        bodies = [self.bucket.once.get_object(Bucket=self.bucket.name, Key=key)["Body"].read() for key in keys]
        return {key.removeprefix(self.bucket.prefix): body for key, body in zip(keys, bodies, strict=True)}


@pytest.fixture(scope="module")
def clients(s3_server: S3Server) -> Bucket:
    """Clients that no test may change: to make them takes longer than a test."""
    return bucket_at(s3_server.endpoint, "")


@pytest.fixture
def place(clients: Bucket) -> BucketPlace:
    return BucketPlace(replace(clients, prefix=f"{uuid.uuid4().hex}/agency/"))


@pytest.fixture
def own(s3_server: S3Server) -> BucketPlace:
    """A place with clients of its own, which a test changes."""
    return BucketPlace(bucket_at(s3_server.endpoint, f"{uuid.uuid4().hex}/agency"))


class TestS3Inbox(InboxContract):
    """SeaweedFS."""


def test_a_folder_that_somebody_made_and_left_empty_is_nothing(place: BucketPlace) -> None:
    for name in ("", "check/", "2024/", "check/2024/", "2024/deeper/"):
        place.put(name, b"")
    assert place.inbox.items() == []


def test_a_file_that_is_called_as_a_folder_of_ours_is_a_file(place: BucketPlace, tmp_path: Path) -> None:
    for name in ("check", "done"):
        place.put(name, b"content")
        item, _ = take(place, tmp_path / "spool")
        place.inbox.finish(item, DAY, name)
    assert set(place.files()) == {"done/2024-07-10/check", "done/2024-07-10/done"}


def test_neighbours_whose_names_begin_alike_are_not_seen(place: BucketPlace) -> None:
    outside = BucketPlace(replace(place.bucket, prefix=place.bucket.prefix.removesuffix("/")))
    outside.put("-2/a.csv", b"x")
    outside.put(".csv", b"x")
    assert place.inbox.items() == []


def test_more_than_one_page_of_files_is_listed(own: BucketPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(7):
        own.put(f"{number}.csv", b"x")
    own.put("a folder/x.csv", b"x")
    inbox = own.inbox

    def few(params: dict[str, Any], **_: Any) -> None:
        params.setdefault("MaxKeys", 2)

    own.bucket.steady.meta.events.register("provide-client-params.s3.ListObjectsV2", few)
    assert len(inbox.items()) == 8


def test_receipts_say_what_they_are_and_are_kept_by_no_cache(place: BucketPlace) -> None:
    place.inbox.put_receipt(DAY, "año 🏛️.html", b"<p>", "text/html; charset=utf-8")
    key = f"{place.bucket.prefix}receipts/2024-07-10/año 🏛️.html"
    found = place.bucket.once.head_object(Bucket="inbox", Key=key)
    assert (found["ContentType"], found["CacheControl"]) == ("text/html; charset=utf-8", "private, no-store")


@pytest.mark.parametrize("at", ["HeadObject", "CopyObject", "DeleteObject"])
def test_a_file_that_is_replaced_while_it_is_finished_stays(own: BucketPlace, tmp_path: Path, at: str) -> None:
    """Right before each request of ``finish``, the supplier puts another file in its place."""
    own.put("a.csv", b"one")
    item, _ = take(own, tmp_path / "spool")
    calls = iter(["replace"])

    def put_another(**_: Any) -> None:
        if next(calls, None):
            own.put("a.csv", b"two")

    own.bucket.steady.meta.events.register(f"before-call.s3.{at}", put_another)
    own.inbox.finish(item, DAY, "a.csv")
    files = own.files()
    assert files.pop("a.csv") == b"two"
    assert files in ({}, {"done/2024-07-10/a.csv": b"one"})


def test_a_server_without_conditional_deletion_is_asked_to_delete_all_the_same(
    own: BucketPlace, tmp_path: Path
) -> None:
    own.put("a.csv", b"one")
    item, _ = take(own, tmp_path / "spool")
    real, asked = own.bucket.steady.delete_object, list[bool]()

    def delete(**given: Any) -> Any:
        asked.append("IfMatch" in given)
        if "IfMatch" in given:
            answer: Any = {"Error": {"Code": "NotImplemented"}, "ResponseMetadata": {"HTTPStatusCode": 501}}
            raise ClientError(answer, "DeleteObject")
        return real(**given)

    own.bucket.steady.delete_object = delete  # type: ignore[method-assign]
    own.inbox.finish(item, DAY, "a.csv")
    assert asked == [True, False] and set(own.files()) == {"done/2024-07-10/a.csv"}


@pytest.fixture
def proxy(s3_server: S3Server) -> Iterator[FlakyProxy]:
    with FlakyProxy(s3_server.endpoint) as proxy:
        yield proxy


@pytest.mark.parametrize("fault", [DROP_REQUEST, DROP_ANSWER, FAIL])
def test_every_request_may_be_lost_once_and_nothing_else_is(proxy: FlakyProxy, tmp_path: Path, fault: str) -> None:
    place = BucketPlace(bucket_at(proxy.endpoint, uuid.uuid4().hex))
    place.put("a.csv", b"one")
    lost: set[tuple[str, str]] = set()

    def once(method: str, path: str) -> str:
        return PASS if (method, path) in lost else lost.add((method, path)) or fault

    proxy.plan = once
    item, fetched = take(place, tmp_path / "spool")
    place.inbox.put_receipt(DAY, "a.html", b"<p>", "text/html")
    place.inbox.finish(item, DAY, "a.csv")
    proxy.plan = lambda method, path: PASS
    assert fetched.path.read_bytes() == b"one" and len(lost) >= 6
    assert place.files() == {"receipts/2024-07-10/a.html": b"<p>", "done/2024-07-10/a.csv": b"one"}


def test_a_server_that_fails_is_an_error_of_the_source_and_no_fault_of_the_file(
    proxy: FlakyProxy, tmp_path: Path
) -> None:
    place = BucketPlace(Bucket("inbox", f"{uuid.uuid4().hex}/", *[bucket_at(proxy.endpoint, "").once] * 2))
    place.put("a.csv", b"one")
    item = only(place)
    proxy.plan = lambda method, path: FAIL
    for attempt in (
        place.inbox.items,
        lambda: place.inbox.fetch(item, tmp_path / "spool"),
        lambda: place.inbox.put_receipt(DAY, "a.html", b"x", "text/html"),
        lambda: place.inbox.finish(item, DAY, "a.csv"),
    ):
        with pytest.raises(SourceError, match="503"):
            attempt()
    proxy.plan = lambda method, path: PASS
    assert set(place.files()) - {"receipts/2024-07-10/a.html", "done/2024-07-10/a.csv"} == {"a.csv"}


def test_bytes_that_the_server_keeps_from_us_are_refused_and_wait(proxy: FlakyProxy, tmp_path: Path) -> None:
    place = BucketPlace(bucket_at(proxy.endpoint, uuid.uuid4().hex))
    place.put("a.csv", b"one")
    item = only(place)
    denied: Any = {"Error": {"Code": "AccessDenied"}, "ResponseMetadata": {"HTTPStatusCode": 403}}

    def deny(**_: Any) -> Any:
        raise ClientError(denied, "GetObject")

    place.bucket.steady.get_object = deny  # type: ignore[method-assign]
    assert place.inbox.fetch(item, tmp_path / "spool") == Refusal("file-not-readable")


@pytest.mark.parametrize(("after", "whole"), [(300, True), (0, False)])
def test_a_body_that_breaks_off_is_gone_on_with(own: BucketPlace, tmp_path: Path, after: int, whole: bool) -> None:
    data = bytes(range(250)) * 4
    own.put("a.csv", data)
    item = only(own)
    real = own.bucket.steady.get_object

    def breaking(**asked: Any) -> Any:
        answer = real(**asked)
        return {**answer, "Body": BrokenBody(answer["Body"], after)}

    own.bucket.steady.get_object = breaking  # type: ignore[method-assign]
    if not whole:
        with pytest.raises(SourceError, match="breaks off after 0 of 1000"):
            own.inbox.fetch(item, tmp_path / "spool")
        assert list((tmp_path / "spool").iterdir()) == []
        return
    fetched = own.inbox.fetch(item, tmp_path / "spool")
    assert isinstance(fetched, DeliveredFile) and fetched.path.read_bytes() == data
