"""How each kind of source gives its deliveries: one function for each model of ``programme``, under ``@collects``.

An inbox has none: it is emptied file by file, each with its receipt (``runs.inbox_collect``).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.registration import Register
from ogp_pipeline.sources.delivery import Delivery


@dataclass(frozen=True)
class SourceMemory:
    """What is remembered of the last download, so that an unchanged file is not taken twice."""

    etag: str | None
    last_modified: str | None
    sha256: str


@dataclass(frozen=True, slots=True)
class Occasion:
    """When and for whom a source is asked.

    ``base``: the folder of the programme file. ``spool``: a private folder that outlives the deliveries. ``now``: an
    aware time in the programme's time zone. ``memory``: what was remembered last. ``limits``: how
    many files it may give, and how large.
    """

    base: Path
    spool: Path
    now: datetime
    memory: SourceMemory | None = None
    limits: Limits = field(default_factory=Limits)


Collected = tuple[list[Delivery], SourceMemory | None]
_Kind = TypeVar("_Kind")
_Collect = Callable[[_Kind, Occasion], Collected]

COLLECTORS: Register[type[Any], Callable[[Any, Occasion], Collected]] = Register("the source")


def collects(model: type[_Kind]) -> Callable[[_Collect[_Kind]], _Collect[_Kind]]:
    """Register a function as the one that collects the sources of a model. It raises SourceError if it cannot."""

    def register(function: _Collect[_Kind]) -> _Collect[_Kind]:
        COLLECTORS.enter(model, function)
        return function

    return register
