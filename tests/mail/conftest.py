"""The small country with mail switched on, and a real SMTP server on the loopback that keeps what it gets."""

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.inbox_country import InboxCountry, copy, open_country

SETTINGS = """\
desk: {url: https://desk.example.org}
mail:
  send: true
  from: forum@example.org
  server: {host: 127.0.0.1, port: 1, security: none}
  secretariat: [secretariat@example.org]
publication:"""
AGENCY = "may_supply: [updates, evidence]\n    mail: [press@ministry.example, second@ministry.example]"


@dataclass
class Postman:
    """What the server does: ``answers`` are given in turn to mails handed over; then it takes everything."""

    mails: list[EmailMessage] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address in self.refused:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer == "hang up":
            server.transport.close()
            return "421 gone"
        if answer.startswith("250"):
            made = email.message_from_bytes(envelope.content, policy=email.policy.default)
            assert isinstance(made, EmailMessage)
            self.mails.append(made)
        return answer

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["To"] == address]


class _OnAFreePort(Controller):
    """Port 0 is whichever is free; the controller knocks at its own door before it says that it is there."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[int, Postman]]:
    postman = Postman()
    controller = _OnAFreePort(postman, hostname="127.0.0.1", port=0)
    controller.start()
    yield controller.port, postman
    controller.stop()


@pytest.fixture
def postman(server: tuple[int, Postman]) -> Postman:
    postman = server[1]
    postman.mails.clear()
    postman.answers.clear()
    postman.refused.clear()
    return postman


@pytest.fixture(scope="session")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Commitments and milestones are known; the agency has reported nothing."""
    settings = {"publication:": SETTINGS, "may_supply: [updates, evidence]": AGENCY}
    country = open_country(tmp_path_factory.mktemp("mail") / "country", **settings)
    country.collect()
    return country.folder


@pytest.fixture
def country(known: Path, tmp_path: Path, server: tuple[int, Postman]) -> InboxCountry:
    return copy(known, tmp_path / "country", **{"port: 1,": f"port: {server[0]},"})
