"""Answers that make no sense: each is said in letters that can be written."""

from contextlib import suppress

import pytest
from requests.adapters import HTTPAdapter

from ogp_pipeline.errors import SourceError
from ogp_pipeline.sources import http
from ogp_pipeline.sources.http_session import open_session
from tests.sources.downloads import TABLE, collect, source


@pytest.mark.parametrize(
    "wish", ["9" * 400, "9" * 5000, "Sat, 01 Jan 99999 00:00:00 GMT", "-1", "nan", "Mon, 99 Foo 2024 99:99:99 GMT"]
)
def test_a_wish_to_wait_that_nobody_can_read_is_none(tmp_path, httpserver, wish):
    httpserver.expect_ordered_request("/f.csv").respond_with_data("busy", status=503, headers={"Retry-After": wish})
    httpserver.expect_ordered_request("/f.csv").respond_with_data(TABLE)
    try:
        found, _ = collect(tmp_path, httpserver.url_for("/f.csv"), timeout_s=20)
    except SourceError as error:
        assert "is after the limit of 20 s" in str(error)  # read, and too long
    else:
        assert len(found) == 1


OTHER = TABLE + b"2,b\n"
NO_ADDRESSES = [
    "http://[::1",
    f"http://{'a' * 300}/f.csv",
    f"http://{'a' * 300}.example/f.csv",
    "http://.example/",
    "http://a..example/",
    "http://*.example/",
    "http://",
    "http://127.0.0.1:99999/",
    "http://127.0.0.1:port/",
    "http://exa\u2100mple.test/",
    "http://a\u2488com/",
    "http://[fe80::1%25]/",
    "ftp://127.0.0.1/f.csv",
    "file:///etc/passwd",
    "http:\\\\127.0.0.1",
]


@pytest.mark.parametrize("private", [True, False], ids=["any host", "public hosts"])
@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_a_redirect_to_what_is_no_address_is_said(tmp_path, raw_server, address, private):
    head = f"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: {address}\r\n\r\n".encode()
    url = raw_server(lambda connection, count: connection.sendall(head))
    here = source(url, allow_private_hosts=private, retries=0, timeout_s=10)
    with open_session(here) as session:
        session.mount(url.removesuffix("/data.csv") + "/", HTTPAdapter())  # this one server counts as public
        with pytest.raises(SourceError, match=r"source portal: .*(cannot be fetched|no answer|circles|private)"):
            http.fetch(here, session, tmp_path / "spool", None)


@pytest.mark.parametrize("address", [one for one in NO_ADDRESSES if one.startswith("http://") and len(one) > 7])
@pytest.mark.parametrize("private", [True, False], ids=["any host", "public hosts"])
def test_a_url_that_is_no_address_is_said(tmp_path, address, private):
    with pytest.raises(SourceError, match="source portal"):
        collect(tmp_path, address, allow_private_hosts=private, retries=0, timeout_s=5)


def test_a_redirect_with_bytes_that_are_no_text_is_said(tmp_path, raw_server):
    head = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /\xff\xfe.csv\r\n\r\n"
    with pytest.raises(SourceError, match="redirects to an address that cannot be fetched"):
        collect(tmp_path, raw_server(lambda connection, count: connection.sendall(head)), retries=0)


def test_the_body_of_a_redirect_is_not_waited_for(tmp_path, raw_server):
    waiting = []

    def handler(connection, count):
        if count:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(TABLE) + TABLE)
        else:
            connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /b.csv\r\nContent-Length: 99999\r\n\r\nwait")
            waiting.append(connection.dup())

    ((delivery,), _) = collect(tmp_path, raw_server(handler), retries=0, timeout_s=10)
    assert delivery.files[0].name == "b.csv"
    waiting[0].close()


def test_what_cannot_be_sent_back_is_not_remembered(tmp_path, raw_server):
    """A header that no request can carry would stop every later run."""

    def handler(connection, count):
        head = b'HTTP/1.1 200 OK\r\nETag: "\xe9"\r\nLast-Modified: \xff\r\nContent-Type: t\xe9xt/x\r\n'
        body = TABLE if count == 0 else OTHER
        connection.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)

    url = raw_server(handler)
    ((delivery,), memory) = collect(tmp_path, url)
    assert (memory.etag, memory.last_modified, delivery.files[0].media_type) == (None, None, "text/csv")
    ((delivery,), _) = collect(tmp_path, url, memory)
    assert delivery.files[0].path.read_bytes() == OTHER


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\xff\xfe\r\n\r\n",
        b"HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"1" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 404 \x1b[31m\xe9\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n",
    ],
    ids=range(8),
)
def test_an_answer_that_is_none_is_said_in_letters_that_can_be_written(tmp_path, raw_server, answer):
    with pytest.raises(SourceError, match="source portal") as caught:
        collect(tmp_path, raw_server(lambda connection, count: connection.sendall(answer)), retries=0, timeout_s=5)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "cookie",
    [
        b"\xff\xfe=\xff; Domain=.; Path=",
        b"a=b; Expires=Thu, 99 Foo 99999 99:99:99 GMT; Max-Age=" + b"9" * 400,
        b"a=" + b"x" * 60_000,
        b"=; ;;=;",
        b'a="\x1b[31m; Secure; HttpOnly; SameSite=x',
    ],
)
def test_a_cookie_that_makes_no_sense_stops_nothing_and_is_not_kept(tmp_path, raw_server, cookie):
    def answer(connection, count):
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nContent-Length: %d\r\nSet-Cookie: " % len(TABLE)
        connection.sendall(head + cookie + b"\r\nConnection: close\r\n\r\n" + TABLE)

    url = raw_server(answer)
    found, memory = collect(tmp_path, url, retries=0, timeout_s=10)
    assert [one.files[0].size for one in found] == [len(TABLE)]
    assert "xxxx" not in repr(memory) and "cookie" not in repr(memory).lower()


def test_a_name_that_the_server_proposes_is_not_taken(tmp_path, raw_server):
    head = (
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n"
        b'Content-Disposition: attachment; filename="../../\x1b[31m.csv"\r\n\r\n' % len(TABLE)
    )
    found, _ = collect(tmp_path, raw_server(lambda connection, count: connection.sendall(head + TABLE)), retries=0)
    assert [one.files[0].name for one in found] == ["data.csv"]


def test_headers_without_end_are_a_result_of_the_source(tmp_path, raw_server):
    head = b"HTTP/1.1 200 OK\r\n" + b"Set-Cookie: a=b\r\n" * 5000 + b"\r\n"

    def answer(connection, count):
        with suppress(OSError):  # whoever asked has closed before the end
            connection.sendall(head)

    with pytest.raises(SourceError, match="source portal"):
        collect(tmp_path, raw_server(answer), retries=0, timeout_s=10)
