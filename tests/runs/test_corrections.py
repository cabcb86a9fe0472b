"""Corrections and late reports, from the files of a small country to what its readers see."""

import csv
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ogp_pipeline.cli import views_run, views_status, views_trace
from ogp_pipeline.publishing import contents, history
from ogp_pipeline.runs import run, status
from ogp_pipeline.runs.outcomes import Published, Unchanged
from ogp_pipeline.runs.summary import summary_markdown
from ogp_pipeline.upkeep import reproduction, tracing
from tests.small_country import SmallCountry, build, linked

HEADING = "correction_id,table,key,field,expected,value,reason_en,reason_es,made_by,made_on\n"
CORRECTION = HEADING + "c-1,updates,XX0001.1/2024-H1,status,complete,in_progress,A draft.,Un borrador.,M2,2024-07-18\n"
SOURCE = (
    "  - {id: corrections, supplier: forum, kind: folder, path: inbox/forum, files: corrections.csv, "
    "read: {kind: csv}, tables: {corrections: {columns: {}}}}\n"
)
UPDATES = "milestone_id,period_id,status,progress_en\n"
FIRST = UPDATES + "XX0001.1,2024-H1,complete,Published.\n"
LATE = FIRST + "XX0001.2,2024-H1,complete,Passed.\n"
MENDED = LATE.replace("XX0001.1,2024-H1,complete", "XX0001.1,2024-H1,in_progress")


def at(day: int) -> datetime:
    return datetime(2024, 7, day, 12, tzinfo=UTC)


@pytest.fixture
def country(corrected_country: Path, tmp_path: Path) -> SmallCountry:
    return linked(corrected_country, tmp_path / "copy")


