"""Columns that nobody reads, and columns that are gone: told once, when they are new or first missing.

A file is compared with the source's last accepted one, whose headings stand in its record. What was told of that one
is not told again at every delivery.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ogp_pipeline.formats.records import Where
from ogp_pipeline.formats.vocabulary import fold
from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.i18n.languages import ENGLISH_FIRST
from ogp_pipeline.intake import layout
from ogp_pipeline.intake.examination import Examination
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.intake.problem import Problem, Severity
from ogp_pipeline.programme.sources import Source
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.sources.records import MISSING

_SHOWN = 12  # headings of a file
_SAID = (*MISSING, "unknown-headings", "repeated-column")  # then it is no news that a heading is not there


def told(workspace: Workspace, source: Source, examination: Examination, entries: Sequence[Entry]) -> Examination:
    """The examination, with what is to be said of its headings."""
    if not examination.headings or {problem.rule for problem in examination.problems} & set(_SAID):
        return examination
    before = _before(workspace, source, sorted(examination.headings), entries)
    new = [*_gone(workspace, examination, before), *_unread(workspace, examination, before)]
    return replace(examination, problems=(*new, *examination.problems)) if new else examination


def _gone(workspace: Workspace, examination: Examination, before: Sequence[str]) -> Iterator[Problem]:
    present = {fold(heading) for names in examination.headings.values() for heading in names}
    if gone := [heading for heading in before if fold(heading) not in present]:
        yield _problem(workspace, "columns-gone", min(examination.headings), gone)


def _unread(workspace: Workspace, examination: Examination, before: Sequence[str]) -> Iterator[Problem]:
    folded = {fold(heading) for heading in before}
    for file, names in examination.unread.items():
        if new := [heading for heading in names if fold(heading) not in folded]:
            yield _problem(workspace, "columns-not-mapped", file, new)


def _problem(workspace: Workspace, rule: str, file: str, names: Sequence[str]) -> Problem:
    more = len(names) - _SHOWN
    listed = ", ".join(f"«{name}»" for name in names[:_SHOWN])
    words = {
        f"columns_{language}": say("rule.and_more", language, listed=listed, more=more) if more > 0 else listed
        for language in ENGLISH_FIRST
    }
    return Problem(rule, Severity(workspace.schemas.rule(rule).level), Where(file), details=words)


def _before(workspace: Workspace, source: Source, files: Sequence[str], entries: Sequence[Entry]) -> list[str]:
    """The headings of the source's last accepted delivery; of one with files of these names, if there is one."""
    own = [entry for entry in reversed(entries) if entry.source == source.id and not entry.retires]
    same = [entry for entry in own if {name for name, _ in entry.files} & set(files)]
    for entry in (same or own)[:1]:
        stored = workspace.intake.get(layout.delivery(_name(entry)))
        if stored is not None:
            return list(_headings(json.loads(stored.data).get("headings", {}).values()))
    return []


def _name(entry: Entry) -> str:
    """Of the record of the delivery, as of its receipt."""
    return entry.receipt.rpartition("/")[2].removesuffix(".json")


def _headings(several: Iterable[Sequence[str]]) -> dict[str, None]:
    return dict.fromkeys(name for names in several for name in names)
