"""The members of a hub: each with its own keys, all of them only read."""

import http.server
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from ogp_pipeline.errors import StoreError
from ogp_pipeline.hub import opening, surroundings
from ogp_pipeline.store.directory import DirectoryStore
from tests.hub.test_file import GOOD, load

ENVIRONMENT = {
    "PATH": "/usr/bin",
    "HOME": "/home/hub",
    "AWS_SECRET_ACCESS_KEY": "of-the-hub",
    "OGP_SIGNING_KEY": "of-the-hub",
    "XA_AWS_ACCESS_KEY_ID": "xa",
    "XA_AWS_SECRET_ACCESS_KEY": "of-xa",
    "XA_OGP_SOURCE_TOKEN": "token-of-xa",
    "XB_AWS_SECRET_ACCESS_KEY": "of-xb",
}


def test_a_programme_sees_its_own_keys_and_no_others() -> None:
    of_xa = surroundings.of("XA_", ENVIRONMENT)
    assert of_xa["AWS_SECRET_ACCESS_KEY"] == "of-xa"
    assert of_xa["OGP_SOURCE_TOKEN"] == "token-of-xa"
    assert of_xa["PATH"] == "/usr/bin"
    assert {name for name, value in of_xa.items() if "of-hub" in value or "of-xb" in value} == set()
    assert not {"HOME", "OGP_SIGNING_KEY"} & of_xa.keys(), "the home folder may hold keys of the machine"


def test_a_programme_without_a_prefix_has_no_keys() -> None:
    values = " ".join(surroundings.of(None, ENVIRONMENT).values())
    assert "of-" not in values


def test_a_store_is_read_with_the_keys_of_its_programme() -> None:
    access = surroundings.access("XA_", ENVIRONMENT)
    assert (access.access_key_id, access.secret_access_key) == ("xa", "of-xa")


def test_a_member_that_cannot_be_opened_says_why_when_it_is_read(tmp_path: Path) -> None:
    load(tmp_path)  # its programme files are empty
    members = {member.id: member for member in opening.members(opening.open_hub(tmp_path), ENVIRONMENT)}
    assert list(members) == ["xa", "xb", "xc", "xd"]
    with pytest.raises(StoreError, match="must be a YAML mapping"):
        members["xa"].publications.get("latest.json")
    assert members["xc"].address == "https://xc.example.org/data/"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A web server of a folder with one file."""
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "latest.json").write_bytes(b"{}")
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path / "web"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_an_address_is_read_as_a_store(tmp_path: Path, address: str) -> None:
    load(tmp_path, GOOD.replace("https://xd.example.org", address))
    store = opening.members(opening.open_hub(tmp_path))[3].publications
    got = store.get("latest.json")
    assert got is not None
    assert got.data == b"{}"
    assert store.get("releases/1.json") is None
    assert not store.download("v/1/a.csv", tmp_path / "a.csv")
    assert store.download("latest.json", tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b"{}"
    with pytest.raises(StoreError, match="no list"):
        store.list("v/")


def test_nothing_is_written_to_a_member(tmp_path: Path) -> None:
    load(tmp_path, GOOD.replace("{s3: {bucket: xc-public}}", "{directory: other}"))
    DirectoryStore(tmp_path / "other").create("latest.json", b"{}")
    store = opening.members(opening.open_hub(tmp_path))[2].publications
    assert store.get("latest.json") is not None
    for write in (
        lambda: store.create("a", b""),
        lambda: store.swap("latest.json", b"", None),
        lambda: store.put_view("latest.json", b"", "text/plain"),
        lambda: store.copy("latest.json", "b", "text/plain"),
        lambda: store.delete("latest.json"),
    ):
        with pytest.raises(StoreError, match="a hub only reads it"):
            write()
    assert store.get("latest.json") is not None
