"""The joint evaluation of a first plan as the seed text reports it, remade from judgements and decisions.

The text gives three figures: of the plan's 38 commitments, government and civil society together found 21 completely
fulfilled, 15 partly, and 2 not. Everything else here is made up so that these figures come out: commitments without
titles in a country XX, three parties with a seat each, and both sides judging as was later decided by consensus.
"""

from tests.evaluation.forum import decided, institutions, judged, positions, seats
from tests.evaluation.numbers import plan_rows
from tests.tables.country import plan, programme

SCALE = "mx-joint-2012"
AGREED = {"fulfilled": 21, "partly_fulfilled": 15, "not_fulfilled": 2}
COUNTRY = programme(
    plan("first", "us-nap5", starts="2011-09-20", ends="2012-09-19"),
    evaluation={
        "decisions": {"rule": "consensus", "quorum_seats": 3, "parties": ["government", "oversight", "civil_society"]}
    },
)


def rows() -> dict[str, list[dict[str, str]]]:
    """The rows that the forum and both sides would send."""
    codes = [code for code, count in AGREED.items() for _ in range(count)]
    named = {f"XX{number:04}": code for number, code in enumerate(codes, start=1)}
    return plan_rows(dict.fromkeys(named, ()), plan="first") | {
        "institutions": institutions(),
        "forum_seats": [seat | {"starts_on": "2011-12-01"} for seat in seats()],
        "assessments": [
            judged(commitment, assessor, code, on="2012-10-01", scale=SCALE)
            for commitment, code in named.items()
            for assessor in ("agency", "coalition")
        ],
        "decisions": [
            decided(f"d-{commitment}", commitment, code, on="2012-11-15", stage="end_of_term", scale=SCALE)
            for commitment, code in named.items()
        ],
        "decision_positions": [one for commitment in named for one in positions(f"d-{commitment}")],
    }
