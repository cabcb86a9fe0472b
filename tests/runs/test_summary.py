"""The run's page for whoever is on duty: every language, links where there are addresses, tables that hold."""

from dataclasses import replace
from pathlib import Path

import pytest

from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.runs import run
from ogp_pipeline.runs.outcomes import Failed, Published, Rejected
from ogp_pipeline.runs.record import DeliverySummary, ReleaseSummary, RunRecord, SourceResult
from ogp_pipeline.runs.summary import Places, places, summary_markdown
from tests.small_country import NOW, build

RECEIPT = "receipts/agency/d56ba2acf1e9b167-00c2.json"
BUCKET = "https://s3.example.org/private"
REFUSED = SourceResult(
    "updates", "agency", "rejected", (DeliverySummary("d", "rejected", 1, 0, 2, 0, RECEIPT),), seconds=1.5
)
QUIET = SourceResult("roles", "forum", "same", seconds=0.1)
MADE = ReleaseSummary(2, "1.1.0", "2024-07-10", {"added": 1234, "changed": 0, "removed": 0}, 692, 1_731_343)
RECORD = RunRecord("r-1", NOW, 37.5, Rejected(2, 1, "1.1.0"), "2024-07-10", (QUIET, REFUSED), (MADE,), "var/public")
WHERE = Places("nap", BUCKET, "https://datos.gob.xx", {"agency": "Ministerio", "forum": "Foro"})


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_leads_to_receipts_and_pages_in_each_language(language: str) -> None:
    page = summary_markdown(RECORD, language, WHERE)
    receipt = f"[d56ba2acf1e9]({BUCKET}/receipts/agency/d56ba2acf1e9b167-00c2.{language}.html)"
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    assert rows[1].startswith(f"| updates | Ministerio | {receipt} | 0 | 2 |"), "what is to be done stands first"
    assert rows[2].startswith("| roles | Foro |  |")
    assert "[1.1.0](https://datos.gob.xx/v/1.1.0/datapackage.json)" in page and "[https://datos.gob.xx/]" in page
    assert "r-1" in page and "2024" in page.splitlines()[2]


def test_it_is_written_in_the_programmes_first_language(tmp_path: Path) -> None:
    workspace = build(tmp_path, **{"languages: [en]": "languages: [fr, en]"}).open()
    page = run.summary(workspace, RECORD)
    assert page.startswith("## Rejeté") and "Exécution r-1" in page and "10 juillet 2024" in page


def test_a_receipt_in_a_folder_is_named_by_what_shows_it_and_an_example_is_no_link(tmp_path: Path) -> None:
    workspace = build(tmp_path).open()
    where = places(workspace, "es")
    assert (where.private, where.pages, where.suppliers["agency"]) == (None, None, "Ministerio")
    assert where.receipt(RECEIPT, "es") == f"`ogp receipts {tmp_path} --show d56ba2acf1e9`"
    page = summary_markdown(RECORD, "es", where)
    assert "| updates | Ministerio | `d56ba2acf1e9` |" in page and "](" not in page


def test_words_from_outside_break_no_table_and_are_no_tags() -> None:
    odd = replace(QUIET, state="failed", reason="a | b\n<img src=x onerror=alert(1)>")
    page = summary_markdown(replace(RECORD, sources=(odd,), outcome=Failed("x\n## <script>")), "en", WHERE)
    [row] = [line for line in page.splitlines() if line.startswith("| roles")]
    assert "a \\| b &lt;img" in row and "<" not in page and "\n## x" not in page


def test_a_run_of_older_software_says_less() -> None:
    older = replace(MADE, rows=None, bytes=None)
    record = replace(RECORD, outcome=Published("1.1.0"), sources=(replace(QUIET, seconds=None),), releases=(older,))
    assert "| 1.1.0 | 2024-07-10 | 1,234 | 0 | 0 |  |  |" in summary_markdown(record, "en")
