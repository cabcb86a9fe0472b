"""What killed publishers left: bytes under ``data/`` that no record names, and keys of the probe.

Invariant: nothing that a record names, or that a publisher at work may still name, is ever removed. It holds without a
lock, because a key under ``data/<attempt>/`` comes to be named in two ways only:

    by the attempt itself     which commits at most half the grace (12 h) after its start, or not at all (``publish``);
                              so 24 h after its start all that it will ever name stands in the log
    by a later release        which takes over only what its base, or the release that it goes back to, names: then an
                              older record names the key already, and no record is ever removed

So the clock is read first, then the log, whole and checked, then the list of what lies there; a publisher who commits
in between names fresh keys, or keys that the log named before. The other 12 h are for clocks that differ. A log with a
gap, or one that ends before a record that was listed before it was read, stops everything: a record that cannot be read
would look like a release that names nothing. Only then is a listing trusted, and only to find what to remove.
"""

from collections.abc import Sequence
from datetime import datetime

import rfc8785

from ogp_pipeline.errors import BrokenHistory, StoreError
from ogp_pipeline.publishing import history, layout
from ogp_pipeline.publishing.fence import GRACE
from ogp_pipeline.publishing.publisher import NO_HOOKS, Hooks
from ogp_pipeline.store import attempts, retrying
from ogp_pipeline.store.protocol import InDoubt, Store

REASON = f"no release names it, and the attempt to publish that wrote it began more than {GRACE} before"


def find(store: Store, now: datetime) -> list[str]:
    """Every key that can be removed, sorted. ``now``: an aware time, read before this call.

    BrokenHistory when the log is damaged: what it named cannot be told from rubbish.
    """
    promised = history.newest_listed(store.list("releases/"))
    chain = history.releases(store)
    if promised > len(chain):
        raise BrokenHistory(
            f"{layout.release(promised)} stands in {store.describe()}, but the log ends at {len(chain)}: "
            "see `ogp verify`"
        )
    named = {file.key for record in chain for file in record.manifest.files}
    return [
        key
        for prefix in ("data/", layout.AT_WORK, "probe/")
        for key in store.list(prefix)
        if key not in named and _is_old(_attempt(key), now)
    ]


def collect(store: Store, keys: Sequence[str], attempt: str, created: str, hooks: Hooks = NO_HOOKS) -> str:
    """Remove what ``find`` found, after saying so in a tombstone; the tombstone's key.

    ``attempt`` must be fresh. Killed in between, the next ``find`` gives what is left, and it gets a tombstone of its
    own: each says what was about to be removed.
    """
    tombstone = layout.collected(attempt)
    said = {"format": "ogp-collected/1", "created": created, "reason": REASON, "keys": sorted(keys)}
    answer = retrying.until_definite(lambda: store.create(tombstone, rfc8785.dumps(said)), hooks.pause)
    if isinstance(answer, InDoubt):
        raise StoreError(f"writing {tombstone} stays in doubt ({answer.reason}); nothing was removed, run again")
    hooks.on_step("told")
    for key in keys:
        store.delete(key)
        hooks.on_step("removed")
    return tombstone


def _attempt(key: str) -> str:
    """``data/<attempt>/…``, ``at-work/<attempt>`` and ``probe/<attempt>-<k>``."""
    first = key.split("/")[1]
    return first.rpartition("-")[0] if key.startswith("probe/") else first


def _is_old(attempt: str, now: datetime) -> bool:
    try:
        return now - attempts.started(attempt) > GRACE
    except ValueError:  # not ours: whoever put it there may need it
        return False
