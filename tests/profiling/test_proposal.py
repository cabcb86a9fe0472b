"""What is proposed for files of real kinds loads, runs, and reads what a person would have read."""

import csv
import json
import shutil
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
import yaml

from ogp_pipeline.errors import OgpError
from ogp_pipeline.profiling.proposal import Wish
from ogp_pipeline.runs import first_mapping
from ogp_pipeline.runs.first_mapping import MappingPreview, files_of
from tests.profiling.conftest import NOW, PROGRAMME, Mapper

ROOT = Path(__file__).resolve().parents[2]
TWO_ROWS = """\
Seguimiento del plan de acción,,,,,,,
Corte al 30 de junio de 2025,,,,,,,
,,,,Primer semestre 2025,,Segundo semestre 2025,
No.,Compromiso,Responsable,Fecha límite,Estado,Avance,Estado,Avance
1,Presupuesto abierto,Secretaría de Finanzas (SEFIN),30/06/2025,En proceso,Se redactó.,Concluido,Se publicó.
2,Justicia abierta,Corte Suprema,31/12/2026,No iniciado,,En proceso,Hay un borrador.
3,Contratos,Secretaría de Finanzas (SEFIN),15/03/2026,Sin inciar,,N/A,
"""
NESTED = {
    "updated": "2025-07-01",
    "plan": {
        "commitments": [
            {
                "number": 1,
                "title": "Open budgets",
                "theme": "Fiscal openness",
                "lead": {"name": "Ministry of Finance (MOF)"},
                "milestones": [
                    {"number": "1.1", "title": "Publish the draft", "deadline": "2025-06-30", "status": "Completed"},
                    {"number": "1.2", "title": "Hold hearings", "deadline": "2025-12-31", "status": "In progress"},
                ],
            },
            {"number": 2, "title": "Open courts", "theme": "Justice", "lead": {"name": "Court"}, "milestones": []},
        ]
    },
}
CATALOGUE = {
    "resources": [
        {
            "fields": [
                {"datastore_id": "reporting_period", "choices": {"2025-06": "2025-06", "2025-12": "2025-12"}},
                {"datastore_id": "commitments", "choices": {"C01": {"en": "Open dialogue"}, "C02": {"en": "Trust"}}},
                {"datastore_id": "milestones", "choices": {"C01.1": {"en": "A forum"}, "C02.1": {"en": "A register"}}},
                {
                    "datastore_id": "indicators",
                    "choices": {
                        "C01.1.1": {"en": "Draft a plan", "deadline": {"en": "Fall 2027"}, "lead_dept": "rcmp-grc"},
                        "C02.1.1": {"en": "Publish it", "deadline": {"en": "Ongoing"}, "lead_dept": ["tbs", "pch"]},
                    },
                },
                {"datastore_id": "status", "choices": {"NS": {"en": "Not started"}, "C": {"en": "Complete"}}},
            ]
        }
    ]
}


def rows(preview: MappingPreview, table: str) -> list[tuple[str, ...]]:
    (found,) = [one for one in preview.tables if one.name == table]
    return [tuple(row.values()) for row in found.rows]


def test_a_csv_with_titles_and_headings_in_two_rows(mapper: Mapper) -> None:
    preview, result = mapper.run(mapper.lay("avance.csv", TWO_ROWS))
    assert preview.proposal.source["read"] == {"kind": "csv", "heading_row": [3, 4]}
    assert rows(preview, "milestones")[1] == (
        "2.1", "2", "corte-suprema", "Justicia abierta", "2026-12-31", "day",
    )  # fmt: skip
    assert rows(preview, "updates")[:3] == [
        ("1.1", "2025-H1", "in_progress", "Se redactó."),
        ("1.1", "2025-H2", "complete", "Se publicó."),
        ("2.1", "2025-H1", "not_started", ""),
    ]
    assert preview.unread == () and result.state == "accepted"
    assert "Sin inciar: not_started" in preview.proposal.text  # a slip of the pen is found, and listed for all to see


def test_a_workbook_with_merged_headings_and_days_that_are_days(mapper: Mapper) -> None:
    path = mapper.folder / "avance.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Avance")
        for row, cells in enumerate(csv.reader(TWO_ROWS.splitlines())):
            sheet.write_row(row, 0, cells)
        sheet.merge_range("A1:H1", "Seguimiento del plan de acción")
        sheet.merge_range("E3:F3", "Primer semestre 2025")
        sheet.merge_range("G3:H3", "Segundo semestre 2025")
        sheet.write_datetime("D5", date(2025, 6, 30), book.add_format({"num_format": "dd/mm/yyyy"}))
    preview, result = mapper.run(path)
    assert preview.proposal.source["read"] == {"kind": "xlsx", "heading_row": [3, 4]}
    assert rows(preview, "milestones")[0][4] == "2025-06-30"
    assert rows(preview, "updates")[1][:3] == ("1.1", "2025-H2", "complete")
    assert result.state == "accepted"


