"""Deliveries are examined before their turn; the ledger, the receipts and all else are as if each had waited for it."""

import atexit
import random
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ogp_pipeline.errors import StoreError
from ogp_pipeline.intake import recognition
from ogp_pipeline.runs import delivery_intake, delivery_work, gathering, lookahead
from ogp_pipeline.runs import run as pipeline
from ogp_pipeline.sources.delivery import Delivery
from tests.small_country import NOW, SmallCountry, build

HEAD = "milestone_id,period_id,status,progress_en\n"
ENDS = "tables: {updates: {columns: {}}}}\npublication:"
ORDINARY = "kind: folder, path: inbox/%s, files: '*.csv', read: {kind: csv}"
NEW = [
    f"  - {{id: proof, supplier: agency, {ORDINARY % 'proof'}, tables: {{evidence: {{columns: {{}}}}}}}}",
    f"  - {{id: later, supplier: agency, {ORDINARY % 'later'}, tables: {{updates: {{columns: {{}}}}}}}}",
    f"  - {{id: other, supplier: court, {ORDINARY % 'other'}, tables: {{updates: {{columns: {{}}}}}}}}",
    f"  - {{id: again, supplier: agency, {ORDINARY % 'again'}, tables: {{updates: {{columns: {{}}}}}}}}",
]
COURT = (
    "  - {id: court, names: {en: Court}, sector: government, institution: M2, language: en, may_supply: [updates]}\n"
    "sources:"
)
# ``later`` rests on ``proof``, and ``again`` is judged by what ``later`` said; ``other`` has to do with neither.
SENT = {
    "proof/evidence.csv": "milestone_id,period_id,number,kind,title_en,url\nXX0001.1,2024-H1,1,link,Text,https://m.example.org/a\n",
    "later/updates.csv": HEAD + "XX0001.1,2024-H1,complete,Done\n",
    "other/updates.csv": HEAD + "XX0002.1,2024-H1,started,Begun\n",
    "other/wrong.csv": HEAD + "XX0009.1,2024-H1,started,Begun\n",
    "again/updates.csv": HEAD + "XX0001.2,2024-H1,complete,Done\nXX0001.1,2024-H1,complete,Done indeed\n",
}


@cache
def before() -> Path:
    """The country after a first collection, kept as long as the process."""
    keeper = tempfile.TemporaryDirectory(prefix="lookahead-")
    atexit.register(keeper.cleanup)
    made = SmallCountry(Path(keeper.name))
    for name in SENT:
        made.write(f"{Path(name).parent}/.keep", "")
    build(made.folder, **{ENDS: ENDS.replace("\n", "\n" + "\n".join(NEW) + "\n"), "sources:": COURT}).collect()
    for name, content in SENT.items():
        made.write(name, content)
    return made.folder


def country(folder: Path) -> SmallCountry:
    """It, with new files in its folders."""
    return SmallCountry(Path(shutil.copytree(before(), folder / "country")))


