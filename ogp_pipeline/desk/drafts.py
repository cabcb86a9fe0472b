"""Files that were checked and not sent yet, in a folder of this server.

    <folder>/<link>/<draft>/sent/<name>              the file as it came
    <folder>/<link>/<draft>/receipt/<language>.html  its receipt
    <folder>/<link>/<draft>/receipt/<name>.xlsx      its marked copies

A draft is its visitor's alone: its place is told by the link and a name that nobody can guess. A link has a few; the
oldest goes when a new one comes, and all go after some hours or with the server. Nothing is lost with them: they were
never sent, and their senders have them.
"""

import secrets
import shutil
import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

KEPT = 5  # of one link
SENT, RECEIPT = "sent", "receipt"
_LASTS = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Draft:
    """``name``: the file's own. ``may_be_sent``: whether sending it makes sense, by its receipt.

    ``to_correct``: how many things; ``before``: how many in the draft of the same name before this one; 0 without one.
    """

    id: str
    folder: Path
    name: str
    made_at: datetime
    may_be_sent: bool = False
    to_correct: int = 0
    before: int = 0

    @property
    def file(self) -> Path:
        """The file as it came."""
        return self.folder / SENT / self.name

    def page(self, language: str) -> Path:
        """Its receipt."""
        return self.folder / RECEIPT / f"{language}.html"

    def marked(self, ending: str) -> Path:
        """Where a marked copy with this ending (``xlsx``, ``2.xlsx``) lies."""
        return self.folder / RECEIPT / f"{self.id}.{ending}"

    def copy(self, name: str) -> Path | None:
        """A marked copy by its name; None if there is none."""
        return next((path for path in (self.folder / RECEIPT).glob("*.xlsx") if path.name == name), None)


class Drafts:
    """The drafts of all visitors. ``folder``: of this server alone; it is removed by whoever made it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._drafts: dict[str, dict[str, Draft]] = {}
        self._lock = threading.Lock()

    def begin(self, link: str, name: str, now: datetime) -> Draft:
        """A new draft with room for its file; those that have had their time go."""
        draft_id = secrets.token_urlsafe(18)
        draft = Draft(draft_id, self._folder / link / draft_id, name, now)
        for part in (SENT, RECEIPT):
            (draft.folder / part).mkdir(parents=True)
        with self._lock:
            earlier = [kept for kept in self._drafts.get(link, {}).values() if kept.name == name]
            if earlier:
                draft = replace(draft, before=earlier[-1].to_correct)
            past = [(owner, kept) for owner, own in self._drafts.items() for kept in own.values()]
            for owner, old in past:
                if now - old.made_at > _LASTS:
                    self._forget(owner, old)
        return draft

    def keep(self, link: str, draft: Draft) -> None:
        """Remember it; the oldest of the link's go where there are too many."""
        with self._lock:
            own = self._drafts.setdefault(link, {})
            own[draft.id] = draft
            for old in list(own.values())[:-KEPT]:
                self._forget(link, old)

    def find(self, link: str, draft_id: str) -> Draft | None:
        """A draft of this link."""
        with self._lock:
            return self._drafts.get(link, {}).get(draft_id)

    def listed(self, link: str) -> list[Draft]:
        """Those of this link, of each name the newest, newest first."""
        with self._lock:
            newest = {draft.name: draft for draft in self._drafts.get(link, {}).values()}
        return sorted(newest.values(), key=lambda draft: draft.made_at, reverse=True)

    def take(self, link: str, draft_id: str) -> Draft | None:
        """A draft of this link, which nobody else gets any more: however often it is asked, it is sent once."""
        with self._lock:
            return self._drafts.get(link, {}).pop(draft_id, None)

    def remove(self, link: str, draft: Draft) -> None:
        """It is not needed any more."""
        with self._lock:
            self._forget(link, draft)

    def sent(self, link: str, draft: Draft) -> None:
        """It was sent: neither it nor what was checked under its name before is needed any more."""
        with self._lock:
            earlier = [kept for kept in self._drafts.get(link, {}).values() if kept.name == draft.name]
            for past in (draft, *earlier):
                self._forget(link, past)

    def _forget(self, link: str, draft: Draft) -> None:
        self._drafts.get(link, {}).pop(draft.id, None)
        shutil.rmtree(draft.folder, ignore_errors=True)
