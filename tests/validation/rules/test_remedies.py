"""Every remedy works: what a receipt asks for is done to the file, which is sent again; then the problem is gone.

How a remedy is followed stands here by rule, from the problem's own details: what a person would type. The cases are
those of the rules' own tests.
"""

import csv
import io
from collections.abc import Callable, Mapping
from importlib import import_module

import pytest

from ogp_pipeline.intake.problem import Problem, Severity
from ogp_pipeline.validation.rules import RULES
from tests.validation.rules.case import Case

Rows = list[list[str]]
Edit = Callable[[Rows, Problem], None]


def _cell(rows: Rows, problem: Problem) -> tuple[list[str], int]:
    heading = problem.where.column or problem.field or ""
    if heading not in rows[0]:  # a column that the file does not have yet
        rows[0].append(heading)
        for row in rows[1:]:
            row.append("")
    return rows[(problem.where.line or 2) - 1], rows[0].index(heading)


def _write(detail: str) -> Edit:
    def edit(rows: Rows, problem: Problem) -> None:
        words = problem.details.get(f"{detail}_es") or problem.details[detail]
        row, at = _cell(rows, problem)
        row[at] = words.split(", ")[0].split(" (")[0]

    return edit


def _say(text: str) -> Edit:
    def edit(rows: Rows, problem: Problem) -> None:
        row, at = _cell(rows, problem)
        row[at] = text

    return edit


def _empty(rows: Rows, problem: Problem) -> None:
    _say("")(rows, problem)


def _empty_or_drop(rows: Rows, problem: Problem) -> None:
    (_drop if "renglón" in problem.details["otherwise_es"] else _empty)(rows, problem)


def _drop(rows: Rows, problem: Problem) -> None:
    del rows[(problem.where.line or 2) - 1]


def _unconfirm(rows: Rows, problem: Problem) -> None:
    row, _ = _cell(rows, problem)
    for column in ("confirmed_by", "confirmed_on"):
        row[rows[0].index(column)] = ""


def _behind(word: str) -> Edit:
    def edit(rows: Rows, problem: Problem) -> None:
        row, at = _cell(rows, problem)
        row[at] = row[at].rstrip() + f" ({word})"

    return edit


def _before(rows: Rows, problem: Problem) -> None:
    row, at = _cell(rows, problem)
    row[at] = "Texto: " + row[at]


# What a person does who follows the remedy; several where it offers several ways.
FOLLOWED: Mapping[str, tuple[Edit, ...]] = {
    "repeated-key": (_drop,),
    "foreign-key": (_write("allowed"),),
    "authority-commitment": (_drop,),
    "authority-assessor": (_write("own"), _drop),
    "authority-claim": (_write("own"), _drop),
    "authority-confirmation": (_unconfirm,),
    "authority-proposer": (_write("own"), _drop),
    "period-unknown": (_write("allowed"),),
    "status-unknown": (_write("allowed"),),
    "delivered-on-authority": (_empty,),
    "delivered-on-reason": (_say("Oficio 114"),),
    "delivered-on-later": (_empty,),
    "due-edtf": (_say("../2026-23"),),
    "due-edtf-day": (_write("last"),),
    "due-edtf-open": (_empty,),
    "percent-share": (_write("meant"), _say("0")),
    "challenges-missing": (_say("Falta personal"),),
    "evidence-without-link": (_say("https://example.org/e"),),
    "code-of-scale": (_write("allowed"),),
    "language": (_say("Un texto"),),
    "reason-missing": (_say("Ya se hace"),),
    "email-in-public-text": (_say("La oficina"),),
    "identity-in-public-text": (_say("La oficina"),),
    "phone-in-public-text": (_say("La oficina"), _behind("público"), _behind("public")),
    "likely-personal": (_say("La oficina"), _behind("público"), _behind("public")),
    "formula-text": (_before,),
    "secret-in-link": (_write("without"),),
    "self-confirmed": (_unconfirm, _say("osc")),
    "kind-unexplained": (_say("Otra dependencia lo copia"),),
    "delivered-missing": (_say("Cada semana"), _drop),
    "date-in-future": (_empty_or_drop,),
    "predecessor-not-earlier": (_empty,),
    "lesson-not-later": (_empty,),
    "correction-unknown-table": (_write("allowed"),),
    "correction-key-column": (_drop,),
    "correction-same": (_drop,),
    "correction-reason": (_say("Dato mal capturado"),),
    "network-of-itself": (_drop,),
    "garbled-text": (_say("Publicación en línea"),),
    "error-value": (_say("Se publicó"),),
    "placeholder-value": (_say("Se publicó"), _empty),
    "markup-in-text": (_say("Datos & redes"),),
    "nested-value": (_say("Listo"),),
    "identifier-near": (_write("other"), _say("otra-osc")),
    "identifier-date": (_say("uno-dos"),),
}
# Remedies that name no value: which of two things is wrong, only the sender knows; the rules' good cases follow them.
JUDGED = {
    "hierarchy": "correct whichever of the two is wrong",
    "authority-table": "leave the table out: the file",
    "period-not-open": "the period on which it reports, or a later day",
    "dates-order": "correct whichever of the two dates is wrong",
    "correction-unknown-column": "a column of the table that the row names",
    "correction-value": "a value of the corrected column",
    "link-circle": "leave out whichever link is wrong",
    "seat-not-held": "the seat, or the table of seats",
    "seat-overlap": "the last day of the earlier term",
    "key-taken": "an identifier that nobody uses",
    "reference-not-yet": "nothing to change: another file comes first (test_keys)",
}


def _cases() -> list[Case]:
    families = sorted({check.__module__.rpartition(".")[2] for check in RULES.values()})
    return [case for family in families for case in import_module(f"tests.validation.rules.test_{family}").CASES]


FOLLOWING = [(case, edit) for case in _cases() for edit in FOLLOWED.get(case.rule, ())]


@pytest.mark.parametrize(("case", "edit"), FOLLOWING, ids=[f"{case.rule}-{n}" for n, (case, _) in enumerate(FOLLOWING)])
def test_a_remedy_that_is_followed_ends_the_problem_and_makes_no_other(case: Case, edit: Edit, country) -> None:
    before = country.send(case.table, case.bad, **case.options)[1].problems
    problem = next(one for one in before if one.rule == case.rule)
    rows = list(csv.reader(io.StringIO(case.bad)))
    edit(rows, problem)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    after = country.send(case.table, text.getvalue(), **case.options)[1].problems
    place = (problem.rule, problem.where.line, problem.field)
    assert place not in {(one.rule, one.where.line, one.field) for one in after}
    blocked = {(one.rule, one.field) for one in before if one.level is Severity.BLOCKS}
    allowed = {"header-only", "nothing-received"} if edit in (_drop, _empty_or_drop) else set()
    assert not [
        one
        for one in after
        if one.level is Severity.BLOCKS and (one.rule, one.field) not in blocked and one.rule not in allowed
    ]


def test_every_rule_that_blocks_has_a_remedy_that_is_followed(country) -> None:
    blocking = {name for name in RULES if country.schemas.rules[name].level == "blocks"}
    assert blocking == (set(FOLLOWED) | set(JUDGED)) & blocking
    assert not set(FOLLOWED) & set(JUDGED)
    assert set(FOLLOWED) <= blocking and set(JUDGED) <= blocking
