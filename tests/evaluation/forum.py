"""A forum made by hand: who judged, who sits in it, what it decided, as rows of plain text."""

from collections.abc import Mapping, Sequence

SECTORS = {"agency": "government", "coalition": "civil_society", "network": "civil_society", "irm": "multilateral"}
SCALE = "ogp-completion-2015"
Line = dict[str, str]


def institutions() -> list[Line]:
    return [{"institution_id": name, "sector": sector} for name, sector in SECTORS.items()]


def judged(
    subject: str, assessor: str, code: str, stage: str = "end_of_term", on: str = "2023-07-01", **more: str
) -> Line:
    """A judgement of how far a commitment is complete; its key says what it is."""
    return {
        "assessment_id": f"{subject}-{assessor}-{stage}-{on}",
        "subject_table": "commitments",
        "subject_id": subject,
        "assessor_id": assessor,
        "variable": "completion",
        "scale": SCALE,
        "code": code,
        "stage": stage,
        "assessed_on": on,
        **more,
    }


def decided(name: str, subject: str, code: str = "complete", on: str = "2023-08-01", **more: str) -> Line:
    return {
        "decision_id": name,
        "subject_table": "commitments",
        "subject_id": subject,
        "variable": "completion",
        "code": code,
        "method": "consensus",
        "decided_on": on,
        **more,
    }


def seats(ends: str = "") -> list[Line]:
    """One seat for each of three parties."""
    held = {"gov": ("government", "agency"), "watch": ("oversight", "irm"), "civil": ("civil_society", "coalition")}
    return [
        {"seat_id": seat, "party": party, "institution_id": holder, "starts_on": "2023-01-01", "ends_on": ends}
        for seat, (party, holder) in held.items()
    ]


def positions(decision: str, said: Mapping[str, str] | Sequence[str] = ("gov", "watch", "civil")) -> list[Line]:
    """What each seat said; names alone agree."""
    each = said if isinstance(said, Mapping) else dict.fromkeys(said, "agrees")
    return [{"decision_id": decision, "seat_id": seat, "position": position} for seat, position in each.items()]
