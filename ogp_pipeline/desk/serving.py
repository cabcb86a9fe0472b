"""The server of the desk: uvicorn, one process, behind a proxy that speaks TLS or alone on a trusted network."""

import logging
import os
import tempfile
from pathlib import Path

import uvicorn

from ogp_pipeline import scratch
from ogp_pipeline.desk import metrics
from ogp_pipeline.desk.app import Desk, system_clock
from ogp_pipeline.desk.requests import Address, Office
from ogp_pipeline.runs import workers
from ogp_pipeline.store.object_storage import Access
from ogp_pipeline.telemetry import export, logs

_IDLE_SECONDS = 15
_ENDING_SECONDS = 130  # as long as a check may take


def serve(path: Path, host: str, port: int, url: str, proxies: str, access: Access | None = None) -> None:
    """Serve until the process is told to end. ``proxies``: addresses of proxies that may say who asks.

    No log of requests: personal links stand in them. What matters is logged in words.
    """
    if not logs.begin(os.environ):
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    export.begin(os.environ, "ogp-desk")
    office = Office(path, access)
    address = Address(url)
    workers.pool().start()
    with tempfile.TemporaryDirectory(prefix=scratch.prefix("desk")) as drafts:
        uvicorn.run(
            Desk(office, address, Path(drafts), system_clock, os.environ.get(metrics.VARIABLE, "")).app(),
            host=host,
            port=port,
            access_log=False,
            server_header=False,
            date_header=True,
            proxy_headers=True,
            forwarded_allow_ips=proxies,
            timeout_keep_alive=_IDLE_SECONDS,
            timeout_graceful_shutdown=_ENDING_SECONDS,
            log_config=None,
        )
