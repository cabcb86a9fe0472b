"""prefect.yaml: every deployment can be loaded, arrives paused, runs one at a time, and names no machine."""

import inspect
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from prefect import Flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.flows import load_flow_from_entrypoint
from prefect.settings import PREFECT_API_URL

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "prefect.yaml"
DEPLOYMENTS = {one["name"]: one for one in yaml.safe_load(FILE.read_text())["deployments"]}


def _flow(name: str) -> Flow:
    entrypoint = DEPLOYMENTS[name]["entrypoint"]
    return load_flow_from_entrypoint(str(ROOT / entrypoint), use_placeholder_flow=False)


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_a_deployment_can_be_loaded_and_its_parameters_fit(name: str) -> None:
    loaded = _flow(name)
    parameters = DEPLOYMENTS[name]["parameters"]
    inspect.signature(loaded.fn).bind(**parameters)
    assert loaded.validate_parameters(parameters)
    assert (ROOT / parameters["programme"]).is_file()


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_a_deployment_has_a_time_limit_and_repeats_only_its_tasks(name: str) -> None:
    loaded = _flow(name)
    assert loaded.timeout_seconds and not loaded.retries


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_a_schedule_arrives_paused_and_names_its_time_zone(name: str) -> None:
    for schedule in DEPLOYMENTS[name].get("schedules", []):
        assert schedule["active"] is False
        assert schedule["timezone"]


def test_the_nightly_the_hourly_and_the_weekly_run_are_scheduled_and_the_others_are_not() -> None:
    assert {name for name, one in DEPLOYMENTS.items() if one.get("schedules")} == {"nightly", "hourly", "doctor"}


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_a_second_run_waits_for_the_first(name: str) -> None:
    assert DEPLOYMENTS[name]["concurrency_limit"] == {"limit": 1, "collision_strategy": "ENQUEUE"}


def test_no_path_is_absolute() -> None:
    def texts(node: object) -> list[str]:
        if isinstance(node, dict):
            return [text for value in node.values() for text in texts(value)]
        if isinstance(node, list):
            return [text for value in node for text in texts(value)]
        return [node] if isinstance(node, str) else []

    assert not [text for text in texts(yaml.safe_load(FILE.read_text())) if text.startswith(("/", "~"))]


@pytest.mark.prefect
@pytest.mark.usefixtures("server")
def test_deploying_all_registers_what_the_file_says() -> None:
    with get_client(sync_client=True) as client:
        client.create_work_pool(WorkPoolCreate(name="default", type="process"))
        command = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"]
        environment = {**os.environ, "PREFECT_API_URL": PREFECT_API_URL.value(), "PWD": str(ROOT)}
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=180, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        registered = {one.name: one for one in client.read_deployments()}

    assert set(registered) == set(DEPLOYMENTS)
    for name, one in registered.items():
        assert not any(schedule.active for schedule in one.schedules)
        assert len(one.schedules) == len(DEPLOYMENTS[name].get("schedules", []))
        assert one.work_pool_name == "default"
        assert one.pull_steps == [{"prefect.deployments.steps.set_working_directory": {"directory": str(ROOT)}}]
        assert one.parameters == DEPLOYMENTS[name]["parameters"]
        assert one.global_concurrency_limit is not None and one.global_concurrency_limit.limit == 1
