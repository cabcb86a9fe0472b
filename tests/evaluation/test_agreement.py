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


def many(pairs, times, who=("agency", "coalition")):
    """``pairs`` of judgements by two, each on ``times`` commitments."""
    codes = [pair for pair in pairs for _ in range(times)]
    names = [f"XX{number:04}" for number in range(1, len(codes) + 1)]
    return plan_rows(dict.fromkeys(names, ())) | {
        "institutions": institutions(),
        "assessments": [
            judged(commitment, assessor, code)
            for commitment, pair in zip(names, codes, strict=True)
            for assessor, code in zip(who, pair, strict=True)
        ],
    }


def test_levels_that_are_no_amounts_count_only_where_nothing_is_ordered():
    every = [(first, second) for first, second, _ in SAID[:7]]
    (pair, _) = found("agreement", country(), many(every, 2), AS_OF)
    # Twice seven: 6 of 14 the same; by chance (1·1 + 1·0 + 1·3 + 1·1 + 3·1 + 0·1) of 49 = 8/49, so kappa = 13/41.
    assert pair["kappa"] == Decimal("0.317073")
    # The ten on the ladder: 3 steps apart in 5, squared 3 too; every first with every second 29 in 25, squared 51.
    assert pair["kappa_linear"] == Decimal("0.482759"), "1 - 15/29"
    assert pair["kappa_quadratic"] == Decimal("0.705882"), "1 - 15/51"


def test_below_ten_common_subjects_there_are_counts_and_no_coefficient():
    nine, ten = (many([("complete", "complete")] * 5 + [("limited", "complete")] * more, 1) for more in (4, 5))
    statistics = {"kappa", "kappa_linear", "kappa_quadratic", "alpha_nominal", "alpha_ordinal"}
    for line in found("agreement", country(), nine, AS_OF):
        assert (line["both"], line["agreed"]) == (9, 5)
        assert not statistics & set(line)
    (pair, everybody) = found("agreement", country(), ten, AS_OF)
    assert statistics <= set(pair)
    assert {"alpha_nominal", "alpha_ordinal"} <= set(everybody)
    no_amounts = many([("complete", "complete")] * 5 + [("no_evidence", "complete")] * 5, 1)
    (pair, _) = found("agreement", country(), no_amounts, AS_OF)
    assert "kappa" in pair
    assert not {"kappa_linear", "kappa_quadratic", "alpha_ordinal"} & set(pair), "five are left on the ladder"


def test_weights_count_the_levels_of_the_scale_whether_or_not_anybody_gave_them():
    said = [("not_started", "not_started"), ("not_started", "substantial"), ("substantial", "complete")]
    (pair, _) = found("agreement", country(), many(said, 4), AS_OF)
    # Steps apart: 0, 2, 1 of the ladder not_started, limited, substantial, complete; "limited" lies between.
    # Observed 3 in 3; every first (0, 0, 2) with every second (0, 2, 3): 13 in 9.
    assert pair["kappa_linear"] == Decimal("0.307692"), "1 - 9/13"


def test_all_together_have_alpha_and_no_kappa():
    everybody = agreement()["all", "all"]
    assert [everybody[name] for name in ("subjects", "both", "agreed")] == [8, 7, 3]
    every = [(first, second) for first, second, _ in SAID[:7]]
    (_, everybody) = found("agreement", country(), many(every, 2), AS_OF)
    assert not {"kappa", "kappa_linear", "first_higher"} & set(everybody)
    assert everybody["alpha_nominal"] < everybody["alpha_ordinal"]


def test_a_pair_who_never_differed_because_they_said_one_thing_only_has_no_coefficient():
    pair = agreement()["coalition", "network"]
    assert (pair["both"], pair["agreed"]) == (2, 2)
    (pair, _) = found("agreement", country(), many([("complete", "complete")], 10), AS_OF)
    assert (pair["agreed"], pair.get("kappa"), pair.get("alpha_nominal")) == (10, None, None)


