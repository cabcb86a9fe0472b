"""From a request to a visitor, and what stands in every answer.

A visitor has a cookie of ours, and the link in it works. Who sends a form also brings the proof that we gave that form
to this visit, and comes from our own page as far as the browser says. Every answer forbids scripts, frames, other hosts
and keeping a copy.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from ogp_pipeline.desk import links, session
from ogp_pipeline.desk.links import Link
from ogp_pipeline.desk.pages import Frame, Page
from ogp_pipeline.desk.session import Visit
from ogp_pipeline.errors import OgpError
from ogp_pipeline.i18n import languages
from ogp_pipeline.programme import file as programme_file
from ogp_pipeline.programme.publisher import Contact
from ogp_pipeline.programme.sources import InboxSource
from ogp_pipeline.runs.workspace import Workspace, open_workspace
from ogp_pipeline.store.object_storage import Access

COOKIE = "ogp-desk"
_POLICY = "default-src 'none'; style-src {styles}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # not `no-referrer`: browsers would hide where a form comes from, too
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class NoVisit(Exception):
    """Nobody whom a link has let in, or the link works no longer."""


class OtherForm(Exception):
    """A form that we did not give to this visit."""


class Office:
    """The programme as its file says now. A file with mistakes in it is not taken over: the last right one stands."""

    def __init__(self, path: Path, access: Access | None = None) -> None:
        self._path = path
        self._access = access
        self._lock = threading.Lock()
        self._workspace = open_workspace(path, access)
        self.key = links.key(self._workspace.intake)

    def workspace(self) -> Workspace:
        """The programme with its stores."""
        with self._lock:
            try:
                content = programme_file.read(self._workspace.path)
                if content != self._workspace.content:
                    self._workspace = open_workspace(self._path, self._access, content)
            except OgpError:
                pass  # `ogp run` tells every mistake; a supplier can do nothing about it
            return self._workspace


@dataclass(frozen=True, slots=True)
class Visitor:
    """``source``: whose inbox and receipts this visit is about."""

    visit: Visit
    link: Link
    source: InboxSource
    workspace: Workspace
    frame: Frame

    @property
    def contact(self) -> Contact:
        """Whom the visitor asks."""
        return self.workspace.programme.contact_of(self.workspace.programme.supplier(self.source.supplier))

    def at(self, place: str) -> Frame:
        """The frame of a page that stays what it is in another language."""
        return replace(self.frame, place=place)


@dataclass(frozen=True, slots=True)
class Address:
    """Where people find the desk: ``https://example.org/desk``."""

    url: str

    @property
    def base(self) -> str:
        """Its path, without a final slash."""
        return urlsplit(self.url).path.rstrip("/")

    @property
    def secure(self) -> bool:
        """Whether it is encrypted: then the cookie is never sent otherwise."""
        return urlsplit(self.url).scheme == "https"

    @property
    def origin(self) -> str:
        """Scheme and host, as browsers name them."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


def visitor(request: Request, office: Office, address: Address, now: datetime) -> Visitor:
    """Who asks. NoVisit if nobody that we know."""
    workspace = office.workspace()
    visit = session.read(office.key, request.cookies.get(COOKIE))
    link = links.find(workspace.intake, visit.link, now) if visit is not None else None
    if visit is None or link is None:
        raise NoVisit
    try:
        source = links.inbox_of(workspace.programme, link.source)
    except OgpError:  # it left the programme file
        raise NoVisit from None
    frame = Frame(address.base, visit.language, session.form_token(office.key, visit))
    return Visitor(visit, link, source, workspace, frame)


def check_origin(request: Request, address: Address) -> None:
    """OtherForm if the browser says that a form comes from another page than ours."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    own = {address.origin, f"{request.url.scheme}://{request.url.netloc}"}
    if site not in (None, "same-origin", "none") or (origin is not None and origin not in own):
        raise OtherForm


def check_form(office: Office, visit: Visit, brought: object) -> None:
    """OtherForm unless it was given to this visit."""
    if not isinstance(brought, str) or not session.is_ours(office.key, visit, brought):
        raise OtherForm


def keep(response: Response, office: Office, address: Address, visit: Visit, lasts: timedelta) -> None:
    """Let the browser bring the visit along, as long as its link lasts."""
    response.set_cookie(
        COOKIE,
        session.written(office.key, visit),
        max_age=int(lasts.total_seconds()),
        path=f"{address.base}/",
        secure=address.secure,
        httponly=True,
        samesite="lax",  # a link in a mail is another site's, and has to work
    )


def language_of(request: Request, first: str) -> str:
    """What a stranger's browser asks for, of the languages that we speak; else ``first``."""
    for part in request.headers.get("accept-language", "").split(","):
        wanted = part.partition(";")[0].strip()
        if wanted and languages.speaks(wanted):
            return languages.spoken(wanted)
    return first


def answer(page: Page, status: int = 200, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    """A page."""
    return HTMLResponse(page.html, status, {"Content-Security-Policy": policy(page.style), **(headers or {})})


def policy(style: str = "") -> str:
    """What a browser may do with an answer. ``style``: the hash of the one style inside it."""
    return _POLICY.format(styles=f"'self' {style}".rstrip())


def guarded(response: Response, address: Address) -> Response:
    """The answer with the headers that all have."""
    for name, value in _HEADERS.items():
        response.headers[name] = value
    response.headers.setdefault("Content-Security-Policy", policy())
    if address.secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response
