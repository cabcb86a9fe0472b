"""A template that is filled in, saved by LibreOffice and checked comes back clean; and what was chosen is what counts.

Every case is filled in with openpyxl, which keeps the template's checks, and then saved by LibreOffice: all in one run
of it, with a profile of its own.
"""

import shutil
import subprocess
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest

from ogp_pipeline.formats import template_layout as layout
from ogp_pipeline.i18n.languages import DEFAULT
from ogp_pipeline.intake import ledger
from ogp_pipeline.runs import run
from ogp_pipeline.runs.checking import check_file
from ogp_pipeline.runs.known_state import known_tables
from ogp_pipeline.runs.templating import make
from ogp_pipeline.runs.workspace import open_workspace
from ogp_pipeline.schema import schemas
from tests.sample import by_day
from tests.small_country import SmallCountry
from tests.templates.conftest import TODAY

SENT = datetime(2024, 12, 20, 12, tzinfo=UTC)
TEXTS = {"es": "Se hizo lo prometido.", "en": "What was promised is done."}
TEXT = object()  # a text in the template's language
Row = Mapping[str, object]

# table -> (supplier, the rows to fill in from the first empty one; codes stand for their labels)
CASES: Mapping[str, tuple[str, list[Row]]] = {
    "updates": (
        "agency",
        [
            {"status": "in_progress", "percent": 60, "progress": TEXT, "challenges": TEXT},
            {"nil": "true"},
        ],
    ),
    "evidence": (
        "agency",
        [
            {
                "_commitment": "XX0001",
                "milestone_id": "XX0001.1",
                "period_id": "2024-H2",
                "number": 1,
                "kind": "link",
                "url": "https://example.org/draft",
                "title": TEXT,
            }
        ],
    ),
    "barriers": (
        "agency",
        [
            {
                "barrier_id": "b-1",
                "commitment_id": "XX0001",
                "milestone_id": "XX0001.2",
                "group": "legal",
                "severity": "high",
                "description": TEXT,
                "raised_on": date(2024, 9, 1),
                "raised_by": "M1",
            }
        ],
    ),
    "assessments": (
        "society",
        [
            {
                "assessment_id": "a-1",
                "subject_table": "commitments",
                "subject_id": "XX0001",
                "assessor_id": "M2",
                "variable": "completion",
                "scale": "ogp-completion-2015",
                "code": "limited",
                "stage": "midterm",
                "assessed_on": date(2024, 12, 1),
                "rationale": TEXT,
            }
        ],
    ),
    "decisions": (
        "forum",
        [
            {
                "decision_id": "d-1",
                "subject_table": "milestones",
                "subject_id": "XX0002.1",
                "variable": "verifiability",
                "code": "yes",
                "method": "consensus",
                "decided_on": date(2024, 11, 5),
                "quorum": "true",
                "rationale": TEXT,
            }
        ],
    ),
    "commitments": (
        "forum",
        [
            {
                "commitment_id": "XX0003",
                "plan_id": "XX-1",
                "title": TEXT,
                "values": "access_to_information;civic_participation",
                "start_date": date(2024, 2, 29),
            }
        ],
    ),
    "events": (
        "forum",
        [
            {
                "event_id": "e-1",
                "plan_id": "XX-1",
                "kind": "round_table",
                "title": TEXT,
                "starts_on": date(2024, 10, 1),
                "open_to": "open",
                "influence": "consult",
                "minutes_url": "https://example.org/minutes",
            }
        ],
    ),
}
# A commitment comes before its milestones and institutions, a decision after judgements: the receipt says so.
ADVICE = {
    "commitments": ["smart-no-institution", "smart-no-milestone"],
    "decisions": ["decision-without-assessment"],
}
FIRST = DEFAULT[0]  # by day; the others by night
NAMES = [(table, language) for table in CASES for language in DEFAULT]


def file_name(table: str, language: str) -> str:
    return f"{table}-{language}.xlsx"


def as_typed(table: str, column: str, value: object, language: str) -> object:
    """What a person would choose or write in the cell."""
    known = schemas.load()
    if not isinstance(value, str) or column.startswith(layout.CONTEXT):
        return value
    field = known.table(table).field(column)
    if field.type == "boolean":
        return next(label for label, code in layout.yes_no(language).items() if code == value)
    if field.separator and field.code_list:
        labels = {code.code: code.label[language] for code in known.codes_of(field.code_list)}
        return f"{field.separator} ".join(labels[part] for part in value.split(field.separator))
    if "enum" in field.constraints and field.code_list is None:
        return known.tables[value].title[language]
    code_list = field.code_list
    if column == "code":
        code_list = {"assessments": "completion", "decisions": "verifiability"}[table]
    if code_list is None:
        return value
    return next(code.label[language] for code in known.codes_of(code_list) if code.code == value)


def fill_in(path: Path, table: str, rows: list[Row], language: str, to: Path) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book[table]
    places = {cell.value: cell.column for cell in sheet[layout.NAMES_ROW]}
    key = places[schemas.load().table(table).primary_key[0]]
    number = layout.FIRST_ROW
    if table != "updates":
        while sheet.cell(number, key).value:
            number += 1
    for row in rows:
        for name, value in row.items():
            column = name if name in places else f"{name}_{language}"
            typed = TEXTS[language] if value is TEXT else as_typed(table, column, value, language)
            cell = sheet.cell(number, places[column])
            assert not cell.protection.locked, f"{table}: {column} cannot be filled in"
            cell.value = typed
        number += 1
    book.save(to)


