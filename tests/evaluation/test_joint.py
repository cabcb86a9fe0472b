"""What the forum agreed, and what it did not: decisions by the programme's rule, and nothing averaged."""

from datetime import date

import pytest

from ogp_pipeline.evaluation import EvaluationContext, lineage_of_unit, units_of_metric
from ogp_pipeline.evaluation.findings import rests_on
from tests.evaluation.forum import decided, institutions, judged, positions, seats
from tests.evaluation.mexico_joint_evaluation import COUNTRY as AS_IN_MEXICO
from tests.evaluation.mexico_joint_evaluation import rows as mexican_rows
from tests.evaluation.numbers import computed, found, plan_rows, under
from tests.tables.country import SCHEMAS, known, plan, programme

PLAN = plan("p1", "us-nap5", starts="2021-01-01", ends="2022-12-31")
AS_OF = "2023-09-01"
DAY = date.fromisoformat(AS_OF)
THREE = ["government", "oversight", "civil_society"]
JUDGED = [judged("XX0001", "agency", "complete"), judged("XX0001", "coalition", "limited")]


def country(**decisions):
    return programme(PLAN, evaluation={"decisions": decisions})


def rows(decisions=(), said=(), judgements=JUDGED, terms=None, commitments=("XX0001", "XX0002")):
    made = plan_rows(dict.fromkeys(commitments, ()), clusters={"XX0001": "k"}, leads={"XX0001": ["agency"]})
    return made | {
        "institutions": institutions(),
        "assessments": list(judgements),
        "decisions": list(decisions),
        "decision_positions": list(said),
        "forum_seats": seats() if terms is None else terms,
    }


def only(where, *args, **more):
    (line,) = found("joint_evaluation", where, rows(*args, **more), AS_OF)
    return line


def test_two_judgements_without_a_decision_are_not_agreed_and_never_averaged():
    line = only(country())
    assert line == {
        "plan_id": "p1",
        "subject_table": "commitments",
        "subject_id": "XX0001",
        "variable": "completion",
        "stage": "end_of_term",
        "scale": "ogp-completion-2015",
        "state": "judged_differently",
        "self_code": "complete",
        "civil_code": "limited",
        "parties": 2,
        "differs": True,
        "dissent": 0,
    }


def test_those_who_agree_have_not_decided():
    same = [judged("XX0001", "agency", "complete"), judged("XX0001", "coalition", "complete")]
    line = only(country(), judgements=same)
    assert (line["state"], line["differs"]) == ("judged_alike", False)
    assert "agreed_code" not in line


def test_no_decision_agreement_of_judgements_and_disagreement_are_three_things():
    said = [*JUDGED, judged("XX0002", "agency", "complete")]
    levels = under(computed(country(), rows(judgements=said), AS_OF), "agreed_completion/p1/end_of_term/plan/p1")
    assert {name: four[0] for name, four in levels.items() if four[0]} == {"judged_differently": 1, "not_decided": 1}
    faulty = [decided("d1", "XX0001", quorum="false")]
    levels = under(computed(country(), rows(faulty, (), said), AS_OF), "agreed_completion/p1/end_of_term/plan/p1")
    assert {name: four[0] for name, four in levels.items() if four[0]} == {"not_agreed": 1, "not_decided": 1}


def test_an_assessors_newest_word_counts_and_of_several_organisations_the_lowest():
    said = [
        judged("XX0001", "coalition", "not_started", on="2023-06-01"),
        judged("XX0001", "coalition", "complete", on="2023-07-02"),
        judged("XX0001", "network", "substantial", on="2023-07-01"),
        judged("XX0001", "irm", "no_evidence"),
    ]
    line = only(country(), judgements=said)
    assert (line["civil_code"], line["independent_code"], line["parties"]) == ("substantial", "no_evidence", 3)
    assert "self_code" not in line


def test_codes_of_two_scales_never_stand_in_one_row():
    said = [*JUDGED, judged("XX0001", "irm", "fulfilled", on="2023-07-09", scale="mx-joint-2012")]
    line = only(country(), judgements=said)
    assert (line["scale"], line["self_code"], line["parties"]) == ("ogp-completion-2015", "complete", 3)
    assert line["differs"] is True, "the scale that most sides share, not that of the last to speak"
    assert "independent_code" not in line
    line = only(country(), judgements=[said[0], said[2]])
    assert (line["scale"], line["independent_code"]) == ("mx-joint-2012", "fulfilled"), "of equally many the newest"
    assert not {"self_code", "civil_code", "differs"} & set(line)


