"""How far those who judge agree: pair by pair, all together, and whether government or civil society judges higher.

Codes that are no amounts (*no evidence*, *withdrawn*) count in everything that asks only whether two judgements are the
same, and in nothing that asks which is higher or how far apart they are.
"""

from collections.abc import Iterator
from decimal import Decimal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ogp_pipeline.evaluation import assessed
from ogp_pipeline.evaluation.assessed import COMMITMENTS, COMPLETION, SUBJECT
from ogp_pipeline.evaluation.coefficients import alpha, kappa
from ogp_pipeline.evaluation.findings import finding
from ogp_pipeline.evaluation.joint_assessment import side_by_side
from ogp_pipeline.evaluation.milestone_periods import Integers
from ogp_pipeline.evaluation.registry import EvaluationContext, metric
from ogp_pipeline.evaluation.unit_frame import ALL, unit_frame
from ogp_pipeline.tables.tables import Key, Row

SAME, SELF_HIGHER, CIVIL_HIGHER, NOT_COMPARABLE = "same", "self_higher", "civil_higher", "not_comparable"
DIRECTIONS = (SAME, SELF_HIGHER, CIVIL_HIGHER, NOT_COMPARABLE)

_GROUP = ["plan_id", "variable", "stage", "scale"]
_SCALE = ["variable", "scale"]
Line = dict[str, str | int | Decimal | None]


def _rests_on(context: EvaluationContext, key: Key) -> Iterator[Row]:
    *group, first, second = key
    said = assessed.newest(context)
    here = np.logical_and.reduce([said[column] == value for column, value in zip(_GROUP, group, strict=True)])
    if first != ALL:
        here &= said["assessor_id"].isin([first, second]).to_numpy("bool")
    for assessment in sorted(said.loc[here, "assessment_id"]):
        yield "assessments", (assessment,)


@finding("agreement", rests_on=_rests_on, needs=("assessments",))
def agreement(context: EvaluationContext) -> pd.DataFrame:
    """One row for each plan, variable, stage, scale and pair of assessors who judged a subject in common, and one
    (``all``, ``all``) for everybody. Coefficients: see ``coefficients``; of everybody there is no kappa."""
    said = assessed.newest(context).dropna(subset=["order"])
    ranks = _ranks(context)
    return pd.DataFrame([*_pairs(said, ranks), *_together(said, ranks)])


def _ranks(context: EvaluationContext) -> dict[tuple[str, str], NDArray[np.float64]]:
    """(variable, scale) -> for each of its codes in order its rank, nan if it is no amount."""
    codes = assessed.codes(context.schemas)
    return {
        (str(variable), str(scale)): here["rank"].to_numpy("float64", na_value=np.nan)
        for (variable, scale), here in codes.groupby(_SCALE)
    }


def _pairs(said: pd.DataFrame, ranks: dict[tuple[str, str], NDArray[np.float64]]) -> Iterator[Line]:
    own = said[[*_GROUP, *SUBJECT, "assessor_id", "order"]]
    met = own.merge(own, on=[*_GROUP, *SUBJECT], suffixes=("", "_2"))
    met = met.loc[met["assessor_id"] < met["assessor_id_2"]]
    members = [*_GROUP, "assessor_id"]
    judged = own.groupby(members).size().to_dict()
    cells = met.groupby([*members, "assessor_id_2", "order", "order_2"]).size().reset_index(name="subjects")
    for key, here in cells.groupby([*members, "assessor_id_2"]):
        *group, first, second = map(str, key)
        rank = ranks[group[1], group[3]]
        table = np.zeros((len(rank), len(rank)), dtype=np.int64)
        table[here["order"].to_numpy("int64") - 1, here["order_2"].to_numpy("int64") - 1] = here["subjects"]
        both = int(table.sum())
        amounts = np.flatnonzero(~np.isnan(rank))
        ladder = table[np.ix_(amounts, amounts)]
        yield {
            **_named(group, first, second),
            "subjects": judged[(*group, first)] + judged[(*group, second)] - both,
            "both": both,
            "agreed": int(np.trace(table)),
            "first_higher": int(np.tril(ladder, -1).sum()),
            "second_higher": int(np.triu(ladder, 1).sum()),
            "kappa": kappa(table),
            "kappa_linear": kappa(ladder, "linear"),
            "kappa_quadratic": kappa(ladder, "quadratic"),
            "alpha_nominal": alpha(_of_two(table), "nominal"),
            "alpha_ordinal": alpha(_of_two(ladder), "ordinal"),
        }


