"""Bad input, end to end: a receipt says what, where and what to do; the last release stays; the outcome says so."""

import json
from pathlib import Path

import pytest

from ogp_pipeline.errors import ProgrammeError
from ogp_pipeline.runs.checking import check_file
from ogp_pipeline.runs.outcomes import Published, Rejected, Unchanged
from ogp_pipeline.runs.record import SourceResult
from ogp_pipeline.runs.run import collect_source
from tests.small_country import FILES, NOW, SmallCountry, build, published

UPDATES = "milestone_id,period_id,status,progress_en\n"
COMMITMENTS = "commitment_id,plan_id,title_en\n"
MILESTONES = "milestone_id,commitment_id,institution_id,title_en,due_date,due_precision\n"
ASCII = "".join(f"XX0001.1,2024-H1,in_progress,Work goes on in step {n}.\n" for n in range(4200))
NOT_UTF8 = (UPDATES + ASCII).encode() + "XX0001.2,2024-H1,in_progress,La política\n".encode("mac_roman")

# name of the test, file, its bytes, the rule, the line, what the English and the Spanish receipt must say
CASES: list[tuple[str, str, str | bytes, str, int | None, str, str]] = [
    ("unknown status", "agency/updates.csv", UPDATES + "XX0001.1,2024-H1,No Trackab,x\n",
     "status-unknown", 2, "No Trackab", "No Trackab"),
    ("missing id", "forum/commitments.csv", COMMITMENTS + "XX0001,XX-1,Open budgets\n,XX-1,Open courts\n",
     "constraint-error/required", 3, "commitment_id", "commitment_id"),
    ("repeated id", "forum/commitments.csv", COMMITMENTS + "XX0001,XX-1,Open budgets\nXX0001,XX-1,Open courts\n",
     "repeated-key", 3, "XX0001", "XX0001"),
    ("part of another commitment", "forum/milestones.csv", MILESTONES + "XX0001.1,XX0002,M1,Draft,2024-06-30,day\n",
     "hierarchy", 2, "XX0001", "XX0001"),
    ("a day that does not exist", "forum/milestones.csv", MILESTONES + "XX0001.1,XX0001,M1,Draft,2024-02-31,day\n",
     "type-error/date", 2, "2024-02-31", "2024-02-31"),
    ("another agency's commitment", "agency/updates.csv", UPDATES + "XX0002.1,2024-H1,complete,Ours now\n",
     "authority-commitment", 2, "XX0002", "XX0002"),
    ("web page", "agency/updates.csv", "<!DOCTYPE html>\n<html><body>Please log in</body></html>\n",
     "not-a-table", None, "web page", "página"),
    ("truncated", "agency/updates.csv", UPDATES + 'XX0001.1,2024-H1,in_progress,"The draft is be',
     "truncated", 2, "", ""),
    ("wrong encoding after 200 kB", "agency/updates.csv", NOT_UTF8,
     "encoding", 4202, "0x92", "0x92"),
]  # fmt: skip


@pytest.fixture
def country(tmp_path: Path) -> SmallCountry:
    """A country with one release."""
    return published(tmp_path / "copy")


def receipt_of(country: SmallCountry, result: SourceResult) -> dict[str, object]:
    [delivery] = result.deliveries
    assert delivery.receipt is not None
    stored = country.open().intake.get(delivery.receipt)
    assert stored is not None
    found: dict[str, object] = json.loads(stored.data)
    return found


@pytest.mark.parametrize(
    ("name", "file", "content", "rule", "line", "english", "spanish"), CASES, ids=[c[0] for c in CASES]
)
def test_a_bad_file_gets_a_receipt_and_the_release_stays(
    country: SmallCountry,
    name: str,
    file: str,
    content: str | bytes,
    rule: str,
    line: int | None,
    english: str,
    spanish: str,
) -> None:
    before = country.public_files()
    country.write(file, content)
    record = country.run("second")
    assert isinstance(record.outcome, Rejected) and record.outcome.exit_code == 4
    assert record.outcome.version is None
    assert country.public_files() == before
    [bad] = [result for result in record.sources if result.state == "rejected"]
    receipt = receipt_of(country, bad)
    assert receipt["verdict"] == "rejected"
    problems = [problem for problem in receipt["problems"] if problem["rule"] == rule]
    assert problems, f"no {rule} among {[problem['rule'] for problem in receipt['problems']]}"
    where = problems[0]["where"]
    assert where["file"] == Path(file).name
    assert line is None or where["line"] == line
    for language, said in (("en", english), ("es", spanish)):
        assert said in problems[0]["wrong"][language] and problems[0]["todo"][language]
        page = country.open().intake.get(bad.deliveries[0].receipt.replace(".json", f".{language}.html"))
        assert page is not None and f'<html lang="{language}">' in page.data.decode()


def test_the_wrong_byte_is_named_with_line_column_and_what_was_seen(country: SmallCountry) -> None:
    assert NOT_UTF8.index(b"\x92") > 200_000
    country.write("agency/updates.csv", NOT_UTF8)
    [bad] = [result for result in country.run("second").sources if result.state == "rejected"]
    [problem] = receipt_of(country, bad)["problems"]
    column = len("XX0001.2,2024-H1,in_progress,La pol") + 1
    for language in ("en", "es"):
        text = problem["wrong"][language]
        assert "4202" in text and str(column) in text and "0x92" in text


