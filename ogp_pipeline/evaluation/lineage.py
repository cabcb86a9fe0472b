"""From a thing that a metric counts to the rows of the tables that its count rests on.

One function for each table of things that needs more than its own row, under ``@lineage_of("table")``:
``(tables, key, period)`` -> (table, key) pairs. ``period`` is the period or stage of the count, or ``all``.
"""

from collections.abc import Callable, Iterator

import pandas as pd

from ogp_pipeline.evaluation.proposal_groups import groups
from ogp_pipeline.evaluation.requirement_rules import lineage_of_requirement
from ogp_pipeline.evaluation.unit_frame import ALL
from ogp_pipeline.registration import Register
from ogp_pipeline.tables.tables import Row, Tables

START = "start"

Lineage = Callable[[Tables, str, str], Iterator[Row]]

LINEAGES: Register[str, Lineage] = Register("the lineage of")

lineage_of = LINEAGES.under


def rows(tables: Tables, table: str, key: str, period_id: str) -> list[Row]:
    """The rows behind one counted thing that are there: itself, then what was said of it."""
    find = LINEAGES.get(table)
    own: Row = (table, tuple(key.split("/")))
    named = find(tables, key, period_id) if find is not None else iter((own, ("reporting_periods", (period_id,))))
    return [row for row in dict.fromkeys(named) if row in tables.origins]


@lineage_of("commitments")
def _commitment(tables: Tables, key: str, period_id: str) -> Iterator[Row]:
    yield "commitments", (key,)
    roles = tables.frames["commitment_institutions"]
    here = roles.loc[roles["commitment_id"] == key]
    for institution, role in zip(here["institution_id"], here["role"], strict=True):
        yield "commitment_institutions", (key, institution, role)
    parts = tables.frames["milestones"]
    for milestone in parts.loc[parts["commitment_id"] == key, "milestone_id"]:
        yield from _milestone(tables, milestone, period_id)


@lineage_of("milestones")
@lineage_of("updates")
def _milestone(tables: Tables, key: str, period_id: str) -> Iterator[Row]:
    """Of a milestone, or of the report of one (``milestone/period``)."""
    milestone = key.split("/")[0]
    yield "milestones", (milestone,)
    if period_id == START:
        return
    for table in ("updates", "evidence"):
        frame = tables.frames[table]
        here = frame.loc[frame["milestone_id"] == milestone]
        for row in here.itertuples(index=False):
            if period_id in (ALL, row.period_id):
                number = (str(row.number),) if table == "evidence" else ()
                yield table, (milestone, str(row.period_id), *number)


def joint_assessment(tables: Tables, table: str, subject: str, variable: str, stage: str) -> Iterator[Row]:
    """Of what was judged and decided of a subject: itself, its judgements, the decisions (also those that name no
    stage, since the stage may be theirs), and who sat there."""
    yield table, (subject,)
    said = _about(tables, "assessments", table, subject)
    for key in said.loc[(said["variable"] == variable) & (said["stage"] == stage), "assessment_id"]:
        yield "assessments", (key,)
    decided = _about(tables, "decisions", table, subject)
    here = (decided["variable"] == variable) & ((decided["stage"] == stage) | decided["stage"].isna())
    for key in decided.loc[here.fillna(False).astype("bool"), "decision_id"]:
        yield from _decision(tables, key, ALL)


@lineage_of("joint_evaluation")
def _joint(tables: Tables, key: str, _: str) -> Iterator[Row]:
    """Of a row of joint_evaluation (``plan/table/subject/variable/stage``)."""
    return joint_assessment(tables, *key.split("/")[1:])


@lineage_of("assessments")
def _assessment(tables: Tables, key: str, _: str) -> Iterator[Row]:
    """Of a judgement: itself, what it is of, who judged, and what the same assessor said of it at other stages."""
    yield "assessments", (key,)
    every = tables.frames["assessments"]
    for row in every.loc[every["assessment_id"] == key].itertuples(index=False):
        yield str(row.subject_table), (str(row.subject_id),)
        yield "institutions", (str(row.assessor_id),)
        others = _about(tables, "assessments", str(row.subject_table), str(row.subject_id))
        same = (others["variable"] == row.variable) & (others["assessor_id"] == row.assessor_id)
        for other in others.loc[same, "assessment_id"]:
            yield "assessments", (other,)


@lineage_of("decisions")
def _decision(tables: Tables, key: str, _: str) -> Iterator[Row]:
    """Of a decision: itself, what each seat said, and who held that seat on the day."""
    yield "decisions", (key,)
    every, said, seats = (tables.frames[name] for name in ("decisions", "decision_positions", "forum_seats"))
    days = every.loc[every["decision_id"] == key, "decided_on"]
    for seat in said.loc[said["decision_id"] == key, "seat_id"]:
        yield "decision_positions", (key, seat)
        for term in seats.loc[seats["seat_id"] == seat].itertuples(index=False):
            if (days >= term.starts_on).all() and (pd.isna(term.ends_on) or (days <= term.ends_on).all()):
                yield "forum_seats", (seat, term.starts_on.isoformat())