@pytest.fixture(scope="module")
def corrected_country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report in time, another after the due date (the 15th), then a correction of the first; published once."""
    return correct(tmp_path_factory.mktemp("country"), SmallCountry.collect)


def correct(folder: Path, take_in: Callable[[SmallCountry, datetime], None]) -> Path:
    made = build(
        folder,
        **{
            "milestones]\n    commitments": "milestones, corrections]\n    commitments",
            "publication:\n": SOURCE + "publication:\n",
        },
    )
    made.write("agency/updates.csv", FIRST)
    take_in(made, at(10))
    made.write("agency/updates.csv", LATE)
    take_in(made, at(16))
    made.write("forum/corrections.csv", CORRECTION)
    record = made.run("corrected", at(18))
    assert isinstance(record.outcome, Published)
    assert record.corrections == ()
    return made.folder


def lines(country: SmallCountry, version: str) -> set[tuple[str, ...]]:
    path = country.folder / "var/public" / "v" / version / "progress/changes/updates.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        (f"{row['milestone_id']}/{row['period_id']}", row["status"], row["_cause"], row["_known_on"])
        for row in rows
        if row["status"]
    }


def known(country: SmallCountry, version: str, category: str, folder: Path) -> list[tuple[str, int, int, int]]:
    """What a release says of a number of the first half of the year: day, numerator, late and corrected rows."""
    publication = country.open().publication
    rows = contents.read(publication, history.release(publication, version), folder).tables.frames["metric_history"]
    chosen = rows.loc[(rows["metric_id"] == "milestone_completion") & (rows["category"] == category)]
    columns = (chosen[name].astype(object) for name in ("known_on", "numerator", "late_rows", "corrected_rows"))
    return [(str(day), int(number), int(late), int(mended)) for day, number, late, mended in zip(*columns, strict=True)]


def publish(country: SmallCountry, now: datetime) -> None:
    assert isinstance(country.run(f"day-{now.day}", now).outcome, Published)


def test_a_late_report_and_a_correction_are_seen_as_such_and_the_history_keeps_every_value(tmp_path: Path) -> None:
    country = SmallCountry(correct(tmp_path / "published each time", publish))
    versions = country.versions()
    assert not (country.folder / "var/public/v" / versions[0] / "changes.json").exists(), "there was nothing before it"
    assert lines(country, versions[1]) == {("XX0001.2/2024-H1", "complete", "late_report", "2024-07-16")}
    assert lines(country, versions[2]) == {("XX0001.1/2024-H1", "in_progress", "correction", "2024-07-18")}
    late = [("2024-07-15", 1, 0, 0), ("2024-07-16", 2, 1, 0)]
    assert known(country, versions[1], "complete", tmp_path / "late") == late
    corrected = [("2024-07-15", 0, 0, 0), ("2024-07-18", 1, 1, 1)]
    assert known(country, versions[2], "in_progress", tmp_path / "corrected") == corrected
    (rebuilt,) = reproduction.reproduce(country.open(), versions[2], None, lambda *_: None)
    assert rebuilt.differences == ()


@pytest.mark.night
def test_as_of_an_earlier_day_a_fresh_store_publishes_what_was_known_then(
    country: SmallCountry, tmp_path: Path
) -> None:
    text = (country.folder / "programme.yaml").read_text(encoding="utf-8")
    (country.folder / "programme.yaml").write_text(text.replace("var/public", "var/fresh"), encoding="utf-8")
    expected = {10: {"XX0001.1": "complete"}, 16: {"XX0001.1": "complete", "XX0001.2": "complete"}}
    for day, statuses in expected.items():
        record = run.run(country.open(), at(20), f"as-of-{day}", as_of=date(2024, 7, day))
        assert isinstance(record.outcome, Published) and record.as_of == f"2024-07-{day}"
        workspace = country.open()
        head = history.head(workspace.publication)
        assert head is not None
        updates = contents.read(workspace.publication, head, tmp_path / str(day)).tables.frames["updates"]
        assert dict(zip(updates["milestone_id"], updates["status"], strict=True)) == statuses


def test_the_trace_of_a_corrected_cell_shows_the_suppliers_file_and_the_correction(
    country: SmallCountry, capsys: pytest.CaptureFixture[str]
) -> None:
    found = tracing.trace(country.open(), "updates", "XX0001.1/2024-H1", "status", None)
    assert found.row is not None and found.row.supplier == "agency"
    (cell,) = found.row.cells
    assert (cell.value, cell.received) == ("in_progress", "XX0001.1,2024-H1,complete,Published.")
    assert cell.correction is not None
    assert (cell.correction.supplied, cell.correction.where.file) == ("complete", "corrections.csv")
    views_trace.show_trace(found, "es", every=True, as_json=False)
    told = capsys.readouterr().out
    assert "corregido por c-1 (M2, 2024-07-18): Un borrador.; el archivo enviado dice complete" in told
    assert "corrections.csv línea 2" in told
    number = "milestone_completion/XX-1/2024-H1/plan/XX-1/in_progress"
    units = tracing.trace(country.open(), "metrics", number, None, None).units
    corrected = [cell.correction.id for unit in units for row in unit.rows for cell in row.cells if cell.correction]
    assert corrected == ["c-1"]
    before = "milestone_completion/XX-1/2024-H1/complete/2024-07-15"
    then = tracing.trace(country.open(), "metric_history", before, None, None)
    assert (then.numerator, then.denominator) == (1, 3)
    assert {row.key for unit in then.units if unit.numerator for row in unit.rows} == {"XX0001.1", "XX0001.1/2024-H1"}


def test_when_the_source_mends_itself_run_status_and_summary_say_so_and_nothing_turns_red(
    country: SmallCountry, capsys: pytest.CaptureFixture[str]
) -> None:
    country.write("agency/updates.csv", MENDED)
    results = [run.collect_source(country.open(), "updates", at(20))]
    assert results[0].state == "accepted"
    record = run.conclude(country.open(), "mended", at(20), 1.0, results, [], [Unchanged(country.versions()[-1])])
    assert record.outcome.exit_code == 0
    assert [(one.correction_id, one.state) for one in record.corrections] == [("c-1", "source_mended")]
    english = "correction c-1 (updates XX0001.1/2024-H1, status): the source now sends the corrected value; remove it"
    assert english in summary_markdown(record, "en")
    assert "la fuente ya envía el valor corregido; retírela" in summary_markdown(record, "es")
    views_run.show_run(record, country.open(), None, "en", as_json=False)
    workspace = country.open()
    views_status.show_status(status.read(workspace, date(2024, 7, 20)), workspace.programme, "es", as_json=False)
    told = capsys.readouterr().out
    assert english in told and "corrección c-1" in told
    stored = json.loads((country.folder / "var/private/runs/mended.json").read_bytes())
    assert stored["corrections"][0]["state"] == "source_mended"


def test_a_level_that_goes_back_further_than_the_correction_is_held(country: SmallCountry) -> None:
    country.write("agency/updates.csv", MENDED.replace("in_progress", "not_started"))
    assert run.collect_source(country.open(), "updates", at(20)).state == "held"
