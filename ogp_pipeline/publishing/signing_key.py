"""The publication's private signing key, from the environment: ``OGP_SIGNING_KEY`` holds its PEM, or a path to it."""

import base64
import os
from collections.abc import Mapping
from pathlib import Path

from ogp_pipeline.errors import StoreError, WrongUse
from ogp_pipeline.publishing import signing
from ogp_pipeline.publishing.signing import SigningKey

VARIABLE = "OGP_SIGNING_KEY"


def from_environment(environment: Mapping[str, str] = os.environ) -> SigningKey | None:
    """The key, None if none is set; StoreError, which never repeats what is set, if that is no key."""
    value = environment.get(VARIABLE, "").strip()
    if not value:
        return None
    if value.startswith("-----BEGIN"):
        return signing.load(value.encode())
    try:
        pem = Path(value).read_bytes()
    except (OSError, ValueError):  # whose text holds the value, which may be a mutilated key
        raise StoreError(f"{VARIABLE} is neither a private key in PEM form nor the path of a readable file") from None
    return signing.load(pem)


def from_file(path: Path) -> SigningKey:
    """The key in a file; StoreError if it is none."""
    try:
        return signing.load(path.read_bytes())
    except OSError as error:
        raise StoreError(f"the signing key {path} cannot be read: {error.strerror}") from error


def make(path: Path) -> SigningKey:
    """A new key in a file that only its owner may read, and its public half beside it (``….pub``); never overwrites."""
    key, public = signing.new_key(), path.with_name(f"{path.name}.pub")
    _create(path, key.to_pem(), 0o600)
    try:
        _create(public, key.public_pem(), 0o644)
    except StoreError:
        path.unlink()
        raise
    return key


def _create(path: Path, data: bytes, mode: int) -> None:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(data)
    except OSError as error:
        raise StoreError(f"the key cannot be written to {path}: {error.strerror}") from error


def fingerprint_of(trusted: str) -> str:
    """The fingerprint that a reader trusts: itself, or of a file with the public key or a key's statement.

    A statement is a ``keys/<n>.json`` that the publisher has sent. WrongUse otherwise; StoreError if a key is no key.
    """
    if len(trusted) == 64 and set(trusted) <= set("0123456789abcdef"):
        return trusted
    try:
        data = Path(trusted).read_bytes()
    except OSError as error:
        raise WrongUse(f"{trusted} is neither a fingerprint (64 hex digits) nor a file with a public key") from error
    if (said := signing.read(data)) is None:
        return signing.fingerprint(signing.public_of(data))
    try:
        public = base64.b64decode(said.statement["key"], validate=True)
    except (KeyError, TypeError, ValueError) as error:
        raise WrongUse(f"{trusted} is no statement about a key, such as keys/2.json") from error
    if said.statement.get("format") != "ogp-key/1" or not said.holds(public):
        raise WrongUse(f"{trusted} is no statement about a key, such as keys/2.json, sealed by that key itself")
    return signing.fingerprint(public)