def test_a_decision_in_a_code_of_no_scale_in_force_settles_nothing_and_hides_nobody():
    line = only(country(), [decided("d1", "XX0001", "fulfilled")])
    state = (line["scale"], line["state"], line.get("decision_id"))
    assert state == ("ogp-completion-2015", "judged_differently", None)
    assert (line["self_code"], line["civil_code"]) == ("complete", "limited")
    line = only(country(), [decided("d1", "XX0001", "fulfilled", scale="mx-joint-2012")])
    assert (line["agreed_scale"], line["state"]) == ("mx-joint-2012", "agreed"), "said in so many words"
    assert (line["scale"], line["differs"]) == ("ogp-completion-2015", True), "it hides no disagreement of the sides"


@pytest.mark.parametrize(
    ("rule", "cases"),
    [
        (
            {},
            [
                ({}, {}, None),
                ({"quorum": "false"}, {}, "no_quorum"),
                ({}, {"gov": "agrees", "civil": "objects"}, "objection"),
                ({"votes_against": "1"}, {}, "objection"),
                ({"votes_against": "1"}, {"gov": "agrees", "civil": "agrees"}, None),
                ({}, {"gov": "stands_aside", "civil": "stands_aside"}, "nobody_agreed"),
                ({}, {"gov": "stands_aside", "civil": "objects"}, "objection"),
                ({}, {"gov": "absent", "civil": "absent"}, "no_quorum"),
                ({"method": "majority", "votes_for": "9", "votes_against": "1"}, {}, "not_by_rule"),
            ],
        ),
        ({"quorum_seats": 2}, [({}, {}, "no_quorum"), ({"quorum": "true"}, {}, None)]),
        ({"quorum_seats": 3}, [({}, {"gov": "agrees", "civil": "agrees", "ghost": "agrees"}, "no_quorum")]),
        (
            {"parties": THREE},
            [
                ({"quorum": "true"}, {"gov": "agrees", "civil": "agrees"}, "no_quorum"),
                ({}, {"gov": "agrees", "civil": "agrees", "watch": "absent"}, "no_quorum"),
                ({}, {"gov": "agrees", "civil": "agrees", "watch": "stands_aside"}, None),
            ],
        ),
        (
            {"rule": "majority"},
            [
                ({}, {"gov": "stands_aside"}, "nobody_agreed"),
                ({}, {}, None),
                ({"method": "majority", "votes_for": "4", "votes_against": "3"}, {}, None),
                ({"method": "majority", "votes_for": "4", "votes_against": "4"}, {}, "no_majority"),
                ({"method": "majority"}, {}, "no_majority"),
                ({"method": "majority"}, {"gov": "agrees", "civil": "objects"}, "no_majority"),
                (
                    {"method": "majority", "votes_for": "1", "votes_against": "9"},
                    {"gov": "agrees", "civil": "objects", "watch": "agrees"},
                    None,
                ),
            ],
        ),
    ],
    ids=["consensus", "two seats", "three seats", "three parties", "majority"],
)
def test_a_decision_counts_only_by_the_programmes_rule(rule, cases):
    of = {f"XX{number:04}": case for number, case in enumerate(cases, start=1)}
    made = [decided(f"d-{name}", name, "substantial", **decision) for name, (decision, _, _) in of.items()]
    said = [line for name, (_, seats_said, _) in of.items() for line in positions(f"d-{name}", seats_said)]
    judgements = [judged(name, "agency", "complete") for name in of]
    lines = found("joint_evaluation", country(**rule), rows(made, said, judgements, commitments=of), AS_OF)
    assert [
        (line["decision_id"], line.get("fault"), line.get("agreed_code"), line["state"] == "not_agreed")
        for line in lines
    ] == [
        (f"d-{name}", fault, "substantial" if fault is None else None, fault is not None)
        for name, (_, _, fault) in of.items()
    ]


