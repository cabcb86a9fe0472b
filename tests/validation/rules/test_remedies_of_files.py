"""Every remedy works, also of what is decided cell by cell, by the table check, and over whole files.

As in ``test_remedies``: what a receipt asks for is done, the file is sent again, and then it enters. Where the remedy
names a value, that value is written; where it asks for a step in another program, the case holds what comes out of it.
"""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font

from ogp_pipeline.intake.delivery_receipt import receipt_for
from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.intake.receipt import headline, next_steps
from tests.validation.rules.test_remedies import FOLLOWED, JUDGED
from tests.validation.test_template_check import ROW, template

UPDATE = "milestone_id,period_id,status,percent,progress_es,completed_on\n"
GOOD = UPDATE + "MX0001.1,2024-1,in_progress,40,Avanza,\n"
RESOURCE = "resource_id,plan_id,institution_id,kind,amount,unit,enough,note_es\n"
ON_ITS_SIDE = "".join(f"{','.join(pair)}\n" for pair in zip(*csv.reader(GOOD.splitlines()), strict=True))
MONEY = RESOURCE + "r1,MX-4,osc,money,5,pesos,,Apoyo\n"
EVIDENCE = "milestone_id,period_id,number,kind,url\nMX0001.1,2024-1,1,link,https://example.org/e\n"
AMOUNT = {name: {"from": name} for name in RESOURCE.strip().split(",")} | {"amount": {"from": "amount", "decimal": ","}}
MAPPED = {
    "milestone_id": {"from": "Hito"},
    "period_id": {"value": "2024-1"},
    "status": {"from": "Estado", "map": {"Hecho": "complete"}},
    "completed_on": {"from": "Fecha", "date": ["%d/%m/%Y"]},
    "percent": {"from": "Porcentaje", "decimal": ","},
    "progress_es": {"from": "Avance"},
}
FINE = "Hito,Estado,Fecha,Porcentaje,Avance\nMX0001.1,Hecho,30/05/2024,100,x\n"

Follow = Callable[[Any, Problem], Any]


@dataclass(frozen=True)
class Step:
    """``bad`` breaks ``rule``; ``follow`` gives what is sent next; ``then``: options that differ in that delivery."""

    rule: str
    bad: Any
    follow: Follow
    table: str = "updates"
    options: dict[str, Any] = field(default_factory=dict)
    then: dict[str, Any] = field(default_factory=dict)


def _cell(write: Callable[[Problem], str]) -> Follow:
    """Write something into the cell that the receipt names."""

    def follow(bad: str, problem: Problem) -> str:
        rows = list(csv.reader(io.StringIO(bad)))
        heading = problem.where.column or problem.field or ""
        rows[(problem.where.line or 2) - 1][rows[0].index(heading)] = write(problem)
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        return text.getvalue()

    return follow


def _detail(name: str) -> Follow:
    def proposed(problem: Problem) -> str:
        words = problem.details.get(f"{name}_es") or problem.details[name]
        return words.split(", ")[0].split(" (")[0]

    return _cell(proposed)


def _instead(content: Any) -> Follow:
    return lambda bad, problem: content


def _with_heading(bad: str, problem: Problem) -> str:
    """Add the column that is missing, with exactly this heading, and what belongs there."""
    head, *rows = bad.splitlines()
    belongs = {"period_id": "2024-1"}[problem.where.column or ""]
    return "\n".join([f"{head},{problem.where.column}", *(f"{row},{belongs}" for row in rows), ""])


def _named_sheet(bad: bytes, problem: Problem) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(bad))
    book[book.sheetnames[1]].title = problem.where.sheet or problem.details["sheet"]
    return _saved(book)


