"""What is known to be wrong, kept in the private store: so a trouble is told once, and its end once, however many runs
meet it in between.

A small object, which may be lost: then what is wrong is told once more. It also remembers since when a source is asked,
because one that has never delivered has no other day from which its silence could be counted.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum

import rfc8785

from ogp_pipeline.errors import StoreError
from ogp_pipeline.intake import layout
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.store.protocol import Done

FORMAT = "ogp-troubles/1"
_TRIES = 3  # runs that end at the same time


class Kind(StrEnum):
    """What is wrong; each can be told to other people."""

    REJECTED = "rejected"
    HELD = "held"
    SILENT = "silent"
    FAILED = "failed"
    NOTHING = "nothing"
    DISK = "disk"
    UNSIGNED = "unsigned"
    UNWELL = "unwell"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something wrong with ``subject`` (a source, the release, a folder). ``key`` tells one from another of its kind.

    ``since``: the day on which it was first met. ``said``: a sentence with supplier, reason and what to look at.
    ``receipt``: its place in the private store.
    """

    kind: Kind
    subject: str
    key: str
    since: date
    said: str
    receipt: str | None = None

    @property
    def identity(self) -> tuple[Kind, str, str]:
        """What makes it the same trouble in another run."""
        return self.kind, self.subject, self.key


@dataclass(frozen=True, slots=True)
class News:
    """The troubles of a run, told apart: met for the first time, met before, and over.

    ``asked``: sources that were asked for the first time.
    """

    new: tuple[Trouble, ...] = ()
    known: tuple[Trouble, ...] = ()
    cured: tuple[Trouble, ...] = ()
    asked: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is kept. ``asked_since``: source -> the day of the first run that asked it. ``tag``: of the object."""

    troubles: tuple[Trouble, ...] = ()
    asked_since: Mapping[str, date] = field(default_factory=dict)
    tag: str | None = None


def read(workspace: Workspace) -> Standing:
    """What is kept; nothing if nothing is, or if it cannot be read: it is only a memory, and stops no run."""
    stored = workspace.intake.get(layout.TROUBLES)
    if stored is None:
        return Standing()
    try:
        values = json.loads(stored.data)
        if values["format"] != FORMAT:
            return Standing(tag=stored.tag)
        troubles = tuple(
            Trouble(**{**trouble, "kind": Kind(trouble["kind"]), "since": date.fromisoformat(trouble["since"])})
            for trouble in values["troubles"]
        )
        asked = {source: date.fromisoformat(day) for source, day in values["asked_since"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return Standing(tag=stored.tag)
    return Standing(troubles, asked, stored.tag)


def keep(workspace: Workspace, news: News, today: date) -> None:
    """Keep what a run has met, after it was told. StoreError if that cannot be written."""
    if not (news.new or news.cured or news.asked):
        return
    for _ in range(_TRIES):
        standing = read(workspace)
        over = {trouble.identity for trouble in news.cured}
        troubles = {trouble.identity: trouble for trouble in standing.troubles if trouble.identity not in over}
        troubles.update((trouble.identity, trouble) for trouble in news.new)
        asked = {**dict.fromkeys(news.asked, today), **standing.asked_since}
        answer = workspace.intake.swap(layout.TROUBLES, _document(troubles.values(), asked), standing.tag)
        if isinstance(answer, Done):
            return
    raise StoreError(f"{layout.TROUBLES} could not be written to {workspace.intake.describe()}: {answer}")


def _document(troubles: Iterable[Trouble], asked: Mapping[str, date]) -> bytes:
    told = [asdict(trouble) | {"since": trouble.since.isoformat()} for trouble in troubles]
    days = {source: day.isoformat() for source, day in asked.items()}
    return rfc8785.dumps({"format": FORMAT, "troubles": told, "asked_since": days})
