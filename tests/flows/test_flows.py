"""Flows on a real server: each run ends in a state that is named after its outcome, and leaves a summary."""

import hashlib
import logging
import re
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from prefect import Flow
from prefect.blocks.notifications import SlackWebhook
from prefect.blocks.system import Secret
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey, FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import State
from prefect.events import AutomationCore
from prefect.events.actions import SendNotification
from typer.testing import CliRunner

import flows.assets
import flows.collect
import flows.release
import flows.told
from flows import alerts
from flows.automations import PREFIX, Addressees, Patience, automations
from flows.backfill import backfill
from flows.collect import collect
from flows.pipeline import pipeline
from flows.release import release
from flows.workspaces import open_workspace, shared
from ogp_pipeline.cli.app import app
from ogp_pipeline.errors import OgpError, StoreError
from ogp_pipeline.mail import outbox
from ogp_pipeline.publishing import history
from ogp_pipeline.runs import run as core
from ogp_pipeline.runs import told as runs_told
from ogp_pipeline.runs.record import ReleaseSummary, SourceResult
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.telemetry import events
from ogp_pipeline.telemetry.about import named
from tests.flows.station import wait_for
from tests.s3_server import ACCESS_KEY, SECRET_KEY, S3Server

pytestmark = [pytest.mark.prefect, pytest.mark.usefixtures("server")]


ADDRESS = "json://127.0.0.1:9/a-secret-path"
ENVIRONMENT = {alerts.DUTY: ADDRESS}


def _public_files(programme: Path) -> dict[str, str]:
    root = programme.parent / "var" / "public"
    files = sorted(file for file in root.rglob("*") if file.is_file())
    return {str(file.relative_to(root)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def _versions(programme: Path) -> list[str]:
    return [one.version for one in history.releases(core.open_workspace(programme).publication)]


def _artifact(key: str, containing: str) -> str:
    with get_client(sync_client=True) as client:
        found = client.read_artifacts(artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=[key])))
    texts = [str(artifact.data) for artifact in found if containing in str(artifact.data)]
    assert texts, f"no artifact {key} says {containing}"
    return texts[0]


def _task_states(run_id: str) -> dict[str, tuple[str | None, bool]]:
    """The tasks of a run: the name of each one's state, and whether it is red."""
    with get_client(sync_client=True) as client:
        tasks = client.read_task_runs(flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[UUID(run_id)])))
    return {task.name: (task.state.name, task.state.is_failed()) for task in tasks if task.state is not None}


def _spoil(programme: Path) -> None:
    """A row with a sector that no list holds, in the institutions' file."""
    file = programme.parent / "inbox" / "forum" / "institutions.csv"
    heading, first, *rest = file.read_text().splitlines()
    column = heading.split(",").index("sector")
    cells = first.split(",")
    assert len(cells) == len(heading.split(",")), "the first row has a quoted comma: choose another"
    cells[column] = "No Trackab"
    file.write_text("\n".join([heading, ",".join(cells), *rest]) + "\n")


def test_what_is_shared_is_opened_once_and_no_longer_than_it_is_shared(first_run: tuple[Path, State]) -> None:
    programme = first_run[0] / "programme.yaml" if first_run[0].is_dir() else first_run[0]
    with shared(programme) as workspace:
        with shared(programme) as again:
            assert again is workspace
        assert open_workspace(programme) is workspace
    assert open_workspace(programme) is not workspace


def test_the_first_run_ends_published(first_run: tuple[Path, State]) -> None:
    folder, state = first_run
    assert (state.name, state.is_completed()) == ("Published", True)
    assert _versions(folder / "programme.yaml") == ["1.0.0"]


def test_the_summary_is_an_artifact_of_the_run(first_run: tuple[Path, State]) -> None:
    folder, state = first_run
    run_id = str(state.state_details.flow_run_id)
    text = _artifact("run-summary", containing=run_id)
    assert "1.0.0" in text and "commitments" in text
    stored = list((folder / "var" / "private" / "runs").glob(f"{run_id}.json"))
    assert stored, "the run record is stored under the flow run's id"


