"""A night of a hub: whatever becomes of one programme, the others are run as if they were alone."""

import json
import os
import signal
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ogp_pipeline.hub import night, opening, processes
from ogp_pipeline.hub.model import Quotas
from ogp_pipeline.hub.opening import HubPlace
from ogp_pipeline.hub.results import Night
from tests import shapes
from tests.hub.test_file import GOOD
from tests.small_country import NOW, published

PROGRAMMES = """\
programmes:
  - {id: well, programme: well/programme.yaml}
  - {id: wrong, programme: wrong/programme.yaml}
  - {id: hangs, programme: hangs/programme.yaml}
  - {id: dies, programme: dies/programme.yaml}
  - {id: crowd, programme: well2/programme.yaml, quotas: {sources: 4}}
  - {id: keyless, programme: keyless/programme.yaml, environment: KEYLESS_}
  - {id: keyed, programme: keyed/programme.yaml, environment: KEYED_}
  - {id: rests, programme: well3/programme.yaml, paused: its forum meets again in May}
"""
ASKS = (
    "  - {{id: asks, supplier: agency, kind: http, url: 'http://127.0.0.1:{port}/', retries: 0, {more}"
    "allow_private_hosts: true, read: {{kind: csv}}, tables: {{updates: {{columns: {{}}}}}}}}\npublication:\n  title"
)
KEY = "headers: {X-Token: '${OGP_SOURCE_TOKEN}'}, "


def _asks(folder: Path, port: int, more: str = "") -> None:
    published(folder).edit("publication:\n  title", ASKS.format(port=port, more=more))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubPlace]:
    """A hub whose programmes have one trouble each."""
    folder = tmp_path_factory.mktemp("hub")
    for name in ("well", "well2", "well3", "wrong"):
        published(folder / name)
    (folder / "wrong" / "programme.yaml").write_text("id: wrong\n", encoding="utf-8")
    for name in ("keyless", "keyed"):
        _asks(folder / name, 9, KEY)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # who asks here waits for ever
        for name in ("hangs", "dies"):
            _asks(folder / name, silent.getsockname()[1])
        (folder / "hub.yaml").write_text(GOOD[: GOOD.index("programmes:")] + PROGRAMMES, encoding="utf-8")
        yield opening.open_hub(folder)
    processes.close()


def _kill(pids: set[int], until: threading.Event) -> None:
    """The process of the programme that dies, each time that it is begun."""
    strangers: set[int] = set()  # asked once: a process does not change its parent for ours
    while not until.wait(0.05):
        nursery = processes.nursery()
        for pid in {int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()} - strangers:
            if nursery is None or _parent(pid) != nursery:
                strangers.add(pid)
            elif _reads(pid, "dies"):
                pids.add(pid)
                os.kill(pid, signal.SIGKILL)


def _parent(pid: int) -> int | None:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) for line in lines if line.startswith("PPid:")), None)


def _reads(pid: int, name: str) -> bool:
    """Whether it is the process of that programme: it says so as its title."""
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip() == f"ogp {name}"
    except OSError:
        return False


@pytest.fixture(scope="module")
def result(place: HubPlace) -> tuple[Night, set[int]]:
    hub = place.hub
    short = Quotas.model_construct({"seconds"}, seconds=4, sources=500, mb=4096)
    programmes = [each.model_copy(update={"quotas": short}) if each.id == "hangs" else each for each in hub.programmes]
    brief = HubPlace(place.path, hub.model_copy(update={"programmes": programmes}), place.publication, place.private)
    killed: set[int] = set()
    over = threading.Event()
    killer = threading.Thread(target=_kill, args=(killed, over))
    killer.start()
    environment = {
        "PATH": os.environ["PATH"],
        "OGP_SOURCE_TOKEN": "of-the-hub",
        "KEYED_OGP_SOURCE_TOKEN": "of-keyed",
    }
    try:
        ended = night.run(brief, NOW + timedelta(days=1), "night", at_once=8, environment=environment)
    finally:
        over.set()
        killer.join()
    return ended, killed


def of(result: tuple[Night, set[int]], name: str) -> tuple[str, str]:
    """State and reason of a programme."""
    return next((each.state, each.told) for each in result[0].programmes if each.programme == name)


def test_what_one_suffers_harms_no_other(result: tuple[Night, set[int]]) -> None:
    assert of(result, "well") == ("Unchanged", "")
    state, told = of(result, "wrong")
    assert state == "Failed" and "`country` is missing" in told


def test_who_hangs_is_ended_after_its_time(result: tuple[Night, set[int]]) -> None:
    assert of(result, "hangs") == (
        "Failed",
        "it was ended because it took more than 4 seconds (`quotas` in the hub's file)",
    )


def test_who_dies_is_tried_once_more_and_told(result: tuple[Night, set[int]]) -> None:
    state, told = of(result, "dies")
    assert state == "Failed" and "died twice" in told
    assert len(result[1]) == 2


def test_a_quota_of_sources_holds(result: tuple[Night, set[int]]) -> None:
    assert of(result, "crowd")[1].startswith("it has 5 sources, and its quota is 4")


def test_no_programme_has_the_keys_of_the_hub_or_of_another(result: tuple[Night, set[int]]) -> None:
    assert "needs the variable OGP_SOURCE_TOKEN of the environment, which" in of(result, "keyless")[1]
    assert "no answer from the server" in of(result, "keyed")[1], "it had its key, and nobody listens at that address"


def test_who_is_paused_is_not_run(result: tuple[Night, set[int]]) -> None:
    assert of(result, "rests") == ("Paused", "its forum meets again in May")


def test_the_night_has_its_record_and_ends_as_its_worst(place: HubPlace, result: tuple[Night, set[int]]) -> None:
    assert result[0].exit_code == 1
    stored = place.private.get("last-night.json")
    assert stored is not None
    record = json.loads(stored.data)
    assert [each["programme"] for each in record["programmes"]] == [each.id for each in night.ours(place)]
    assert record["counts"]["Failed"] == 6
    shapes.check("hub-run", record)
    assert "of-keyed" not in stored.data.decode() and "of-the-hub" not in stored.data.decode()
