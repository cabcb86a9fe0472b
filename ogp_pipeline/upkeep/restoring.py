"""A private store from a copy: to another folder or bucket, so that the same history goes on.

Nothing is restored that would take back what is public: the copy must hold the ledger entry that the newest release
names. Nothing is written over: the store is empty, or holds part of this very copy, which a restoration left that was
killed.

The ledger comes last, entry by entry. Until its newest stands, a run that comes too early finds that the ledger ends
before what is published (``runs/succession``), and publishes nothing.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from ogp_pipeline import scratch
from ogp_pipeline.errors import AnotherLedger, BrokenHistory, OgpError, StoreError
from ogp_pipeline.intake import layout
from ogp_pipeline.publishing import history
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.store import concurrency
from ogp_pipeline.store.protocol import Done, Head, InDoubt, Store
from ogp_pipeline.upkeep import copies, wholeness
from ogp_pipeline.upkeep.copies import CopiedStore, Copy, Kept
from ogp_pipeline.upkeep.wholeness import Wholeness

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Restored:
    """``copy``: what was restored. ``whole``: how the store looks now."""

    copy: Copy
    whole: Wholeness


def restore(workspace: Workspace, place: Store, name: str | None = None, *, older: bool = False) -> Restored:
    """Fill the programme's private store from a copy, by default the newest.

    ``older``: also from one that is older than the newest release. No run goes on from that before a rollback to a
    release that it reaches.

    AnotherLedger: the copy is older than the newest release, or another programme's. BrokenHistory: it is damaged.
    OgpError: something else lies in the store. In each case no entry of the ledger was written.
    """
    copy, store = copies.read(place, name), workspace.intake
    if not older:
        refuse_if_behind(workspace, place, copy)
    _refuse_if_occupied(store, copy)
    ledger = [layout.ledger(n) for n in range(1, copy.n + 1)]
    others = sorted(copy.objects.keys() - set(ledger))
    with TemporaryDirectory(prefix=scratch.prefix("restore")) as folder:
        lost = [key for key in _fill(store, CopiedStore(place, copy), others, Path(folder)) if key is not None]
        lost += [each.key for each in copies.damage(place, _only(copy, ledger))]
        if lost:
            raise BrokenHistory(
                f"{len(lost)} objects of copy {copy.name} in {place.describe()} are missing or damaged: {_few(lost)}. "
                f"No entry of the ledger was restored. Copies there: {_few(copies.every(place))}"
            )
        for key in ledger:  # one after the other: a ledger that was cut off has no gap
            _append(store, CopiedStore(place, copy), key)
    return Restored(copy, wholeness.look(store))


def refuse_if_behind(workspace: Workspace, place: Store, copy: Copy) -> None:
    """AnotherLedger if the newest release was computed from what the copy does not hold. Says what is missing."""
    head = history.look(workspace.publication, distrust=True).head
    if head is None or not head.manifest.ledger_head.n:
        return
    n, entry = head.manifest.ledger_head.n, head.manifest.ledger_head.hash
    there = copy.objects.get(layout.ledger(n))
    if there is not None and there.sha256 == entry:
        return
    public = workspace.publication.describe()
    if there is not None:
        raise AnotherLedger(
            f"copy {copy.name} in {place.describe()} is of another ledger: its entry {n} is not the one from which "
            f"release {head.version} in {public} was computed. Nothing was restored. Name this programme's own copies"
        )
    newer = _fitting(place, head)
    cure = f"Restore {newer} (`--copy`)" if newer else _way_back(workspace, copy)
    raise AnotherLedger(
        f"copy {copy.name} in {place.describe()} is older than what is published. It was made at {copy.made} and "
        f"ends at entry {copy.n} of the ledger; release {head.version} in {public}, of {head.manifest.created}, was "
        f"computed from entry {n}. Missing are entries {copy.n + 1} to {n} and what they name: a run would "
        f"withdraw their rows. Nothing was restored. {cure}."
    )


def _fitting(place: Store, head: Release) -> str | None:
    """The newest copy that holds the entry from which a release was computed."""
    named = head.manifest.ledger_head
    for name in reversed(copies.every(place)):
        if (kept := copies.read(place, name).objects.get(layout.ledger(named.n))) and kept.sha256 == named.hash:
            return name
    return None


def _way_back(workspace: Workspace, copy: Copy) -> str:
    """What to do where no copy there holds the entry of the newest release."""
    cure = "Look for a newer copy: none of those there holds that entry"
    reached = [
        release
        for release in history.releases(workspace.publication, distrust=True)
        if (kept := copy.objects.get(layout.ledger(release.manifest.ledger_head.n)))
        and kept.sha256 == release.manifest.ledger_head.hash
    ]
    if not reached:
        return cure
    back = f"`ogp restore` with `--older`, then `ogp rollback {reached[-1].version}`, the last release that it reaches"
    return f"{cure}. Only if there is none anywhere: {back}"


def _refuse_if_occupied(store: Store, copy: Copy) -> None:
    strange = [
        key
        for key in store.list("")
        if not key.startswith(copies.LEFT_OUT)
        and (key not in copy.objects or not _same(store.head(key), copy.objects[key]))
    ]
    if strange:
        raise OgpError(
            f"{store.describe()} holds {len(strange)} objects that are not the copy's: {_few(strange)}. Nothing was "
            "restored, because nothing is written over. Name an empty place under `intake` of the programme file, or "
            "move away what lies there"
        )


def _same(head: Head | None, kept: Kept) -> bool:
    return head is not None and head.size == kept.bytes and head.sha256 in (None, kept.sha256)


def _append(store: Store, source: CopiedStore, key: str) -> None:
    """Write an entry of the ledger, unless it stands."""
    stored = source.get(key)
    if stored is None or hashlib.sha256(stored.data).hexdigest() != source.copy.objects[key].sha256:
        raise BrokenHistory(f"{key} of {source.describe()} was damaged meanwhile")
    answer = store.create(key, stored.data)
    there = store.get(key) if not isinstance(answer, Done) else None
    if there is not None and there.data != stored.data:
        raise OgpError(f"somebody else wrote {key} in {store.describe()} meanwhile: stop all runs, and begin anew")
    if isinstance(answer, InDoubt) and there is None:
        raise StoreError(f"{key} could not be written to {store.describe()}: {answer.reason}; the same again goes on")


def _only(copy: Copy, keys: Sequence[str]) -> Copy:
    """The copy, as if it held nothing else."""
    return replace(copy, objects={key: copy.objects[key] for key in keys})


def _fill(store: Store, source: CopiedStore, keys: Sequence[str], folder: Path) -> list[str | None]:
    """Write these objects; the key of each that is damaged or lost in the copy, and is not written."""

    def put(key: str) -> str | None:
        kept, path = source.copy.objects[key], folder / key.replace("/", "~")
        if not source.download(key, path):
            return key
        try:
            answer = store.put_file(key, path, kept.sha256, _media_type(key))
        except StoreError:
            if copies.digest_of(source, key, folder) != kept.sha256:
                return key
            raise
        finally:
            path.unlink(missing_ok=True)
        if isinstance(answer, InDoubt):
            raise StoreError(
                f"{key} could not be written to {store.describe()}: {answer.reason}; the same again goes on"
            )
        return None

    return list(concurrency.each(put, keys, store.at_once))


def _media_type(key: str) -> str:
    endings = {".json": "application/json", ".html": "text/html; charset=utf-8", ".jsonl": "application/jsonl"}
    return endings.get(Path(key).suffix, "application/octet-stream")


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
