"""What a run tells those who watch machines: in the log, as spans, as measures; and never what stands in a cell."""

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ogp_pipeline.intake import layout
from ogp_pipeline.runs import run_history
from ogp_pipeline.runs.outcomes import Rejected
from ogp_pipeline.telemetry import logs
from ogp_pipeline.telemetry.json_lines import JsonLines
from tests.cli.test_cli import call
from tests.shapes import shaped
from tests.small_country import NOW, SmallCountry, published
from tests.telemetry.conftest import Collector, collector, sending, values

__all__ = ["collector", "shaped"]

CELL = "half-done-4711"
BAD = f"milestone_id,period_id,status,progress_en\nXX0001.1,2024-H1,{CELL},Secretly {CELL}.\n"
MORE = "institution_id,name_en,sector\nM1,Ministry,government\nM2,Other,government\nM3,Third,government\n"


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def log() -> Iterator[_Kept]:
    ours, kept = logging.getLogger(logs.PACKAGE), _Kept()
    level = ours.level
    ours.addHandler(kept)
    ours.setLevel(logging.INFO)
    yield kept
    ours.removeHandler(kept)
    ours.setLevel(level)


def test_a_run_is_told_in_the_log_as_spans_and_as_measures(
    tmp_path: Path, collector: Collector, log: _Kept, capsys: pytest.CaptureFixture[str]
) -> None:
    country = published(tmp_path / "country")
    log.lines.clear()
    country.write("agency/updates.csv", BAD)
    country.write("forum/institutions.csv", MORE)
    with sending(collector):
        record = country.run("night", NOW + timedelta(days=1))
    assert record.outcome == Rejected(1, 1, "1.1.0") and country.versions() == ["1.0.0", "1.1.0"]

    lines = [json.loads(line) for line in log.lines]
    assert {(line["run_id"], line["programme"]) for line in lines} == {("night", "xx-nap")}
    told = {line["source"]: (line["level"], line["state"]) for line in lines if line["event"] == "source"}
    assert told["updates"] == ("WARNING", "rejected") and told["institutions"] == ("INFO", "accepted")
    [refused] = [line for line in lines if line["event"] == "delivery" and line["state"] == "rejected"]
    assert refused["source"] == "updates" and refused["delivery"] and refused["receipt"].startswith("receipts/agency/")
    assert [line["version"] for line in lines if line["event"] == "release"] == ["1.1.0"]
    [end] = [line for line in lines if line["event"] == "run"]
    assert (end["outcome"], end["exit_code"], end["level"]) == ("Rejected", 4, "WARNING")

    spans = collector.spans()
    [whole] = spans["ogp.run"]
    assert {span.trace_id for each in spans.values() for span in each} == {whole.trace_id}
    names = {span.span_id: name for name, each in spans.items() for span in each}
    below = {name: {names[span.parent_span_id] for span in each} for name, each in spans.items() if name != "ogp.run"}
    assert below["ogp.source"] == below["ogp.build"] == below["ogp.publish"] == {"ogp.run"}
    assert below["ogp.evaluate"] == {"ogp.build"} and below["ogp.validate"] <= {"ogp.run", "ogp.source"}
    validated = [values(list(span.attributes)) for span in spans["ogp.validate"]]
    assert {one["ogp.source"] for one in validated} == {"updates", "institutions"}
    assert all(one["ogp.delivery"] and one["ogp.run_id"] == "night" for one in validated)

    measures = collector.measures()
    assert measures["ogp.runs"] == [({"outcome": "Rejected", "programme": "xx-nap"}, 1)]
    states = {(at["source"], at["state"]): number for at, number in measures["ogp.deliveries"]}
    assert states["updates", "rejected"] == 1 and states["institutions", "accepted"] == 1
    assert [number for at, number in measures["ogp.problems"] if at["source"] == "updates"] == [1]
    assert {at["step"] for at, _ in measures["ogp.step.duration"]} == {
        "run",
        "source",
        "validate",
        "build",
        "evaluate",
        "publish",
    }
    assert CELL not in str(collector.got) and CELL not in str(log.lines)
    _is_shown(country, capsys)


def _is_shown(country: SmallCountry, capsys: pytest.CaptureFixture[str]) -> None:
    """By ``ogp runs``: from its line, or, where that is missing, from its record."""
    store = country.open().intake
    keys = list(store.list(layout.HISTORY))
    assert keys == ["history/2024/0710T120000Z-first.json", "history/2024/0711T120000Z-night.json"]
    assert call("runs", str(country.folder), "--json") == 0
    document = json.loads(capsys.readouterr().out)
    night, first = document["runs"]
    assert (first["outcome"], first["deliveries"], first["rows"]) == ("Published", {"accepted": 5}, 11)
    assert (night["outcome"], night["deliveries"]) == ("Rejected", {"accepted": 1, "rejected": 1})
    assert night["published_rows"] == first["published_rows"] + 2 and night["published_bytes"] > 10_000
    assert night["slowest"][1] > 0
    store.delete(keys[1])
    assert json.loads(json.dumps(run_history.read(country.open(), NOW, 5).to_json())) == document
