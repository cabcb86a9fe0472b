"""What happened beyond the plan: ripple achievements, and commitments of which more was done than was promised.

Claimed is not confirmed, and confirmed means: by another party (``confirmation``).
"""

import pandas as pd

from ogp_pipeline.evaluation.confirmation import CONFIRMED, SECTOR_UNKNOWN, confirmations
from ogp_pipeline.evaluation.registry import EvaluationContext, codes_of, metric
from ogp_pipeline.evaluation.unit_frame import ALL, stacked, unit_frame

RIPPLES, BEYOND = "ripple_achievements", "going_beyond"


@metric("ripple_achievements", categories=codes_of("ripple_kind"), needs=(RIPPLES,))
def ripple_achievements(context: EvaluationContext) -> pd.DataFrame:
    """Every ripple achievement that is claimed, by kind."""
    things = _claims(context, RIPPLES)
    return unit_frame(things, RIPPLES, key="ripple_id", period=ALL, category=things["kind"])


@metric("ripple_confirmed", needs=(RIPPLES,))
def ripple_confirmed(context: EvaluationContext) -> pd.DataFrame:
    """Ripple achievements that another party confirmed, of those claimed."""
    return _confirmed(context, RIPPLES, "ripple_id")


@metric("going_beyond", needs=(BEYOND,))
def going_beyond(context: EvaluationContext) -> pd.DataFrame:
    """Commitments with at least one entry, of all. One with entries is counted at its first, which says why."""
    every = context.commitments
    entries = context.tables.frames[BEYOND].sort_values("beyond_id").drop_duplicates("commitment_id")
    outdone = every.merge(entries[["commitment_id", "beyond_id"]], on="commitment_id")
    others = every.loc[~every["commitment_id"].isin(outdone["commitment_id"])]
    return stacked(
        [
            unit_frame(outdone, BEYOND, key="beyond_id", period=ALL),
            unit_frame(others, "commitments", key="commitment_id", period=ALL, numerator=0),
        ]
    )


@metric("going_beyond_confirmed", needs=(BEYOND,))
def going_beyond_confirmed(context: EvaluationContext) -> pd.DataFrame:
    """Entries that another party confirmed, of those claimed."""
    return _confirmed(context, BEYOND, "beyond_id")


def _claims(context: EvaluationContext, table: str) -> pd.DataFrame:
    return context.tables.frames[table].merge(context.commitments, on="commitment_id")


def _confirmed(context: EvaluationContext, table: str, key: str) -> pd.DataFrame:
    things = _claims(context, table)
    worth = confirmations(things, context.tables.frames["institutions"])
    numerator, missing = ((worth == state).fillna(False).astype("bool") for state in (CONFIRMED, SECTOR_UNKNOWN))
    return unit_frame(things, table, key=key, period=ALL, numerator=numerator, missing=missing)
