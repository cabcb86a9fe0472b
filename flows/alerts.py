"""Alerts as code: notification blocks and automations, made or mended in the server. Once more, nothing changes.

Where messages go is an Apprise address (``mailto://…``, ``slack://…``). It holds a secret: it comes from the
environment, or from a block that somebody has made; it goes into a block of the server, and is never shown.
"""

import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from apprise import Apprise
from prefect.blocks.notifications import SlackWebhook
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.events import Automation, AutomationCore, emit_event
from prefect.exceptions import ObjectNotFound
from pydantic import SecretStr

from flows.automations import PREFIX, Addressees, Patience, automations
from flows.told import TRIED
from ogp_pipeline.errors import OgpError

DUTY, SUPPLIERS = "OGP_ALERTS_URL", "OGP_ALERTS_SUPPLIERS_URL"
BLOCKS = {DUTY: "ogp-alerts", SUPPLIERS: "ogp-alerts-suppliers"}
_PLACEHOLDER = re.compile(r"[.@/]example\.(com|org|net)\b|<|…|\.\.\.|XXX|^$", re.IGNORECASE)
_ANSWER_S = 60


@dataclass(frozen=True)
class Made:
    """What became of a block or an automation: ``created``, ``updated``, ``unchanged`` or ``deleted``."""

    name: str
    became: str


def setup(
    environment: Mapping[str, str] = os.environ,
    block: str | None = None,
    patience: Patience = Patience(),  # noqa: B008
) -> list[Made]:
    """Make the blocks and automations, mend those that differ, and delete ours that are no more.

    ``block``: the id of a block that exists, for all messages, instead of addresses in the environment. OgpError if an
    address or an id is none, or only an example.
    """
    made: list[Made] = []
    with get_client(sync_client=True) as client:
        addressees = _existing(client, block) if block is not None else _blocks(environment, made)
        wanted = {automation.name: automation for automation in automations(addressees, patience)}
        standing = _standing(client)
        for name, automation in wanted.items():
            made.append(Made(name, _settle(client, automation, standing.pop(name, []))))
        for name, left in standing.items():
            for automation in left:
                client.delete_automation(automation.id)
                made.append(Made(name, "deleted"))
    return made


def listed() -> list[Automation]:
    """Our automations in the server, by name."""
    with get_client(sync_client=True) as client:
        return [automation for _, each in sorted(_standing(client).items()) for automation in each]


def test() -> list[str]:
    """Send a message by way of the server, as an alert goes; what it says became of it. OgpError if it says nothing."""
    begun = datetime.now(UTC) - timedelta(seconds=1)
    text = "If you read this, alerts of OGP Pipeline reach you."
    resource = {"prefect.resource.id": "ogp.alerts", "prefect.resource.name": "alerts"}
    emit_event(TRIED, resource=resource, payload={"subject": "OGP Pipeline: a test", "text": text})
    with get_client(sync_client=True) as client:
        ours = [automation for automation in _standing(client).get(f"{PREFIX}tried", []) if automation.enabled]
        if not ours:
            raise OgpError("the server has none of our automations, or they are paused: `ogp alerts setup` makes them")
        until = time.monotonic() + _ANSWER_S
        while time.monotonic() < until:
            told = _actions(client, ours[0].id, begun)
            if len(told) >= len(ours[0].actions):
                return told
            time.sleep(1)
    raise OgpError(f"the server did not say within {_ANSWER_S} s what became of the message: look at its log")


def _actions(client: SyncPrefectClient, automation: UUID, since: datetime) -> list[str]:
    """What the server says of the messages that an automation sent."""
    asked = {
        "occurred": {"since": since.isoformat(), "until": datetime.now(UTC).isoformat()},
        "event": {"prefix": ["prefect.automation.action.executed", "prefect.automation.action.failed"]},
        "resource": {"id": [f"prefect.automation.{automation}"]},
    }
    answer = client.request("POST", "/events/filter", json={"filter": asked})
    events: list[dict[str, Any]] = answer.json()["events"]
    return [
        "sent" if event["event"].endswith("executed") else f"not sent: {event['payload'].get('reason', '?')}"
        for event in events
    ]


def _blocks(environment: Mapping[str, str], made: list[Made]) -> Addressees:
    """The blocks of the addresses in the environment; an address that is not there any more leaves its block alone."""
    ids: dict[str, UUID] = {}
    for variable, name in BLOCKS.items():
        address = environment.get(variable, "").strip()
        if address:
            ids[variable], became = _block(name, address, variable)
            made.append(Made(f"block {name}", became))
    if DUTY not in ids:
        raise OgpError(f"{DUTY} must hold an Apprise address to which messages go, or name a block with --block")
    return Addressees(ids[DUTY], ids.get(SUPPLIERS, ids[DUTY]))


def _block(name: str, address: str, variable: str) -> tuple[UUID, str]:
    if _PLACEHOLDER.search(address) or not Apprise().add(address):
        raise OgpError(f"{variable} holds no address that Apprise knows, or only an example; it is not shown here")
    became = "created"
    try:
        standing = SlackWebhook.load(name)
        assert isinstance(standing, SlackWebhook), "nothing here is asynchronous"
        if standing.url.get_secret_value() == address:
            assert standing._block_document_id is not None
            return standing._block_document_id, "unchanged"
        became = "updated"
    except ValueError:  # there is none
        pass
    # Of Prefect's blocks the one that takes any address of Apprise; the server itself must know the class.
    saved = SlackWebhook(url=SecretStr(address)).save(name, overwrite=True)
    assert isinstance(saved, UUID), "nothing here is asynchronous"
    return saved, became


def _existing(client: SyncPrefectClient, block: str) -> Addressees:
    try:
        number = UUID(block)
        if number.int == 0:
            raise ValueError("a placeholder")
        client.read_block_document(number)
    except (ValueError, ObjectNotFound) as error:
        raise OgpError(
            f"--block {block}: the server has no block of this id; `ogp alerts setup` can make one"
        ) from error
    return Addressees(number, number)


def _standing(client: SyncPrefectClient) -> dict[str, list[Automation]]:
    ours: dict[str, list[Automation]] = {}
    for automation in client.read_automations():
        if automation.name.startswith(PREFIX):
            ours.setdefault(automation.name, []).append(automation)
    return ours


def _settle(client: SyncPrefectClient, wanted: AutomationCore, standing: list[Automation]) -> str:
    if not standing:
        client.create_automation(wanted)
        return "created"
    for left in standing[1:]:
        client.delete_automation(left.id)
    if _said(standing[0]) == _said(wanted):
        return "unchanged"
    client.update_automation(standing[0].id, wanted.model_copy(update={"enabled": standing[0].enabled}))
    return "updated"


def _said(automation: AutomationCore) -> Any:  # noqa: ANN401 - plain values
    """What an automation says, without whether somebody has paused it. Sets of names have no order."""
    fields = {"name", "description", "trigger", "actions"}
    return AutomationCore.model_validate(automation.model_dump(include=fields)).model_dump(include=fields)
