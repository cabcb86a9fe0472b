"""A page of its own for one thing, as values: what every such page has, whatever it is about.

Such a page does not name the release from which it was made, nor the day: it stays as it is, byte for byte, as long as
nothing about its thing changes, so that a nightly release writes only the pages that say something new.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ogp_pipeline.i18n.text import Said
from ogp_pipeline.site.report.blocks import Cell, Item, Link, Section


@dataclass(frozen=True, slots=True)
class EvidencePiece:
    """A piece of evidence. ``url`` only where it is an absolute http(s) address; others are shown as text."""

    label: Said
    kind: str
    url: str | None


@dataclass(frozen=True)
class RoundView:
    """What was said of a milestone in one round, in the words of who reports. ``late``: it was delivered late."""

    period: Said
    status: Cell
    percent: str | None
    nil: bool
    late: bool
    words: Sequence[tuple[str, Said]]
    evidence: Sequence[EvidencePiece]


@dataclass(frozen=True)
class MilestoneView:
    """A milestone with its rounds, the newest first. ``late``: it is open after its due date."""

    id: str
    title: Said
    facts: Sequence[tuple[str, Cell]]
    late: bool
    rounds: Sequence[RoundView]
    children: Sequence["MilestoneView"]


@dataclass(frozen=True, slots=True)
class Stands:
    """Where a thing stands, in a few words. ``shade``: of a level, its colour or pattern as in ``bar.BarPiece``."""

    word: str
    note: str = ""
    level: bool = False
    shade: str | None = None


@dataclass(frozen=True)
class EntityView:
    """``kind``: the site's word for what it is. ``table`` and ``key``: its row in the data.

    ``above``: what it is part of. ``about``: a sentence for search engines and cards. ``known_on``: when the newest of
    its rows became known. ``card``: where it stands small, for frames of other pages, with ``on_card`` on it.
    ``stands``: what its picture says; None where it has none of its own. ``tail``: what stands below the milestones.
    """

    kind: str
    path: str
    code: str
    title: Said
    table: str
    key: str
    above: Sequence[Link | Item] = ()
    lead: Said | None = None
    about: str = ""
    facts: Sequence[tuple[str, Cell]] = ()
    sections: Sequence[Section] = ()
    milestones: Sequence[MilestoneView] = ()
    known_on: date | None = None
    card: str | None = None
    on_card: Sequence[tuple[str, Cell]] = ()
    stands: Stands | None = None
    tail: Sequence[Section] = ()
