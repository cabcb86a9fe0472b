"""Codes of the scale in force, and stages of an assessment."""

from datetime import date

from tests.validation.rules.case import (  # noqa: F401
    Case,
    test_a_file_that_breaks_the_rule_is_told_where_and_what,
    test_a_file_that_keeps_the_rule_is_not_accused,
)
from tests.validation.rules.rows import ASSESSED, DECIDED

CASES = [
    Case(
        "code-of-scale",
        "assessments",
        ASSESSED.replace(",limited,", ",C,"),
        ASSESSED,
        2,
        "code",
        ("«C»", "Limitado (limited)"),
        ("C", "Limited (limited)"),
    ),
    Case(
        "code-of-scale",
        "assessments",
        ASSESSED.replace(",ogp-completion-2015,", ",ca-nap,"),
        ASSESSED,
        2,
        "scale",
        ("«ca-nap»", "ogp-completion-2015"),
        ("ca-nap", "ogp-completion-2015"),
    ),
    Case(
        "code-of-scale",
        "decisions",
        "decision_id,subject_table,subject_id,variable,code,method,decided_on\n"
        "d1,commitments,MX0001,completion,C,consensus,2024-06-30\n",
        "decision_id,subject_table,subject_id,variable,code,method,decided_on\n"
        "d1,commitments,MX0001,completion,limited,consensus,2024-06-30\n",
        2,
        "code",
        ("«C»", "Limitado (limited)"),
        ("C", "Limited (limited)"),
    ),
    Case(
        "code-of-scale",
        "decisions",
        DECIDED.replace(",limited,", ",fulfilled,"),
        DECIDED,
        2,
        "code",
        ("«fulfilled»", "Limitado (limited)"),
        ("fulfilled", "Limited (limited)"),
    ),
    Case(
        "scale-not-in-force",
        "assessments",
        ASSESSED.replace(",ogp-completion-2015,limited,", ",mx-joint-2012,fulfilled,"),
        ASSESSED,
        2,
        "scale",
        ("«mx-joint-2012»", "de 2011 a 2013", "2024"),
        ("mx-joint-2012", "from 2011 to 2013", "2024"),
    ),
    Case(
        "assessment-stage",
        "assessments",
        ASSESSED.replace(",midterm,", ",end_of_term,"),
        ASSESSED,
        2,
        "stage",
        ("fin de término", "2025-12-31", "medio término"),
        ("end of term", "2025-12-31", "midterm"),
    ),
    Case(
        "stage-stands-alone",
        "assessments",
        ASSESSED.replace(",midterm,", ",self,"),
        ASSESSED,
        2,
        "stage",
        ("«autoevaluación»", "Medio término (midterm)"),
        ("“self-assessment”", "Midterm (midterm)"),
    ),
    Case(
        "stage-stands-alone",
        "assessments",
        ASSESSED.replace(",midterm,", ",self,").replace("2024-06-30", "2026-02-01"),
        ASSESSED.replace(",midterm,", ",end_of_term,").replace("2024-06-30", "2026-02-01"),
        2,
        "stage",
        ("Fin de término (end_of_term)",),
        ("End of term (end_of_term)",),
        {"known_on": date(2026, 3, 1)},
    ),
]


def test_where_the_plan_is_not_known_the_scales_of_all_plans_of_the_programme_are_offered(country) -> None:
    """And so no codes of the first joint evaluation, which had its own scale."""
    unknown = DECIDED.replace("MX0001", "MX9999").replace(",limited,", ",no,")
    _, report = country.send("decisions", unknown)
    [problem] = [problem for problem in report.problems if problem.rule == "code-of-scale"]
    assert "limited" in problem.details["allowed"] and "fulfilled" not in problem.details["allowed"]
