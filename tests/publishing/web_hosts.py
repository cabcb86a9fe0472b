"""Web servers and caches as publications meet them, on the loopback, each with its own habits (docs/hosting.md).

nginx and Caddy answer alike as far as readers can tell; ``make night`` asks the real ones the same. A cache keeps what
it was told once, by the address alone or with what stands after the question mark, and 404 as well if it is so set.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from ogp_pipeline.publishing import layout

PATIENCE = 3000  # requests: who asks for more is told 500, so that a test of it ends
Answer = tuple[int, dict[str, str], bytes]

OPEN = {"Access-Control-Allow-Origin": "*"}
PAGE = b"<!doctype html><title>Our portal</title>"


@dataclass
class WebHost:
    """``fallback``: stands in, with 200, for what does not exist. ``caching``: a header for all; "": by the layout.

    ``by_query``: whether the cache (``cached``) takes another query for another address. ``keeps_missing``: also 404.
    """

    root: Path
    caching: str = ""
    types: dict[str, str] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=lambda: dict(OPEN))
    ranges: bool = True
    missing: int = 404
    fallback: tuple[str, bytes] | None = None
    cached: bool = False
    by_query: bool = True
    keeps_missing: bool = False
    kept: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, str, int]] = field(default_factory=list)
    address: str = ""

    def answer(self, path: str, query: str, wanted: str | None) -> Answer:
        """What is said to a request, by a cache if it has something."""
        name = f"{path}?{query}" if self.by_query and query else path
        status, headers, body = self.kept.get(name) or self._origin(path)
        if self.cached and (status == 200 or self.keeps_missing):
            self.kept[name] = status, headers, body
        if wanted and self.ranges and status == 200:
            return 206, {**headers, "Content-Range": f"bytes 0-0/{len(body)}"}, body[:1]
        return status, headers, body

    def _origin(self, path: str) -> Answer:
        key = path.lstrip("/")
        file = self.root / key
        if not file.is_file():
            if self.fallback is not None:
                return 200, {"Content-Type": self.fallback[0], **self.extra}, self.fallback[1]
            return self.missing, {"Content-Type": "text/html", "Cache-Control": "no-store"}, b"<h1>Not found</h1>"
        told = {"Content-Type": self.types.get(key.rpartition(".")[2], layout.media_type(key))}
        told["Cache-Control"] = self.caching or layout.cache_control(key)
        return 200, {**told, **self.extra}, file.read_bytes()


def nginx(root: Path) -> WebHost:
    """As nginx and Caddy, set as docs/hosting.md says."""
    return WebHost(root)


def cloudfront(root: Path) -> WebHost:
    """Before S3, which says 403 for what is not there; its cache knows the one query that it is told of."""
    return WebHost(root, missing=403, cached=True)


def careless_cloudfront(root: Path) -> WebHost:
    """With a cache that passes over queries and keeps what was missing."""
    return WebHost(root, missing=403, cached=True, by_query=False, keeps_missing=True)


def keeping_cache(root: Path) -> WebHost:
    """A cache that keeps what was missing, under the whole address."""
    return WebHost(root, cached=True, keeps_missing=True)


def github_pages(root: Path) -> WebHost:
    """Nothing can be set: ten minutes for everything, and no names for the newer kinds of file."""
    unknown = dict.fromkeys(("parquet", "jsonl"), "application/octet-stream")
    return WebHost(root, caching="max-age=600", types=unknown, cached=True)


def single_page(root: Path) -> WebHost:
    """As hosts of programs that run in browsers are set: 200 and the one page for everything."""
    return WebHost(root, fallback=("text/html", PAGE))


def polite_single_page(root: Path) -> WebHost:
    """The same, which says what it is asked for: a document that is no page."""
    return WebHost(root, fallback=("application/json", b'{"error":"no such thing"}'))


@contextmanager
def serving(host: WebHost) -> Iterator[WebHost]:
    """The host with its ``address``, on a free port of the loopback."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            status, headers, body = 500, dict[str, str](), b""
            if len(host.asked) < PATIENCE:
                status, headers, body = host.answer(path, query, self.headers.get("Range"))
            host.asked.append((path.lstrip("/"), query, status))
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Nothing: tests judge answers, not logs."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    host.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield host
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
