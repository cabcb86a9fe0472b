"""How far the sides agree: government, civil society, oversight bodies and independent reviewers, over all subjects.

A pair of assessors often shares a handful of subjects, where their sides share thirty. Each side has one judgement of a
subject, as in joint_evaluation: of the government the newest, of civil society the lowest, of the reviewers the newest
and, of one day, the lowest. Who is of which side: ``assessed``; oversight bodies are told from the other reviewers.
"""

from collections.abc import Iterator

import pandas as pd

from ogp_pipeline.evaluation import assessed
from ogp_pipeline.evaluation.agreement import GROUP, pairs, ranks_of_codes
from ogp_pipeline.evaluation.assessed import (
    CIVIL,
    CIVIL_SOCIETY,
    GOVERNMENT,
    INDEPENDENT,
    OVERSIGHT,
    SELF,
    SUBJECT,
)
from ogp_pipeline.evaluation.findings import finding
from ogp_pipeline.evaluation.registry import EvaluationContext, once
from ogp_pipeline.evaluation.units import TEXT
from ogp_pipeline.tables.tables import Key, Row

TABLE = "side_agreement"


def _rests_on(context: EvaluationContext, key: Key) -> Iterator[Row]:
    *group, first, second = key
    said = _of_sides(context)
    here = said["party"].isin([first, second])
    for column, value in zip(GROUP, group, strict=True):
        here &= said[column] == value
    for assessment in sorted(said.loc[here.fillna(False).astype("bool"), "assessment_id"]):
        yield "assessments", (assessment,)


@finding(TABLE, rests_on=_rests_on, needs=("assessments",))
def side_agreement(context: EvaluationContext) -> pd.DataFrame:
    """One row for each plan, variable, stage, scale and pair of sides that judged a subject in common."""
    return pd.DataFrame(pairs(_of_sides(context), ranks_of_codes(context), "party", ("first_side", "second_side")))


@once
def _of_sides(context: EvaluationContext) -> pd.DataFrame:
    """The judgement of each side (``party``) on each subject, variable, stage and scale."""
    said = assessed.newest(context).dropna(subset=["place"])
    sides = {SELF: GOVERNMENT, CIVIL: CIVIL_SOCIETY, INDEPENDENT: INDEPENDENT}
    party = said["side"].map(sides).astype(TEXT)
    said = said.assign(party=party.mask((party == INDEPENDENT) & (said["sector"] == OVERSIGHT), OVERSIGHT))
    said, key = said.dropna(subset=["party"]), [*GROUP, *SUBJECT, "party"]
    civil = said["party"] == CIVIL_SOCIETY
    return pd.concat([assessed.lowest_of(said.loc[civil], key), assessed.newest_of(said.loc[~civil], key)])
