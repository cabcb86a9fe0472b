"""Files of a published folder that nothing names. Who lays one there hopes that somebody follows a link to it.

Over the web nobody can see them, as a server shows no list. What lies where the protocol writes, or among the pages, is
``UNLISTED``. What killed publishers left, and what is none of the protocol's business, is ``LEFT_OVER``: no damage.
"""

import re
from collections.abc import Iterable, Mapping

from ogp_pipeline.publishing import archive_check, layout, lists, page_list
from ogp_pipeline.publishing.finding import Kind, VerifyFinding
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.reader import Reader
from ogp_pipeline.store import attempts

_NUMBERED = re.compile(r"(?:releases/([1-9]\d*)(?:\.sig)?|keys/([1-9]\d*))\.json\Z")
_TOMBSTONE = re.compile(r"tombstones/(?:[0-9a-f]{64}|collected/[0-9A-Za-z-]+)\.json\Z")


def find(reader: Reader, listed: Iterable[str], chain: Mapping[int, Release], keys: int) -> list[VerifyFinding]:
    """What nothing names and still stands there. ``listed``: before ``chain`` was read; ``keys``: how many count."""
    data = reader.read(layout.PAGES)
    pages = page_list.read(data) if data is not None else None
    drawn = {page.key for page in pages.pages} if pages else set()
    named = _named(chain) | drawn | archive_check.named(reader.read, max(chain, default=0))
    made = {key.split("/")[1] for key in named if key.startswith("data/")}
    rooms = {key.split("/")[0] for key in drawn if "/" in key}
    still = set(reader.listed() or ())  # a publisher may have been at work
    findings = []
    for key in listed:
        if key not in still or key in named or _is_of_the_protocol(key, max(chain, default=0), keys):
            continue
        kind = _kind(key, made, rooms)
        if kind is Kind.LEFT_OVER and pages is None and not key.startswith(layout.OWN):
            continue
        told = "a file" if kind is Kind.UNLISTED else "a file that no release names: `ogp gc` removes what is ours"
        findings.append(VerifyFinding(kind, key, "nothing, as nothing names it", told))
    return findings


def _named(chain: Mapping[int, Release]) -> set[str]:
    """Every key that a release gives a name to. What ``latest/`` should not have any more, ``current`` says."""
    named = {layout.LATEST, layout.PAGES, *(key for key, _, _ in lists.LISTS)}
    for record in chain.values():
        named.add(layout.version(record.version, layout.MANIFEST))
        for file in record.manifest.files:
            named |= {file.key, layout.version(record.version, file.name), layout.latest(file.name)}
    return named


def _is_of_the_protocol(key: str, last: int, keys: int) -> bool:
    """What is judged elsewhere, or passes."""
    if match := _NUMBERED.match(key):
        return int(match[1]) <= last if match[1] else int(match[2]) <= keys
    if _TOMBSTONE.match(key):
        return True
    folder, _, name = key.partition("/")
    if folder == "probe":
        return _is_attempt(name.rpartition("-")[0])
    return f"{folder}/" == layout.AT_WORK and _is_attempt(name)


def _kind(key: str, made: set[str], rooms: set[str]) -> Kind:
    """``made``: attempts that became releases, all of whose files are named; ``rooms``: folders of pages."""
    parts = key.split("/")
    if parts[0] == "data":
        return Kind.LEFT_OVER if parts[1] not in made and _is_attempt(parts[1]) else Kind.UNLISTED
    return Kind.UNLISTED if key.startswith(layout.OWN) or parts[0] in rooms else Kind.LEFT_OVER


def _is_attempt(name: str) -> bool:
    try:
        attempts.started(name)
    except ValueError:
        return False
    return True
