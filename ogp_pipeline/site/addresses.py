"""Where the page of each thing stands, below the folder of a language. These addresses never change.

    commitment/<id>.html     and ``#<milestone>`` within it
    institution/<id>.html
    plan/<id>.html
    theme/<id>.html
    proposal/<id>.html
    decision/<id>.html       and the forum's session in which it was taken
    event/<id>.html          a meeting or another event of the forum
    metric/<id>.html
    release/<version>.html   what a release changed, in sentences (``release.news.page``)
    card/metric/<id>.html    one number, likewise
    <page>/<table>-<n>.html  from line 201 on, the lines of a long table of that page (``long_tables``)
    card/<id>.html           one commitment, small enough to stand in a frame on somebody else's page

An identity is one of our tables' keys, so it holds nothing but letters, digits, ``.``, ``_`` and ``-``.
"""

LIST = "commitments.html"


def commitment(identity: str) -> str:
    """A commitment's page."""
    return f"commitment/{identity}.html"


def milestone(commitment_id: str, identity: str) -> str:
    """A milestone's place on its commitment's page."""
    return f"{commitment(commitment_id)}#{identity}"


def institution(identity: str) -> str:
    """An institution's page."""
    return f"institution/{identity}.html"


def plan(identity: str) -> str:
    """A plan's page."""
    return f"plan/{identity}.html"


def theme(identity: str) -> str:
    """A theme's page."""
    return f"theme/{identity}.html"


def proposal(identity: str) -> str:
    """A proposal's page."""
    return f"proposal/{identity}.html"


def decision(identity: str) -> str:
    """A decision's page."""
    return f"decision/{identity}.html"


def event(identity: str) -> str:
    """An event's page."""
    return f"event/{identity}.html"


def metric(identity: str) -> str:
    """A metric's page."""
    return f"metric/{identity}.html"


def card(identity: str) -> str:
    """A commitment's card."""
    return f"card/{identity}.html"


def metric_card(identity: str) -> str:
    """The card of a metric's newest number."""
    return f"card/metric/{identity}.html"


def picture(page: str) -> str:
    """The picture of a page, which is shown where somebody shares it."""
    return f"picture/{page.removesuffix('.html')}.png"


def ordered(order: str) -> str:
    """The list of commitments in another order than by plan and theme."""
    return f"commitments/{order}.html"


def of_row(table: str, identity: str, within: str | None = None) -> str | None:
    """The page of a row, ``within``: the commitment of a milestone. None of a table whose rows have no pages."""
    if table == "milestones":
        return milestone(within, identity) if within else None
    return _PAGES[table](identity) if table in _PAGES else None


_PAGES = {
    "commitments": commitment,
    "institutions": institution,
    "action_plans": plan,
    "clusters": theme,
    "proposals": proposal,
    "decisions": decision,
    "events": event,
    "metric_definitions": metric,
}
