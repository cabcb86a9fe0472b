"""A record of the log as one line of JSON. Loaded only where such lines are wanted."""

import logging
from datetime import UTC, datetime
from typing import Any, cast

from pythonjsonlogger.json import JsonFormatter

from ogp_pipeline.i18n.legible import legible_tree
from ogp_pipeline.telemetry import about

# What Prefect knows of a run, under our names.
_RENAMED = {
    "levelname": "level",
    "name": "logger",
    "exc_info": "trace",
    "flow_run_id": about.RUN,
    "task_run_id": "task_run_id",
}
_FIRST = ("time", "level", "message", "logger", *about.NAMES)


class JsonLines(JsonFormatter):
    """With what is being worked on. Every text is legible and without secrets."""

    def __init__(self) -> None:
        super().__init__(
            ["levelname", "message", "name"], rename_fields=_RENAMED, json_ensure_ascii=False, json_default=str
        )

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        """The record's own fields, what the line brings along, and what is being worked on."""
        log_data["time"] = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="microseconds")
        log_data.update(about.named())
        super().add_fields(log_data, record, message_dict)

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """The same, legible, the fields that every line has before the others."""
        line = cast("dict[str, Any]", legible_tree(log_data))
        return {name: line[name] for name in _FIRST if name in line} | line
