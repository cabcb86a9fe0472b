"""Texts that people read: language, reasons."""

from tests.validation.rules.case import (  # noqa: F401
    Case,
    test_a_file_that_breaks_the_rule_is_told_where_and_what,
    test_a_file_that_keeps_the_rule_is_not_accused,
)
from tests.validation.rules.rows import COMMITMENT, COMMITMENT_OK

RESPONSE = "response_id,proposal_id,outcome,reason_es\n"

CASES = [
    Case(
        "language",
        "commitments",
        COMMITMENT + "MX0003,MX-4,,2024-02-01,2024-12-01,\n",
        COMMITMENT_OK,
        2,
        "title_es",
        ("«title_es»",),
        ("title_es",),
    ),
    Case(
        "reason-missing",
        "responses",
        RESPONSE + "r1,p1,not_now,\n",
        RESPONSE + "r1,p1,not_now,Ya se hace\n",
        2,
        "reason_es",
        ("p1",),
        ("p1",),
    ),
]
