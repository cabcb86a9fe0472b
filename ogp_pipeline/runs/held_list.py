"""Deliveries on hold, and what persons decided by hand: as ``ogp held`` and every run tell them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ogp_pipeline.i18n.catalogue import count, say
from ogp_pipeline.intake import held
from ogp_pipeline.intake.held import Held
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.runs.known_state import known_entries
from ogp_pipeline.runs.workspace import Workspace


@dataclass(frozen=True, slots=True)
class HeldList:
    """``waiting``: on hold now. ``decided``: entries of the ledger that a person made, the newest first."""

    waiting: Sequence[Held]
    decided: Sequence[Entry]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "waiting": [held.to_json() for held in self.waiting],
            "decided": [
                {
                    "n": entry.n,
                    "source": entry.source,
                    "received_at": entry.received_at,
                    "known_on": entry.known_on.isoformat(),
                    "rows": sum(entry.counts.values()),
                    "retires": entry.retires,
                    "by": entry.by_hand.by,
                    "reason": entry.by_hand.reason,
                }
                for entry in self.decided
                if entry.by_hand is not None
            ],
        }


def read(workspace: Workspace) -> HeldList:
    """What waits and what was decided; nothing is written."""
    entries = known_entries(workspace, anew=True)
    decided = [entry for entry in reversed(entries) if entry.by_hand is not None]
    return HeldList(held.waiting(workspace.intake, entries), decided)


def describe(held: Held, language: str) -> str:
    """Which delivery waits, since when, why, and what an engineer can do."""
    words = {
        "id": held.delivery[:12],
        "source": held.source,
        "files": ", ".join(file.name for file in held.files),
        "day": held.known_on.isoformat(),
        "why": " ".join(held.why.get(language, ())),
    }
    return say("held.waits", language, **words)


def describe_decision(entry: Entry, language: str) -> str:
    """What was decided, by whom and why."""
    assert entry.by_hand is not None  # of entries by hand alone
    rows = count("receipt.count.row", sum(entry.counts.values()), language)
    words = {"n": entry.n, "source": entry.source, "rows": rows, "by": entry.by_hand.by, "reason": entry.by_hand.reason}
    key = "held.retired" if entry.retires else "held.let_in"
    return say(key, language, day=entry.received_at[:10], **words)
