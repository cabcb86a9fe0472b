"""Is what a reader is shown still the newest? The publisher says in ``latest.json`` until when it holds.

Somebody who holds a place back (a mirror, a cache, a thief without the key) cannot renew that, so once the time has
passed the reader knows: nobody with the key has confirmed this release since.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from ogp_pipeline.errors import BrokenHistory, NotFound
from ogp_pipeline.publishing import authenticity, expiry, history, layout, signing
from ogp_pipeline.publishing.authenticity import Keys
from ogp_pipeline.publishing.finding import Kind, VerifyFinding
from ogp_pipeline.publishing.reader import Reader
from ogp_pipeline.publishing.signing import Sealed


@dataclass(frozen=True, slots=True)
class Freshness:
    """``sealed``: whether the publisher says at all until when it holds; ``expires``: None where he does not, or where
    it is for ever.
    """

    release: int
    version: str
    sealed: bool
    expires: datetime | None
    expired: bool


def freshness(reader: Reader, now: datetime, trusted: str | None = None) -> Freshness:
    """Until when what a place shows as its newest release holds, and whether that has passed at ``now``.

    ``trusted``: a fingerprint that must be among the publication's keys. NotFound: there is no ``latest.json``.
    BrokenHistory: it cannot be read, or is sealed by none of the keys that count for its release.
    """
    data = reader.read(layout.LATEST, fresh=True)
    if data is None:
        raise NotFound(f"{layout.LATEST} is not at {reader.describe()}")
    hint, said = history.parse_hint(data), signing.read(data)
    keys = authenticity.read_keys(reader, trusted)
    for wrong in (*keys.findings, *check(keys, said, None)):
        raise BrokenHistory(f"{wrong.key} at {reader.describe()}: {wrong.found}, not {wrong.expected}")
    until = expiry.time_of(said) if said else None
    return Freshness(hint.release, hint.version, said is not None, until, until is not None and until <= now)


def check(keys: Keys, said: Sealed | None, now: datetime | None) -> list[VerifyFinding]:
    """What is wrong with the seal and the time of a hint. ``now``: None asks nothing of the time."""
    if said is None:
        return []
    release, following = said.statement.get("release"), [key.first for key in keys.known[1:]]
    after = release if isinstance(release, int) else max(following, default=0)
    counting = [key for key, first in zip_longest(keys.known, following) if first is None or after < first]
    if not any(said.holds(key.public) for key in counting):
        told = f"a seal of {', '.join(said.seals) or 'nobody'}"
        return [VerifyFinding(Kind.SIGNATURE_WRONG, layout.LATEST, "a seal of a key that counts for it", told)]
    until = expiry.time_of(said)
    if now is not None and until is not None and until <= now:
        told = f"it held until {expiry.written(until)}"
        return [VerifyFinding(Kind.EXPIRED, layout.LATEST, "a time that has not passed", told)]
    return []
