"""Until when ``latest.json`` holds, so that a place that somebody keeps from moving on is told from a quiet publisher.

    {…, "expires": <UTC time, or null: for ever>, "seals": […]}

Only a signed publication says it: a time without a seal could be put there by whoever holds the place back. A run that
publishes nothing seals the same hint anew when the standing one is old (``renewal``).
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ogp_pipeline.publishing import signing
from ogp_pipeline.publishing.signing import Sealed, SigningKey
from ogp_pipeline.release import json_text

EXPIRES = "expires"

_ADDED = (EXPIRES, signing.SEALS)
_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Expiry:
    """``days``: how long a hint holds from when it is sealed; 0: for ever. ``renew_days``: how old it may become."""

    days: int
    renew_days: int


def sealed(hint: bytes, signer: SigningKey, expiry: Expiry, now: datetime) -> bytes:
    """The hint with the time until which it holds, sealed."""
    until = _written(now + timedelta(days=expiry.days)) if expiry.days else None
    return signing.seal({**json.loads(hint), EXPIRES: until}, signer)


def bare(data: bytes) -> bytes:
    """The hint as it is without a time and seals; the bytes themselves if they are no canonical JSON object."""
    try:
        document = json.loads(data)
        if isinstance(document, dict) and json_text.canonical(document) == data:
            return json_text.canonical({name: value for name, value in document.items() if name not in _ADDED})
    except (ValueError, RecursionError):
        pass
    return data


def is_due(data: bytes, public: bytes, expiry: Expiry, now: datetime) -> bool:
    """Whether this key has to seal the standing hint anew: it is old, sealed by another, or for another time."""
    said = signing.read(data)
    if said is None or not said.holds(public):
        return True
    until = time_of(said)
    if until is None or not expiry.days:
        return until is not None or bool(expiry.days)
    left = until - now
    return not timedelta(days=expiry.days - expiry.renew_days) < left <= timedelta(days=expiry.days)


def time_of(said: Sealed) -> datetime | None:
    """Until when a sealed hint holds. None: for ever; what cannot be read as a time has passed."""
    until = said.statement.get(EXPIRES)
    return None if until is None else read_time(until)


def written(until: datetime | None) -> str | None:
    """The time as it stands in the hint."""
    return None if until is None else _written(until)


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime(_TIME)


def read_time(text: object) -> datetime:
    """A time as it stands in a hint; what is none has passed."""
    try:
        return datetime.strptime(str(text), _TIME).replace(tzinfo=UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
