"""A server may let us wait for anything: the download is over when its time is."""

import socket
import threading
import time

import pytest

from ogp_pipeline.errors import SourceError
from ogp_pipeline.sources import deadline, deliveries
from ogp_pipeline.sources.deadline import Deadline, Late
from tests.sources.downloads import NOW, TABLE, collect, left_over, source

SECONDS = 0.3
GENEROUS_S = 20  # for a machine with much else to do: what drips, drips for ever
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


def late(tmp_path, url, **parts):
    """The error of a download that has 0.3 s, and how long it took."""
    here = source(url, **parts).model_copy(update={"timeout_s": SECONDS})
    started = time.monotonic()
    with pytest.raises(SourceError) as caught:
        deliveries(here, tmp_path, tmp_path / "spool", NOW, None)
    return str(caught.value), time.monotonic() - started


def dripped(start, drop, pause=0.01):
    def handler(connection, count):
        connection.sendall(start)
        while True:
            connection.sendall(drop)
            time.sleep(pause)

    return handler


WAITS = {
    "a status that never ends": dripped(b"", b"H"),
    "a header that never ends": dripped(OK + b"X: ", b"y"),
    "headers that never end": dripped(OK, b"X: y\r\n", 0.02),
    "100 Continue for ever": dripped(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0),
    "a body that drips": dripped(OK + b"\r\n", b"x"),
    "a declared body that drips": dripped(OK + b"Content-Length: 100000\r\n\r\n", b"x"),
    "a chunk that drips": dripped(CHUNKED + b"ffff\r\n", b"x"),
    "a chunk's size that drips": dripped(CHUNKED, b"0"),
    "a chunk's extension that drips": dripped(CHUNKED + b"5;", b"x"),
    "chunks of one letter with long extensions": dripped(CHUNKED, b"1;" + b"x" * 9000 + b"\r\ny\r\n", 0.005),
    "trailers that never end": dripped(CHUNKED + b"5\r\nid,na\r\n0\r\n", b"X: y\r\n", 0),
    "members of nothing": dripped(
        OK + b"Content-Encoding: gzip\r\n\r\n", b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0" + bytes(8)
    ),
    "a redirect whose head drips": dripped(b"HTTP/1.1 302 Found\r\nLocation: /b.csv\r\nX: ", b"y"),
    "an error whose head drips": dripped(b"HTTP/1.1 503 No\r\nX: ", b"y"),
    "silence": lambda connection, count: time.sleep(3 * SECONDS),
}


@pytest.mark.parametrize("wait", WAITS)
def test_nothing_outlasts_the_deadline(tmp_path, raw_server, wait):
    told, took = late(tmp_path, raw_server(WAITS[wait]), retries=3)
    assert "it was not whole after 0.3 s" in told and told.isprintable()
    assert took < GENEROUS_S
    assert left_over(tmp_path) == []


def test_tries_and_redirects_share_one_deadline(tmp_path, raw_server):
    """Each answer alone is in time."""

    def handler(connection, count):
        time.sleep(0.12)
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /%d.csv\r\nContent-Length: 0\r\n\r\n" % count)

    told, took = late(tmp_path, raw_server(handler))
    assert "not whole" in told and took < GENEROUS_S


@pytest.mark.parametrize("status", ["302 Found\r\nLocation: /x", "404 Not Found", "200 OK"])
def test_an_endless_body_is_read_to_the_limit_at_most(tmp_path, raw_server, status):
    sent = []

    def handler(connection, count):
        connection.sendall(f"HTTP/1.1 {status}\r\n\r\n".encode())
        while True:
            sent.append(connection.send(b"x" * 65536))

    with pytest.raises(SourceError, match=r"redirects in circles|404|larger than 1 MB"):
        collect(tmp_path, raw_server(handler), max_mb=1, retries=0)
    assert left_over(tmp_path) == []


def test_a_declared_length_above_the_limit_is_refused_before_a_byte_of_it(tmp_path, raw_server):
    head = OK + b"Content-Length: 1610612736\r\n\r\n"
    with pytest.raises(SourceError, match="larger than 1 MB"):
        collect(tmp_path, raw_server(lambda connection, count: connection.sendall(head)), max_mb=1, retries=0)


def test_a_handshake_that_hangs_ends(tmp_path, raw_server):
    url = raw_server(lambda connection, count: time.sleep(3 * SECONDS)).replace("http://", "https://")
    told, took = late(tmp_path, url, retries=0)
    assert "not whole" in told and took < GENEROUS_S


def test_a_handshake_that_drips_ends(tmp_path, raw_server):
    # The head of a TLS record of 16,000 bytes, which then comes a byte at a time.
    url = raw_server(dripped(b"\x16\x03\x03\x3e\x80\x02\0\x3e\x7c", b"\0")).replace("http://", "https://")
    told, took = late(tmp_path, url, retries=0)
    assert "not whole" in told and took < GENEROUS_S


def test_a_name_that_nobody_answers_for_is_left(tmp_path, monkeypatch):
    answered = threading.Event()
    monkeypatch.setattr(deadline, "_GRACE_S", 0.05)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answered.wait(60) and [])
    told, took = late(tmp_path, "http://slow.example/f.csv", retries=0)
    answered.set()
    assert "not whole" in told and took < GENEROUS_S
    assert left_over(tmp_path) == []


def test_what_comes_in_time_is_whole_and_its_connection_is_ended(tmp_path, raw_server):
    ((delivery,), _) = collect(tmp_path, raw_server(lambda connection, count: connection.sendall(OK + b"\r\n" + TABLE)))
    assert delivery.files[0].path.read_bytes() == TABLE


def test_a_proxy_of_the_environment_has_the_same_deadline(tmp_path, raw_server, monkeypatch):
    proxy = raw_server(WAITS["a body that drips"]).removesuffix("/data.csv")
    monkeypatch.setenv("http_proxy", proxy)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    told, took = late(tmp_path, "http://portal.example/f.csv")
    assert "bytes had come" in told and took < GENEROUS_S


def test_work_gives_what_it_gives_and_raises_what_it_raises():
    assert Deadline(5).within(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        Deadline(5).within(lambda: 1 // 0)


def test_a_connection_made_after_the_end_is_closed():
    over = Deadline(0)
    one, other = socket.socketpair()
    with other, pytest.raises(Late):
        over.watch(one)
    assert one.fileno() == -1
    with pytest.raises(Late):
        over.check()
