"""Canada's fifth and sixth plans, end to end: what a stranger counts in the tracker's YAML is what is published."""

import csv
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from ogp_pipeline.cli import app
from ogp_pipeline.runs import run
from ogp_pipeline.runs.outcomes import Published
from ogp_pipeline.runs.workspace import open_workspace

EXAMPLE = Path(__file__).parent.parent / "examples" / "canada-nap6"
NOW = datetime(2026, 11, 28, 9, 30, tzinfo=UTC)
PLANS = {5: "CA-NAP5", 6: "CA-NAP6"}
# By hand from a calendar: the words of a deadline -> its last day, '' where no one day follows from them.
DUE = {
    "Ongoing": "",
    "By summer 2025": "2025-08-31",
    "By fall 2025": "2025-11-30",
    "By winter 2025": "2025-12-31",
    "By early 2026": "",
    "By spring 2026": "2026-05-31",
    "By 2026": "2026-12-31",
    "2026-27": "2027-03-31",
    "Fall 2027": "2027-11-30",
    "By end of 2028": "2028-12-31",
    "March 2029": "2029-03-31",
    "2025 to 2028": "2028-12-31",
    "Biannually until 2029": "2029-12-31",
}

# Words that say more than the month beside them: no day, two days, or a later one.
OTHERWISE = {
    "Ongoing",
    "Annually",
    "May 2023 and ongoing",
    "By February 2022 and February 2023",
    "By June 2022 for reporting year 2022, and June 2023 for reporting year 2023",
    "Completion by March 2025; report initial progress by 2024",
    "Completion by March 2026; report initial progress by 2024",
}


def choices(number: int, field: str) -> dict[str, Any]:
    """What the tracker lets its departments choose from, read by nothing of ours."""
    document = yaml.safe_load((EXAMPLE / f"upstream/ca-nap{number}.yaml").read_text(encoding="utf-8"))
    [found] = [each for each in document["resources"][0]["fields"] if each["datastore_id"] == field]
    return dict(found["choices"])


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The example published once, in a copy."""
    folder = tmp_path_factory.mktemp("country") / "examples" / "canada-nap6"
    shutil.copytree(EXAMPLE, folder)
    record = run.run(open_workspace(folder), NOW, "first-run")
    assert record.outcome == Published("1.0.0")
    assert {source.state for source in record.sources} == {"accepted"}
    yield folder.parents[1] / "var/canada-nap6/public"


def table(public: Path, name: str) -> list[dict[str, str]]:
    with (public / "latest" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("number", PLANS)
def test_the_three_levels_are_published_with_their_titles_in_both_languages(public: Path, number: int) -> None:
    plan = PLANS[number]
    wanted = {
        f"{plan}.{code}": (" ".join(each["en"].split()), " ".join(each["fr"].split()))
        for field in ("commitments", "milestones", "indicators")
        for code, each in choices(number, field).items()
    }
    rows = [*table(public, "plan/commitments"), *table(public, "plan/milestones")]
    keys = [row.get("milestone_id") or row["commitment_id"] for row in rows]
    found = {key: (row["title_en"], row["title_fr"]) for key, row in zip(keys, rows, strict=True) if plan in key}
    assert found == wanted
    assert len(wanted) == {5: 5 + 19 + 106, 6: 4 + 19 + 65}[number]


@pytest.mark.parametrize("number", PLANS)
def test_indicators_are_the_parts_of_their_milestones_and_are_what_is_counted(public: Path, number: int) -> None:
    plan, indicators = PLANS[number], choices(number, "indicators")
    parents = {row["milestone_id"]: row["parent_id"] for row in table(public, "plan/milestones")}
    assert {code: parents[f"{plan}.{code}"] for code in indicators} == {
        code: f"{plan}.{code.rpartition('.')[0]}" for code in indicators
    }
    numbers = pd.DataFrame(table(public, "metrics/metrics"))
    whole = numbers[(numbers["plan_id"] == plan) & (numbers["dimension"] == "plan")].set_index("metric_id")
    assert whole.loc["commitments", "numerator"] == str(len(choices(number, "commitments")))
    assert whole.loc["milestones", "numerator"] == str(len(indicators))


@pytest.mark.parametrize("number", PLANS)
def test_every_lead_department_leads_its_commitments(public: Path, number: int) -> None:
    plan = PLANS[number]
    wanted = {
        (f"{plan}.{code.partition('.')[0]}", lead)
        for code, each in choices(number, "indicators").items()
        for lead in ([each["lead_dept"]] if isinstance(each["lead_dept"], str) else each["lead_dept"])
    }
    rows = table(public, "plan/commitment_institutions")
    assert {(row["commitment_id"], row["institution_id"]) for row in rows if plan in row["commitment_id"]} == wanted
    named = {row["institution_id"] for row in table(public, "plan/institutions") if row["name_en"] and row["name_fr"]}
    assert {lead for _, lead in wanted} <= named


def test_a_deadline_in_words_is_due_on_its_last_day(public: Path) -> None:
    rows = [row for row in table(public, "plan/milestones") if row["milestone_id"].startswith("CA-NAP6")]
    found = {row["due_text"]: row["due_date"] for row in rows}
    assert {words: found[words] for words in DUE} == DUE


def test_the_words_say_the_months_that_the_fifth_plans_tracker_gives_beside_them(public: Path) -> None:
    due = {row["milestone_id"]: row["due_date"] for row in table(public, "plan/milestones")}
    stated = {
        code: each["due_date"]
        for code, each in choices(5, "indicators").items()
        if each.get("due_date")
        and each["deadline"]["en"] not in OTHERWISE
        and code != "C05.2.07"  # March of another year
    }
    assert len(stated) > 50
    assert {code: due[f"CA-NAP5.{code}"][:7] for code in stated} == stated


@pytest.mark.parametrize("number", PLANS)
def test_nobody_was_heard_from_in_any_round_that_is_over(public: Path, number: int) -> None:
    over = [str(code) for code in choices(number, "reporting_period") if str(code) <= "2026-10"]
    count = str(len(choices(number, "indicators")))
    rows = [
        (row["period_id"], row["numerator"], row["denominator"])
        for row in table(public, "metrics/metrics")
        if (row["metric_id"], row["plan_id"], row["dimension"]) == ("reporting_compliance", PLANS[number], "plan")
    ]
    assert rows == [(period, "0", count) for period in over]


def test_the_pages_speak_english_and_french(public: Path) -> None:
    for language, words in (("en", "Not heard from"), ("fr", "Sans nouvelles de")):
        page = (public / language / "index.html").read_text(encoding="utf-8")
        assert f'<html lang="{language}">' in page and words in page


def test_a_country_may_start_from_it_in_two_languages(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as left:
        app.main(["init", str(tmp_path / "new"), "--from", "canada", "--country", "CI", "--lang", "fr"])
    assert not left.value.code
    programme = open_workspace(tmp_path / "new").programme
    assert programme.languages == ["en", "fr"] and programme.plans[0].starts >= date(2026, 1, 1)
    assert "title_en,title_fr" in (tmp_path / "new/forms/forum/commitments.csv").read_text(encoding="utf-8")
    assert "CA-NAP" not in (tmp_path / "new" / "programme.yaml").read_text(encoding="utf-8")