def _about(tables: Tables, name: str, table: str, subject: str) -> pd.DataFrame:
    frame = tables.frames[name]
    return frame.loc[(frame["subject_id"] == subject) & (frame["subject_table"] == table)]


@lineage_of("proposals")
def _proposal(tables: Tables, key: str, _: str) -> Iterator[Row]:
    """Those that say the same, the links between them, the answers, and what is known of the commitments they name."""
    group = groups(tables)
    same = {proposal for proposal, stands in group.items() if stands == group.get(key)}
    yield "proposals", (key,)
    for table in ("proposals", "proposal_links"):
        for proposal in sorted(same):
            yield table, (proposal,)
    responses = tables.frames["responses"]
    here = responses.loc[responses["proposal_id"].isin(same)]
    for response in here["response_id"]:
        yield "responses", (response,)
    commitments = tables.frames["commitments"]["commitment_id"]
    for commitment in commitments[commitments.isin(here["commitment_id"])]:
        yield from _commitment(tables, commitment, ALL)


@lineage_of("barriers")
def _barrier(tables: Tables, key: str, period_id: str) -> Iterator[Row]:
    yield "barriers", (key,)
    for commitment in _of(tables, "barriers", key, "commitment_id"):
        yield from _commitment(tables, commitment, period_id)


@lineage_of("ripple_achievements")
def _ripple(tables: Tables, key: str, _period_id: str) -> Iterator[Row]:
    yield from _claim(tables, "ripple_achievements", key)


@lineage_of("going_beyond")
def _beyond(tables: Tables, key: str, _period_id: str) -> Iterator[Row]:
    """Of an entry, and of the other entries of its commitment."""
    yield from _claim(tables, "going_beyond", key)
    frame = tables.frames["going_beyond"]
    commitments = _of(tables, "going_beyond", key, "commitment_id")
    for other in frame.loc[frame["commitment_id"].isin(commitments), "beyond_id"]:
        yield "going_beyond", (other,)


def _claim(tables: Tables, table: str, key: str) -> Iterator[Row]:
    yield table, (key,)
    for commitment in _of(tables, table, key, "commitment_id"):
        yield "commitments", (commitment,)
    for column in ("claimed_by", "confirmed_by"):
        for institution in _of(tables, table, key, column):
            yield "institutions", (institution,)


@lineage_of("engagement")
def _engagement(tables: Tables, key: str, _period_id: str) -> Iterator[Row]:
    yield "engagement", (key,)
    for commitment in _of(tables, "engagement", key, "commitment_id"):
        yield "commitments", (commitment,)


@lineage_of("lessons")
def _lesson(tables: Tables, key: str, _period_id: str) -> Iterator[Row]:
    yield "lessons", (key,)
    for column in ("plan_id", "taken_up_in"):
        for plan in _of(tables, "lessons", key, column):
            yield "action_plans", (plan,)


@lineage_of("continuity")
def _continuity(tables: Tables, key: str, period_id: str) -> Iterator[Row]:
    """Of a commitment, and the commitments of other plans before and after it."""
    yield from _commitment(tables, key, period_id)
    frame = tables.frames["commitments"]
    before = frame.loc[frame["commitment_id"] == key, "predecessor_id"].dropna()
    after = frame.loc[(frame["predecessor_id"] == key).fillna(False), "commitment_id"]
    for other in (*before, *after):
        yield "commitments", (str(other),)


def _of(tables: Tables, table: str, key: str, column: str) -> list[str]:
    """What the row of this one-column key says in a column, if anything."""
    frame = tables.frames[table]
    return [str(value) for value in frame.loc[frame[frame.columns[0]] == key, column].dropna()]


@lineage_of("requirement_results")
def _requirement(tables: Tables, key: str, _: str) -> Iterator[Row]:
    yield "action_plans", (key.split("/")[0],)
    yield from lineage_of_requirement(tables, key)


@lineage_of("commitment_quality")
def _commitment_quality(tables: Tables, key: str, _: str) -> Iterator[Row]:
    """Of a commitment at a stage (``commitment/stage``): its parts, and all judgements and decisions."""
    commitment = key.split("/")[0]
    yield from _commitment(tables, commitment, START)
    for table, column in (("decisions", "decision_id"), ("assessments", "assessment_id")):
        frame = tables.frames[table]
        here = (frame["subject_table"] == "commitments") & (frame["subject_id"] == commitment)
        for judged in frame.loc[here.fillna(False), column]:
            yield table, (str(judged),)
