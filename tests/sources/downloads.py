"""A source behind a URL, and what it gives."""

import json
from datetime import UTC, datetime

from ogp_pipeline.programme.sources import HttpSource
from ogp_pipeline.sources import deliveries

NOW = datetime(2024, 3, 1, tzinfo=UTC)
TABLE = b"id,name\n1,a\n"


def source(url, **parts):
    known = {
        "id": "portal",
        "supplier": "a1",
        "kind": "http",
        "read": {"kind": "csv"},
        "allow_private_hosts": True,
    }
    return HttpSource.model_validate({**known, "tables": {"updates": {"columns": {}}}, "url": url, **parts})


def collect(tmp_path, url, memory=None, **parts):
    return deliveries(source(url, **parts), tmp_path, tmp_path / "spool", NOW, memory)


def left_over(tmp_path):
    spool = tmp_path / "spool"
    return sorted(path.name for path in spool.iterdir()) if spool.exists() else []


def records(delivery, at):
    """What the pages of a delivery hold at a JSON pointer, one after the other."""
    found = []
    for file in delivery.files:
        document = json.loads(file.path.read_bytes())
        for token in at.split("/")[1:]:
            document = document[token]
        found += document
    return found
