"""The pipeline of which each source takes some seconds, so that a drill can do something to a run."""

import os
import time
from datetime import datetime

from flows.pipeline import pipeline
from ogp_pipeline.runs import run as core
from ogp_pipeline.runs.record import SourceResult
from ogp_pipeline.runs.workspace import Workspace

__all__ = ["pipeline"]

SECONDS = "DRILL_SECONDS"
_collect = core.collect_source


def _slowly(workspace: Workspace, source_id: str, now: datetime) -> SourceResult:
    time.sleep(float(os.environ.get(SECONDS, "0")))
    return _collect(workspace, source_id, now)


core.collect_source = _slowly
