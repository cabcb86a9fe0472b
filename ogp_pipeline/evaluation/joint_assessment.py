"""What each side says, side by side, and what the forum agreed.

There is one joint assessment for each subject, variable and stage (``assessed.JOINT_KEY``). Where no decision counts,
it is *not agreed*: judgements are never averaged into an agreement, and the majority of assessors decides nothing.
"""

import pandas as pd

from ogp_pipeline.evaluation.assessed import CIVIL, INDEPENDENT, JOINT_KEY, SELF, newest, reviewed
from ogp_pipeline.evaluation.decisions import decided, in_force
from ogp_pipeline.evaluation.registry import EvaluationContext, once
from ogp_pipeline.evaluation.units import TEXT

AGREED, WITH_DISSENT, NOT_AGREED = "agreed", "agreed_with_dissent", "not_agreed"


@once
def side_by_side(context: EvaluationContext) -> pd.DataFrame:
    """One row for each JOINT_KEY that was judged or decided.

    Codes of several scales never stand in one row: it has the scale of the decision that counts or, without one, of
    the newest judgement, and the codes of those who judged in it. ``parties`` are all who judged, in any scale.

    The columns are those of joint_evaluation.
    """
    said, held = newest(context), in_force(decided(context), JOINT_KEY)
    chosen = held[[*JOINT_KEY, "scale", "counts", "code", "decision_id", "fault", "dissent", "dissented"]]
    chosen = chosen.rename(columns={"scale": "decided_scale", "code": "agreed_code"})
    last = said.drop_duplicates(JOINT_KEY, keep="last")[[*JOINT_KEY, "scale"]].rename(columns={"scale": "newest_scale"})
    joint = last.merge(chosen, on=JOINT_KEY, how="outer")
    counts = joint["counts"].fillna(False).astype("bool")
    scale = joint["decided_scale"].where(counts).fillna(joint["newest_scale"]).fillna(joint["decided_scale"])
    dissented = joint["dissented"].fillna(False).astype("bool")
    joint = joint.assign(
        scale=scale,
        state=pd.Series(NOT_AGREED, index=joint.index, dtype=TEXT)
        .mask(counts, AGREED)
        .mask(counts & dissented, WITH_DISSENT),
        agreed_code=joint["agreed_code"].where(counts),
        dissent=joint["dissent"].fillna(0).astype("int64"),
    )
    here = said.merge(joint[[*JOINT_KEY, "scale"]], on=[*JOINT_KEY, "scale"])
    judged = here.groupby(JOINT_KEY, sort=False).agg(assessors=("code", "size"), words=("code", "nunique"))
    everybody = said.groupby(JOINT_KEY, sort=False)["assessor_id"].nunique().rename("parties")
    joint = joint.merge(everybody.reset_index(), on=JOINT_KEY, how="left")
    joint = joint.merge(judged.reset_index(), on=JOINT_KEY, how="left").merge(_sides(here), on=JOINT_KEY, how="left")
    return joint.assign(
        parties=joint["parties"].fillna(0).astype("int64"),
        differs=(joint["words"] > 1).astype("boolean").mask((joint["assessors"].fillna(0) < 2).astype("bool")),
    )


def _sides(here: pd.DataFrame) -> pd.DataFrame:
    """JOINT_KEY and the code of each side, of judgements in one scale each.

    ``self_code``: the newest. ``civil_code``: the lowest. ``independent_code``: the newest; of one day, the lowest.
    """
    own = here.loc[here["side"] == SELF]
    civil = here.loc[here["side"] == CIVIL].sort_values("order", kind="stable", ascending=False)
    sides = here[JOINT_KEY].drop_duplicates()
    for side, judged in ((SELF, own), (CIVIL, civil), (INDEPENDENT, reviewed(here, JOINT_KEY))):
        of_side = judged.drop_duplicates(JOINT_KEY, keep="last")
        sides = sides.merge(
            of_side[[*JOINT_KEY, "code"]].rename(columns={"code": f"{side}_code"}), on=JOINT_KEY, how="left"
        )
    return sides
