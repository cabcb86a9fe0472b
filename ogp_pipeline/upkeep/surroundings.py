"""What the doctor sees around the stores: their word, files that nobody takes, the address.

What is no fault but surprises people (an address that is only an example, folders in which nothing lies yet) is well,
with something to do.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from ogp_pipeline.i18n.languages import ENGLISH
from ogp_pipeline.programme.folders import folder_of
from ogp_pipeline.programme.places import DirectoryPlace, Place
from ogp_pipeline.programme.sources import FolderSource, InboxSource
from ogp_pipeline.runs import disk, left_files
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.store import attempts, probe
from ogp_pipeline.store.protocol import Store
from ogp_pipeline.upkeep.check import Check


def word(workspace: Workspace, now: datetime) -> Iterator[Check]:
    """Whether both stores keep to a condition: they are played with, under a key of the doctor's own.

    A folder that is not there is left alone: made here, it would look like one whose disk is mounted.
    """
    publication = workspace.programme.publication
    parts: tuple[tuple[probe.Part, Place, Store], ...] = (
        ("public", publication.store, workspace.publication),
        ("private", publication.intake, workspace.intake),
    )
    for part, place, store in parts:
        if isinstance(place, DirectoryPlace) and not (workspace.base / place.directory).is_dir():
            continue
        probe.check(store, attempts.name(now.astimezone(UTC), b"doctor--"), part)
        yield Check(f"{part} store", True, f"{store.describe()} writes on condition only when the condition holds")


def permissions(workspace: Workspace) -> Iterator[Check]:
    """What this user may not do in folders of sources and stores; of a place that is not there others tell."""
    publication = workspace.programme.publication
    needed: dict[Path, int] = {}
    for place in (publication.store, publication.intake):
        if isinstance(place, DirectoryPlace):
            needed[workspace.base / place.directory] = os.R_OK | os.W_OK | os.X_OK
    for source in workspace.programme.sources:
        folder = folder_of(source) if isinstance(source, FolderSource | InboxSource) else None
        if folder is not None:  # receipts are put into an inbox, and files are taken away from there
            mode = os.R_OK | os.X_OK | (os.W_OK if isinstance(source, InboxSource) else 0)
            needed[workspace.base / folder] = needed.get(workspace.base / folder, 0) | mode
    words = ((os.R_OK, "read"), (os.W_OK, "write"), (os.X_OK, "open what lies in it"))
    for folder, mode in needed.items():
        lacking = [word for right, word in words if mode & right and folder.exists() and not _may(folder, right)]
        if lacking:
            told = f"the user who runs this may not {', '.join(lacking)}: {folder}"
            yield Check(
                "permissions", False, told, "give that user these rights there (chown, chmod), or run as another"
            )


def _may(folder: Path, right: int) -> bool:
    return os.access(folder, right, effective_ids=os.access in os.supports_effective_ids)


def folders(workspace: Workspace, now: datetime) -> Iterator[Check]:
    """Files in sources' folders that nobody takes, and sources for which nothing lies there."""
    for left in left_files.look(workspace, now):
        yield Check("files that nobody takes", False, left_files.describe(left, ENGLISH), "rename, or `ignore` them")
    local = [source for source in workspace.programme.sources if isinstance(source, FolderSource | InboxSource)]
    places = [(source.id, folder_of(source)) for source in local]
    empty = [name for name, folder in places if folder is not None and _is_empty(workspace.base / folder)]
    if empty:
        told = f"nothing lies there for {len(empty)} of {len(local)} sources: {', '.join(empty)}"
        yield Check("folders", True, told, "once their parties have sent something, they are taken in by the next run")


def _is_empty(folder: Path) -> bool:
    return not folder.is_dir() or next(folder.iterdir(), None) is None


def room(workspace: Workspace) -> Iterator[Check]:
    """Disks on which little room is left; nothing where there is enough."""
    for _, told in disk.low(workspace):
        yield Check("disk", False, told, "make room, or move the store to a larger disk")


def address(workspace: Workspace) -> Iterator[Check]:
    """Whether the publication's address can be anybody's."""
    publication = workspace.programme.publication
    if publication.is_placeholder:
        told = f"pages and metadata say that all this lies at {publication.base_url}, which is an example"
        yield Check("address", True, told, "set `base_url` under `publication` before others read it")
