"""What the desk counts, as Prometheus reads it: ``/metrics``, for whoever brings the token of ``OGP_METRICS_TOKEN``.

Without the variable there is no such address. Of visitors nothing is counted but what they asked and how it ended: no
link, source or address stands in a label.
"""

import hmac
import json
import time
from datetime import datetime

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ogp_pipeline import version
from ogp_pipeline.desk.health import Health
from ogp_pipeline.intake import layout
from ogp_pipeline.runs.workspace import Workspace

VARIABLE = "OGP_METRICS_TOKEN"
CONTENT_TYPE = CONTENT_TYPE_LATEST
_OTHER = "other"  # addresses that there are not: whoever tries many makes no series of each
_SECONDS = (0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 120)


class Metrics:
    """Of one desk. ``token``: who may read them; empty: nobody."""

    def __init__(self, token: str) -> None:
        self._token = token
        self.registry = here = CollectorRegistry()
        self.requests = Counter("ogp_desk_requests", "Requests.", ["route", "status"], registry=here)
        self.seconds = Histogram(
            "ogp_desk_request_seconds", "How long requests took.", ["route"], buckets=_SECONDS, registry=here
        )
        self.checks = Counter("ogp_desk_checks", "Files that were checked.", ["may_be_sent"], registry=here)
        self.sent = Counter("ogp_desk_files_sent", "Files that were sent into an inbox.", registry=here)
        self.received = Counter("ogp_desk_received_bytes", "Bytes of files that were checked.", registry=here)
        self._ready = Gauge("ogp_desk_ready", "1 if the private store and the inboxes can be read.", registry=here)
        self._run = Gauge("ogp_last_run_timestamp_seconds", "When the last run started.", registry=here)
        self._exit = Gauge("ogp_last_run_exit_code", "How it ended: the exit code of `ogp run`.", registry=here)
        self._seconds = Gauge("ogp_last_run_duration_seconds", "How long it took.", registry=here)
        info = Gauge("ogp_desk_info", "Which software this is.", ["version"], registry=here)
        info.labels(version.VERSION).set(1)

    @property
    def wanted(self) -> bool:
        """Whether anybody may read them."""
        return bool(self._token)

    def may_read(self, authorization: str | None) -> bool:
        """Whether a request brings the token, told in a time that does not depend on what it brings."""
        brought = (authorization or "").encode()
        return self.wanted and hmac.compare_digest(brought, f"Bearer {self._token}".encode())

    def text(self, workspace: Workspace, seen: Health) -> bytes:
        """Everything, as it stands. OgpError, OSError if the private store cannot be read, though it just was."""
        self._ready.set(seen.well)
        stored = workspace.intake.get(layout.LAST_RUN) if seen.private_store else None
        if stored is not None:
            last = json.loads(stored.data)
            self._run.set(datetime.fromisoformat(last["started"]).timestamp())
            self._exit.set(last["outcome"]["exit_code"])
            self._seconds.set(last["seconds"])
        return generate_latest(self.registry)


class Counting:
    """Counts every request, by the address that answered it."""

    def __init__(self, app: ASGIApp, metrics: Metrics, routes: list[Route]) -> None:
        self._app, self._metrics, self._routes = app, metrics, routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = time.monotonic(), [500]

        async def listening(message: Message) -> None:
            if message["type"] == "http.response.start":
                status[0] = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, listening)
        finally:
            route = next((route.path for route in self._routes if route.matches(scope)[0] is not Match.NONE), _OTHER)
            self._metrics.requests.labels(route, str(status[0])).inc()
            self._metrics.seconds.labels(route).observe(time.monotonic() - begun)
