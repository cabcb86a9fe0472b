"""Whose judgement counts, what is starred under which rule, and what nobody can know."""

from datetime import date

import pytest

from ogp_pipeline.evaluation import EvaluationContext
from ogp_pipeline.evaluation.findings import rests_on
from ogp_pipeline.evaluation.units_of_metric import lineage_of_unit, units_of_metric
from tests.evaluation.numbers import computed, found, under
from tests.tables.country import SCHEMAS, known, plan, programme

AS_OF = "2026-01-01"
SCALES = {"completion": "ogp-completion-2015"}
WHO = {
    "ministry": "government", "coalition": "civil_society", "irm": "multilateral", "university": "academia",
    "auditor": "oversight", "press": "media",
}  # fmt: skip
MODEL = {"specificity": "medium", "potential_impact": "moderate", "completion": "substantial"}


def country(starts="2016-01-01", ends="2017-12-31"):
    return programme(plan("p1", "ogp-completion-2015", starts=starts, ends=ends))


def judged(*lines, stage="end_of_term", commitment="XX0001", values="access_to_information", leads=()):
    """Rows of one commitment; a line is (assessor, variable, code) with a day and a stage where they matter."""
    assessments = []
    for n, (who, variable, code, *more) in enumerate(lines):
        day, at = more if len(more) == 2 else ((*more, "2018-02-01")[0], stage)
        assessments.append(
            {
                "assessment_id": f"a{n}", "subject_table": "commitments", "subject_id": commitment,
                "assessor_id": who, "variable": variable, "scale": SCALES.get(variable, variable), "code": code,
                "stage": at, "assessed_on": day,
            }
        )  # fmt: skip
    return {
        "commitments": [{"commitment_id": commitment, "plan_id": "p1", "values": values}],
        "institutions": [{"institution_id": name, "sector": sector} for name, sector in WHO.items()],
        "commitment_institutions": [
            {"commitment_id": commitment, "institution_id": name, "role": "support"} for name in leads
        ],
        "assessments": assessments,
    }


def decided(code, day="2018-03-01", **more):
    return {
        "decision_id": f"d-{day}", "subject_table": "commitments", "subject_id": "XX0001", "variable": "completion",
        "stage": "end_of_term", "code": code, "method": "consensus", "decided_on": day, **more,
    }  # fmt: skip


def quality(rows, **term):
    return {row["stage"]: row for row in found("commitment_quality", country(**term), rows, AS_OF)}


def completion(rows):
    return quality(rows).get("end_of_term", {}).get("completion")


def model(**other):
    return judged(*(("irm", variable, code) for variable, code in {**MODEL, **other}.items() if code))


LATER = "2018-02-02"
INDEPENDENT = {
    "the newest": ([("irm", "limited"), ("irm", "substantial", LATER)], (), "substantial"),
    "whoever said it": ([("irm", "complete", LATER), ("university", "limited")], (), "complete"),
    "of one day the lowest": ([("irm", "complete"), ("university", "limited")], (), "limited"),
    "of one assessor's day too": ([("irm", "complete"), ("irm", "limited")], (), "limited"),
    "no side alone": ([("ministry", "complete"), ("coalition", "limited")], (), None),
    "nor both": ([("coalition", "complete"), ("ministry", "complete")], (), None),
    "not who has a part in it": ([("auditor", "complete", LATER), ("irm", "limited")], ("auditor",), "limited"),
    "not even alone": ([("auditor", "complete")], ("auditor",), None),
    "not the press": ([("press", "complete")], (), None),
    "nobody unknown": ([("stranger", "complete")], (), None),
    "not of oneself": ([("irm", "complete", "2018-02-01", "self")], (), None),
}


def test_the_independent_judgement_that_counts():
    """It is the same in the joint evaluation. Each case is a commitment of one country."""
    rows = {}
    for case, (lines, leads, _) in INDEPENDENT.items():
        said = judged(*((who, "completion", *rest) for who, *rest in lines), commitment=case, leads=leads)
        for line in said["assessments"]:
            line["assessment_id"] = f"{case}-{line['assessment_id']}"
        rows = {table: [*rows.get(table, ()), *new] for table, new in said.items()}
    rows["institutions"] = said["institutions"]
    counts = {case: code for case, (_, _, code) in INDEPENDENT.items()}
    quality_of = {
        row["commitment_id"]: row.get("completion")
        for row in found("commitment_quality", country(), rows, AS_OF)
        if row["stage"] == "end_of_term"
    }
    assert dict.fromkeys(counts) | quality_of == counts
    joint = found("joint_evaluation", country(), rows, AS_OF)
    assert {row["subject_id"]: row.get("independent_code") for row in joint} == counts


def test_what_the_forum_agreed_counts_before_any_assessor_and_is_no_average():
    rows = judged(("irm", "completion", "complete", "2018-05-01"))
    agreed = rows | {"decisions": [decided("limited"), decided("not_started", "2018-02-01")]}
    assert completion(agreed) == "limited"
    assert completion(rows | {"decisions": [decided("limited", quorum="false")]}) == "complete"
    assert completion(rows | {"decisions": [decided("")]}) == "complete", "a decision without a judgement"


