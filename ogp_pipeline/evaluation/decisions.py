"""Which decisions of the forum count, and for those that do not, why.

A decision counts if nothing is wrong with it. What can be wrong is looked for in this order, and the first fault is
published (``decision_fault``):

1. ``not_by_rule``: the programme asks for a consensus, and this was a vote. (Where it asks for a majority, a consensus
   is good enough.)
2. ``no_quorum``: too few seats were present, or one of the parties that the programme asks for was not.
3. ``objection``: it was a consensus, and somebody objected or voted against.
4. ``nobody_agreed``: it was a consensus with positions of seats, and none of them agreed.
5. ``no_majority``: it was a vote, and not more agreed than objected.

The programme's rule stands in the programme file under ``evaluation.decisions``. What was recorded seat by seat counts
before the sums in the columns ``quorum``, ``votes_for`` and ``votes_against``. Standing aside is dissent, and no fault.
Source: docs/decisions/0014-what-a-decision-is.md.
"""

import pandas as pd

from ogp_pipeline.evaluation.assessed import SUBJECT, codes, subjects
from ogp_pipeline.evaluation.registry import EvaluationContext, once
from ogp_pipeline.evaluation.units import TEXT
from ogp_pipeline.programme.model import Decisions
from ogp_pipeline.tables.tables import Tables

CONSENSUS = "consensus"
AGREES, STANDS_ASIDE, OBJECTS, ABSENT = "agrees", "stands_aside", "objects", "absent"
NOT_BY_RULE, NO_QUORUM, OBJECTION, NO_MAJORITY = "not_by_rule", "no_quorum", "objection", "no_majority"
NOBODY = "nobody_agreed"

_DESIGN, _MIDTERM, _END = "design", "midterm", "end_of_term"
_COUNTS = ("present", "agreeing", "aside", "objecting", "parties")


@once
def decided(context: EvaluationContext) -> pd.DataFrame:
    """One row for each decision on a known subject, oldest first.

    Besides the table's columns: plan_id, cluster_id, institution_id; ``fault`` (null if it counts) and ``counts``;
    ``dissent`` (seats or, where none were recorded, votes), ``dissented`` (a dissent in words is one, too),
    ``heard`` (whether anything was recorded by which dissent could be known), ``settles`` (it has a variable and a
    code, of the scale that it names or else of one in force for the plan). ``stage`` and ``scale`` are filled in where
    the forum left them out (see ``_stages`` and ``_scales``).
    """
    tables, rule = context.tables, context.programme.evaluation.decisions
    decided = tables.frames["decisions"]
    every = decided.drop(columns=list(decided.filter(like="rationale_"))).merge(subjects(context), on=SUBJECT)
    every = every.sort_values("decided_on", kind="stable", ignore_index=True)
    seats = _seats(every, tables, rule)
    decisions = every.merge(seats, on="decision_id", how="left")
    decisions = decisions.assign(recorded=decisions["present"].notna())
    decisions = decisions.assign(**{name: decisions[name].fillna(0).astype("int64") for name in _COUNTS})
    against = decisions["votes_against"].fillna(0).astype("int64")
    words = decisions.filter(like="dissent_").notna().any(axis=1)
    dissent = (decisions["aside"] + decisions["objecting"]).where(decisions["recorded"], against)
    decisions = decisions.assign(
        fault=_faults(decisions, rule),
        dissent=dissent,
        dissented=(dissent > 0) | words,
        heard=decisions["recorded"] | decisions["votes_against"].notna() | words,
        settles=decisions["variable"].notna() & decisions["code"].notna(),
    )
    said = _said_by_then(decisions, tables)
    decisions = decisions.assign(counts=decisions["fault"].isna(), stage=_stages(decisions, said, tables))
    possible = _possible_scales(decisions, context)
    settles = decisions["settles"] & (
        decisions["scale"].notna() | decisions["decision_id"].isin(possible["decision_id"])
    )
    return decisions.assign(scale=_scales(decisions, said, possible), settles=settles)


