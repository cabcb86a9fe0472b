"""How far those who judge agree: pair by pair, all together, and whether government or civil society judges higher.

Codes that are no amounts (*no evidence*, *withdrawn*) count in everything that asks only whether two judgements are the
same, and in nothing that asks which is higher or how far apart they are. Below ``COMMON`` subjects there is no
coefficient, only the counts. Source: docs/decisions/0014-what-a-decision-is.md.
"""

from collections.abc import Iterator
from decimal import Decimal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ogp_pipeline.evaluation import assessed
from ogp_pipeline.evaluation.assessed import COMPLETION, SUBJECT
from ogp_pipeline.evaluation.coefficients import alpha, kappa
from ogp_pipeline.evaluation.findings import finding
from ogp_pipeline.evaluation.joint_assessment import side_by_side
from ogp_pipeline.evaluation.milestone_periods import Integers
from ogp_pipeline.evaluation.registry import EvaluationContext, metric
from ogp_pipeline.evaluation.unit_frame import ALL, unit_frame
from ogp_pipeline.tables.tables import Key, Row

SAME, SELF_HIGHER, CIVIL_HIGHER, NOT_COMPARABLE = "same", "self_higher", "civil_higher", "not_comparable"
DIRECTIONS = (SAME, SELF_HIGHER, CIVIL_HIGHER, NOT_COMPARABLE)

GROUP = ["plan_id", "variable", "stage", "scale"]
_SCALE = ["variable", "scale"]
Line = dict[str, str | int | Decimal | None]
Ranks = dict[tuple[str, str], NDArray[np.float64]]
# Over fewer subjects in common a coefficient is chance: one more judgement could move it from full agreement to none.
COMMON = 10


def _rests_on(context: EvaluationContext, key: Key) -> Iterator[Row]:
    *group, first, second = key
    said = assessed.newest(context)
    here = np.logical_and.reduce([said[column] == value for column, value in zip(GROUP, group, strict=True)])
    if first != ALL:
        here &= said["assessor_id"].isin([first, second]).to_numpy("bool")
    for assessment in sorted(said.loc[here, "assessment_id"]):
        yield "assessments", (assessment,)


@finding("agreement", rests_on=_rests_on, needs=("assessments",))
def agreement(context: EvaluationContext) -> pd.DataFrame:
    """One row for each plan, variable, stage, scale and pair of assessors who judged a subject in common, and one
    (``all``, ``all``) for everybody. Coefficients: see ``coefficients``; of everybody there is no kappa."""
    said = assessed.newest(context).dropna(subset=["place"])
    ranks = ranks_of_codes(context)
    return pd.DataFrame([*pairs(said, ranks, "assessor_id", ("first_id", "second_id")), *_together(said, ranks)])


def ranks_of_codes(context: EvaluationContext) -> Ranks:
    """(variable, scale) -> for each of its codes in order its rank, nan if it is no amount."""
    codes = assessed.codes(context.schemas)
    return {
        (str(variable), str(scale)): here["rank"].to_numpy("float64", na_value=np.nan)
        for (variable, scale), here in codes.groupby(_SCALE)
    }


def pairs(said: pd.DataFrame, ranks: Ranks, who: str, names: tuple[str, str]) -> Iterator[Line]:
    """One row for each pair of those who judged a subject in common. ``who``: the column that tells them apart, of
    which each has one judgement of a subject and scale. ``names``: the columns that name the two of a pair."""
    own = said[[*GROUP, *SUBJECT, who, "place"]].rename(columns={who: "who"})
    met = own.merge(own, on=[*GROUP, *SUBJECT], suffixes=("", "_2"))
    met = met.loc[met["who"] < met["who_2"]]
    members = [*GROUP, "who"]
    judged = own.groupby(members).size().to_dict()
    cells = met.groupby([*members, "who_2", "place", "place_2"]).size().reset_index(name="subjects")
    for key, here in cells.groupby([*members, "who_2"]):
        *group, first, second = map(str, key)
        rank = ranks[group[1], group[3]]
        table = np.zeros((len(rank), len(rank)), dtype=np.int64)
        table[here["place"].to_numpy("int64"), here["place_2"].to_numpy("int64")] = here["subjects"]
        both = int(table.sum())
        yield {
            **dict(zip([*GROUP, *names], [*group, first, second], strict=True)),
            "subjects": judged[(*group, first)] + judged[(*group, second)] - both,
            "both": both,
            "agreed": int(np.trace(table)),
            **_of_pair(table, np.flatnonzero(~np.isnan(rank))),
        }


