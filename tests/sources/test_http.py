"""Against a real server on the loopback: what servers do, and what must come of it."""

import contextlib
import gzip
import socket
import threading
import time
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from requests.adapters import HTTPAdapter
from werkzeug import Response

from ogp_pipeline.errors import SourceError
from ogp_pipeline.programme.model import HttpSource
from ogp_pipeline.sources import SourceMemory, deliveries, http
from ogp_pipeline.sources.reading import read

NOW = datetime(2024, 3, 1, tzinfo=UTC)
TABLE = b"id,name\n1,a\n"


def source(url, **parts):
    known = {
        "id": "portal",
        "supplier": "a1",
        "kind": "http",
        "read": {"kind": "csv"},
        "allow_private_hosts": True,
    }
    return HttpSource.model_validate({**known, "tables": {"updates": {"columns": {}}}, "url": url, **parts})


def collect(tmp_path, url, memory=None, **parts):
    return deliveries(source(url, **parts), tmp_path, tmp_path / "spool", NOW, memory)


def left_over(tmp_path):
    spool = tmp_path / "spool"
    return sorted(path.name for path in spool.iterdir()) if spool.exists() else []


@pytest.fixture
def raw_server() -> Iterator[object]:
    """A server that answers every connection with the given script: ``serve(handler)`` -> URL."""
    listeners = []

    def serve(handler):
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def loop():
            count = 0
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65536)
                    with contextlib.suppress(OSError):
                        handler(connection, count)
                count += 1

        threading.Thread(target=loop, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/data.csv"

    yield serve
    for listener in listeners:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def test_a_file_is_delivered_whole_with_what_to_remember(tmp_path, httpserver):
    headers = {"ETag": '"v1"', "Last-Modified": "Fri, 01 Mar 2024 00:00:00 GMT"}
    httpserver.expect_request("/files/datos 1.csv").respond_with_data(
        TABLE, content_type="text/csv; charset=utf-8", headers=headers
    )
    url = httpserver.url_for("/files/datos%201.csv")
    ((delivery,), memory) = collect(tmp_path, url)
    (file,) = delivery.files
    assert (file.name, file.media_type, file.size) == ("datos 1.csv", "text/csv", len(TABLE))
    assert file.path.read_bytes() == TABLE
    assert memory == SourceMemory('"v1"', headers["Last-Modified"], file.sha256)
    assert delivery.envelope.origin == url
    assert left_over(tmp_path) == [file.sha256]


def test_an_unchanged_file_is_not_taken_again(tmp_path, httpserver):
    memory = SourceMemory('"v1"', "Fri, 01 Mar 2024 00:00:00 GMT", "0" * 64)

    def answer(request):
        assert request.headers["If-None-Match"] == '"v1"'
        assert request.headers["If-Modified-Since"] == memory.last_modified
        return Response(status=304)

    httpserver.expect_request("/f.csv").respond_with_handler(answer)
    assert collect(tmp_path, httpserver.url_for("/f.csv"), memory) == ([], memory)
    httpserver.check_assertions()


def test_the_same_bytes_are_recognised_when_the_server_forgets_its_conditions(tmp_path, httpserver):
    httpserver.expect_request("/f.csv").respond_with_data(TABLE)
    _, memory = collect(tmp_path, httpserver.url_for("/f.csv"))
    assert collect(tmp_path, httpserver.url_for("/f.csv"), memory) == ([], memory)


def test_a_busy_server_is_asked_again_when_it_says(tmp_path, httpserver):
    httpserver.expect_ordered_request("/f.csv").respond_with_data("busy", status=503, headers={"Retry-After": "1"})
    httpserver.expect_ordered_request("/f.csv").respond_with_data(TABLE)
    started = time.monotonic()
    found, _ = collect(tmp_path, httpserver.url_for("/f.csv"))
    assert time.monotonic() - started >= 1
    assert len(found) == 1


def test_a_wish_to_wait_beyond_the_deadline_is_not_granted(tmp_path, httpserver):
    httpserver.expect_request("/f.csv").respond_with_data("busy", status=429, headers={"Retry-After": "3600"})
    started = time.monotonic()
    with pytest.raises(SourceError, match="429"):
        collect(tmp_path, httpserver.url_for("/f.csv"), timeout_s=5)
    assert time.monotonic() - started < 4


def test_retries_end(tmp_path, httpserver):
    httpserver.expect_request("/f.csv").respond_with_data("", status=500)
    with pytest.raises(SourceError, match=r"500 \(after 2 tries\)"):
        collect(tmp_path, httpserver.url_for("/f.csv"), retries=1)
    assert len(httpserver.log) == 2


def test_a_file_that_is_not_there_is_not_asked_for_again(tmp_path, httpserver):
    httpserver.expect_request("/f.csv").respond_with_data("", status=404)
    with pytest.raises(SourceError, match="404"):
        collect(tmp_path, httpserver.url_for("/f.csv"))
    assert len(httpserver.log) == 1


def test_a_body_that_breaks_off_is_fetched_again_from_its_beginning(tmp_path, raw_server):
    def handler(connection, count):
        body = TABLE if count else TABLE[:5]
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(TABLE) + body)

    ((delivery,), _) = collect(tmp_path, raw_server(handler))
    assert delivery.files[0].path.read_bytes() == TABLE
    assert left_over(tmp_path) == [delivery.files[0].sha256]


