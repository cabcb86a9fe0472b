"""What stands in a template, read back by another library than the one that wrote it."""

import shutil
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ogp_pipeline.errors import OgpError, UnknownName
from ogp_pipeline.formats import template_layout as layout
from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.intake import ledger
from ogp_pipeline.runs.known_state import known_tables
from ogp_pipeline.runs.templating import Made
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.schema import schemas
from ogp_pipeline.templates import Prefill, check, draw, write
from tests.small_country import SmallCountry
from tests.templates.conftest import Maker, Template


def opened(made: Made) -> Workbook:
    return openpyxl.load_workbook(made.path)


def cells(sheet: Worksheet, row: int) -> dict[str, object]:
    """A row's values under the machine names."""
    return {name.value: sheet.cell(row, name.column).value for name in sheet[layout.NAMES_ROW]}


def column(sheet: Worksheet, name: str) -> str:
    return next(cell.column_letter for cell in sheet[layout.NAMES_ROW] if cell.value == name)


def validation_of(sheet: Worksheet, name: str) -> DataValidation:
    place = f"{column(sheet, name)}{layout.FIRST_ROW}"
    return next(one for one in sheet.data_validations.dataValidation if place in one.sqref)


def offered(book: Workbook, table: str, name: str) -> list[object]:
    """What the drop-down's formula leads to."""
    sheet, _, area = validation_of(book[table], name).formula1.partition("!")
    return [cell.value for (cell,) in book[sheet.strip("'")][area.replace("$", "")]]


def test_the_sheets_stand_in_the_agreed_order_and_the_codes_are_hidden(template: Template) -> None:
    book = template("updates")
    assert book.sheetnames == ["Instrucciones", "updates", "Consulta", "_codes"]
    assert [sheet.sheet_state for sheet in book] == ["visible", "visible", "visible", "hidden"]
    assert template("updates", language="en").sheetnames == ["Instructions", "updates", "Look-up", "_codes"]


def test_the_properties_say_whom_it_was_made_for(template: Template) -> None:
    properties = {one.name: one.value for one in template("updates").custom_doc_props.props}
    assert properties == {
        layout.TEMPLATE: layout.VERSION,
        layout.SUPPLIER: "agency",
        layout.TABLE: "updates",
        layout.PERIOD: "2024-H2",
        layout.SCHEMAS: schemas.load().version,
    }
    of_barriers = template("barriers", period=None).custom_doc_props.props
    assert layout.PERIOD not in {one.name for one in of_barriers}