def _of_pair(table: Integers, amounts: Integers) -> Line:
    """Who is higher and the coefficients, from a pair's table of counts. ``amounts``: the codes that are amounts."""
    ladder = table[np.ix_(amounts, amounts)]
    enough, enough_amounts = table.sum() >= COMMON, ladder.sum() >= COMMON
    return {
        "first_higher": int(np.tril(ladder, -1).sum()),
        "second_higher": int(np.triu(ladder, 1).sum()),
        "kappa": kappa(table) if enough else None,
        "kappa_linear": kappa(ladder, "linear") if enough_amounts else None,
        "kappa_quadratic": kappa(ladder, "quadratic") if enough_amounts else None,
        "alpha_nominal": alpha(_of_two(table), "nominal") if enough else None,
        "alpha_ordinal": alpha(_of_two(ladder), "ordinal") if enough_amounts else None,
    }


def _together(said: pd.DataFrame, ranks: Ranks) -> Iterator[Line]:
    for key, here in said.groupby(GROUP):
        group = [str(part) for part in key]
        rank = ranks[group[1], group[3]]
        subject = here.groupby(SUBJECT, sort=False).ngroup().to_numpy()
        counts = np.zeros((int(subject.max()) + 1, len(rank)), dtype=np.int64)
        np.add.at(counts, (subject, here["place"].to_numpy("int64")), 1)
        shared = counts[counts.sum(axis=1) > 1]
        amounts = shared[:, ~np.isnan(rank)]
        amounts = amounts[amounts.sum(axis=1) > 1]
        yield {
            **dict(zip([*GROUP, "first_id", "second_id"], [*group, ALL, ALL], strict=True)),
            "subjects": len(counts),
            "both": len(shared),
            "agreed": int(((shared > 0).sum(axis=1) == 1).sum()),
            "alpha_nominal": alpha(shared, "nominal") if len(shared) >= COMMON else None,
            "alpha_ordinal": alpha(amounts, "ordinal") if len(amounts) >= COMMON else None,
        }


def _of_two(table: Integers) -> Integers:
    """The table of a pair as counts by subject: see ``coefficients.alpha``."""
    first, second = np.nonzero(table)
    levels = np.eye(len(table), dtype=np.int64)
    return np.repeat(levels[first] + levels[second], table[first, second], axis=0)


@metric("judgements_in_agreement", needs=("assessments",))
def judgements_in_agreement(context: EvaluationContext) -> pd.DataFrame:
    """Subjects whose completion two or more judged at a stage in one scale: did all say the same?"""
    things = _judged_completion(context)
    things = things.loc[things["differs"].notna()]
    return unit_frame(things, "joint_evaluation", key="key", numerator=~things["differs"].astype("bool"))


@metric("direction_of_disagreement", categories=lambda context: _directions(context), needs=("assessments",))
def direction_of_disagreement(context: EvaluationContext) -> pd.DataFrame:
    """Subjects whose completion government and civil society judged at a stage in one scale: who judged higher?"""
    joint = _judged_completion(context)
    things = joint.loc[joint["self_code"].notna() & joint["civil_code"].notna()]
    codes = assessed.codes(context.schemas)[[*_SCALE, "code", "rank"]]
    for side in ("self", "civil"):
        named = codes.rename(columns={"code": f"{side}_code", "rank": f"{side}_rank"})
        things = things.merge(named, on=[*_SCALE, f"{side}_code"], how="left")
    own, theirs = things["self_rank"], things["civil_rank"]
    category = (
        pd.Series(NOT_COMPARABLE, index=things.index, dtype="string")
        .mask((own > theirs).fillna(False).astype("bool"), SELF_HIGHER)
        .mask((theirs > own).fillna(False).astype("bool"), CIVIL_HIGHER)
        .mask((things["self_code"] == things["civil_code"]).fillna(False).astype("bool"), SAME)
    )
    return unit_frame(things, "joint_evaluation", key="key", category=category)


def _judged_completion(context: EvaluationContext) -> pd.DataFrame:
    """``joint_assessment.side_by_side`` of the completion of all kinds of subjects, with what units need."""
    joint = side_by_side(context)
    things = joint.loc[joint["variable"] == COMPLETION]
    things = things.merge(assessed.subjects(context).drop(columns="plan_id"), on=SUBJECT)
    return things.assign(period_id=things["stage"], key=assessed.joint_keys(things))


def _directions(context: EvaluationContext) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(context.tables.frames["action_plans"]["plan_id"], DIRECTIONS)
