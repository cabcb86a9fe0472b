"""Quarantining: in time linear in the rows, however long the chains are."""

from datetime import date
from pathlib import Path

import pytest

from ogp_pipeline.formats.records import RawRow
from ogp_pipeline.intake.problem import Problem, Severity
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.validation import quarantining
from ogp_pipeline.validation.rules import RULES
from ogp_pipeline.validation.scope import Scope
from tests.validation.country import Country, build


@pytest.fixture
def country(tmp_path: Path) -> Country:
    return build(tmp_path)


def milestone(number: int, name: str, parent: str, **more: str) -> MappedRow:
    values = {"milestone_id": name, "commitment_id": "MX0001", "parent_id": parent, "title_es": "Hito", **more}
    raw = RawRow("hitos.csv", number, values, line=number + 1)
    return MappedRow("milestones", values, {column: raw.locate(column) for column in values}, raw)


def divide(
    country: Country, rows: list[MappedRow], places: quarantining.Places | None = None
) -> quarantining.Divided | None:
    supplier, known, programme = country.programme.supplier("foro"), country.known, country.programme
    by_table = {name: [row for row in rows if row.table == name] for name in ("milestones", "assessments")}
    scope = Scope(by_table, supplier, date(2024, 7, 1), known, programme, country.schemas)
    problems = [problem for rule in RULES.values() for problem in rule(scope)]
    return quarantining.divide(scope, problems, places or quarantining.Places([row.row for row in rows], []))


def test_a_long_chain_goes_as_a_whole_and_quickly(country: Country) -> None:
    chain = [milestone(n, f"MX0001.a{n}", f"MX0001.a{n - 1}") for n in range(1, 2000)]
    good = milestone(6000, "MX0001.good", "")
    found = divide(country, [*chain, good])
    assert found is not None
    assert [row.values["milestone_id"] for row in found.rows["milestones"]] == ["MX0001.good"]
    assert len(found.quarantined) == found.waiting == len(chain)
    told = [problem for problem in found.problems if problem.rule == "row-depends"]
    assert len(told) == len(chain) - 1, "the first one has no parent; each of the others waits for the one before"


def test_a_circle_that_hangs_on_a_bad_row_does_not_go_round_for_ever(country: Country) -> None:
    rows = [
        milestone(1, "MX0001.a", "MX0001.b", institution_id="nadie"),
        milestone(2, "MX0001.b", "MX0001.c"),
        milestone(3, "MX0001.c", "MX0001.a"),
        milestone(4, "MX0001.d", ""),
    ]
    found = divide(country, rows)
    assert found is not None and [row.row.number for row in found.rows["milestones"]] == [4]


def test_a_judgement_goes_with_its_subject(country: Country) -> None:
    rows = [milestone(1, "MX0001.a", "", institution_id="nadie"), milestone(2, "MX0001.b", "")]
    judged = [
        MappedRow("assessments", {"assessment_id": one, "subject_table": "milestones", "subject_id": one}, {}, raw)
        for number, one in enumerate(("MX0001.a", "MX0001.b"), 3)
        for raw in (RawRow("hitos.csv", number, {}, line=number + 1),)
    ]
    found = divide(country, [*rows, *judged])
    assert found is not None
    assert [row.row.number for kept in found.rows.values() for row in kept] == [2, 4]


def test_what_is_known_already_bears_a_row_although_its_correction_waits(country: Country) -> None:
    rows = [milestone(1, "MX0001.1", "", institution_id="nadie"), milestone(2, "MX0001.1.1", "MX0001.1")]
    found = divide(country, rows)
    assert found is not None and [row.row.number for row in found.rows["milestones"]] == [2]


def test_a_problem_whose_row_cannot_be_told_refuses_the_delivery(country: Country) -> None:
    good, bad = milestone(1, "MX0001.9", ""), milestone(2, "MX0001.8", "MX0001.404")
    assert divide(country, [good, bad]) is not None
    assert divide(country, [good, bad], quarantining.Places([], [])) is None


