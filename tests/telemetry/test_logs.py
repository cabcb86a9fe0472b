"""Lines of JSON: each says when, how grave, what, and what was being worked on; none holds a secret."""

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest

from ogp_pipeline.errors import OgpError
from ogp_pipeline.telemetry import logs
from ogp_pipeline.telemetry.about import about
from ogp_pipeline.telemetry.events import tell


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """The error stream of a process whose log was just begun. Afterwards the log is as it was."""
    root, ours = logging.getLogger(), logging.getLogger(logs.PACKAGE)
    handlers, level = list(root.handlers), ours.level
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    root.addHandler(plain := logging.StreamHandler(sys.stderr))
    assert logs.begin({logs.VARIABLE: "json"}) and logs.begin({logs.VARIABLE: "JSON "})
    assert plain not in root.handlers, "nothing is said twice"
    yield written
    root.handlers[:] = handlers
    ours.setLevel(level)


def _lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_says_what_is_being_worked_on(stream: io.StringIO) -> None:
    with about(run_id="r-1", programme="xx"), about(source="ministry"):
        tell("source", "source ministry: accepted", state="accepted", rows=12)
    tell("run", "the run ended", well=False)
    first, second = _lines(stream)
    assert list(first)[:5] == ["time", "level", "message", "logger", "run_id"]
    assert str(first.pop("time")).endswith("+00:00")
    assert first == {
        "level": "INFO",
        "message": "source ministry: accepted",
        "logger": "ogp_pipeline.events",
        "run_id": "r-1",
        "programme": "xx",
        "source": "ministry",
        "event": "source",
        "state": "accepted",
        "rows": 12,
    }
    assert second["level"] == "WARNING" and "run_id" not in second


def test_a_line_holds_no_secret_and_is_one_line(stream: io.StringIO) -> None:
    log = logging.getLogger("ogp_pipeline.somewhere")
    try:
        raise OSError("https://me:hunter2@example.org/x?token=hunter2 \x1b[31m")
    except OSError:
        log.exception("could not read\nhttps://me:hunter2@example.org", extra={"address": "s3://a?sig=hunter2"})
    [line] = _lines(stream)
    assert "hunter2" not in stream.getvalue() and "\x1b" not in stream.getvalue()
    assert line["message"] == "could not read\nhttps://***@example.org"
    assert "OSError: https://***@example.org/x?token=***" in str(line["trace"])


def test_what_prefect_knows_of_a_run_stands_under_our_names(stream: io.StringIO) -> None:
    logging.getLogger("prefect.task_runs").warning("late", extra={"flow_run_id": "r-2", "task_run_id": "t-1"})
    [line] = _lines(stream)
    assert (line["run_id"], line["task_run_id"]) == ("r-2", "t-1")


def test_others_are_heard_when_something_is_wrong(stream: io.StringIO) -> None:
    logging.getLogger("urllib3").info("connecting")
    assert _lines(stream) == []


def test_in_plain_text_nothing_changes() -> None:
    loggers = [logging.getLogger(), logging.getLogger(logs.PACKAGE)]
    before = [(list(logger.handlers), logger.level) for logger in loggers]
    assert not logs.begin({}) and not logs.begin({logs.VARIABLE: "text"})
    assert [(logger.handlers, logger.level) for logger in loggers] == before


def test_a_word_that_is_neither_is_refused() -> None:
    with pytest.raises(OgpError, match="OGP_LOG is 'yaml': write text or json"):
        logs.begin({logs.VARIABLE: "yaml"})
