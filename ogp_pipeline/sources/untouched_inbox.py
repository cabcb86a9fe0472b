"""An inbox that is looked into and left as it is: for rehearsals. See ``inbox.Inbox``."""

from datetime import date
from pathlib import Path

from ogp_pipeline.sources.delivery import DeliveredFile, Refusal
from ogp_pipeline.sources.inbox import Inbox, Item


class UntouchedInbox:
    """What lies in ``inbox`` can be listed and fetched; no receipt is written back, and nothing is taken out."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    def items(self) -> list[Item]:
        """What lies there."""
        return self._inbox.items()

    def fetch(self, item: Item, spool: Path) -> DeliveredFile | Refusal | None:
        """Copy it into the spool."""
        return self._inbox.fetch(item, spool)

    def put_receipt(self, day: date, name: str, data: bytes, media_type: str) -> None:
        """The receipt lies in the private store of the rehearsal; the sender gets none."""

    def drop(self, file: Path, name: str) -> str:  # noqa: ARG002
        """Nothing is laid in."""
        return name

    def finish(self, item: Item, day: date, name: str) -> None:
        """It stays."""
