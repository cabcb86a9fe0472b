"""A small file sent without the SDK's ceremony is the same object, and whatever goes wrong is left to the SDK."""

import socket
import uuid
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from botocore.httpsession import URLLib3Session

from ogp_pipeline.errors import StoreError
from ogp_pipeline.programme.places import S3Place
from ogp_pipeline.publishing import layout
from ogp_pipeline.store import object_storage
from ogp_pipeline.store.object_storage import Access, Bucket
from ogp_pipeline.store.protocol import Done, InDoubt
from ogp_pipeline.store.s3 import S3Store
from tests.flaky_proxy import DROP_ANSWER, DROP_REQUEST, FAIL, PASS, FlakyProxy
from tests.s3_server import ACCESS_KEY, SECRET_KEY, S3Server

KEY = "data/20240301T120000Z-0011223344556677/plan/clusters.csv"
DATA = "id,name\r\n1,Ñandú\r\n".encode()


def bucket_at(endpoint: str, access: Access | None = None) -> Bucket:
    place = S3Place(bucket="public", prefix=uuid.uuid4().hex, endpoint=endpoint)
    return object_storage.connect(place, access or Access(ACCESS_KEY, SECRET_KEY))


def put(bucket: Bucket, folder: Path, key: str = KEY) -> Done | InDoubt:
    path = folder / "file"
    path.write_bytes(DATA)
    return S3Store(bucket, layout.cache_control).put_file(key, path, sha256(DATA).hexdigest(), "text/csv")


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Who sent each request: the SDK names itself."""
    agents: list[str] = []
    send = URLLib3Session.send

    def noting(session: URLLib3Session, request: Any) -> Any:
        agents.append("sdk" if "User-Agent" in request.headers else "direct")
        return send(session, request)

    monkeypatch.setattr(URLLib3Session, "send", noting)
    yield agents


def test_it_is_the_object_that_the_sdk_would_write(s3_server: S3Server, tmp_path: Path, sent: list[str]) -> None:
    bucket = bucket_at(s3_server.endpoint)
    heads = []
    for way in (bucket, replace(bucket, direct=None)):
        answer = put(way, tmp_path)
        head = bucket.steady.head_object(Bucket=bucket.name, Key=bucket.prefix + KEY)
        assert answer == Done(head["ETag"])
        heads.append(
            {name: head[name] for name in ("ContentType", "CacheControl", "Metadata", "ETag", "ContentLength")}
        )
    assert heads[0] == heads[1]
    assert [agent for agent in sent if agent == "direct"] == ["direct"]


@pytest.mark.parametrize("fault", [DROP_REQUEST, DROP_ANSWER, FAIL])
def test_what_does_not_succeed_is_sent_again_by_the_sdk(
    s3_server: S3Server, tmp_path: Path, sent: list[str], fault: str
) -> None:
    with FlakyProxy(s3_server.endpoint) as proxy:
        bucket = bucket_at(proxy.endpoint)
        assert isinstance(put(bucket, tmp_path), Done)
        faults = iter([fault])
        proxy.plan = lambda method, path: next(faults, PASS)
        assert isinstance(put(bucket, tmp_path, f"{KEY}x"), Done)
        assert isinstance(put(bucket, tmp_path, f"{KEY}y"), Done)
        store = S3Store(bucket, layout.cache_control)
        assert all(stored and stored.data == DATA for stored in map(store.get, (KEY, f"{KEY}x", f"{KEY}y")))
    assert sent[:4] == ["direct", "direct", "sdk", "direct"], "one failure is no reason to give it up"


def test_where_it_never_worked_it_is_not_tried_again(s3_server: S3Server, tmp_path: Path, sent: list[str]) -> None:
    bucket = bucket_at(s3_server.endpoint, Access(ACCESS_KEY, "wrong"))
    for _ in range(2):
        with pytest.raises(StoreError, match="the secret key is wrong"):
            put(bucket, tmp_path)
    assert sent == ["direct", "sdk", "sdk"]


def test_no_request_waits_for_the_acknowledgement_of_its_headers(
    s3_server: S3Server, tmp_path: Path, sent: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_option, options = socket.socket.setsockopt, []

    def noting(connection: socket.socket, *option: Any) -> None:
        options.append(option)
        set_option(connection, *option)

    monkeypatch.setattr(socket.socket, "setsockopt", noting)
    assert isinstance(put(bucket_at(s3_server.endpoint), tmp_path), Done)
    assert sent == ["direct"]
    assert (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1) in options
