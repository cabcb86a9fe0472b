"""The programmes of a hub, as its figures and pages read them: only what each of them has published."""

from dataclasses import dataclass

from ogp_pipeline.store.protocol import Store


@dataclass(frozen=True, slots=True)
class Member:
    """A programme of a hub.

    ``id`` is its short name in the hub's file, tables and addresses. ``publications`` is its public store, which a hub
    only reads. ``address`` is where the public finds that store, with a ``/`` at its end; None if nobody has said it.
    """

    id: str
    publications: Store
    address: str | None
