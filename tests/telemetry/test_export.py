"""Traces and measures: sent where the standard variables say so, and nothing is even loaded where they do not."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ogp_pipeline.telemetry import export, steps
from ogp_pipeline.telemetry.measures import Measure
from tests.every import for_every
from tests.telemetry.conftest import Collector, values

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import os
from ogp_pipeline.telemetry import export
from ogp_pipeline.telemetry.measures import Measure, record
from ogp_pipeline.telemetry.steps import step

export.begin(os.environ)
export.begin(os.environ)
with step("run", run_id="r-1", programme="xx"):
    try:
        with step("source", source="ministry"):
            raise ValueError("the cell said 0800-SECRET")
    except ValueError:
        pass
    record(Measure.RUNS, 1, outcome="Published")
"""


def run(**environment: str) -> subprocess.CompletedProcess[str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    command = [sys.executable, "-c", PROGRAM]
    return subprocess.run(
        command, env={**plain, **environment}, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )


def test_what_a_program_does_is_sent_to_the_collector_that_the_environment_names(collector: Collector) -> None:
    done = run(**collector.environment, OTEL_RESOURCE_ATTRIBUTES="deployment.environment=test")
    assert done.stderr == "" and done.stdout == ""
    [whole], [source] = collector.spans()["ogp.run"], collector.spans()["ogp.source"]
    assert source.parent_span_id == whole.span_id and source.trace_id == whole.trace_id
    told = values(list(source.attributes))
    assert told == {"ogp.run_id": "r-1", "ogp.programme": "xx", "ogp.source": "ministry", "error.type": "ValueError"}
    assert "SECRET" not in str(collector.got), "what an error says may quote what was sent"
    assert collector.measures()["ogp.runs"] == [({"outcome": "Published"}, 1)]
    for sender in collector.resources():
        assert (sender["service.name"], sender["deployment.environment"]) == ("ogp-pipeline", "test")


@for_every(
    ("environment", "kinds"),
    [
        ({}, ()),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c"}, ("TRACES", "METRICS")),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c"}, ("TRACES",)),
        ({"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://c"}, ("METRICS",)),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c", "OTEL_METRICS_EXPORTER": "none"}, ("TRACES",)),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c", "OTEL_SDK_DISABLED": "true"}, ()),
    ],
)
def test_the_standard_variables_switch_it(environment: dict[str, str], kinds: tuple[str, ...]) -> None:
    assert tuple(kind for kind in ("TRACES", "METRICS") if export.wanted(environment, kind)) == kinds


def test_a_protocol_that_is_not_spoken_is_said_and_nothing_is_sent(caplog: pytest.LogCaptureFixture) -> None:
    export.begin({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"})
    assert "only http/protobuf" in caplog.text and export.tracer() is None


def test_without_the_libraries_it_is_said_and_the_run_goes_on(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.resources", None)
    export.begin({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c"})
    assert "ogp-pipeline[telemetry]" in caplog.text and export.tracer() is None
    with steps.step("run", programme="xx"):
        pass


def test_off_nothing_of_it_is_loaded() -> None:
    """Each import stands within a function that is reached only when it is on, or is for mypy alone."""
    begun = re.compile(r"^(from|import) (opentelemetry|google)\b", re.M)
    assert [file for file in (ROOT / "ogp_pipeline").rglob("*.py") if begun.search(file.read_text())] == []


def test_every_measure_and_step_is_documented() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert [measure.value.name for measure in Measure if f"`{measure.value.name}`" not in text] == []
