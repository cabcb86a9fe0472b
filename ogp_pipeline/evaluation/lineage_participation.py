"""From events, sectors, organisations and windows to the rows that their counts rest on; see ``lineage``."""

from collections.abc import Iterator
from datetime import date

import pandas as pd

from ogp_pipeline.evaluation.lineage import lineage_of
from ogp_pipeline.tables.plan_windows import HALF_YEAR, whole_windows
from ogp_pipeline.tables.tables import Row, Tables

_TAKES_PART = (  # table, the column that names the institution, the table's key
    ("resources", "institution_id", ("resource_id",)),
    ("memberships", "institution_id", ("institution_id", "network_id")),
    ("forum_seats", "institution_id", ("seat_id", "starts_on")),
    ("proposals", "proposer_id", ("proposal_id",)),
)


@lineage_of("events")
def event(tables: Tables, key: str, _: str) -> Iterator[Row]:
    """An event and who came."""
    yield "events", (key,)
    frame = tables.frames["attendance"]
    yield from _keys("attendance", frame.loc[frame["event_id"] == key], ("event_id", "sector"))


@lineage_of("attendance")
def attendance(_: Tables, key: str, __: str) -> Iterator[Row]:
    """A sector at an event (``event/sector``): its record, and the event."""
    yield "attendance", tuple(key.split("/"))
    yield "events", (key.split("/")[0],)


@lineage_of("participation_gaps")
def gap(tables: Tables, key: str, _: str) -> Iterator[Row]:
    """A sector in a cluster (``cluster/sector``): the stakeholders, and everybody who came to the cluster's events."""
    cluster, sector = key.split("/")
    frames = tables.frames
    stakeholders = frames["stakeholders"]
    own = (stakeholders["cluster_id"] == cluster) & (stakeholders["sector"] == sector)
    yield "clusters", (cluster,)
    yield from _keys("stakeholders", stakeholders.loc[own], ("stakeholder_id",))
    events = frames["events"].loc[(frames["events"]["cluster_id"] == cluster).fillna(False)]
    came = frames["attendance"].loc[frames["attendance"]["event_id"].isin(events["event_id"])]
    yield from _keys("events", events.loc[events["event_id"].isin(came["event_id"])], ("event_id",))
    yield from _keys("attendance", came, ("event_id", "sector"))


@lineage_of("institutions")
def institution(tables: Tables, key: str, _: str) -> Iterator[Row]:
    """An organisation: what it gives, its networks, its seats in the forum, its proposals."""
    yield "institutions", (key,)
    for table, column, primary_key in _TAKES_PART:
        frame = tables.frames[table]
        yield from _keys(table, frame.loc[(frame[column] == key).fillna(False)], primary_key)


@lineage_of("action_plans")
def window(tables: Tables, key: str, period_id: str) -> Iterator[Row]:
    """A plan in a period, or six months of a plan (``plan/first day``) with the sessions of the forum in them."""
    plan = key.split("/")[0]
    yield "action_plans", (plan,)
    if key == plan:
        yield "reporting_periods", (period_id,)
        return
    plans, events = tables.frames["action_plans"], tables.frames["events"]
    starts, ends = plans.loc[plans["plan_id"] == plan, ["start_date", "end_date"]].iloc[0]
    lasts = {first.isoformat(): last for first, last in whole_windows(starts, ends, HALF_YEAR)}
    first = key.split("/")[1]
    on = events["starts_on"]
    inside = (on >= date.fromisoformat(first)) & (on <= lasts[first]) & (events["plan_id"] == plan)
    inside &= events["kind"] == "forum_session"
    yield from _keys("events", events.loc[inside.fillna(False)], ("event_id",))


def _keys(table: str, rows: pd.DataFrame, primary_key: tuple[str, ...]) -> Iterator[Row]:
    for values in zip(*(rows[column].tolist() for column in primary_key), strict=True):
        yield table, tuple(str(value) for value in values)  # a date's text is its ISO form
