"""How officials go about commitments, and lessons."""

from tests.evaluation.numbers import computed, plan_rows, under
from tests.tables.country import plan, programme

OLD = plan("p1", "us-nap5", starts="2020-01-01", ends="2021-12-31")
NEW = plan("p2", "us-nap5", starts="2022-01-01", ends="2023-12-31", number=2)


def seen(name: str, institution: str, level: str, day: str):
    return {
        "engagement_id": name,
        "commitment_id": "XX0001",
        "institution_id": institution,
        "level": level,
        "observed_by": "coalition",
        "observed_on": day,
    }


def test_only_the_newest_observation_of_a_commitment_and_institution_counts():
    rows = plan_rows({"XX0001": ["a1"]}) | {
        "engagement": [
            seen("e-2", "ministry", "willing", "2020-06-01"),
            seen("e-1", "ministry", "reluctant", "2020-03-01"),
            seen("e-3", "agency", "reluctant", "2020-03-01"),
        ]
    }
    found = under(computed(programme(OLD), rows, "2021-01-01"), "officials_engagement/p1/all")
    assert {name: four[:2] for name, four in found.items() if four[0]} == {
        "plan/p1/willing": (1, 2),
        "plan/p1/reluctant": (1, 2),
        "institution/ministry/willing": (1, 1),
        "institution/agency/reluctant": (1, 1),
    }


def test_lessons_of_the_newest_plan_are_not_held_against_it():
    said = {"learnt_from": "mistake", "learnt_by": "coalition", "learnt_on": "2020-12-01"}
    lessons = [
        {"lesson_id": "l-1", "plan_id": "p1", "taken_up_in": "p2", **said},
        {"lesson_id": "l-2", "plan_id": "p1", **said},
        {"lesson_id": "l-3", "plan_id": "p2", **said},
    ]
    promised = {"lessons": lessons, "commitments": [{"commitment_id": "XX0002", "plan_id": "p2"}]}
    found = under(computed(programme(OLD, NEW), promised, "2023-01-01"), "lessons_taken_up")
    assert found == {"p1/all/plan/p1/all": (1, 2, 0, "0.500000")}
    empty = {"lessons": lessons, "commitments": [{"commitment_id": "XX0001", "plan_id": "p1"}]}
    assert under(computed(programme(OLD, NEW), empty, "2023-01-01"), "lessons_taken_up") == {}, "nothing to take it up"
