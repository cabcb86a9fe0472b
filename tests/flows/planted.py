"""Secrets of every kind that we take, and whether anything that a run leaves holds one of them, in whichever form.

Each has letters that are written otherwise in an address, in JSON and on a page, so that no form is met by chance.
"""

import base64
from collections.abc import Iterable, Iterator
from pathlib import Path

from ogp_pipeline.i18n.masking import forms
from ogp_pipeline.publishing import signing

KEY = signing.new_key()
SECRETS = {
    "AWS_SECRET_ACCESS_KEY": "aws/Zq8+key=one&two",
    "AWS_SESSION_TOKEN": "session/Zq8+token=one&two",
    "OGP_SOURCE_BEARER": "bearer/Zq8+token=one&two",
    "OGP_SOURCE_BASIC": base64.b64encode(b"clerk:basic/Zq8+pass=word").decode(),
    "OGP_SMTP_PASSWORD": "smtp/Zq8+pass=word",
    "OGP_ZENODO_TOKEN": "zenodo/Zq8+token=one&two",
    "OGP_SIGNING_KEY": KEY.to_pem().decode(),
    "OGP_ALERTS_URL": "json://duty:alerts-Zq8-pass-word@127.0.0.1:9/alerts-Zq8-path",
}
OTHERS = {
    "block": "block/Zq8+key=one&two",
    "endpoint": "endpoint-Zq8-pass-word",
    "server": "server-Zq8-pass-word",  # of Prefect
}


def environment() -> dict[str, str]:
    """What whoever runs this has set."""
    return {"AWS_ACCESS_KEY_ID": "an-id-that-is-no-secret", **SECRETS}


def marks() -> dict[str, set[bytes]]:
    """Each secret's forms; of the key of releases and of addresses, the parts that make them secret."""
    apart = {
        "OGP_SIGNING_KEY": ["".join(KEY.to_pem().decode().splitlines()[1:-1])],
        "OGP_ALERTS_URL": ["alerts-Zq8-pass-word", "alerts-Zq8-path"],
    }
    every = {name: apart.get(name, [secret]) for name, secret in {**SECRETS, **OTHERS}.items()}
    return {name: {form.encode() for form in forms(secrets)} for name, secrets in every.items()}


def leaks(held: Iterable[tuple[str, bytes]]) -> list[str]:
    """Where which secret stands, of what has a name and bytes."""
    known = [(name, form) for name, written in marks().items() for form in written]
    return sorted({f"{name} in {where}" for where, data in held for name, form in known if form in data})


def files(*folders: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below the folders."""
    for folder in folders:
        for file in folder.rglob("*"):
            if file.is_file():
                yield str(file.relative_to(folder)), file.read_bytes()
