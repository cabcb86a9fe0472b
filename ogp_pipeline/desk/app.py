"""The addresses of the desk, and what each does. Nothing here decides: ``counter`` and ``overview`` do.

GET  /enter/<token>            a personal link: the visit begins
GET  /                         what is due, templates, what was sent, receipts
POST /check                    a file, checked and kept as a draft
GET  /drafts/<id>/             its receipt; below it, its marked copies
POST /drafts/<id>/send         into the inbox
GET  /template                 a template, for a table and perhaps a period, or for all tables
GET  /receipts/<id>/           an earlier receipt; below it, its marked copies
GET  /language/<code>          the same in another language
POST /leave                    the visit ends in this browser
GET  /style.css                how it looks
GET  /livez, /healthz          whether it runs; whether it can serve
GET  /metrics                  what it counts, for whoever brings the token
"""

import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ogp_pipeline import version
from ogp_pipeline.desk import counter, links, overview, pages, session
from ogp_pipeline.desk.drafts import Drafts
from ogp_pipeline.desk.health import Watch
from ogp_pipeline.desk.limiting import Allowance, Busy, Places, TooLarge, bounded
from ogp_pipeline.desk.metrics import CONTENT_TYPE, Counting, Metrics
from ogp_pipeline.desk.pages import Frame
from ogp_pipeline.desk.requests import (
    COOKIE,
    Address,
    NoVisit,
    Office,
    OtherForm,
    Visitor,
    answer,
    check_form,
    check_origin,
    guarded,
    keep,
    language_of,
    visitor,
)
from ogp_pipeline.desk.session import Visit
from ogp_pipeline.errors import NotFound, OgpError
from ogp_pipeline.i18n.languages import BY_CODE, spoken
from ogp_pipeline.intake.receipt_forms import XLSX
from ogp_pipeline.programme.publisher import Contact
from ogp_pipeline.runs import workers
from ogp_pipeline.sources.inbox import plain_name

_LOG = logging.getLogger(__name__)
_AROUND = 1 << 16  # bytes of a form beside its file
_RETURN = re.compile(r"/(?:drafts|receipts)/[\w-]+/")  # pages of ours, and no other address
_ENTRANCES = 30  # links that one address may try in a minute

Clock = Callable[[], datetime]
Handler = Callable[[Request], Awaitable[Response]]


