"""Whose word a publication is, as a stranger finds it out: its keys, and the signatures of its releases.

Without a key that the reader trusts (a fingerprint from elsewhere), this proves only that whoever holds the keys said
all of it; a place that was replaced as a whole, keys included, is told apart by that fingerprint alone.
"""

from dataclasses import dataclass
from itertools import zip_longest

from ogp_pipeline.errors import BrokenHistory
from ogp_pipeline.publishing import keyring, layout, signing
from ogp_pipeline.publishing.finding import Kind, VerifyFinding
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.keyring import Fault, PublicKey
from ogp_pipeline.publishing.reader import Reader

_KINDS: dict[Fault, Kind] = {"wrong": Kind.SIGNATURE_WRONG, "unknown": Kind.KEY_UNKNOWN, "retired": Kind.KEY_RETIRED}


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys as far as the list holds, and what is wrong with it or with the reader's trust in it."""

    known: tuple[PublicKey, ...]
    findings: tuple[VerifyFinding, ...]


def read_keys(reader: Reader, trusted: str | None) -> Keys:
    """The publication's keys. ``trusted``: the fingerprint of a key that must be one of them."""
    keys: list[PublicKey] = []
    findings: list[VerifyFinding] = []
    while data := reader.read(layout.key(len(keys) + 1), fresh=True):  # so that no cache keeps "there is no next one"
        try:
            keys.append(keyring.follow(keys, data))
        except BrokenHistory as error:
            findings.append(
                VerifyFinding(Kind.KEY_WRONG, layout.key(len(keys) + 1), "a key that can be trusted", str(error))
            )
            break
    if trusted is not None and trusted not in {key.fingerprint for key in keys}:
        fingerprints = ", ".join(key.fingerprint for key in keys) or "no key"
        findings.append(VerifyFinding(Kind.KEY_UNKNOWN, layout.key(1), f"the key {trusted}", fingerprints))
    return Keys(tuple(keys), tuple(findings))


def check(reader: Reader, keys: Keys, record: Release, absent: Kind) -> VerifyFinding | None:
    """What is wrong with a release's signature; ``absent``: how to call it when there is none and there should be."""
    if not keys.known or record.n < keys.known[0].first:
        return None
    key = layout.signature(record.n)
    data = reader.read(key, fresh=absent is Kind.VIEWS_BEHIND)  # it may come yet
    if reader.cached and (data is None or keyring.fault(keys.known, record.n, record.hash, data)):
        data = reader.read(key, fresh=True)
    expected = f"a signature over {record.hash} by the key in force"
    if data is None:
        return VerifyFinding(absent, key, expected, "nothing")
    fault = keyring.fault(keys.known, record.n, record.hash, data)
    return VerifyFinding(_KINDS[fault], key, expected, _said(data)) if fault else None


def check_list(keys: Keys, record: Release, data: bytes) -> VerifyFinding | None:
    """What is wrong with the seal of a list that was made with a release (``pages.json``)."""
    if not keys.known or record.n < keys.known[0].first:
        return None
    sealed = signing.read(data)
    if sealed is None or not sealed.seals:
        return VerifyFinding(
            Kind.SIGNATURE_MISSING, layout.PAGES, "a list sealed by the key in force", "one without a seal"
        )
    following = [key.first for key in keys.known[1:]]
    counting = [key for key, first in zip_longest(keys.known, following) if first is None or record.n < first]
    if any(sealed.holds(key.public) for key in counting):
        return None
    kind = Kind.SIGNATURE_WRONG if {key.fingerprint for key in counting} & set(sealed.seals) else Kind.KEY_UNKNOWN
    return VerifyFinding(
        kind, layout.PAGES, "a list sealed by the key in force", f"a seal of {', '.join(sealed.seals)}"
    )


def stray(reader: Reader, keys: Keys, newest: Release | None) -> VerifyFinding | None:
    """A signature where there are no keys: they were taken away."""
    if keys.known or keys.findings or newest is None:
        return None
    data = reader.read(layout.signature(newest.n), fresh=True)
    return VerifyFinding(Kind.KEY_UNKNOWN, layout.key(1), "the key of the signatures", "nothing") if data else None


def _said(data: bytes) -> str:
    sealed = signing.read(data)
    if sealed is None:
        return "what is no signature"
    return f"one over {sealed.statement.get('sha256')} by {', '.join(sealed.seals)}"
