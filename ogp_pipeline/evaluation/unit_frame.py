"""Unit frames: what every metric returns.

One row for each thing that a metric looks at, with

    unit_table, unit_key    the thing: a table's name and a key as ``tables.written``; a milestone's update in
                            a period is a thing whether or not anybody sent it
    plan_id, cluster_id, institution_id, period_id
                            what it belongs to (cluster null if none; institutions joined by ``;`` or null)
    assessor_id             who judged it, null where nobody did
    category                what it counts as: a level, or ``all`` if the metric tells nothing apart
    numerator, denominator, missing
                            integers: is it counted, of how many, is nothing known about it? 0 or 1 each, but
                            for metrics whose definition names another unit (days)

so that the sums are the published numbers, and the rows are their explanation.

Texts are categories where they repeat: there may be millions of rows.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from ogp_pipeline.evaluation.units import TEXT

ALL = "all"
COUNTS = ("numerator", "denominator", "missing")
_OWNERS = ("plan_id", "cluster_id", "institution_id", "assessor_id")
COLUMNS = (
    "unit_table",
    "unit_key",
    *_OWNERS,
    "period_id",
    "category",
    *COUNTS,
)


def unit_frame(
    things: pd.DataFrame,
    table: str,
    *,
    key: str,
    period: str | None = None,
    category: "pd.Series[str] | str" = ALL,
    numerator: "pd.Series[int] | pd.Series[bool] | int" = 1,
    denominator: "pd.Series[int] | int" = 1,
    missing: "pd.Series[bool] | int" = 0,
) -> pd.DataFrame:
    """A unit frame of ``things``: rows of ``table`` with their key in the column ``key``.

    ``period``: one period for all, instead of a column ``period_id``. A thing without a column ``cluster_id``,
    ``institution_id`` or ``assessor_id`` belongs to none.
    """
    count = len(things)
    columns: dict[str, object] = {
        "unit_table": _all(table, count),
        "unit_key": things[key].array,
        **{name: things[name].array if name in things else _nothing(count) for name in _OWNERS},
        "period_id": things["period_id"].array if period is None else _all(period, count),
        "category": _all(category, count) if isinstance(category, str) else category.array,
    }
    for name, values in zip(COUNTS, (numerator, denominator, missing), strict=True):
        columns[name] = np.full(count, values) if isinstance(values, int) else values.to_numpy("int64")
    made = pd.DataFrame(columns)
    texts = [name for name in COLUMNS if name not in COUNTS and not isinstance(made[name].dtype, pd.CategoricalDtype)]
    return made.astype(dict.fromkeys(texts, TEXT))


def stacked(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Unit frames one under the other; what are categories in one of them are so in all."""
    columns: dict[str, object] = {}
    for name in frames[0].columns:
        parts = [frame[name] for frame in frames]
        if any(isinstance(part.dtype, pd.CategoricalDtype) for part in parts):
            columns[str(name)] = union_categoricals([part.astype("category") for part in parts])
        else:
            columns[str(name)] = pd.concat(
                [part.astype(TEXT) if str(name) not in COUNTS else part for part in parts]
            ).array
    return pd.DataFrame(columns)


def _all(text: str, count: int) -> pd.Categorical:
    """One text for all, which takes a number for each."""
    return pd.Categorical.from_codes(np.zeros(count, dtype=np.int8), categories=pd.Index([text], dtype=TEXT))


def _nothing(count: int) -> pd.Categorical:
    return pd.Categorical.from_codes(np.full(count, -1, dtype=np.int8), categories=pd.Index([], dtype=TEXT))