QUARTERS = """\
No.,Compromiso,Actividad,Trimestre 1,,Trimestre 2,
,,,Avance,Estado,Avance,Estado
1,Presupuesto abierto,Acordar el formato,62 %,En proceso,100 %,Concluido
1,Presupuesto abierto,Publicar el primer año,0 %,No iniciado,25 %,En proceso
Total,,,31 %,,62.5 %,
"""


def test_rounds_of_quarters_with_percentages_and_a_total(mapper: Mapper) -> None:
    named = PROGRAMME.replace("Primer semestre de 2025", "Trimestre 1").replace(
        "Segundo semestre de 2025", "Trimestre 2"
    )
    mapper.lay("programme.yaml", named)
    preview, result = mapper.run(mapper.lay("matriz.csv", QUARTERS))
    assert [row[0] for row in rows(preview, "milestones")] == ["1.1", "1.2"]  # by commitment: the total is no row
    assert rows(preview, "updates") == [
        ("1.1", "2025-H1", "in_progress", "62"), ("1.1", "2025-H2", "complete", "100"),
        ("1.2", "2025-H1", "not_started", "0"), ("1.2", "2025-H2", "in_progress", "25"),
    ]  # fmt: skip
    assert "columns-not-mapped" not in {problem.rule for problem in preview.problems}
    assert preview.unread == () and result.state == "accepted"


def test_rounds_that_no_period_is_called_give_no_reports_and_say_what_to_do(mapper: Mapper) -> None:
    proposal = mapper.propose(mapper.lay("matriz.csv", QUARTERS))
    assert "updates" not in proposal.tables
    assert any("“Trimestre 1”" in note and "give its `periods` these titles" in note for note in proposal.notes)


def test_what_no_code_is_like_is_listed_as_a_comment_and_nothing_is_guessed(mapper: Mapper) -> None:
    path = mapper.lay("avance.csv", TWO_ROWS.replace("Sin inciar", "Retrasado"))
    preview, result = mapper.run(path)
    text = mapper.open().content.decode()
    assert "# Retrasado: ?  # found 1 ×" in text and "Retrasado:" not in text.replace("# Retrasado", "")
    assert any("Retrasado" in note for note in preview.proposal.notes)
    assert [problem.value for problem in preview.problems if problem.level == "blocks"] == ["Retrasado"]
    assert result.state == "in_part"  # the others are taken


def test_json_of_lists_in_lists_with_a_commitment_without_milestones(mapper: Mapper) -> None:
    preview, result = mapper.run(mapper.lay("tracker.json", json.dumps(NESTED)))
    assert preview.proposal.source["read"] == {"kind": "json", "at": "/plan/commitments"}
    assert [row[0] for row in rows(preview, "commitments")] == ["1", "2"]
    assert [row[:3] for row in rows(preview, "milestones")] == [("1.1", "1", "MOF"), ("1.2", "1", "MOF")]
    assert [row[2] for row in rows(preview, "updates")] == ["complete", "in_progress"]
    assert ("court", "Court", "government") in rows(preview, "institutions")
    assert result.state == "accepted"


def test_objects_of_objects_that_are_listed_by_their_names(mapper: Mapper) -> None:
    """As Canada's sixth plan is published: three levels of codes, each with its own kind of text."""
    preview, result = mapper.run(mapper.lay("ca.json", json.dumps(CATALOGUE)), language="en")
    assert rows(preview, "commitments") == [("C01", "GT-NAP1", "Open dialogue"), ("C02", "GT-NAP1", "Trust")]
    (first, second, third, fourth) = rows(preview, "milestones")
    assert first == ("C01.1", "C01", "A forum") and second[0] == "C02.1"
    due = ("Fall 2027", "2027-23", "2027-11-30", "season")
    assert third == ("C01.1.1", "C01", "C01.1", "rcmp-grc", "Draft a plan", *due)
    assert fourth[3] == "tbs"
    assert result.state == "accepted"


def test_a_yaml_document_as_it_is_published_and_an_object_of_objects(mapper: Mapper) -> None:
    as_yaml = mapper.propose(mapper.lay("ca.yaml", yaml.safe_dump(CATALOGUE)), language="en")
    as_json = mapper.propose(mapper.lay("ca.json", json.dumps(CATALOGUE)), language="en")
    assert as_yaml.source["tables"] == as_json.source["tables"]
    named = {"commitments": {f"C{n}": {"title": f"Commitment {n}", "status": "Done"} for n in (1, 2, 3)}}
    proposal = mapper.propose(mapper.lay("named.json", json.dumps(named)), language="en")
    assert proposal.source["read"] == {"kind": "json", "rows": "commitments"}
    assert proposal.source["tables"]["commitments"]["columns"]["title_en"] == {"from": "title"}