def test_a_body_that_always_breaks_off_leaves_nothing_behind(tmp_path, raw_server):
    def handler(connection, count):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nid,na")

    with pytest.raises(SourceError, match="broke off after 5 bytes"):
        collect(tmp_path, raw_server(handler), retries=1)
    assert left_over(tmp_path) == []


def test_a_chunked_body_that_breaks_off_is_not_a_file(tmp_path, raw_server):
    def handler(connection, count):
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nid,na\r\n")

    with pytest.raises(SourceError, match="broke off"):
        collect(tmp_path, raw_server(handler), retries=0)


def test_a_trickle_does_not_outlast_the_deadline(tmp_path, raw_server):
    def handler(connection, count):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            connection.sendall(b"x")
            time.sleep(0.1)

    started = time.monotonic()
    with pytest.raises(SourceError, match="not whole after 1 s"):
        collect(tmp_path, raw_server(handler), timeout_s=1)
    assert time.monotonic() - started < 3
    assert left_over(tmp_path) == []


def test_a_server_that_says_nothing_is_left(tmp_path, raw_server):
    with pytest.raises(SourceError, match="no answer"):
        collect(tmp_path, raw_server(lambda connection, count: time.sleep(2)), timeout_s=1, retries=0)


def test_a_file_above_the_limit_is_cut_off(tmp_path, httpserver):
    httpserver.expect_request("/f.csv").respond_with_data(b"x" * (1024 * 1024 + 1))
    with pytest.raises(SourceError, match="larger than 1 MB"):
        collect(tmp_path, httpserver.url_for("/f.csv"), max_mb=1)
    assert left_over(tmp_path) == []


def test_a_gzip_bomb_is_counted_as_it_unpacks(tmp_path, httpserver):
    bomb = gzip.compress(bytes(50 * 1024 * 1024))
    assert len(bomb) < 100_000
    httpserver.expect_request("/f.csv").respond_with_data(bomb, headers={"Content-Encoding": "gzip"})
    with pytest.raises(SourceError, match="larger than 1 MB"):
        collect(tmp_path, httpserver.url_for("/f.csv"), max_mb=1)


def test_a_compressed_answer_is_the_file_itself(tmp_path, httpserver):
    packed = gzip.compress(TABLE)
    httpserver.expect_request("/f.csv").respond_with_data(packed, headers={"Content-Encoding": "gzip"})
    ((delivery,), _) = collect(tmp_path, httpserver.url_for("/f.csv"))
    assert delivery.files[0].path.read_bytes() == TABLE


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254", "2130706433"])
def test_a_private_host_is_refused_unless_the_programme_allows_it(tmp_path, host):
    with pytest.raises(SourceError, match="private"):
        collect(tmp_path, f"http://{host}:9/f.csv", allow_private_hosts=False, retries=0, timeout_s=5)


def test_a_redirect_to_a_private_host_is_refused(tmp_path, httpserver):
    httpserver.expect_request("/f.csv").respond_with_data("", status=302, headers={"Location": "http://10.0.0.1/f"})
    here = source(httpserver.url_for("/f.csv"), allow_private_hosts=False)
    with http.open_session(here) as session:
        session.mount(httpserver.url_for("/"), HTTPAdapter())  # this one server counts as public
        with pytest.raises(SourceError, match="private"):
            http.fetch(here, session, tmp_path / "spool", None)
    assert len(httpserver.log) == 1


