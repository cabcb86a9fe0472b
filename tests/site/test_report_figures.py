"""A report's page against the published files, in a country in which every part of it has something to say."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ogp_pipeline.runs.outcomes import Published
from tests.site.report_figures import Figures, compare
from tests.small_country import build

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TABLES = [
    "proposals",
    "responses",
    "events",
    "requirement_checks",
    "forum_seats",
    "assessments",
    "decisions",
    "decision_positions",
]
SENT = {
    "institutions": (
        "institution_id,name_en,sector\nM1,Ministry,government\nM2,Other ministry,government\n"
        "coalition,Coalition,civil_society\n"
    ),
    "milestones": (
        "milestone_id,commitment_id,parent_id,institution_id,title_en,due_date,due_precision\n"
        "XX0001.1,XX0001,,M1,Publish the draft,2024-06-30,day\n"
        "XX0001.2,XX0001,,M1,Publish the law,2025-06-30,day\n"
        "XX0002.1,XX0002,,M2,Publish the rulings,2025-06-30,day\n"
        "XX0002.2,XX0002,XX0002.1,M2,Publish the first,2025-03-31,day\n"
        "XX0002.3,XX0002,XX0002.1,,Publish the others,,\n"
    ),
    "proposals": (
        "proposal_id,plan_id,proposer_id,title_en,text_en,received_on\n"
        "p1,XX-1,coalition,Budgets,Open the budget.,2023-11-01\np2,XX-1,coalition,Courts,Open the courts.,2023-11-02\n"
        "p3,XX-1,,Archives,Open the archives.,2023-11-03\n"
    ),
    "responses": (
        "response_id,proposal_id,outcome,commitment_id,reason_en,responded_on\n"
        "a1,p1,included,XX0001,It is a commitment now.,2023-12-01\na2,p2,included,,We will see.,2023-12-02\n"
    ),
    "events": "event_id,plan_id,kind,title_en,starts_on,open_to\ns1,XX-1,forum_session,First,2024-03-01,open\n",
    "requirement_checks": (
        "plan_id,requirement,checked_on,met,evidence_url\nXX-1,website,2024-03-01,true,https://example.org/\n"
        "XX-1,outreach,2025-03-01,false,\n"
    ),
    "forum_seats": (
        "seat_id,party,institution_id,starts_on,ends_on,rotates\n"
        "state,government,M1,2024-01-01,,false\nsociety,civil_society,coalition,2025-01-01,,true\n"
    ),
    "assessments": (
        "assessment_id,subject_table,subject_id,assessor_id,variable,scale,code,stage,assessed_on\n"
        "j1,commitments,XX0001,M1,completion,ogp-completion-2015,complete,end_of_term,2026-01-10\n"
        "j2,commitments,XX0001,coalition,completion,ogp-completion-2015,limited,end_of_term,2026-01-20\n"
        "j3,commitments,XX0002,coalition,completion,ogp-completion-2015,complete,midterm,2025-01-20\n"
    ),
    "decisions": (
        "decision_id,subject_table,subject_id,variable,code,method,decided_on\n"
        "d1,commitments,XX0001,completion,substantial,consensus,2026-02-02\n"
    ),
    "decision_positions": (
        "decision_id,seat_id,position,note_en\nd1,state,agrees,\nd1,society,stands_aside,The law is not in force.\n"
    ),
}


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of the country's only release."""
    sources = "".join(
        f"  - {{id: forum-{table}, supplier: forum, kind: folder, path: inbox/forum, files: {table}.csv, "
        f"read: {{kind: csv}}, tables: {{{table}: {{columns: {{}}}}}}}}\n"
        for table in TABLES
    )
    second = "      - {id: 2025-H1, starts: 2025-01-01, ends: 2025-06-30, due: 2025-07-15}\nsuppliers:\n"
    country = build(
        tmp_path_factory.mktemp("country"),
        **{
            "commitment_institutions, milestones]": f"commitment_institutions, milestones, {', '.join(TABLES)}]",
            "suppliers:\n": second,
            "publication:\n": sources + "evaluation: {decisions: {quorum_seats: 2}}\npublication:\n",
        },
    )
    for table, content in SENT.items():
        country.write(f"forum/{table}.csv", content)
    country.write(
        "agency/updates.csv",
        "milestone_id,period_id,status,progress_en,nil\nXX0001.1,2024-H1,complete,Out.,\n"
        "XX0001.2,2024-H1,not_started,Waits for the draft.,\nXX0001.1,2025-H1,,,true\n"
        "XX0001.2,2025-H1,in_progress,Half.,\n",
    )
    assert country.run("figures", NOW).outcome == Published("1.0.0")
    return country.folder / "var/public"


@pytest.mark.parametrize("period", ["2024-H1", "2025-H1"])
def test_every_table_of_the_page_says_what_the_published_files_say(public: Path, period: str) -> None:
    figures = Figures(public, "1.0.0", date(2026, 3, 1), "XX-1", period)
    compare(figures)
    sizes = len(figures.overdue()), len(figures.silent()[0]), figures.vanished(), len(figures.states())
    assert sizes == (2, 1, 2, 2), "the country is to have all of them"
    assert {answer for _, answer in figures.windows()} >= {"Yes", "–"}
