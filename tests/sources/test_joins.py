"""Columns of another file of the same delivery, found by a key."""

from pathlib import Path
from typing import Any

from ogp_pipeline.formats.records import RawRow
from ogp_pipeline.programme.mapping import TableMapping
from ogp_pipeline.sources.mapper import Mapped, apply


def rows(file: str, *values: dict[str, str], sheet: str | None = None) -> list[RawRow]:
    return [RawRow(file, number, one, number + 1, sheet) for number, one in enumerate(values, start=1)]


def joined(raw: list[RawRow], **how: Any) -> Mapped:
    join = {"files": "d.csv", "on": {"dept": "code"}, **how}
    columns = {"lead": {"from": "d/name"}}
    return apply("updates", TableMapping.model_validate({"join": {"d": join}, "columns": columns}), raw, Path())


ACTIONS = rows("a.csv", {"dept": "10"}, {"dept": " 11 "}, {"dept": ""})
PARTNERS = rows("d.csv", {"code": "10", "name": "GSA"}, {"code": "11", "name": "OMB"})


def test_a_joined_cell_knows_its_place_in_the_other_file() -> None:
    found = joined(ACTIONS + PARTNERS)
    assert [row.values["lead"] for row in found.rows] == ["GSA", "OMB", ""]
    origin = found.rows[1].origins["lead"]
    assert (origin.file, origin.line, origin.column) == ("d.csv", 3, "name")
    assert not found.problems


def test_a_key_without_a_partner_is_told_where_it_stands_unless_it_may_have_none() -> None:
    (problem,) = joined(ACTIONS + PARTNERS[:1]).problems
    assert (problem.rule, problem.value, problem.number, problem.where.column) == ("no-partner", "11", 2, "dept")
    assert problem.details == {"file": "d.csv", "columns": "code"}
    assert not joined(ACTIONS + PARTNERS[:1], optional=True).problems


def test_partners_that_differ_are_not_guessed_and_the_same_row_twice_is_one() -> None:
    twice = rows("d.csv", {"code": "10", "name": "GSA"}, {"code": "10", "name": "GSA"})
    assert [row.values["lead"] for row in joined(ACTIONS[:1] + twice).rows] == ["GSA"]
    differ = rows("d.csv", {"code": "10", "name": "GSA"}, {"code": "10", "name": "OMB"})
    found = joined(ACTIONS[:1] + differ, optional=True)
    assert [one.rule for one in found.problems] == ["no-partner/several"]
    assert [row.values["lead"] for row in found.rows] == [""]


def test_a_file_that_did_not_come_and_a_key_that_it_lacks_are_each_told_once() -> None:
    assert [one.rule for one in joined(ACTIONS).problems] == ["no-partner/file"]
    (problem,) = (one for one in joined(ACTIONS + rows("d.csv", {"cod": "10"})).problems if one.number is None)
    assert (problem.rule, problem.where.file, problem.details) == ("missing-column", "d.csv", {"column": "code"})


def test_a_sheet_is_joined_as_a_file_is() -> None:
    sheets = rows("t.xlsx", {"dept": "10"}, sheet="Actions") + rows(
        "t.xlsx", {"code": "10", "name": "GSA"}, sheet="Depts"
    )
    assert [row.values["lead"] for row in joined(sheets, files=None, sheet="Dep*").rows] == ["GSA"]
