"""A case of a rule, and the two tests which every module of cases imports; ``conftest`` gives them its ``CASES``."""

from dataclasses import dataclass, field

from ogp_pipeline.intake.problem import Severity


@dataclass(frozen=True)
class Case:
    """``bad`` must break ``rule`` at ``line`` and ``column``; the texts must hold the words."""

    rule: str
    table: str
    bad: str
    good: str
    line: int
    column: str
    es: tuple[str, ...]
    en: tuple[str, ...]
    options: dict = field(default_factory=dict)


def test_a_file_that_breaks_the_rule_is_told_where_and_what(case: Case, country):
    sent = country.send(case.table, case.bad, **case.options)
    _, report = sent
    found = [problem for problem in report.problems if problem.rule == case.rule]
    assert len(found) == 1, report.problems
    assert (found[0].where.line or 0, found[0].where.column or "") == (case.line, case.column)
    level = country.schemas.rules[case.rule].level
    assert found[0].level == level
    assert report.verdict == ("rejected" if level == "blocks" else "accepted_with_notes")
    for language, words in (("es", case.es), ("en", case.en)):
        (advice,) = country.advice(sent, case.rule, language)
        text = f"{advice.wrong} {advice.todo}"
        assert not [word for word in words if word not in text], text
        assert case.line == 0 or str(case.line) in advice.where


def test_a_file_that_keeps_the_rule_is_not_accused(case: Case, country):
    table = "updates" if case.rule == "authority-table" else case.table
    _, report = country.send(table, case.good, **case.options)
    assert case.rule not in {problem.rule for problem in report.problems}
    assert not [problem for problem in report.problems if problem.level is Severity.BLOCKS], report.problems
    assert report.verdict.enters