def test_front_matter_of_the_united_states_tracker(mapper: Mapper) -> None:
    """Plan first, then the milestones with what was reported on them: two sources, nothing written by hand."""
    programme = PROGRAMME.replace("country: GT", "country: US").replace("languages: [es, en]", "languages: [en]")
    mapper.lay("programme.yaml", programme)
    for kind in ("_commitments", "_subcommitments"):
        (mapper.folder / kind).mkdir()
        for path in sorted((ROOT / "examples/us-nap5/upstream" / kind).glob("*011[345]*.md")):
            shutil.copy(path, mapper.folder / kind)
    plan, accepted = mapper.run(*files_of([mapper.folder / "_commitments"]))
    assert set(plan.proposal.tables) == {"clusters", "commitments"} and accepted.state == "accepted"
    reports, accepted = mapper.run(*files_of([mapper.folder / "_subcommitments"]), period="2025-H1")
    assert accepted.state == "accepted"
    assert rows(reports, "milestones")[0][:2] == ("US0113.1", "US0113")
    assert rows(reports, "updates")[0][:3] == ("US0113.1", "2025-H1", "complete")
    assert {"layout", "permalink", "_body"} <= set(reports.unread)


def test_a_plain_table_with_milestones_lists_in_cells_and_another_separator(mapper: Mapper) -> None:
    table = (
        "Commitment no;Commitment;Activity no;Activity;Lead agencies;Deadline;Progress %;Evidence\n"
        "1;Open budgets;1;Publish the draft;MOF | SAT;March 1, 2025;62,5 %;https://example.org/draft\n"
        "1;Open budgets;2;Hold hearings;MOF;TBD;0 %;\n"
        "2;Open courts;1;Publish rulings;Court;May 2, 2026;100 %;https://example.org/rulings\n"
    )
    preview = mapper.propose(mapper.lay("table.csv", table), language="en")
    tables = preview.source["tables"]
    assert preview.source["read"] == {"kind": "csv", "delimiter": ";"}
    assert tables["milestones"]["columns"]["milestone_id"] == {"template": "{Commitment no}.{Activity no}"}
    assert tables["institutions"]["split"] == {"column": "Lead agencies", "on": r"\|"}
    assert tables["milestones"]["columns"]["due_date"]["date"] == ["%B %d, %Y"]
    assert tables["milestones"]["columns"]["due_date"]["empty"] == ["TBD"]
    assert tables["updates"]["columns"]["percent"] == {"from": "Progress %", "decimal": ","}
    assert tables["evidence"]["links"] == {"column": "Evidence"}


def test_commitments_written_once_above_their_milestones(mapper: Mapper) -> None:
    table = "Commitment,Milestone,Status\nBudgets,Draft,Done\n,Hearings,Ongoing\nCourts,Rulings,Pending\n"
    preview, result = mapper.run(mapper.lay("table.csv", table), language="en")
    assert preview.proposal.source["read"]["fill_down"] == ["Commitment"]
    assert rows(preview, "milestones") == [
        ("GT0001.1", "GT0001", "Draft"), ("GT0001.2", "GT0001", "Hearings"), ("GT0002.1", "GT0002", "Rulings"),
    ]  # fmt: skip
    assert result.state == "accepted"


def test_the_rest_of_the_programme_file_stays_as_it_is(mapper: Mapper) -> None:
    mapper.run(mapper.lay("one.csv", TWO_ROWS))
    mapper.run(mapper.lay("two.csv", TWO_ROWS.replace("Presupuesto", "Congreso")))
    text = mapper.open().content.decode()
    begin, end = PROGRAMME.split("sources: []")
    assert text.endswith(end) and "# Our programme." in text
    allowed = "may_supply: [commitments, institutions, commitment_institutions, milestones, updates]"
    assert allowed in text and text.startswith(begin.replace("may_supply: [commitments]", allowed))
    assert [source.id for source in mapper.open().programme.sources] == ["one", "two"]


@pytest.mark.parametrize(
    ("content", "wish", "told"),
    [
        (TWO_ROWS, {"supplier": "nobody"}, "no supplier `nobody`"),
        (TWO_ROWS, {"period": "2031"}, "no period `2031`"),
        ("a,b\n1,2\n", {}, "nothing in t.csv is like a table of ours"),
        ("", {}, "cannot be read"),
    ],
)
def test_what_cannot_be_proposed_is_said(mapper: Mapper, content: str, wish: dict[str, str], told: str) -> None:
    with pytest.raises(OgpError, match=told):
        mapper.propose(mapper.lay("t.csv", content), **wish)