def collect(country: SmallCountry, *, ahead: bool = True) -> dict[str, bytes]:
    """All that the private store holds after a collection."""
    workspace = country.open()
    with pipeline.looking_ahead(workspace, NOW) if ahead else nullcontext():
        for source in workspace.programme.sources:
            pipeline.collect_source(workspace, source.id, NOW)
    root = country.folder / "var/private"
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def one_by_one(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return collect(country(tmp_path_factory.mktemp("one")), ahead=False)


def slowly(chance: random.Random, function: Callable[..., Any]) -> Callable[..., Any]:
    def slow(*arguments: Any, **keywords: Any) -> Any:
        time.sleep(chance.uniform(0, 0.03))
        return function(*arguments, **keywords)

    return slow


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_faster_the_result_is_that_of_one_after_the_other(
    seed: int, one_by_one: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, chance = country(tmp_path), random.Random(seed)
    for room, name in ((lookahead, "look"), (delivery_intake, "record"), (gathering, "deliveries")):
        monkeypatch.setattr(room, name, slowly(chance, getattr(room, name)))
    assert collect(made) == one_by_one


def test_only_what_was_changed_under_it_is_examined_again(
    one_by_one: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, told, begun = country(tmp_path), dict[str, list[str]](ahead=[], turn=[]), threading.Event()

    def noted(when: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def note(workspace: Any, source: Any, *others: Any) -> Any:
            looked = function(workspace, source, *others)
            told[when].append(f"{source.id}/{others[0].files[0].name}")
            if len(told["ahead"]) == len(SENT):
                begun.set()
            return looked

        return note

    def after_all(*arguments: Any, **keywords: Any) -> Any:
        assert begun.wait(20)
        return record(*arguments, **keywords)

    record = delivery_intake.record
    monkeypatch.setattr(lookahead, "look", noted("ahead", lookahead.look))
    monkeypatch.setattr(delivery_work, "look", noted("turn", delivery_work.look))
    monkeypatch.setattr(delivery_intake, "record", after_all)
    monkeypatch.setattr(lookahead, "_DISTANCE", 8)
    assert collect(made) == one_by_one
    assert told["turn"] == ["later/updates.csv", "again/updates.csv"]
    assert sorted(told["ahead"]) == sorted(SENT)


def test_what_failed_before_its_turn_is_examined_in_its_turn(
    one_by_one: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> None:
        raise RuntimeError("a worker died")

    made = country(tmp_path)
    monkeypatch.setattr(lookahead, "look", fails)
    assert collect(made) == one_by_one


def test_an_error_of_the_store_is_raised_where_its_source_is_collected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = country(tmp_path)

    def broken(source: Any, *others: Any) -> Any:
        if source.id == "other":
            raise StoreError("full")
        return read(source, *others)

    read = gathering.deliveries
    monkeypatch.setattr(gathering, "deliveries", broken)
    workspace = made.open()
    with pipeline.looking_ahead(workspace, NOW):
        states = {}
        for source in workspace.programme.sources:
            try:
                states[source.id] = pipeline.collect_source(workspace, source.id, NOW).state
            except StoreError as error:
                states[source.id] = str(error)
    assert (states["proof"], states["later"], states["other"], states["again"]) == (
        "accepted",
        "accepted",
        "full",
        "accepted",
    )
    assert not workspace.memory.feeds


def test_sources_that_are_passed_over_hold_up_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where a task of a flow fails before it begins."""
    monkeypatch.setattr(lookahead, "_DISTANCE", 1)
    workspace = country(tmp_path).open()
    with pipeline.looking_ahead(workspace, NOW):
        assert pipeline.collect_source(workspace, "again", NOW).state == "accepted"
        assert pipeline.collect_source(workspace, "proof", NOW).state == "accepted", "gathered in its turn"


def test_who_is_interrupted_leaves_nothing_behind(tmp_path: Path) -> None:
    workspace = country(tmp_path).open()
    with pytest.raises(KeyboardInterrupt), pipeline.looking_ahead(workspace, NOW):
        raise KeyboardInterrupt
    assert not workspace.memory.feeds
    assert not [thread for thread in threading.enumerate() if thread.name == "ogp-lookahead"]


def test_a_delivery_is_recognised_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    recognise = recognition.recognise

    def counted(delivery: Delivery, *more: Any, **named: Any) -> Any:
        asked.append(f"{delivery.envelope.source} {delivery.files[0].name}")
        return recognise(delivery, *more, **named)

    monkeypatch.setattr(recognition, "recognise", counted)
    place = country(tmp_path)
    collect(place)
    news = {f"{Path(name).parent} {Path(name).name}" for name in SENT}
    assert news <= set(asked) and all(asked.count(name) == 1 for name in news)
    asked.clear()
    collect(place)  # nothing is new but what was refused
    assert len(asked) == len(set(asked))
