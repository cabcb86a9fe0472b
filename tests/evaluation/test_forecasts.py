"""From each round to the later ones and to the end of the term; and forecasts held against what was published."""

from datetime import date

from ogp_pipeline.evaluation import EvaluationContext
from ogp_pipeline.evaluation.findings import rests_on
from tests.evaluation.numbers import found, plan_rows
from tests.tables.country import SCHEMAS, known, period, plan, programme, update


def after(country, rows, as_of, table="action_plans"):
    lines = [line for line in found("forecasts", country, rows, as_of) if line["subject_table"] == table]
    return {(line["period_id"], line["target"], line["subject_id"]): line for line in lines}


def counted(scale: str, done: dict[str, int], total: int):
    """Rows of undivided commitments: in each round the first so many are complete, and the others under way."""
    names = [f"XX{number:04}" for number in range(total)]
    level = {"us-nap5": "in_progress", "ogp-completion-2015": "limited"}[scale]
    updates = [
        update(f"{name}.1", name_of_round, "complete" if number < so_many else level)
        for name_of_round, so_many in done.items()
        for number, name in enumerate(names)
    ]
    return plan_rows({name: [f"{name}.1"] for name in names}) | {"updates": updates}


def test_the_united_states_fifth_plan_sped_up_beyond_the_interval_of_its_first_forecast():
    """Secretariat's self-assessment, chart 5: of 70 milestones 56 remained in August 2023, 37 in February 2024."""
    rounds = period("aug", "2022-12-01", "2023-08-31"), period("feb", "2023-09-01", "2024-02-29")
    country = programme(plan("p1", "us-nap5", *rounds, starts="2022-12-01", ends="2024-12-31"))
    lines = after(country, counted("us-nap5", {"aug": 14, "feb": 33}, 70), "2024-08-05")
    test = lines["aug", "feb", "p1"]
    assert (test["complete"], test["of"], test["days_past"], test["days_left"]) == (14, 70, 273, 182)
    assert (test["low"], test["high"], test["actual"], test["within"]) == (17, 28, 33, False)
    ends = lines["feb", "end", "p1"]
    assert (str(ends["expected"]), ends["low"], ends["high"]) == ("45.947589", 41, 52)
    assert "actual" not in ends


def test_spains_plan_of_2014_ended_inside_the_interval_of_its_midterm():
    """IRM: complete 3 of 10 at the midterm, 4 at the end. It names no days; here the midterm is half-way."""
    rounds = period("half", "2014-07-01", "2015-06-30"), period("final", "2015-07-01", "2016-06-29")
    country = programme(plan("p1", "ogp-completion-2015", *rounds, starts="2014-06-30", ends="2016-06-29"))
    lines = after(country, counted("ogp-completion-2015", {"half": 3, "final": 4}, 10), "2016-07-31")
    test = lines["half", "final", "p1"]
    assert (test["low"], test["high"], test["actual"], test["within"]) == (3, 8, 4, True)
    assert lines["half", "end", "p1"]["actual"] == 4, "the last round speaks for the day of the end"
    assert ("final", "end", "p1") not in lines


COUNTRY = programme(
    plan(
        "p1",
        "us-nap5",
        period("r0", "2022-01-01", "2022-03-31", asks=["progress_text"]),
        period("r1", "2022-01-01", "2022-06-30"),
        period("r2", "2022-07-01", "2022-12-31"),
        starts="2022-01-01",
        ends="2023-12-31",
    )
)
ROWS = plan_rows({"XX0001": ["a1", "a2"], "XX0002": ["b1"], "XX0003": ["c1"], "XX0004": []}) | {
    "updates": [
        update("a1", "r0", progress_en="Begun."),
        update("a1", "r1", "complete"),
        update("a2", "r1", "in_progress"),
        update("c1", "r1", "complete"),
        update("a2", "r2", "in_progress"),
        update("c1", "r2", "complete"),
    ]
}


def test_only_rounds_that_asked_for_a_status_are_looked_from_or_at():
    assert list(after(COUNTRY, ROWS, "2023-03-01")) == [("r1", "end", "p1"), ("r1", "r2", "p1"), ("r2", "end", "p1")]


def test_a_commitment_is_as_likely_to_be_complete_as_it_has_little_left_and_unknown_is_not_open():
    lines = {key[2]: line for key, line in after(COUNTRY, ROWS, "2023-03-01", "commitments").items()}
    assert {(line["period_id"], line["target"]) for line in lines.values()} == {("r2", "end")}
    assert list(lines) == ["XX0001", "XX0002", "XX0003"], "one without milestones has nothing to forecast"
    assert (lines["XX0001"]["complete"], lines["XX0001"]["of"]) == (1, 2), "complete once, and nothing said since"
    chances = [float(lines[name]["probability"]) for name in ("XX0001", "XX0002", "XX0003")]
    assert chances == sorted(chances) and chances[0] < chances[1] < chances[2] == 1


def test_what_happened_is_not_said_while_something_is_not_reported():
    line = after(COUNTRY, ROWS, "2023-03-01")["r1", "r2", "p1"]
    assert "actual" not in line and "within" not in line
    told = ROWS | {"updates": [*ROWS["updates"], update("b1", "r2", "not_started")]}
    line = after(COUNTRY, told, "2023-03-01")["r1", "r2", "p1"]
    assert (line["complete"], line["of"], line["actual"], line["within"]) == (2, 4, 2, True)


def test_a_forecast_rests_on_what_the_rounds_up_to_it_said():
    context = EvaluationContext(known(COUNTRY, ROWS, "2023-03-01"), COUNTRY, SCHEMAS, date(2023, 3, 1))
    behind = rests_on(context, "forecasts", ("p1", "r1", "end", "commitments", "XX0001"))
    updates = [key for table, key in behind if table == "updates"]
    assert updates == [("a1", "r1"), ("a2", "r1"), ("c1", "r1")], "its own first, then those that make the pace"
