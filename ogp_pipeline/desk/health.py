"""Whether the desk works, for whoever watches it: it can read the programme, its private store and its inboxes.

``/livez`` says that the process answers, and asks nobody. ``/healthz`` says whether it can serve, asked of the stores
at most every few seconds, however often somebody knocks. Neither names anything: both are open to everybody.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ogp_pipeline.errors import OgpError
from ogp_pipeline.intake import layout
from ogp_pipeline.programme.sources import InboxSource
from ogp_pipeline.runs.inbox_receipts import open_inbox
from ogp_pipeline.runs.workspace import Workspace

_LOG = logging.getLogger(__name__)
_KEPT = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Health:
    """Which of them can be read."""

    private_store: bool
    inboxes: bool

    @property
    def well(self) -> bool:
        """All of them."""
        return self.private_store and self.inboxes

    def checks(self) -> dict[str, str]:
        """In words, for machines."""
        each = {"private_store": self.private_store, "inboxes": self.inboxes}
        return {name: "ok" if well else "unavailable" for name, well in each.items()}


class Watch:
    """Looks, and remembers for some seconds what it saw."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: tuple[datetime, Health] | None = None

    def look(self, workspace: Workspace, now: datetime) -> Health:
        """Whether it can be served."""
        with self._lock:
            if self._seen is None or not self._seen[0] <= now < self._seen[0] + _KEPT:
                self._seen = now, _look(workspace)
            return self._seen[1]


def _look(workspace: Workspace) -> Health:
    inboxes = [source for source in workspace.programme.sources if isinstance(source, InboxSource)]
    return Health(
        private_store=_can("the private store", lambda: workspace.intake.get(layout.LAST_RUN)),
        inboxes=all(_can(f"the inbox of {source.id}", open_inbox(workspace, source).items) for source in inboxes),
    )


def _can(what: str, read: Callable[[], object]) -> bool:
    try:
        read()
    except (OgpError, OSError) as error:
        _LOG.error("%s cannot be read: %s", what, error)
        return False
    return True
