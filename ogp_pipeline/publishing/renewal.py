"""Sealing ``latest.json`` anew where nothing is published, so that its time does not pass while nobody has news.

One write when the standing hint is old, else one read. It is renewed only if it is still the one that was looked at:
whoever publishes meanwhile has sealed his own.
"""

from datetime import datetime
from typing import Literal

from ogp_pipeline.errors import StoreError
from ogp_pipeline.publishing import expiry, history, layout, signing
from ogp_pipeline.publishing.publisher import ReleasePublisher
from ogp_pipeline.store import retrying
from ogp_pipeline.store.protocol import Changed, Done, InDoubt

Renewed = Literal["renewed", "holds", "no key"]


def renew(publisher: ReleasePublisher) -> Renewed:
    """Seal the hint anew if it is due. ``no key``: it is sealed, and this publisher has nothing to seal it with.

    ``holds``: nothing was to be done. StoreError when the answer stays in doubt.
    """
    store, hooks = publisher.store, publisher.hooks
    stored = store.get(layout.LATEST)
    if stored is None or publisher.expiry is None:
        return "holds"
    if publisher.signer is None:
        return "holds" if signing.read(stored.data) is None else "no key"
    if store.head(layout.key(1)) is None:  # the first release with a key introduces it, and seals
        return "holds"
    if not expiry.is_due(stored.data, publisher.signer.public, publisher.expiry, hooks.now()):
        return "holds"
    history.parse_hint(stored.data)
    data, tag = publisher.stamped(expiry.bare(stored.data)), stored.tag

    def swap() -> Done | Changed | InDoubt:
        return store.swap(layout.LATEST, data, tag, layout.JSON)

    answer = retrying.until_definite(swap, hooks.pause)
    if isinstance(answer, InDoubt):
        raise StoreError(f"renewing {layout.LATEST} stays in doubt ({answer.reason}); run again")
    return "renewed" if isinstance(answer, Done) else "holds"


def time_of(data: bytes) -> datetime | None:
    """Until when a hint holds, as it says; None: for ever, or it does not say."""
    said = signing.read(data)
    return None if said is None else expiry.time_of(said)
