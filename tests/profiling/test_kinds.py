"""Trackers of other kinds: rounds in rows, titles that repeat, two languages in a cell, other words for a status."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import xlsxwriter

from ogp_pipeline.errors import OgpError
from tests.profiling.conftest import Mapper

Sheet = Sequence[Sequence[str | int]]
PLAN: Sheet = [["No", "Commitment", "Lead ministry"], [1, "Budgets", "Treasury"], [2, "Courts", "Judiciary"]]
STEPS: Sheet = [
    ["Commitment no", "Milestone", "Deadline", "Status"],
    [1, "Draft", "June 2026", "Completed"],
    [1, "Publish", "Q4 2026", "In progress"],
    [2, "Rules", "2026-09-30", "Not started"],
]


def book(mapper: Mapper, sheets: Mapping[str, Sheet]) -> Path:
    path = mapper.folder / "tracker.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        for title, rows in sheets.items():
            sheet = workbook.add_worksheet(title)
            for number, cells in enumerate(rows):
                sheet.write_row(number, 0, cells)
    return path


IN_ROWS = """\
Compromiso;Actividad;Entidad de apoyo;Corte;Estado;% de avance
1: Presupuesto;Diseñar;DNP, SAT;30/06/2025;En ejecución;45,5 %
1: Presupuesto;Diseñar;DNP, SAT;31/12/2025;Cumplido;100 %
1: Presupuesto;Publicar;No aplica;30/06/2025;Sin iniciar;0 %
1: Presupuesto;Publicar;No aplica;31/12/2025;Sin iniciar;5 %
2: Justicia;{};DNP;30/06/2025;En ejecución;10 %
2: Justicia;{};DNP;31/12/2025;En ejecución;20 %
"""


@pytest.mark.parametrize("title", ["Abrir", "Publicar"], ids=["titles of their own", "a title under two commitments"])
def test_a_milestone_that_stands_in_several_rounds_is_one(mapper: Mapper, title: str) -> None:
    preview, result = mapper.run(mapper.lay("t.csv", IN_ROWS.format(title, title)))
    (milestones,) = [table for table in preview.tables if table.name == "milestones"]
    (updates,) = [table for table in preview.tables if table.name == "updates"]
    assert milestones.count == 3 and updates.count == 6
    assert [(row["milestone_id"], row["period_id"], row["percent"]) for row in updates.rows[:2]] == [
        (milestones.rows[0]["milestone_id"], "2025-H1", "45.5"),
        (milestones.rows[0]["milestone_id"], "2025-H2", "100"),
    ]
    assert result.state == "accepted" and preview.rows_waiting == 0


def test_a_cell_that_says_no_institution_is_none(mapper: Mapper) -> None:
    proposal = mapper.propose(mapper.lay("t.csv", IN_ROWS.format("Abrir", "Abrir")))
    (drafted,) = [proposal.source["tables"]["institutions"]]
    assert drafted["where"] == {"Entidad de apoyo": {"empty": False, "not": ["No aplica"]}}


def test_numbers_that_begin_anew_under_each_commitment_are_keys_with_it(mapper: Mapper) -> None:
    lines = [
        f"{c},{'AB'[c - 1]},{m},{'XY'[m - 1]},2025-H{r},In progress" for c in (1, 2) for m in (1, 2) for r in (1, 2)
    ]
    table = "\n".join(["No,Commitment,Milestone no,Milestone,Period,Status", *lines])
    preview, result = mapper.run(mapper.lay("t.csv", table), language="en")
    counts = {table.name: table.count for table in preview.tables}
    assert (counts["commitments"], counts["milestones"], counts["updates"]) == (2, 4, 8) and result.state == "accepted"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("En cours / In progress", "in_progress"), ("Achevé (Completed)", "complete"),
        ("No iniciado | Not started", "not_started"), ("In progress / Completed", None),
        ("In progress (Delayed)", None),
    ],
)  # fmt: skip
def test_a_status_in_two_languages_is_one(mapper: Mapper, said: str, code: str | None) -> None:
    table = mapper.lay("t.csv", f"No,Commitment,Status\n1,Budgets,{said}\n2,Courts,Not started\n")
    status = mapper.propose(table, language="en").source["tables"]["updates"]["columns"]["status"]
    assert status["map"].get(said) == code


@pytest.mark.parametrize(
    ("cells", "shares"),
    [(("0.45", "0", "1"), True), (("0,45", "0", "1"), True), (("45", "0", "1"), False), (("1", "0", "1"), False),
     (("45 %", "0 %", "1 %"), False)],
)  # fmt: skip
def test_percentages_written_as_parts_of_one_are_multiplied(
    mapper: Mapper, cells: tuple[str, ...], shares: bool
) -> None:
    lines = [f"{n};Title {'ABC'[n - 1]};{cell}" for n, cell in enumerate(cells, start=1)]
    preview, _ = mapper.run(mapper.lay("t.csv", "\n".join(["No;Commitment;Progress (%)", *lines])), language="en")
    (updates,) = [table for table in preview.tables if table.name == "updates"]
    assert preview.proposal.source["tables"]["updates"]["columns"]["percent"].get("shares", False) == shares
    assert not shares or [row["percent"] for row in updates.rows] == ["45", "0", "100"]


def test_colours_in_blocks_of_months_are_listed_for_somebody_to_decide(mapper: Mapper) -> None:
    headings = "Ref,Commitment,Jan-June 2025 %,Jan-June 2025 RAG,Jul-Dec 2025 %,Jul-Dec 2025 RAG"
    table = f"{headings}\nC1,Budgets,10,Amber,50,Green\nC2,Courts,0,Red,12.5,Amber\n"
    proposal = mapper.propose(mapper.lay("t.csv", table), language="en")
    updates = proposal.source["tables"]["updates"]
    assert updates["unpivot"]["headings"] == {"percent": "^(.+) %$", "status": "^(.+) RAG$"}
    assert updates["columns"]["period_id"]["map"] == {"Jan-June 2025": "2025-H1", "Jul-Dec 2025": "2025-H2"}
    assert any("“Amber” (2)" in note for note in proposal.notes)


def test_of_two_tables_in_a_sheet_each_is_read_within_its_area(mapper: Mapper) -> None:
    path = book(mapper, {"Tracker": [["Our plan"], *PLAN, [], ["How far it is"], *STEPS]})
    below = mapper.propose(path, language="en")
    assert below.source["read"] == {"kind": "xlsx", "range": "A7:D9999", "heading_row": 7}
    (told,) = [note for note in below.notes if "another table" in note]
    assert "“No”, “Commitment”, “Lead ministry”" in told and "--range A2:D5" in told
    _, plan = mapper.run(path, language="en", area="A2:D5", source="plan")
    preview, steps = mapper.run(path, language="en", source="steps")
    assert (plan.state, steps.state) == ("accepted", "accepted")
    assert {table.name: table.count for table in preview.tables} == {"milestones": 3, "updates": 3}


def test_a_sheet_for_each_commitment_is_one_table(mapper: Mapper) -> None:
    headed = [row[1:] for row in STEPS]
    sheets = {"Open budgets": [["Open budgets"], *headed[:3]], "Open courts": [["Open courts"], headed[0], headed[3]]}
    preview, result = mapper.run(book(mapper, sheets), language="en")
    assert preview.proposal.source["read"] == {"kind": "xlsx", "sheets": list(sheets), "heading_row": 2}
    (commitments,) = [table for table in preview.tables if table.name == "commitments"]
    assert [row["title_en"] for row in commitments.rows] == list(sheets) and result.state == "accepted"
    assert any("each sheet is taken for one" in note for note in preview.proposal.notes)


def test_the_sheet_that_is_most_like_a_table_of_ours_is_read_unless_another_is_asked_for(mapper: Mapper) -> None:
    path = book(mapper, {"Read me": [["Fill in the tracker."]], "Plan": PLAN, "Steps": STEPS})
    proposal = mapper.propose(path, language="en")
    assert proposal.source["read"] == {"kind": "xlsx", "sheet": "Steps"}
    assert any("the sheet “Plan” is not read" in note for note in proposal.notes)
    assert mapper.propose(path, language="en", sheet="Plan").source["read"] == {"kind": "xlsx", "sheet": "Plan"}
    with pytest.raises(OgpError, match="has no sheet “Other”; there are Read me, Plan, Steps"):
        mapper.propose(path, sheet="Other")
    with pytest.raises(OgpError, match="no workbook"):
        mapper.propose(mapper.lay("t.csv", "No,Commitment\n1,Budgets\n"), area="A1:B2")
