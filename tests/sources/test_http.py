"""Against a real server on the loopback: what servers do, and what must come of it."""

import gzip
import socket
import time
from types import SimpleNamespace

import pytest
from requests.adapters import HTTPAdapter
from werkzeug import Response

from ogp_pipeline.errors import SourceError
from ogp_pipeline.sources import SourceMemory, http
from ogp_pipeline.sources.http_session import open_session
from ogp_pipeline.sources.reading import read
from tests.sources.downloads import TABLE, collect, left_over, source


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


def test_a_wish_to_wait_beyond_the_deadline_is_not_granted(tmp_path, httpserver, monkeypatch):
    waited = []
    monkeypatch.setattr(http, "time", SimpleNamespace(sleep=waited.append))
    httpserver.expect_request("/f.csv").respond_with_data("busy", status=429, headers={"Retry-After": "3600"})
    with pytest.raises(SourceError, match="429"):
        collect(tmp_path, httpserver.url_for("/f.csv"), timeout_s=30)
    assert (waited, len(httpserver.log)) == ([], 1)


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
    sent = []

    def handler(connection, count):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(1000):
            sent.append(connection.send(b"x"))
            time.sleep(0.1)

    with pytest.raises(SourceError, match="not whole after 1 s"):
        collect(tmp_path, raw_server(handler), timeout_s=1)
    assert len(sent) < 1000, "it would have gone on"
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
    with open_session(here) as session:
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
