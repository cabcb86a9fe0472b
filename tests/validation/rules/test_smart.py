"""What a commitment needs to be SMART, and the evidence that a requirement was met."""

from tests.validation.rules.case import (  # noqa: F401
    Case,
    test_a_file_that_breaks_the_rule_is_told_where_and_what,
    test_a_file_that_keeps_the_rule_is_not_accused,
)
from tests.validation.rules.rows import COMMITMENT, COMMITMENT_OK

CASES = [
    Case(
        "smart-no-milestone",
        "commitments",
        COMMITMENT_OK,
        COMMITMENT + "MX0001,MX-4,Datos,2024-02-01,2024-12-01,https://example.org/1\n",
        2,
        "commitment_id",
        ("1 (MX0003)",),
        ("1 (MX0003)",),
    ),
    Case(
        "smart-no-institution",
        "commitments",
        COMMITMENT_OK,
        COMMITMENT + "MX0001,MX-4,Datos,2024-02-01,2024-12-01,https://example.org/1\n",
        2,
        "commitment_id",
        ("1 (MX0003)",),
        ("lead",),
    ),
    Case(
        "smart-no-description",
        "commitments",
        "commitment_id,plan_id,title_es,description_es\nMX0003,MX-4,Datos,Publicar\nMX0004,MX-4,Datos,\n",
        "commitment_id,plan_id,title_es,description_es\nMX0003,MX-4,Datos,Publicar los datos\n",
        3,
        "commitment_id",
        ("1 (MX0004)",),
        ("1 (MX0004)",),
    ),
    Case(
        "smart-no-due-date",
        "milestones",
        "milestone_id,commitment_id,parent_id,title_es,due_date\nMX0001.3,MX0001,,Todo,\n"
        "MX0001.3.1,MX0001,MX0001.3,Una parte,\nMX0001.4,MX0001,,Otro,2024-12-01\n",
        "milestone_id,commitment_id,parent_id,title_es,due_date\nMX0001.3,MX0001,,Todo,2024-12-01\n",
        3,
        "milestone_id",
        ("1 (MX0001.3.1)",),
        ("1 (MX0001.3.1)",),
    ),
    Case(
        "requirement-without-evidence",
        "requirement_checks",
        "plan_id,requirement,checked_on,met,evidence_url\nMX-4,website,2024-06-01,true,\n",
        "plan_id,requirement,checked_on,met,evidence_url\nMX-4,website,2024-06-01,false,\n",
        2,
        "evidence_url",
        ("vacío",),
        ("empty",),
    ),
]
