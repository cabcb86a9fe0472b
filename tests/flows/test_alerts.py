"""`ogp alerts`: what it makes in a real server, that it does so once, and that no secret is shown."""

import json
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from prefect.blocks.notifications import SlackWebhook
from prefect.client.orchestration import get_client
from prefect.events import AutomationCore
from prefect.events.actions import RunDeployment, SendNotification
from prefect.events.schemas.automations import Posture
from typer.testing import CliRunner

from flows import alerts
from flows.automations import PREFIX, SCHEDULED, Addressees, Patience, automations
from flows.told import event_of
from ogp_pipeline.cli.app import app
from ogp_pipeline.errors import OgpError
from ogp_pipeline.runs.standing_troubles import Kind

ADDRESS = "json://127.0.0.1:9/a-secret-path"
ENVIRONMENT = {alerts.DUTY: ADDRESS}
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


@pytest.fixture
def clean(server: None) -> Iterator[None]:
    yield
    with get_client(sync_client=True) as client:
        for automation in client.read_automations():
            client.delete_automation(automation.id)


@pytest.mark.prefect
@pytest.mark.usefixtures("clean")
def test_it_is_made_once_and_mended_where_it_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    made = alerts.setup(ENVIRONMENT)
    assert {item.became for item in made} == {"created"} and len(made) == len(automations(EACH)) + 1
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


@pytest.mark.prefect
@pytest.mark.usefixtures("clean")
@pytest.mark.parametrize(
    "address", ["", "mailto://me@example.org", "https://hooks.slack.com/services/XXX", "nonsense", "slack://<token>"]
)
def test_an_address_that_is_none_or_an_example_is_refused_and_not_shown(address: str) -> None:
    with pytest.raises(OgpError, match=alerts.DUTY) as refused:
        alerts.setup({alerts.DUTY: address})
    assert not address or address not in str(refused.value)
    assert alerts.listed() == []


@pytest.mark.prefect
@pytest.mark.usefixtures("clean")
@pytest.mark.parametrize("block", ["00000000-0000-0000-0000-000000000000", str(UUID(int=7)), "mine"])
def test_a_block_that_is_not_there_is_refused(block: str) -> None:
    with pytest.raises(OgpError, match="no block of this id"):
        alerts.setup({}, block)
    assert alerts.listed() == []
