"""Real parts for tests of the store: a directory, a web server on loopback, processes that can be killed."""

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from ogp_pipeline.publishing import history, publish
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.store.directory import DirectoryStore
from tests.kept import kept
from tests.publishing import synthetic
from tests.publishing.places import BucketPlace, DirectoryPlace, Place, open_to_readers
from tests.s3_server import S3Server


@pytest.fixture(scope="module", params=["directory", "s3"])
def new_place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Place]:
    """Makes empty places to publish to: folders, then prefixes of a real S3 server."""
    if request.param == "directory":
        parent = tmp_path_factory.mktemp("places")
        return lambda: DirectoryPlace(parent)
    server: S3Server = request.getfixturevalue("s3_server")
    open_to_readers(server)
    return lambda: BucketPlace(server)


Publishing = Callable[..., Release]
Jobs = Callable[..., list[dict[str, Any]]]
AsLeft = Callable[[str, Callable[[Path], object]], None]


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    """An empty store in ``tmp_path / "public"``."""
    return DirectoryStore(tmp_path / "public")


@pytest.fixture
def publishing(tmp_path: Path, store: DirectoryStore) -> Publishing:
    """Publish some content on the store's head: ``publishing("content", **how)``."""
    return publishing_in(tmp_path, store)


def publishing_in(folder: Path, store: DirectoryStore | None = None) -> Publishing:
    """The same in any folder, to its ``public`` if no store is given."""
    store = store or DirectoryStore(folder / "public")

    def do(content: str, publish_id: str | None = None, **how: Any) -> Release:
        base = history.head(store)
        n = base.n + 1 if base else 1
        publish_id = publish_id or f"run-{n}"
        if how.get("signer"):
            how = {"pages": lambda manifest, chain: {}, **how}  # a signed publication lists its pages
        draft = synthetic.draft(folder / "built", base, content, publish_id, extra=how.pop("extra", ()))
        also = how.pop("also", None)
        attempt = synthetic.attempt(f"{publish_id}-{n}")
        return publish.publish(synthetic.publisher(store, **how), draft, base, attempt, also=also)

    return do


@pytest.fixture
def as_left(tmp_path: Path) -> AsLeft:
    """Make ``tmp_path`` what ``make`` leaves of a folder, once for all tests: ``as_left("three releases", make)``."""

    def copy(name: str, make: Callable[[Path], object]) -> None:
        shutil.copytree(kept(f"publishing {name}", make), tmp_path, dirs_exist_ok=True)

    return copy


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments: Any) -> None:
        """Nothing: tests judge answers, not logs."""


@pytest.fixture
def serve() -> Iterator[Callable[[Path], str]]:
    """Serve a folder over HTTP on a free port of loopback; gives the address."""
    running: list[tuple[ThreadingHTTPServer, threading.Thread]] = []

    def start(folder: Path) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def jobs() -> Iterator[Jobs]:
    """Run jobs of ``publisher.py`` at the same time, each in a process of its own: ``jobs({...}, {...})``."""
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("publisher.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin and process.stdout

    def run(*what: dict[str, Any]) -> list[dict[str, Any]]:
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps(what) + "\n")
        process.stdin.flush()
        answers: list[dict[str, Any]] = json.loads(process.stdout.readline())
        return answers

    yield run
    process.stdin.close()
    process.stdout.close()
    process.wait(timeout=30)
