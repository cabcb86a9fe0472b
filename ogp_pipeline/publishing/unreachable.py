"""Why an address could not be read, in words for whoever typed it."""

from urllib.parse import urlsplit

import requests
from urllib3.exceptions import NameResolutionError

from ogp_pipeline.i18n import legible


def told(url: str, error: requests.RequestException) -> str:
    """One sentence: what happened at which host, and what to do."""
    parts = urlsplit(url)
    host = legible.legible(parts.netloc.rpartition("@")[2])
    if isinstance(error, requests.exceptions.SSLError):
        return f"{host} has no certificate that this machine trusts: see whether the address is right ({_root(error)})"
    if isinstance(error, requests.Timeout) or any(isinstance(cause, TimeoutError) for cause in _causes(error)):
        return f"{host} does not answer in time: try again later"
    if isinstance(error, requests.ConnectionError):
        if any(isinstance(cause, NameResolutionError) for cause in _causes(error)):
            return f"there is no host {host}: correct the address, or see whether this machine is on the network"
        if any(isinstance(cause, ConnectionRefusedError) for cause in _causes(error)):
            return f"nothing answers at {host}: correct the address, or see whether its server runs"
        return f"the connection to {host} broke: try again later ({_root(error)})"
    return f"{legible.legible(url)} cannot be asked for: {_root(error)}"


def _causes(error: BaseException) -> list[BaseException]:
    """The exception and all that led to it: urllib3 keeps one under ``reason``, requests one in its arguments."""
    causes: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        cause = waiting.pop()
        if isinstance(cause, BaseException) and cause not in causes:
            causes.append(cause)
            waiting += [cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args]
    return causes


def _root(error: BaseException) -> str:
    """What was first, in its own words."""
    text = str(_causes(error)[-1]) or type(error).__name__
    return legible.legible(text[:200])