def test_dissent_is_told_beside_what_was_agreed():
    said = positions("d1", {"gov": "agrees", "civil": "stands_aside", "watch": "agrees"})
    line = only(country(), [decided("d1", "XX0001")], said)
    assert (line["state"], line["dissent"]) == ("agreed_with_dissent", 1)
    voted = [decided("d1", "XX0001", method="majority", votes_for="3", votes_against="2")]
    line = only(country(rule="majority"), voted, positions("d1"))
    assert (line["state"], line["dissent"]) == ("agreed", 0), "what the seats said counts before the sums"
    line = only(country(rule="majority"), voted)
    assert (line["state"], line["dissent"]) == ("agreed_with_dissent", 2)
    in_words = only(country(), [decided("d1", "XX0001", dissent_es="Faltan pruebas")])
    assert (in_words["state"], in_words["dissent"]) == ("agreed_with_dissent", 0)


def test_a_seat_counts_only_for_who_held_it_on_the_day():
    where, decision = country(parties=["civil_society"]), [decided("d1", "XX0001", on="2023-08-01")]
    said = positions("d1")
    assert only(where, decision, said, terms=seats(ends="2023-08-01"))["state"] == "agreed"
    assert only(where, decision, said, terms=seats(ends="2023-07-31"))["fault"] == "no_quorum"


def test_the_newest_decision_that_counts_holds_until_another_counts():
    first, second = decided("d1", "XX0001", "limited"), decided("d2", "XX0001", "complete", on="2023-08-20")
    assert only(country(), [first, second])["agreed_code"] == "complete"
    faulty = only(country(), [first, second | {"quorum": "false"}])
    assert (faulty["agreed_code"], faulty["decision_id"], faulty.get("fault")) == ("limited", "d1", None)


def test_a_decision_without_a_stage_is_about_what_had_been_judged_by_then():
    judgements = [
        judged("XX0001", "agency", "limited", "midterm", "2022-02-01"),
        judged("XX0001", "agency", "complete", "end_of_term", "2023-02-01"),
    ]
    lines = found(
        "joint_evaluation", country(), rows([decided("d1", "XX0001", "limited", "2022-03-01")], (), judgements), AS_OF
    )
    assert {line["stage"]: line["state"] for line in lines} == {"midterm": "agreed", "end_of_term": "not_decided"}
    for on, stage in (("2020-12-01", "design"), ("2022-03-01", "midterm"), ("2023-03-01", "end_of_term")):
        line = only(country(), [decided("d1", "XX0002", on=on)], judgements=())
        assert (line["stage"], line["parties"], line["state"]) == (stage, 0, "agreed")


def test_judging_again_moves_no_older_decision_to_another_stage():
    """Judged at design, decided, and the review sent again with the same code: the decision stays one of the design."""
    first = judged("XX0001", "irm", "limited", "design", "2022-02-01")
    again = judged("XX0001", "irm", "limited", "design", "2022-04-01")
    decision = [decided("d1", "XX0001", "limited", "2022-03-01")]
    (line,) = found("joint_evaluation", country(), rows(decision, (), [first, again]), AS_OF)
    assert (line["stage"], line["state"], line["agreed_code"]) == ("design", "agreed", "limited")


def test_a_later_judgement_in_another_scale_moves_no_older_decision():
    """Both scales have the code; the decision is in the one in which it was judged by then."""
    plan_of_2013 = programme(plan("p1", "us-nap5", starts="2013-01-01", ends="2014-12-31"))
    before = judged("XX0001", "agency", "fulfilled", "midterm", "2014-01-01", scale="mx-joint-2012")
    after = judged("XX0001", "agency", "complete", "midterm", "2014-06-01")
    decision = [decided("d1", "XX0001", "fulfilled", "2014-02-01")]
    (line,) = found("joint_evaluation", plan_of_2013, rows(decision, (), [before, after]), AS_OF)
    assert (line["agreed_scale"], line["agreed_code"], line["state"]) == ("mx-joint-2012", "fulfilled", "agreed")


