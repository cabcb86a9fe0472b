"""The metrics of benchmarks/evaluate.py as anybody would count them in a notebook: merge, then group and count.

What is counted is what ``ogp_pipeline`` counts of updates, evidence and assessments, by plan, cluster and institution
(assessments: also by assessor). Plans without rounds, rows that refer to nothing, and whatever else a real country has,
are left out: the made-up one has none. Numerators only.
"""

from collections.abc import Mapping
from datetime import date

import pandas as pd

Frames = Mapping[str, pd.DataFrame]
LADDER = {"no_evidence": 0, "not_started": 1, "limited": 2, "substantial": 3, "complete": 4}
HIGH = ("substantial", "complete")
INDEPENDENT = ("oversight", "academia", "multilateral")
RANKS = {"potential_impact": ("none", "minor", "moderate", "transformative"), "relevance": ("no", "yes")}
KEY = ["metric_id", "plan_id", "period_id", "dimension", "member_id", "category"]


def shape_of(metrics: pd.DataFrame) -> dict[str, int]:
    """Published numbers by their names."""
    names = metrics[KEY[0]].str.cat([metrics[column] for column in KEY[1:]], sep="/")
    return dict(zip(names, metrics["numerator"].tolist(), strict=True))


def count(frames: Frames, as_of: date) -> dict[str, int]:
    """All numbers, by the same names."""
    found: dict[str, int] = {}
    reports = _reports(frames, as_of)
    complete = reports["status"] == "complete"
    _put(found, "milestone_completion", reports.assign(category=reports["status"].fillna("not_reported")))
    _put(found, "milestone_high_completion", reports[reports["status"].isin(HIGH)])
    _put(found, "actual_progress", reports[complete])
    _put(found, "burn_down", reports[reports["status"].notna() & ~complete])
    _put(found, "reporting_compliance", reports[reports["heard"].notna()])
    _put(found, "evidence_coverage", _evidenced(reports, frames["evidence"]))
    levels = _commitment_levels(reports)
    _put(found, "commitment_completion", levels.assign(category=levels["level"].fillna("not_reported")))
    _put(found, "commitment_high_completion", levels[levels["level"].isin(HIGH)])
    _put(found, "timeliness", _timeliness(reports, as_of))
    _put(found, "status_transitions", _transitions(reports))
    _judged(found, frames)
    return found


def _put(found: dict[str, int], metric: str, rows: pd.DataFrame) -> None:
    if "category" not in rows:
        rows = rows.assign(category="all")
    if "period_id" not in rows:
        rows = rows.assign(period_id="all")
    for dimension in ("plan", "cluster", "institution", "assessor"):
        if f"{dimension}_id" in rows:
            columns = ["plan_id", "period_id", f"{dimension}_id", "category"]
            columns = list(dict.fromkeys(columns))
            sizes = rows.groupby(columns).size()
            for key, size in sizes.items():
                plan, period, *rest = key
                member, category = rest if len(rest) == 2 else (plan, rest[0])
                found[f"{metric}/{plan}/{period}/{dimension}/{member}/{category}"] = int(size)


def _reports(frames: Frames, as_of: date) -> pd.DataFrame:
    """Every milestone in every round of its plan, with its update where there is one."""
    roles = frames["commitment_institutions"]
    leads = roles[roles["role"] == "lead"].groupby("commitment_id")["institution_id"].agg(";".join).rename("lead")
    commitments = frames["commitments"][["commitment_id", "plan_id", "cluster_id"]].merge(leads, on="commitment_id")
    milestones = frames["milestones"][["milestone_id", "commitment_id", "institution_id", "due_date"]]
    periods = frames["reporting_periods"][["period_id", "plan_id", "end_date"]]
    rounds = periods[periods["end_date"] <= as_of]
    every = milestones.merge(commitments, on="commitment_id").merge(rounds, on="plan_id")
    updates = frames["updates"][["milestone_id", "period_id", "status", "completed_on"]].assign(heard=True)
    return every.merge(updates, on=["milestone_id", "period_id"], how="left")


def _evidenced(reports: pd.DataFrame, evidence: pd.DataFrame) -> pd.DataFrame:
    shown = evidence.loc[evidence["kind"].isin(["link", "file"]), ["milestone_id", "period_id"]].drop_duplicates()
    return reports[reports["heard"].notna()].merge(shown, on=["milestone_id", "period_id"])


