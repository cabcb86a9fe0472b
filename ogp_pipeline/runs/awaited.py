"""What a delivery waits for: where another file was refused, its name is told to those who refer to what it holds.

Without this, a receipt could only say that such a file may have been refused, or propose identifiers in its place.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.i18n.languages import ENGLISH_FIRST
from ogp_pipeline.intake import crowds, refusals
from ogp_pipeline.intake.examination import Examination
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.programme.sources import InboxSource, Source
from ogp_pipeline.runs.workspace import Workspace

_RETOLD = {"reference-not-yet": "reference-refused", "foreign-key": "foreign-key/refused"}


@dataclass(frozen=True, slots=True)
class _Refused:
    """A refused file, and whose it is."""

    file: str
    supplier: str


def told(workspace: Workspace, source: Source, examination: Examination, entries: Sequence[Entry]) -> Examination:
    """The examination, in which each reference to a table of a refused file names the file."""
    asked = {
        problem.details.get("other_table", "")
        for problem in crowds.examples(examination.problems)
        if problem.rule in _RETOLD and problem.details.get("other_table")
    }
    refused = {table: file for table in sorted(asked) if (file := _refused(workspace, table, entries)) is not None}
    if not refused:
        return examination

    def retold(problem: Problem) -> Problem:
        file = refused.get(problem.details.get("other_table", "")) if problem.rule in _RETOLD else None
        return _retold(workspace, source, problem, file) if file is not None else problem

    return replace(
        examination,
        problems=crowds.retold(examination.problems, retold),
        quarantined=tuple(
            replace(row, problems=tuple(retold(problem) for problem in row.problems)) for row in examination.quarantined
        ),
    )


def _refused(workspace: Workspace, table: str, entries: Sequence[Entry]) -> _Refused | None:
    """The file of a table that was refused and not replaced since."""
    for source in workspace.programme.sources:
        if table in source.tables:
            for refused in refusals.standing(workspace.intake, source.id, entries):
                if refused.may_hold(table):
                    return _Refused(", ".join(refused.files), source.supplier)
    return None


def _retold(workspace: Workspace, source: Source, problem: Problem, refused: _Refused) -> Problem:
    names = workspace.programme.supplier(refused.supplier).names
    key = "rule.refused.own" if refused.supplier == source.supplier else "rule.refused.theirs"
    again = "rule.again.inbox" if isinstance(source, InboxSource) else "rule.again.alone"
    words = {"other": refused.file}
    for language in ENGLISH_FIRST:
        given = {"other": refused.file, "names": names.get(language), "again": say(again, language)}
        words |= {f"names_{language}": names.get(language), f"step_{language}": say(key, language, **given)}
    return replace(problem, rule=_RETOLD[problem.rule], details={**problem.details, **words})