def _together(said: pd.DataFrame, ranks: dict[tuple[str, str], NDArray[np.float64]]) -> Iterator[Line]:
    for key, here in said.groupby(_GROUP):
        group = [str(part) for part in key]
        rank = ranks[group[1], group[3]]
        subject = here.groupby(SUBJECT, sort=False).ngroup().to_numpy()
        counts = np.zeros((int(subject.max()) + 1, len(rank)), dtype=np.int64)
        np.add.at(counts, (subject, here["order"].to_numpy("int64") - 1), 1)
        shared = counts[counts.sum(axis=1) > 1]
        yield {
            **_named(group, ALL, ALL),
            "subjects": len(counts),
            "both": len(shared),
            "agreed": int(((shared > 0).sum(axis=1) == 1).sum()),
            "alpha_nominal": alpha(shared, "nominal"),
            "alpha_ordinal": alpha(shared[:, ~np.isnan(rank)], "ordinal"),
        }


def _of_two(table: Integers) -> Integers:
    """The table of a pair as counts by subject: see ``coefficients.alpha``."""
    first, second = np.nonzero(table)
    levels = np.eye(len(table), dtype=np.int64)
    return np.repeat(levels[first] + levels[second], table[first, second], axis=0)


def _named(group: list[str], first: str, second: str) -> Line:
    return {**dict(zip(_GROUP, group, strict=True)), "first_id": first, "second_id": second}


@metric("judgements_in_agreement", needs=("assessments",))
def judgements_in_agreement(context: EvaluationContext) -> pd.DataFrame:
    """Commitments whose completion two or more judged at a stage in one scale: did all say the same?"""
    said = assessed.newest(context)
    here = said.loc[(said["variable"] == COMPLETION) & (said["subject_table"] == COMMITMENTS)]
    counted = here.groupby([*_GROUP, "subject_id"], sort=False).agg(
        assessors=("code", "size"),
        words=("code", "nunique"),
        cluster_id=("cluster_id", "first"),
        institution_id=("institution_id", "first"),
    )
    things = counted.loc[counted["assessors"] > 1].reset_index()
    return unit_frame(
        things.assign(period_id=things["stage"], key=assessed.joint_keys(things)),
        "joint_evaluation",
        key="key",
        numerator=things["words"] == 1,
    )


@metric("direction_of_disagreement", categories=lambda context: _directions(context), needs=("assessments",))
def direction_of_disagreement(context: EvaluationContext) -> pd.DataFrame:
    """Commitments whose completion government and civil society judged at a stage in one scale: who judged higher?"""
    joint = side_by_side(context)
    of_completion = (joint["variable"] == COMPLETION) & (joint["subject_table"] == COMMITMENTS)
    here = joint.loc[of_completion & joint["self_code"].notna() & joint["civil_code"].notna()]
    codes = assessed.codes(context.schemas)[[*_SCALE, "code", "rank"]]
    things = here.merge(assessed.subjects(context).drop(columns="plan_id"), on=SUBJECT)
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
    return unit_frame(
        things.assign(period_id=things["stage"], key=assessed.joint_keys(things)),
        "joint_evaluation",
        key="key",
        category=category,
    )


def _directions(context: EvaluationContext) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(context.tables.frames["action_plans"]["plan_id"], DIRECTIONS)
