"""Headers that an address asks for, such as a token. The programme file names the variable of the environment that
holds the secret, and never the secret.
"""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, StringConstraints

# A name of its own kind, so that a programme file cannot have the keys of the store sent to somebody.
VARIABLE = re.compile(r"\$\{(OGP_SOURCE_[A-Z0-9_]{1,60})\}", re.ASCII)
_VALUE = re.compile(rf"(?:[A-Za-z][A-Za-z0-9-]{{0,20}} )?{VARIABLE.pattern}", re.ASCII)
_OURS = ("accept-encoding", "connection", "content-length", "host", "if-modified-since", "if-none-match", "range",
         "transfer-encoding")  # fmt: skip


def _of_the_request(name: str) -> str:
    if name.lower() in _OURS:
        raise ValueError(f"`{name}` is set with each request; take it out of `headers`")
    return name


def _without_a_secret(value: str) -> str:
    if not _VALUE.fullmatch(value):  # the value is not shown: it may be the secret itself
        raise ValueError(
            "a header's secret does not stand in the programme file: write the variable of the environment that holds "
            "it, such as `Bearer ${OGP_SOURCE_TOKEN}`"
        )
    return value


Headers = dict[
    Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,60}$"), AfterValidator(_of_the_request)],
    Annotated[str, AfterValidator(_without_a_secret)],
]


def holds_a_password(url: str) -> bool:
    """Whether a name or password stands before the host of an address: addresses are kept and shown."""
    try:
        return "@" in urlsplit(url).netloc
    except ValueError:  # told when it is fetched
        return False


def variable_of(written: str) -> str:
    """The variable of the environment that a header's value names."""
    return str(VARIABLE.findall(written)[0])


def filled(written: str, secret: str) -> str:
    """A header's value with the secret in its place."""
    return VARIABLE.sub(lambda _: secret, written)
