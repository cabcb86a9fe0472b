"""The envelope of what a source gave: whose it is, when it came, and from which day the forum knew it."""

from datetime import UTC, datetime

from ogp_pipeline.i18n.legible import without_secrets
from ogp_pipeline.programme.sources import Source
from ogp_pipeline.sources.delivery import Envelope


def envelope(source: Source, now: datetime, origin: str) -> Envelope:
    """``now``: an aware time in the programme's time zone, whose date is the day of receipt there.

    A historic import was known on the day that it asserts; the true time of arrival is kept beside it.
    """
    historic = source.historic
    return Envelope(
        source=source.id,
        supplier=source.supplier,
        received_at=now.astimezone(UTC),
        known_on=historic.known_on if historic else now.date(),
        origin=without_secrets(origin),
        known_why=historic.why if historic else None,
    )
