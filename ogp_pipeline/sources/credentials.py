"""The secrets that an address asks for, from the environment: sent to its own server alone, and shown to nobody.

A server is a scheme, a host and a port. Where a redirect or a next page leads to another one, the request goes without.

An answer that repeats what was asked is not kept. A secret that no honest file holds by chance (long, or letters and
digits in turn) is looked for by itself. One that is as good as a word ("open", "abril2024") would refuse the files of
people who write that word, and by itself it tells nobody that it is a secret: it counts where it is told to be one, as
the header's whole value where that is more than the secret ("Bearer open"), or behind the header's name.
"""

import mmap
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from ogp_pipeline.errors import SourceError
from ogp_pipeline.i18n.masking import forms, masked
from ogp_pipeline.programme.headers import filled, variable_of
from ogp_pipeline.programme.sources import HttpSource

_SENDABLE = re.compile(r"[!-~]{1,8000}", re.ASCII)
_LONG = 20  # letters: of a secret that is no word, whatever it is made of
_MIXED, _RUNS = 8, 4  # letters; and stretches of letters or of digits without a sign between: 9f8e7 has five
_PIECE = re.compile(r"[A-Za-z0-9]+", re.ASCII)
_STRETCH = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+", re.ASCII)
_BETWEEN = rb"(?:[^0-9A-Za-z]|&#?[0-9A-Za-z]{1,6};){1,12}"  # a header's name and its value, however it is written
_PORTS = {"http": 80, "https": 443}
_Server = tuple[str, str | None, int | None]


@dataclass(frozen=True)
class Credentials(AuthBase):
    """``headers``: name -> value. ``secrets``: what must not be seen. Given to requests as ``auth``, so that it asks
    no file of passwords for others.
    """

    servers: frozenset[_Server]
    headers: Mapping[str, str] = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """The request, with the headers if it goes to the server that they are for."""
        request.headers.update(self.headers)
        return request

    def to(self, url: str) -> "Credentials | None":
        """These, if they are for the server of the address."""
        return self if self.headers and _server(url) in self.servers else None

    def hide(self, text: str) -> str:
        """A text without the secrets, such as an answer that repeats what was asked."""
        return masked(text, self.secrets)

    def repeated_in(self, file: Path) -> bool:
        """Whether the bytes of a file tell a secret: some servers answer with what they were asked."""
        if not self.secrets or not file.stat().st_size:
            return False
        written = forms(self.secrets)
        words = {form for form in written if not _is_no_word(form)}
        with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as held:
            if any(held.find(form.encode()) >= 0 for form in written - words):
                return True
            return bool(words) and self._told_as_such(words).search(held) is not None

    def _told_as_such(self, words: set[str]) -> re.Pattern[bytes]:
        """These forms of secrets where a file says that they are secrets."""
        values = forms(value for value in self.headers.values() if value not in self.secrets)
        names = b"|".join(re.escape(name.encode()).replace(rb"\-", b"[-_]") for name in self.headers)
        behind = b"(?i:%s)%s(?:%s)" % (names, _BETWEEN, _either(words))
        either = b"|".join([behind, *([_either(values)] if values else [])])
        return re.compile(rb"(?<![0-9A-Za-z])(?:%s)(?![0-9A-Za-z])" % either)


def _either(texts: Iterable[str]) -> bytes:
    return b"|".join(re.escape(text.encode()) for text in sorted(texts, key=len, reverse=True))


def _is_no_word(secret: str) -> bool:
    mixed = max((len(_STRETCH.findall(piece)) for piece in _PIECE.findall(secret)), default=0)
    return len(secret) >= _LONG or (len(secret) >= _MIXED and mixed >= _RUNS)


def credentials(source: HttpSource, environment: Mapping[str, str] = os.environ) -> Credentials:
    """Those of a source. SourceError names the variable that is missing, or that cannot be sent."""
    headers, secrets = {}, []
    for name, written in source.headers.items():
        variable = variable_of(written)
        secret = environment.get(variable, "").strip()
        if not secret:
            raise SourceError(
                f"source {source.id}: the header `{name}` needs the variable {variable} of the environment, which "
                "is not set; set it for whoever runs this (never in the programme file)"
            )
        if not _SENDABLE.fullmatch(secret):
            raise SourceError(
                f"source {source.id}: the variable {variable} of the environment holds what no header can (a blank, a "
                "line break …); set it anew, the secret alone"
            )
        headers[name] = filled(written, secret)
        secrets.append(secret)
    return Credentials(frozenset(_server(url) for _, url in source.addresses), headers, tuple(secrets))


def _server(url: str) -> _Server:
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)
    except ValueError:  # no address, which is told when it is fetched
        return "", None, None
