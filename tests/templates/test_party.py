"""A workbook of all tables of a party: what stands in it, and what becomes of it when it comes back as one file."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from ogp_pipeline import starter
from ogp_pipeline.errors import OgpError
from ogp_pipeline.formats import template_layout as layout
from ogp_pipeline.runs import run, templating
from ogp_pipeline.runs.checking import check_file
from ogp_pipeline.runs.outcomes import Published
from ogp_pipeline.runs.workspace import Workspace, open_workspace
from ogp_pipeline.schema import schemas
from tests.small_country import SmallCountry

TODAY = date(2026, 11, 2)
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
Rows = Mapping[str, Sequence[Mapping[str, object]]]


def judged(name: str, assessor: str, code: str) -> dict[str, object]:
    """A judgement of completion, in the words of the drop-downs."""
    return {
        "assessment_id": name,
        "subject_table": "Compromisos",
        "subject_id": "MX0001",
        "assessor_id": assessor,
        "variable": "Cumplimiento",
        "scale": "ogp-completion-2015",
        "code": code,
        "stage": "midterm",
        "assessed_on": date(2026, 10, 1),
    }


# What the four parties of a forum say, all before the first run. Codes stand for labels where both are taken.
FORUM: Mapping[str, Rows] = {
    "secretariado": {
        "clusters": [{"cluster_id": "eje-1", "plan_id": "MX-NAP1", "name_es": "Presupuesto abierto"}],
        "institutions": [
            {"institution_id": "GOBIERNO", "name_es": "Secretaría", "sector": "government"},
            {"institution_id": "GARANTE", "name_es": "Instituto", "sector": "oversight"},
            {"institution_id": "COALICION", "name_es": "Coalición", "sector": "civil_society"},
        ],
        "commitments": [
            {"commitment_id": "MX0001", "plan_id": "MX-NAP1", "cluster_id": "eje-1", "title_es": "Compras abiertas"}
        ],
        "commitment_institutions": [{"commitment_id": "MX0001", "institution_id": "GOBIERNO", "role": "lead"}],
        "milestones": [
            {
                "milestone_id": "MX0001.1",
                "commitment_id": "MX0001",
                "title_es": "Publicar",
                "due_date": date(2027, 6, 30),
                "due_precision": "day",
            }
        ],
    },
    "gobierno": {
        "updates": [{"milestone_id": "MX0001.1", "period_id": "2026-S2", "status": "limited", "progress_es": "Va."}],
        "assessments": [judged("g1", "GOBIERNO", "substantial")],
    },
    "organo-garante": {"assessments": [judged("i1", "GARANTE", "limited")]},
    "sociedad-civil": {
        "proposals": [
            {"proposal_id": "p1", "plan_id": "MX-NAP1", "proposer_id": "COALICION", "text_es": "Abrir el gasto"}
        ],
        "assessments": [judged("c1", "COALICION", "limited")],
    },
}


def fill_in(path: Path, rows: Rows, to: Path, *, rename: Mapping[str, str] | None = None) -> None:
    """Write rows into the sheets of their tables, as a person would; ``rename``: titles of sheets."""
    book = openpyxl.load_workbook(path)
    tables = layout.tables_by_sheet({item.name: item.value for item in book.custom_doc_props.props})
    titles = {table: title for title, table in tables.items()}
    for table, several in rows.items():
        sheet = book[titles[table]]
        places = {cell.value: cell.column for cell in sheet[layout.NAMES_ROW]}
        for number, row in enumerate(several, start=layout.FIRST_ROW):
            for name, value in row.items():
                cell = sheet.cell(number, places[name])
                assert not cell.protection.locked, f"{table}: {name} cannot be filled in"
                cell.value = value
    for title, other in (rename or {}).items():
        book[title].title = other
    book.save(to)


@pytest.fixture(scope="module")
def forum(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A forum as ``ogp init --country MX --from mexico`` makes it, without the sources of single files."""
    folder = tmp_path_factory.mktemp("forum") / "mx"
    starter.create(folder, "MX", "es", TODAY, schemas.load(), "mexico")
    programme = folder / "programme.yaml"
    lines = programme.read_text(encoding="utf-8").splitlines(keepends=True)
    programme.write_text("".join(line for line in lines if "kind: folder" not in line), encoding="utf-8")
    return open_workspace(folder)


@pytest.fixture(scope="module")
def books(forum: Workspace) -> dict[str, templating.Made]:
    """The workbook of each party, made before anything is known."""
    made = {}
    for party in FORUM:
        made[party] = templating.make(forum, party, TODAY, table=None, period=None, language=None, to=forum.base)
    return made