NEEDED = {"es": "Obligatorio", "en": "Needed", "fr": "Obligatoire"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_headings_are_titles_and_the_machine_names_are_hidden_below(
    template: Template, country: SmallCountry, language: str
) -> None:
    sheet = template("updates", language=language)["updates"]
    table, own = schemas.load().table("updates"), country.open().programme.languages
    assert sheet.row_dimensions[layout.NAMES_ROW].hidden and not sheet.row_dimensions[layout.HEADINGS_ROW].hidden
    for name, heading in zip(sheet[layout.NAMES_ROW], sheet[layout.HEADINGS_ROW], strict=True):
        if not name.value.startswith(layout.CONTEXT):
            field = table.field(name.value)
            assert heading.value == field.title[language]
            needed = field.required or field.name == "status"  # unless there is nothing to report
            assert needed == (NEEDED[language] in heading.comment.text)
            assert field.description[language].split()[-1] in heading.comment.text
            written_in = language if language in own else own[0]  # who reads French writes in the programme's first
            hidden = sheet.column_dimensions[name.column_letter].hidden
            assert bool(hidden) == (field.language not in (None, written_in))


def test_there_is_a_row_for_each_own_milestone_with_its_last_status(make: Maker) -> None:
    made = make("updates")
    sheet = opened(made)["updates"]
    rows = [cells(sheet, number) for number in range(layout.FIRST_ROW, sheet.max_row + 1)]
    assert made.rows == len(rows) == 2
    assert [(row["milestone_id"], row["period_id"], row["status"]) for row in rows] == [
        ("XX0001.1", "2024-H2", None),
        ("XX0001.2", "2024-H2", None),
    ]
    assert rows[0]["_milestone"] == "Publish the draft" and rows[0]["_commitment"] == "XX0001 Open budgets"
    assert rows[0]["_due"] == "30 de junio de 2024"
    assert [row["_last_status"] for row in rows] == ["En proceso (2024-H1)", "No iniciado (2024-H1)"]


def test_what_was_said_in_this_period_already_is_there_to_be_corrected(template: Template) -> None:
    sheet = template("updates", period="2024-H1", language="en")["updates"]
    first = cells(sheet, layout.FIRST_ROW)
    assert first["status"] == "In progress" and first["progress_en"] == "The draft is being discussed."
    assert first["_last_status"] == "Not reported"


def test_what_became_known_later_is_not_in_the_template_of_an_earlier_day(make: Maker) -> None:
    with pytest.raises(OgpError, match="no milestone of `agency` is known"):
        make("updates", today=date(2024, 7, 9))


def test_keys_and_headings_are_locked_and_what_is_filled_in_is_not(template: Template) -> None:
    sheet = template("updates")["updates"]
    assert sheet.protection.sheet and sheet.protection.password is None
    for name in ("milestone_id", "period_id", "_milestone", "_last_status"):
        assert sheet[f"{column(sheet, name)}{layout.FIRST_ROW}"].protection.locked, name
    for name in ("status", "percent", "progress_es", "nil", "completed_on"):
        assert not sheet[f"{column(sheet, name)}{layout.FIRST_ROW}"].protection.locked, name
        assert sheet[f"{column(sheet, name)}{layout.HEADINGS_ROW}"].protection.locked, name
    assert sheet.freeze_panes == "C3" and sheet.auto_filter.ref.startswith("A1:")


def test_a_column_that_nobody_asks_for_is_left_out(make: Maker) -> None:
    assert "percent" in make("updates", period="2024-H2").columns
    assert "percent" not in make("updates", period="2024-H1").columns


def test_drop_downs_offer_the_labels_of_the_scale_in_force(template: Template) -> None:
    known = schemas.load()
    for language in LANGUAGES:
        book = template("updates", language=language)
        labels = [code.label[language] for code in known.codes_of("progress_status", "us-nap5")]
        assert offered(book, "updates", "status") == labels
        assert offered(book, "updates", "nil") == list(layout.yes_no(language))
        kinds = [code.label[language] for code in known.codes_of("evidence_kind")]
        assert offered(template("evidence", language=language), "evidence", "kind") == kinds


def test_ids_are_chosen_from_the_suppliers_own(template: Template) -> None:
    book = template("evidence")
    assert offered(book, "evidence", "period_id") == ["2024-H2"]
    rule = validation_of(book["evidence"], "milestone_id")
    assert rule.formula1.startswith('IF($A3="",') and "OFFSET" in rule.formula1
    hidden = book["_codes"]
    lists = {column[0].value: [cell.value for cell in column[1:] if cell.value] for column in hidden.iter_cols()}
    assert lists["milestone_id"] == ["XX0001.1", "XX0001.2"]  # not XX0002.1, which another institution leads
    assert lists["milestone_id <- _commitment"] == ["XX0001", "XX0001"]


def test_dates_numbers_and_names_are_checked_with_a_message(template: Template) -> None:
    updates, barriers = (template(table)[table] for table in ("updates", "barriers"))
    percent = validation_of(updates, "percent")
    assert (percent.type, percent.formula1, percent.formula2) == ("decimal", "0", "100")
    assert (
        percent.error == "Un número de 0 a 100; puede tener decimales."
        and percent.promptTitle == "Porcentaje de avance"
    )
    raised = validation_of(barriers, "raised_on")
    assert raised.type == "date" and raised.error.startswith("Eso no es una fecha.")
    assert validation_of(barriers, "barrier_id").type == "custom"
    assert validation_of(barriers, "severity").errorStyle in (None, "stop")
    assert validation_of(barriers, "raised_by").errorStyle == "warning"


def test_a_cell_for_several_choices_lets_them_stand_side_by_side_and_says_how(template: Template) -> None:
    rule = validation_of(template("commitments", "forum", None)["commitments"], "values")
    assert rule.type == "list" and not rule.showErrorMessage and "«;»" in rule.prompt


def test_the_first_sheet_says_by_when_what_to_do_and_what_the_choices_mean(template: Template) -> None:
    sheet = template("updates")["Instrucciones"]
    said = "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell)
    for words in ("Ministerio", "15 de enero de 2025", "inbox/agency-books", "Segundo semestre", "«Sin novedad»"):
        assert words in said
    for code in schemas.load().codes_of("progress_status", "us-nap5"):
        assert code.label["es"] in said and code.description["es"] in said


def test_the_first_sheet_names_the_places_of_an_inbox(country: SmallCountry, tmp_path: Path) -> None:
    country = SmallCountry(shutil.copytree(country.folder, tmp_path / "country"))
    programme = country.folder / "programme.yaml"
    folder = 'kind: folder, path: inbox/agency-books, files: "updates*.xlsx"'
    text = programme.read_text(encoding="utf-8")
    assert folder in text
    programme.write_text(text.replace(folder, "kind: inbox, path: inbox/agency-updates"), encoding="utf-8")
    (country.folder / "inbox/agency-updates").mkdir()
    sheet = opened(Maker(country.open(), tmp_path)("updates"))["Instrucciones"]
    said = "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell)
    for place in ("«inbox/agency-updates»", "«inbox/agency-updates/check»", "«inbox/agency-updates/receipts»"):
        assert place in said


def test_the_look_up_names_the_own_commitments_and_what_was_last_said(template: Template) -> None:
    sheet = template("evidence", language="en")["Look-up"]
    rows = [row for row in sheet.iter_rows(values_only=True) if row[0] == "XX0001"]
    assert [row[:4] for row in rows] == [
        ("XX0001", "Open budgets", "XX0001.1", "Publish the draft"),
        ("XX0001", "Open budgets", "XX0001.2", "Publish the law"),
    ]
    assert rows[0][4:6] == ("30 June 2024", "In progress (2024-H1)")


def test_rows_may_be_added_where_the_supplier_names_things_itself(template: Template) -> None:
    sheet = template("barriers")["barriers"]
    for number in (layout.FIRST_ROW, layout.FIRST_ROW + 150):
        assert not any(sheet.cell(number, 1 + index).protection.locked for index in range(len(sheet[1])))


@pytest.mark.parametrize("start", ["=1+1", "+1", "-x", "@sum"])
def test_a_text_that_looks_like_a_formula_stays_a_text(country: SmallCountry, tmp_path: Path, start: str) -> None:
    workspace = country.open()
    request = check(workspace.programme, workspace.schemas, "events", "forum", None, "en", date(2024, 7, 10))
    row = dict.fromkeys(request.table.field_names, "") | {"event_id": "e-1", "plan_id": "XX-1", "title_en": start}
    rows = {name: [] for name in workspace.schemas.tables} | {"events": [row]}
    prefill = Prefill(request, rows, {("events", ("e-1",)): "forum"}, {}, {}, [], [], None)
    write(draw(prefill), tmp_path / "events.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "events.xlsx")["events"]
    cell = sheet[f"{column(sheet, 'title_en')}{layout.FIRST_ROW}"]
    assert (cell.value, cell.data_type) == (start, "s")
    assert b"<f>" not in zipfile.ZipFile(tmp_path / "events.xlsx").read("xl/worksheets/sheet2.xml")


def test_a_text_that_no_cell_can_hold_is_refused_by_name(country: SmallCountry) -> None:
    workspace = country.open()
    request = check(workspace.programme, workspace.schemas, "events", "forum", None, "en", date(2024, 7, 10))
    row = dict.fromkeys(request.table.field_names, "") | {"event_id": "e-1", "title_en": "x" * 32_768}
    rows = {name: [] for name in workspace.schemas.tables} | {"events": [row]}
    prefill = Prefill(request, rows, {("events", ("e-1",)): "forum"}, {}, {}, [], [], None)
    with pytest.raises(OgpError, match="events e-1: `title_en` has 32768 characters"):
        draw(prefill)


@pytest.mark.night
def test_two_processes_make_the_same_bytes(country: SmallCountry, tmp_path: Path) -> None:
    program = (
        "import sys; from datetime import date; from pathlib import Path\n"
        "from ogp_pipeline.runs import templating; from ogp_pipeline.runs.workspace import open_workspace\n"
        "made = templating.make(open_workspace(Path(sys.argv[1])), 'agency', date(2024, 7, 10), table='barriers',\n"
        "    period='2024-H2', language='es', to=Path(sys.argv[2]))\n"
        "sys.stdout.write(made.sha256)\n"
    )
    hashes = set()
    for seed in ("1", "2"):
        place = tmp_path / seed
        place.mkdir()
        done = subprocess.run(
            [sys.executable, "-c", program, str(country.folder), str(place)],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        hashes.add(done.stdout)
    assert len(hashes) == 1


def test_a_file_that_may_be_filled_in_is_never_overwritten(make: Maker) -> None:
    made = make("updates")
    assert make("updates").sha256 == made.sha256
    made.path.write_bytes(b"filled in")
    with pytest.raises(OgpError, match="already there"):
        make("updates")
    assert made.path.read_bytes() == b"filled in" and list(made.path.parent.iterdir()) == [made.path]


@pytest.mark.parametrize(
    ("table", "supplier", "period", "told"),
    [
        ("updates", "nobody", "2024-H2", "no supplier `nobody`. There are: forum, agency, society"),
        ("updates", "agency", None, "say --period, one of: 2024-H1, 2024-H2"),
        ("updates", "agency", "2030", "no reporting period `2030`. There are: 2024-H1, 2024-H2"),
        ("milestones", "agency", None, "`agency` may not fill in `milestones`; it may fill in updates, evidence"),
        ("metrics", "agency", None, "nobody fills in `metrics`"),
    ],
)
def test_what_cannot_be_made_is_said_with_what_can(
    make: Maker, table: str, supplier: str, period: str | None, told: str
) -> None:
    with pytest.raises(OgpError, match=told):
        make(table, supplier, period)


def test_an_unknown_table_is_said_with_those_there_are(make: Maker) -> None:
    with pytest.raises(UnknownName, match=r"no table `nonsense`. There are: .*updates"):
        make("nonsense")


@pytest.mark.parametrize("language", ["es", pytest.param("en", marks=pytest.mark.night)])
def test_every_table_of_every_supplier_can_be_made(
    country: SmallCountry, united_states: Workspace, tmp_path: Path, language: str
) -> None:
    for workspace, period in ((country.open(), "2024-H2"), (united_states, "2024-02")):
        tables = known_tables(workspace, ledger.read(workspace.intake))
        for supplier in workspace.programme.suppliers:
            for table in supplier.may_supply:
                request = check(
                    workspace.programme, workspace.schemas, table, supplier.id, period, language, date(2026, 1, 1)
                )
                path = tmp_path / f"{workspace.programme.id}-{supplier.id}-{table}.xlsx"
                write(draw(Prefill.of(tables, request)), path)
                sheet = openpyxl.load_workbook(path, read_only=True)[table]
                headings, names, *_ = sheet.iter_rows(max_row=layout.NAMES_ROW, values_only=True)
                required = {field.name for field in request.table.fields if field.required}
                assert required <= set(names) and len(names) == len(set(names))
                assert len(headings) == len(names) and all(headings)
