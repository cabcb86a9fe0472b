"""Keys and passwords in addresses: what would be published, and what no receipt may repeat.

A link that was copied from a program may open it for everybody who has it: ``?token=``, ``X-Amz-Signature``, the
``sig=`` of a signed address, ``user:password@``. What only shares a document (``resourcekey=``, ``key=``) is no secret.
A parameter that is none, in what nobody here can edit, may stand in ``publication.may_publish``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.validation.rules.registry import rule
from ogp_pipeline.validation.rules.texts import text_cells
from ogp_pipeline.validation.scope import Scope

_HIDDEN = "***"
_SHORTEST = 4  # letters of a secret: what is shorter is a word such as "no"
_USER = re.compile(r"://([^\s/?#:@]{0,100}:[^\s/?#]{1,200})@")
_PARAMETER = re.compile(
    r"[?&;#]([\w.-]{0,40}?(?:token|secret|signature|passw(?:or)?d|credential|api[-_.]?key|key[-_.]?id|accesskeyid)"
    r"|sig|pwd|pass|auth)=([^\s&;#'\"<>)]{4,})",
    re.IGNORECASE,
)
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Secret:
    """``name``: of the parameter, or ``user:…@``. ``text``: the secret itself."""

    name: str
    text: str


@rule("secret-in-link")
def secret_in_link(scope: Scope) -> Iterator[Problem]:
    """``secret-in-link``: an address with a key or a password in it."""
    allowed = set(scope.programme.publication.may_publish)
    for row, column, value in text_cells(scope):
        held = [secret for secret in secrets(value) if f"{secret.name}={secret.text}" not in allowed]
        if held:
            link = _LINK.search(value)
            bare = without(link[0] if link else value)
            yield scope.problem("secret-in-link", row, column, parameter=held[0].name, without=bare)


def secrets(text: str) -> list[Secret]:
    """Every key and password in the addresses of a text."""
    secrets_found = [Secret("user:…@", hit[1]) for hit in _USER.finditer(text)] if "://" in text else []
    return secrets_found + ([Secret(hit[1], hit[2]) for hit in _PARAMETER.finditer(text)] if "=" in text else [])


def without(address: str) -> str:
    """The address without its keys and its password."""
    bare = _PARAMETER.sub(lambda hit: hit[0][0], _USER.sub("://", address))
    return re.sub(r"([?#])[&;]+", r"\1", re.sub(r"[&;]{2,}", "&", bare)).rstrip("?&;#")


def hidden(problem: Problem) -> Problem:
    """The problem as a receipt may tell it: whatever it is about, no secret of the cell is repeated."""
    held = secrets(problem.value) if problem.value else []
    if not held:
        return problem
    parts = {part for secret in held for part in (secret.text, secret.text.partition(":")[2])}
    texts = sorted((part for part in parts if len(part) >= _SHORTEST), key=len)

    def covered(text: str) -> str:
        for secret in reversed(texts):
            text = text.replace(secret, _HIDDEN)
        return text

    details = {name: text if name == "without" else covered(text) for name, text in problem.details.items()}
    return replace(problem, value=covered(problem.value or ""), details=details)
