"""What a verification says: every single thing that is wrong, by kind, and how much was looked at."""

from dataclasses import dataclass
from enum import StrEnum

from ogp_pipeline.publishing.seen import Seen


class Kind(StrEnum):
    """What is wrong. ``PURGED``, ``KEY_REPLACED``, ``VIEWS_BEHIND`` and those of host and caches mean no damage."""

    MISSING = "missing"  # a record or view names it, and it is not there
    CHANGED = "changed"  # data/: other bytes than the record says
    VIEW_DIFFERS = "view-differs"  # v/: other bytes than the record says
    LATEST_DIFFERS = "latest-differs"  # latest/: not the newest release
    PAGE_DIFFERS = "page-differs"  # a page, catalogue or feed: not what pages.json says
    LIST_DIFFERS = "list-differs"  # versions.json, deltas.json, pages.json: not what the log says
    RECORD_MISSING = "record-missing"  # a number is missing in the log, and later ones exist
    RECORD_UNREADABLE = "record-unreadable"  # not a manifest, not canonical, or another number
    CHAIN_BROKEN = "chain-broken"  # a record does not hold the hash of the one before
    VERSION_REPEATED = "version-repeated"  # two releases under one version
    HINT_WRONG = "hint-wrong"  # latest.json: unreadable, or names what does not exist
    HISTORY_REWRITTEN = "history-rewritten"  # a release seen before is gone or another
    SIGNATURE_MISSING = "signature-missing"  # a release that the publication's keys should have signed
    SIGNATURE_WRONG = "signature-wrong"  # over something else, or not by the key that it names
    KEY_UNKNOWN = "key-unknown"  # signed by a key that the publication does not name, or the reader does not trust
    KEY_RETIRED = "key-retired"  # signed by a key that had a successor already: lost or stolen
    KEY_WRONG = "key-wrong"  # keys/: a key that the one before it did not introduce
    KEY_REPLACED = "key-replaced"  # no damage: the key that the reader trusts has a successor
    KEY_FORGOTTEN = "key-forgotten"  # keys/: one that the reader has seen is gone, or another
    EXPIRED = "expired"  # latest.json: nobody has renewed it, so it may be an old one that is held on to
    EXPIRY_MISSING = "expiry-missing"  # latest.json: held until a time once, and says none now
    TOMBSTONE_WRONG = "tombstone-wrong"  # does not account for what is missing: not signed, or of other bytes
    PURGED = "purged"  # no damage: a signed tombstone says who removed it and why
    UNLISTED = "unlisted"  # a folder: a file that nothing names
    LEFT_OVER = "left-over"  # no damage: a folder's file that nothing names, and that nobody takes for published
    VIEWS_BEHIND = "views-behind"  # the newest release is not in all views: a run is at work, or was killed
    CACHE_STALE = "cache-stale"  # a cache keeps an older answer; past it, all is as it should be
    HOST_FALLBACK = "host-fallback"  # the server answers 200 for what does not exist
    HOST_TYPE = "host-type"  # another Content-Type than programs need
    HOST_CACHING = "host-caching"  # caches keep what changes, or do not keep what never does
    HOST_ENCODING = "host-encoding"  # compressed though nobody asked, so ranges are of other bytes
    HOST_RANGES = "host-ranges"  # parts of a file cannot be had
    HOST_CORS = "host-cors"  # pages of other sites may not read it


@dataclass(frozen=True, slots=True)
class VerifyFinding:
    """One thing that is wrong. ``expected`` and ``found`` are texts for people: hashes, sizes, numbers."""

    kind: Kind
    key: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Verification:
    """``releases``, ``files`` and ``bytes`` are what was checked; keep ``newest`` for ``since``.

    ``key``: fingerprint of the key in force, None if the publication is not signed. ``expires``: until when
    ``latest.json`` holds, None if it does not say. ``seen``: what to keep for the next time, None unless all is well.
    ``notes``: what is no problem and should be known, such as what was purged. ``pages``: how many pages were
    checked; 0 if the publication lists none. ``host``: what its web server, or a cache on the way, should do otherwise.
    """

    releases: int
    files: int
    bytes: int
    newest: tuple[int, str] | None
    problems: tuple[VerifyFinding, ...]
    key: str | None = None
    notes: tuple[VerifyFinding, ...] = ()
    pages: int = 0
    host: tuple[VerifyFinding, ...] = ()
    expires: str | None = None
    seen: Seen | None = None

    @property
    def good(self) -> bool:
        """Nothing at all is wrong."""
        return not self.problems
