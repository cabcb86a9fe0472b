"""No secret stands in anything that a run leaves, also where a server that refuses us repeats what it was sent."""

import base64
import json
import logging
import re
import time
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

import pytest
from prefect.blocks.system import Secret
from prefect.settings import get_current_settings
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from flows.pipeline import pipeline
from flows.workspaces import BLOCK
from ogp_pipeline.desk import links
from ogp_pipeline.runs import run as core
from ogp_pipeline.runs.record import SourceResult
from ogp_pipeline.runs.workspace import Workspace
from tests.flows import planted
from tests.flows.conftest import HISTORY
from tests.small_country import SmallCountry, build

pytestmark = [pytest.mark.prefect, pytest.mark.usefixtures("server", "secrets")]

# Sources whose servers repeat the token: in the status line, in an address to go to, and in the very file.
ECHOES = {"refused": "Bearer ${OGP_SOURCE_BEARER}", "sent": "Basic ${OGP_SOURCE_BASIC}", "kept": "${OGP_SOURCE_BEARER}"}

_HOW = "read: {kind: json}, retries: 0, allow_private_hosts: true, tables: {updates: {columns: {}}}"


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, secret in planted.environment().items():
        monkeypatch.setenv(name, secret)


@pytest.fixture
def country(tmp_path: Path, httpserver: HTTPServer) -> SmallCountry:
    """With sources, mail, a deposit and a bucket whose servers refuse, and repeat what they were sent."""
    httpserver.expect_request("/refused").respond_with_handler(
        lambda asked: Response(status=f"401 who is {asked.headers['Authorization']}")
    )
    httpserver.expect_request("/sent").respond_with_handler(_to_nowhere)
    httpserver.expect_request("/kept").respond_with_handler(
        lambda asked: Response(json.dumps([dict(asked.headers)]), content_type="application/json")
    )
    httpserver.expect_request("/zenodo/deposit/depositions").respond_with_handler(
        lambda asked: Response(f"no {asked.headers['Authorization']} here", status=403)
    )
    sources = "".join(
        f'  - {{id: {name}, supplier: agency, kind: http, url: "{httpserver.url_for(f"/{name}")}", {_HOW}, '
        f'headers: {{Authorization: "{written}"}}}}\n'
        for name, written in ECHOES.items()
    )
    deposit = f'  deposit: {{zenodo: "{httpserver.url_for("/zenodo")}"}}\n'
    return build(tmp_path, **HISTORY, **{"publication:\n": f"{sources}publication:\n{deposit}"})


def _to_nowhere(asked: Request) -> Response:
    token = asked.headers["Authorization"].removeprefix("Basic ")
    return Response(status=302, headers={"Location": f"gopher://{quote(base64.b64decode(token))}/{quote(token)}"})


def _left(country: SmallCountry, run: str, log: pytest.LogCaptureFixture) -> list[tuple[str, bytes]]:
    """Stores, folders and log; Prefect's database, when the run's log has come to it."""
    url = get_current_settings().server.database.connection_url
    assert url is not None
    database = Path(url.get_secret_value().partition(":///")[2])
    until = time.monotonic() + 60
    while True:
        held = [(file.name, file.read_bytes()) for file in database.parent.glob(f"{database.name}*")]
        whole = b"".join(data for _, data in held)
        if b"Finished in state" in whole and whole.count(run.encode()) > 3:
            break
        assert time.monotonic() < until, "the run's log does not come to the database"
        time.sleep(0.3)
    kept = [(name, data) for name, data in planted.files(country.folder) if name != "programme.yaml"]
    return [*kept, *held, ("log", log.text.encode())]


def test_what_a_run_leaves_holds_no_secret_whatever_servers_repeat(
    country: SmallCountry, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    workspace = country.open()
    desk_key = links.key(workspace.intake).hex()
    state = pipeline(country.folder / "programme.yaml", return_state=True)
    assert (state.name, state.is_failed()) == ("Failed", True)
    assert country.versions() == ["1.0.0"], "what the others sent is published"
    left = _left(country, str(state.state_details.flow_run_id), caplog)
    told = b"\n".join(data for _, data in left)
    for words in (
        "answered 401 who is Bearer …",
        "cannot be fetched: gopher://…",
        "repeats the secret",
        "no Bearer … here",
    ):
        assert words.encode() in told, "each server has said it"
    assert planted.leaks(left) == []
    assert [name for name, data in left if desk_key.encode() in data] == ["var/private/desk/key.json"]


@pytest.mark.parametrize("keys", ["environment", "block"])
def test_a_bucket_that_refuses_us_and_says_with_what_leaves_none_of_it(
    country: SmallCountry, httpserver: HTTPServer, caplog: pytest.LogCaptureFixture, monkeypatch: Any, keys: str
) -> None:
    def refuse(asked: Request) -> Response:
        said = escape(f"{asked.headers['X-Amz-Security-Token']} {asked.headers['Authorization']}")
        return Response(f"<Error><Code>InvalidToken</Code><Message>no {said}</Message></Error>", status=403)

    httpserver.expect_request(re.compile("/bucket/.*")).respond_with_handler(refuse)
    country.edit("intake: {directory: var/private}", "intake: {s3: {bucket: bucket, prefix: intake}}")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", httpserver.url_for("").rstrip("/"))
    if keys == "block":
        fields = {"access_key_id": "an-id", "secret_access_key": planted.OTHERS["block"]}
        Secret(value={**fields, "session_token": planted.SECRETS["AWS_SESSION_TOKEN"]}).save("ogp-s3", overwrite=True)
        monkeypatch.setenv(BLOCK, "ogp-s3")
    caplog.set_level(logging.INFO)
    state = pipeline(country.folder / "programme.yaml", return_state=True)
    assert state.is_failed() and "InvalidToken" in (state.message or "")
    left = _left(country, str(state.state_details.flow_run_id), caplog)
    assert b"InvalidToken" in b"".join(data for _, data in left)
    assert planted.leaks(left) == []


def test_a_traceback_of_an_error_that_nobody_foresaw_holds_none(
    country: SmallCountry, caplog: pytest.LogCaptureFixture, monkeypatch: Any
) -> None:
    def broken(_: Workspace, source_id: str, now: datetime) -> SourceResult:
        held = dict(planted.SECRETS)  # what a frame of the trace holds
        raise RuntimeError(f"nobody foresaw this of {source_id} at {now} with {len(held)} secrets")

    monkeypatch.setattr(core, "collect_source", broken)
    caplog.set_level(logging.INFO)
    state = pipeline(country.folder / "programme.yaml", return_state=True)
    assert state.is_failed() and "nobody foresaw" in (state.message or "")
    left = _left(country, str(state.state_details.flow_run_id), caplog)
    assert b"Traceback" in b"".join(data for _, data in left)
    assert planted.leaks(left) == []
