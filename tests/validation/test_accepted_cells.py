"""What can be accepted can be published: identifiers, and the cells of a workbook, through the whole examination.

Types by themselves: tests/schema/test_cell_types.py.
"""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ogp_pipeline.release import csv_format
from ogp_pipeline.release.shape import canonical
from ogp_pipeline.schema import cell_types
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.tables import columns
from ogp_pipeline.validation.identifiers import look
from tests.sample import drawn
from tests.validation.country import Country, build

HEAD = ["institution_id", "name_es", "sector"]
# Few letters, so that some identifiers differ in what people do not see: case, noughts, dots, accents.
IDS = st.text(alphabet="aAbB01._-éÉ ", min_size=1, max_size=5)
SMALL = settings(max_examples=drawn(6, 60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def forum(tmp_path_factory: pytest.TempPathFactory) -> Country:
    return build(tmp_path_factory.mktemp("cells"))


def published(forum: Country, rows: Sequence[MappedRow]) -> dict[str, list[object]]:
    """Column -> its values, as somebody reads accepted rows of one table in a release, in the order of their key."""
    shape = forum.schemas.table(rows[0].table)
    parsers = {field.name: cell_types.parser(field.type) for field in shape.fields}
    values = {name: [parse(row.values.get(name, "")) for row in rows] for name, parse in parsers.items()}
    path = forum.folder / "published"
    csv_format.write_rows(canonical(columns.frame(shape, values), shape), path)
    return csv_format.read_rows(path, shape).to_pydict()


@SMALL
@given(ids=st.lists(IDS, min_size=1, max_size=12))
@example(ids=["007", "7"])
@example(ids=["1.1", "1.10"])
@example(ids=["SFP", "sfp", "S.F.P."])
def test_an_accepted_identifier_is_published_as_it_was_sent_and_no_two_look_alike(
    forum: Country, ids: list[str]
) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([HEAD, *([one, "Oficina", "government"] for one in ids)])
    _, report = forum.send("institutions", text.getvalue(), on_bad_rows="quarantine")
    sent = {number: one.strip() for number, one in enumerate(ids, start=2)}
    mended = {one.where.line: one.details["taken"] for one in report.problems if one.rule == "mended"}
    said = [row.values["institution_id"] for row in report.rows]
    assert said == [mended.get(row.row.line, sent[row.row.line or 0]) for row in report.rows]
    assert len({look(one) for one in said}) == len(said)
    if report.rows:
        assert published(forum, report.rows)["institution_id"] == sorted(said)


CELLS = st.one_of(
    st.integers(-(10**16), 10**16),
    st.floats(-1e13, 1e13, allow_nan=False),
    st.floats(0, 100, allow_nan=False).map(lambda value: round(value, 2)),
    st.booleans(),
    st.dates(date(1900, 3, 1), date(9999, 12, 31)),
    st.datetimes(datetime.fromisoformat("1950-01-01"), datetime.fromisoformat("2100-01-01")).map(
        lambda moment: moment.replace(microsecond=0)
    ),
    st.times().map(lambda moment: moment.replace(microsecond=0)),
    st.text(alphabet="a1é=+-@;,. %€", min_size=1, max_size=6),
)
# Of each column mostly what belongs there, so that many rows are accepted; and now and then anything.
BELONGS = {
    "number": st.one_of(st.integers(0, 10**12 - 1), st.floats(0, 1e6, allow_nan=False).map(lambda one: round(one, 4))),
    "date": st.dates(date(1900, 3, 1), date(9999, 12, 31)),
    "boolean": st.booleans(),
    "string": st.sampled_from(["Una asistencia", "-Se capacitó (20 personas)", "62 %", "=", "1.10", "007", " a "]),
}
COLUMNS = {"amount": "number", "starts_on": "date", "enough": "boolean", "note_es": "string"}
MIXED = {kind: st.one_of(own, own, own, CELLS) for kind, own in BELONGS.items()}
SOUND = (5, date(2026, 1, 31), True, "-Se capacitó (20 personas)")
RESOURCE = ["resource_id", "plan_id", "institution_id", "kind"]


def means(cell: object, kind: str) -> object:
    """What whoever sees the cell in the workbook would say that it holds; None: nothing of this kind."""
    if kind == "number" and isinstance(cell, int | float) and not isinstance(cell, bool):
        return Decimal(f"{cell:.15g}")
    if kind == "date" and isinstance(cell, date):
        return cell.date() if isinstance(cell, datetime) else cell
    if kind == "boolean" and isinstance(cell, bool):
        return cell
    return cell if kind == "string" and isinstance(cell, str) else None


@SMALL
@given(cells=st.lists(st.tuples(*(MIXED[kind] for kind in COLUMNS.values())), min_size=1, max_size=15))
@example(cells=[SOUND])
@example(
    cells=[
        (0.1 + 0.2, datetime.fromisoformat("2026-11-20T14:30"), True, "-¡Listo!"),
        (10**15, time(14, 24), False, "a"),
    ]
)
def test_an_accepted_cell_of_a_workbook_is_published_as_its_sender_sees_it(
    forum: Country, cells: list[tuple[object, ...]]
) -> None:
    book = openpyxl.Workbook()
    book.active.append([*RESOURCE, *COLUMNS])
    for number, row in enumerate(cells):
        book.active.append([f"r{number:03}", "MX-4", "osc", "money", *row])
        for cell in book.active[number + 2]:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # as a person types it: no formula
    stream = io.BytesIO()
    book.save(stream)
    _, report = forum.send("resources", stream.getvalue(), kind="xlsx", name="libro.xlsx", on_bad_rows="quarantine")
    mended = {one.where.cell for one in report.problems if one.rule == "mended"}
    assert report.rows or cells != [SOUND]
    if not report.rows:
        return
    values = published(forum, sorted(report.rows, key=lambda row: row.values["resource_id"]))
    for place, (column, kind) in enumerate(COLUMNS.items()):
        for key, value in zip(values["resource_id"], values[column], strict=True):
            cell = cells[int(str(key)[1:])][place]
            written = isinstance(cell, str) == (kind == "string")  # what is typed as a text is another test's
            if written and f"{'EFGH'[place]}{int(str(key)[1:]) + 2}" not in mended:
                seen = means(cell, kind)
                assert value == (seen.strip() or None if isinstance(seen, str) else seen), (column, cell)
