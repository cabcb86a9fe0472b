"""What changed between two stages, and between two rounds."""

from tests.evaluation.forum import institutions, judged
from tests.evaluation.numbers import categories, computed, plan_rows, under
from tests.evaluation.test_joint import AS_OF, country
from tests.tables.country import period, plan, programme, update

ROUNDS = programme(
    plan(
        "p1",
        "ogp-completion-2015",
        period("z1", "2023-01-01", "2023-03-31"),
        period("a2", "2023-04-01", "2023-06-30"),
        period("m3", "2023-07-01", "2023-08-31"),
    )
)


def test_an_assessors_two_judgements_compare_on_one_ladder():
    pairs = {
        "XX0001": ("limited", "complete"),
        "XX0002": ("complete", "complete"),
        "XX0003": ("complete", "limited"),
        "XX0004": ("no_evidence", "limited"),
        "XX0005": ("no_evidence", "no_evidence"),
    }
    said = [
        judged(commitment, "irm", code, stage, on)
        for commitment, (first, last) in pairs.items()
        for code, stage, on in ((first, "midterm", "2022-01-01"), (last, "end_of_term", "2023-02-01"))
    ]
    said.append(judged("XX0001", "coalition", "complete"))
    said.append(judged("XX0006", "irm", "complete", "midterm"))
    said.append(judged("XX0006", "irm", "fulfilled", scale="mx-joint-2012"))
    made = plan_rows({f"XX000{n}": () for n in range(1, 7)}) | {"institutions": institutions(), "assessments": said}
    found = under(computed(country(), made, AS_OF), "assessed_transitions/p1/end_of_term")
    assert {name: four[:2] for name, four in found.items() if name.startswith("assessor")} == {
        "assessor/irm/improved": (1, 6),
        "assessor/irm/same": (2, 6),
        "assessor/irm/regressed": (1, 6),
        "assessor/irm/not_comparable": (2, 6),
    }
    assert found["plan/p1/improved"][:2] == (1, 6)


def test_a_round_is_compared_with_the_latest_status_before_it_in_the_calendar():
    said = {
        "m1": ("limited", "substantial", "substantial"),
        "m2": ("limited", "", "not_started"),
        "m3": ("", "limited", "complete"),
        "m4": ("limited", "withdrawn", ""),
    }
    updates = [
        update(milestone, round_, status)
        for milestone, statuses in said.items()
        for round_, status in zip(("z1", "a2", "m3"), statuses, strict=True)
        if status
    ]
    made = plan_rows({"XX0001": list(said)}) | {"updates": updates}
    assert categories("status_transitions", ROUNDS, made, "2023-09-01") == {
        ("m1/a2", "a2"): "improved",
        ("m1/m3", "m3"): "same",
        ("m2/a2", "a2"): "not_reported",
        ("m2/m3", "m3"): "regressed",
        ("m3/a2", "a2"): "not_reported",
        ("m3/m3", "m3"): "improved",
        ("m4/a2", "a2"): "not_comparable",
        ("m4/m3", "m3"): "not_reported",
    }
    numbers = under(computed(ROUNDS, made, "2023-09-01"), "status_transitions/p1/m3/plan/p1")
    assert numbers["improved"] == (1, 4, 1, "0.250000")
    assert numbers["not_reported"] == (1, 4, 1, "0.250000")


def test_no_evidence_compares_with_nothing_but_itself():
    said = {"m1": ("limited", "no_evidence", "no_evidence"), "m2": ("no_evidence", "limited", "complete")}
    updates = [
        update(milestone, round_, status)
        for milestone, statuses in said.items()
        for round_, status in zip(("z1", "a2", "m3"), statuses, strict=True)
    ]
    made = plan_rows({"XX0001": list(said)}) | {"updates": updates}
    changes = categories("status_transitions", ROUNDS, made, "2023-09-01")
    assert [changes[f"{milestone}/{round_}", round_] for milestone in said for round_ in ("a2", "m3")] == [
        "not_comparable", "same", "not_comparable", "improved",
    ]  # fmt: skip