def test_a_judgement_of_the_text_holds_in_later_stages_but_completion_does_not():
    rows = judged(
        ("irm", "specificity", "low", "2016-06-01", "design"),
        ("irm", "completion", "limited", "2017-01-01", "midterm"),
        ("irm", "specificity", "high", "2018-01-01", "end_of_term"),
    )
    stages = quality(rows)
    assert {stage: (row.get("specificity"), row.get("completion")) for stage, row in stages.items()} == {
        "design": ("low", None), "midterm": ("low", "limited"), "end_of_term": ("high", None),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("starts", "impact", "rule", "starred"),
    [
        ("2014-12-31", "moderate", "stars-2013", True),
        ("2015-01-01", "moderate", "stars-2015", False),
        ("2020-12-31", "transformative", "stars-2015", True),
        ("2021-01-01", "transformative", None, None),
    ],
)
def test_stars_follow_the_rule_of_the_year_in_which_the_plan_begins(starts, impact, rule, starred):
    term = {"starts": starts, "ends": "2022-12-31"}
    row = quality(model(potential_impact=impact), **term)["end_of_term"]
    assert (row.get("star_rule"), row.get("starred")) == (rule, starred)
    published = under(
        computed(country(**term), model(potential_impact=impact), AS_OF), "starred_commitments/p1/end_of_term/plan/p1"
    )
    assert published == ({} if rule is None else {"all": (int(starred), 1, 0, f"{int(starred)}.000000")})


@pytest.mark.parametrize(
    ("rows", "starred"),
    [
        (model(potential_impact="transformative"), True),
        (model(potential_impact="transformative", specificity="", verifiability="yes"), True),
        (model(potential_impact="transformative", specificity="low"), False),
        (model(potential_impact="transformative", specificity=""), None),
        (model(potential_impact="", completion="limited"), False),
        (model(potential_impact="transformative", relevance="no"), False),
        (model(potential_impact="transformative", completion="withdrawn"), False),
    ],
    ids=["all", "verifiable", "vague", "not judged", "no is enough", "irrelevant", "withdrawn"],
)
def test_what_is_unknown_matters_only_where_it_could_change_the_answer(rows, starred):
    said = quality(rows)["end_of_term"].get("starred")
    assert said is starred or said == starred
    figures = under(computed(country(), rows, AS_OF), "starred_commitments/p1/end_of_term/plan/p1")["all"]
    assert figures[:3] == (int(starred is True), 1, int(starred is None))
    assert (figures[3] is None) is (starred is None)


@pytest.mark.parametrize(
    ("values", "relevance", "kept"),
    [
        ("technology", "yes", 0),
        ("technology;civic_participation", None, 1),
        ("", "yes", 1),
        ("", None, None),
    ],
)
def test_technology_alone_is_no_value_and_a_judgement_speaks_where_values_are_unknown(values, relevance, kept):
    lines = [("irm", "potential_for_results", "substantial"), ("irm", "completion", "complete")]
    rows = judged(*lines, *([("irm", "relevance", relevance)] if relevance else []), values=values)
    figures = under(
        computed(country("2022-01-01", "2024-12-31"), rows, AS_OF), "strategic_and_kept/p1/end_of_term/plan/p1"
    )
    assert figures["all"][:3] == (kept or 0, 1, int(kept is None))


def test_levels_have_the_commitments_that_nobody_judged_beside_them_and_shares_only_the_judged():
    rows = judged(("irm", "did_it_open_government", "major"), ("irm", "relevance", "yes"))
    rows["commitments"].append({"commitment_id": "XX0002", "plan_id": "p1"})
    metrics = computed(country(), rows, AS_OF)
    assert under(metrics, "relevance/p1/end_of_term/plan/p1") == {
        "no": (0, 2, 1, "0.000000"), "not_judged": (1, 2, 1, "0.500000"), "yes": (1, 2, 1, "0.500000"),
    }  # fmt: skip
    assert under(metrics, "strong_early_results/p1/end_of_term/plan/p1") == {"all": (1, 1, 0, "1.000000")}
    assert not under(metrics, "specificity/p1"), "a variable that nobody judged has no rows"


@pytest.mark.parametrize(
    ("starts", "variable", "code", "metric", "number"),
    [
        ("2019-01-01", "potential_impact", "transformative", "strategic_commitments", (1, 1)),
        ("2020-01-01", "potential_impact", "transformative", "strategic_commitments", None),
        ("2019-01-01", "potential_for_results", "substantial", "strategic_commitments", None),
        ("2020-01-01", "potential_for_results", "substantial", "strategic_commitments", (1, 1)),
        ("2020-01-01", "did_it_open_government", "major", "strong_early_results", (1, 1)),
        ("2021-01-01", "did_it_open_government", "major", "strong_early_results", None),
        ("2020-01-01", "early_results", "significant", "strong_early_results", None),
        ("2021-01-01", "early_results", "significant", "strong_early_results", (1, 1)),
    ],
)
def test_a_variable_counts_for_plans_of_its_years_only(starts, variable, code, metric, number):
    where = country(starts=starts, ends=f"{int(starts[:4]) + 1}-12-31")
    numbers = under(computed(where, judged(("irm", variable, code)), AS_OF), f"{metric}/p1/end_of_term/plan/p1")
    assert (numbers["all"][:2] if numbers else None) == number


def test_a_number_leads_to_what_was_judged():
    rows = model() | {"decisions": [decided("limited")]}
    tables = known(country(), rows, AS_OF)
    key = "assessed_high_completion/p1/end_of_term/plan/p1/all"
    explained = units_of_metric(tables, country(), SCHEMAS, date.fromisoformat(AS_OF), key)
    (unit,) = explained.units
    assert unit.key == "XX0001/end_of_term"
    behind = lineage_of_unit(tables, unit, date.fromisoformat(AS_OF))
    assert behind[0] == ("commitments", ("XX0001",))
    assert ("decisions", ("d-2018-03-01",)) in behind and ("assessments", ("a2",)) in behind
    context = EvaluationContext(tables, country(), SCHEMAS, date.fromisoformat(AS_OF))
    counts = rests_on(context, "commitment_quality", ("XX0001", "end_of_term"))
    assert ("decisions", ("d-2018-03-01",)) in counts and ("assessments", ("a0",)) in counts
    assert ("assessments", ("a2",)) not in counts, "the decision speaks in its place"
