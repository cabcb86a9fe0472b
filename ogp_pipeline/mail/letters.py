"""What a mail is made of: a subject and blocks, which become plain text and HTML of the same words."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from typing import Literal

import jinja2

from ogp_pipeline.i18n import markup
from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.i18n.legible import legible
from ogp_pipeline.programme.model import Programme, Supplier

_WIDTH = 78  # of a subject; the rest is cut


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a mail. ``address``: where a link leads."""

    kind: Literal["heading", "paragraph", "item", "link"]
    text: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail for one address. ``kind`` and ``thing`` name what it is about: with ``to``, it is sent once."""

    kind: Literal["receipt", "reminder", "digest"]
    thing: str
    to: str
    language: str
    subject: str
    blocks: tuple[Block, ...]

    @property
    def text(self) -> str:
        """As plain text."""
        lines: list[str] = []
        for block in self.blocks:
            match block.kind:
                case "heading":
                    lines += ["", block.text, "-" * min(len(block.text), _WIDTH)]
                case "item":
                    lines.append(f"* {block.text}")
                case "link":
                    lines += ["", block.text, block.address]
                case "paragraph":
                    lines += ["", block.text]
        return legible("\n".join(lines).strip(), lines=True) + "\n"

    @property
    def html(self) -> str:
        """As HTML that needs nothing from elsewhere."""
        page = _template().render(language=self.language, subject=self.subject, groups=list(_grouped(self.blocks)))
        return legible(page, lines=True)


def message(letter: Letter, sender: str, name: str, now: datetime) -> EmailMessage:
    """The mail as servers take it. Its id is the letter's own, so that who gets it twice can tell."""
    made = EmailMessage()
    made["From"] = Address(_plain(name), addr_spec=sender)
    made["To"] = letter.to
    made["Subject"] = _plain(letter.subject)
    made["Date"] = format_datetime(now)
    digest = hashlib.sha256(f"{letter.kind}\n{letter.thing}\n{letter.to}".encode()).hexdigest()[:32]
    made["Message-ID"] = f"<{digest}@{sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"  # nobody's out-of-office note answers it
    made.set_content(letter.text, cte="quoted-printable")
    made.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    made["Content-Language"] = letter.language  # last: whoever sets the content takes such headers away
    return made


def closing(programme: Programme, supplier: Supplier, language: str) -> Iterator[Block]:
    """Whom to ask, and why this mail came."""
    contact = programme.contact_of(supplier)
    asked = say("desk.contact.ask", language, name=contact.name.get(language))
    yield Block("heading", say("desk.contact.heading", language))
    yield Block("paragraph", f"{asked} · {contact.email}" if contact.email else asked)
    if contact.url:
        yield Block("link", "", contact.url)
    names, title = supplier.names.get(language), programme.title.get(language)
    yield Block("paragraph", say("mail.why", language, supplier=names, programme=title))


def _plain(text: str) -> str:
    """One line that a header can hold."""
    line = " ".join(legible(text).split())
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH - 1]}…"


def _grouped(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Items that follow each other stand in one list."""
    group: list[Block] = []
    for block in blocks:
        if group and (block.kind != "item" or group[0].kind != "item"):
            yield group
            group = []
        group.append(block)
    if group:
        yield group


@cache
def _template() -> jinja2.Template:
    return markup.environment("ogp_pipeline.mail").get_template("letter.html.j2")
