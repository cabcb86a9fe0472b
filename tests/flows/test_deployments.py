"""prefect.yaml and the automations: what is registered can be loaded, arrives paused, and names no machine."""

import inspect
import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import yaml
from prefect import Flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.events.actions import RunDeployment
from prefect.events.schemas.automations import Posture
from prefect.flows import load_flow_from_entrypoint
from prefect.settings import PREFECT_API_URL

from flows.automations import DAILY, SCHEDULED, TAG, Addressees, Patience, automations
from flows.collect import collect_source
from flows.release import publish_release
from flows.told import event_of
from ogp_pipeline.runs.standing_troubles import Kind
from tests.every import for_every

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "prefect.yaml"
SAID = yaml.safe_load(FILE.read_text())
DEPLOYMENTS = {deployment["name"]: deployment for deployment in SAID["deployments"]}


def _flow(name: str) -> Flow:
    return load_flow_from_entrypoint(DEPLOYMENTS[name]["entrypoint"], use_placeholder_flow=False)


@for_every("name", DEPLOYMENTS)
def test_a_deployment_can_be_loaded_and_its_parameters_fit(name: str) -> None:
    loaded = _flow(name)
    parameters = DEPLOYMENTS[name]["parameters"]
    inspect.signature(loaded.fn).bind(**parameters)
    assert loaded.validate_parameters(parameters)
    assert [(ROOT / path).is_file() for path in parameters.values()] == [True]


@for_every("name", DEPLOYMENTS)
def test_a_deployment_has_a_time_limit_and_repeats_only_its_tasks(name: str) -> None:
    loaded = _flow(name)
    assert loaded.timeout_seconds and not loaded.retries


@for_every("name", DEPLOYMENTS)
def test_a_schedule_arrives_paused_and_names_its_time_zone(name: str) -> None:
    for schedule in DEPLOYMENTS[name].get("schedules", []):
        assert schedule["active"] is False
        assert schedule["timezone"]


def test_the_nightly_the_hourly_and_the_weekly_run_are_scheduled_and_the_others_are_not() -> None:
    scheduled = {name for name, said in DEPLOYMENTS.items() if said.get("schedules")}
    assert scheduled == {"nightly", "hourly", "doctor", "hub"}


@for_every("name", DEPLOYMENTS)
def test_no_deployment_and_no_task_has_a_limit_that_lies_in_the_servers_memory(name: str) -> None:
    """A run that cannot renew its lease is ended, and a task with a tag asks the server whether it may begin."""
    assert "concurrency_limit" not in DEPLOYMENTS[name]
    assert not collect_source.tags and not publish_release.tags


@for_every("name", DEPLOYMENTS)
def test_what_every_run_needs_is_said_for_every_run(name: str) -> None:
    environment = DEPLOYMENTS[name]["work_pool"]["job_variables"]["env"]
    assert int(environment["PREFECT_CLIENT_MAX_RETRIES"]) >= 8
    assert environment["PREFECT_CLIENT_RETRY_EXTRA_CODES"] == "500", "a server whose PostgreSQL is away"
    assert timedelta(seconds=4 * int(environment["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"])) <= Patience().heartbeat
    assert TAG in DEPLOYMENTS[name]["tags"]


def test_only_what_ends_every_day_is_missed_after_a_day() -> None:
    assert [name for name, said in DEPLOYMENTS.items() if DAILY in said["tags"]] == ["nightly"]


EACH = Addressees(UUID(int=1), UUID(int=2))


def test_every_kind_of_trouble_has_somebody_who_is_told() -> None:
    expected = {event for automation in automations(EACH) for event in automation.trigger.expect}
    assert {event_of(kind) for kind in Kind} <= expected


def test_a_run_that_is_made_for_a_crashed_one_is_not_repeated() -> None:
    [again] = [item for item in automations(EACH) if any(isinstance(action, RunDeployment) for action in item.actions)]
    assert SCHEDULED in json.dumps(again.trigger.model_dump(mode="json")["match_related"])


def test_a_run_without_our_heartbeat_setting_is_not_taken_for_dead() -> None:
    assert Patience().heartbeat >= 3 * timedelta(seconds=180), "Prefect's own interval"


def test_what_waits_is_declared_for_each_run_by_itself() -> None:
    waiting = [item for item in automations(EACH) if item.trigger.posture is Posture.Proactive]
    assert len(waiting) == 4 and all(item.trigger.for_each for item in waiting)


def test_no_path_is_absolute() -> None:
    def texts(node: object) -> list[str]:
        if isinstance(node, dict):
            return [text for value in node.values() for text in texts(value)]
        if isinstance(node, list):
            return [text for value in node for text in texts(value)]
        return [node] if isinstance(node, str) else []

    inside = "/srv/ogp/programme"  # of the image
    assert not [text for text in texts(SAID) if text.startswith(("/", "~")) and text != inside]


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
        registered = {deployment.name: deployment for deployment in client.read_deployments()}

    assert set(registered) == set(DEPLOYMENTS)
    for name, deployment in registered.items():
        assert not any(schedule.active for schedule in deployment.schedules)
        assert len(deployment.schedules) == len(DEPLOYMENTS[name].get("schedules", []))
        assert deployment.work_pool_name == "default"
        assert deployment.pull_steps == [{"prefect.deployments.steps.set_working_directory": {"directory": str(ROOT)}}]
        assert deployment.parameters == DEPLOYMENTS[name]["parameters"]
        assert deployment.global_concurrency_limit is None
        assert deployment.job_variables == DEPLOYMENTS[name]["work_pool"]["job_variables"]
