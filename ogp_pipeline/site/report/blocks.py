"""What a section of a report is made of. ``kind`` is what the template tells them apart by.

A ``str`` is in the page's language; a ``Said`` says in which language it is; None is a cell about which nothing is
known.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from markupsafe import Markup

from ogp_pipeline.i18n.text import Said
from ogp_pipeline.site.figures import Figure

_LINK = re.compile(r"https?://[^\s]+\Z")


@dataclass(frozen=True, slots=True)
class Ratio:
    """A count and what it is of. ``missing``: how many of those are not known about."""

    numerator: int
    denominator: int
    missing: int = 0
    kind: ClassVar[str] = "ratio"


@dataclass(frozen=True, slots=True)
class ReportLevel:
    """A level's name with the colour that it has in the chart; None: hatched."""

    label: str
    swatch: Markup
    kind: ClassVar[str] = "level"


@dataclass(frozen=True, slots=True)
class Term:
    """A measure's title with its definition to unfold. ``path``: its page, below the folder of the language."""

    title: Said
    definition: Said | None
    note: str | None = None
    path: str | None = None
    kind: ClassVar[str] = "term"


@dataclass(frozen=True, slots=True)
class Item:
    """What has a code and a title. ``path``: its page, below the folder of the language."""

    code: str
    title: Said
    path: str | None
    kind: ClassVar[str] = "item"


@dataclass(frozen=True, slots=True)
class Link:
    """A name that leads to a page of ours. ``path``: below the folder of the language."""

    title: Said
    path: str
    kind: ClassVar[str] = "link"


@dataclass(frozen=True, slots=True)
class Links:
    """Several names, one below the other."""

    names: Sequence[Link | Item | Said | str]
    kind: ClassVar[str] = "links"


@dataclass(frozen=True, slots=True)
class Day:
    """A day."""

    date: date
    kind: ClassVar[str] = "day"


@dataclass(frozen=True, slots=True)
class Web:
    """A link. ``url`` is an absolute http(s) address."""

    label: Said
    url: str
    kind: ClassVar[str] = "web"


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing; the table with the same numbers follows it, or it stands in that table beside them."""

    drawing: Markup
    kind: ClassVar[str] = "chart"


Cell = str | int | Said | Ratio | Figure | ReportLevel | Term | Item | Link | Links | Day | Web | Chart | None


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """The heading of a column. ``number``: its cells stand at the right."""

    title: str
    number: bool = False


@dataclass(frozen=True)
class ReportTable:
    """Lines of cells, of which the first names the line. ``id`` is unique on the page. ``wide``: it may scroll.

    ``quiet``: its caption repeats the heading above it, and is for those alone who do not see the page. ``of_plan``:
    every report of a plan has the same.
    """

    id: str
    caption: str
    columns: Sequence[ReportColumn]
    lines: Sequence[Sequence[Cell]]
    wide: bool = False
    quiet: bool = False
    of_plan: bool = False
    kind: ClassVar[str] = "table"


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph."""

    text: str | Said
    soft: bool = False
    kind: ClassVar[str] = "words"


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a part of a section."""

    text: str
    kind: ClassVar[str] = "heading"


@dataclass(frozen=True, slots=True)
class Legend:
    """What the colours and patterns of a chart mean."""

    levels: Sequence[ReportLevel]
    kind: ClassVar[str] = "legend"


@dataclass(frozen=True, slots=True)
class Unfold:
    """An explanation to unfold. ``of`` says to those who only hear the page what it explains."""

    of: str
    text: str | Said
    kind: ClassVar[str] = "unfold"


@dataclass(frozen=True, slots=True)
class Further:
    """Where the lines of a long table stand that its page has not. ``of``: the table's caption. ``pages``: their names,
    and their paths below the folder of the language.
    """

    of: str
    text: str
    pages: Sequence[tuple[str, str]]
    kind: ClassVar[str] = "further"


Block = ReportTable | Words | Heading | Chart | Legend | Unfold | Further


@dataclass(frozen=True)
class Section:
    """A part of the report. ``now``: it speaks of the day of the data, and not of the period."""

    id: str
    title: str
    blocks: Sequence[Block]
    now: bool = False


def web(label: Said, url: str | None) -> Web | Said:
    """A link, where the address is one that a browser may follow."""
    return Web(label, url) if url and _LINK.match(url) else label
