"""The EDTF expression of a due date, and its last day."""

from tests.validation.rules.case import (  # noqa: F401
    Case,
    test_a_file_that_breaks_the_rule_is_told_where_and_what,
    test_a_file_that_keeps_the_rule_is_not_accused,
)

MILESTONE = "milestone_id,commitment_id,title_es,due_date,due_edtf\n"
GOOD = MILESTONE + "MX0001.7,MX0001,Hito,2026-11-30,../2026-23\n"

CASES = [
    Case("due-edtf", "milestones", MILESTONE + "MX0001.7,MX0001,Hito,2026-11-30,fall 2026\n", GOOD, 2, "due_edtf",
         ("fall 2026", "2026-06"), ("fall 2026", "2026-06")),
    Case("due-edtf-day", "milestones", MILESTONE + "MX0001.7,MX0001,Hito,2026-01-01,2026\n", GOOD, 2, "due_date",
         ("2026-12-31",), ("2026-12-31",)),
    Case("due-edtf-open", "milestones", MILESTONE + "MX0001.7,MX0001,Hito,2026-12-31,../..\n",
         MILESTONE + "MX0001.7,MX0001,Hito,,../..\n", 2, "due_date", ("último",), ("no last day",)),
]  # fmt: skip