@pytest.mark.night
def test_a_whole_forum_is_filled_in_with_four_files(forum: Workspace, books: dict[str, templating.Made]) -> None:
    for party, rows in FORUM.items():
        assert books[party].read_by == f"{party}-libro" and books[party].folder == f"inbox/{party}"
        fill_in(books[party].path, rows, forum.base / "inbox" / party / "Libro de abril.xlsx")
    record = run.run(forum, NOW, "first")
    assert isinstance(record.outcome, Published)
    taken = {source.source: (source.state, source.rows) for source in record.sources if source.state != "nothing"}
    assert taken == {f"{party}-libro": ("accepted", sum(map(len, rows.values()))) for party, rows in FORUM.items()}
    for party, rows in FORUM.items():
        [receipt] = (forum.base / "inbox" / party / "receipts").rglob("Libro de abril *.html")
        told = receipt.read_text(encoding="utf-8")
        assert all(forum.schemas.table(table).title["es"] in told for table in rows)
    [file] = (forum.base / "var/public/latest/progress").glob("updates.csv")
    assert list(pd.read_csv(file, dtype=str)["milestone_id"]) == ["MX0001.1"]


def test_one_file_is_taken_apart_into_all_of_its_tables_under_one_receipt(
    forum: Workspace, books: dict[str, templating.Made], tmp_path: Path
) -> None:
    rows = FORUM["secretariado"]
    fill_in(books["secretariado"].path, rows, tmp_path / "Libro de abril.xlsx")
    receipt = check_file(forum, tmp_path / "Libro de abril.xlsx", "secretariado", "secretariado-libro", NOW)
    assert (receipt.problems, receipt.verdict.value) == ((), "accepted")
    assert receipt.counts == {table: len(several) for table, several in rows.items()}
    assert {table.table for table in receipt.effect.tables} == rows.keys()


