"""Files as agencies have sent them: what is said of each, and the right values of what is taken.

Each file stands for a kind; the kinds have tests of their own (formats, workbooks, sources, validation).
"""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

DAY = date(2026, 11, 28)
AGENCY = Path(__file__).parent / "agency"

# File -> what is said of it, and how often; then, where rows are taken, a column and its values.
SAID = [
    ("evidence-big.csv", {"out-of-bounds/integer": 1}, None),
    ("evidence-urls.csv", {"link-closed": 9}, ("number", [str(n) for n in range(1, 10)])),
    ("institutions-ids.xlsx", {"identifier-near": 2}, None),
    ("resources-0.3333333333333333.csv", {"out-of-bounds/number": 1}, None),
    ("resources-inf.csv", {"shortened-number": 2, "placeholder-value": 2, "type-error/number": 1}, None),
    (
        "resources.csv",
        {"shortened-number": 3, "placeholder-value": 2, "type-error/number": 2, "mended": 2, "ambiguous-number": 1},
        None,
    ),
    ("updates-100pct.xlsx", {"percent-status": 1}, ("percent", ["100"])),
    (
        "updates-cp1252.csv",
        {"encoding-taken": 1},
        ("status", ["limited", "limited"]),
    ),
    (
        "updates-floats.xlsx",
        {
            "percent-share": 1,
            "type-error/number": 2,
            "time-in-date": 1,
            "ambiguous-date": 1,
        },
        None,
    ),
    ("updates-head-labels.csv", {"headings-mended": 1, "complete-without-evidence": 1}, ("status", ["complete"])),
    ("updates-headings.csv", {"headings-mended": 1, "complete-without-evidence": 1}, ("percent", ["100"])),
    (
        "updates-ids.csv",
        {"mended": 6},
        ("milestone_id", [f"GT000{n}.{m}" for n in (1, 2, 3) for m in (1, 2, 3)]),
    ),
    ("updates-percent-format.xlsx", {"percent-status": 1}, ("percent", ["100", "62", "62.5"])),
    ("updates-periods.csv", {"mended": 5, "period-unknown": 2, "constraint-error/required": 1}, None),
    ("updates-semicolon-ragged.csv", {"wrong-delimiter": 1, "ragged-row": 1}, None),
    ("updates-sep-line.csv", {"wrong-delimiter": 1}, ("milestone_id", ["GT0001.1", "GT0001.2"])),
    ("updates-side-note.xlsx", {"note-not-read": 1}, ("milestone_id", ["GT0001.1"])),
    ("updates-title-rows.xlsx", {"title-rows": 1}, ("milestone_id", ["GT0001.1"])),
    ("updates-two-sheets.xlsx", {"sheet-not-read": 1}, ("milestone_id", ["GT0001.1"])),
    ("updates.csv", {"garbled-text": 2, "error-value": 3, "placeholder-value": 1}, None),
]


@pytest.mark.parametrize(("name", "said", "taken"), SAID, ids=[name for name, _, _ in SAID])
def test_what_is_said_of_a_file_and_what_is_taken_of_it(forum, name, said, taken):
    table = name.partition(".")[0].partition("-")[0]
    kind = Path(name).suffix[1:]
    content = (AGENCY / name).read_bytes()
    _, report = forum.send(table, content, supplier="gobierno", name=name, kind=kind, known_on=DAY)
    assert Counter(one.rule for one in report.problems) == said
    if taken is None:
        assert report.verdict == "rejected" and report.rows == ()
    else:
        column, values = taken
        assert [row.values[column] for row in report.rows] == values


def test_the_letters_of_windows_are_what_they_were(forum):
    _, report = forum.send("updates", (AGENCY / "updates-cp1252.csv").read_bytes(), supplier="gobierno", known_on=DAY)
    assert [row.values["progress_es"] for row in report.rows] == ["Se publicó el portal.", "Se publicó; con 3 anexos"]


def test_a_hidden_row_of_a_template_is_asked_about_and_its_copied_sheet_is_named(forum):
    content = (AGENCY / "updates-template-filled.xlsx").read_bytes()
    _, report = forum.send("updates", content, supplier="gobierno", kind="xlsx", known_on=DAY)
    said = {one.rule: one for one in report.problems}
    assert said["row-hidden"].where.line == 5 and said["row-hidden"].level == "blocks"
    assert said["sheet-not-read"].details["other"] == "updates (2)"
    assert [count for _, count in report.skipped] == [6]
    assert report.counts == {"updates": 3}
