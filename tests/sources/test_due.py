"""When something is due, from a plan's words to EDTF and its last day."""

from datetime import date

import pytest

from ogp_pipeline.sources import due
from ogp_pipeline.sources.due import Due, Precision
from tests.every import for_every


@pytest.mark.parametrize(
    ("text", "edtf", "last", "precision"),
    [
        ("2026", "2026", date(2026, 12, 31), "year"),
        ("June 2026", "2026-06", date(2026, 6, 30), "month"),
        ("junio de 2026", "2026-06", date(2026, 6, 30), "month"),
        ("feb 2028", "2028-02", date(2028, 2, 29), "month"),
        ("Sept. 2026", "2026-09", date(2026, 9, 30), "month"),
        ("setiembre 2026", "2026-09", date(2026, 9, 30), "month"),
        ("30 June 2026", "2026-06-30", date(2026, 6, 30), "day"),
        ("June 30th, 2026", "2026-06-30", date(2026, 6, 30), "day"),
        ("1.º de junio de 2026", "2026-06-01", date(2026, 6, 1), "day"),
        ("2026-06-30", "2026-06-30", date(2026, 6, 30), "day"),
        ("Q3 2026", "2026-35", date(2026, 9, 30), "quarter"),
        ("Third quarter of 2026", "2026-35", date(2026, 9, 30), "quarter"),
        ("3er trimestre 2026", "2026-35", date(2026, 9, 30), "quarter"),
        ("T1 2026", "2026-33", date(2026, 3, 31), "quarter"),
        ("primer semestre de 2027", "2027-40", date(2027, 6, 30), "season"),
        ("Second half of 2027", "2027-41", date(2027, 12, 31), "season"),
        ("by fall 2026", "../2026-23", date(2026, 11, 30), "season"),
        ("Fall 2026", "2026-23", date(2026, 11, 30), "season"),
        ("otoño de 2026", "2026-23", date(2026, 11, 30), "season"),
        ("a más tardar en junio de 2026", "../2026-06", date(2026, 6, 30), "month"),
        ("By the end of 2026", "../2026", date(2026, 12, 31), "year"),
        ("by end of Q3 2026", "../2026-09", date(2026, 9, 30), "month"),
        ("d’ici le 2e semestre 2026", "../2026-12", date(2026, 12, 31), "month"),
        ("06/2026", "2026-06", date(2026, 6, 30), "month"),
        ("2026/6", "2026-06", date(2026, 6, 30), "month"),
        ("Jun-26", "2026-06", date(2026, 6, 30), "month"),
        ("juil.-26", "2026-07", date(2026, 7, 31), "month"),
        ("III trimestre 2026", "2026-35", date(2026, 9, 30), "quarter"),
        ("Trim. 3 2026", "2026-35", date(2026, 9, 30), "quarter"),
        ("2.º semestre de 2026", "2026-41", date(2026, 12, 31), "season"),
        ("1er juin 2026", "2026-06-01", date(2026, 6, 1), "day"),
        ("June-July 2026", "2026-06/2026-07", date(2026, 7, 31), "month"),
        ("de enero a junio de 2026", "2026-01/2026-06", date(2026, 6, 30), "month"),
        ("de juin 2025 à mars 2026", "2025-06/2026-03", date(2026, 3, 31), "month"),
        ("T1 – T2 2026", "2026-01/2026-06", date(2026, 6, 30), "month"),
        ("Ongoing", "../..", None, "none"),
        ("Permanente.", "../..", None, "none"),
        ("2026-01/..", "2026-01/..", None, "none"),
    ],
)
def test_what_plans_write_is_read_in_its_one_way(text, edtf, last, precision):
    assert due.read(text) == Due(edtf, last, Precision(precision))


@for_every(
    "text",
    ["", "soon", "early 2026", "mid-2026", "before 2026", "2026 or 2027", "13/2026", "06/26", "Q5 2026",
     "1-30 June 2026", "2022-23", "30 February 2026", "third half of 2026", "June", "FY 2026", "2026-13", "2025-2026",
     "July - June 2026", "by June - July 2026"],
)  # fmt: skip
def test_what_has_no_reading_or_two_is_not_read(text):
    """``2022-23`` is summer 2022 and a bit more in EDTF, and in a plan two years."""
    assert due.read(text) is None


def test_an_expression_without_an_end_that_could_be_told_is_none():
    assert due.of_edtf("2026/") is None and due.of_edtf("no") is None
