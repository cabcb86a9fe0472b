"""Zenodo on loopback: as much of its REST API as depositing needs, as developers.zenodo.org documents it.

It keeps to what the documentation says and a careless client would miss: no token is 401; a new version begins with the
files and metadata of the one before, asking for it twice gives the same draft, and the answer is the old deposition
with a link; a published deposition takes no more files; publishing without metadata or files is refused; files go into
a bucket.
"""

import hashlib
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "a token of nobody"
_REQUIRED = ("upload_type", "title", "creators", "description", "access_right", "license", "publication_date")
_RELATIONS = {"isDescribedBy", "isIdenticalTo"}


@dataclass
class Deposit:
    """A deposition. ``files``: name -> bytes; ``concept``: what its versions have in common."""

    id: int
    concept: int
    metadata: dict[str, Any]
    files: dict[str, bytes] = field(default_factory=dict)
    submitted: bool = False


class ZenodoServer:
    """``fault(number)``: asked about each request that changes something, from 1. ``lost``: it is done and not
    answered; ``refused``: it is not done, and answered with 500.
    """

    def __init__(self) -> None:
        self.deposits: dict[int, Deposit] = {}
        self.changes: list[str] = []
        self.asked: list[str] = []
        self.fault: Callable[[int], str | None] = lambda number: None
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # one packet for an answer, else each waits 40 ms for the last one's receipt
            disable_nagle_algorithm = True

            def log_message(self, *arguments: Any) -> None:
                """Nothing."""

            def do(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                server.serve(self, body)

            do_GET = do_POST = do_PUT = do_DELETE = do  # noqa: N815 - names of the library

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.api = f"http://127.0.0.1:{self._http.server_address[1]}/api"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> "ZenodoServer":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    @property
    def published(self) -> list[Deposit]:
        return [one for one in self.deposits.values() if one.submitted]

    @property
    def drafts(self) -> list[Deposit]:
        return [one for one in self.deposits.values() if not one.submitted]

    def serve(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        self.asked.append(f"{handler.command} {handler.path}")
        fault = None
        if handler.command != "GET":
            self.changes.append(f"{handler.command} {handler.path}")
            fault = self.fault(len(self.changes))
        if handler.headers.get("Authorization") != f"Bearer {TOKEN}":
            answer: tuple[int, Any] = (401, {"message": "Unauthorized"})
        elif fault == "refused":
            answer = (500, {"message": "Internal Server Error"})
        else:
            answer = self._answer(handler.command, handler.path, body)
        if fault == "lost":
            handler.close_connection = True
            handler.connection.close()
            return
        status, document = answer
        data = b"" if document is None else json.dumps(document).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    def _answer(self, method: str, target: str, body: bytes) -> tuple[int, Any]:
        path, query = urlsplit(target).path.removeprefix("/api"), parse_qs(urlsplit(target).query)
        if path == "/deposit/depositions":
            return self._create(body) if method == "POST" else self._list(query)
        if match := re.fullmatch(r"/files/bucket-(\d+)/([^/]+)", path):
            return self._put(self.deposits[int(match[1])], match[2], body)
        match = re.fullmatch(r"/deposit/depositions/(\d+)(?:/(files|actions)/([\w-]+))?", path)
        if match is None or int(match[1]) not in self.deposits:
            return 404, {"message": "not found"}
        deposit = self.deposits[int(match[1])]
        if match[2] == "actions":
            return self._publish(deposit) if match[3] == "publish" else self._new_version(deposit)
        if match[2] == "files":
            return self._delete(deposit, match[3])
        if method == "PUT":
            if deposit.submitted or (wrong := _mistakes(json.loads(body)["metadata"])):
                return 400, {"message": "Validation error", "errors": wrong if not deposit.submitted else []}
            deposit.metadata = json.loads(body)["metadata"]
        return 200, self._document(deposit)

    def _create(self, body: bytes) -> tuple[int, Any]:
        metadata = json.loads(body).get("metadata", {})
        number = 1000 + 10 * len(self.deposits)
        self.deposits[number] = Deposit(number, number - 1, metadata)
        return 201, self._document(self.deposits[number])

    def _list(self, query: dict[str, list[str]]) -> tuple[int, Any]:
        size, page = int(query["size"][0]), int(query["page"][0])
        ordered = sorted(self.deposits.values(), key=lambda one: -one.id)
        if query.get("all_versions") != ["true"]:
            ordered = list({one.concept: one for one in reversed(ordered)}.values())
        return 200, [self._document(one) for one in ordered[size * (page - 1) : size * page]]

    def _put(self, deposit: Deposit, name: str, body: bytes) -> tuple[int, Any]:
        if deposit.submitted:
            return 403, {"message": "Bucket is locked for modifications."}
        deposit.files[name] = body
        return 201, {"key": name, "size": len(body), "checksum": f"md5:{_md5(body)}"}

    def _delete(self, deposit: Deposit, file_id: str) -> tuple[int, Any]:
        name = next((name for name in deposit.files if _file_id(deposit, name) == file_id), None)
        if deposit.submitted or name is None:
            return 403, {"message": "forbidden"}
        del deposit.files[name]
        return 204, None

    def _publish(self, deposit: Deposit) -> tuple[int, Any]:
        if deposit.submitted or _mistakes(deposit.metadata) or not deposit.files:
            return 400, {"message": "Validation error."}
        deposit.submitted = True
        return 202, self._document(deposit)

    def _new_version(self, deposit: Deposit) -> tuple[int, Any]:
        versions = [one for one in self.deposits.values() if one.concept == deposit.concept]
        if not deposit.submitted or max(one.id for one in versions if one.submitted) != deposit.id:
            return 400, {"message": "only of the newest published version"}
        if all(one.submitted for one in versions):
            number = 1000 + 10 * len(self.deposits)
            self.deposits[number] = Deposit(number, deposit.concept, dict(deposit.metadata), dict(deposit.files))
        return 201, self._document(deposit)

    def _document(self, deposit: Deposit) -> dict[str, Any]:
        address = f"{self.api}/deposit/depositions/{deposit.id}"
        versions = [one for one in self.deposits.values() if one.concept == deposit.concept]
        links = {
            "self": address,
            "bucket": f"{self.api}/files/bucket-{deposit.id}",
            "publish": f"{address}/actions/publish",
        }
        links["latest_draft"] = f"{self.api}/deposit/depositions/{max(one.id for one in versions)}"
        done = {"doi": f"10.5072/zenodo.{deposit.id}", "conceptdoi": f"10.5072/zenodo.{deposit.concept}"}
        return {
            "id": deposit.id,
            "conceptrecid": str(deposit.concept),
            "submitted": deposit.submitted,
            "state": "done" if deposit.submitted else "unsubmitted",
            "metadata": {**deposit.metadata, "prereserve_doi": {"doi": f"10.5072/zenodo.{deposit.id}"}},
            "links": links
            | ({"record_html": f"https://zenodo.example.org/records/{deposit.id}"} if deposit.submitted else {}),
            "files": [
                {"id": _file_id(deposit, name), "filename": name, "filesize": len(data), "checksum": _md5(data)}
                for name, data in deposit.files.items()
            ],
            **(done if deposit.submitted else {}),
        }


def _mistakes(metadata: dict[str, Any]) -> list[dict[str, str]]:
    wrong = [name for name in _REQUIRED if not metadata.get(name)]
    related = metadata.get("related_identifiers", ())
    wrong += ["related_identifiers" for one in related if one["relation"] not in _RELATIONS]
    return [{"field": f"metadata.{name}", "message": "Missing or not valid."} for name in wrong]


def _file_id(deposit: Deposit, name: str) -> str:
    return f"{deposit.id}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()
