"""What changes with every release, verified against the newest: latest.json, the lists, latest/ and the pages.

A publisher may be at work. What is not yet as the newest release says, but as one says that ``latest.json`` has not
left behind yet, is *behind*, and no damage.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ogp_pipeline.errors import BrokenHistory
from ogp_pipeline.publishing import authenticity, expiry, history, layout, page_list, signing, views
from ogp_pipeline.publishing.authenticity import Keys
from ogp_pipeline.publishing.digests import Digests
from ogp_pipeline.publishing.finding import Kind, VerifyFinding
from ogp_pipeline.publishing.history import Hint, Release
from ogp_pipeline.publishing.page_list import PageList
from ogp_pipeline.publishing.reader import Reader
from ogp_pipeline.publishing.signing import Sealed


def read_hint(reader: Reader) -> Hint | None:
    """The hint; None when there is none that can be read (``check`` says so)."""
    data = reader.read(layout.LATEST)
    try:
        return history.parse_hint(data) if data is not None else None
    except BrokenHistory:
        return None


def read_seal(reader: Reader) -> Sealed | None:
    """The hint with its seals; None when it has none."""
    data = reader.read(layout.LATEST)
    return signing.read(data) if data is not None else None


def check(
    reader: Reader, digests: Digests, chain: Mapping[int, Release], last: int, keys: Keys
) -> tuple[list[VerifyFinding], int]:
    """What is wrong, and how many pages were looked at. ``last``: the highest number of a record."""
    newest = chain.get(last)
    if newest is None:
        if not last and reader.read(layout.LATEST) is not None:
            return [VerifyFinding(Kind.HINT_WRONG, layout.LATEST, "nothing, as there is no release", "a hint")], 0
        return [], 0
    return _Current(reader, digests, chain, newest, keys).run()


@dataclass
class _Current:
    reader: Reader
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
        data, hint, newest = self.reader.read(layout.LATEST), read_hint(self.reader), self.newest
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
        for key, make in ((layout.VERSIONS, views.versions_list), (layout.DELTAS, views.deltas_list)):
            data = self.reader.read(key)
            expected = f"the list of releases 1 to {last}"
            if data == make(chain):
                continue
            if data is None:
                self._find(Kind.MISSING if shown else Kind.VIEWS_BEHIND, key, expected, "nothing")
                continue
            older = next((n for n in range(last - 1, shown - 1, -1) if n and data == make(chain[:n])), None)
            kind, actual = (Kind.VIEWS_BEHIND, f"to {older}") if older else (Kind.LIST_DIFFERS, "another list")
            self._find(kind, key, expected, actual)

    def _check_latest(self, shown: int) -> None:
        """Each name under latest/ is the newest release's or, while views are behind, one's not yet left."""
        behind = [self.chain[n] for n in range(max(shown, 1), self.newest.n) if n in self.chain]
        names = sorted({file.name for record in self.chain.values() for file in record.manifest.files})
        for name, (key, digest) in zip(names, self.digests.of(map(layout.latest, names), told=False), strict=True):
            wanted = self.newest.manifest.file(name)
            if digest == (wanted and (wanted.sha256, wanted.bytes)):
                continue
            older = [(file.sha256, file.bytes) if (file := r.manifest.file(name)) else None for r in behind]
            if digest in older or (digest is None and not shown):
                kind = Kind.VIEWS_BEHIND
            else:
                kind = Kind.LATEST_DIFFERS if digest else Kind.MISSING
            expected = f"{wanted.bytes} bytes, sha256 {wanted.sha256}" if wanted else "nothing"
            self._find(kind, key, expected, f"sha256 {digest[0]}" if digest else "nothing")

    def _check_pages(self, shown: int) -> int:
        """The pages as ``pages.json`` lists them. Only a publication without keys may be without that list."""
        data = self.reader.read(layout.PAGES)
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

    def _check_bytes(self, listed: PageList, *, late: bool) -> None:
        digests = self.digests.of([page.key for page in listed.pages], told=False)
        for page, (key, digest) in zip(listed.pages, digests, strict=True):
            if digest == (page.sha256, page.bytes):
                continue
            kind = Kind.VIEWS_BEHIND if late else Kind.PAGE_DIFFERS if digest else Kind.MISSING
            told = f"{digest[1]} bytes, sha256 {digest[0]}" if digest else "nothing"
            self._find(kind, key, f"{page.bytes} bytes, sha256 {page.sha256}", told)
