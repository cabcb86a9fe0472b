"""The log as lines of JSON, the same in ``ogp run``, in flows and at the desk: ``OGP_LOG=json``.

    {"time": "2026-11-28T05:30:07.123456+00:00", "level": "INFO", "message": "source ministry: accepted, …",
     "logger": "ogp_pipeline.events", "run_id": "…", "programme": "us-nap5", "source": "ministry",
     "event": "source", "state": "accepted", "rows": 12, …}

No line of ours quotes a cell of a supplier. What an error of our own software failed on can stand in its trace, as in
the plain log.
"""

import logging
import sys
from collections.abc import Mapping

from ogp_pipeline.errors import OgpError

VARIABLE, TEXT, JSON = "OGP_LOG", "text", "json"
PACKAGE = "ogp_pipeline"


def wanted(environment: Mapping[str, str]) -> bool:
    """Whether lines of JSON are wanted. OgpError if the variable says something else than ``text`` or ``json``."""
    said = environment.get(VARIABLE, "").strip().lower() or TEXT
    if said not in (TEXT, JSON):
        raise OgpError(f"{VARIABLE} is {said!r}: write {TEXT} or {JSON}")
    return said == JSON


def begin(environment: Mapping[str, str]) -> bool:
    """Write lines of JSON on the error stream from now on, if they are wanted: ours from INFO, others' from WARNING.

    They take the place of whatever wrote there (Prefect's console); what is sent elsewhere (its server) stays as it is.
    True if they are written.
    """
    if not wanted(environment):
        return False
    from ogp_pipeline.telemetry.json_lines import JsonLines  # here: most commands write no log at all

    root = logging.getLogger()
    if not any(isinstance(handler.formatter, JsonLines) for handler in root.handlers):
        for handler in list(root.handlers):
            if getattr(handler, "stream", None) in (sys.stderr, sys.stdout):
                root.removeHandler(handler)
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonLines())
        root.addHandler(handler)
    logging.getLogger(PACKAGE).setLevel(logging.INFO)
    return True
