"""What became of each correction: in force, or what it expected is no longer there (``tables.corrections``)."""

from collections.abc import Iterator

import pandas as pd

from ogp_pipeline.evaluation.findings import finding
from ogp_pipeline.evaluation.registry import EvaluationContext
from ogp_pipeline.tables.tables import Key, Row


def _rests_on(context: EvaluationContext, key: Key) -> Iterator[Row]:
    yield "corrections", key
    yield from ((ruling.table, ruling.key) for ruling in context.tables.rulings if (ruling.correction_id,) == key)


@finding("correction_results", rests_on=_rests_on, needs=("corrections",))
def correction_results(context: EvaluationContext) -> pd.DataFrame:
    """One row per correction: its state, and what the supplier's own row says (null if empty or not there)."""
    rows = [(ruling.correction_id, ruling.state, ruling.found or None) for ruling in context.tables.rulings]
    return pd.DataFrame(rows, columns=["correction_id", "state", "found"])