def test_each_table_is_a_sheet_and_other_languages_are_hidden(
    forum: Workspace, books: dict[str, templating.Made], tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(books["secretariado"].path)
    titles = [forum.schemas.table(table).title["es"] for table in books["secretariado"].sheets]
    titles[3], titles[12] = "Instituciones compromisos", "Verificación requisitos AGA"  # as long as Excel allows
    assert book.sheetnames == ["Instrucciones", *titles, "Consulta", "Columnas", "_codes"]
    sheet = book["Compromisos"]
    hidden = {cell.value for cell in sheet[layout.NAMES_ROW] if sheet.column_dimensions[cell.column_letter].hidden}
    assert hidden == {"title_en", "description_en"}
    assert sheet.print_title_rows == "$1:$1" and sheet.page_setup.orientation == "landscape"
    assert "&P" in sheet.oddFooter.right.text
    shown = templating.make(
        forum, "organo-garante", TODAY, table=None, period=None, language="es", to=tmp_path, all_languages=True
    )
    sheet = openpyxl.load_workbook(shown.path)["Evaluaciones"]
    assert not any(dimension.hidden for dimension in sheet.column_dimensions.values())


def test_what_is_written_on_one_sheet_can_be_chosen_on_the_others(books: dict[str, templating.Made]) -> None:
    sheet = openpyxl.load_workbook(books["secretariado"].path)["Hitos"]
    place = next(cell.column_letter for cell in sheet[layout.NAMES_ROW] if cell.value == "commitment_id")
    [offered] = [check for check in sheet.data_validations.dataValidation if f"{place}3" in check.sqref]
    assert offered.formula1.startswith("OFFSET('Compromisos'!$A$3,0,0,MAX(1,COUNTA('Compromisos'!$A$3:")
    assert offered.errorStyle == "warning"


def test_the_first_sheet_says_for_whom_until_when_where_and_whom_to_ask(books: dict[str, templating.Made]) -> None:
    sheet = openpyxl.load_workbook(books["gobierno"].path)["Instrucciones"]
    said = "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell)
    for words in ("Gobierno", "15 de enero de 2027", "«inbox/gobierno»", "Preguntas a", "Informes", "Una hoja sin"):
        assert words.casefold() in said.casefold(), words


def test_a_sheet_under_another_name_is_told_and_nothing_enters(
    forum: Workspace, books: dict[str, templating.Made], tmp_path: Path
) -> None:
    fill_in(books["gobierno"].path, FORUM["gobierno"], tmp_path / "x.xlsx", rename={"Evaluaciones": "Hoja1"})
    receipt = check_file(forum, tmp_path / "x.xlsx", "gobierno", "gobierno-libro", NOW)
    [problem] = receipt.problems
    assert (problem.rule, problem.where.sheet) == ("wrong-sheet", "Evaluaciones")
    assert "Hoja1" in problem.details["found"]


def test_sheets_may_be_taken_out_and_a_book_that_nobody_filled_in_is_told_once(
    forum: Workspace, books: dict[str, templating.Made], tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(books["organo-garante"].path)
    del book["Consulta"]
    book.save(tmp_path / "x.xlsx")
    receipt = check_file(forum, tmp_path / "x.xlsx", "organo-garante", "organo-garante-libro", NOW)
    assert [problem.rule for problem in receipt.problems] == ["header-only"]


def test_a_sheet_of_notes_is_left_and_a_spoilt_sheet_is_not_told_as_empty_ones(
    forum: Workspace, books: dict[str, templating.Made], tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(books["organo-garante"].path)
    book.create_sheet("Notas").append(["Pendientes"])
    spoilt = book["Evaluaciones"]
    spoilt.delete_rows(layout.NAMES_ROW)
    spoilt.cell(layout.NAMES_ROW, 1).value = "Evaluación 1"
    book.save(tmp_path / "x.xlsx")
    receipt = check_file(forum, tmp_path / "x.xlsx", "organo-garante", "organo-garante-libro", NOW)
    told = {problem.rule: problem.where.sheet for problem in receipt.problems}
    assert told == {"template-changed": "Evaluaciones", "sheet-not-read/template": "Notas"}


def test_another_order_of_properties_changes_nothing_and_one_cell_has_one_mistake(
    forum: Workspace, books: dict[str, templating.Made], tmp_path: Path
) -> None:
    """As LibreOffice writes a workbook: its own properties in an order of its own."""
    wrong = {
        "engagement": [{"engagement_id": "s1", "institution_id": "GOBIERNO", "observed_by": "Juan Pérez"}],
        "assessments": [judged("e1", "GARANTE", "75 %")],
    }
    fill_in(books["organo-garante"].path, wrong, tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    book.custom_doc_props.props.reverse()
    book.save(tmp_path / "x.xlsx")
    receipt = check_file(forum, tmp_path / "x.xlsx", "organo-garante", "organo-garante-libro", NOW)
    titles = [title for title in book.sheetnames if title in {problem.where.sheet for problem in receipt.problems}]
    assert list(dict.fromkeys(problem.where.sheet for problem in receipt.problems)) == titles and len(titles) == 2
    said = {column: [problem.rule for problem in receipt.problems if problem.field == column]
            for column in ("code", "observed_by")}  # fmt: skip
    assert said == {"code": ["code-of-scale"], "observed_by": ["authority-claim"]}


def test_where_there_is_a_desk_nobody_is_sent_to_folders(forum: Workspace, books: dict[str, templating.Made]) -> None:
    text = (forum.base / "programme.yaml").read_text(encoding="utf-8")
    with_desk = forum.base / "desk.yaml"
    with_desk.write_text(text.replace("publication:", "desk: {url: https://desk.example.org}\npublication:"))
    made = templating.make(
        open_workspace(with_desk),
        "gobierno",
        TODAY,
        table=None,
        period=None,
        language="en",
        to=forum.base / "desk.xlsx",
    )
    said = ["\n".join(str(cell.value) for row in openpyxl.load_workbook(path).worksheets[0] for cell in row)
            for path in (made.path, books["gobierno"].path)]  # fmt: skip
    assert ["inbox/" in text for text in said] == [False, True] and "https://desk.example.org" in said[0]


def test_a_source_that_does_not_take_the_name_is_not_said_to_read_it(country: SmallCountry, tmp_path: Path) -> None:
    workspace = country.open()
    made = templating.make(
        workspace, "agency", TODAY, table="barriers", period=None, language="en", to=tmp_path / "mine.xlsx"
    )
    assert (made.read_by, made.named) == (None, ("agency-barriers-book", ("barriers*.xlsx",)))
    made = templating.make(workspace, "agency", TODAY, table="barriers", period=None, language="en", to=tmp_path)
    assert (made.read_by, made.named) == ("agency-barriers-book", None)


def test_a_party_without_a_table_or_a_period_is_told_so(country: SmallCountry, tmp_path: Path) -> None:
    with pytest.raises(OgpError, match="no reporting period `1999`"):
        templating.make(country.open(), "agency", TODAY, table=None, period="1999", language=None, to=tmp_path)
