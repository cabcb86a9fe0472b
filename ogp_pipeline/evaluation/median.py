"""Medians as sums: of each member's units only the middle one, or the two middle ones, count.

So a median is published like everything else: the numerator is the sum of the middle values, the denominator how many
there are (1 or 2), and the units that explain a number are the middle ones. Units without a value (denominator 0) are
not ordered; they only add to ``missing``.
"""

import numpy as np
import pandas as pd

from ogp_pipeline.evaluation.milestone_periods import Integers
from ogp_pipeline.evaluation.units import TEXT


def middles(units: pd.DataFrame, column: str, positions: Integers, member: Integers, names: list[str]) -> pd.DataFrame:
    """A unit frame with a row for each unit of each member, in which only the middle ones of each count.

    ``positions``, ``member``, ``names``: as ``aggregate.members`` gives them; ``column``: where the member stands in
    the frame. A plan's periods have a median each. Of an even number of values the two middle ones stay; of equal
    values those that come first in ``units``.
    """
    of = units.iloc[positions].reset_index(drop=True)
    of = of.assign(**{column: pd.Categorical.from_codes(member, categories=pd.Index(names, dtype=TEXT))})
    group = of.groupby(["plan_id", "period_id", column], sort=False).ngroup().to_numpy()
    values, has_value = of["numerator"].to_numpy(np.int64), of["denominator"].to_numpy(np.int64) > 0
    order = np.lexsort((np.arange(len(of)), values, group))
    order = order[has_value[order]]
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    sizes = np.diff(np.append(starts, len(order)))
    kept = np.zeros(len(of), dtype=np.int64)
    kept[order[starts + (sizes - 1) // 2]] = 1
    kept[order[starts + sizes // 2]] = 1
    return of.assign(numerator=values * kept, denominator=kept)
