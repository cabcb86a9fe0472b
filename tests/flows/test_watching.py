"""A flow in a process of its own, watched: lines of JSON and a collector on the loopback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from prefect.settings import PREFECT_API_URL

from tests.telemetry.conftest import Collector, collector

__all__ = ["collector"]

pytestmark = [pytest.mark.prefect, pytest.mark.usefixtures("server")]

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys
from pathlib import Path
from flows.collect import collect

state = collect(Path(sys.argv[1]), return_state=True)
print(state.name, state.state_details.flow_run_id)
"""


def test_a_flow_is_watched_by_prefects_spans_and_ours_and_by_lines_of_json(
    beginning: Path, collector: Collector
) -> None:
    environment = {
        **os.environ, **collector.environment, "OGP_LOG": "json", "PREFECT_API_URL": str(PREFECT_API_URL.value())
    }  # fmt: skip
    command = [sys.executable, "-c", PROGRAM, str(beginning)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    name, run_id = done.stdout.split()
    assert name == "Received"

    spans = collector.spans()
    [flow] = [span for each in spans.values() for span in each if not span.parent_span_id]
    tasks = {span.span_id: name for name, each in spans.items() for span in each if name.startswith("collect-")}
    assert len(tasks) == 5 and {span.parent_span_id for name in tasks.values() for span in spans[name]} == {
        flow.span_id
    }
    below = {tasks[span.parent_span_id] for span in spans["ogp.source"]}
    assert below == set(tasks.values()), "ours stand below Prefect's"
    assert {span.trace_id for each in spans.values() for span in each} == {flow.trace_id}
    assert sum(number for _, number in collector.measures()["ogp.deliveries"]) == 5

    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert {line["logger"] for line in lines} >= {"prefect.flow_runs", "prefect.task_runs", "ogp_pipeline.events"}
    assert {line["run_id"] for line in lines if "run_id" in line} == {run_id}
    sources = [line for line in lines if line.get("event") == "source"]
    assert len(sources) == 5 and all(line["run_id"] == run_id and line["programme"] == "xx-nap" for line in sources)