def test_a_run_without_news_ends_unchanged_and_writes_nothing(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[object] = []
    monkeypatch.setattr(flows.release, "show_release", lambda *given: shown.append(given))
    before = _public_files(published)
    state = pipeline(published, return_state=True)
    assert (state.name, state.is_completed()) == ("Unchanged", True)
    assert before and _public_files(published) == before
    assert shown == [], "it made nothing"


def test_a_release_tells_its_datasets_as_assets_with_their_sources(first_run: tuple[Path, State]) -> None:
    folder, state = first_run
    run_id = state.state_details.flow_run_id
    programme = core.open_workspace(folder / "programme.yaml").programme
    asked = {
        "event": {"prefix": ["prefect.asset"]},
        "related": {"id": [f"prefect.flow-run.{run_id}"]},
        "occurred": {"since": state.timestamp.replace(year=state.timestamp.year - 1).isoformat()},
    }

    def told() -> list[dict[str, Any]] | None:
        with get_client(sync_client=True) as client:
            answer = client.request("POST", "/events/filter", json={"filter": asked, "limit": 50}).json()
        return answer["events"] if answer["total"] >= 11 else None

    events = wait_for("the events of the assets", told, 60)
    made = {event["resource"]["prefect.resource.id"]: event for event in events if "materialization" in event["event"]}
    datasets = history.release(core.open_workspace(folder).publication, "1.0.0").manifest.datasets
    assert set(made) == {f"ogp://xx-nap/{dataset}" for dataset in datasets}
    plan = made["ogp://xx-nap/plan"]
    assert plan["event"] == "prefect.asset.materialization.succeeded"
    assert plan["resource"]["prefect.asset.url"] == "https://data.example.org/latest/plan/"
    facts = plan["payload"]
    assert (facts["version"], facts["address"]) == ("1.0.0", "https://data.example.org/v/1.0.0/plan/")
    assert facts["rows"] == 9 + 2 and facts["bytes"] > 1000, "what the forum sent, the plan and its programme"
    sources = {f"ogp://xx-nap/sources/{source.id}" for source in programme.sources}
    assert sources <= {each["prefect.resource.id"] for each in plan["related"]}
    assert {event["resource"]["prefect.resource.id"] for event in events if "referenced" in event["event"]} == sources


def test_a_server_that_does_not_take_assets_changes_no_run(
    first_run: tuple[Path, State], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_: object, **__: object) -> None:
        raise httpx.ConnectError("away")

    monkeypatch.setattr(flows.assets, "materialize", lambda *_, **__: lambda _: away)
    made = ReleaseSummary(1, "1.0.0", "2024-07-10", {})
    monkeypatch.setattr(logging.getLogger("prefect"), "propagate", True)
    flows.assets.show_release(first_run[0] / "programme.yaml", made)
    assert "the server was not told of the assets of 1.0.0: away" in caplog.text


def test_the_log_of_a_flow_says_which_run_and_source_it_is(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, dict[str, str]]] = []
    monkeypatch.setattr(events, "tell", lambda event, *_, **__: told.append((event, dict(named()))))
    monkeypatch.setattr(runs_told, "tell", events.tell)
    state = collect(published, return_state=True)
    run_id = str(state.state_details.flow_run_id)
    sources = [about for event, about in told if event == "source"]
    assert {(about["run_id"], about["programme"]) for about in sources} == {(run_id, "xx-nap")}
    assert [about["source"] for about in sources] == ["institutions", "commitments", "roles", "milestones", "updates"]


