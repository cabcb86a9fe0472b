"""Does this machine's clock stand where it can? The ledger's numbers say what came first; the clock dates it.

A clock that stands before what was received already dates new deliveries wrongly, so nothing is taken in. Either it is
behind, and is set; or it was ahead once, and a person says so (``confirm``): then what was received by then is not
compared with it any more, and files that were taken in under a day to come are taken in again.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import rfc8785

from ogp_pipeline import version
from ogp_pipeline.errors import OgpError, StoreError
from ogp_pipeline.intake import layout
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.runs.known_state import known_entries
from ogp_pipeline.runs.outcomes import Failed
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.store.protocol import InDoubt

FORMAT = "ogp-clock/1"
TOLERANCE = timedelta(minutes=10)  # clocks of two machines that are set by the network differ by less
APART = timedelta(hours=1)  # from a store's own: a box that nobody sets drifts by minutes


def refusal(workspace: Workspace, now: datetime) -> Failed | None:
    """Why nothing may be taken in: something was received after ``now``, or a store's own clock says otherwise.

    None if the clock can be right. Both stores have been asked something before: a bucket says the time by that.
    """
    if (reason := apart(workspace)) is not None:
        return Failed(f"{reason} Nothing was taken in and nothing was written. Set the clock, then run again")
    entry = _ahead(known_entries(workspace), now, 0)
    if entry is not None:
        entry = _ahead(known_entries(workspace), now, _confirmed(workspace))
    if entry is None:
        return None
    return Failed(
        f"the clock of this machine says {_told(now)}, but entry {entry.n} of the ledger (source {entry.source}) was "
        f"received at {_told(_received(entry))}. Nothing was taken in and nothing was written. Set the clock, then run "
        "again. If it is right, and was ahead when that entry was made, say so with `ogp doctor --clock-is-right`"
    )


def apart(workspace: Workspace) -> str | None:
    """That this machine's clock is far from that of a store, and whose; None if none says so.

    A release that is dated ahead cannot be followed by another until that day has come.
    """
    for store in (workspace.intake, workspace.publication):
        ahead = store.clock_ahead()
        if ahead is not None and abs(ahead) > APART:
            hours, way = abs(ahead) / timedelta(hours=1), "ahead of" if ahead > timedelta() else "behind"
            return f"the clock of this machine is {hours:.1f} hours {way} the one of {store.describe()}."
    return None


def dated_ahead(entries: Sequence[Entry], today: date) -> list[Entry]:
    """The entries that no release can hold yet: made under a clock that was ahead. They count from their day on."""
    return [entry for entry in entries if entry.known_why is None and entry.known_on > today]


def confirm(workspace: Workspace, now: datetime) -> int:
    """Write down that the clock is right and that entries received after ``now`` are dated wrongly; up to which one.

    OgpError if there is none: then there is nothing to confirm.
    """
    entries = known_entries(workspace, anew=True)
    if _ahead(entries, now, 0) is None:
        raise OgpError("nothing in the ledger was received after the time that this clock says: there is nothing to do")
    said: dict[str, Any] = {
        "format": FORMAT,
        "entry": entries[-1].n,
        "sha256": entries[-1].sha256,
        "at": now.isoformat(),
    }
    answer = workspace.intake.put_view(layout.CLOCK, rfc8785.dumps(said), "application/json")
    if isinstance(answer, InDoubt):
        raise StoreError(f"{layout.CLOCK} could not be written to {workspace.intake.describe()}: {answer.reason}")
    return entries[-1].n


def _ahead(entries: Sequence[Entry], now: datetime, after: int) -> Entry | None:
    """Of the entries behind number ``after``, the one that was received last, if that was after ``now``."""
    last = max(entries[after:], key=_received, default=None)
    return last if last is not None and _received(last) > now + TOLERANCE else None


def _received(entry: Entry) -> datetime:
    return datetime.fromisoformat(entry.received_at)


def _told(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _confirmed(workspace: Workspace) -> int:
    """Up to which entry a person has said that the dates may be wrong; 0 if nobody has, or of another ledger."""
    stored = workspace.intake.get(layout.CLOCK)
    if stored is None:
        return 0
    said = json.loads(stored.data)
    version.refuse_newer(layout.CLOCK, said["format"], FORMAT, said.get("software"))
    entry = workspace.intake.get(layout.ledger(said["entry"]))
    same = entry is not None and hashlib.sha256(entry.data).hexdigest() == said["sha256"]
    return int(said["entry"]) if same else 0
