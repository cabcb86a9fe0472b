"""Zenodo's REST API, as developers.zenodo.org documents it: depositions, their files, new versions, publication.

Reading is repeated when it fails; nothing that changes something is, because an answer that was lost may have been a
yes. Whoever deposits looks first at what stands (``deposit``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from ogp_pipeline.errors import StoreError
from ogp_pipeline.i18n.masking import masked

_WAIT = (10.0, 120.0)  # seconds to connect, and for an answer: publishing registers a DOI first
_PAGE = 100
_TOLD = 400  # characters of an answer that refuses


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of a deposition. ``md5``: in hex."""

    id: str
    md5: str


@dataclass(frozen=True, slots=True)
class Deposition:
    """``submitted``: published, and its files stay for ever. ``related``: addresses that its metadata name.

    ``doi``: of this version, None in a draft; ``concept_doi``: of all versions. ``bucket``: where files are put.
    """

    id: int
    submitted: bool
    doi: str | None
    concept_doi: str | None
    page: str | None
    bucket: str | None
    files: Mapping[str, StoredFile]
    related: frozenset[str]


class Zenodo:
    """One account. ``api``: the address of the API, such as https://zenodo.org/api."""

    def __init__(self, api: str, token: str, *, wait: tuple[float, float] = _WAIT, retries: int = 3) -> None:
        self._api, self._wait, self._token = api.rstrip("/"), wait, token
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {token}"  # never in an address: those end in logs
        again = Retry(
            retries,
            backoff_factor=0.5,
            status_forcelist=(429, 500, 502, 503, 504),
            allowed_methods=frozenset({"GET"}),
            raise_on_status=False,
        )
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=again))

    def mine(self) -> Iterator[Deposition]:
        """All depositions of the account, drafts and versions included, the newest first."""
        page = 1
        while True:
            asked = {"size": _PAGE, "page": page, "sort": "mostrecent", "all_versions": "true"}
            listed = self._json("GET", f"{self._api}/deposit/depositions", params=asked)
            yield from map(_read, listed)
            if len(listed) < _PAGE:
                return
            page += 1

    def get(self, number: int) -> Deposition:
        """One deposition as it stands."""
        return _read(self._json("GET", self._address(number)))

    def create(self, metadata: Mapping[str, Any]) -> Deposition:
        """A new draft."""
        return _read(self._json("POST", f"{self._api}/deposit/depositions", json={"metadata": metadata}))

    def new_version(self, number: int) -> Deposition:
        """The draft of the version after a published one; the standing draft, if there is one already."""
        answer = self._json("POST", f"{self._address(number)}/actions/newversion")
        draft = answer.get("links", {}).get("latest_draft")
        if not isinstance(draft, str):
            raise StoreError(f"{self._api} names no draft of the version after {number}")
        return _read(self._json("GET", draft))

    def describe(self, number: int, metadata: Mapping[str, Any]) -> Deposition:
        """Replace a draft's metadata."""
        return _read(self._json("PUT", self._address(number), json={"metadata": metadata}))

    def remove(self, number: int, file: StoredFile) -> None:
        """Take a file out of a draft."""
        self._ask("DELETE", f"{self._address(number)}/files/{file.id}")

    def upload(self, draft: Deposition, name: str, path: Path) -> str:
        """Put a file into a draft, in place of one of that name; the md5 of what arrived."""
        if draft.bucket is None:
            raise StoreError(f"{self._api} gives deposition {draft.id} no bucket for its files")
        with path.open("rb") as file:
            answer = self._json("PUT", f"{draft.bucket}/{name}", data=file)
        return str(answer.get("checksum", "")).removeprefix("md5:")

    def publish(self, number: int) -> None:
        """Publish a draft: it has its DOI from then on, and cannot be taken back."""
        self._ask("POST", f"{self._address(number)}/actions/publish")

    def _address(self, number: int) -> str:
        return f"{self._api}/deposit/depositions/{number}"

    def _json(self, method: str, url: str, **how: Any) -> Any:  # noqa: ANN401 - JSON
        try:
            return self._ask(method, url, **how).json()
        except requests.JSONDecodeError as error:
            raise StoreError(f"{method} {url} does not answer with JSON") from error

    def _ask(self, method: str, url: str, **how: Any) -> requests.Response:  # noqa: ANN401 - options of requests
        if urlsplit(url)[:2] != urlsplit(self._api)[:2]:  # as an answer names it: the token goes nowhere else
            raise StoreError(f"{self._api} names {url}, which is another server; nothing was asked there")
        try:
            answer = self._session.request(method, url, timeout=self._wait, **how)
        except requests.RequestException as error:
            raise StoreError(f"{method} {url}: no answer ({type(error).__name__})") from error
        if not answer.ok:
            said = masked(" ".join(answer.text.split()), [self._token])[:_TOLD]
            raise StoreError(f"{method} {url} answers {answer.status_code}: {said}")
        return answer


def _read(document: Mapping[str, Any]) -> Deposition:
    try:
        metadata, links = document.get("metadata") or {}, document.get("links") or {}
        return Deposition(
            id=int(document["id"]),
            submitted=bool(document["submitted"]),
            doi=document.get("doi") or None,
            concept_doi=document.get("conceptdoi") or None,
            page=links.get("record_html") or links.get("html"),
            bucket=links.get("bucket"),
            files={file["filename"]: StoredFile(file["id"], file["checksum"]) for file in document.get("files") or ()},
            related=frozenset(related["identifier"] for related in metadata.get("related_identifiers") or ()),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise StoreError(f"a deposition is not as Zenodo documents it: {type(error).__name__} {error}") from error
