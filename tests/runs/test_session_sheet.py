"""The agenda's sheet: the secretary writes results into it, puts it into the inbox, and the next run publishes them."""

import csv
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest

from ogp_pipeline.cli import app
from ogp_pipeline.formats import template_layout as layout
from ogp_pipeline.runs.outcomes import Published
from tests.runs.test_joint_evaluation import ASSESSMENT
from tests.shapes import shaped  # noqa: F401 - what commands print is compared with its shape
from tests.small_country import FILES, SmallCountry, build, folder_sources, published

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DECISIONS = "decision_id,subject_table,subject_id,text_en,method,decided_on,owner_id,due_on\n"
SENT = {
    "forum/forum_seats.csv": (
        "seat_id,party,institution_id,starts_on\nstate,government,M1,2024-01-01\nsociety,civil_society,M2,2024-01-01\n"
    ),
    "agency/assessments.csv": ASSESSMENT
    + "a1,commitments,XX0001,M1,completion,ogp-completion-2015,complete,end_of_term,2026-01-10,The law is out.\n"
    + "a2,commitments,XX0002,M1,completion,ogp-completion-2015,complete,end_of_term,2026-01-10,\n",
    "coalition/assessments.csv": ASSESSMENT
    + "c1,commitments,XX0001,M2,completion,ogp-completion-2015,limited,end_of_term,2026-01-20,Only a draft.\n"
    + "c2,commitments,XX0002,M2,completion,ogp-completion-2015,limited,end_of_term,2026-01-21,\n",
    "forum/decisions.csv": DECISIONS
    + "d1,commitments,XX0001,The ministry asks for the missing files.,consensus,2026-01-05,M1,2026-02-01\n",
}

BOOK = (
    "  - {id: forum-book, supplier: forum, kind: folder, path: inbox/forum, files: 'decisions*.xlsx', "
    "read: {kind: xlsx}, tables: {decisions: {columns: {}}}}\n"
)


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> SmallCountry:
    """Two sides that differ on two commitments, and something that was to be done by now."""
    coalition = (
        "  - {id: coalition, names: {en: Coalition}, sector: civil_society, institution: M2, "
        "language: es, may_supply: [assessments], commitments: all}\nsources:\n"
    )
    sources = folder_sources(SENT)
    country = build(
        tmp_path_factory.mktemp("session"),
        **{
            "[institutions, commitments, commitment_institutions, milestones]": (
                "[institutions, commitments, commitment_institutions, milestones, forum_seats, decisions]"
            ),
            "[updates, evidence]": "[updates, evidence, assessments]",
            "languages: [en]": "languages: [es, en]",
            "sources:\n": coalition,
            "publication:\n": sources + BOOK + "publication:\n",
        },
    )
    civil = "institution_id,name_en,sector\nM1,Ministry,government\nM2,Other house,civil_society\n"
    country.write("forum/institutions.csv", civil)
    country.write("forum/roles.csv", FILES["forum/roles.csv"] + "XX0002,M1,support\n")
    for name, content in SENT.items():
        country.write(name, content)
    assert country.run("before", NOW).outcome == Published("1.0.0")
    return country


def _call(*arguments: object) -> int:
    with pytest.raises(SystemExit) as left:
        app.main([str(argument) for argument in arguments])
    return int(left.value.code or 0)


def _fill(path: Path, results: Mapping[str, Mapping[str, object]]) -> None:
    """Write into the lines of these decisions, as a person does: by the headings, in the rows that stand there."""
    book = openpyxl.load_workbook(path)
    sheet = book["decisions"]
    columns = {cell.value: cell.column for cell in sheet[layout.NAMES_ROW]}
    for row in range(layout.FIRST_ROW, sheet.max_row + 1):
        for column, value in results.get(str(sheet.cell(row, columns["decision_id"]).value), {}).items():
            sheet.cell(row, columns[column]).value = value
    book.save(path)


def _published(country: SmallCountry, table: str, key: str) -> dict[str, dict[str, str]]:
    path = country.folder / f"var/public/latest/evaluation/{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row[key]: row for row in csv.DictReader(file)}


