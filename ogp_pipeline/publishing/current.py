"""What changes with every release, verified against the newest: latest.json, the lists, latest/ and the pages.

A publisher may be at work. What is not as the newest release says, but as an older one does, is *behind*, and no
damage: the next run makes it anew. It may be that somebody put it back; what was seen before tells that (``since``).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from ogp_pipeline.errors import BrokenHistory
from ogp_pipeline.publishing import (
    archive_check,
    authenticity,
    expiry,
    history,
    layout,
    lists,
    page_list,
    signing,
    views,
    windows,
)
from ogp_pipeline.publishing.authenticity import Keys
from ogp_pipeline.publishing.digests import Digest, Digests
from ogp_pipeline.publishing.finding import Kind, VerifyFinding
from ogp_pipeline.publishing.history import Hint, Release
from ogp_pipeline.publishing.page_list import PageList
from ogp_pipeline.publishing.reader import Reader
from ogp_pipeline.publishing.signing import Sealed

_PAST = 20  # releases: nobody's lists are older by accident


def read_hint(digests: Digests) -> Hint | None:
    """The hint; None when there is none that can be read (``check`` says so)."""
    data = digests.read(layout.LATEST, lambda data: _parsed(data) is not None)
    return _parsed(data) if data is not None else None


def read_newest(digests: Digests) -> int:
    """The newest release that ``versions.json`` lists; 0 if it lists none."""
    data = digests.read(layout.VERSIONS, lambda data: _first(data) > 0)
    return _first(data) if data is not None else 0


def _parsed(data: bytes) -> Hint | None:
    try:
        return history.parse_hint(data)
    except BrokenHistory:
        return None


def _first(data: bytes) -> int:
    try:
        n = json.loads(data)[0]["release"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return 0
    return n if isinstance(n, int) else 0


def read_seal(reader: Reader) -> Sealed | None:
    """The hint with its seals, past caches; None when it has none."""
    data = reader.read(layout.LATEST, fresh=True)
    return signing.read(data) if data is not None else None


def check(digests: Digests, chain: Mapping[int, Release], last: int, keys: Keys) -> tuple[list[VerifyFinding], int]:
    """What is wrong, and how many pages were looked at. ``last``: the highest number of a record."""
    newest = chain.get(last)
    if newest is None:
        if not last and digests.read(layout.LATEST, lambda _: False) is not None:
            return [VerifyFinding(Kind.HINT_WRONG, layout.LATEST, "nothing, as there is no release", "a hint")], 0
        return [], 0
    return _Current(digests, chain, newest, keys).run()


@dataclass
class _Current:
    digests: Digests
    chain: Mapping[int, Release]
    newest: Release
    keys: Keys
    problems: list[VerifyFinding] = field(default_factory=list)

    def run(self) -> tuple[list[VerifyFinding], int]:
        shown = self._check_hint()
        self._check_lists(shown)
        self._check_latest(shown)
        return self.problems, self._check_pages(shown)

    def _find(self, kind: Kind, key: str, expected: str, actual: str) -> None:
        self.problems.append(VerifyFinding(kind, key, expected, actual))

    def _check_hint(self) -> int:
        """The release that the views show at least."""
        newest = self.newest
        data = self.digests.read(layout.LATEST, lambda data: expiry.bare(data) == views.hint(newest))
        hint = _parsed(data) if data is not None else None
        named = self.chain.get(hint.release) if hint else None
        expected = f"release {newest.n}, sha256 {newest.hash}"
        if data is None:
            self._find(Kind.VIEWS_BEHIND, layout.LATEST, expected, "nothing")
            return 0
        if named is None or views.hint(named) != expiry.bare(data):
            told = f"release {hint.release}, sha256 {hint.sha256}" if hint else "what is no hint"
            self._find(Kind.HINT_WRONG, layout.LATEST, expected, told)
        elif named.n < newest.n:
            told = f"release {named.n}: a publish is at work or was killed, or this file was put back"
            self._find(Kind.VIEWS_BEHIND, layout.LATEST, expected, told)
            return named.n
        return newest.n

    def _check_lists(self, shown: int) -> None:
        last = self.newest.n
        if len(self.chain) < last:
            return  # a record is missing: what the lists should say is unknown
        chain = [self.chain[n] for n in range(1, last + 1)]
        for key, make, earlier in lists.LISTS:
            wanted = (make(chain), earlier(chain))
            data = self.digests.read(key, wanted.__contains__)
            expected = f"the list of releases {windows.first(last)} to {last}"
            if data in wanted:
                continue
            if data is None:
                self._find(Kind.MISSING if shown else Kind.VIEWS_BEHIND, key, expected, "nothing")
                continue
            older = next((n for n in range(last - 1, max(last - _PAST, 0), -1) if data == make(chain[:n])), None)
            kind, actual = (Kind.VIEWS_BEHIND, f"to {older}") if older else (Kind.LIST_DIFFERS, "another list")
            self._find(kind, key, expected, actual)
        self.problems += archive_check.check(self.digests.read, self.chain, shown)

    def _check_latest(self, shown: int) -> None:
        """Each name under latest/ is the newest release's or, while views are behind, an older one's."""
        names = sorted({file.name for record in self.chain.values() for file in record.manifest.files})
        wanted = [(layout.latest(name), _digest(self.newest, name)) for name in names]
        for name, (key, digest) in zip(names, self.digests.of(wanted, told=False), strict=True):
            expected = _digest(self.newest, name)
            if digest == expected:
                continue
            older = [n for n in self.chain if n < self.newest.n and _digest(self.chain[n], name) == digest]
            if digest is None:
                kind = Kind.VIEWS_BEHIND if not shown or max(older, default=0) >= shown else Kind.MISSING
            else:
                kind = Kind.VIEWS_BEHIND if older else Kind.LATEST_DIFFERS
            told = f"{expected[1]} bytes, sha256 {expected[0]}" if expected else "nothing"
            actual = f"sha256 {digest[0]}" if digest else "nothing"
            self._find(kind, key, told, f"{actual}, as release {older[-1]} says" if digest and older else actual)

    def _check_pages(self, shown: int) -> int:
        """The pages as ``pages.json`` lists them. Only a publication without keys may be without that list."""
        data = self.digests.read(layout.PAGES, self._lists_newest)
        if data is None:
            if self.keys.known and self.newest.n >= self.keys.known[0].first:
                kind = Kind.VIEWS_BEHIND if shown < self.newest.n else Kind.MISSING
                self._find(kind, layout.PAGES, "a list of the pages, sealed by the key in force", "nothing")
            return 0
        listed = page_list.read(data)
        named = self.chain.get(listed.release) if listed else None
        expected = f"the pages of release {self.newest.n}, sha256 {self.newest.hash}"
        if listed is None or named is None or named.hash != listed.sha256:
            self._find(Kind.LIST_DIFFERS, layout.PAGES, expected, "another list" if listed else "no list")
            return 0
        if named.n < self.newest.n:
            self._find(Kind.VIEWS_BEHIND, layout.PAGES, expected, f"the pages of release {named.n}")
        sealed = authenticity.check_list(self.keys, named, data)
        self.problems += [sealed] if sealed else []
        self._check_bytes(listed, late=shown < self.newest.n)
        return len(listed.pages)

    def _lists_newest(self, data: bytes) -> bool:
        listed = page_list.read(data)
        return listed is not None and listed.sha256 == self.newest.hash

    def _check_bytes(self, listed: PageList, *, late: bool) -> None:
        digests = self.digests.of([(page.key, (page.sha256, page.bytes)) for page in listed.pages], told=False)
        for page, (key, digest) in zip(listed.pages, digests, strict=True):
            if digest == (page.sha256, page.bytes):
                continue
            kind = Kind.VIEWS_BEHIND if late else Kind.PAGE_DIFFERS if digest else Kind.MISSING
            told = f"{digest[1]} bytes, sha256 {digest[0]}" if digest else "nothing"
            self._find(kind, key, f"{page.bytes} bytes, sha256 {page.sha256}", told)


def _digest(record: Release, name: str) -> Digest | None:
    file = record.manifest.file(name)
    return (file.sha256, file.bytes) if file else None
