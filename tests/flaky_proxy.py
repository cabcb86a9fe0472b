"""A proxy before a real server that loses requests, loses answers after the server acted, or is slow.

Each request is passed on as it came (``Host`` too, which S3 signs) unless ``plan`` says otherwise:

    PASS            nothing special
    DROP_REQUEST    the connection closes; the server hears nothing
    DROP_ANSWER     the server acts; then the connection closes
    FAIL            the server acts; the answer is a 503 all the same
    a number        the request waits so many seconds
"""

import http.client
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

PASS, DROP_REQUEST, DROP_ANSWER, FAIL = "pass", "drop request", "drop answer", "fail"
Plan = Callable[[str, str], str | float]
"""(method, path) -> what is done to the request."""

_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding"}


class FlakyProxy:
    """Use it in a ``with``; ``plan`` may be replaced at any time.

    ``seen``: every request, in the order of arrival. ``answered``: of each answer the method, the path, the ``Range``
    that was asked for, and how many bytes of body were sent.
    """

    def __init__(self, upstream: str) -> None:
        self.plan: Plan = lambda method, path: PASS
        self.seen: list[tuple[str, str]] = []
        self.answered: list[tuple[str, str, str | None, int]] = []
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *arguments: object) -> None:
                """Nothing: tests judge answers, not logs."""

            def _pass_on(self) -> None:
                proxy._handle(self)

            do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _pass_on  # noqa: N815

        self._upstream = urlsplit(upstream).netloc
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def endpoint(self) -> str:
        """Where to connect to instead of the server."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "FlakyProxy":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handle(self, request: BaseHTTPRequestHandler) -> None:
        self.seen.append((request.command, request.path))
        what = self.plan(request.command, request.path)
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        if isinstance(what, float | int):
            self._over.wait(what)
        if what == DROP_REQUEST:
            request.close_connection = True
            return
        upstream = http.client.HTTPConnection(self._upstream, timeout=60)
        try:
            upstream.request(request.command, request.path, body, dict(request.headers))
            answer = upstream.getresponse()
            data = answer.read()
        except OSError:  # the server is down
            request.close_connection = True
            return
        finally:
            upstream.close()
        if what == DROP_ANSWER:
            request.close_connection = True
            return
        status = 503 if what == FAIL else answer.status
        request.send_response_only(status)
        for name, value in answer.getheaders():
            if name.lower() not in _HOP_BY_HOP and not (name.lower() == "content-length" and what == FAIL):
                request.send_header(name, value)
        if what == FAIL:
            data = b""
            request.send_header("Content-Length", "0")
        elif answer.getheader("Content-Length") is None:
            request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        sent = b"" if request.command == "HEAD" else data
        self.answered.append((request.command, request.path, request.headers.get("Range"), len(sent)))
        request.wfile.write(sent)
