"""How far assessors agree, pair by pair and all together."""

from decimal import Decimal

from ogp_pipeline.evaluation import EvaluationContext
from ogp_pipeline.evaluation.findings import rests_on
from tests.evaluation.forum import institutions, judged
from tests.evaluation.numbers import computed, found, plan_rows, under
from tests.evaluation.test_joint import AS_OF, DAY, country
from tests.tables.country import SCHEMAS, known

# (agency, coalition, network) on eight commitments; '' is not judged
SAID = [
    ("complete", "complete", "complete"),
    ("complete", "substantial", ""),
    ("substantial", "limited", "limited"),
    ("limited", "limited", ""),
    ("not_started", "limited", ""),
    ("complete", "withdrawn", ""),
    ("no_evidence", "no_evidence", ""),
    ("", "", "limited"),
]
NAMES = [f"XX{number:04}" for number in range(1, len(SAID) + 1)]


def rows():
    return plan_rows(dict.fromkeys(NAMES, ()), clusters={"XX0003": "k"}) | {
        "institutions": institutions(),
        "assessments": [
            judged(commitment, assessor, code)
            for commitment, codes in zip(NAMES, SAID, strict=True)
            for assessor, code in zip(("agency", "coalition", "network"), codes, strict=True)
            if code
        ],
    }


def agreement():
    return {(line["first_id"], line["second_id"]): line for line in found("agreement", country(), rows(), AS_OF)}


def test_a_pair_is_counted_over_the_subjects_that_both_judged():
    pair = agreement()["agency", "coalition"]
    counts = ("subjects", "both", "agreed", "first_higher", "second_higher")
    assert [pair[name] for name in counts] == [7, 7, 3, 2, 1], "what was withdrawn is neither higher nor lower"


def test_levels_that_are_no_amounts_count_only_where_nothing_is_ordered():
    pair = agreement()["agency", "coalition"]
    # All seven: 3 of 7 the same; by chance (1·1 + 1·0 + 1·3 + 1·1 + 3·1 + 0·1) of 49 = 8/49, so kappa = 13/41.
    assert pair["kappa"] == Decimal("0.317073")
    # The five on the ladder: 3 steps apart in 5, squared 3 too; every first with every second 29 in 25, squared 51.
    assert pair["kappa_linear"] == Decimal("0.482759"), "1 - 15/29"
    assert pair["kappa_quadratic"] == Decimal("0.705882"), "1 - 15/51"


def test_all_together_have_alpha_and_no_kappa():
    everybody = agreement()["all", "all"]
    assert [everybody[name] for name in ("subjects", "both", "agreed")] == [8, 7, 3]
    assert not {"kappa", "kappa_linear", "first_higher"} & set(everybody)
    assert everybody["alpha_nominal"] < everybody["alpha_ordinal"]


def test_a_pair_who_never_differed_because_they_said_one_thing_only_has_no_coefficient():
    pair = agreement()["coalition", "network"]
    assert (pair["both"], pair["agreed"]) == (2, 2)
    one = rows() | {"assessments": [judged("XX0001", who, "complete") for who in ("agency", "coalition")]}
    (_, lonely) = found("agreement", country(), one, AS_OF)
    assert (lonely["agreed"], lonely.get("kappa"), lonely.get("alpha_nominal")) == (1, None, None)


def test_judgements_in_two_scales_meet_nowhere():
    other = [judged("XX0001", "agency", "complete"), judged("XX0001", "coalition", "fulfilled", scale="mx-joint-2012")]
    lines = found("agreement", country(), rows() | {"assessments": other}, AS_OF)
    assert [(line["first_id"], line["both"]) for line in lines] == [("all", 0), ("all", 0)]
    assert not under(computed(country(), rows() | {"assessments": other}, AS_OF), "judgements_in_agreement")


def test_a_line_leads_to_the_judgements_of_its_pair():
    context = EvaluationContext(known(country(), rows(), AS_OF), country(), SCHEMAS, DAY)
    key = ("p1", "completion", "end_of_term", "ogp-completion-2015", "coalition", "network")
    here = {row[1][0].split("-")[1] for row in rests_on(context, "agreement", key)}
    assert here == {"coalition", "network"}
    assert len(rests_on(context, "agreement", (*key[:4], "all", "all"))) == 17


def test_published_numbers_say_how_many_agree_and_who_judges_higher():
    metrics = computed(country(), rows(), AS_OF)
    assert under(metrics, "judgements_in_agreement/p1/end_of_term") == {
        "plan/p1/all": (3, 7, 0, "0.428571"),
        "cluster/k/all": (0, 1, 0, "0.000000"),
    }
    direction = under(metrics, "direction_of_disagreement/p1/end_of_term/plan/p1")
    assert {name: four[:2] for name, four in direction.items()} == {
        "same": (3, 7),
        "self_higher": (2, 7),
        "civil_higher": (1, 7),
        "not_comparable": (1, 7),
    }
