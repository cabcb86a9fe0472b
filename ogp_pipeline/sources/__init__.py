"""From where files come to rows of text under canonical names.

    collectors                      which function collects which kind of source, by ``@collects``
    folder, http                    kinds of source: each gives deliveries, copied into a spool
    beneath, patterns               what lies below a folder, without following a link; which of it a source takes
    left                            what lies in a folder and no source takes
    http_session, deadline          connections that lead to no private host; one deadline for all that may wait
    credentials                     tokens from the environment, for the source's own server
    feed, page                      all pages of an address; what one page says of the others
    declared_pages                  the same where the programme file says how they are followed
    content_encoding                what a server packed for the way
    inbox                           what suppliers drop and what goes back to them; see ``runs.inbox_collect``
    folder_inbox, s3_inbox          an inbox in a folder, in a bucket
    untouched_inbox                 an inbox that is looked into and left as it is
    delivery, envelope, spool       files that came together; whose they are and since when known; where they lie
    names                           names of files that show what they are
    reading                         a file by its declared format (``formats``)
    mapper, columns                 the programme's mapping carried out; one cell of it
    parts, joins, conditions        the rows that one row becomes; rows of other files; which rows are taken
    spelling                        texts replaced, in capitals, as in an address
    prose, quantities, typos        texts, dates and numbers as people write them
    month_names                     the months by their names, in every language
    ordinals                        signs behind numbers: 1er, 1.º, 30th
    due                             when something is due, in words or as EDTF, and its last day
    damage                          text that was damaged on its way
    records                         what the mapping gives: MappedRow

Sources that cannot be read raise SourceError. Whatever is wrong inside a file is data.
"""

from datetime import datetime
from pathlib import Path

from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.programme.sources import Source
from ogp_pipeline.registration import modules
from ogp_pipeline.sources.collectors import COLLECTORS, Collected, Occasion, SourceMemory

__all__ = ["SourceMemory", "deliveries"]

modules(__name__, __path__)


def deliveries(
    source: Source,
    base: Path,
    spool: Path,
    now: datetime,
    memory: SourceMemory | None,
    limits: Limits | None = None,
) -> Collected:
    """What a source gives now, and what to remember of it once it is settled (None for a folder).

    ``base``: the folder of the programme file. ``spool``: a private folder that outlives the deliveries.
    ``memory``: what was remembered last; if the source has not changed since, there is no delivery and it
    comes back as it is. ``limits``: of the source's files, if they are others than those that it says itself.
    """
    return COLLECTORS[type(source)](source, Occasion(base, spool, now, memory, limits or source.limits))