def test_judgements_in_two_scales_meet_nowhere():
    other = [judged("XX0001", "agency", "complete"), judged("XX0001", "coalition", "fulfilled", scale="mx-joint-2012")]
    lines = found("agreement", country(), rows() | {"assessments": other}, AS_OF)
    assert [(line["first_id"], line["both"]) for line in lines] == [("all", 0), ("all", 0)]
    assert not under(computed(country(), rows() | {"assessments": other}, AS_OF), "judgements_in_agreement")


def test_a_subject_judged_in_two_scales_counts_once_by_the_newest_judgements():
    again = [
        judged("XX0001", "agency", "complete"),
        judged("XX0001", "coalition", "limited"),
        judged("XX0001", "agency", "fulfilled", on="2023-07-05", scale="mx-joint-2012", assessment_id="a2"),
        judged("XX0001", "coalition", "fulfilled", on="2023-07-05", scale="mx-joint-2012", assessment_id="c2"),
    ]
    numbers = under(computed(country(), rows() | {"assessments": again}, AS_OF), "judgements_in_agreement/p1")
    assert numbers["end_of_term/plan/p1/all"] == (1, 1, 0, "1.000000"), "what was judged before is no longer said"


def test_judgements_of_milestones_count_beside_those_of_commitments():
    parts = plan_rows(
        {"XX0001": ["XX0001.1", "XX0001.2"]}, clusters={"XX0001": "k"}, responsible={"XX0001.1": "agency"}
    )
    said = [
        judged(part, who, code, subject_table="milestones")
        for part, codes in (("XX0001.1", ("complete", "limited")), ("XX0001.2", ("complete", "complete")))
        for who, code in zip(("agency", "coalition"), codes, strict=True)
    ]
    metrics = computed(country(), parts | {"institutions": institutions(), "assessments": said}, AS_OF)
    assert under(metrics, "judgements_in_agreement/p1/end_of_term") == {
        "plan/p1/all": (1, 2, 0, "0.500000"),
        "cluster/k/all": (1, 2, 0, "0.500000"),
        "institution/agency/all": (0, 1, 0, "0.000000"),
    }
    direction = under(metrics, "direction_of_disagreement/p1/end_of_term/plan/p1")
    assert {name: four[0] for name, four in direction.items() if four[0]} == {"same": 1, "self_higher": 1}


def test_sides_share_what_no_pair_of_assessors_does():
    """Six ministries and two organisations judge two commitments each; the sides share twelve."""
    names = [f"XX{number:04}" for number in range(1, 13)]
    agencies = {f"agency{number}": "government" for number in range(6)}
    sectors = agencies | {
        "coalition": "civil_society",
        "network": "civil_society",
        "inai": "oversight",
        "irm": "academia",
    }
    said = []
    for number, name in enumerate(names):
        said.append(judged(name, f"agency{number // 2}", "complete"))
        said.append(judged(name, "coalition", "complete" if number < 9 else "limited"))
        said.append(judged(name, "network", "complete" if number != 0 else "substantial"))
        said.append(judged(name, "inai" if number < 6 else "irm", "limited", on="2023-07-02"))
    made = plan_rows(dict.fromkeys(names, ())) | {
        "institutions": [{"institution_id": name, "sector": sector} for name, sector in sectors.items()],
        "assessments": said,
    }
    lines = {
        (line["first_side"], line["second_side"]): line for line in found("side_agreement", country(), made, AS_OF)
    }
    assert {pair: (line["both"], line["agreed"]) for pair, line in lines.items()} == {
        ("civil_society", "government"): (12, 8),
        ("civil_society", "independent"): (6, 3),
        ("civil_society", "oversight"): (6, 0),
        ("government", "independent"): (6, 0),
        ("government", "oversight"): (6, 0),
    }, "the lowest of civil society"
    both = lines["civil_society", "government"]
    assert (both["first_higher"], both["second_higher"], "kappa" in both) == (0, 4, True)
    assert "kappa" not in lines["civil_society", "independent"]
    context = EvaluationContext(known(country(), made, AS_OF), country(), SCHEMAS, DAY)
    key = ("p1", "completion", "end_of_term", "ogp-completion-2015", "government", "oversight")
    assert len(rests_on(context, "side_agreement", key)) == 18


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
