"""Trackers of other kinds: rounds in rows, titles that repeat, two languages in a cell, other words for a status."""

import pytest

from tests.profiling.conftest import Mapper

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