def _saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _book(**changes: str) -> bytes:
    """Two reports in a sheet; and what somebody did to it."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        UPDATE.strip().split(","),
        ["MX0001.1", "2024-1", "in_progress", 40, "Avanza"],
        ["MX0001.2", "2024-1", "in_progress", 90, "Sigue"],
    ):
        sheet.append(row)
    for change, place in changes.items():
        if change == "merged":
            sheet.merge_cells(place)
        elif change == "hidden":
            sheet.row_dimensions[int(place)].hidden = True
        elif change == "struck":
            sheet[place].font = Font(strike=True)
        else:
            sheet[place] = "=1+1"
    return _saved(book)


XLSX = {"kind": "xlsx"}
FILLED = {"kind": "xlsx", "name": "libro.xlsx", "supplier": "agencia"}
COLUMNS = {"columns": MAPPED}

STEPS = [
    Step("type-error/integer", EVIDENCE.replace(",1,", ",muchos,"), _detail("example"), "evidence"),
    Step("type-error/date", GOOD.replace("Avanza,", "Avanza,pronto"), _detail("example")),
    Step("time-in-date", GOOD.replace("Avanza,", "Avanza,2024-05-30 14:15"), _detail("day")),
    Step("type-error/number", MONEY.replace("5", "mucho"), _detail("example"), "resources"),
    Step("type-error/boolean", MONEY.replace("pesos,", "pesos,quizá"), _detail("allowed"), "resources"),
    Step("constraint-error/required", GOOD.replace("2024-1", ""), _detail("example")),
    Step("constraint-error/enum", MONEY.replace("money", "oro"), _detail("allowed"), "resources"),
    Step("constraint-error/pattern", MONEY.replace("r1", "¡r 1!"), _detail("example"), "resources"),
    Step("constraint-error/minimum", GOOD.replace("40", "-4"), _detail("minimum")),
    Step("constraint-error/maximum", GOOD.replace("40", "400"), _detail("maximum")),
    Step("out-of-bounds/number", MONEY.replace("5", "0.3333333333"), _detail("example"), "resources"),
    Step("out-of-bounds/integer", EVIDENCE.replace(",1,", f",{'9' * 20},"), _detail("example"), "evidence"),
    Step("shortened-number", MONEY.replace("5", "1.2E+11"), _detail("example"), "resources"),
    Step("ambiguous-number", MONEY.replace("5", '"1,234"'), _detail("first"), "resources"),
    Step("ambiguous-date", GOOD.replace("Avanza,", "Avanza,03/04/2024"), _detail("second")),
    Step("unmapped-value", FINE.replace("Hecho", "Echo"), _detail("allowed"), options=COLUMNS),
    Step("bad-date", FINE.replace("30/05/2024", "31/06/2024"), _cell(lambda _: "2024-02-29"), options=COLUMNS),
    Step("not-a-number", FINE.replace("100", "todo"), _detail("example"), options=COLUMNS),
    Step("not-a-number", MONEY.replace("5", "mucho"), _detail("example"), "resources", {"columns": AMOUNT}),
    Step("missing-column", GOOD.replace("period_id,", "").replace("2024-1,", ""), _with_heading),
    Step("unknown-headings", "nombre,cargo\nAna,Jefa\n", _instead(GOOD)),
    Step("repeated-column", GOOD.replace("completed_on", "status"), _instead(GOOD)),
    Step("ragged-row", GOOD + "MX0001.2,2024-1\n", _instead(GOOD + "MX0001.2,2024-1,in_progress,90,Sigue,\n")),
    Step("empty-file", "", _instead(GOOD)),
    Step("header-only", UPDATE, _instead(GOOD)),
    Step("not-a-table", "<!DOCTYPE html><html><body>Entrar</body></html>", _instead(GOOD)),
    Step("not-a-table/html", "<html><table><tr><td>a</td></tr></table></html>", _instead(GOOD)),
    Step("truncated", GOOD + 'MX0001.2,2024-1,in_progress,90,"Sig', _instead(GOOD)),
    Step("encoding", GOOD.replace("Avanza", "¿").encode() + b"MX0001.2,2024-1,,,\x92tica,\n", _instead(GOOD)),
    Step("encoding/control", GOOD.replace("Avanza", "Avan\x07za"), _instead(GOOD)),
    Step("merge-conflict", GOOD.replace("MX0001.1", "<<<<<<< a\nMX0001.1") + "=======\n>>>>>>> b\n", _instead(GOOD)),
    Step("table-on-its-side", ON_ITS_SIDE, _instead(GOOD)),
    Step("wrong-format", _book(), _instead(GOOD), options={"name": "updates.csv"}),
    Step("wrong-format", GOOD, _instead(_book()), options=XLSX),
    Step("wrong-format/packed", b"\x1f\x8b\x08" + b"\x00" * 40, _instead(GOOD)),
    Step("unreadable", _book()[:-300], _instead(_book()), options=XLSX),
    Step("merged-cells", _book(merged="C2:C3"), _instead(_book()), options=XLSX),
    Step("row-hidden", _book(hidden="3"), _instead(_book()), options=XLSX),
    Step("row-struck-out", _book(struck="E3"), _instead(_book()), options=XLSX),
    Step("formula-cell", _book(formula="D3"), _instead(_book()), options=XLSX),
    Step("email-in-name", GOOD, _instead(GOOD), options={"name": "ana@example.org.csv"}, then={"name": "ana.csv"}),
]


@pytest.mark.parametrize("step", STEPS, ids=[f"{step.rule}-{n}" for n, step in enumerate(STEPS)])
def test_a_remedy_that_is_followed_lets_the_file_in(step: Step, country) -> None:
    before = country.send(step.table, step.bad, **step.options)[1]
    problem = next((problem for problem in before.problems if problem.rule == step.rule), None)
    assert problem is not None and not before.verdict.enters, before.problems
    after = country.send(step.table, step.follow(step.bad, problem), **{**step.options, **step.then})[1]
    assert after.verdict.enters, after.problems


TEMPLATES = {
    "wrong-supplier": ({"supplier": "osc"}, {}),
    "wrong-table": ({"table": "evidence"}, {}),
    "wrong-sheet": ({"sheet": "Hoja1"}, None),
    "template-changed": ({"names": ["Datos", "MX 1", "x y", "", "", ""]}, {}),
    "old-template/layout": ({"template": "0"}, {}),
}


@pytest.mark.parametrize(("rule", "changed"), [(rule, changed) for rule, (changed, _) in TEMPLATES.items()])
def test_the_remedy_of_a_wrong_template_lets_its_rows_in(rule: str, changed: dict[str, Any], country) -> None:
    bad = template(country.schemas, [ROW], **changed)
    before = country.send("updates", bad, **FILLED)[1]
    [problem] = [one for one in before.problems if one.rule == rule]
    mended = _named_sheet(bad, problem) if rule == "wrong-sheet" else template(country.schemas, [ROW])
    assert country.send("updates", mended, **FILLED)[1].verdict.enters


@pytest.mark.parametrize(
    ("rule", "content", "mended"),
    [
        ("map-incomplete", FINE.replace("Hecho", "In progress"), {"status": {"from": "Estado"}}),
        (
            "date-format",
            FINE.replace("30/05/2024", "2024/05/30") + "MX0001.2,Hecho,2024/06/01,100,x\n",
            {"completed_on": {"from": "Fecha", "date": ["%Y/%m/%d"]}},
        ),
    ],
)
def test_what_our_settings_did_not_foresee_asks_nothing_of_its_sender(rule, content, mended, country) -> None:
    delivery, before = country.send("updates", content, columns=MAPPED)
    assert {one.rule for one in before.problems if one.level == "blocks"} == {rule}
    receipt = receipt_for(delivery, before, country.programme, country.schemas)
    told = " ".join([headline(receipt, "en"), *next_steps(receipt, "en")])
    assert "nothing to correct" in told and "correct what stands" not in told
    assert country.send("updates", content, columns=MAPPED | mended)[1].verdict.enters, "once the engineer has done it"


def test_what_waits_for_another_file_enters_unchanged_when_that_is_accepted(country) -> None:
    keys = {**country.known.keys, "milestones": frozenset()}
    empty = replace(country, known=replace(country.known, keys=keys))
    delivery, before = empty.send("updates", GOOD, supplier="agencia")
    assert {one.rule for one in before.problems if one.level == "blocks"} == {"reference-not-yet"}
    receipt = receipt_for(delivery, before, country.programme, country.schemas)
    assert "nothing to correct" in headline(receipt, "en") and "correct what" not in " ".join(next_steps(receipt, "en"))
    assert country.send("updates", GOOD, supplier="agencia")[1].verdict.enters


# Rules of ours that block, and are followed in tests of the module that makes them: a store, a network or a disk.
ELSEWHERE = {
    "nothing-received": "tests/validation/test_bad_input",
    "not-all-records": "tests/sources/test_feed",
    "not-a-file": "tests/sources/test_folder",
    "file-not-taken": "tests/runs/test_left_files",
    "file-not-readable": "tests/sources/test_folder",
    "file-too-large": "tests/runs/test_inbox_limits",
    "too-many-files": "tests/runs/test_inbox_limits",
    "files-too-large": "tests/runs/test_inbox_limits",
    "over-limit": "tests/runs/test_containment",
    "encoding/other": "tests/formats/test_csv",
    "wrong-format/pointer": "tests/formats/test_content",
    "row-withdrawn": "tests/runs/test_held",
    "row-depends": "tests/validation/test_quarantining",
    "foreign-key/refused": "tests/runs/test_awaited",
    "reference-refused": "tests/runs/test_awaited",
    "due-not-read": "tests/sources/test_mapper",
    "no-partner": "tests/sources/test_joins",
    "no-partner/several": "tests/sources/test_joins",
    "no-partner/file": "tests/sources/test_joins",
    "unfit-nested": "tests/sources/test_parts",
}
# What frictionless can find in a delivery under our schemas. All its other rules are about blank rows, headings, files
# and lists of resources, which our own readers judge before or leave out.
OF_ROWS = {
    "type-error/date",
    "type-error/integer",
    "type-error/number",
    "type-error/boolean",
    "constraint-error/required",
    "constraint-error/enum",
    "constraint-error/pattern",
    "constraint-error/minimum",
    "constraint-error/maximum",
}


def test_every_rule_that_blocks_has_a_remedy_that_is_followed_somewhere(country) -> None:
    waiting = {"map-incomplete", "date-format", "reference-not-yet", "missing-column/elsewhere", "rows-elsewhere"}
    here = {step.rule for step in STEPS} | set(TEMPLATES) | waiting
    rules = country.schemas.rules.values()
    ours = {rule.id for rule in rules if rule.origin == "ogp" and rule.level == "blocks"}
    assert ours == (set(FOLLOWED) | set(JUDGED) | here | set(ELSEWHERE)) & ours
    assert not here & (set(ELSEWHERE) | set(FOLLOWED))
    assert here >= OF_ROWS and here - OF_ROWS - ours == set()


def test_no_column_has_a_constraint_of_which_the_remedy_is_not_followed(country) -> None:
    found = {name for table in country.schemas.tables.values() for one in table.fields for name in one.constraints}
    assert {f"constraint-error/{name}" for name in found} <= OF_ROWS
    types = {one.type for table in country.schemas.tables.values() for one in table.fields} - {"string", "year"}
    assert {f"type-error/{name}" for name in types} <= OF_ROWS
