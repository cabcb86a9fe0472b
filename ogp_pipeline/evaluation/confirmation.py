"""Whether another party confirmed a claim: an institution of another sector than the one that claims it.

The rule stands in schemas/metrics/ripple_confirmed.json. It is kept here for whoever shows single claims.
"""

import pandas as pd

from ogp_pipeline.evaluation.units import TEXT, look_up

CONFIRMED, SAME_SECTOR, SECTOR_UNKNOWN = "confirmed", "same_sector", "sector_unknown"


def confirmations(claims: pd.DataFrame, institutions: pd.DataFrame) -> "pd.Series[str]":
    """What the confirmation of each claim is worth, at the claims' index; null where nobody confirmed.

    ``claims``: rows with ``claimed_by`` and ``confirmed_by``. ``institutions``: the table.
    """
    sectors = institutions.set_index("institution_id")["sector"]
    claimed, confirmed = (look_up(claims[column], sectors) for column in ("claimed_by", "confirmed_by"))
    said = claimed.notna() & confirmed.notna()
    same = (claimed == confirmed).fillna(False).astype("bool")
    worth = pd.Series(CONFIRMED, index=claims.index, dtype=TEXT).mask(same, SAME_SECTOR).mask(~said, SECTOR_UNKNOWN)
    return worth.mask(claims["confirmed_by"].isna())
