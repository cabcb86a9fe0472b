"""From where files come to rows of text under canonical names.

    folder, http        where they come from: each gives Deliveries, copied into a spool
    inbox               what suppliers drop and what goes back to them (folder_inbox, s3_inbox); see ``reception``
    reading             a file by its declared format (``formats``)
    mapper              the programme's mapping carried out: columns (one cell), prose, quantities
    envelope            whose it is, and since when it is known
    records             what the mapping gives: MappedRow

Sources that cannot be read raise SourceError. Whatever is wrong inside a file is data.
"""

from datetime import datetime
from pathlib import Path

from ogp_pipeline.programme.model import FolderSource, HttpSource
from ogp_pipeline.sources import folder, http
from ogp_pipeline.sources.delivery import Delivery
from ogp_pipeline.sources.http import SourceMemory

__all__ = ["SourceMemory", "deliveries"]


def deliveries(
    source: FolderSource | HttpSource, base: Path, spool: Path, now: datetime, memory: SourceMemory | None
) -> tuple[list[Delivery], SourceMemory | None]:
    """What a source gives now, and what to remember of it once it is settled (None for a folder).

    ``base``: the folder of the programme file. ``spool``: a private folder that outlives the deliveries.
    ``memory``: what was remembered last; if the source has not changed since, there is no delivery and it
    comes back as it is.
    """
    match source:
        case FolderSource():
            return folder.collect(source, base, spool, now), None
        case HttpSource():
            return http.collect(source, spool, now, memory)
