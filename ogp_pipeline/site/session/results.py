"""The lines with which the sheet of results begins: what is to be decided, and what earlier sessions left open.

A line of something to decide holds everything but the result. A number is never used twice: where the day has
decisions already, theirs are left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from ogp_pipeline.site.session.context import SessionContext
from ogp_pipeline.site.session.disputes import Dispute, speaker, title_of

# What stands in a line before anybody has decided anything: a line in which nothing else stands is no decision.
LISTED = ("decision_id", "subject_table", "subject_id", "variable", "stage", "scale", "method", "decided_on")


@dataclass(frozen=True)
class ResultLine:
    """``cells``: by the columns of ``decisions``. ``about``: what it is, for the person who fills it in."""

    cells: Mapping[str, str]
    about: str


def result_lines(context: SessionContext, open_: Sequence[Dispute]) -> list[ResultLine]:
    """A line for each dispute, in the order and under the number of the agenda."""
    names = _free(context)
    return [
        ResultLine(
            {
                "decision_id": next(names),
                **{column: dispute.row[column] or "" for column in LISTED[1:6]},
                "method": context.published.evaluation.decisions.rule,
                "decided_on": context.held_on.isoformat(),
            },
            _about(context, dispute, number),
        )
        for number, dispute in enumerate(open_, start=1)
    ]


def _free(context: SessionContext) -> Iterator[str]:
    """Ids of decisions of the day that no decision has."""
    taken = {row["decision_id"] for row in context.published.rows("decisions")}
    names = (f"{context.held_on.isoformat()}-{number:02}" for number in count(1))
    return (name for name in names if name not in taken)


def _about(context: SessionContext, dispute: Dispute, number: int) -> str:
    """The point of the agenda, and what each side says."""
    said = []
    for voice in dispute.voices:
        name = speaker(context, voice["assessor_id"])
        judged = context.judgement(voice["variable"], voice["scale"], voice["code"])
        said.append(f"{name.text if name else voice['assessor_id']}{context.words['colon']} {judged}")
    return ". ".join([f"{number}. {title_of(context, dispute.row)}", *said])
