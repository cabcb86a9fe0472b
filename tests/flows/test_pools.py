"""Processes, containers or jobs of a cluster: one word of prefect.yaml chooses, and Prefect's workers understand it.

The packages of the docker and kubernetes workers are no part of what is locked. Prefect itself carries the templates
with which a server makes pools of these kinds, and ours are held against them.
"""

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect.utilities.schema_tools.validation import is_valid, validate
from prefect.utilities.templating import apply_values, find_placeholders
from prefect.workers.base import BaseJobConfiguration

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "prefect.yaml").read_text()
KINDS = ("process", "docker", "kubernetes")
WORKERS = json.loads(
    files("prefect.server.api").joinpath("collections_data/views/aggregate-worker-metadata.json").read_text()
)
PREFECTS: dict[str, Any] = {
    kind: metadata["default_base_job_configuration"]
    for package in WORKERS.values()
    for kind, metadata in package.items()
}
# What ours say beyond Prefect's, or leave away; each is looked at below.
DIFFERS = {"docker": {"container_create_kwargs", "privileged"}, "kubernetes": {"job_manifest"}}
VARIABLES = {"docker": {"privileged"}, "kubernetes": {"claim", "secret"}}


def _chosen(kind: str) -> dict[str, Any]:
    """The deployments if that word stands in prefect.yaml, each under its name."""
    text, times = re.subn(r"(?<=    <<: \*)process$", kind, TEXT, flags=re.MULTILINE)
    assert times == 1, "it is one word"
    return {deployment["name"]: deployment for deployment in yaml.safe_load(text)["deployments"]}


def _template(kind: str) -> dict[str, Any]:
    ours = ROOT / f"deploy/pools/{kind}.json"
    template: dict[str, Any] = json.loads(ours.read_text()) if kind != "process" else PREFECTS[kind]
    return template


def _job(kind: str) -> dict[str, Any]:
    """What a worker makes of the template of its pool and the variables of the deployment."""
    template = _template(kind)
    defaults = BaseJobConfiguration._get_base_config_defaults(template["variables"]["properties"])
    variables = _chosen(kind)["nightly"]["work_pool"]["job_variables"]
    job: dict[str, Any] = apply_values(template["job_configuration"], defaults | variables)
    return job


@pytest.mark.parametrize("kind", KINDS)
def test_one_word_chooses_where_the_same_deployments_run(kind: str) -> None:
    chosen, processes = _chosen(kind), _chosen("process")
    places = ("work_pool", "pull")
    for name, deployment in chosen.items():
        assert deployment["work_pool"]["name"] == {"process": "default"}.get(kind, kind)
        assert {key: said for key, said in deployment.items() if key not in places} == {
            key: said for key, said in processes[name].items() if key not in places
        }
        environment = deployment["work_pool"]["job_variables"]["env"]
        assert environment == processes[name]["work_pool"]["job_variables"]["env"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_pool_knows_every_variable_of_its_deployments_and_takes_its_value(kind: str) -> None:
    schema = _template(kind)["variables"]
    for deployment in _chosen(kind).values():
        variables = deployment["work_pool"]["job_variables"]
        assert set(variables) <= set(schema["properties"])
        validate(variables, schema, raise_on_error=True, preprocess=False)
    assert not is_valid({"env": "a string"}, schema), "the schema can refuse"


@pytest.mark.parametrize("kind", DIFFERS)
def test_a_template_is_prefects_own_but_for_what_is_named(kind: str) -> None:
    ours, prefects = _template(kind), PREFECTS[kind]
    job, their_job = ours["job_configuration"], prefects["job_configuration"]
    assert {name for name in job.keys() | their_job.keys() if job.get(name) != their_job.get(name)} == DIFFERS[kind]
    variables, theirs = ours["variables"]["properties"], prefects["variables"]["properties"]
    assert variables.keys() ^ theirs.keys() == VARIABLES[kind]
    for name in variables.keys() & theirs.keys():
        said = {"default": theirs[name].get("default"), **theirs[name]}
        assert {**variables[name], "default": said["default"]} == said, "nothing but a value to begin with"
    assert {placeholder.name for placeholder in find_placeholders(job)} == variables.keys()


def test_a_container_is_nobody_writes_nowhere_and_sees_the_programmes() -> None:
    job = _job("docker")
    made = job["container_create_kwargs"]
    assert (job["privileged"], made["read_only"], made["cap_drop"]) == (False, True, ["ALL"])
    compose = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())
    service = compose["services"]["worker"]
    assert made["user"] in service["user"] and made["security_opt"] == ["no-new-privileges"]
    assert {f"{where}:{how}" for where, how in made["tmpfs"].items()} == set(service["tmpfs"])
    assert job["networks"] == [f"{compose['name']}_default"] and job["mem_limit"] == "4g"
    assert job["image"] in service["image"]
    assert job["image_pull_policy"] == "IfNotPresent", "else `latest` is fetched, and nobody has it"
    [volume] = job["volumes"]
    assert volume == "{{ $PWD }}:/srv/ogp/programme" and _mounted("docker") == "/srv/ogp/programme"


def test_a_job_of_a_cluster_is_nobody_writes_nowhere_and_sees_the_programmes() -> None:
    job = _job("kubernetes")
    pod = job["job_manifest"]["spec"]["template"]["spec"]
    [container] = pod["containers"]
    user = re.search(r"^USER (\d+):", (ROOT / "deploy/Containerfile").read_text(), re.M)
    assert user is not None and pod["securityContext"]["runAsUser"] == int(user[1])
    assert pod["securityContext"]["runAsNonRoot"] is True and pod["automountServiceAccountToken"] is False
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert container["resources"] == {"requests": {"cpu": "500m", "memory": "1Gi"}, "limits": {"memory": "4Gi"}}
    assert container["envFrom"] == [{"secretRef": {"name": "ogp-store"}}]
    assert pod["volumes"][0]["persistentVolumeClaim"]["claimName"] == "ogp-programme"
    assert {volume["name"] for volume in pod["volumes"]} == {mount["name"] for mount in container["volumeMounts"]}
    assert container["volumeMounts"][0]["mountPath"] == _mounted("kubernetes")
    theirs = PREFECTS["kubernetes"]["job_configuration"]["job_manifest"]
    assert _keeps(job["job_manifest"], theirs), "what Prefect's worker asks of a manifest"


def _mounted(kind: str) -> str:
    [step] = _chosen(kind)["nightly"]["pull"]
    directory: str = step["prefect.deployments.steps.set_working_directory"]["directory"]
    return directory


def _keeps(ours: Any, theirs: Any) -> bool:
    """Whether ours has whatever theirs has; a variable of theirs that nobody sets is left away."""
    if isinstance(theirs, dict):
        set_by_us = {key: said for key, said in theirs.items() if key in ours or not re.match(r"{{ \w+ }}$", str(said))}
        return all(key in ours and _keeps(ours[key], said) for key, said in set_by_us.items())
    if isinstance(theirs, list):
        return len(ours) == len(theirs) and all(_keeps(*pair) for pair in zip(ours, theirs, strict=True))
    return bool(ours == theirs or "{{" in str(theirs))