def test_redirects_are_followed_but_not_in_circles(tmp_path, httpserver):
    httpserver.expect_request("/a").respond_with_data("", status=302, headers={"Location": "/b.csv"})
    httpserver.expect_request("/b.csv").respond_with_data(TABLE)
    httpserver.expect_request("/c").respond_with_data("", status=302, headers={"Location": "/c"})
    ((delivery,), _) = collect(tmp_path, httpserver.url_for("/a"))
    assert delivery.files[0].name == "b.csv"
    with pytest.raises(SourceError, match="redirects"):
        collect(tmp_path, httpserver.url_for("/c"))


def test_a_remote_name_is_never_a_path(tmp_path, httpserver):
    httpserver.expect_request("/").respond_with_data(TABLE)
    for path, name in (("/?f=../../x", "download"), ("/..%2f..%2fetc%2fpasswd", "passwd")):
        httpserver.expect_request("/../../etc/passwd").respond_with_data(TABLE)
        ((delivery,), _) = collect(tmp_path, httpserver.url_for("/").rstrip("/") + path)
        assert delivery.files[0].name == name
        assert delivery.files[0].path.parent == tmp_path / "spool"


def test_a_login_page_in_place_of_the_file_is_recognised_when_read(tmp_path, httpserver):
    page = "<!doctype html><html><title>Sign in</title></html>"
    httpserver.expect_request("/f.csv").respond_with_data(page, content_type="text/csv")
    ((delivery,), _) = collect(tmp_path, httpserver.url_for("/f.csv"))
    found = read(delivery.files[0], source("http://x").read)
    assert [problem.rule for problem in found.problems] == ["not-a-table"]


def test_a_server_that_is_not_there_is_a_source_error(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(SourceError, match="no answer"):
        collect(tmp_path, f"http://127.0.0.1:{port}/f.csv", retries=0)


def bare_deflate(content):
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(content) + stream.flush()


ROWS = b"id,name\n" + b"".join(b"%d,some text of row %d\n" % (n, n * n) for n in range(5000))
PACKED = {"gzip": gzip.compress, "x-gzip": gzip.compress, "deflate": zlib.compress, "bare deflate": bare_deflate}


def packed_answer(raw_server, kind, body, *, chunked=False):
    coding = kind.removeprefix("bare ").encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: " + coding + b"\r\n"
    if chunked:
        chunks = [body[at : at + 1000] for at in range(0, len(body), 1000)]
        sent = b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(b"%x\r\n%b\r\n" % (len(c), c) for c in chunks)
        return raw_server(lambda connection, count: connection.sendall(head + sent + b"0\r\n\r\n"))
    sent = b"Content-Length: %d\r\n\r\n" % len(body) + body
    return raw_server(lambda connection, count: connection.sendall(head + sent))


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunks"])
@pytest.mark.parametrize("kind", PACKED)
def test_what_was_packed_for_the_way_is_whole(tmp_path, raw_server, kind, chunked):
    ((delivery,), _) = collect(tmp_path, packed_answer(raw_server, kind, PACKED[kind](ROWS), chunked=chunked))
    assert delivery.files[0].path.read_bytes() == ROWS


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunks"])
@pytest.mark.parametrize("kind", PACKED)
@pytest.mark.parametrize("left", [0, 1, 0.4, -9, -1])
def test_a_packed_body_without_its_end_is_no_file(tmp_path, raw_server, kind, left, chunked):
    """Its transfer is complete: only the coding itself tells that the end is missing."""
    body = PACKED[kind](ROWS)
    cut = body[: int(len(body) * left)] if isinstance(left, float) else body[:left]
    with pytest.raises(SourceError, match="not whole after"):
        collect(tmp_path, packed_answer(raw_server, kind, cut, chunked=chunked), retries=0)
    assert left_over(tmp_path) == []


@pytest.mark.parametrize("behind", [b"\0", b"id,name\n", b"\x1f\x8b", gzip.compress(TABLE, mtime=0)[:-1]])
@pytest.mark.parametrize("kind", PACKED)
def test_a_packed_body_with_something_behind_its_end_is_no_file(tmp_path, raw_server, kind, behind):
    with pytest.raises(SourceError, match="not whole after"):
        collect(tmp_path, packed_answer(raw_server, kind, PACKED[kind](TABLE) + behind), retries=0)
    assert left_over(tmp_path) == []


def test_a_gzip_file_may_have_several_members(tmp_path, raw_server):
    body = gzip.compress(TABLE) + gzip.compress(b"") + gzip.compress(b"2,b\n")
    ((delivery,), _) = collect(tmp_path, packed_answer(raw_server, "gzip", body))
    assert delivery.files[0].path.read_bytes() == TABLE + b"2,b\n"


def test_a_packed_body_that_was_damaged_on_the_way_is_no_file(tmp_path, raw_server):
    body = bytearray(gzip.compress(ROWS))
    body[-6] ^= 1  # in the checksum
    with pytest.raises(SourceError, match="damaged"):
        collect(tmp_path, packed_answer(raw_server, "gzip", bytes(body)), retries=0)


def test_a_cut_packed_body_is_fetched_again(tmp_path, raw_server):
    body = gzip.compress(ROWS)

    def handler(connection, count):
        sent = body if count else body[:-20]
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(sent) + sent
        )

    ((delivery,), _) = collect(tmp_path, raw_server(handler))
    assert delivery.files[0].path.read_bytes() == ROWS


