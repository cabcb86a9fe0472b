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
    above: dict[str, str] = {proposal_id: proposal_id for proposal_id in received}

    def top(proposal: str) -> str:
        while above[proposal] != proposal:
            above[proposal] = above[above[proposal]]  # halves the way for whoever comes next
            proposal = above[proposal]
        return proposal

    def rank(proposal: str) -> tuple[bool, str, str]:
        day = received[proposal]
        return (True, "", proposal) if pd.isna(day) else (False, day.isoformat(), proposal)

    for proposal_id, other in links(tables):
        if proposal_id in above and other in above and plan_of[proposal_id] == plan_of[other]:
            first, second = sorted((top(proposal_id), top(other)), key=rank)
            above[second] = first
    return {proposal_id: top(proposal_id) for proposal_id in above}


def links(tables: Tables) -> Iterator[tuple[str, str]]:
    """Every link (proposal, proposal that says the same)."""
    for table, column in (("proposal_links", "same_as"), ("proposals", "duplicate_of")):
        linked = tables.frames[table][["proposal_id", column]].dropna()
        yield from zip(linked["proposal_id"], linked[column], strict=True)