def test_a_programme_file_that_changed_meanwhile_is_not_written_over(mapper: Mapper) -> None:
    workspace = mapper.open()
    path = mapper.lay("one.csv", TWO_ROWS)
    preview = first_mapping.look(workspace, [path], Wish(), NOW)
    mapper.lay("programme.yaml", PROGRAMME + "# edited\n")
    with pytest.raises(OgpError, match="nothing was written"):
        first_mapping.write(preview, workspace.path, workspace.content)
    first_mapping.write(preview, mapper.folder / "new.yaml", None)
    assert (mapper.folder / "new.yaml").read_bytes() == preview.content


def test_words_for_when_something_is_due_are_read_but_for_those_that_name_no_day(mapper: Mapper) -> None:
    table = "Commitment,Milestone,Deadline\nBudgets,Draft,Q3 2026\nBudgets,Hearings,{}\nCourts,Rulings,by fall 2026\n"
    preview = mapper.propose(mapper.lay("table.csv", table.format("ongoing")), language="en")
    due = preview.source["tables"]["milestones"]["columns"]
    assert due["due_date"] == {"from": "Deadline", "due": "date"} and due["due_text"] == {"from": "Deadline"}
    preview = mapper.propose(mapper.lay("table.csv", table.format("early 2026")), language="en")
    due = preview.source["tables"]["milestones"]["columns"]
    assert due["due_date"] == {"from": "Deadline", "empty": ["early 2026"], "due": "date"}
    assert any("“early 2026”" in note for note in preview.notes)


DAYS_AND_WORDS = [
    ("en", "Commitment,Milestone,Deadline", ["30/06/2026", "June 2026", "by fall 2026", "ongoing", "June 1st 2026"]),
    ("es", "Compromiso,Hito,Fecha límite",
     ["30/06/2026", "junio de 2026", "a más tardar en otoño de 2026", "permanente", "1.º de junio de 2026"]),
    ("fr", "Engagement,Jalon,Échéance",
     ["30/06/2026", "juin 2026", "d’ici l’automne 2026", "en continu", "1er juin 2026"]),
]  # fmt: skip


@pytest.mark.parametrize(("language", "headings", "deadlines"), DAYS_AND_WORDS, ids=["en", "es", "fr"])
def test_days_and_words_in_one_column_are_read_as_what_each_is(
    mapper: Mapper, language: str, headings: str, deadlines: list[str]
) -> None:
    mapper.lay("programme.yaml", PROGRAMME.replace("languages: [es, en]", "languages: [es, en, fr]"))
    lines = [f"Alfa,{name},{text}" for name, text in zip("VWXYZ", deadlines, strict=True)]
    table = mapper.lay("table.csv", "\n".join([headings, *lines]))
    preview = first_mapping.look(mapper.open(), [table], Wish(language=language), NOW)
    (milestones,) = [one for one in preview.tables if one.name == "milestones"]
    assert [(row["due_date"], row["due_edtf"], row["due_precision"]) for row in milestones.rows] == [
        ("2026-06-30", "2026-06-30", "day"),
        ("2026-06-30", "2026-06", "month"),
        ("2026-11-30", "../2026-23", "season"),
        ("", "../..", "none"),
        ("2026-06-01", "2026-06-01", "day"),
    ]
    assert milestones.rows[1]["due_text"] == deadlines[1]


def test_a_deadline_that_is_neither_is_published_as_it_stands(mapper: Mapper) -> None:
    days = "".join(f"Budgets,Step {n},{n}/06/2026\n" for n in range(20, 30))
    table = mapper.lay("table.csv", f"Commitment,Milestone,Deadline\n{days}Courts,Rulings,early 2026\n")
    preview = mapper.propose(table, language="en")
    due = preview.source["tables"]["milestones"]["columns"]
    assert due["due_date"] == {"from": "Deadline", "date": ["%d/%m/%Y"], "empty": ["early 2026"], "due": "date"}
    assert due["due_text"] == {"from": "Deadline"}
    assert any("“early 2026”" in note for note in preview.notes)


def test_a_comma_parts_institutions_only_where_one_of_them_stands_alone_too(mapper: Mapper) -> None:
    table = "No;Commitment;Lead agency;Status\n1;Budgets;Finance, Court of Audit;Done\n2;Courts;{};Done\n"
    listed = mapper.propose(mapper.lay("table.csv", table.format("Finance")), language="en")
    assert listed.source["tables"]["institutions"]["split"] == {"column": "Lead agency", "on": r",\s"}
    one = mapper.propose(mapper.lay("table.csv", table.format("Judiciary")), language="en")
    assert "split" not in one.source["tables"]["institutions"]
    assert any("“Finance, Court of Audit”" in note and "`split`" in note for note in one.notes)
