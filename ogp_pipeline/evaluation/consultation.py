"""How a plan was talked about: events, who could come and who came, how far they were heard, and who can keep it up.

Only events that have begun on the day that the release speaks of are counted; announced ones are not. Institutions are
counted for each plan in which they take part.
"""

import pandas as pd

from ogp_pipeline.evaluation.registry import EvaluationContext, codes_of, metric
from ogp_pipeline.evaluation.requirement_rules import is_open, recorded
from ogp_pipeline.evaluation.unit_frame import ALL, unit_frame
from ogp_pipeline.programme.lateness import is_over
from ogp_pipeline.tables.plan_windows import HALF_YEAR, whole_windows

FORUM_SESSION, CIVIL_SOCIETY = "forum_session", "civil_society"
NOT_SAID = "not_said"
_EVENTS = ("events",)


@metric("events", categories=codes_of("event_kind"), needs=_EVENTS)
def events(context: EvaluationContext) -> pd.DataFrame:
    """Every event, by kind."""
    things = _begun(context)
    return unit_frame(things, "events", key="event_id", period=ALL, category=things["kind"])


@metric("open_events", needs=_EVENTS)
def open_events(context: EvaluationContext) -> pd.DataFrame:
    """Events in which anybody could take part."""
    things = _begun(context)
    answer = is_open(things)
    numerator = answer.fillna(False).astype("bool")
    return unit_frame(things, "events", key="event_id", period=ALL, numerator=numerator, missing=answer.isna())


@metric("minutes_published", needs=_EVENTS)
def minutes_published(context: EvaluationContext) -> pd.DataFrame:
    """Events whose minutes can be read, of those that have ended."""
    every = _begun(context)
    ended = is_over(every["ends_on"].fillna(every["starts_on"]), context.as_of)
    things = every.loc[ended.fillna(False).astype("bool")]
    return unit_frame(things, "events", key="event_id", period=ALL, numerator=things["minutes_url"].notna())


@metric("event_influence", categories=codes_of("influence", NOT_SAID), needs=_EVENTS)
def event_influence(context: EvaluationContext) -> pd.DataFrame:
    """Every event, by how far participants could shape the outcome."""
    things = _begun(context)
    said = things["influence"]
    return unit_frame(things, "events", key="event_id", period=ALL, category=said.fillna(NOT_SAID), missing=said.isna())


@metric("people_by_sector", categories=codes_of("sector"), needs=("attendance",))
def people_by_sector(context: EvaluationContext) -> pd.DataFrame:
    """Everybody who came, by sector. The unit is a person; a unit frame's row is a sector at an event."""
    things = context.tables.frames["attendance"].merge(
        _begun(context)[["event_id", "plan_id", "cluster_id"]], on="event_id"
    )
    return unit_frame(
        things.assign(key=things["event_id"] + "/" + things["sector"]),
        "attendance",
        key="key",
        period=ALL,
        category=things["sector"],
        numerator=things["people"],
        denominator=things["people"],
    )


@metric("forum_regularity", needs=_EVENTS)
def forum_regularity(context: EvaluationContext) -> pd.DataFrame:
    """Six-month windows of the plan in which the forum met; unknown if none was recorded in it or an earlier plan."""
    every = _begun(context)
    sessions = every.loc[every["kind"] == FORUM_SESSION, ["plan_id", "starts_on"]]
    things = _windows(context)
    met = things.merge(sessions, on="plan_id").query("first <= starts_on <= last")["key"]
    recorded_plans = {plan for plan in things["plan_id"].unique() if recorded(context, plan, (FORUM_SESSION,))}
    return unit_frame(
        things,
        "action_plans",
        key="key",
        period=ALL,
        numerator=things["key"].isin(met),
        missing=~things["plan_id"].isin(recorded_plans),
    )


@metric("resources_enough", needs=("resources",))
def resources_enough(context: EvaluationContext) -> pd.DataFrame:
    """Institutions that say of everything they give that it is enough, of those that said anything of it."""
    frames = context.tables.frames
    every = frames["resources"].merge(frames["action_plans"][["plan_id"]], on="plan_id")
    given = every.groupby(["plan_id", "institution_id"], sort=False)["enough"].agg(["size", "count", "sum"])
    things = given.loc[given["count"] > 0].reset_index()
    short, unsaid = things["sum"] < things["count"], things["count"] < things["size"]
    return unit_frame(
        things,
        "institutions",
        key="institution_id",
        period=ALL,
        numerator=~short & ~unsaid,
        missing=~short & unsaid,
    )


@metric("networked_organisations", needs=("memberships",))
def networked_organisations(context: EvaluationContext) -> pd.DataFrame:
    """Civil-society organisations that take part in a plan and belong to a network during its term."""
    frames = context.tables.frames
    plans = frames["action_plans"][["plan_id", "start_date", "end_date"]]
    proposers = frames["proposals"][["plan_id", "proposer_id"]].rename(columns={"proposer_id": "institution_id"})
    proposed = proposers.merge(plans[["plan_id"]], on="plan_id")
    seated = _during(frames["forum_seats"], plans)
    institutions = frames["institutions"]
    organisations = institutions.loc[institutions["sector"] == CIVIL_SOCIETY, ["institution_id"]]
    things = pd.concat([proposed, seated]).drop_duplicates().merge(organisations, on="institution_id")
    networked = _during(frames["memberships"], plans).drop_duplicates().assign(networked=True)
    joined = things.merge(networked, on=["plan_id", "institution_id"], how="left")
    return unit_frame(joined, "institutions", key="institution_id", period=ALL, numerator=joined["networked"].notna())


def _begun(context: EvaluationContext) -> pd.DataFrame:
    frames = context.tables.frames
    every = frames["events"].merge(frames["action_plans"][["plan_id"]], on="plan_id")
    return every.loc[(every["starts_on"] <= context.as_of).astype("bool")].reset_index(drop=True)


def _windows(context: EvaluationContext) -> pd.DataFrame:
    """The half-years of every plan within its term that have ended: plan_id, key (plan/first day), first, last."""
    plans = context.tables.frames["action_plans"]
    rows = [
        (plan, f"{plan}/{first.isoformat()}", first, last)
        for plan, starts, ends in zip(plans["plan_id"], plans["start_date"], plans["end_date"], strict=True)
        for first, last in whole_windows(starts, ends, HALF_YEAR)
        if is_over(last, context.as_of)
    ]
    frame = pd.DataFrame(rows, columns=["plan_id", "key", "first", "last"])
    day = plans["start_date"].dtype
    return frame.astype({"plan_id": plans["plan_id"].dtype, "key": plans["plan_id"].dtype, "first": day, "last": day})


def _during(terms: pd.DataFrame, plans: pd.DataFrame) -> pd.DataFrame:
    """plan_id and institution_id of the rows whose term (open where a day is empty) meets that of the plan."""
    both = terms[["institution_id", "starts_on", "ends_on"]].merge(plans, how="cross")
    begins_later = (both["starts_on"] > both["end_date"]).fillna(False)
    ended_before = (both["ends_on"] < both["start_date"]).fillna(False)
    return both.loc[~(begins_later | ended_before).astype("bool"), ["plan_id", "institution_id"]]
