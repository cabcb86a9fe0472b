"""``ogp init``: a forum and an agency, each with one inbox for all its tables."""

from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest

from ogp_pipeline import starter
from ogp_pipeline.runs import run, templating
from ogp_pipeline.runs.record import SourceResult
from ogp_pipeline.runs.workspace import open_workspace
from ogp_pipeline.schema import schemas as schema_folder
from ogp_pipeline.schema.schemas import speaking
from ogp_pipeline.starter.files import csv_file

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SENT = {
    "institutions": {"institution_id": "AGENCY-1", "name_en": "An agency", "sector": "government"},
    "commitments": {"commitment_id": "GT0001", "plan_id": "GT-NAP1", "title_en": "Publish the contracts"},
    "commitment_institutions": {"commitment_id": "GT0001", "institution_id": "AGENCY-1", "role": "lead"},
    "milestones": {
        "milestone_id": "GT0001.1", "commitment_id": "GT0001", "institution_id": "AGENCY-1", "title_en": "Portal",
        "due_date": "2026-06-30", "due_precision": "day",
    },
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    starter.create(tmp_path / "gt", "GT", "en", date(2026, 1, 15), schema_folder.load())
    return tmp_path / "gt"


def collect(folder: Path) -> dict[str, SourceResult]:
    workspace = open_workspace(folder)
    return {one.id: run.collect_source(workspace, one.id, NOW) for one in workspace.programme.sources}


def lying(folder: Path, party: str) -> list[str]:
    return sorted(path.name for path in (folder / "inbox" / party).iterdir() if path.is_file())


def test_a_run_before_anybody_sent_anything_takes_nothing(folder: Path) -> None:
    forms = {path.relative_to(folder) for path in folder.glob("forms/*/*.csv")}
    assert Path("forms/forum/milestones.csv") in forms and Path("forms/agency/updates.csv") in forms
    assert {result.state for result in collect(folder).values()} == {"nothing"}
    assert {path.relative_to(folder) for path in folder.glob("forms/*/*.csv")} == forms
    assert lying(folder, "forum") == lying(folder, "agency") == [".gitkeep"]


def test_a_party_drops_its_tables_and_a_filled_template_into_one_inbox(folder: Path) -> None:
    tables = speaking(schema_folder.load(), ["en"]).tables
    for name, row in SENT.items():
        (folder / f"inbox/forum/{name} of March.csv").write_text(csv_file(tables[name], [row]), encoding="utf-8")
    states = {name: result.state for name, result in collect(folder).items()}
    assert [states[f"forum-{name.replace('_', '-')}"] for name in SENT] == ["accepted"] * len(SENT)
    made = templating.make(
        open_workspace(folder), "agency", NOW.date(), table="updates", period="2026-H1", language=None, to=folder
    )
    workbook = openpyxl.load_workbook(made.path)
    names = [cell.value for cell in workbook["updates"][2]]
    workbook["updates"].cell(3, names.index("status") + 1).value = "in_progress"
    workbook["updates"].cell(3, names.index("progress_en") + 1).value = "The draft is ready."
    workbook.save(folder / "inbox/agency/Our report.xlsx")
    assert collect(folder)["agency-workbook"].state == "accepted"
    assert lying(folder, "forum") == lying(folder, "agency") == [".gitkeep"]