def choose(made: Path, table: str, chosen: Mapping[str, str], column: str, to: Path) -> None:
    """Fill in what a list hangs on, and let two cells say what the list then offers: how many values, and the first."""
    book = openpyxl.load_workbook(made)
    sheet = book[table]
    letters = {cell.value: cell.column_letter for cell in sheet[layout.NAMES_ROW]}
    for name, value in chosen.items():
        sheet[f"{letters[name]}{layout.FIRST_ROW}"] = value
    place = f"{letters[column]}{layout.FIRST_ROW}"
    offered = next(one.formula1 for one in sheet.data_validations.dataValidation if place in one.sqref)
    sheet["AY3"], sheet["AZ3"] = f"=ROWS({offered})", f"=INDEX({offered},1)"
    book.save(to)


# name -> table, what is chosen (in Spanish), the column with the list, how many values it then has, the first of them
NESTED: Mapping[str, tuple[str, Mapping[str, str], str, int, str]] = {
    "one-commitment": ("barriers", {"commitment_id": "XX0001"}, "milestone_id", 2, "XX0001.1"),
    "no-commitment": ("barriers", {}, "milestone_id", 2, "XX0001.1"),
    "scales": ("assessments", {"variable": "Cumplimiento"}, "scale", 1, "ogp-completion-2015"),
    "codes": (
        "assessments",
        {"variable": "¿Abrió el gobierno?", "scale": "did_it_open_government"},
        "code",
        5,
        "Empeoró",
    ),
    "plans": ("decisions", {"subject_table": "Planes de acción"}, "subject_id", 1, "XX-1"),
    "milestones": ("decisions", {"subject_table": "Hitos"}, "subject_id", 3, "XX0001.1"),
}


@pytest.fixture(scope="package")
def saved(request: pytest.FixtureRequest, country: SmallCountry, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the templates as LibreOffice saved them."""
    by_night = request.config.getoption("--night")
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed (Debian: libreoffice-calc), so nothing can save a template")
    folder = tmp_path_factory.mktemp("round-trip")
    (folder / "made").mkdir()
    (folder / "filled").mkdir()
    workspace = country.open()
    for table, language in NAMES:
        if language != FIRST and not by_night:
            continue
        supplier, rows = CASES[table]
        made = make(
            workspace,
            supplier,
            TODAY,
            table=table,
            period="2024-H2",
            language=language,
            to=folder / "made" / file_name(table, language),
        )
        fill_in(made.path, table, rows, language, folder / "filled" / file_name(table, language))
    for name, (table, chosen, column, _, _) in NESTED.items():
        choose(folder / "made" / file_name(table, "es"), table, chosen, column, folder / "filled" / f"{name}.xlsx")
    command = [
        soffice,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(folder / "saved"),
        *(str(path) for path in sorted((folder / "filled").iterdir())),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "saved"


@pytest.mark.parametrize(("table", "language"), by_day(NAMES, [(table, FIRST) for table in CASES]))
def test_a_filled_in_template_saved_by_libreoffice_is_accepted_without_a_remark(
    country: SmallCountry, saved: Path, table: str, language: str
) -> None:
    supplier, _ = CASES[table]
    file = saved / file_name(table, language)
    receipt = check_file(country.open(), file, supplier, f"{supplier}-{table}-book", SENT)
    remarks = [
        (one.rule, one.where.cell, one.value) for one in receipt.problems if one.rule not in ADVICE.get(table, ())
    ]
    assert remarks == []
    assert receipt.verdict == ("accepted_with_notes" if table in ADVICE else "accepted")


@pytest.mark.parametrize("language", by_day(DEFAULT, [FIRST]))
def test_what_was_chosen_is_what_counts(country: SmallCountry, saved: Path, tmp_path: Path, language: str) -> None:
    shutil.copytree(country.folder, tmp_path / "copy")
    for table, (supplier, _) in CASES.items():
        place = tmp_path / "copy" / "inbox" / f"{supplier}-books" / file_name(table, language)
        shutil.copy(saved / file_name(table, language), place)
    workspace = open_workspace(tmp_path / "copy")
    record = run.run(workspace, SENT, "filled-in")
    assert record.outcome.exit_code == 0
    frames = known_tables(workspace, ledger.read(workspace.intake)).frames
    assert "_commitment" not in frames["evidence"].columns
    for table, (_, rows) in CASES.items():
        frame = frames[table].astype(object).where(frames[table].notna(), None)
        found = frame.to_dict("records")
        for row in rows:
            wanted = {
                name if name in frame.columns else f"{name}_{language}": TEXTS[language] if value is TEXT else value
                for name, value in row.items()
                if not name.startswith(layout.CONTEXT)
            }
            plain = {name: value == "true" if name in ("nil", "quorum") else value for name, value in wanted.items()}
            assert any(all(one[name] == value for name, value in plain.items()) for one in found), (table, plain)


def test_libreoffice_keeps_the_drop_downs_and_the_protection(saved: Path) -> None:
    sheet = openpyxl.load_workbook(saved / file_name("barriers", "es"))["barriers"]
    kinds = [one.type for one in sheet.data_validations.dataValidation]
    assert {"list", "date"} <= set(kinds)
    assert any("OFFSET" in (one.formula1 or "") for one in sheet.data_validations.dataValidation)
    assert sheet.protection.sheet and sheet.row_dimensions[layout.NAMES_ROW].hidden


@pytest.mark.parametrize("name", NESTED)
def test_a_list_that_hangs_on_another_cell_offers_what_belongs_to_it(saved: Path, name: str) -> None:
    table, _, _, count, first = NESTED[name]
    sheet = openpyxl.load_workbook(saved / f"{name}.xlsx", data_only=True)[table]
    assert (sheet["AY3"].value, sheet["AZ3"].value) == (count, first)
