"""A made-up plan with the shape of the U.S. fifth plan, and the totals which its secretariat published.

36 commitments over five clusters, 70 milestones, two rounds of which the first asked for no status. A word
is a commitment, each letter a milestone's status in the second round.
"""

import pytest

from tests.evaluation.numbers import computed, plan_rows, under
from tests.tables.country import period, plan, programme, update

CLUSTERS = {
    "corruption": "C C C P P P P P P P CPPPP CPPP PPPP",
    "data": "C C P P CCCCCCP CPPP CC PN",
    "justice": "C P CCCC CCPP CPPP CPP",
    "service": "C C C CC CP",
    "civic": "C C P P",
}
STATUS = {"C": "complete", "P": "in_progress", "N": "not_started"}
COUNTRY = programme(
    plan(
        "p1",
        "us-nap5",
        period("aug", "2022-12-28", "2023-08-31", asks=["progress_text"]),
        period("feb", "2023-09-01", "2024-02-29"),
    )
)


def rows():
    commitments, clusters, updates = {}, {}, []
    for cluster, words in CLUSTERS.items():
        for word in words.split():
            commitment = f"XX{len(commitments):04}"
            commitments[commitment] = [f"{commitment}.{n}" for n in range(len(word))]
            clusters[commitment] = cluster
            for milestone, letter in zip(commitments[commitment], word, strict=True):
                updates += [
                    update(milestone, "aug", progress_en="Begun."),
                    update(milestone, "feb", STATUS[letter]),
                ]
    return plan_rows(commitments, clusters=clusters) | {"updates": updates}


@pytest.fixture(scope="module")
def metrics():
    return computed(COUNTRY, rows(), "2024-03-15")


def counts(metrics, prefix):
    return {category: four[0] for category, four in under(metrics, prefix).items()}


def test_milestones_33_complete_36_in_progress_1_not_started(metrics):
    levels = {"complete": 33, "in_progress": 36, "not_started": 1, "not_reported": 0}
    assert counts(metrics, "milestone_completion/p1/feb/plan/p1") == levels


def test_commitments_14_complete_22_in_progress(metrics):
    levels = {"complete": 14, "in_progress": 22, "not_started": 0, "not_reported": 0}
    assert counts(metrics, "commitment_completion/p1/feb/plan/p1") == levels
    assert under(metrics, "commitment_completion/p1/feb/plan/p1")["complete"][3] == "0.388889"


def test_commitments_by_cluster_and_as_share_of_the_plan(metrics):
    found = under(metrics, "commitments/p1/all/cluster")
    assert {name: four[:2] for name, four in found.items()} == {
        "corruption/all": (13, 36),
        "data/all": (8, 36),
        "justice/all": (6, 36),
        "service/all": (5, 36),
        "civic/all": (4, 36),
    }


@pytest.mark.parametrize(
    ("cluster", "complete", "in_progress", "not_started"),
    [
        ("corruption", 5, 18, 0),
        ("justice", 9, 8, 0),
        ("data", 11, 7, 1),
        ("civic", 2, 2, 0),
        ("service", 6, 1, 0),
    ],
)
def test_milestones_by_cluster(metrics, cluster, complete, in_progress, not_started):
    found = counts(metrics, f"milestone_completion/p1/feb/cluster/{cluster}")
    assert found == {
        "complete": complete,
        "in_progress": in_progress,
        "not_started": not_started,
        "not_reported": 0,
    }


def test_23_commitments_are_undivided_and_13_divided(metrics):
    found = counts(metrics, "commitment_division/p1/all/plan/p1")
    assert found == {"undivided": 23, "divided": 13, "without_milestones": 0}


def test_burn_down_70_unknown_37(metrics):
    found = under(metrics, "burn_down/p1")
    assert found["start/plan/p1/all"] == (70, 70, 0, "1.000000")
    assert found["aug/plan/p1/all"] == (0, 70, 70, None)
    assert found["feb/plan/p1/all"] == (37, 70, 0, "0.528571")


def test_a_round_that_asked_for_no_status_leaves_commitments_not_asked(metrics):
    found = under(metrics, "commitment_completion/p1/aug/plan/p1")
    assert found["not_asked"] == (36, 36, 36, "1.000000")
    assert found["not_reported"] == (0, 36, 36, None)
    assert "not_asked" not in under(metrics, "commitment_completion/p1/feb/plan/p1")
    assert found["complete"] == (0, 36, 36, None)
