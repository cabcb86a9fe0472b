"""Sources that other machines fetch and examine before their turn: a run ends the same, whatever they do."""

import http.server
import pickle
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ogp_pipeline.intake import layout
from ogp_pipeline.runs import delivery_work, scouting
from ogp_pipeline.runs import run as pipeline
from ogp_pipeline.runs.known_state import known_entries
from ogp_pipeline.runs.scouting import Report, Scouts
from ogp_pipeline.runs.shelf import Shelf, name_of, sweep
from ogp_pipeline.runs.workspace import open_workspace
from ogp_pipeline.store.directory import DirectoryStore
from tests.runs import test_lookahead
from tests.runs.test_lookahead import country
from tests.small_country import NOW, SmallCountry, build, published

SHELF = name_of(NOW, "run")


def scout(folder: Path, source: str, examine: bool, before: Report | None) -> Report:
    """What a machine does: it knows the folder of the programme, and nothing of the run."""
    workspace = open_workspace(folder)
    return scouting.scout(workspace, source, NOW, Shelf(workspace.intake, SHELF), examine=examine, before=before)


class Elsewhere:
    """Machines that do it at once. ``lost``: sources of which nothing is ever heard."""

    def __init__(self, folder: Path, lost: tuple[str, ...] = ()) -> None:
        self.folder, self.lost = folder, lost
        self.asked: list[tuple[str, bool]] = []

    def __call__(self, source: str, examine: bool, before: Report | None) -> Callable[[], Report | None]:
        self.asked.append((source, examine))
        report = None if source in self.lost else scout(self.folder, source, examine, before)
        return lambda: pickle.loads(pickle.dumps(report))


def collect(country: SmallCountry, ask: Any) -> dict[str, bytes]:
    """As the flow does it: all that the private store holds afterwards."""
    workspace = country.open()
    scouts, shelf = Scouts(workspace, ask), Shelf(workspace.intake, SHELF)
    scouts.begin()
    for source in workspace.programme.sources:
        with scouting.handed_over(workspace, source.id, NOW, shelf, scouts.before(source.id)):
            pipeline.collect_source(workspace, source.id, NOW)
    shelf.clear()
    root = country.folder / "var/private"
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def examined(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often the run itself examined something of a source."""
    counts: Counter[str] = Counter()
    look = delivery_work.look

    def counted(workspace: Any, source: Any, *more: Any) -> Any:
        counts[source.id] += 1
        return look(workspace, source, *more)

    monkeypatch.setattr(delivery_work, "look", counted)
    return counts


@pytest.fixture(scope="module")
def one_by_one(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return test_lookahead.collect(country(tmp_path_factory.mktemp("one")), ahead=False)


def test_ledger_and_receipts_are_those_of_one_machine_alone(
    one_by_one: dict[str, bytes], tmp_path: Path, examined: Counter[str]
) -> None:
    made = country(tmp_path)
    ask = Elsewhere(made.folder)
    assert collect(made, ask) == one_by_one
    assert examined == {"later": 1, "again": 1}, "all else was taken over; of these, something was changed under them"


def test_a_machine_that_is_lost_harms_no_source(one_by_one: dict[str, bytes], tmp_path: Path) -> None:
    made = country(tmp_path)
    assert collect(made, Elsewhere(made.folder, lost=("proof", "other"))) == one_by_one


def test_what_lies_on_the_shelf_is_taken_only_as_it_was_put_there(tmp_path: Path) -> None:
    shelf = Shelf(DirectoryStore(tmp_path), SHELF)
    digest = shelf.put({"a": 1})
    assert shelf.take(digest) == {"a": 1}
    shelf.store.put_view(f"{layout.SHELF}{SHELF}/{digest}", pickle.dumps("another"), "application/octet-stream")
    assert shelf.take(digest) is None
    shelf.clear()
    assert list(shelf.store.list(layout.SHELF)) == []


def test_what_killed_runs_left_is_removed_a_day_later(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path)
    old, new = (Shelf(store, name_of(NOW - timedelta(hours=hours), "killed")) for hours in (25, 23))
    old.put("old")
    kept = new.put("new")
    sweep(store, NOW)
    assert list(store.list(layout.SHELF)) == [f"{layout.SHELF}{new.name}/{kept}"]


def test_where_a_plan_has_news_what_leans_on_it_is_examined_at_once_when_that_is_settled(
    tmp_path: Path, examined: Counter[str]
) -> None:
    made = build(tmp_path / "country")
    made.write("agency/more.csv", "milestone_id,period_id,status,progress_en\nXX0002.1,2024-H1,lost,No.\n")
    made.edit(
        "publication:\n  title",
        "  - {id: more, supplier: agency, kind: folder, path: inbox/agency, files: more.csv, read: {kind: csv}, "
        "tables: {updates: {columns: {}}}}\npublication:\n  title",
    )
    ask = Elsewhere(made.folder)
    collect(made, ask)
    assert [each for each in ask.asked if each[0] in ("updates", "more")] == [
        ("updates", False),
        ("more", False),
        ("updates", True),
        ("more", True),
    ]
    assert examined["updates"] == 0


@pytest.fixture
def address(tmp_path: Path) -> Iterator[tuple[str, list[str]]]:
    """A web server of a folder, and what was asked of it."""
    asked: list[str] = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any, **keywords: Any) -> None:
            super().__init__(*arguments, directory=str(tmp_path / "web"), **keywords)

        def log_request(self, *_: object) -> None:
            asked.append(self.path)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


def test_what_a_machine_fetched_is_not_fetched_again(tmp_path: Path, address: tuple[str, list[str]]) -> None:
    made = published(tmp_path / "country")
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "more.csv").write_text(test_lookahead.HEAD + "XX0001.1,2024-H1,complete,Done.\n")
    made.edit(
        "publication:\n  title",
        f"  - {{id: more, supplier: agency, kind: http, url: '{address[0]}/more.csv', allow_private_hosts: true, "
        "read: {kind: csv}, tables: {updates: {columns: {}}}}\npublication:\n  title",
    )
    ask = Elsewhere(made.folder)
    collect(made, ask)
    assert address[1] == ["/more.csv"]
    entries = known_entries(made.open())
    assert [entry.files[0][0] for entry in entries if entry.source == "more"] == ["more.csv"]


def test_no_path_of_a_machine_lies_on_the_shelf(tmp_path: Path) -> None:
    made = country(tmp_path)
    report = scout(made.folder, "other", True, None)
    assert report.found is not None and report.news and report.examined
    stored = made.open().intake.get(f"{layout.SHELF}{SHELF}/{report.found}")
    assert stored is not None
    assert tempfile.gettempdir().encode() + b"/ogp-" not in stored.data
