"""``pages.json``: every page, catalogue and feed with its size and sha256, so that a reader can verify those, too.

    {"format": "ogp-pages/1", "release": n, "sha256": <its record>, "pages": [{"key", "bytes", "sha256"}], "seals": […]}

Pages are drawn from a release by this software and may be drawn anew by a later one, so the list is replaced with them,
after the last; it is bound to the history by the record's hash, and by a seal where the publication has keys. A page
that the list before had and the new one has not is removed, unless it stands with an archive from now on.
"""

import hashlib
from collections.abc import Container
from operator import itemgetter
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from ogp_pipeline import version as software
from ogp_pipeline.errors import StoreError
from ogp_pipeline.publishing import archives, layout, signing
from ogp_pipeline.publishing.fence import Fence
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.publisher import Drawn, ReleasePublisher
from ogp_pipeline.publishing.signing import SigningKey
from ogp_pipeline.release import json_text
from ogp_pipeline.release.manifest import Count, Sha256
from ogp_pipeline.store import concurrency, keys

FORMAT = "ogp-pages/1"


class Page(BaseModel):
    """One line of the list."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    key: str
    bytes: Count
    sha256: Sha256


class PageList(BaseModel):
    """``pages.json``, read. ``release`` and ``sha256``: the record from which the pages were drawn."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    format: Literal["ogp-pages/1"] = "ogp-pages/1"
    release: int
    sha256: Sha256
    pages: tuple[Page, ...]


def make(publisher: ReleasePublisher, record: Release, drawn: Drawn, fence: Fence) -> list[str]:
    """Write every page, then the list; remove the pages that are no longer drawn. The keys that had to be written."""
    store, hooks = publisher.store, publisher.hooks
    for key in drawn:
        if key.startswith(layout.OWN):
            raise StoreError(f"a page may not be written to {key}: the release protocol owns it")
    ordered, written = sorted(drawn), []
    for key, anew in zip(
        ordered, concurrency.each(lambda key: fence.write(key, *drawn[key]), ordered, store.at_once), strict=True
    ):
        written += [key] if anew else []
        hooks.on_step("page")
    standing = store.get(layout.PAGES)
    index = archives.newest_index(store, record.n)
    listed = to_bytes(record, drawn, publisher.signer, index)
    if fence.write(layout.PAGES, listed, layout.JSON):
        written.append(layout.PAGES)
    hooks.on_step("pages")
    for key in no_longer_drawn(standing.data if standing else None, drawn, index):
        fence.remove(key)
    return written


def no_longer_drawn(before: bytes | None, drawn: Container[str], archive: tuple[str, bytes] | None) -> list[str]:
    """The keys of the list before that are not drawn now, do not stand with an archive, and are nobody else's."""
    listed = read(before) if before is not None else None
    archived = archives.documents(archive[1]) if archive else frozenset()
    every = [page.key for page in listed.pages] if listed else []
    return [key for key in every if key not in drawn and key not in archived and not key.startswith(layout.OWN)]


def to_bytes(
    record: Release, drawn: Drawn, signer: SigningKey | None, archive: tuple[str, bytes] | None = None
) -> bytes:
    """The list of these pages, and of the newest index of archives, which leads to all that do not change any more."""
    listed = [_line(key, drawn[key][0]) for key in drawn] + ([_line(*archive)] if archive else [])
    document: dict[str, Any] = {
        "format": FORMAT,
        "release": record.n,
        "sha256": record.hash,
        "pages": sorted(listed, key=itemgetter("key")),
    }
    return signing.seal(document, signer) if signer else json_text.canonical(document)


def _line(key: str, data: bytes) -> dict[str, Any]:
    return {"key": key, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def read(data: bytes) -> PageList | None:
    """The list from its bytes; None if they are none."""
    try:
        listed = PageList.model_validate_json(data)
        for page in listed.pages:
            keys.check(page.key)
    except (ValidationError, StoreError):
        software.refuse_newer_document(layout.PAGES, data, FORMAT)
        return None
    return listed
