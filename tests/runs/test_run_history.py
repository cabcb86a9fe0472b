"""Earlier runs in a few numbers: the newest ones are found without reading the others, and old records still read."""

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from rich.console import Console

from ogp_pipeline.cli import earlier_runs, views_run
from ogp_pipeline.i18n.catalogue import texts
from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.intake import layout
from ogp_pipeline.runs import run_history
from ogp_pipeline.runs.outcomes import Published
from ogp_pipeline.runs.record import RunRecord
from ogp_pipeline.runs.run_history import History, Line
from ogp_pipeline.store.protocol import Object, Store
from tests.small_country import NOW


class Kept:
    """A private store of runs alone, which counts what is asked of it."""

    at_once = 1

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.asked: list[str] = []

    def list(self, prefix: str) -> Iterator[str]:
        self.asked.append(f"list {prefix}")
        return iter(sorted(key for key in self.objects if key.startswith(prefix)))

    def get(self, key: str) -> Object | None:
        self.asked.append(f"get {key}")
        return Object(self.objects[key], "") if key in self.objects else None


def line(number: int, **more: Any) -> Line:
    """The run of a night."""
    started = NOW + timedelta(days=number)
    values: dict[str, Any] = {"seconds": 8.25, "outcome": "Unchanged", "exit_code": 0, "version": "1.0.0"}
    values |= {"deliveries": {}, "rows": 0, "problems": 0, **more}
    return Line(f"night-{number:04}", started.isoformat(), **values)


def keep(store: Kept, run: Line) -> None:
    started = NOW + timedelta(days=int(run.run_id.removeprefix("night-")))
    store.objects[layout.history(started, run.run_id)] = json.dumps(run_history.asdict(run)).encode()


def read(store: Kept, most: int, day: int = 1) -> History:
    class Workspace:
        intake: Store = store  # type: ignore[assignment]

    return run_history.read(Workspace(), NOW + timedelta(days=day), most)  # type: ignore[arg-type]


def test_the_newest_of_ten_years_are_found_without_reading_the_others() -> None:
    store = Kept()
    for number in range(0, 3640, 7):
        keep(store, line(number))
    history = read(store, 20, day=3650)
    assert [run.run_id for run in history.runs] == [f"night-{3633 - 7 * back:04}" for back in range(20)]
    assert len(store.asked) <= 2 + 20 and not [asked for asked in store.asked if "runs/" in asked]


def test_records_of_older_software_are_read_whole_and_not_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    old = {
        "run_id": "old",
        "started": NOW.isoformat(),
        "seconds": 4.5,
        "outcome": {"name": "Published", "exit_code": 0, "version": "1.0.0"},
        "sources": [{"source": "a", "deliveries": [{"state": "accepted", "rows": 3, "problems": 0},
                                                   {"state": "same", "rows": 0, "problems": 0}]}],
        "releases": [{"release": 1, "version": "1.0.0", "as_of": "2024-07-10", "changes": {}}],
    }  # fmt: skip
    store = Kept()
    keep(store, line(1))
    store.objects["runs/old.json"] = json.dumps(old).encode()
    store.objects["runs/last.json"] = store.objects["runs/older.json"] = b"{}"
    history = read(store, 5)
    assert [run.run_id for run in history.runs] == ["night-0001", "old"] and history.unread == 0
    [first] = history.runs[1:]
    assert (first.rows, first.deliveries, first.published_rows, first.slowest) == (3, {"accepted": 1}, None, None)
    monkeypatch.setattr(run_history, "MOST", 1)
    assert read(store, 5).unread == 1


def test_a_line_that_cannot_be_written_harms_no_run(caplog: pytest.LogCaptureFixture) -> None:
    class Full(Kept):
        def put_view(self, *_: object) -> None:
            raise OSError(28, "No space left on device")

    class Workspace:
        intake = Full()

    record = RunRecord("r-1", NOW, 1.0, Published("1.0.0"), None, (), (), "var/public")
    run_history.try_to_keep(Workspace(), record)  # type: ignore[arg-type]
    assert "No space left on device" in caplog.text and "`ogp runs` may not show this run" in caplog.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_fits_eighty_columns_in_every_language(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    console = Console(file=written, width=80, highlight=False)
    monkeypatch.setattr(earlier_runs, "OUT", console)
    outcomes = list(texts("run.outcome.", language))
    runs = [
        line(number, outcome=outcome, deliveries={"accepted": 99}, rows=12345, problems=123, published_rows=1234567,
             published_bytes=123_456_789, slowest=("ministry-of-finance", 71.25), seconds=7261.0)
        for number, outcome in enumerate(outcomes)
    ]  # fmt: skip
    earlier_runs._show(History(tuple(runs), unread=2), language)
    rows = written.getvalue().splitlines()
    assert len(outcomes) == 6 and all(len(row.rstrip()) <= 80 for row in rows)
    dates = [row for row in rows if row.startswith("2024-07-") and len(row) > 60]
    assert len(dates) == 6 and all("min" in row and "1.0.0" in row for row in dates), written.getvalue()


def test_the_start_of_it_is_told_where_there_is_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    earlier_runs._show(History(()), "fr")
    assert "Aucune exécution" in capsys.readouterr().out
    assert views_run.OUT is earlier_runs.OUT
