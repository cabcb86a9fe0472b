"""Corrections whose expectation fails: the source mended itself, or says something else again, or the row is gone; or
whose value no column can hold.

They are not applied, and somebody has to remove or renew them, so every run and ``ogp status`` name them. They
turn no run red: what is published is right, since the supplier's own word stands.
"""

from collections.abc import Iterable

from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.tables.tables import CorrectionState, Ruling, written

FAILED = (
    CorrectionState.SOURCE_MENDED,
    CorrectionState.SOURCE_CHANGED,
    CorrectionState.ROW_GONE,
    CorrectionState.UNFIT,
)


def among(rulings: Iterable[Ruling]) -> tuple[Ruling, ...]:
    """Those of them that somebody has to look at."""
    return tuple(ruling for ruling in rulings if ruling.state in FAILED)


def describe(ruling: Ruling, language: str) -> str:
    """What happened and what to do, in one sentence."""
    place = {"id": ruling.correction_id, "table": ruling.table, "row": written(ruling.key), "field": ruling.field}
    return say(
        f"correction.failed.{ruling.state}",
        language,
        **place,
        found=ruling.found or say("correction.nothing", language),
    )
