"""A whole run: agency and civil society judge, the forum decides seat by seat, and a number leads back to a cell."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ogp_pipeline.runs import publication
from ogp_pipeline.runs.known_state import known_entries, known_tables, past_tables
from ogp_pipeline.runs.outcomes import Published
from ogp_pipeline.upkeep import tracing
from tests.small_country import SmallCountry, build, folder_sources

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ASSESSMENT = "assessment_id,subject_table,subject_id,assessor_id,variable,scale,code,stage,assessed_on,rationale_en\n"
SENT = {
    "forum/institutions.csv": (
        "institution_id,name_en,sector\nM1,Ministry,government\nM2,Other ministry,government\n"
        "coalition,Coalition,civil_society\n"
    ),
    "forum/forum_seats.csv": (
        "seat_id,party,institution_id,starts_on,ends_on,rotates\n"
        "state,government,M1,2024-01-01,,false\nsociety,civil_society,coalition,2025-01-01,,true\n"
    ),
    "agency/assessments.csv": ASSESSMENT
    + "a1,commitments,XX0001,M1,completion,ogp-completion-2015,complete,end_of_term,2026-01-10,The law is out.\n",
    "coalition/assessments.csv": ASSESSMENT
    + "c1,commitments,XX0001,coalition,completion,ogp-completion-2015,limited,end_of_term,2026-01-20,Only a draft.\n"
    + "c2,commitments,XX0002,coalition,completion,ogp-completion-2015,complete,end_of_term,2026-01-20,All is there.\n",
    "forum/decisions.csv": (
        "decision_id,subject_table,subject_id,variable,code,method,decided_on\n"
        "d1,commitments,XX0001,completion,substantial,consensus,2026-02-02\n"
    ),
    "forum/decision_positions.csv": (
        "decision_id,seat_id,position,note_en\nd1,state,agrees,\nd1,society,stands_aside,The law is not in force.\n"
    ),
}


@pytest.fixture
def country(tmp_path: Path) -> SmallCountry:
    """It has sent what is to be judged, the judgements of two sides, and a decision."""
    decisions = "evaluation: {decisions: {quorum_seats: 2, parties: [government, civil_society]}}\npublication:\n"
    coalition = (
        "  - {id: coalition, names: {es: Coalición, en: Coalition}, sector: civil_society, institution: coalition, "
        "language: es, may_supply: [assessments], commitments: all}\nsources:\n"
    )
    sources = folder_sources(name for name in SENT if name != "forum/institutions.csv")
    country = build(
        tmp_path,
        **{
            "[institutions, commitments, commitment_institutions, milestones]": (
                "[institutions, commitments, commitment_institutions, milestones, forum_seats, decisions, "
                "decision_positions]"
            ),
            "[updates, evidence]": "[updates, evidence, assessments]",
            "sources:\n": coalition,
            "publication:\n": sources + decisions,
        },
    )
    for name, content in SENT.items():
        country.write(name, content)
    return country


def test_two_judgements_and_a_decision_become_a_row_of_what_is_published(country: SmallCountry) -> None:
    country.collect(NOW)
    workspace, day = country.open(), NOW.date()
    entries = known_entries(workspace)
    tables = known_tables(workspace, entries, day)
    content = publication.content_of(
        tables, workspace.programme, workspace.schemas, day, past_tables(workspace, entries)
    )
    rows = content.tables["joint_evaluation"].set_index("subject_id")
    said = rows.loc[["XX0001", "XX0002"], ["state", "agreed_code", "self_code", "civil_code"]]
    assert [list(row) for row in said.astype(object).where(said.notna(), None).to_numpy()] == [
        ["agreed_with_dissent", "substantial", "complete", "limited"],
        ["not_decided", None, None, "complete"],
    ]
    agreed = content.tables["metrics"].query("metric_id == 'agreed_completion' and category == 'substantial'")
    assert agreed["numerator"].max() == 1


@pytest.mark.night
def test_two_judgements_and_a_decision_become_a_published_row_and_a_number_that_leads_to_its_cells(
    country: SmallCountry,
) -> None:
    assert country.run("joint", NOW).outcome == Published("1.0.0")

    path = country.folder / "var/public/latest/evaluation/joint_evaluation.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = {row["subject_id"]: row for row in csv.DictReader(file)}
    first, second = rows["XX0001"], rows["XX0002"]
    assert (first["self_code"], first["civil_code"], first["differs"]) == ("complete", "limited", "true")
    assert (first["state"], first["agreed_code"], first["dissent"]) == ("agreed_with_dissent", "substantial", "1")
    assert (second["state"], second["agreed_code"], second["parties"]) == ("not_decided", "", "1")

    number = "agreed_completion/XX-1/end_of_term/plan/XX-1/substantial"
    traced = repr(tracing.trace(country.open(), "metrics", number, None, None))
    for name in ("agency/assessments.csv", "coalition/assessments.csv", "forum/decisions.csv", "decision_positions"):
        assert name.split("/")[-1].removesuffix(".csv") in traced
    assert "The law is out." in traced and "Only a draft." in traced