def _commitment_levels(reports: pd.DataFrame) -> pd.DataFrame:
    """Complete if all are; else the least, but under way once one part is; unknown where silence could change it."""
    ranked = reports.assign(rank=reports["status"].map(LADDER).astype("float"), silent=reports["status"].isna())
    keys = ["plan_id", "cluster_id", "lead", "commitment_id", "period_id"]
    parts = (
        ranked.groupby(keys).agg(least=("rank", "min"), most=("rank", "max"), silent=("silent", "any")).reset_index()
    )

    def rolled(least: "pd.Series[float]", most: "pd.Series[float]") -> "pd.Series[float]":
        return least.where(most < LADDER["limited"], least.clip(lower=LADDER["limited"]))

    worst = rolled(parts["least"].mask(parts["silent"], 0), parts["most"])
    best = rolled(parts["least"], parts["most"].mask(parts["silent"], LADDER["complete"]))
    codes = {rank: code for code, rank in LADDER.items()}
    return parts.assign(level=worst.where(worst == best).map(codes)).rename(columns={"lead": "institution_id"})


def _timeliness(reports: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """By the last status that was reported; of a complete milestone, by the round in which it was first said so."""
    said = reports[reports["status"].notna()].sort_values(["milestone_id", "end_date"])
    complete = said["status"] == "complete"
    by = said.groupby("milestone_id")
    last = by[["plan_id", "cluster_id", "institution_id", "due_date", "status"]].last()
    last["incomplete_on"] = said[~complete].groupby("milestone_id")["end_date"].last()
    since = said["milestone_id"].map(last["incomplete_on"])
    last["complete_by"] = said[complete & ~(since >= said["end_date"])].groupby("milestone_id")["end_date"].first()
    done, due = last["status"] == "complete", last["due_date"]
    category = pd.Series("not_reported", index=last.index)
    category[~done] = "overdue"
    category[~done & (due >= as_of)] = "not_due"
    category[done & (last["complete_by"] <= due)] = "complete_on_time"
    category[done & (last["incomplete_on"] >= due)] = "complete_late"
    return last.assign(category=category)


def _transitions(reports: pd.DataFrame) -> pd.DataFrame:
    """From the last round that said something."""
    ordered = reports[reports["status"].notna()].sort_values(["milestone_id", "end_date"])
    rank = ordered["status"].map(LADDER).astype("float")
    before = rank.groupby(ordered["milestone_id"]).shift()
    category = pd.Series("same", index=ordered.index)
    category[rank > before] = "improved"
    category[rank < before] = "regressed"
    return ordered.assign(category=category)[before.notna()]


def _judged(found: dict[str, int], frames: Frames) -> None:
    assessments = frames["assessments"].sort_values("assessed_on")
    subject = ["subject_id", "assessor_id", "variable", "stage"]
    newest = assessments.drop_duplicates(subject, keep="last")
    own = frames["commitments"][["commitment_id", "plan_id", "cluster_id"]]
    newest = newest.merge(own, left_on="subject_id", right_on="commitment_id").rename(columns={"stage": "period_id"})
    completion = newest[newest["variable"] == "completion"]
    _put(found, "assessed_completion", completion.assign(category=completion["code"]))
    sectors = frames["institutions"].set_index("institution_id")["sector"]
    independent = newest[newest["assessor_id"].map(sectors).isin(INDEPENDENT)]
    involved = frames["commitment_institutions"].set_index(["commitment_id", "institution_id"]).index
    own = pd.MultiIndex.from_frame(independent[["commitment_id", "assessor_id"]]).isin(involved)
    independent = independent[~own]
    for variable, order in RANKS.items():
        here = independent[independent["variable"] == variable]
        here = here.assign(rank=here["code"].map(order.index)).sort_values(
            ["assessed_on", "rank"], ascending=[False, True]
        )
        one = here.pivot_table(
            index=["plan_id", "cluster_id", "subject_id"], columns="period_id", values="code", aggfunc="first"
        )
        stages = (
            one.assign(end_of_term=one["end_of_term"].fillna(one["midterm"])).stack().rename("category").reset_index()
        )
        _put(found, variable, stages)
    groups = completion.groupby(["plan_id", "cluster_id", "period_id", "subject_id"])["code"]
    judged = groups.agg(["nunique", "size"]).reset_index()
    _put(found, "judgements_in_agreement", judged[(judged["size"] > 1) & (judged["nunique"] == 1)])
    of = ["plan_id", "cluster_id", "subject_id", "assessor_id"]
    stages = completion.pivot(index=of, columns="period_id", values="code")
    ranks = stages.apply(lambda codes: codes.map(LADDER)).astype("float").reset_index()
    both = ranks.dropna(subset=["midterm", "end_of_term"])
    category = pd.Series("same", index=both.index)
    category[both["end_of_term"] > both["midterm"]] = "improved"
    category[both["end_of_term"] < both["midterm"]] = "regressed"
    _put(found, "assessed_transitions", both.assign(category=category, period_id="end_of_term"))
