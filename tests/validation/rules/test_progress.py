"""Statuses, percentages, evidence and challenges of a round."""

from tests.validation.rules.case import (  # noqa: F401
    Case,
    test_a_file_that_breaks_the_rule_is_told_where_and_what,
    test_a_file_that_keeps_the_rule_is_not_accused,
)
from tests.validation.rules.rows import PLAIN, UPDATE

ASKED = "milestone_id,period_id,status,challenges_es\n"
EVIDENCE = "milestone_id,period_id,number,kind,url\n"

CASES = [
    Case(
        "status-unknown",
        "updates",
        UPDATE + "MX0001.1,2024-1,No Trackab,,,Avanza\n",
        PLAIN,
        2,
        "status",
        ("«No Trackab»", "«status»", "En proceso (in_progress)"),
        ("No Trackab", "In progress (in_progress)"),
    ),
    Case(
        "status-missing",
        "updates",
        UPDATE + "MX0001.1,2024-1,,,,Avanza\n",
        UPDATE + "MX0001.1,2024-1,,,true,\n",
        2,
        "status",
        ("«status»",),
        ("status",),
    ),
    Case(
        "status-not-asked",
        "updates",
        UPDATE + "MX0001.1,2024-0,in_progress,,,Avanza\n",
        UPDATE + "MX0001.1,2024-0,,,,Avanza\n",
        2,
        "status",
        ("in_progress",),
        ("in_progress",),
    ),
    Case(
        "complete-without-evidence",
        "updates",
        UPDATE + "MX0001.1,2024-1,complete,,,Listo\n",
        UPDATE + "MX0001.2,2024-1,complete,,,Listo\n",
        2,
        "status",
        ("evidencia",),
        ("evidence",),
    ),
    Case(
        "percent-share",
        "updates",
        UPDATE + "MX0001.1,2024-1,in_progress,0.62,,Avanza\n",
        UPDATE + "MX0001.1,2024-1,in_progress,62.5,,Avanza\n",
        2,
        "percent",
        ("62",),
        ("62",),
    ),
    Case(
        "percent-status",
        "updates",
        UPDATE + "MX0001.1,2024-1,not_started,40,,Avanza\n",
        UPDATE + "MX0001.1,2024-1,in_progress,40,,Avanza\n",
        2,
        "percent",
        ("percent",),
        ("percent",),
    ),
    Case(
        "percent-status",
        "updates",
        UPDATE + "MX0001.2,2024-1,complete,90,,Avanza\n",
        UPDATE + "MX0001.2,2024-1,complete,100,,Avanza\n",
        2,
        "percent",
        ("percent",),
        ("percent",),
    ),
    Case(
        "nil-with-content",
        "updates",
        UPDATE + "MX0001.1,2024-1,,,true,Avanza\n",
        UPDATE + "MX0001.1,2024-1,,,true,\n",
        2,
        "nil",
        (),
        (),
    ),
    Case(
        "evidence-without-link",
        "evidence",
        EVIDENCE + "MX0001.1,2024-1,1,link,\n",
        EVIDENCE + "MX0001.1,2024-1,1,link,https://example.org/acta\nMX0001.1,2024-1,2,statement,\n",
        2,
        "url",
        ("«url»",),
        ("“url”",),
    ),
    Case(
        "challenges-missing",
        "updates",
        ASKED + "MX0009.1,2026-0,LP,\n",
        ASKED + "MX0009.1,2026-0,LP,Falta presupuesto\nMX0009.1,2026-1,NS,\n",
        2,
        "challenges_es",
        ("Avance limitado",),
        ("Limited progress",),
    ),
]


def test_evidence_in_the_same_delivery_counts(country):
    update = {"milestone_id": "MX0001.1", "period_id": "2024-1", "status": "complete", "progress_es": "Listo"}
    evidence = "milestone_id,period_id,number,kind,url\nMX0001.1,2024-1,1,link,https://example.org/acta\n"
    _, alone = country.send("updates", ",".join(update) + "\n" + ",".join(update.values()) + "\n")
    assert [problem.rule for problem in alone.problems] == ["complete-without-evidence"]
    known = dict(country.known.__dict__) | {"evidenced": frozenset({"MX0001.1"})}
    knowing = type(country)(country.folder, country.schemas, country.programme, type(country.known)(**known))
    _, together = knowing.send("updates", ",".join(update) + "\n" + ",".join(update.values()) + "\n")
    assert together.problems == ()
    assert country.send("evidence", evidence)[1].verdict == "accepted"


def test_a_round_that_does_not_ask_for_challenges_gets_no_complaint(country):
    _, report = country.send("updates", ASKED + "MX0001.1,2024-1,not_started,\nMX0009.1,2026-1,NS,\n")
    assert not report.problems
