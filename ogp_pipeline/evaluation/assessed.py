"""Who judged what: the newest word of every assessor on every subject, variable, stage and scale.

An assessor who judges again at the same stage has changed their mind, and only the newest judgement counts. Judgements
in two scales stay two, because no arithmetic leads from one scale to another.
"""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from ogp_pipeline.evaluation.registry import EvaluationContext, once
from ogp_pipeline.evaluation.scales import NO_EVIDENCE, WITHDRAWN
from ogp_pipeline.evaluation.units import TEXT, look_up
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.tables.tables import Tables

SUBJECT = ["subject_table", "subject_id"]
JOINT_KEY = ["plan_id", *SUBJECT, "variable", "stage"]  # of one joint assessment: what can be agreed upon
SELF, CIVIL, INDEPENDENT, OTHER = "self", "civil", "independent", "other"
COMPLETION = "completion"
COMMITMENTS = "commitments"

GOVERNMENT, CIVIL_SOCIETY, OVERSIGHT = "government", "civil_society", "oversight"
_SELF_STAGE = "self"
_REVIEWERS = (OVERSIGHT, "academia", "multilateral")
_NO_AMOUNT = frozenset({NO_EVIDENCE, WITHDRAWN})  # meanings of codes that say nothing of how much was done


class _CodeRow(NamedTuple):
    """A code of a scale in which a variable is judged."""

    variable: str
    scale: str
    code: str
    order: int
    place: int
    rank: int | None


@once
def subjects(context: EvaluationContext) -> pd.DataFrame:
    """One row for everything that can be judged: SUBJECT, plan_id, cluster_id, institution_id (see ``units``)."""
    commitments = context.commitments
    plans = context.tables.frames["action_plans"][["plan_id"]]
    milestones = context.tables.frames["milestones"][["milestone_id", "commitment_id", "institution_id"]]
    owned = milestones.merge(commitments[["commitment_id", "plan_id", "cluster_id"]], on="commitment_id")
    every = [
        commitments.rename(columns={"commitment_id": "subject_id"}).assign(subject_table=COMMITMENTS),
        owned.drop(columns="commitment_id")
        .rename(columns={"milestone_id": "subject_id"})
        .assign(subject_table="milestones"),
        plans.assign(subject_id=plans["plan_id"], subject_table="action_plans", cluster_id=None, institution_id=None),
    ]
    columns = [*SUBJECT, "plan_id", "cluster_id", "institution_id"]
    return pd.concat([subject[columns].astype(TEXT) for subject in every], ignore_index=True)


def codes(schemas: Schemas) -> pd.DataFrame:
    """One row for each code of each variable: variable, scale, code, ``order``, ``place`` and ``rank``.

    ``place`` is the place among the codes of the scale, from 0. ``rank`` is the place among those of them that are
    amounts, from 0; null for *no evidence* and *withdrawn*, which are none.
    """
    rows: list[_CodeRow] = []
    for variable in schemas.codes_of("assessment_variable"):
        places, ranks = Counter[str](), Counter[str]()
        for code in schemas.codes.get(variable.code, ()):
            amount = code.meaning not in _NO_AMOUNT
            place, rank = places[code.scale], ranks[code.scale]
            places[code.scale] += 1
            ranks[code.scale] += amount
            rows.append(_CodeRow(variable.code, code.scale, code.code, code.order, place, rank if amount else None))
    return pd.DataFrame(
        {
            "variable": pd.Series([row.variable for row in rows], dtype=TEXT),
            "scale": pd.Series([row.scale for row in rows], dtype=TEXT),
            "code": pd.Series([row.code for row in rows], dtype=TEXT),
            "order": pd.Series([row.order for row in rows], dtype="Int64"),
            "place": pd.Series([row.place for row in rows], dtype="Int64"),
            "rank": pd.Series([row.rank for row in rows], dtype="Int64"),
        }
    )


@once
def newest(context: EvaluationContext) -> pd.DataFrame:
    """The newest judgement for each JOINT_KEY, scale and assessor, oldest first.

    Columns: JOINT_KEY, cluster_id, institution_id, scale, code, assessor_id, assessed_on, assessment_id, ``side``
    (SELF, CIVIL, INDEPENDENT or OTHER), ``sector`` of the assessor, ``order``, ``place`` and ``rank`` (see ``codes``).
    A judgement of a subject that the tables do not hold is left out.
    """
    said = context.tables.frames["assessments"]
    said = said.drop(columns=list(said.filter(like="rationale_")))
    # Rows come in key order, so that of two judgements on one day the later key is the newer.
    said = said.sort_values("assessed_on", kind="stable")
    said = said.drop_duplicates([*SUBJECT, "variable", "stage", "scale", "assessor_id"], keep="last")
    judgements = said.merge(subjects(context), on=SUBJECT).merge(
        codes(context.schemas), on=["variable", "scale", "code"], how="left"
    )
    sectors = context.tables.frames["institutions"].set_index("institution_id")["sector"]
    judgements = judgements.assign(sector=look_up(judgements["assessor_id"], sectors).astype(TEXT))
    return judgements.assign(side=_sides(judgements, context.tables))