def test_what_the_secretary_writes_into_the_sheet_is_published_and_what_was_left_open_is_not(
    country: SmallCountry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of two disputes one is settled with dissent; an earlier decision was carried out."""
    page = tmp_path / "agenda.html"
    inbox = country.folder / "inbox" / "forum"
    options = ("--session", "--on", "2026-03-10", "--lang", "es", "--to", page, "--sheet", inbox, "--json")
    assert _call("report", country.folder, *options) == 0
    told = json.loads(capsys.readouterr().out)
    sheet = Path(told["sheet"]["to"])
    assert (sheet.parent, told["sheet"]["supplier"], told["sheet"]["rows"]) == (inbox, "forum", 3)
    assert told["held_on"] == "2026-03-10"
    assert sheet.name in page.read_text(encoding="utf-8")

    done, settled = {"done_on": date(2026, 2, 20)}, {"code": "Limitado", "quorum": "Sí", "owner_id": "M1"}
    settled |= {"rationale_es": "Solo hay un borrador.", "dissent_es": "El ministerio no está de acuerdo."}
    settled |= {"due_on": date(2026, 6, 30), "text_es": "El ministerio publica la ley."}
    _fill(sheet, {"d1": done, "2026-03-10-01": settled})
    assert country.run("after", NOW.replace(day=11)).outcome == Published("1.1.0")

    decisions = _published(country, "decisions", "decision_id")
    assert sorted(decisions) == ["2026-03-10-01", "d1"]
    assert decisions["d1"]["done_on"] == "2026-02-20"
    made = decisions["2026-03-10-01"]
    given = ("subject_id", "code", "method", "decided_on", "owner_id", "due_on", "dissent_es")
    assert [made[column] for column in given] == [
        "XX0001",
        "limited",
        "consensus",
        "2026-03-10",
        "M1",
        "2026-06-30",
        "El ministerio no está de acuerdo.",
    ]
    joint = _published(country, "joint_evaluation", "subject_id")
    assert (joint["XX0001"]["agreed_code"], joint["XX0002"]["state"]) == ("limited", "judged_differently")

    assert _call("report", country.folder, "--session", "--on", "2026-03-10", "--lang", "es", "--to", page) == 0
    text = page.read_text(encoding="utf-8")
    assert "1. XX0002" in text  # what is left to decide moves up, and the other is an open action by now
    assert "El ministerio publica la ley." in text


@pytest.fixture
def plain(tmp_path: Path) -> SmallCountry:
    """A country with a release, whose forum may send decisions; there is nothing to decide."""
    country = published(tmp_path / "country")
    country.edit("commitment_institutions, milestones]", "commitment_institutions, milestones, decisions]")
    country.edit("publication:\n", BOOK + "publication:\n")
    return country


def test_a_sheet_that_lies_in_the_inbox_already_is_said_to_be_taken_by_the_next_run(
    plain: SmallCountry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A night's run refused the empty sheet and took it away before the session."""
    told, inbox = [], plain.folder / "inbox" / "forum"
    for folder in (inbox, tmp_path):
        options = ("--session", "--on", "2026-03-12", "--lang", "en", "--to", tmp_path / "a.html", "--sheet", folder)
        assert _call("report", plain.folder, *options) == 0
        told.append(" ".join(capsys.readouterr().out.split()))
    assert "the next run takes it, filled in or not" in told[0] and "the next run takes it" not in told[1]


def test_a_name_that_no_source_reads_is_refused_with_the_one_that_it_does(
    plain: SmallCountry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _call("report", plain.folder, "--session", "--sheet", tmp_path / "results.xlsx") == 2
    assert "decisions*.xlsx" in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "results.xlsx").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--sheet", "x.xlsx"), "--session only"),
        (("--on", "2026-01-01"), "--session only"),
        (("--session", "--period", "2024-H1"), "does not go with --session"),
        (("--session", "--for", "forum"), "--sheet only"),
        (("--session", "--plan", "XX-2"), "Did you mean `XX-1`"),
        (("--session", "--sheet", ".", "--for", "forun"), "Did you mean `forum`"),
    ],
)
def test_options_that_do_not_fit_are_wrong_use(
    plain: SmallCountry, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], said: str
) -> None:
    assert _call("report", plain.folder, *options) == 2
    assert said in " ".join(capsys.readouterr().err.replace("│", " ").split())
