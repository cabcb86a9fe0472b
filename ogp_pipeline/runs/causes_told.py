"""Why a delivery was not taken as it is, for whoever looks at a run: each cause once, with how often and where."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ogp_pipeline.i18n.catalogue import number, say
from ogp_pipeline.intake.causes import Cause, causes
from ogp_pipeline.intake.problem import Problem, Severity
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.schema.schemas import Schemas

_SHOWN = 12


@dataclass(frozen=True, slots=True)
class CauseTold:
    """A cause in a person's words."""

    level: str
    sentence: str
    todo: str


@dataclass(frozen=True, slots=True)
class CausesTold:
    """``more``: how many causes are not shown."""

    shown: tuple[CauseTold, ...]
    more: int


def of_receipt(workspace: Workspace, receipt: str, language: str) -> CausesTold:
    """What blocks, of a receipt in the private store. Receipts of earlier versions name no causes."""
    stored = workspace.intake.get(receipt)
    document = json.loads(stored.data) if stored is not None else {}
    blocking = [cause for cause in document.get("causes", ()) if cause["level"] == Severity.BLOCKS]
    return _told(blocking, language)


def of_problems(problems: Sequence[Problem], schemas: Schemas, language: str) -> CausesTold:
    """Of an examination of which no receipt is kept."""
    return _told([cause.to_json(schemas) for cause in causes(problems)], language)


def _told(documents: Sequence[Mapping[str, Any]], language: str) -> CausesTold:
    shown = tuple(
        CauseTold(cause["level"], _sentence(cause, language), cause["todo"][language]) for cause in documents[:_SHOWN]
    )
    return CausesTold(shown, len(documents) - len(shown))


def places(first: str, cause: Cause, language: str) -> str:
    """Where the problems of a cause are. ``first``: the place of the first one."""
    return _places(first, cause.count, cause.lines, language)


def _places(first: str, times: int, lines: Sequence[int], language: str) -> str:
    if times == 1 or not lines[1:]:
        return first if times == 1 else say("run.cause.more", language, first=first, count=number(times - 1, language))
    key, others = "run.cause.place" if len(lines) == 2 else "run.cause.places", ", ".join(map(str, lines[1:]))
    return say(key, language, first=first, count=number(times - 1, language), lines=others)


def _sentence(cause: Mapping[str, Any], language: str) -> str:
    where = _places(cause["where"][language], cause["count"], cause["lines"], language)
    if cause["count"] == 1:
        return f"{cause['wrong'][language]} ({where})"
    times = number(cause["count"], language)
    return say("run.cause", language, times=times, wrong=cause["wrong"][language], where=where)