def tracker_row(number: int, status: str, milestone: str = "") -> list[MappedRow]:
    """One line of a tracker, as its mapping made it: a milestone and an update."""
    name = milestone or f"MX0001.t{number}"
    raw = RawRow("tracker.csv", number, {"id": name, "status": status}, line=number + 1)
    said = {"milestone_id": name, "commitment_id": "MX0001", "title_es": "Hito"}
    update = {"milestone_id": name, "period_id": "2024-1", "status": status, "progress_es": "Texto"}
    return [
        MappedRow("milestones", said, {"milestone_id": raw.locate("id")}, raw),
        MappedRow("updates", update, {"milestone_id": raw.locate("id"), "status": raw.locate("status")}, raw),
    ]


def parted(country: Country, rows: list[MappedRow], problems: list[Problem]) -> quarantining.Divided:
    supplier, known, programme = country.programme.supplier("foro"), country.known, country.programme
    by_table = {name: [row for row in rows if row.table == name] for name in ("milestones", "updates")}
    scope = Scope(by_table, supplier, date(2024, 7, 1), known, programme, country.schemas)
    divided = quarantining.divide(scope, problems, quarantining.Places([row.row for row in rows], []))
    assert divided is not None
    return divided


def fault(row: MappedRow, table: str | None, field: str | None, rule: str = "unmapped-value") -> Problem:
    return Problem(rule, Severity.BLOCKS, row.row.locate("status"), table, field, row.row.values["status"], {})


def test_a_status_that_nobody_knows_sets_aside_the_update_and_not_the_milestone_of_its_line(country: Country) -> None:
    good, bad = tracker_row(1, "in_progress"), tracker_row(2, "No Trackab")
    divided = parted(country, [*good, *bad], [fault(bad[1], "updates", "status")])
    entered = [(row.table, row.row.number) for rows in divided.rows.values() for row in rows]
    assert entered == [("milestones", 1), ("milestones", 2), ("updates", 1)]
    assert [(row.table, row.key) for row in divided.quarantined] == [("updates", ("MX0001.t2", "2024-1"))]
    assert (divided.waiting, divided.in_part) == (1, 1)


def test_what_a_reader_could_not_take_sets_aside_only_the_rows_that_took_it(country: Country) -> None:
    good, bad = tracker_row(1, "in_progress"), tracker_row(2, "")
    divided = parted(country, [*good, *bad], [fault(bad[1], None, None, "formula-cell")])
    assert [row.table for row in divided.quarantined] == ["updates"]


def test_a_fault_of_a_table_that_the_line_does_not_feed_takes_nothing_else(country: Country) -> None:
    """As where ``distinct`` has kept the cluster of an earlier line."""
    good, bad = tracker_row(1, "in_progress"), tracker_row(2, "in_progress")
    divided = parted(country, [*good, *bad], [fault(bad[0], "clusters", "name_es")])
    assert sum(map(len, divided.rows.values())) == 4
    assert [(row.table, row.key) for row in divided.quarantined] == [("clusters", ())]


def test_one_piece_of_a_split_cell_does_not_take_the_others(country: Country) -> None:
    raw = RawRow("tracker.csv", 1, {"status": "M1; M9"}, line=2)
    place = {"milestone_id": raw.locate("status")}
    rows = [
        MappedRow("milestones", {"milestone_id": name, "commitment_id": "MX0001", "title_es": "Hito"}, place, raw)
        for name in ("MX0001.p1", "")
    ]
    problem = Problem("unmapped-value", Severity.BLOCKS, raw.locate("status"), "milestones", "milestone_id", "M9", {})
    divided = parted(country, rows, [problem])
    assert [row.values["milestone_id"] for row in divided.rows["milestones"]] == ["MX0001.p1"]
    assert (divided.waiting, divided.in_part) == (1, 1)
