"""The SMART checklist: what the plan shows, what somebody judged, and what is not known."""

from datetime import date

from pandas.testing import assert_frame_equal

from ogp_pipeline.evaluation import judgements
from ogp_pipeline.evaluation.registry import EvaluationContext
from ogp_pipeline.evaluation.units_of_metric import lineage_of_unit, units_of_metric
from tests.evaluation.numbers import computed, found, plan_rows, under
from tests.tables.country import SCHEMAS, known, plan, programme

AS_OF = "2024-01-01"
COUNTRY = programme(plan("p1", "us-nap5"))
LEADS = {"XX0001": ["a"], "XX0002": ["a"]}
DUE = {"m1": "2023-06-30", "m2": "2023-06-30"}
PLAN = plan_rows({"XX0001": ["m1", "m2"], "XX0002": ["m3"], "XX0003": []}, leads=LEADS, due=DUE)


def assessment(commitment, variable, code, stage="design"):
    return {
        "assessment_id": f"{commitment}-{variable}-{stage}", "subject_table": "commitments", "subject_id": commitment,
        "assessor_id": "irm", "variable": variable, "scale": variable, "code": code, "stage": stage,
        "assessed_on": "2023-03-01",
    }  # fmt: skip


def judged(*assessments):
    return PLAN | {
        "institutions": [{"institution_id": "irm", "sector": "multilateral"}],
        "assessments": list(assessments),
    }


def criteria(rows):
    return under(computed(COUNTRY, rows, AS_OF), "smart_criteria/p1/all/plan/p1")


def test_two_criteria_are_read_from_the_plan_and_the_others_are_missing():
    assert criteria(PLAN) == {
        "specific": (2, 3, 0, "0.666667"),
        "time_bound": (1, 3, 0, "0.333333"),
        "measurable": (0, 3, 3, None),
        "achievable": (0, 3, 3, None),
        "relevant": (0, 3, 3, None),
    }


def test_what_has_not_come_yet_is_unknown_and_not_unmet():
    bare = plan_rows({"XX0001": [], "XX0002": []})
    assert {figures[:3] for figures in criteria(bare).values()} == {(0, 2, 2)}
    without_leads = plan_rows({"XX0001": ["m1"]}, due=DUE)
    assert criteria(without_leads)["specific"][:3] == (0, 1, 1)
    assert criteria(without_leads)["time_bound"][:3] == (1, 1, 0)
    without_dates = plan_rows({"XX0001": ["m1"]}, leads=LEADS)
    assert criteria(without_dates)["time_bound"][:3] == (0, 1, 1)
    assert criteria(without_dates)["specific"][:3] == (1, 1, 0)


def test_a_lead_without_a_milestone_is_not_specific_once_the_plan_has_milestones_and_unknown_before():
    alone = plan_rows({"XX0001": []}, leads=LEADS)
    assert criteria(alone)["specific"][:3] == (0, 1, 1), "the plan's milestones have not come"
    beside = plan_rows({"XX0001": [], "XX0002": ["m1"]}, leads=LEADS)
    assert criteria(beside)["specific"][:3] == (1, 2, 0)


def test_a_judgement_wins_over_what_the_plan_shows_and_partly_is_not_met():
    rows = judged(
        assessment("XX0001", "smart_specific", "partly"),
        assessment("XX0003", "smart_specific", "no", "design"),
        assessment("XX0003", "smart_specific", "yes", "midterm"),
        assessment("XX0001", "smart_measurable", "yes"),
    )
    assert criteria(rows)["specific"][:3] == (2, 3, 0), "XX0002 as read, XX0003 by its newest stage"
    assert criteria(rows)["measurable"][:3] == (1, 3, 2)
    quality = {(row["commitment_id"], row["stage"]): row for row in found("commitment_quality", COUNTRY, rows, AS_OF)}
    assert (quality["XX0001", "design"]["smart_met"], quality["XX0001", "design"]["smart_known"]) == (2, 3)
    assert quality["XX0003", "design"]["smart_met"] == 0 and quality["XX0003", "midterm"]["smart_met"] == 1


def test_a_criterion_is_explained_by_its_own_units():
    key = "smart_criteria/p1/all/plan/p1/time_bound"
    explained = units_of_metric(known(COUNTRY, PLAN, AS_OF), COUNTRY, SCHEMAS, date.fromisoformat(AS_OF), key)
    assert (explained.numerator, explained.denominator, explained.missing) == (1, 3, 0)
    assert [unit.key for unit in explained.units if unit.numerator] == ["XX0001/design"]
    behind = lineage_of_unit(known(COUNTRY, PLAN, AS_OF), explained.units[0], date.fromisoformat(AS_OF))
    assert {("commitment_institutions", ("XX0001", "a", "lead")), ("milestones", ("m2",))} <= set(behind)


def test_without_any_judgement_the_table_is_that_of_one_which_counts_for_nothing():
    unknown = judged(assessment("XX0009", "completion", "complete")) | {"assessments": []}
    without = EvaluationContext(known(COUNTRY, unknown, AS_OF), COUNTRY, SCHEMAS, date.fromisoformat(AS_OF))
    of_a_cluster = dict(assessment("p1", "completion", "complete"), subject_table="action_plans")
    rows = known(COUNTRY, judged(of_a_cluster), AS_OF)
    uncounted = EvaluationContext(rows, COUNTRY, SCHEMAS, date.fromisoformat(AS_OF))
    assert not without.has(("assessments",)) and uncounted.has(("assessments",))
    assert_frame_equal(judgements.wide(without), judgements.wide(uncounted), check_index_type=False)
