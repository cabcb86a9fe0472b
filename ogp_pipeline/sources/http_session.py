"""A session of requests for addresses that others wrote: no private host, no redirect of its own, one deadline.

Addresses are checked after the name is resolved, on every redirect too, and the checked address is the one that is
connected to (requests-hardened), so that no supplier's URL reaches into the secretariat's own network.
"""

import socket
from collections.abc import Callable
from urllib.request import getproxies

import requests
from requests.adapters import HTTPAdapter
from requests_hardened import Config, HTTPSession
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from ogp_pipeline.programme.sources import HttpSource
from ogp_pipeline.sources.deadline import Deadline

CONNECT_S, READ_S = 10.0, 30.0
_AGENT = "ogp-pipeline (+requests)"
_Pools = dict[str, type[HTTPConnectionPool]]


class _Session(HTTPSession):  # type: ignore[misc]  # requests_hardened has no types
    """Without requests' own redirects: it reads their bodies, however long and slow, even when it may not follow."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Nowhere, as far as requests is concerned."""


def open_session(source: HttpSource) -> requests.Session:
    """A session that refuses private, loopback and special addresses, unless the programme allows them."""
    session: requests.Session = _Session(
        Config(
            ip_filter_enable=not source.allow_private_hosts,
            ip_filter_allow_loopback_ips=False,
            never_redirect=False,
            default_timeout=(CONNECT_S, READ_S),
            user_agent_override=_AGENT,
        )
    )
    return session


def bind(session: requests.Session, deadline: Deadline) -> None:
    """Let the deadline end every connection which the session opens from now on."""
    pools = _pools(deadline.watch)
    for adapter in session.adapters.values():
        if not isinstance(adapter, HTTPAdapter):
            continue
        adapter.poolmanager.pool_classes_by_scheme = pools
        if session.trust_env:
            for scheme, proxy in getproxies().items():
                if scheme in ("http", "https", "all") and not proxy.lower().startswith("socks"):
                    manager = adapter.proxy_manager_for(_address(proxy))
                    manager.pool_classes_by_scheme = pools


def _address(proxy: str) -> str:
    """As requests completes it."""
    return proxy if "://" in proxy else f"http://{proxy}"


def _pools(watch: Callable[[socket.socket], None]) -> _Pools:
    """Pools whose connections are handed to ``watch`` before the first byte goes over them, TLS included."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            connection = super()._new_conn()
            watch(connection)
            return connection

    class Encrypted(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            connection = super()._new_conn()
            watch(connection)
            return connection

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = Encrypted

    return {"http": PlainPool, "https": EncryptedPool}
