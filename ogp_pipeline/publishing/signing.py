"""Signed statements: a JSON object with ``seals``, each an ed25519 signature over the object without them.

    {"format": …, …, "seals": [{"key": <fingerprint>, "signature": <base64>}]}

What is signed are the canonical bytes (RFC 8785) of the statement, whose ``format`` says what it is about, so that a
signature for one purpose is worth nothing for another. A fingerprint is the sha256 of the 32 bytes of a public key. The
same key and statement always give the same bytes, so that sealing twice is sealing once.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from ogp_pipeline.errors import StoreError
from ogp_pipeline.release import json_text

SEALS = "seals"


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """A private key. It never appears in any text."""

    private: Ed25519PrivateKey

    def __repr__(self) -> str:
        """Its fingerprint: this ends in logs."""
        return f"SigningKey({self.fingerprint[:12]}…)"

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""
        return self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def fingerprint(self) -> str:
        """sha256 (hex) of the public key."""
        return fingerprint(self.public)

    def to_pem(self) -> bytes:
        """PKCS 8, unencrypted: as it is kept in a file that only its owner reads."""
        return self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def public_pem(self) -> bytes:
        """The public key, for everybody."""
        return self.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A statement with its seals: fingerprint -> signature. Nothing is verified yet: ``holds`` does that."""

    statement: Mapping[str, Any]
    seals: Mapping[str, bytes]

    def holds(self, public: bytes) -> bool:
        """Whether this public key has signed exactly this statement."""
        signature = self.seals.get(fingerprint(public))
        if signature is None:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, json_text.canonical(dict(self.statement)))
        except (InvalidSignature, ValueError, RecursionError):
            return False
        return True


def fingerprint(public: bytes) -> str:
    """sha256 (hex) of a public key's 32 bytes."""
    return hashlib.sha256(public).hexdigest()


def new_key() -> SigningKey:
    """A fresh private key."""
    return SigningKey(Ed25519PrivateKey.generate())


def load(pem: bytes) -> SigningKey:
    """A private key from its PEM; StoreError if it is none of ours."""
    try:
        private = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise StoreError(
            "the signing key is no unencrypted private key in PEM form: make one with `ogp keys new`"
        ) from (error)
    if not isinstance(private, Ed25519PrivateKey):
        raise StoreError("the signing key is not an ed25519 key: make one with `ogp keys new`")
    return SigningKey(private)


def public_of(pem: bytes) -> bytes:
    """The 32 bytes of a public key from its PEM; StoreError if it is none of ours."""
    try:
        public = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise StoreError("this is no public key in PEM form") from error
    if not isinstance(public, Ed25519PublicKey):
        raise StoreError("this is not an ed25519 public key")
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw)


def seal(statement: Mapping[str, Any], *keys: SigningKey) -> bytes:
    """The statement with a seal of each key, as canonical JSON."""
    data = json_text.canonical(dict(statement))
    seals = [{"key": key.fingerprint, "signature": base64.b64encode(key.private.sign(data)).decode()} for key in keys]
    return json_text.canonical({**statement, SEALS: seals})


def read(data: bytes) -> Sealed | None:
    """A sealed statement from its bytes; None if they are not one."""
    try:
        document = json.loads(data)
        seals = {str(seal["key"]): base64.b64decode(seal["signature"], validate=True) for seal in document.pop(SEALS)}
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error, RecursionError):
        return None
    return Sealed(document, seals)
