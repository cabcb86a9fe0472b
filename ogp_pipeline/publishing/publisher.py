"""Who publishes: the store, the key that signs, what draws the pages, and by what others follow the work.

Every function that writes what the public reads takes one ``ReleasePublisher``. It is a value: nothing is opened, read
or written by making one.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ogp_pipeline.publishing import expiry, history
from ogp_pipeline.publishing.expiry import Expiry
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.lineage import Lineage
from ogp_pipeline.publishing.log_copy import LogCopy
from ogp_pipeline.publishing.signing import SigningKey
from ogp_pipeline.publishing.steps import OnStep, ignore
from ogp_pipeline.release.manifest import Manifest
from ogp_pipeline.store.protocol import Store
from ogp_pipeline.store.retrying import Pause

Drawn = Mapping[str, tuple[bytes, str]]
"""Key -> (bytes, media type): the site and the catalogues."""

Pages = Callable[[Manifest, Sequence[Release]], Drawn]
"""(newest manifest, the newest releases oldest first) -> what is drawn from them."""

ArchivePages = Callable[[int, Sequence[Release], Lineage], Drawn]
"""(number of an archive, its releases, what was before them) -> what is drawn of it, by the keys in the store."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Hooks:
    """Where others may listen or stand in. By default nobody listens, pauses are slept, and the clock is the machine's.

    ``on_step``: hears the marked points (``steps``). ``pause``: sleeps, in seconds. ``now``: an aware time.
    """

    on_step: OnStep = ignore
    pause: Pause = time.sleep
    now: Callable[[], datetime] = _utc_now


NO_HOOKS = Hooks()


@dataclass(frozen=True, slots=True)
class ReleasePublisher:
    """``signer``: None where a publication has no keys. ``pages``: None leaves site and catalogues as they are.

    ``log``: what is known of the log already; None reads its newest records. ``archive``: draws documents of archives;
    None leaves them without. ``expiry``: how long what is signed holds; None leaves it unsaid.
    """

    store: Store
    signer: SigningKey | None = None
    pages: Pages | None = None
    hooks: Hooks = NO_HOOKS
    log: LogCopy | None = None
    archive: ArchivePages | None = None
    expiry: Expiry | None = None

    def releases(self, since: int | None = None) -> list[Release]:
        """The newest releases, oldest first, as ``history.recent``."""
        if self.log is not None:
            return self.log.releases(self.store, since)
        return history.recent(self.store, since)

    def stamped(self, hint: bytes) -> bytes:
        """What ``latest.json`` holds: the hint, and where it is signed the time until which it holds."""
        if self.signer is None or self.expiry is None:
            return hint
        return expiry.sealed(hint, self.signer, self.expiry, self.hooks.now())
