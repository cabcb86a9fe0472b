"""At night: a hub whose programmes are deployments of their own, which a real worker takes."""

import json
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.hub import hub
from ogp_pipeline.hub import opening
from tests.flows.conftest import HISTORY
from tests.flows.station import Station, opened
from tests.hub.test_file import GOOD
from tests.hub.test_night import ASKS
from tests.small_country import build

pytestmark = [pytest.mark.prefect, pytest.mark.night]

PROGRAMMES = """\
programmes:
  - {id: well, programme: well/programme.yaml}
  - {id: hangs, programme: hangs/programme.yaml, quotas: {seconds: 60}}
  - {id: nobody, programme: nobody/programme.yaml}
"""


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    (tmp_path / "home").mkdir()
    with opened(tmp_path / "home") as started:
        yield started


def test_each_is_run_by_its_own_deployment_and_what_hangs_is_cancelled(tmp_path: Path, station: Station) -> None:
    folder = tmp_path / "hub"
    country = build(folder / "well", **HISTORY)
    for name in ("hangs", "nobody"):
        shutil.copytree(country.folder, folder / name)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        file = folder / "hangs" / "programme.yaml"
        asks = ASKS.format(port=silent.getsockname()[1], more="timeout_s: 1000, ")
        file.write_text(file.read_text().replace("publication:\n  title", asks))
        text = GOOD[: GOOD.index("run:")] + "run: {how: deployments, at_once: 3}\n" + PROGRAMMES
        (folder / "hub.yaml").write_text(text, encoding="utf-8")
        for name in ("well", "hangs"):
            station.deploy("flows/pipeline.py:pipeline", {"programme": "replaced"}, [], {}, name)
        station.start_worker()
        state = hub(folder, return_state=True)
    assert state.name == "ToLookAt"
    record = opening.open_hub(folder).private.get("last-night.json")
    assert record is not None
    told = {each["programme"]: (each["state"], each["told"]) for each in json.loads(record.data)["programmes"]}
    assert told["well"] == ("Published", "")
    assert told["hangs"][0] == "Failed" and "more than 60 seconds" in told["hangs"][1]
    assert told["nobody"][0] == "Failed" and "ogp-pipeline/nobody" in told["nobody"][1]