def of_one_scale(judged: pd.DataFrame) -> pd.DataFrame:
    """For each JOINT_KEY and assessor the newest judgement whatever its scale."""
    return judged.drop_duplicates([*JOINT_KEY, "assessor_id"], keep="last")


def reviewed(judged: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """For each ``key`` the newest judgement of an independent reviewer; of several on one day, the lowest."""
    return newest_of(judged.loc[judged["side"] == INDEPENDENT], key)


def newest_of(judged: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """For each ``key`` the newest judgement; of several on one day, the lowest."""
    ordered = judged.sort_values("order", kind="stable", ascending=False).sort_values("assessed_on", kind="stable")
    return ordered.drop_duplicates(key, keep="last")


def lowest_of(judged: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """For each ``key`` the lowest judgement; of several of these, the newest."""
    return judged.sort_values("order", kind="stable", ascending=False).drop_duplicates(key, keep="last")


def completion(judged: pd.DataFrame) -> pd.DataFrame:
    """The judgements of how far commitments are complete, one for each commitment, stage and assessor."""
    here = (judged["variable"] == COMPLETION) & (judged["subject_table"] == COMMITMENTS)
    return of_one_scale(judged.loc[here])


def joint_keys(things: pd.DataFrame) -> "pd.Series[str]":
    """The keys in joint_evaluation of subjects' completion at a stage (plan_id, SUBJECT, stage)."""
    subject = things["plan_id"] + "/" + things["subject_table"] + "/" + things["subject_id"]
    return subject + f"/{COMPLETION}/" + things["stage"]


def scales_used(things: pd.DataFrame, schemas: Schemas) -> Mapping[str, tuple[str, ...]]:
    """Plan id -> the codes of every completion scale that ``things`` (plan_id, scale) use, in order."""
    pairs = things[["plan_id", "scale"]].dropna().drop_duplicates().sort_values(["plan_id", "scale"])
    used: dict[str, dict[str, None]] = {}
    for plan, scale in zip(pairs["plan_id"], pairs["scale"], strict=True):
        listed = (code.code for code in schemas.codes.get(COMPLETION, ()) if code.scale == scale)
        used.setdefault(plan, {}).update(dict.fromkeys(listed))
    return {plan: tuple(names) for plan, names in used.items()}


def _sides(judgements: pd.DataFrame, tables: Tables) -> "pd.Series[str]":
    """Civil society is itself at every stage. Who else is of the government, takes part in the commitment, or judges at
    the stage *self*, judges their own work. Independent are the other institutions of the sectors ``_REVIEWERS``.
    """
    sector = judgements["sector"]
    own = (sector == GOVERNMENT).fillna(False) | (judgements["stage"] == _SELF_STAGE).fillna(False)
    return (
        pd.Series(OTHER, index=judgements.index, dtype=TEXT)
        .mask(sector.isin(_REVIEWERS), INDEPENDENT)
        .mask(own.astype("bool") | _takes_part(judgements, tables), SELF)
        .mask((sector == CIVIL_SOCIETY).fillna(False).astype("bool"), CIVIL)
    )


def _takes_part(judgements: pd.DataFrame, tables: Tables) -> "pd.Series[bool]":
    """Whether the assessor leads or supports the commitment that is judged, or whose milestone is."""
    milestones = tables.frames["milestones"].set_index("milestone_id")["commitment_id"]
    above = pd.Series(milestones.reindex(pd.Index(judgements["subject_id"])).array, index=judgements.index, dtype=TEXT)
    judged = above.where(
        (judgements["subject_table"] == "milestones").fillna(False), judgements["subject_id"].astype(TEXT)
    )
    judged = judged.where((judgements["subject_table"] != "action_plans").fillna(False))
    involved = tables.frames["commitment_institutions"]
    pairs = pd.MultiIndex.from_frame(involved[["commitment_id", "institution_id"]].astype(TEXT))
    asked = pd.MultiIndex.from_arrays([judged.astype(TEXT), judgements["assessor_id"].astype(TEXT)])
    return pd.Series(asked.isin(pairs), index=judgements.index)
