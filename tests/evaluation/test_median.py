"""A median is the sum of its middle units over their number, in every member by itself."""

import statistics
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogp_pipeline.errors import SchemaError
from ogp_pipeline.evaluation.aggregate import aggregate
from ogp_pipeline.evaluation.registry import MEDIAN, Metric, metric
from ogp_pipeline.evaluation.unit_frame import unit_frame
from tests.tables.country import SCHEMAS

DAYS = Metric("days", lambda context: pd.DataFrame(), None, False, (), MEDIAN)
DEFINITION = SCHEMAS.metrics["milestones"]  # by plan, cluster and institution


def published(things):
    """The numbers of (cluster, institutions, days or None): (dimension, member) -> numerator, denominator, ..."""
    frame = pd.DataFrame(things, columns=["cluster_id", "institution_id", "days"]).assign(
        plan_id="p1", key=[f"t{number}" for number in range(len(things))]
    )
    known = frame["days"].notna()
    units = unit_frame(
        frame, "proposals", key="key", period="all", numerator=frame["days"].fillna(0).astype("int64"),
        denominator=known, missing=~known,
    )  # fmt: skip
    return {(row[3], row[4]): row[6:] for row in aggregate(units, DAYS, DEFINITION)}


THING = st.tuples(
    st.sampled_from([None, "k1", "k2"]),
    st.sampled_from([None, "i1", "i1;i2"]),
    st.one_of(st.none(), st.integers(0, 40)),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(THING, min_size=1, max_size=9))
def test_every_members_median_is_that_of_its_own_known_values(things):
    of = {("plan", "p1"): things}
    for cluster, institutions, days in things:
        if cluster:
            of.setdefault(("cluster", cluster), []).append((cluster, institutions, days))
        for one in (institutions or "").split(";"):
            if one:
                of.setdefault(("institution", one), []).append((cluster, institutions, days))
    found = published(things)
    assert set(found) == set(of)
    for member, (numerator, denominator, missing, value) in found.items():
        known = [days for *_, days in of[member] if days is not None]
        assert missing == len(of[member]) - len(known)
        if known:
            assert value == Decimal(str(statistics.median(known))) == Decimal(numerator) / denominator
            assert denominator == 2 - len(known) % 2
        else:
            assert (numerator, denominator, value) == (0, 0, None)


def test_a_median_tells_nothing_apart():
    with pytest.raises(SchemaError, match="is a median"):
        metric("days", of_plan=True, statistic=MEDIAN)(lambda context: context.milestones)
