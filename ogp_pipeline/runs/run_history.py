"""Runs in a few numbers each: outcomes, durations, and how much the publication grows. What ``ogp runs`` shows.

Each run keeps its own line under ``history/<year>/``, named by its time, beside its whole record. So the newest N are
found by one list for each year, and N small reads, however old the programme is. Records of older software have no such
line: they are read whole where lines are too few, and not more than ``MOST`` of them.
"""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import rfc8785

from ogp_pipeline.errors import StoreError
from ogp_pipeline.i18n.legible import legible_tree
from ogp_pipeline.intake import layout
from ogp_pipeline.runs.record import RunRecord
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.store.concurrency import each
from ogp_pipeline.store.protocol import InDoubt, Store

_LOG = logging.getLogger(__name__)
MOST = 200  # records of older software that are read whole
_SILENT_YEARS = 3  # after so many years without a run, nobody looks further back


@dataclass(frozen=True, slots=True)
class Line:
    """A run. ``deliveries``: by what became of them, without those that were there before. ``rows`` accepted and
    ``problems`` that block. ``published_rows``, ``published_bytes``: of the release that it made; None where it made
    none, or where older software wrote the record. ``slowest``: the source that took longest, and its seconds.
    """

    run_id: str
    started: str
    seconds: float
    outcome: str
    exit_code: int
    version: str | None
    deliveries: dict[str, int]
    rows: int
    problems: int
    published_rows: int | None = None
    published_bytes: int | None = None
    slowest: tuple[str, float] | None = None


@dataclass(frozen=True, slots=True)
class History:
    """Runs, the newest first. ``unread``: records of older software that were too many to be read."""

    runs: tuple[Line, ...]
    unread: int = 0

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"runs": [asdict(line) for line in self.runs], "unread": self.unread}


def try_to_keep(workspace: Workspace, record: RunRecord) -> None:
    """Keep a run's line. Whether that succeeds, changes nothing: its record has all that stands there."""
    line = _of_record(record.to_json())
    key = layout.history(record.started, record.run_id)
    try:
        answer = workspace.intake.put_view(key, rfc8785.dumps(asdict(line)), "application/json")
        reason = answer.reason if isinstance(answer, InDoubt) else None
    except (StoreError, OSError) as error:
        reason = str(error)
    if reason is not None:
        _LOG.warning("%s could not be written, so `ogp runs` may not show this run: %s", key, reason)


def read(workspace: Workspace, now: datetime, most: int) -> History:
    """The newest runs, ``most`` of them; reads the private store and writes nothing."""
    store = workspace.intake
    keys = list(islice(_newest_first(store, now.astimezone(UTC).year), most))
    lines = {line.run_id: line for line in reversed([*_read(store, keys)])}
    unread = 0
    if len(lines) < most:
        older = [key for key in _records(store) if _id_of(key) not in lines]
        unread = max(0, len(older) - MOST)
        lines |= {line.run_id: line for line in _read(store, older[:MOST])}
    newest = sorted(lines.values(), key=lambda line: datetime.fromisoformat(line.started), reverse=True)
    return History(tuple(newest[:most]), unread)


def _newest_first(store: Store, year: int) -> Iterator[str]:
    silent = 0
    while silent < _SILENT_YEARS and year > 0:
        keys = sorted(store.list(layout.history_of(year)), reverse=True)
        silent = 0 if keys else silent + 1
        yield from keys
        year -= 1


def _records(store: Store) -> list[str]:
    return [key for key in store.list(layout.RUNS) if key != layout.LAST_RUN]


def _id_of(key: str) -> str:
    return key.removeprefix(layout.RUNS).removesuffix(".json")


def _read(store: Store, keys: Sequence[str]) -> Iterator[Line]:
    for key, stored in zip(keys, each(store.get, keys, store.at_once), strict=True):
        if stored is None:
            continue
        try:
            values = json.loads(stored.data)
            yield _of_line(values) if key.startswith(layout.HISTORY) else _of_record(values)
        except (ValueError, KeyError, TypeError) as error:  # of newer software, or damaged
            _LOG.warning("%s is no run that can be shown: %s", key, error)


def _of_line(values: Mapping[str, Any]) -> Line:
    told = {name: values[name] for name in Line.__dataclass_fields__ if name in values}
    slowest = told.get("slowest")
    return Line(**{**told, "slowest": tuple(slowest) if slowest else None})


def _of_record(record: Mapping[str, Any]) -> Line:
    """Of a run's record, of whatever age: what it does not say is None."""
    record = legible_tree(record)  # type: ignore[assignment]
    deliveries = [item for source in record["sources"] for item in source["deliveries"]]
    counts: dict[str, int] = {}
    for item in deliveries:
        if item["state"] != "same":
            counts[item["state"]] = counts.get(item["state"], 0) + 1
    timed = [(source["source"], source["seconds"]) for source in record["sources"] if source.get("seconds")]
    newest = record["releases"][-1] if record["releases"] else {}
    return Line(
        run_id=record["run_id"],
        started=record["started"],
        seconds=record["seconds"],
        outcome=record["outcome"]["name"],
        exit_code=record["outcome"]["exit_code"],
        version=record["outcome"].get("version"),
        deliveries=counts,
        rows=sum(item["rows"] for item in deliveries if item["state"] in ("accepted", "in_part")),
        problems=sum(item["problems"] for item in deliveries if item["state"] in ("rejected", "in_part")),
        published_rows=newest.get("rows"),
        published_bytes=newest.get("bytes"),
        slowest=max(timed, key=lambda pair: pair[1]) if timed else None,
    )
