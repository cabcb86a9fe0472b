"""Who may say what, and who may overwrite whom."""

from dataclasses import replace

from tests.validation.rules.case import (  # noqa: F401
    Case,
    test_a_file_that_breaks_the_rule_is_told_where_and_what,
    test_a_file_that_keeps_the_rule_is_not_accused,
)
from tests.validation.rules.rows import ASSESSED, BARRIER, MILESTONE, MILESTONE_OK, PLAIN, RIPPLE

CASES = [
    Case(
        "authority-table",
        "milestones",
        MILESTONE_OK,
        PLAIN,
        2,
        "",
        ("«Hitos»",),
        ("Milestones",),
        {"supplier": "agencia"},
    ),
    Case(
        "authority-commitment",
        "updates",
        PLAIN + "MX0002.1,2024-1,in_progress,,,Ajeno\n",
        PLAIN,
        3,
        "milestone_id",
        ("MX0002.1",),
        ("MX0002.1",),
        {"supplier": "agencia"},
    ),
    Case(
        "authority-assessor",
        "assessments",
        ASSESSED.replace(",osc,", ",otra,"),
        ASSESSED,
        2,
        "assessor_id",
        ("«otra»", "osc"),
        ("otra", "osc"),
        {"supplier": "osc"},
    ),
    Case(
        "authority-claim",
        "ripple_achievements",
        RIPPLE + "r1,MX0001,data_opened,,https://example.org/r,agencia,2024-06-01,,\n",
        RIPPLE + "r1,MX0001,data_opened,,https://example.org/r,osc,2024-06-01,,\n",
        2,
        "claimed_by",
        ("«agencia»", "(osc)"),
        ("agencia", "(osc)"),
        {"supplier": "osc"},
    ),
    Case(
        "authority-confirmation",
        "ripple_achievements",
        RIPPLE + "r1,MX0001,data_opened,,https://example.org/r,osc,2024-06-01,osc,2024-06-02\n",
        RIPPLE + "r1,MX0001,data_opened,,https://example.org/r,osc,2024-06-01,,\n",
        2,
        "confirmed_by",
        ("«confirmed_by»", "secretaría"),
        ("confirmed_by", "secretariat"),
        {"supplier": "osc"},
    ),
]


def test_nobody_overwrites_another_suppliers_row(country):
    taken = {("updates", ("MX0001.1", "2024-1")): "otra"}
    before = replace(country, known=replace(country.known, supplier_of=taken))
    row = PLAIN
    sent = before.send("updates", row, supplier="agencia")
    (advice,) = before.advice(sent, "key-taken", "es")
    assert "MX0001.1 / 2024-1" in advice.wrong and "otra" in advice.wrong
    assert not before.send("updates", row, supplier="foro")[1].problems, "the forum may correct anybody"
    own = replace(before, known=replace(before.known, supplier_of={("updates", ("MX0001.1", "2024-1")): "agencia"}))
    assert not own.send("updates", row, supplier="agencia")[1].problems


def test_a_party_that_judges_every_commitment_still_overwrites_nobody(country):
    taken = {("assessments", ("a1",)): "agencia"}
    before = replace(country, known=replace(country.known, supplier_of=taken))
    assert [p.rule for p in before.send("assessments", ASSESSED, supplier="osc")[1].problems] == ["key-taken"]


def test_only_the_forum_writes_down_what_others_say(country):
    claimed = RIPPLE + "r1,MX0001,data_opened,,https://example.org/r,agencia,2024-06-01,osc,2024-06-02\n"
    assert not country.send("ripple_achievements", claimed)[1].problems
    _, report = country.send("ripple_achievements", claimed, supplier="osc")
    assert [(one.rule, one.field) for one in report.problems] == [
        ("authority-claim", "claimed_by"),
        ("authority-confirmation", "confirmed_by"),
    ]
    barrier = BARRIER.replace("resolved_on", "raised_by") + "b1,MX0001,,legal,2024-02-01,osc\n"
    assert not country.send("barriers", barrier, supplier="osc")[1].problems


def test_an_agency_cannot_take_over_a_milestone_by_redefining_it(country):
    agency = country.programme.supplier("agencia")
    wide = agency.model_copy(update={"may_supply": ["milestones", "updates"]})
    suppliers = [wide if s.id == "agencia" else s for s in country.programme.suppliers]
    programme = country.programme.model_copy(update={"suppliers": suppliers})
    bold = type(country)(country.folder, country.schemas, programme, country.known)
    _, report = bold.send("milestones", MILESTONE + "MX0002.1,MX0001,,Mío\n", supplier="agencia")
    assert "authority-commitment" in {problem.rule for problem in report.problems}


def test_a_secretariat_files_what_others_have_assessed(country):
    assert not country.send("assessments", ASSESSED)[1].problems
