"""Is the folder of a source the one that files came from before, or an empty place where a disk should be mounted?

What an empty place gives looks like "nothing received". But an inbox that ever gave a file holds ``receipts`` and
``done``, and the files of a folder stay where they are: a folder in which there is nothing at all, though the ledger
has deliveries of its source, is a mistake. One that was cleared on purpose is told from it by any file, hidden ones
too: ``.keep``.
"""

import os
from collections.abc import Sequence

from ogp_pipeline.errors import SourceError
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.programme.folders import folder_of
from ogp_pipeline.programme.sources import Source
from ogp_pipeline.runs.workspace import Workspace


def check(workspace: Workspace, source: Source, entries: Sequence[Entry]) -> None:
    """SourceError if the source's folder is not there, or holds nothing at all though it gave files before."""
    folder = folder_of(source)
    if folder is None:
        return
    address = folder.as_posix()
    try:
        with os.scandir(workspace.base / folder) as members:
            empty = next(members, None) is None
    except (FileNotFoundError, NotADirectoryError) as error:
        told = f"there is no folder {address}; if it lies on another disk, see that it is mounted"
        raise SourceError(f"source {source.id}: {told}") from error
    except OSError as error:
        told = f"the folder {address} cannot be read ({error.strerror}); allow it, or see that its disk is mounted"
        raise SourceError(f"source {source.id}: {told}") from error
    if empty and any(entry.source == source.id for entry in entries):
        told = f"there is nothing at all in {address}, though files came from it before; see that its disk is mounted"
        cure = "if it was cleared on purpose, put an empty file `.keep` into it"
        raise SourceError(f"source {source.id}: {told}, or, {cure}")