class Desk:
    """Everything that the addresses share. ``drafts``: a folder of this process alone. ``token``: for ``/metrics``."""

    def __init__(self, office: Office, address: Address, drafts: Path, clock: Clock, token: str = "") -> None:
        self.office = office
        self.metrics = Metrics(token)
        self.watch = Watch()
        self.address = address
        self.clock = clock
        self.drafts = Drafts(drafts)
        settings = office.workspace().programme.desk
        self.checks = Allowance(settings.files_per_hour if settings else 60, timedelta(hours=1))
        self.entrances = Allowance(_ENTRANCES, timedelta(minutes=1))
        self.places = Places(2 * workers.pool().size)

    def app(self) -> Starlette:
        """The application."""
        routes = [
            Route("/", self.home),
            Route("/enter/{token}", self.enter),
            Route("/check", self.check, methods=["POST"]),
            Route("/drafts/{draft}/", self.draft),
            Route("/drafts/{draft}/send", self.send, methods=["POST"]),
            Route("/drafts/{draft}/{name}", self.draft_copy),
            Route("/template", self.template),
            Route("/receipts/{receipt}/", self.receipt),
            Route("/receipts/{receipt}/{name}", self.receipt_copy),
            Route("/language/{code}", self.language),
            Route("/leave", self.leave, methods=["POST"]),
            Route("/style.css", self.stylesheet),
            Route("/livez", self.alive),
            Route("/healthz", self.health),
            Route("/metrics", self.counted),
        ]
        told: dict[object, Callable[[Request, Exception], Awaitable[Response]]] = {
            NoVisit: self._error("no_visit", 401),
            OtherForm: self._error("other_form", 403),
            NotFound: self._error("not_found", 404),
            HTTPException: self._http_error,
            TooLarge: self._too_large,
            Busy: self._error("busy", 503, {"Retry-After": "60"}),
            OgpError: self._error("unavailable", 503),
            OSError: self._error("unavailable", 503),
        }
        middleware = [
            Middleware(Counting, metrics=self.metrics, routes=routes),
            Middleware(_Guarding, address=self.address),
        ]
        return Starlette(routes=routes, exception_handlers=told, middleware=middleware)

    async def enter(self, request: Request) -> Response:
        """A personal link. It opens nothing by itself: whoever holds the cookie made here is the visitor."""
        now = self.clock()
        host = request.client.host if request.client else ""
        if (wait := self.entrances.take(host, now)) is not None:
            return self._too_often(self._stranger(request), self._contact, wait)
        workspace = self.office.workspace()
        token = request.path_params["token"]
        link = await run_in_threadpool(links.read, workspace.intake, self.office.key, token, now)
        if link is None:
            raise NoVisit
        supplier = workspace.programme.supplier(links.inbox_of(workspace.programme, link.source).supplier)
        _LOG.info("link %s (%s) was opened", link.id[:8], link.source)
        response = self._to("/")
        keep(response, self.office, self.address, Visit.begin(link.id, supplier.language), link.left(now))
        return response

    async def home(self, request: Request) -> Response:
        """The first page."""
        here = await self._visitor(request)
        today = here.workspace.programme.local(self.clock()).date()
        shown = await run_in_threadpool(overview.read, here.workspace, here.source, today)
        sent = request.query_params.get("sent") == "1"
        drafts = self.drafts.listed(here.link.id)
        return answer(pages.overview(here.frame, shown, here.workspace, here.source, drafts, sent=sent))

    async def check(self, request: Request) -> Response:
        """A file from the form: its receipt, at once."""
        here = await self._visitor(request)
        check_origin(request, self.address)
        most = (here.workspace.programme.limits_of(here.source).file_mb << 20) + _AROUND
        if int(request.headers.get("content-length") or 0) > most:
            raise TooLarge
        with self.places.taken(here.link.id):
            within = Request(request.scope, bounded(request.receive, most))
            async with within.form(max_files=1, max_fields=2, max_part_size=_AROUND) as form:
                check_form(self.office, here.visit, form.get("form"))
                file = form.get("file")
                if not isinstance(file, UploadFile) or not file.filename:
                    return answer(pages.error(here.frame, "no_file", here.contact), 400)
                if (wait := self.checks.take(here.link.id, self.clock())) is not None:
                    return self._too_often(here.frame, here.contact, wait)
                draft_id = await run_in_threadpool(self._checked, here, file)
        return self._to(f"/drafts/{draft_id}/")

    def _checked(self, here: Visitor, file: UploadFile) -> str:
        now = self.clock()
        draft = self.drafts.begin(here.link.id, "".join(plain_name(file.filename or "")), now)
        try:
            with draft.file.open("xb") as kept:
                while piece := file.file.read(1 << 20):
                    kept.write(piece)
            draft = counter.check(here.workspace, here.source, draft, now)
        except BaseException:
            self.drafts.remove(here.link.id, draft)
            raise
        self.drafts.keep(here.link.id, draft)
        self.metrics.checks.labels(str(draft.may_be_sent).lower()).inc()
        self.metrics.received.inc(draft.file.stat().st_size)
        _LOG.info("link %s (%s) had a file checked", here.link.id[:8], here.source.id)
        return draft.id

    async def draft(self, request: Request) -> Response:
        """The receipt of a draft."""
        here = await self._visitor(request)
        draft = self.drafts.find(here.link.id, request.path_params["draft"])
        if draft is None:
            raise NotFound("no such draft")
        return answer(pages.checked(here.at(f"/drafts/{draft.id}/"), draft, here.workspace, here.source))

    async def draft_copy(self, request: Request) -> Response:
        """A marked copy of a draft."""
        here = await self._visitor(request)
        draft = self.drafts.find(here.link.id, request.path_params["draft"])
        path = draft.copy(request.path_params["name"]) if draft is not None else None
        if draft is None or path is None:
            raise NotFound("no such copy")
        return _workbook(f"{Path(draft.name).stem}{path.name.removeprefix(draft.id)}", path.read_bytes())

    async def send(self, request: Request) -> Response:
        """A draft, into the inbox: once."""
        here = await self._visitor(request)
        check_origin(request, self.address)
        await self._form(request, here.visit)
        draft = self.drafts.take(here.link.id, request.path_params["draft"])
        if draft is None or not draft.may_be_sent:
            raise NotFound("no such draft")
        try:
            await run_in_threadpool(counter.send, here.workspace, here.source, draft)
        except BaseException:
            self.drafts.keep(here.link.id, draft)  # it can be tried again
            raise
        self.drafts.sent(here.link.id, draft)
        self.metrics.sent.inc()
        _LOG.info("link %s (%s) sent a file", here.link.id[:8], here.source.id)
        return self._to("/?sent=1")

    async def template(self, request: Request) -> Response:
        """A template, or without a table the workbook of all."""
        here = await self._visitor(request)
        table, period = request.query_params.get("table"), request.query_params.get("period")
        if table is not None and table not in here.source.tables:
            raise NotFound("no such template")
        today = here.workspace.programme.local(self.clock()).date()
        wanted = partial(counter.template, all_languages=request.query_params.get("languages") == "all")
        made = await run_in_threadpool(wanted, here.workspace, here.source, table, period, here.visit.language, today)
        return _workbook(*made)

    async def receipt(self, request: Request) -> Response:
        """A receipt that was given."""
        here = await self._visitor(request)
        wanted, language = request.path_params["receipt"], here.visit.language
        page = await run_in_threadpool(counter.receipt_page, here.workspace, here.source, wanted, language)
        return answer(pages.receipt(here.at(f"/receipts/{wanted}/"), page))

    async def receipt_copy(self, request: Request) -> Response:
        """A marked copy of such a receipt."""
        here = await self._visitor(request)
        wanted, name = request.path_params["receipt"], request.path_params["name"]
        data = await run_in_threadpool(counter.receipt_copy, here.workspace, here.source, wanted, name)
        return _workbook(name, data)

    async def language(self, request: Request) -> Response:
        """The same in another language: the page that the visitor was on, where that is a receipt."""
        code = request.path_params["code"]
        if code not in BY_CODE:
            raise NotFound("no such language")
        try:
            here = await self._visitor(request)
        except NoVisit:  # whose link has ended reads in this language where to ask for a new one
            return answer(pages.error(Frame(self.address.base, code), "no_visit", self._contact), 401)
        place = request.query_params.get("place", "")
        response = self._to(place if _RETURN.fullmatch(place) else "/")
        lasts = here.link.left(self.clock())
        keep(response, self.office, self.address, replace(here.visit, language=code), lasts)
        return response

    async def leave(self, request: Request) -> Response:
        """The browser forgets the visit; the link works on."""
        here = await self._visitor(request)
        check_origin(request, self.address)
        await self._form(request, here.visit)
        response = self._to("/")
        response.delete_cookie(COOKIE, path=f"{self.address.base}/")
        return response

    async def stylesheet(self, request: Request) -> Response:  # noqa: ARG002
        """How it looks."""
        return Response(pages.stylesheet(), media_type="text/css; charset=utf-8")

    async def alive(self, request: Request) -> Response:  # noqa: ARG002
        """That this process answers. Whoever starts processes again asks this, for a new one heals no store."""
        return JSONResponse({"status": "ok", "version": version.VERSION})

    async def health(self, request: Request) -> Response:  # noqa: ARG002
        """Whether the programme, the private store and the inboxes can be read; for whoever watches the server."""
        seen = await run_in_threadpool(self.watch.look, self.office.workspace(), self.clock())
        status = "ok" if seen.well else "unavailable"
        told = {"status": status, "version": version.VERSION, "checks": seen.checks()}
        return JSONResponse(told, 200 if seen.well else 503)

    async def counted(self, request: Request) -> Response:
        """What was counted. Without the token it looks as if there were no such address."""
        if not self.metrics.may_read(request.headers.get("authorization")):
            raise NotFound("no such address")
        workspace = self.office.workspace()
        seen = await run_in_threadpool(self.watch.look, workspace, self.clock())
        text = await run_in_threadpool(self.metrics.text, workspace, seen)
        return Response(text, headers={"Content-Type": CONTENT_TYPE})

    async def _visitor(self, request: Request) -> Visitor:
        return await run_in_threadpool(visitor, request, self.office, self.address, self.clock())

    async def _form(self, request: Request, visit: Visit) -> None:
        within = Request(request.scope, bounded(request.receive, _AROUND))
        async with within.form(max_files=0, max_fields=2) as form:
            check_form(self.office, visit, form.get("form"))

    @property
    def _contact(self) -> Contact:
        """Whom somebody asks of whom we do not know the supplier."""
        return self.office.workspace().programme.contact

    def _to(self, path: str) -> Response:
        return RedirectResponse(f"{self.address.base}{path}", 303)

    def _stranger(self, request: Request) -> Frame:
        """The frame of who is not let in, or may not be."""
        visit = session.read(self.office.key, request.cookies.get(COOKIE))
        if visit is not None:
            return Frame(self.address.base, visit.language, session.form_token(self.office.key, visit))
        first = spoken(self.office.workspace().programme.languages[0])
        return Frame(self.address.base, language_of(request, first))

    def _too_often(self, frame: Frame, contact: Contact, wait: timedelta) -> Response:
        seconds = max(1, round(wait.total_seconds()))
        page = pages.error(frame, "too_often", contact, count=-(-seconds // 60))
        return answer(page, 429, {"Retry-After": str(seconds)})

    async def _too_large(self, request: Request, error: Exception) -> Response:  # noqa: ARG002
        here = await self._visitor(request)
        limit = here.workspace.programme.limits_of(here.source).file_mb
        return answer(pages.error(here.frame, "too_large", here.contact, limit=limit), 413, {"Connection": "close"})

    async def _http_error(self, request: Request, error: Exception) -> Response:
        """No such address, another method, a form that cannot be read."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        kind = "other_form" if status == 400 else "not_found"
        return answer(pages.error(self._stranger(request), kind, self._contact), status)

    def _error(
        self, kind: str, status: int, headers: dict[str, str] | None = None
    ) -> Callable[[Request, Exception], Awaitable[Response]]:
        async def told(request: Request, error: Exception) -> Response:
            if status == 503:
                _LOG.warning("%s: %s", request.url.path, error)
            frame = self._stranger(request)
            shown = replace(frame, form="") if status == 401 else frame
            return answer(pages.error(shown, kind, self._contact), status, headers)

        return told


class _Guarding:
    """Every answer, whoever makes it, has the headers that all have."""

    def __init__(self, app: ASGIApp, address: Address) -> None:
        self._app = app
        self._address = address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarding(message: Message) -> None:
            if message["type"] == "http.response.start":
                whole = Response(status_code=message["status"])
                whole.raw_headers = list(message["headers"])
                message = {**message, "headers": guarded(whole, self._address).raw_headers}
            await send(message)

        await self._app(scope, receive, guarding if scope["type"] == "http" else send)


def _workbook(name: str, data: bytes) -> Response:
    """A workbook to be saved under this name."""
    kept = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(data, media_type=XLSX, headers={"Content-Disposition": kept})


def system_clock() -> datetime:
    """Now."""
    return datetime.now(UTC)