def test_the_joint_evaluation_of_mexicos_first_plan_is_21_fulfilled_15_partly_and_2_not_of_38():
    """The figures of the seed text, from 38 decisions by consensus of three parties; the commitments have no titles."""
    numbers = under(
        computed(AS_IN_MEXICO, mexican_rows(), "2013-06-01"), "agreed_completion/first/end_of_term/plan/first"
    )
    assert {name: four[:3] for name, four in numbers.items()} == {
        "fulfilled": (21, 38, 0),
        "partly_fulfilled": (15, 38, 0),
        "not_fulfilled": (2, 38, 0),
        "not_agreed": (0, 38, 0),
        "judged_alike": (0, 38, 0),
        "judged_differently": (0, 38, 0),
        "not_decided": (0, 38, 0),
    }
    without = mexican_rows()
    without["decisions"] = without["decisions"][1:]
    numbers = under(computed(AS_IN_MEXICO, without, "2013-06-01"), "agreed_completion/first/end_of_term/plan/first")
    assert (numbers["fulfilled"][0], numbers["judged_alike"][0]) == (20, 1)


def test_what_mexico_called_fulfilled_is_high_completion_and_its_partly_may_be():
    numbers = under(computed(AS_IN_MEXICO, mexican_rows(), "2013-06-01"), "assessed_high_completion/first/end_of_term")
    assert numbers["plan/first/all"] == (21, 38, 15, None)


def test_commitments_nobody_spoke_of_are_not_decided_and_missing():
    numbers = under(computed(country(), rows([decided("d1", "XX0001")]), AS_OF), "agreed_completion/p1/end_of_term")
    assert numbers["plan/p1/complete"] == (1, 2, 1, "0.500000")
    assert numbers["plan/p1/not_decided"] == (1, 2, 1, "0.500000")
    assert numbers["institution/agency/complete"] == (1, 1, 0, "1.000000")


def test_decisions_are_counted_with_their_dissent_and_judgements_one_by_one():
    decisions = [
        decided("d1", "XX0001"),
        decided("d2", "XX0002", quorum="false"),
        decided("d3", "XX0001", variable="", code=""),
    ]
    said = [*positions("d1", {"gov": "agrees", "civil": "stands_aside"}), *positions("d3")]
    metrics = computed(country(), rows(decisions, said), AS_OF)
    assert under(metrics, "decisions_agreed/p1") == {
        "end_of_term/plan/p1/all": (1, 2, 0, "0.500000"),
        "end_of_term/cluster/k/all": (1, 1, 0, "1.000000"),
        "end_of_term/institution/agency/all": (1, 1, 0, "1.000000"),
        "all/plan/p1/all": (1, 1, 0, "1.000000"),
        "all/cluster/k/all": (1, 1, 0, "1.000000"),
        "all/institution/agency/all": (1, 1, 0, "1.000000"),
    }
    dissent = under(metrics, "decisions_with_dissent/p1/end_of_term")
    assert dissent["plan/p1/all"] == (1, 2, 1, None)
    assert dissent["cluster/k/all"] == (1, 1, 0, "1.000000")
    assessed = under(metrics, "assessed_completion/p1/end_of_term")
    assert assessed["plan/p1/complete"][:2] == assessed["plan/p1/limited"][:2] == (1, 2)
    assert assessed["assessor/agency/complete"][:2] == (1, 1)
    assert assessed["assessor/coalition/complete"][:2] == (0, 1)


def test_a_number_and_a_row_lead_to_the_judgements_the_decision_and_the_seats():
    tables = known(country(), rows([decided("d1", "XX0001")], positions("d1", ["civil"])), AS_OF)
    expected = {
        ("commitments", ("XX0001",)),
        ("assessments", ("XX0001-agency-end_of_term-2023-07-01",)),
        ("assessments", ("XX0001-coalition-end_of_term-2023-07-01",)),
        ("decisions", ("d1",)),
        ("decision_positions", ("d1", "civil")),
        ("forum_seats", ("civil", "2023-01-01")),
    }
    context = EvaluationContext(tables, country(), SCHEMAS, DAY)
    key = ("p1", "commitments", "XX0001", "completion", "end_of_term")
    assert set(rests_on(context, "joint_evaluation", key)) == expected
    number = "agreed_completion/p1/end_of_term/institution/agency/complete"
    (unit,) = units_of_metric(tables, country(), SCHEMAS, DAY, number).units
    assert set(lineage_of_unit(tables, unit, DAY)) == expected
