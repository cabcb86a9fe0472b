"""What each side says, side by side, and what the forum agreed.

There is one joint assessment for each subject, variable and stage (``assessed.JOINT_KEY``). Judgements are never
averaged into an agreement, and the majority of assessors decides nothing. So there are three cases:

1. A decision counts: it is *agreed*, with or without dissent.
2. A decision was recorded, and none counts: it is *not agreed*.
3. Nobody decided. What can be said is only whether those who judged say the same (*judged alike*), do not (*judged
   differently*), or were fewer than two in one scale (*not decided*).

Source: docs/decisions/0014-what-a-decision-is.md.
"""

import pandas as pd

from ogp_pipeline.evaluation.assessed import (
    CIVIL,
    INDEPENDENT,
    JOINT_KEY,
    SELF,
    lowest_of,
    newest,
    newest_of,
    of_one_scale,
    reviewed,
)
from ogp_pipeline.evaluation.decisions import decided, in_force
from ogp_pipeline.evaluation.registry import EvaluationContext, once
from ogp_pipeline.evaluation.units import TEXT

AGREED, WITH_DISSENT, NOT_AGREED = "agreed", "agreed_with_dissent", "not_agreed"
JUDGED_ALIKE, JUDGED_DIFFERENTLY, NOT_DECIDED = "judged_alike", "judged_differently", "not_decided"
WITHOUT_LEVEL = (NOT_AGREED, JUDGED_ALIKE, JUDGED_DIFFERENTLY, NOT_DECIDED)  # states in which no level was agreed


@once
def side_by_side(context: EvaluationContext) -> pd.DataFrame:
    """One row for each JOINT_KEY that was judged or decided.

    ``scale``: of the codes of the sides, which are of one scale (``_shared_scales``); where nobody judged, of the
    newest decision. ``agreed_scale``: of ``agreed_code``. What was agreed in another scale hides no judgement.
    ``parties`` are all who judged, in any scale.

    The columns are those of joint_evaluation.
    """
    said, held = of_one_scale(newest(context)), in_force(decided(context), JOINT_KEY)
    chosen = held[[*JOINT_KEY, "scale", "counts", "code", "decision_id", "fault", "dissent", "dissented"]]
    chosen = chosen.rename(columns={"scale": "agreed_scale", "code": "agreed_code"})
    joint = _shared_scales(said).merge(chosen, on=JOINT_KEY, how="outer")
    counts = joint["counts"].fillna(False).astype("bool")
    joint = joint.assign(
        scale=joint["scale"].fillna(joint["agreed_scale"]),
        agreed_scale=joint["agreed_scale"].where(counts),
        agreed_code=joint["agreed_code"].where(counts),
        dissent=joint["dissent"].fillna(0).astype("int64"),
    )
    here = said.merge(joint[[*JOINT_KEY, "scale"]], on=[*JOINT_KEY, "scale"])
    judged = here.groupby(JOINT_KEY, sort=False).agg(assessors=("code", "size"), words=("code", "nunique"))
    everybody = said.groupby(JOINT_KEY, sort=False)["assessor_id"].nunique().rename("parties")
    joint = joint.merge(everybody.reset_index(), on=JOINT_KEY, how="left")
    joint = joint.merge(judged.reset_index(), on=JOINT_KEY, how="left").merge(_sides(here), on=JOINT_KEY, how="left")
    joint = joint.assign(
        parties=joint["parties"].fillna(0).astype("int64"),
        differs=(joint["words"] > 1).astype("boolean").mask((joint["assessors"].fillna(0) < 2).astype("bool")),
    )
    return joint.assign(state=_states(joint))


def _shared_scales(said: pd.DataFrame) -> pd.DataFrame:
    """For each JOINT_KEY the ``scale`` in which the sides are shown: that of the most sides (government, civil society,
    independent); of these, of the most assessors; of these, of the newest judgement."""
    ranked = said.reset_index(drop=True)
    ranked = ranked.assign(
        age=ranked.index, compared=ranked["side"].where(ranked["side"].isin((SELF, CIVIL, INDEPENDENT)))
    )
    scales = ranked.groupby([*JOINT_KEY, "scale"], sort=False).agg(
        sides=("compared", "nunique"), assessors=("assessor_id", "size"), newest=("age", "max")
    )
    ordered = scales.reset_index().sort_values(["sides", "assessors", "newest"], kind="stable")
    return ordered.drop_duplicates(JOINT_KEY, keep="last")[[*JOINT_KEY, "scale"]]


def _states(joint: pd.DataFrame) -> "pd.Series[str]":
    """What was decided or, where nobody decided, how the judgements stand to each other."""
    counts, dissented = (joint[name].fillna(False).astype("bool") for name in ("counts", "dissented"))
    return (
        pd.Series(NOT_DECIDED, index=joint.index, dtype=TEXT)
        .mask(joint["differs"].fillna(False).astype("bool"), JUDGED_DIFFERENTLY)
        .mask((~joint["differs"]).fillna(False).astype("bool"), JUDGED_ALIKE)
        .mask(joint["decision_id"].notna().astype("bool"), NOT_AGREED)
        .mask(counts, AGREED)
        .mask(counts & dissented, WITH_DISSENT)
    )


def _sides(here: pd.DataFrame) -> pd.DataFrame:
    """JOINT_KEY and the code of each side, of judgements in one scale each.

    ``self_code``, ``independent_code``: the newest; of one day, the lowest. ``civil_code``: the lowest.
    """
    own, civil = (here.loc[here["side"] == side] for side in (SELF, CIVIL))
    of_sides = {
        SELF: newest_of(own, JOINT_KEY),
        CIVIL: lowest_of(civil, JOINT_KEY),
        INDEPENDENT: reviewed(here, JOINT_KEY),
    }
    sides = here[JOINT_KEY].drop_duplicates()
    for side, judged in of_sides.items():
        sides = sides.merge(
            judged[[*JOINT_KEY, "code"]].rename(columns={"code": f"{side}_code"}), on=JOINT_KEY, how="left"
        )
    return sides
