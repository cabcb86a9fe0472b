"""What each side says of a matter, side by side, and what the forum agreed of it.

A matter is a subject, a variable and a stage (``assessed.MATTER``). Where no decision counts, the matter is *not
agreed*: judgements are never averaged into an agreement, and the majority of assessors decides nothing.
"""

import pandas as pd

from ogp_pipeline.evaluation.assessed import CIVIL, INDEPENDENT, MATTER, SELF, newest, reviewed
from ogp_pipeline.evaluation.decisions import decided, in_force
from ogp_pipeline.evaluation.registry import EvaluationContext, once
from ogp_pipeline.evaluation.units import TEXT

AGREED, WITH_DISSENT, NOT_AGREED = "agreed", "agreed_with_dissent", "not_agreed"


@once
def side_by_side(context: EvaluationContext) -> pd.DataFrame:
    """One row for each matter that was judged or decided.

    Codes of several scales never stand in one row: it has the scale of the decision that counts or, without one, of
    the newest judgement, and the codes of those who judged in it. ``parties`` are all who judged, in any scale.

    The columns are those of joint_evaluation.
    """
    said, held = newest(context), in_force(decided(context), MATTER)
    chosen = held[[*MATTER, "scale", "counts", "code", "decision_id", "fault", "dissent", "dissented"]]
    chosen = chosen.rename(columns={"scale": "decided_scale", "code": "agreed_code"})
    last = said.drop_duplicates(MATTER, keep="last")[[*MATTER, "scale"]].rename(columns={"scale": "newest_scale"})
    found = last.merge(chosen, on=MATTER, how="outer")
    counts = found["counts"].fillna(False).astype("bool")
    scale = found["decided_scale"].where(counts).fillna(found["newest_scale"]).fillna(found["decided_scale"])
    dissented = found["dissented"].fillna(False).astype("bool")
    found = found.assign(
        scale=scale,
        state=pd.Series(NOT_AGREED, index=found.index, dtype=TEXT)
        .mask(counts, AGREED)
        .mask(counts & dissented, WITH_DISSENT),
        agreed_code=found["agreed_code"].where(counts),
        dissent=found["dissent"].fillna(0).astype("int64"),
    )
    here = said.merge(found[[*MATTER, "scale"]], on=[*MATTER, "scale"])
    judged = here.groupby(MATTER, sort=False).agg(assessors=("code", "size"), words=("code", "nunique"))
    everybody = said.groupby(MATTER, sort=False)["assessor_id"].nunique().rename("parties")
    found = found.merge(everybody.reset_index(), on=MATTER, how="left")
    found = found.merge(judged.reset_index(), on=MATTER, how="left").merge(_sides(here), on=MATTER, how="left")
    return found.assign(
        parties=found["parties"].fillna(0).astype("int64"),
        differs=(found["words"] > 1).astype("boolean").mask((found["assessors"].fillna(0) < 2).astype("bool")),
    )


def _sides(here: pd.DataFrame) -> pd.DataFrame:
    """MATTER and, of judgements in one scale each, self_code (the newest), civil_code (the lowest) and independent_code
    (the newest; of one day, the lowest)."""
    own = here.loc[here["side"] == SELF]
    civil = here.loc[here["side"] == CIVIL].sort_values("order", kind="stable", ascending=False)
    found = here[MATTER].drop_duplicates()
    for side, judged in ((SELF, own), (CIVIL, civil), (INDEPENDENT, reviewed(here, MATTER))):
        of_side = judged.drop_duplicates(MATTER, keep="last")
        found = found.merge(of_side[[*MATTER, "code"]].rename(columns={"code": f"{side}_code"}), on=MATTER, how="left")
    return found
