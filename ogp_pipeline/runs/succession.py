"""Does the private store hold the ledger that the newest release was computed from?

A volume that is not mounted looks like a first run: an empty ledger, from which everything published would be taken
back. But every release names the ledger entry up to which it was computed, by its number and its sha256. So a ledger
in which that entry is missing, or is another, is not this publication's. Nothing is written here.
"""

import hashlib
from collections.abc import Sequence

from ogp_pipeline.errors import AnotherLedger
from ogp_pipeline.intake import layout
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.runs.workspace import Workspace


def check(workspace: Workspace, release: Release | None, entries: Sequence[Entry] | None = None) -> None:
    """AnotherLedger if the private store's ledger does not continue the one that ``release`` names.

    ``release``: None before the first, which any ledger may make. ``entries``: the ledger, if the caller has read it
    after the release; else the one entry is read.
    """
    if release is None or not release.manifest.ledger_head.n:
        return
    named = release.manifest.ledger_head
    if entries is None:
        stored = workspace.intake.get(layout.ledger(named.n))
        digest = hashlib.sha256(stored.data).hexdigest() if stored else None
    else:
        digest = entries[named.n - 1].sha256 if named.n <= len(entries) else None
    if digest != named.hash:
        raise AnotherLedger(_told(workspace, release, missing=digest is None))


def _told(workspace: Workspace, release: Release, *, missing: bool) -> str:
    """What was found there, and what to do."""
    place, n = workspace.intake.describe(), release.manifest.ledger_head.n
    if not missing:
        reason = f"the ledger there has another entry {n}, so it is another programme's"
        cure = "Mount this programme's own private store there"
    elif len(lacking := _lacking(workspace, n)) == n:
        reason = "there is no ledger there: it is not mounted, was deleted, or lies in another place"
        cure = "Mount the private store there, or restore it from a copy"
    else:
        told = (
            f"entry {lacking[0]} is"
            if len(lacking) == 1
            else f"{len(lacking)} entries from {lacking[0]} to {lacking[-1]} are"
        )
        reason = f"{told} missing from the ledger there: it is an older copy, or another programme's"
        cure = "Mount this programme's own private store there, or restore it from its newest copy"
    return (
        f"the private store is missing or another's. Release {release.version} in {workspace.publication.describe()} "
        f"was computed from entry {n} of the ledger that is expected in {place}, and {reason}. Nothing was published. "
        f"{cure}, or correct `publication` in {workspace.path} (`intake` is the private store, `store` the public "
        f"one); then run again."
    )


def _lacking(workspace: Workspace, upto: int) -> list[int]:
    """The numbers up to this one that the ledger does not have."""
    there = set(workspace.intake.list(layout.LEDGER))
    return [n for n in range(1, upto + 1) if layout.ledger(n) not in there]
