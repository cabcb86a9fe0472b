"""What is decided over a file or a whole statement rather than its rows."""

from dataclasses import replace

import pytest

from tests.validation.rules.case import (  # noqa: F401
    Case,
    test_a_file_that_breaks_the_rule_is_told_where_and_what,
    test_a_file_that_keeps_the_rule_is_not_accused,
)
from tests.validation.rules.rows import PLAIN, UPDATE

CASES = [
    Case(
        "unknown-column",
        "updates",
        PLAIN.replace("progress_es", "observaciones"),
        PLAIN,
        1,
        "observaciones",
        ("observaciones",),
        ("observaciones",),
    ),
]


@pytest.mark.parametrize("name", ["avance ana.perez@agencia.gob.mx.csv", "josé@inai.org.mx.csv"])
def test_a_file_name_with_an_address_is_refused_because_names_are_published(country, name):
    sent = country.send("updates", PLAIN, name=name)
    assert [problem.rule for problem in sent[1].problems if problem.level == "blocks"] == ["email-in-name"]
    (advice,) = country.advice(sent, "email-in-name", "es")
    assert name in advice.wrong


def test_a_full_statement_may_not_drop_what_others_refer_to(country):
    leaned_on = {"milestones": {("MX0001.1",): "updates", ("MX0001.2",): "evidence"}}
    before = replace(country, known=replace(country.known, leaned_on=leaned_on))
    sent = before.send("milestones", "milestone_id,commitment_id,title_es\nMX0001.2,MX0001,Segundo\n")
    assert [(one.rule, one.value) for one in sent[1].problems if one.level == "blocks"] == [
        ("row-withdrawn", "MX0001.1")
    ]
    (advice,) = before.advice(sent, "row-withdrawn", "es")
    assert "MX0001.1" in advice.wrong and "Vuelva a poner" in advice.todo


def test_a_heading_that_is_only_our_name_is_explained_and_a_persons_own_is_not(country):
    sent = country.send("updates", UPDATE + "MX0001.1,2024-1,casi,,,Avanza\n")
    assert "«status» (Estado)" in country.advice(sent, "status-unknown", "es")[0].wrong
    columns = {"milestone_id": {"from": "Hito"}, "period_id": {"value": "2024-1"}, "status": {"from": "Situación"}}
    sent = country.send("updates", "Hito,Situación\nMX0001.1,casi\n", columns=columns)
    assert "«Situación» no" in country.advice(sent, "status-unknown", "es")[0].wrong
    sent = country.send("updates", "milestone_id,status\nMX0001.1,in_progress\n")
    assert "«period_id» (Periodo" in country.advice(sent, "missing-column", "es")[0].wrong
