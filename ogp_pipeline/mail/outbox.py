"""What was sent: one record for each mail in the private store. The invariant: no mail goes out twice.

A record is claimed before the server is spoken to and settled after it has answered:

    sending   claimed; somebody is at it, or died at it
    sent      the server has taken it
    failed    the server has not taken it, for certain: the next run tries again
    given_up  refused for good, or failed too often
    doubtful  it may have gone out: the connection broke while the server had it, or the process died. Not sent again

What is doubtful or given up is told (``ogp mail list``, the digest), and a person decides.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

import rfc8785

from ogp_pipeline import version
from ogp_pipeline.errors import StoreError
from ogp_pipeline.intake import layout
from ogp_pipeline.mail.letters import Letter
from ogp_pipeline.store.protocol import Done, Store

FORMAT = "ogp-mail/1"  # records of earlier software do not say it
TRIES = 20
_NEWS = timedelta(days=30)  # as long as a server may be down
_DEAD = timedelta(hours=1)  # a claim that is older belongs to nobody any more


class State(StrEnum):
    """See above."""

    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    GIVEN_UP = "given_up"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Sent:
    """A mail's record. ``at``: when it became so. ``reason``: what the server said, where it has not taken it."""

    kind: str
    thing: str
    to: str
    subject: str
    state: State
    at: str
    tries: int = 0
    reason: str = ""

    @property
    def needs_a_look(self) -> bool:
        """Whether nobody will make it good by itself."""
        return self.state in (State.GIVEN_UP, State.DOUBTFUL)


class Outbox:
    """The records of a private store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self, now: datetime) -> None:
        """Remember when mail was first sent: the day before, so that what came with that run is told."""
        first = rfc8785.dumps({"since": (now - timedelta(days=1)).astimezone(UTC).isoformat()})
        self._store.create(layout.MAIL_SINCE, first)

    def since(self, now: datetime) -> datetime:
        """What came before is nobody's news: from before mail was first sent, or from so long ago."""
        stored = self._store.get(layout.MAIL_SINCE)
        first = datetime.fromisoformat(json.loads(stored.data)["since"]) if stored else now - timedelta(days=1)
        return max(first, now - _NEWS)

    def things(self, kind: str) -> set[str]:
        """The things about which a mail of this kind has a record."""
        prefix = f"{layout.MAIL}{kind}/"
        return {key.removeprefix(prefix).rpartition("/")[0] for key in self._store.list(prefix)}

    def told_until(self) -> date | None:
        """The last day that a digest was about."""
        return max(map(date.fromisoformat, self.things("digest")), default=None)

    def listed(self) -> list[Sent]:
        """Every record, newest first."""
        return sorted(self._all(), key=lambda sent: (sent.at, sent.kind, sent.thing, sent.to), reverse=True)

    def claim(self, letter: Letter, now: datetime) -> Sent | None:
        """The record of a mail that is ours to send now; None if it is not: sent, in doubt, or somebody is at it."""
        key, claimed = _key(letter), _record(letter, State.SENDING, now, 1)
        if isinstance(self._store.create(key, _written(claimed)), Done):
            return claimed
        stored = self._store.get(key)
        if stored is None:
            return None
        before = _read(stored.data)
        if before.state is State.SENDING and now - datetime.fromisoformat(before.at) > _DEAD:
            doubt = replace(before, state=State.DOUBTFUL, reason="the process ended while it was being sent")
            self._store.swap(key, _written(doubt), stored.tag)
            return None
        if before.state is not State.FAILED:
            return None
        claimed = _record(letter, State.SENDING, now, before.tries + 1)
        return claimed if isinstance(self._store.swap(key, _written(claimed), stored.tag), Done) else None

    def settle(self, letter: Letter, claimed: Sent, state: State, now: datetime, reason: str = "") -> Sent:
        """Record what became of it."""
        if state is State.FAILED and claimed.tries >= TRIES:
            state = State.GIVEN_UP
        settled = replace(claimed, state=state, at=now.isoformat(timespec="seconds"), reason=reason)
        if not isinstance(self._store.put_view(_key(letter), _written(settled), "application/json"), Done):
            raise StoreError(f"what became of a mail could not be kept in {self._store.describe()}")
        return settled

    def _all(self) -> Iterator[Sent]:
        for key in self._store.list(layout.MAIL):
            stored = self._store.get(key) if key != layout.MAIL_SINCE else None
            if stored is not None:
                yield _read(stored.data)


def _key(letter: Letter) -> str:
    return layout.mail(letter.kind, letter.thing, hashlib.sha256(letter.to.encode()).hexdigest())


def _record(letter: Letter, state: State, now: datetime, tries: int) -> Sent:
    at = now.isoformat(timespec="seconds")
    return Sent(letter.kind, letter.thing, letter.to, letter.subject, state, at, tries)


def _written(sent: Sent) -> bytes:
    return rfc8785.dumps({"format": FORMAT, **asdict(sent)})


def _read(data: bytes) -> Sent:
    values = json.loads(data)
    version.refuse_newer("a record of mail", values.pop("format", FORMAT), FORMAT, values.get("software"))
    return Sent(**{**values, "state": State(values["state"])})
