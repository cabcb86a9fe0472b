"""Dates: their order, and the plan they belong to."""

from tests.validation.rules.case import (  # noqa: F401
    Case,
    test_a_file_that_breaks_the_rule_is_told_where_and_what,
    test_a_file_that_keeps_the_rule_is_not_accused,
)
from tests.validation.rules.rows import COMMITMENT, COMMITMENT_OK

CORRECTION = (
    "correction_id,table,key,field,expected,value,reason_es,made_by,made_on,until\n"
    "c1,updates,MX0001.2/2024-1,status,complete,in_progress,Es un borrador,osc,2024-06-20,"
)

CASES = [
    Case(
        "dates-order",
        "commitments",
        COMMITMENT + "MX0003,MX-4,Datos,2024-12-01,2024-02-01,\n",
        COMMITMENT_OK,
        2,
        "end_date",
        ("2024-02-01", "2024-12-01"),
        ("2024-02-01", "2024-12-01"),
    ),
    Case(
        "date-outside-plan",
        "commitments",
        COMMITMENT + "MX0003,MX-4,Datos,2023-12-31,2024-12-01,\n",
        COMMITMENT_OK,
        2,
        "start_date",
        ("2023-12-31", "2024-01-01", "2025-12-31"),
        ("2023-12-31", "2024-01-01", "2025-12-31"),
    ),
    Case(
        "dates-order",
        "memberships",
        "institution_id,network_id,starts_on,ends_on\nosc,otra,2024-02-01,2024-01-01\n",
        "institution_id,network_id,starts_on,ends_on\nosc,otra,2024-01-01,2024-02-01\n",
        2,
        "ends_on",
        ("2024-02-01",),
        ("2024-02-01",),
    ),
    Case(
        "dates-order",
        "corrections",
        CORRECTION + "2024-06-19\n",
        CORRECTION + "2024-06-20\n",
        2,
        "until",
        ("2024-06-19", "2024-06-20"),
        ("2024-06-19", "2024-06-20"),
    ),
]