def test_a_bad_delivery_ends_the_run_rejected_and_the_release_stands(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[tuple[str, str]] = []

    def heard(event: str, resource: dict[str, str], payload: dict[str, str], **_: object) -> None:
        assert resource["prefect.resource.id"] == "ogp.programme.xx-nap"
        events.append((event, payload["text"]))

    monkeypatch.setattr(flows.told, "emit_event", heard)
    before = _public_files(published)
    file = published.parent / "inbox" / "forum" / "institutions.csv"
    good = file.read_text()
    _spoil(published)
    state = pipeline(published, return_state=True)
    assert (state.name, state.is_failed()) == ("Rejected", True)
    assert "receipts" in (state.message or "")
    assert _public_files(published) == before
    [(event, text)] = events
    assert event == "ogp.rejected.new" and "Forum (institutions)" in text
    assert "“No Trackab”" in text and "[receipts/forum/" in text, "what is wrong, and where the receipt is"
    tasks = _task_states(str(state.state_details.flow_run_id))
    assert tasks["collect-institutions"] == ("Rejected", True)
    assert tasks["collect-commitments"] == ("Unchanged", False)

    assert collect(published, return_state=True).name == "Rejected"
    assert len(events) == 1, "it is known"
    table = _artifact("collected", containing="receipts/forum/")
    assert "forum" in table
    file.write_text(good)
    assert collect(published, return_state=True).name == "Unchanged"
    assert [event for event, _ in events] == ["ogp.rejected.new", "ogp.cured"]


def test_collecting_publishes_nothing(beginning: Path) -> None:
    first = collect(beginning, return_state=True)
    assert (first.name, first.is_completed()) == ("Received", True)
    assert not _public_files(beginning)
    assert "institutions" in _artifact("collected", containing="accepted")
    assert collect(beginning, return_state=True).name == "Unchanged"


def test_a_release_without_news_ends_unchanged(published: Path) -> None:
    assert release(published, return_state=True).name == "Unchanged"


@pytest.mark.night
def test_what_was_collected_can_be_released_later(beginning: Path) -> None:
    collect(beginning)
    state = release(beginning, return_state=True)
    assert state.name == "Published"
    assert _versions(beginning) == ["1.0.0"]


def test_mail_that_cannot_be_sent_leaves_the_run_as_it_was_and_is_kept_for_the_next(beginning: Path) -> None:
    nobody_listens = "{host: 127.0.0.1, port: 1, security: none}"
    settings = f"mail: {{send: true, from: f@example.org, server: {nobody_listens}}}\npublication:"
    text = beginning.read_text().replace("publication:", settings)
    supplied = "may_supply: [updates, evidence]"
    beginning.write_text(text.replace(supplied, f"{supplied}\n    mail: [a@example.org]"))
    assert collect(beginning, return_state=True).name == "Received"
    [mail] = outbox.Outbox(open_workspace(beginning).intake).listed()
    assert (mail.to, mail.state, mail.tries) == ("a@example.org", outbox.State.FAILED, 1)


def test_a_release_before_anything_was_received_says_so(beginning: Path) -> None:
    state = release(beginning, return_state=True)
    assert (state.name, state.is_failed()) == ("NothingReceived", True)


@pytest.mark.parametrize("flow", [pipeline, collect, release, backfill], ids=lambda one: one.name)
def test_without_the_private_store_of_the_newest_release_every_flow_fails_and_writes_nothing(
    published: Path, flow: Flow[..., Any]
) -> None:
    before, private = _public_files(published), published.parent / "var" / "private"
    shutil.rmtree(private)
    state = flow(published, return_state=True)
    assert (state.name, state.is_failed()) == ("Failed", True)
    assert (state.message or "").startswith("the private store is missing or another's")
    assert _public_files(published) == before and not private.exists()


def test_the_flows_own_limit_ends_it_and_nothing_is_repeated(beginning: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def never(_: Workspace, source_id: str, now: datetime) -> SourceResult:
        asked.append(source_id)
        time.sleep(60)
        raise AssertionError(now)

    monkeypatch.setattr(core, "collect_source", never)
    begun = time.monotonic()
    state = collect.with_options(timeout_seconds=2)(beginning, return_state=True)
    assert (state.name, state.is_failed()) == ("TimedOut", True)
    assert asked in (["institutions"], []) and time.monotonic() - begun < 50, "on a slow machine it has not begun"


def test_a_limit_that_is_not_the_tasks_own_ends_the_flow(beginning: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def out_of_time(_: Path, source_id: str, now: datetime) -> SourceResult:
        asked.append(source_id)
        raise TimeoutError(f"1800 seconds, as the task is told at {now}")

    monkeypatch.setattr(flows.collect, "collect_source", out_of_time)
    with pytest.raises(TimeoutError, match="the flow's time limit ended it at source institutions"):
        flows.collect.collect_all(beginning, datetime.now(UTC))
    monkeypatch.setattr(flows.collect, "LIMIT_S", 0)
    failed = flows.collect.collect_all(beginning, datetime.now(UTC))
    assert {result.state for result in failed} == {"failed"} and len(asked) == 1 + len(failed)


def test_a_backfill_makes_one_release_for_each_date_and_only_once(beginning: Path) -> None:
    programme = core.open_workspace(beginning).programme
    state = backfill(beginning, return_state=True)
    assert state.name == "Published"
    chain = list(history.releases(core.open_workspace(beginning).publication))
    dates = sorted(one.manifest.as_of for one in chain)
    assert dates == sorted(programme.publication.history)
    before = _public_files(beginning)
    assert backfill(beginning, return_state=True).name == "Unchanged"
    assert _public_files(beginning) == before


def test_a_flow_takes_its_keys_to_object_storage_from_a_block(
    beginning: Path, s3_server: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = beginning.read_text()
    for name in ("store", "intake"):
        folder = re.search(rf"^  {name}: .*(?:\n    directory: .*)?$", text, re.MULTILINE)
        assert folder
        text = text.replace(folder[0], f"  {name}: {{s3: {{bucket: private, prefix: block/{name}}}}}")
    beginning.write_text(text)
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(variable, raising=False)
    Secret(value={"access_key_id": ACCESS_KEY, "secret_access_key": "wrong", "endpoint_url": s3_server.endpoint}).save(
        "ogp-s3", overwrite=True
    )
    monkeypatch.setenv("OGP_S3_BLOCK", "ogp-s3")
    with pytest.raises(StoreError, match="secret key is wrong"):
        history.head(open_workspace(beginning).publication)
    Secret(
        value={"access_key_id": ACCESS_KEY, "secret_access_key": SECRET_KEY, "endpoint_url": s3_server.endpoint}
    ).save("ogp-s3", overwrite=True)
    assert release(beginning, return_state=True).name == "NothingReceived"  # read and written with those keys
    assert s3_server.client().get_object(Bucket="private", Key="block/intake/runs/last.json")
    Secret(value={"password": SECRET_KEY}).save("ogp-s3", overwrite=True)
    with pytest.raises(StoreError, match="access_key_id") as caught:
        open_workspace(beginning)
    assert SECRET_KEY not in str(caught.value)
    monkeypatch.setenv("OGP_S3_BLOCK", "no-such-block")
    with pytest.raises(StoreError, match="there is none"):
        open_workspace(beginning)


@pytest.fixture
def clean(server: None) -> Iterator[None]:
    yield
    with get_client(sync_client=True) as client:
        for automation in client.read_automations():
            client.delete_automation(automation.id)


@pytest.mark.usefixtures("clean")
def test_alerts_are_made_once_and_mended_where_it_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    made = alerts.setup(ENVIRONMENT)
    assert {item.became for item in made} == {"created"} and len(made) == len(
        automations(Addressees(UUID(int=1), UUID(int=1)))
    ) + 1
    assert {item.became for item in alerts.setup(ENVIRONMENT)} == {"unchanged"}
    [late] = [item for item in alerts.listed() if item.name == f"{PREFIX}a run is late"]
    with get_client(sync_client=True) as client:
        client.pause_automation(late.id)
        older = AutomationCore(name=f"{PREFIX}of an older version", trigger=late.trigger, actions=late.actions)
        client.create_automation(older)
    changed = alerts.setup(ENVIRONMENT, patience=Patience(late=timedelta(hours=1)))
    told = {item.name: item.became for item in changed if item.became != "unchanged"}
    assert told == {f"{PREFIX}a run is late": "updated", f"{PREFIX}of an older version": "deleted"}
    [late] = [item for item in alerts.listed() if item.name == f"{PREFIX}a run is late"]
    assert (late.trigger.within, late.enabled) == (timedelta(hours=1), False), "what somebody paused stays paused"
    other = alerts.setup({**ENVIRONMENT, alerts.SUPPLIERS: "json://127.0.0.1:9/other"})
    assert {item.name for item in other if item.became == "created"} == {"block ogp-alerts-suppliers"}
    suppliers = SlackWebhook.load("ogp-alerts-suppliers")._block_document_id
    [refused] = [item for item in alerts.listed() if item.name == f"{PREFIX}a delivery was refused"]
    [send] = refused.actions
    assert isinstance(send, SendNotification) and send.block_document_id == suppliers

    monkeypatch.setenv(alerts.DUTY, ADDRESS.replace("secret", "newer"))
    shown = CliRunner().invoke(app, ["alerts", "setup"]).output + CliRunner().invoke(app, ["alerts", "list"]).output
    assert "updated   block ogp-alerts" in shown and "secret" not in shown and "newer" not in shown


@pytest.mark.usefixtures("clean")
@pytest.mark.parametrize(
    "address", ["", "mailto://me@example.org", "https://hooks.slack.com/services/XXX", "nonsense", "slack://<token>"]
)
def test_an_address_for_alerts_that_is_none_or_an_example_is_refused_and_not_shown(address: str) -> None:
    with pytest.raises(OgpError, match=alerts.DUTY) as refused:
        alerts.setup({alerts.DUTY: address})
    assert not address or address not in str(refused.value)
    assert alerts.listed() == []


@pytest.mark.usefixtures("clean")
@pytest.mark.parametrize("block", ["00000000-0000-0000-0000-000000000000", str(UUID(int=7)), "mine"])
def test_a_block_for_alerts_that_is_not_there_is_refused(block: str) -> None:
    with pytest.raises(OgpError, match="no block of this id"):
        alerts.setup({}, block)
    assert alerts.listed() == []
