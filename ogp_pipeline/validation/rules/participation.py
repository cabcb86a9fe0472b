"""Proposals, the links between them and their answers; events, who came, and who has a stake.

Links, plans and days are judged by what is known and what the delivery says together. What one party cannot mend alone
(the forum an organisation's date, say) is asked about, not refused.
"""

from collections.abc import Iterator, Mapping, Sequence

from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.validation.rules.registry import rule
from ogp_pipeline.validation.scope import Scope, day

TAKEN_UP, LEFT_OUT = ("included", "partly"), ("not_now", "outside_plan")
_LINKS = (("proposal_links", "same_as"), ("proposals", "duplicate_of"))


@rule("authority-proposer")
def authority_proposer(scope: Scope) -> Iterator[Problem]:
    """``authority-proposer``: a proposal in the name of somebody else, or of nobody, which is the public's.

    Every organisation proposes in its own name; only a secretariat (``commitments: all`` and no institution) files what
    others and the public have proposed.
    """
    own = scope.supplier.institution
    if own is None and scope.supplier.commitments == "all":
        return
    for row in scope.of("proposals"):
        if row.values.get("proposer_id", "") != (own or scope.supplier.id):
            yield scope.problem("authority-proposer", row, "proposer_id", own=own or scope.supplier.id)


@rule("link-circle")
def link_circle(scope: Scope) -> Iterator[Problem]:
    """``link-circle``: a proposal that, by the links, repeats itself. Said once for each circle, at its last row."""
    if not any(scope.of(table) for table, _ in _LINKS):
        return
    edges: dict[str, list[str]] = {}
    for table, column in _LINKS:
        for (proposal, *_), said in scope.every(table).items():
            if said.get(column):
                edges.setdefault(proposal, []).append(said[column])
    told = {
        (row.values.get("proposal_id", ""), row.values[column]): (row, column)
        for table, column in _LINKS
        for row in scope.of(table)
        if row.values.get(column)
    }
    order = {pair: place for place, pair in enumerate(told)}
    for circle in _circles(edges):
        pairs = [pair for pair in zip(circle, [*circle[1:], circle[0]], strict=True) if pair in told]
        if pairs:
            row, column = told[max(pairs, key=order.__getitem__)]
            yield scope.problem("link-circle", row, column, circle=" → ".join([*circle, circle[0]]))


@rule("link-other-plan")
def link_other_plan(scope: Scope) -> Iterator[Problem]:
    """``link-other-plan``: a link between proposals to different plans."""
    for table, column in _LINKS:
        if not scope.of(table):
            continue
        proposals = scope.every("proposals")
        for row in scope.of(table):
            own = proposals.get((row.values.get("proposal_id", ""),), {}).get("plan_id", "")
            other = proposals.get((row.values.get(column, ""),), {}).get("plan_id", "")
            if own and other and own != other:
                yield scope.problem("link-other-plan", row, column, plan=own, other=other)


@rule("untraced-response")
def untraced_response(scope: Scope) -> Iterator[Problem]:
    """``untraced-response``: taken up, and no commitment is named that could be followed."""
    for row in scope.of("responses"):
        if row.values.get("outcome") in TAKEN_UP and not row.values.get("commitment_id"):
            proposal = row.values.get("proposal_id", "")
            yield scope.problem("untraced-response", row, "commitment_id", proposal=proposal)


@rule("response-not-taken-up")
def response_not_taken_up(scope: Scope) -> Iterator[Problem]:
    """``response-not-taken-up``: not taken up, and yet a commitment is named."""
    for row in scope.of("responses"):
        if row.values.get("outcome") in LEFT_OUT and row.values.get("commitment_id"):
            outcome = row.values["outcome"]
            labels = next(
                (code.label for code in scope.schemas.codes_of("response_outcome") if code.code == outcome), {}
            )
            words = {f"outcome_{language}": label for language, label in labels.items()}
            yield scope.problem("response-not-taken-up", row, "commitment_id", outcome=outcome, **words)


@rule("response-other-plan")
def response_other_plan(scope: Scope) -> Iterator[Problem]:
    """``response-other-plan``: the commitment that is named is of another plan than the proposal."""
    proposals = scope.every("proposals") if scope.of("responses") else {}
    for row in scope.of("responses"):
        asked = proposals.get((row.values.get("proposal_id", ""),), {}).get("plan_id", "")
        plan = scope.plan_of_commitment(row.values.get("commitment_id", ""))
        if asked and plan is not None and plan.id != asked:
            yield scope.problem("response-other-plan", row, "commitment_id", plan=plan.id, other=asked)


@rule("response-before-proposal")
def response_before_proposal(scope: Scope) -> Iterator[Problem]:
    """``response-before-proposal``: an answer with an earlier day than what it answers."""
    proposals = scope.every("proposals") if scope.of("responses") else {}
    for row in scope.of("responses"):
        received = day(proposals.get((row.values.get("proposal_id", ""),), {}).get("received_on"))
        responded = day(row.values.get("responded_on"))
        if received is not None and responded is not None and responded < received:
            proposal, on = row.values["proposal_id"], received.isoformat()
            yield scope.problem("response-before-proposal", row, "responded_on", proposal=proposal, received=on)


@rule("minutes-missing")
def minutes_missing(scope: Scope) -> Iterator[Problem]:
    """``minutes-missing``: the event has ended, and nothing tells what was said."""
    for row in scope.of("events"):
        ended = day(row.values.get("ends_on") or row.values.get("starts_on"))
        if ended is not None and ended < scope.known_on and not row.values.get("minutes_url"):
            yield scope.problem("minutes-missing", row, "minutes_url", ended=ended.isoformat())


@rule("attendance-before-event")
def attendance_before_event(scope: Scope) -> Iterator[Problem]:
    """``attendance-before-event``: people counted at what has not begun."""
    events = scope.every("events") if scope.of("attendance") else {}
    for row in scope.of("attendance"):
        begins = day(events.get((row.values.get("event_id", ""),), {}).get("starts_on"))
        if begins is not None and begins > scope.known_on:
            starts, received = begins.isoformat(), scope.known_on.isoformat()
            yield scope.problem("attendance-before-event", row, "event_id", starts=starts, received=received)


@rule("stakeholder-unweighed")
def stakeholder_unweighed(scope: Scope) -> Iterator[Problem]:
    """``stakeholder-unweighed``: nobody said how much it cares, or how much it can do."""
    for row in scope.of("stakeholders"):
        for column in ("interest", "influence"):
            if not row.values.get(column):
                yield scope.problem("stakeholder-unweighed", row, column)


@rule("network-of-itself")
def network_of_itself(scope: Scope) -> Iterator[Problem]:
    """``network-of-itself``: an institution that would be its own network."""
    for row in scope.of("memberships"):
        if row.values.get("network_id") and row.values.get("network_id") == row.values.get("institution_id"):
            yield scope.problem("network-of-itself", row, "network_id")


def _circles(edges: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """The circles that a walk along the edges closes, each as its members in order. Every edge is walked once."""
    open_: dict[str, bool] = {}
    for start in edges:
        if start in open_:
            continue
        open_[start] = True
        path, ways = [start], [iter(edges[start])]
        while path:
            following = next(ways[-1], None)
            if following is None:
                open_[path.pop()] = False
                ways.pop()
            elif open_.get(following):
                yield path[path.index(following) :]
            elif following not in open_:
                open_[following] = True
                path.append(following)
                ways.append(iter(edges.get(following, ())))