@pytest.mark.parametrize("content", ["", UPDATES], ids=["empty", "header only"])
def test_an_empty_file_is_nothing_received_and_not_a_valid_one(country: SmallCountry, content: str) -> None:
    before = country.public_files()
    country.write("agency/updates.csv", content)
    record = country.run("second")
    [silent] = [result for result in record.sources if result.state not in ("same",)]
    assert silent.source == "updates" and silent.state in ("nothing", "rejected")
    assert receipt_of(country, silent)["verdict"] in ("nothing_received", "rejected")
    assert country.public_files() == before
    assert not isinstance(record.outcome, Published)


def test_a_bad_file_stays_bad_until_it_is_mended(country: SmallCountry) -> None:
    country.write("agency/updates.csv", UPDATES + "XX0001.1,2024-H1,No Trackab,x\n")
    first, again = country.run("second"), country.run("third")
    assert first.outcome == again.outcome == Rejected(1, 1)
    country.write("agency/updates.csv", UPDATES + "XX0001.1,2024-H1,complete,Done\n")
    assert collect_source(country.open(), "updates", NOW).state == "accepted"


def test_the_other_sources_are_published_and_the_outcome_is_still_red(country: SmallCountry) -> None:
    country.write("agency/updates.csv", UPDATES + "XX0001.1,2024-H1,No Trackab,x\n")
    country.write("forum/institutions.csv", FILES["forum/institutions.csv"] + "M3,Third ministry,government\n")
    assert country.run("second").outcome == Rejected(1, 1, "1.1.0")
    assert country.versions() == ["1.0.0", "1.1.0"]


@pytest.mark.night
def test_a_programme_may_hold_everything_back_for_one_bad_file(tmp_path: Path) -> None:
    country = build(tmp_path / "strict", **{"  base_url": "  on_rejected: hold\n  base_url"})
    assert country.run("first").outcome == Published("1.0.0")
    country.write("agency/updates.csv", UPDATES + "XX0001.1,2024-H1,No Trackab,x\n")
    country.write("forum/institutions.csv", FILES["forum/institutions.csv"] + "M3,Third ministry,government\n")
    assert country.run("second").outcome == Rejected(1, 1)
    country.write("agency/updates.csv", FILES["agency/updates.csv"])
    assert country.run("third").outcome == Published("1.1.0")


def test_a_programme_with_five_mistakes_runs_nothing_and_says_all(country: SmallCountry) -> None:
    before = country.public_files()
    path = country.folder / "programme.yaml"
    text = path.read_text(encoding="utf-8")
    for old, new in (
        ("scale: us-nap5", "scale: nap5"),
        ("sector: civil_society", "sector: civil"),
        ("{id: updates, supplier: agency", "{id: updates, supplier: agencia"),
        ("tables: {milestones:", "tables: {milestone:"),
        ("ends: 2025-12-31", "ends: 2025-13-31"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProgrammeError) as caught:
        country.run("second")
    assert len(caught.value.mistakes) == 5
    assert all(line for line, _ in caught.value.mistakes)
    assert country.public_files() == before


@pytest.mark.night
def test_a_full_statement_may_not_drop_what_others_refer_to(tmp_path: Path) -> None:
    changes_back = "guards:\n  older: {hold: false, why: The list changes back}\npublication:\n"
    whole = {"{id: milestones, supplier": "{whole: true, id: milestones, supplier", "publication:\n": changes_back}
    country = build(tmp_path / "whole", **whole)
    assert country.run("first").outcome == Published("1.0.0")
    kept = FILES["forum/milestones.csv"].replace("XX0001.2,XX0001,M1,Publish the law,2025-06-30,day\n", "")
    country.write("forum/milestones.csv", kept)
    record = country.run("second")
    assert record.outcome == Rejected(1, 1)
    [bad] = [result for result in record.sources if result.state == "rejected"]
    assert [problem["rule"] for problem in receipt_of(country, bad)["problems"]] == ["row-withdrawn"]
    country.write("forum/milestones.csv", FILES["forum/milestones.csv"].replace("the rulings", "all rulings"))
    assert country.run("third").outcome == Published("1.0.1")
    country.write("forum/milestones.csv", FILES["forum/milestones.csv"])
    assert country.run("fourth").outcome == Published("1.0.2"), "a file that changes back is news"
    assert country.run("fifth").outcome == Unchanged("1.0.2")


def test_a_file_without_rows_gets_one_receipt_whatever_happens_meanwhile(country: SmallCountry) -> None:
    country.write("agency/updates.csv", UPDATES)
    country.collect()
    receipts = set(country.open().intake.list("receipts/"))
    country.write("forum/institutions.csv", FILES["forum/institutions.csv"] + "M3,Third ministry,government\n")
    country.collect()
    new = set(country.open().intake.list("receipts/")) - receipts
    assert {key.split("/")[1] for key in new} == {"forum"}


def test_an_institution_that_no_list_has_is_the_programmes_mistake(country: SmallCountry) -> None:
    path = country.folder / "programme.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("institution: M1", "institution: M9"), encoding="utf-8")
    country.write("agency/updates.csv", UPDATES + "XX0001.1,2024-H1,complete,Done\n")
    failed = collect_source(country.open(), "updates", NOW)
    assert failed.state == "failed"
    line = path.read_text(encoding="utf-8").splitlines().index("    institution: M9") + 1
    assert failed.reason is not None and f"programme.yaml:{line}: `M9`" in failed.reason and "M1, M2" in failed.reason
    assert receipt_of(country, failed)["verdict"] == "not_processed"
    workspace = country.open()
    with pytest.raises(ProgrammeError, match="`M9`, the institution of `agency`, is in no list"):
        check_file(workspace, country.folder / "inbox/agency/updates.csv", "agency", None, NOW)
