"""What a receipt proposes in place of a value is what the template's drop-down lists for that column."""

import csv
import hashlib
import io
from pathlib import Path

import pytest

from ogp_pipeline.formats import csv as csv_format
from ogp_pipeline.intake.advice import advise
from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.programme.mapping import TableMapping
from ogp_pipeline.programme.sources import FolderSource
from ogp_pipeline.runs.known_state import known_entries, known_tables
from ogp_pipeline.sources.delivery import DeliveredFile, Delivery, Envelope
from ogp_pipeline.templates import Prefill, check
from ogp_pipeline.templates.choices import choices
from ogp_pipeline.validation import PriorState, examine
from tests.small_country import NOW, SmallCountry
from tests.templates.conftest import TODAY

WRONG = "no-such-thing"
REPORTS = ("updates", "evidence")
# One row that holds the wrong word wherever a list is offered, but for what decides which list it is.
FIXED = {"variable": "completion", "scale": "ogp-completion-2015", "subject_table": "commitments"}
LISTED = {"constraint-error/enum", "type-error/boolean", "status-unknown", "code-of-scale", "foreign-key"}


@pytest.fixture(scope="module")
def known(country: SmallCountry):
    workspace = country.open()
    tables = known_tables(workspace, known_entries(workspace), TODAY)
    return workspace, tables, PriorState.from_tables(tables, workspace.schemas)


def told(known, supplier: str, table: str, names: list[str], folder: Path) -> list[Problem]:
    """What is said of a file with the wrong word in each of these columns."""
    workspace, _, state = known
    fields = workspace.schemas.table(table).field_names
    cells = [FIXED.get(name, WRONG if name in names else "") for name in fields]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([fields, cells])
    path = folder / f"{table}.csv"
    path.write_text(text.getvalue(), encoding="utf-8")
    data = path.read_bytes()
    source = FolderSource.model_construct(
        id="test",
        supplier=supplier,
        kind="folder",
        path=Path(),
        read=csv_format.CsvReader(kind="csv"),
        tables={table: [TableMapping(columns={})]},
    )
    file = DeliveredFile(path.name, path, hashlib.sha256(data).hexdigest(), len(data))
    delivery = Delivery(Envelope("test", supplier, NOW, NOW.date(), "test"), (file,))
    return list(examine(delivery, source, workspace.programme, workspace.schemas, state, folder).problems)


def lists(known, supplier: str, table: str) -> dict[str, set[str]]:
    """The drop-downs of a template: column -> what it lists."""
    workspace, tables, _ = known
    period = "2024-H2" if table in REPORTS else None
    request = check(workspace.programme, workspace.schemas, table, supplier, period, "es", TODAY)
    prefill = Prefill.of(tables, request)
    fields = workspace.schemas.table(table).fields
    return {field.name: set(found.values) for field in fields if (found := choices(field, prefill)) is not None}


SENT = [
    (supplier, table)
    for supplier, several in {
        "agency": ["updates", "evidence", "barriers", "ripple_achievements"],
        "society": ["assessments", "proposals", "barriers"],
        "forum": [
            "events",
            "decisions",
            "commitments",
            "requirement_checks",
            "institutions",
            "proposals",
            "milestones",
        ],
    }.items()
    for table in several
]


@pytest.mark.parametrize(("supplier", "table"), SENT)
def test_what_is_proposed_stands_in_the_drop_down(known, tmp_path: Path, supplier: str, table: str) -> None:
    listed = lists(known, supplier, table)
    problems = told(known, supplier, table, list(listed), tmp_path)
    compared = [problem for problem in problems if problem.rule in LISTED and problem.field in listed]
    assert compared, problems
    for problem in compared:
        proposed = problem.details["allowed_es"].split(", ")
        names = [{one, *one.removesuffix(")").split(" (", 1)} for one in proposed]
        assert all(name & listed[problem.field] for name in names), (problem.field, proposed, listed[problem.field])
        assert advise(problem, known[0].schemas, "es").todo.count(proposed[0]) == 1
        if problem.rule in ("constraint-error/enum", "type-error/boolean", "status-unknown"):
            assert len(proposed) == len(listed[problem.field]), problem.field


def test_only_scales_that_a_plan_of_the_programme_can_use_are_offered(known) -> None:
    """The first joint evaluation had its own scale, for plans of 2011 to 2013; this one begins in 2024."""
    offered = lists(known, "society", "assessments")
    assert "ogp-completion-2015" in offered["scale"] and "mx-joint-2012" not in offered["scale"]
    assert "Limitado" in offered["code"] and "Totalmente cumplido" not in offered["code"]


def test_who_speaks_in_its_own_name_is_told_no_other(known, tmp_path: Path) -> None:
    problems = told(known, "society", "assessments", ["assessor_id"], tmp_path)
    [problem] = [problem for problem in problems if problem.field == "assessor_id"]
    assert (problem.rule, problem.details) == ("authority-assessor", {"own": "M2"})
