"""Whether what is published is signed, with which key, until when that holds, and whether this machine could go on."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from ogp_pipeline.errors import StoreError
from ogp_pipeline.i18n.catalogue import moment, say
from ogp_pipeline.publishing import expiry, keyring, layout, renewal, signing_key
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.runs.workspace import Workspace

_SHOWN = 12  # digits of a fingerprint, by which a person tells it from another


@dataclass(frozen=True, slots=True)
class Signatures:
    """``key``: the fingerprint of the key in force, None for a publication without keys. ``newest``: whether the newest
    release bears its sound signature. ``here``: the key of this machine. ``until``: when the signed hint ends.
    """

    key: str | None
    newest: bool
    here: Literal["none", "same", "other", "first"]
    until: str | None
    expired: bool

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


def look(workspace: Workspace, head: Release, today: date, environment: Mapping[str, str] = os.environ) -> Signatures:
    """What stands now. BrokenHistory if the list of keys does not hold."""
    keys = keyring.read(workspace.publication)
    stored = workspace.publication.get(layout.signature(head.n)) if keys else None
    hint = workspace.publication.get(layout.LATEST) if keys else None
    until = renewal.time_of(hint.data) if hint is not None else None
    return Signatures(
        keys[-1].fingerprint if keys else None,
        stored is not None and keyring.fault(keys, head.n, head.hash, stored.data) is None,
        _here(keys[-1].fingerprint if keys else None, environment),
        expiry.written(until),
        until is not None and until.date() < today,
    )


def _here(key: str | None, environment: Mapping[str, str]) -> Literal["none", "same", "other", "first"]:
    try:
        own = signing_key.from_environment(environment)
    except StoreError:  # what is set is no key: a run says so
        return "other"
    if own is None:
        return "none"
    return "first" if key is None else "same" if own.fingerprint == key else "other"


def told(signatures: Signatures, language: str) -> str | None:
    """The key, and until when its hint holds; None where nothing is signed."""
    if signatures.key is None:
        return None
    until = expiry.read_time(signatures.until) if signatures.until is not None else None
    if until is None:
        return say("status.signed", language, fingerprint=signatures.key[:_SHOWN])
    return say("status.signed_until", language, fingerprint=signatures.key[:_SHOWN], moment=moment(until, language))


def troubles(signatures: Signatures, language: str) -> Iterator[str]:
    """What somebody has to do about it."""
    if signatures.here == "first":
        yield say("status.unsigned", language, variable=signing_key.VARIABLE)
    if signatures.key is not None and not signatures.newest:
        yield say("status.signature_missing", language, variable=signing_key.VARIABLE)
    if signatures.here == "other":
        yield say("status.other_key", language, variable=signing_key.VARIABLE)
    if signatures.expired:
        yield say("status.expired", language, variable=signing_key.VARIABLE)
