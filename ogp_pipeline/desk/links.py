"""Personal links to the desk. Each opens one source of one supplier, ends by itself, and can be revoked at once.

What is sent is ``<desk>/enter/<token>``. A token is the link's id, signed (itsdangerous); the private store holds the
key and, for each id, whose it is and until when. So nobody makes a link who has not got the key, and what the store
holds opens nothing by itself: a revoked link, or one whose source left the programme file, is none.
"""

import json
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

import rfc8785
from itsdangerous import BadSignature, URLSafeSerializer

from ogp_pipeline import version
from ogp_pipeline.errors import NotFound, OgpError, StoreError
from ogp_pipeline.intake import layout
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.programme.sources import InboxSource
from ogp_pipeline.store.protocol import Done, Store

FORMAT = "ogp-link/1"  # links of earlier software do not say it
ENTER = "enter"
_SALT = "ogp.desk.link"


@dataclass(frozen=True, slots=True)
class Link:
    """``label``: for whom it was made, in the secretariat's words. Times are in UTC."""

    id: str
    source: str
    label: str
    issued_at: str
    expires_at: str
    revoked_at: str | None = None

    def works(self, now: datetime) -> bool:
        """Whether it opens the desk."""
        return self.revoked_at is None and self.left(now) > timedelta(0)

    def left(self, now: datetime) -> timedelta:
        """How long it lasts yet."""
        return datetime.fromisoformat(self.expires_at) - now


def key(store: Store) -> bytes:
    """What the desk of this private store signs with; made the first time."""
    store.create(layout.DESK_KEY, rfc8785.dumps({"key": secrets.token_hex(32)}))  # the first one stays
    stored = store.get(layout.DESK_KEY)
    if stored is None:
        raise StoreError(f"the key of the desk could not be kept in {store.describe()}; try again")
    return bytes.fromhex(json.loads(stored.data)["key"])


def inbox_of(programme: Programme, source_id: str) -> InboxSource:
    """The source that a link is for. OgpError if there is none, or if it is no inbox."""
    inboxes = {source.id: source for source in programme.sources if isinstance(source, InboxSource)}
    if source_id not in inboxes:
        told = ", ".join(inboxes) or "none yet: give the source `kind: inbox`"
        raise OgpError(f"the programme has no inbox `{source_id}`; inboxes: {told}")
    return inboxes[source_id]


def issue(store: Store, source: InboxSource, label: str, now: datetime, days: int) -> Link:
    """A new link, recorded."""
    link = Link(
        id=secrets.token_hex(12),
        source=source.id,
        label=label,
        issued_at=now.isoformat(timespec="seconds"),
        expires_at=(now + timedelta(days=days)).isoformat(timespec="seconds"),
    )
    if not isinstance(store.create(layout.desk_link(link.id), _written(link)), Done):
        raise StoreError(f"the link could not be recorded in {store.describe()}; try again")
    return link


def token(signing_key: bytes, link: Link) -> str:
    """What stands in the address."""
    written = _serializer(signing_key).dumps(link.id)
    return written if isinstance(written, str) else written.decode()


def read(store: Store, signing_key: bytes, text: str, now: datetime) -> Link | None:
    """The link of a token, if it works."""
    try:
        link_id = _serializer(signing_key).loads(text)
    except BadSignature:
        return None
    return find(store, link_id, now) if isinstance(link_id, str) else None


def find(store: Store, link_id: str, now: datetime) -> Link | None:
    """The link with this id, if it works."""
    stored = store.get(layout.desk_link(link_id))
    link = _read(stored.data) if stored is not None else None
    return link if link is not None and link.works(now) else None


def listed(store: Store) -> list[Link]:
    """Every link that was made, newest first."""
    return sorted(_all(store), key=lambda link: (link.issued_at, link.id), reverse=True)


def revoke(store: Store, now: datetime, *, beginning: str | None = None, source: str | None = None) -> list[Link]:
    """Revoke the link whose id begins so, or all of a source, and return them. NotFound if none of them works."""
    every = [link for link in listed(store) if link.works(now)]
    chosen = [link for link in every if source in (None, link.source) and link.id.startswith(beginning or "")]
    if not chosen:
        raise NotFound("no such link works; `ogp desk list` shows them")
    if beginning is not None and len(chosen) > 1:
        raise OgpError(f"{len(chosen)} links begin with {beginning}; write more of the id")
    revoked = [replace(link, revoked_at=now.isoformat(timespec="seconds")) for link in chosen]
    for link in revoked:
        if not isinstance(store.put_view(layout.desk_link(link.id), _written(link), "application/json"), Done):
            raise StoreError(f"the link {link.id} could not be revoked in {store.describe()}; try again")
    return revoked


def _written(link: Link) -> bytes:
    return rfc8785.dumps({"format": FORMAT, **asdict(link)})


def _read(data: bytes) -> Link:
    values = json.loads(data)
    version.refuse_newer("a link to the desk", values.pop("format", FORMAT), FORMAT, values.get("software"))
    return Link(**values)


def _all(store: Store) -> Iterator[Link]:
    for place in store.list(layout.DESK_LINKS):
        stored = store.get(place)
        if stored is not None:
            yield _read(stored.data)


def _serializer(signing_key: bytes) -> URLSafeSerializer:
    return URLSafeSerializer(signing_key, salt=_SALT)