def in_force(decisions: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """For each ``key`` the decision that holds: the newest that counts or, if none does, the newest."""
    settling = decisions.loc[decisions["settles"] & decisions["stage"].notna()]
    return settling.sort_values("counts", kind="stable").drop_duplicates(key, keep="last")


def _seats(decisions: pd.DataFrame, tables: Tables, rule: Decisions) -> pd.DataFrame:
    """For each decision with positions, how many held seats were present, agreed, stood aside and objected, and how
    many of the parties that the rule asks for were present."""
    positions = tables.frames["decision_positions"][["decision_id", "seat_id", "position"]]
    terms = tables.frames["forum_seats"][["seat_id", "party", "starts_on", "ends_on"]]
    dated = positions.merge(decisions[["decision_id", "decided_on"]], on="decision_id").merge(terms, on="seat_id")
    held = (dated["starts_on"] <= dated["decided_on"]) & (
        dated["ends_on"].isna() | (dated["ends_on"] >= dated["decided_on"])
    )
    sat = dated.loc[held.fillna(False).astype("bool")].drop_duplicates(["decision_id", "seat_id"])
    present = sat.loc[sat["position"] != ABSENT]
    asked = present.loc[present["party"].isin(rule.parties)].drop_duplicates(["decision_id", "party"])
    counted = pd.DataFrame(
        {
            "present": present.groupby("decision_id").size(),
            "agreeing": present.loc[present["position"] == AGREES].groupby("decision_id").size(),
            "aside": present.loc[present["position"] == STANDS_ASIDE].groupby("decision_id").size(),
            "objecting": present.loc[present["position"] == OBJECTS].groupby("decision_id").size(),
            "parties": asked.groupby("decision_id").size(),
        },
        index=pd.Index(positions["decision_id"].unique(), name="decision_id", dtype=TEXT),
    )
    return counted.fillna(0).astype("Int64").reset_index()


def _faults(decisions: pd.DataFrame, rule: Decisions) -> "pd.Series[str]":
    """The first thing that is wrong with each decision, null if nothing is."""
    recorded, consensus = decisions["recorded"], decisions["method"] == CONSENSUS
    enough = (decisions["present"] >= rule.quorum_seats) & (decisions["parties"] == len(set(rule.parties)))
    said = decisions["quorum"].fillna(rule.quorum_seats == 1 and not rule.parties).astype("bool")
    objected = (decisions["objecting"] > 0).where(recorded, decisions["votes_against"].fillna(0) > 0)
    voted = (decisions["votes_for"] > decisions["votes_against"].fillna(0)).fillna(False)
    carried = (decisions["agreeing"] > decisions["objecting"]).where(recorded, voted.astype("bool"))
    fault = pd.Series(pd.NA, index=decisions.index, dtype=TEXT)
    fault = fault.mask(~consensus & ~carried, NO_MAJORITY).mask(
        consensus & recorded & (decisions["agreeing"] == 0), NOBODY
    )
    fault = fault.mask(consensus & objected.astype("bool"), OBJECTION)
    fault = fault.mask(~enough.where(recorded, said), NO_QUORUM)
    return fault if rule.rule != CONSENSUS else fault.mask(~consensus, NOT_BY_RULE)


def _said_by_then(decisions: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """decision_id, stage and scale of every judgement that a decision can be about, oldest first.

    That is: of the same subject and variable, and made by the day of the decision. A decision is about what was there
    on its day, so judging again later moves none: here the older judgement counts beside the newer one.
    """
    about = decisions.loc[decisions["settles"], ["decision_id", *SUBJECT, "variable", "decided_on"]]
    said = tables.frames["assessments"][[*SUBJECT, "variable", "assessed_on", "stage", "scale"]]
    both = about.merge(said, on=[*SUBJECT, "variable"])
    both = both.loc[(both["assessed_on"] <= both["decided_on"]).fillna(False).astype("bool")]
    return both.sort_values("assessed_on", kind="stable")[["decision_id", "stage", "scale"]]


def _stages(decisions: pd.DataFrame, said: pd.DataFrame, tables: Tables) -> "pd.Series[str]":
    """The stage that each decision is about, where it settles a judgement.

    1. The stage that the forum named.
    2. If it named none: the stage of the newest judgement of the same subject and variable, made by the day of the
       decision (``said``).
    3. If there is none: by the plan's dates. Before its first day *design*, after its last *end of term*, in between
       *midterm*.
    """
    last = said.drop_duplicates("decision_id", keep="last")
    by_judgement = decisions["decision_id"].map(last.set_index("decision_id")["stage"])
    plans = tables.frames["action_plans"].set_index("plan_id").reindex(pd.Index(decisions["plan_id"]))
    after = (decisions["decided_on"] > plans["end_date"].array).fillna(False).astype("bool")
    before = (decisions["decided_on"] < plans["start_date"].array).fillna(False).astype("bool")
    by_date = pd.Series(_MIDTERM, index=decisions.index, dtype=TEXT).mask(before, _DESIGN).mask(after, _END)
    guessed = by_judgement.astype(TEXT).fillna(by_date).where(decisions["settles"])
    return decisions["stage"].fillna(guessed)


def _possible_scales(decisions: pd.DataFrame, context: EvaluationContext) -> pd.DataFrame:
    """For each decision that names no scale, those in force for its plan that have its code."""
    years = {plan.id: plan.starts.year for plan in context.programme.plans}
    columns = ["decision_id", *SUBJECT, "plan_id", "variable", "stage", "code"]
    open_ = decisions.loc[decisions["scale"].isna() & decisions["settles"], columns]
    asked = open_[["plan_id", "variable"]].drop_duplicates().itertuples(index=False, name=None)
    in_force = pd.DataFrame(
        [
            (plan, variable, scale)
            for plan, variable in asked
            for scale in context.schemas.scales_in_force(variable, years[plan])
        ],
        columns=["plan_id", "variable", "scale"],
        dtype=TEXT,
    )
    every_code = codes(context.schemas)[["variable", "scale", "code"]]
    return open_.merge(in_force, on=["plan_id", "variable"]).merge(every_code, on=["variable", "scale", "code"])


def _scales(decisions: pd.DataFrame, said: pd.DataFrame, possible: pd.DataFrame) -> "pd.Series[str]":
    """The scale of each decision's code.

    1. The scale that the forum named.
    2. If it named none: the scale of the newest judgement of the same subject, variable and stage, made by the day of
       the decision (``said``), that stands in a scale with such a code.
    3. If there is none: the only scale in force that has such a code. Of several, none is chosen.

    ``possible``: see ``_possible_scales``.
    """
    used = said.merge(possible[["decision_id", "stage", "scale"]], on=["decision_id", "stage", "scale"])
    by_judgement = decisions["decision_id"].map(
        used.drop_duplicates("decision_id", keep="last").set_index("decision_id")["scale"]
    )
    only = possible.drop_duplicates("decision_id", keep=False).set_index("decision_id")["scale"]
    return decisions["scale"].fillna(by_judgement.astype(TEXT)).fillna(decisions["decision_id"].map(only).astype(TEXT))
