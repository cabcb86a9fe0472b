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
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray
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
        "unit_key": _texts(things[key]),
        **{name: _texts(things[name]) if name in things else _nothing(count) for name in _OWNERS},
        "period_id": _texts(things["period_id"]) if period is None else _all(period, count),
        "category": _all(category, count) if isinstance(category, str) else _texts(category),
    }
    for name, values in zip(COUNTS, (numerator, denominator, missing), strict=True):
        columns[name] = np.full(count, values) if isinstance(values, int) else values.to_numpy("int64")
    return pd.DataFrame(columns)


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


def _texts(column: "pd.Series[Any]") -> ExtensionArray:
    """A column's texts; what are categories stay so."""
    texts: ExtensionArray = column.array
    return texts if isinstance(texts, pd.Categorical) or texts.dtype == TEXT else texts.astype(TEXT)


def _all(text: str, count: int) -> pd.Categorical:
    """One text for all, which takes a number for each."""
    return pd.Categorical.from_codes(np.zeros(count, dtype=np.int8), dtype=_categories(text), validate=False)


def _nothing(count: int) -> pd.Categorical:
    return pd.Categorical.from_codes(np.full(count, -1, dtype=np.int8), dtype=_categories(), validate=False)


@lru_cache(maxsize=1024)  # tables, periods and levels, which nearly every metric names
def _categories(*texts: str) -> pd.CategoricalDtype:
    return pd.CategoricalDtype(pd.Index(texts, dtype=TEXT))
