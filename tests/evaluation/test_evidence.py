"""The evidence rule, case by case."""

from datetime import date

from ogp_pipeline.evaluation import units_of_metric
from tests.evaluation.numbers import computed, plan_rows, under
from tests.tables.country import SCHEMAS, evidence, known, period, plan, programme, update

COUNTRY = programme(
    plan(
        "p1",
        "us-nap5",
        period("r1", "2023-01-01", "2023-06-30", asks=["progress_text"]),
        period("r2", "2023-07-01", "2023-12-31"),
        period("r3", "2024-01-01", "2024-02-28"),
    )
)

AS_OF = "2024-03-01"


def rows_of(cases, updated=("r1", "r2", "r3")):
    """Each case is a milestone, by its evidence: (round, kind)."""
    rows = plan_rows({"XX0001": [f"m{n}" for n in range(len(cases))]})
    rows["updates"] = [update(f"m{n}", one) for n in range(len(cases)) for one in updated]
    rows["evidence"] = [
        evidence(f"m{n}", one, kind, str(number))
        for n, case in enumerate(cases)
        for number, (one, kind) in enumerate(case, start=1)
    ]
    return rows


def coverage(name, case, updated=("r1", "r2", "r3")):
    metrics = computed(COUNTRY, rows_of([case], updated), AS_OF)
    return under(metrics, f"evidence_coverage/p1/{name}/plan/p1").get("all")


def test_a_milestone_is_evidenced_by_a_link_or_file_or_by_referring_to_an_earlier_one():
    cases = [
        ([], 0),
        ([("r2", "link")], 1),
        ([("r2", "file")], 1),
        ([("r2", "link"), ("r2", "file")], 1),
        ([("r2", "statement")], 0),
        ([("r2", "see_previous")], 0),  # there is nothing to see there
        ([("r1", "link"), ("r2", "see_previous")], 1),
        ([("r1", "statement"), ("r2", "see_previous")], 0),
        ([("r1", "link")], 0),  # an earlier link alone, which the round does not refer to
        ([("r3", "link"), ("r2", "see_previous")], 0),  # later is not previous
        ([("r1", "see_previous"), ("r2", "statement")], 0),
    ]
    tables = known(COUNTRY, rows_of([case for case, _ in cases]), AS_OF)
    found = units_of_metric(tables, COUNTRY, SCHEMAS, date.fromisoformat(AS_OF), "evidence_coverage/p1/r2/plan/p1/all")
    counted = {unit.key: unit.numerator for unit in found.units}
    assert counted == {f"m{n}/r2": expected for n, (_, expected) in enumerate(cases)}
    assert (found.denominator, found.missing) == (len(cases), 0)


def test_only_milestones_with_an_update_in_the_round_are_counted():
    assert coverage("r2", [("r2", "link")], updated=("r1",)) is None


def test_a_round_that_did_not_ask_has_gaps_not_failures():
    assert coverage("r1", []) == (0, 1, 1, None)
    assert coverage("r1", [("r1", "link")]) == (1, 1, 0, "1.000000")
