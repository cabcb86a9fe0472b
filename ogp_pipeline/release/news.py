"""What a release has to tell people: what moved since the one before, as facts that need no other file to be read.

    {"format": "ogp-news/1", "since": "1.0.0", "version": "1.0.1", "software": false, "news": [
       {"kind": "commitments_moved", "total": 3, "facts": [
          {"what": {"table", "id", "within", "title": {"en": …}}, "old": {"code", "label"}, "new": …}, …]}, …]}

A fact is about a thing with a name: what it was, what it is now, who says so. ``total`` counts all facts of a kind, of
which the file holds the first hundred, in the order of their codes. ``software``: nothing but the software differs, so
nobody said anything new. The first release has no such file. Pages and feeds make sentences of it (``sentences``).

``dues`` holds, by milestone, each due date that it once had: {"due", "version", "as_of", "by", "file"}, the oldest
first, with the release that changed it, its day, who sent the change, and in which file. Every release takes over those
of the one before, so the newest knows all of them, since the first release whose software wrote them down.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ogp_pipeline.release import json_text

NAME = "news.json"
MOST = 100  # facts of a kind; the tables of what changed have all


class Kind(StrEnum):
    """What may be told, in the order in which people are told it."""

    COMMITMENTS_MOVED = "commitments_moved"
    COMMITMENTS_FIRST = "commitments_first"  # nothing was known of them before
    COMMITMENTS_WITHDRAWN = "commitments_withdrawn"
    COMMITMENTS_UNKNOWN = "commitments_unknown"  # what was said of them is said no more
    MILESTONES_MOVED = "milestones_moved"
    MILESTONES_FIRST = "milestones_first"
    MILESTONES_WITHDRAWN = "milestones_withdrawn"
    MILESTONES_UNKNOWN = "milestones_unknown"
    DUE_MOVED = "due_moved"
    BECAME_LATE = "became_late"  # by the calendar: nobody did or said anything
    DISAGREED = "disagreed"
    AGREED = "agreed"
    DECIDED = "decided"
    DISSENT = "dissent"
    CORRECTED = "corrected"
    ASSESSED = "assessed"
    ANSWERED = "answered"
    COMMITMENTS_ADDED = "commitments_added"
    MILESTONES_ADDED = "milestones_added"
    PROPOSALS_ADDED = "proposals_added"
    EVENTS_ADDED = "events_added"
    COMMITMENTS_GONE = "commitments_gone"
    MILESTONES_GONE = "milestones_gone"
    PROPOSALS_GONE = "proposals_gone"
    REPORTS = "reports"  # these two are counted only
    EVIDENCE = "evidence"


class _Model(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)  # a later version may say more


class Named(_Model):
    """A thing with a name: its row, and its title in the languages that have one. ``within``: a milestone's
    commitment.
    """

    table: str
    id: str
    within: str | None = None
    title: Mapping[str, str] = {}


class Value(_Model):
    """A code with its words, or a text or a day that is its own word."""

    code: str
    label: Mapping[str, str] = {}


class Fact(_Model):
    """``field``: the words of the column or the variable that it is about, where the kind does not say it."""

    what: Named
    old: Value | None = None
    new: Value | None = None
    by: Mapping[str, str] = {}
    field: Mapping[str, str] = {}


class Told(_Model):
    """All facts of a kind, or the first of them."""

    kind: Kind
    total: int = Field(ge=1)
    facts: tuple[Fact, ...] = ()


class FormerDue(_Model):
    """A due date that a milestone once had. ``version``, ``as_of``: the release that changed it, and its day.

    ``by``, ``file``: who sent the other, and in which file, where that is known.
    """

    due: date
    version: str
    as_of: date
    by: Mapping[str, str] = {}
    file: str | None = None


Dues = Mapping[str, tuple[FormerDue, ...]]
"""Milestone -> the due dates that it once had, the oldest first."""

NO_DUES: Dues = MappingProxyType({})


class News(_Model):
    """``news.json``."""

    format: Literal["ogp-news/1"] = "ogp-news/1"
    since: str
    version: str
    software: bool = False
    news: tuple[Told, ...] = ()
    dues: Dues = {}

    def to_bytes(self) -> bytes:
        """Canonical JSON (RFC 8785)."""
        return json_text.canonical(self.model_dump(mode="json"))


def parse(data: bytes) -> News | None:
    """The news from their bytes; None if a kind or a field of another version of ours cannot be told."""
    try:
        return News.model_validate_json(data)
    except ValidationError:
        return None


@dataclass(frozen=True)
class Chronicle:
    """What is told of the releases that are listed, by their numbers; ``paged``: those that have a page.

    Earlier software of ours made releases without news, and archives without pages.
    """

    news: Mapping[int, News] = field(default_factory=dict)
    paged: Collection[int] = ()


UNTOLD = Chronicle()


def page(version: str) -> str:
    """Where a release's page stands, below the folder of a language. The address never changes."""
    return f"release/{version}.html"
