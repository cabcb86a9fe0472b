"""What was packed for the way, cut into chunks, or declared with a length: whole, or no file."""

import gzip
import zlib

import pytest

from ogp_pipeline.errors import SourceError
from tests.sources.downloads import TABLE, collect, left_over


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
