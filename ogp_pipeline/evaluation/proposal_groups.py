"""Proposals that say the same, joined by the forum's links.

Both the table ``proposal_links`` and the older column ``duplicate_of`` of ``proposals`` are links. A group is whatever
hangs together by them, in whatever direction and through however many others; a proposal without links is a group of
its own, and a link to a proposal of another plan joins nothing: each plan answers what was proposed to it. Nothing is
merged or deleted: a group only says which answers are answers to whom.
"""

from collections.abc import Iterator, Mapping

import pandas as pd

from ogp_pipeline.tables.tables import Tables


def groups(tables: Tables) -> Mapping[str, str]:
    """Proposal -> the one that stands for its group: the earliest received (unknown days last), then the least id."""
    proposals = tables.frames["proposals"]
    received = dict(zip(proposals["proposal_id"], proposals["received_on"], strict=True))
    plan_of = dict(zip(proposals["proposal_id"], proposals["plan_id"], strict=True))
    above: dict[str, str] = {one: one for one in received}

    def top(one: str) -> str:
        while above[one] != one:
            above[one] = above[above[one]]  # halves the way for whoever comes next
            one = above[one]
        return one

    def rank(one: str) -> tuple[bool, str, str]:
        day = received[one]
        return (True, "", one) if pd.isna(day) else (False, day.isoformat(), one)

    for one, other in links(tables):
        if one in above and other in above and plan_of[one] == plan_of[other]:
            first, second = sorted((top(one), top(other)), key=rank)
            above[second] = first
    return {one: top(one) for one in above}


def links(tables: Tables) -> Iterator[tuple[str, str]]:
    """Every link (proposal, proposal that says the same)."""
    for table, column in (("proposal_links", "same_as"), ("proposals", "duplicate_of")):
        linked = tables.frames[table][["proposal_id", column]].dropna()
        yield from zip(linked["proposal_id"], linked[column], strict=True)