@pytest.mark.parametrize(
    "head",
    ["Content-Length: 99999", "Transfer-Encoding: chunked"],
)
def test_a_packed_body_that_is_shorter_than_declared_is_no_file(tmp_path, raw_server, head):
    """The gzip content itself is whole."""
    body = gzip.compress(TABLE)
    sent = b"%x\r\n%b\r\n" % (len(body), body) if "chunked" in head else body

    def handler(connection, count):
        connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n{head}\r\n\r\n".encode() + sent)

    with pytest.raises(SourceError, match="broke off"):
        collect(tmp_path, raw_server(handler), retries=0)
    assert left_over(tmp_path) == []


@pytest.mark.parametrize("size", [b"", b"5", b"zz", b"-5", b"f" * 40, b"5" * 5000, b"5" * 70_000])
def test_a_chunk_of_a_size_that_is_none_is_no_file(tmp_path, raw_server, size):
    sent = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nid,na\r\n" + size
    for end in (b"", b"\r\nx"):
        with pytest.raises(SourceError, match="broke off"):
            collect(tmp_path, raw_server(lambda connection, count, end=end: connection.sendall(sent + end)), retries=0)
    assert left_over(tmp_path) == []


@pytest.mark.parametrize("length", ["twelve", "-12", "12.0", "12, 13", "1" * 5000])
def test_a_length_that_is_no_number_is_said(tmp_path, raw_server, length):
    def handler(connection, count):
        connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n".encode() + TABLE)

    with pytest.raises(SourceError, match=r"no number|Content-Length"):
        collect(tmp_path, raw_server(handler), retries=0)


@pytest.mark.parametrize("head", ["Content-Encoding: br", "Content-Encoding: gzip, gzip", "Transfer-Encoding: gzip"])
def test_a_coding_of_which_nobody_can_tell_the_end_is_refused(tmp_path, raw_server, head):
    def handler(connection, count):
        connection.sendall(f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n".encode() + TABLE)

    with pytest.raises(SourceError, match="send it as it is"):
        collect(tmp_path, raw_server(handler), retries=0)


def test_only_codings_with_an_end_are_asked_for(tmp_path, httpserver):
    httpserver.expect_request("/f.csv").respond_with_data(TABLE)
    collect(tmp_path, httpserver.url_for("/f.csv"))
    assert httpserver.log[0][0].headers["Accept-Encoding"] == "gzip, deflate"


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
    with http.open_session(here) as session:
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
        body = TABLE if count == 0 else ROWS
        connection.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)

    url = raw_server(handler)
    ((delivery,), memory) = collect(tmp_path, url)
    assert (memory.etag, memory.last_modified, delivery.files[0].media_type) == (None, None, "text/csv")
    ((delivery,), _) = collect(tmp_path, url, memory)
    assert delivery.files[0].path.read_bytes() == ROWS


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
