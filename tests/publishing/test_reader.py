"""Readers of a folder and over HTTP answer alike, and never take "cannot look" for "nothing there"."""

import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from ogp_pipeline.errors import StoreError, WrongUse
from ogp_pipeline.publishing.reader import DirectoryReader, HttpReader, Reader, open_reader
from ogp_pipeline.store.directory import DirectoryStore


@pytest.fixture(params=["directory", "http"])
def reader(request: pytest.FixtureRequest, tmp_path: Path, serve: Callable[[Path], str]) -> Reader:
    store = DirectoryStore(tmp_path / "public")
    store.create("a/b.json", b"{}")
    store.create("large.bin", bytes(range(256)) * 12000)
    return open_reader(tmp_path / "public" if request.param == "directory" else serve(tmp_path / "public"))


def test_a_key_is_read_whole_or_in_pieces(reader: Reader) -> None:
    assert reader.read("a/b.json") == b"{}"
    with reader.stream("large.bin") as pieces:
        assert pieces is not None
        sizes = [len(piece) for piece in pieces]
    assert sum(sizes) == 256 * 12000 and len(sizes) > 1


def test_what_is_not_there_is_none(reader: Reader) -> None:
    assert reader.read("nothing") is None
    assert reader.read("a/b.json/c") is None
    with reader.stream("nothing") as pieces:
        assert pieces is None


def test_what_is_no_key_is_not_asked_for(reader: Reader) -> None:
    with pytest.raises(StoreError, match="is not a key"):
        reader.read("../secret")


def test_a_folder_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="not a folder"):
        open_reader(tmp_path / "nothing")
    assert isinstance(open_reader(str(tmp_path)), DirectoryReader)


def answer_once(answer: bytes) -> str:
    """A server on loopback that says one thing to everybody; its address."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with listening:
            connection = listening.accept()[0]
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

    threading.Thread(target=serve, daemon=True).start()
    return f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.parametrize("status", [b"403 Forbidden", b"404 Not Found", b"410 Gone"])
def test_answers_that_mean_absence(status: bytes) -> None:
    place = answer_once(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    assert HttpReader(place).read("key") is None


@pytest.mark.parametrize("status", [b"500 Broken", b"204 No Content", b"401 Unauthorized"])
def test_other_answers_are_errors_and_not_absence(status: bytes) -> None:
    place = answer_once(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    with pytest.raises(StoreError, match=status[:3].decode()):
        HttpReader(place, retries=0).read("key")


def test_a_body_cut_short_is_an_error() -> None:
    place = answer_once(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nshort")
    with pytest.raises(StoreError, match="cannot be read"):
        HttpReader(place, retries=0).read("key")


def test_a_server_that_is_not_there_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(StoreError, match=f"cannot be read: nothing answers at 127.0.0.1:{port}: "):
        HttpReader(f"http://127.0.0.1:{port}", retries=0).read("key")


def test_a_host_that_does_not_exist_is_told_in_words() -> None:
    with pytest.raises(StoreError, match=r"cannot be read: there is no host nobody\.invalid: correct the address"):
        HttpReader("http://nobody.invalid", retries=0).read("key")


def test_a_server_that_never_answers_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(StoreError, match="does not answer in time"):
            HttpReader(place, wait=(1.0, 0.2), retries=0).read("key")
