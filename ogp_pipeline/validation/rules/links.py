"""Links: addresses that lead somewhere, for everybody."""

import ipaddress
import re
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

from ogp_pipeline.i18n.catalogue import detail
from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.validation.rules.registry import rule
from ogp_pipeline.validation.scope import Scope

_ADDRESS = re.compile(r"https?://[^\s/?#@]+(?:[/?#]\S*)?\Z", re.IGNORECASE)
_SCHEME = re.compile(r"https?:/{0,2}", re.IGNORECASE)
_SECOND = re.compile(r"(?<=[,;|\s])https?://", re.IGNORECASE)
_DISK = re.compile(r"(?:file:|\\\\|[A-Za-z]:[\\/]|~?/(?:Users|home|Volumes)/|smb:|afp:)", re.IGNORECASE)
_WITHIN = (
    *(".local", ".localhost", ".localdomain", ".internal", ".intranet", ".lan", ".corp", ".home", ".home.arpa"),
    *(".test", ".invalid"),
)
_NUMBER = re.compile(r"0[xX][0-9A-Fa-f]*|\d+")  # of an address in version 4, as browsers read it
_LABEL = re.compile(r"(?!-)[^\W_](?:[\w-]{0,61}[^\W_])?", re.UNICODE)
_CUT = ("…", "...")


@rule("url-form")
def url_form(scope: Scope) -> Iterator[Problem]:
    """``url-form``: a link that does not lead anywhere by itself (not an absolute http or https address)."""
    for row, column, value in _addresses(scope):
        if why_closed(value) is None and not _ADDRESS.match(value):
            yield scope.problem("url-form", row, column)


@rule("link-closed")
def link_closed(scope: Scope) -> Iterator[Problem]:
    """``link-closed``: an address that nobody outside its writer's office or computer can open."""
    for row, column, value in _addresses(scope):
        if (why := why_closed(value)) is not None:
            yield scope.problem("link-closed", row, column, **detail("why", why))


def why_closed(address: str) -> str | None:
    """The key of the reason why nobody else can open an address; None if by its form anybody can."""
    if _DISK.match(address):
        return "rule.link.disk"
    if _SECOND.search(address):
        return "rule.link.several"
    scheme = _SCHEME.match(address)
    if scheme is None:
        return None
    rest = address[scheme.end() :]
    if _SCHEME.match(rest):
        return "rule.link.twice"
    if not scheme.group().endswith("//"):
        return None  # another rule's: not a whole address
    if any(address.endswith(cut) for cut in _CUT):
        return "rule.link.cut"
    return _why_nowhere(address)


def _why_nowhere(address: str) -> str | None:
    """By its host."""
    try:
        split = urlsplit(address)
        host, _ = (split.hostname or "").removesuffix("."), split.port
        number = _number(host)
    except (ValueError, OSError):  # also a port that there is not, and a number that is no address
        return "rule.link.host"
    if number is not None:
        number = getattr(number, "ipv4_mapped", None) or number
        return None if number.is_global else "rule.link.within"
    if host == "localhost" or host.endswith(_WITHIN):
        return "rule.link.within"
    labels = host.split(".")
    if not all(_LABEL.fullmatch(label) for label in labels):
        return "rule.link.host"
    return "rule.link.within" if len(labels) == 1 else None


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a host is, also in the short forms that browsers take (``127.1``, ``0x7f.1``, ``2130706433``).

    None if it is a name; ValueError or OSError if it can be neither.
    """
    if ":" in host:
        return ipaddress.ip_address(host)
    if not _NUMBER.fullmatch(host.rpartition(".")[2]):
        return None
    return ipaddress.IPv4Address(socket.inet_aton(host))


def _addresses(scope: Scope) -> Iterator[tuple[MappedRow, str, str]]:
    for name, rows in scope.rows.items():
        fields = scope.schemas.table(name).field_names
        columns = [column for column in fields if column == "url" or column.endswith("_url")]
        for row in rows:
            for column in columns:
                if value := row.values.get(column):
                    yield row, column, value
