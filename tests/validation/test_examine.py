"""The examination as a whole: what goes in decides what comes out, in whatever process it is made."""

import pickle
from io import BytesIO

import pytest
from openpyxl import Workbook
from pydantic import TypeAdapter

from ogp_pipeline.programme.sources import Source
from ogp_pipeline.validation import examine
from tests.validation.country import Country

UPDATES = "milestone_id,period_id,status,progress_es\n"


@pytest.mark.parametrize(
    ("content", "verdict"),
    [
        (UPDATES + "MX0001.1,2024-1,in_progress,Avanza\n", "accepted"),
        (UPDATES + "MX0001.1,2024-1,in_progress,Avanza\nMX0001.2,2024-1,casi,Avanza\n", "accepted_in_part"),
        (UPDATES, "nothing_received"),
        (b"%PDF-1.7\n", "rejected"),
    ],
    ids=["good", "a bad row", "no row", "not a table"],
)
def test_all_that_goes_in_and_comes_out_can_go_to_another_process(
    country: Country, content: str | bytes, verdict: str
) -> None:
    delivery, _ = country.send("updates", content)
    source: Source = TypeAdapter(Source).validate_python(
        {
            "id": delivery.envelope.source,
            "supplier": delivery.envelope.supplier,
            "kind": "folder",
            "path": ".",
            "read": {"kind": "csv"},
            "tables": {"updates": {"columns": {}}},
            "on_bad_rows": "quarantine",
        }
    )
    arguments = (delivery, source, country.programme, country.schemas, country.known, country.folder)
    examination = examine(*arguments)
    assert examination.verdict == verdict
    assert examine(*pickle.loads(pickle.dumps(arguments))) == examination
    assert pickle.loads(pickle.dumps(examination)) == examination


def test_problems_stand_in_the_order_of_the_sheets_their_rows_and_their_columns(country: Country) -> None:
    book = Workbook()
    for number, sheet in enumerate((book.active, book.create_sheet("Anexo"))):
        sheet.append(["milestone_id", "period_id", "status", "progress_es"])
        for row in range(2, 13):
            wrong = row in ((3, 11) if number == 0 else (2,))
            sheet.append(
                ["nada" if wrong else "MX0001.1", "2024-1", "casi" if wrong else "in_progress", f"Avanza {row}"]
            )
    content = BytesIO()
    book.save(content)
    _, examination = country.send("updates", content.getvalue(), kind="xlsx", reader={"kind": "xlsx", "sheets": ["*"]})
    places = dict.fromkeys((one.where.sheet, one.where.cell) for one in examination.problems)
    wanted = [("Sheet", "A3"), ("Sheet", "C3"), ("Sheet", "A11"), ("Sheet", "C11"), ("Anexo", "A2"), ("Anexo", "C2")]
    assert [place for place in places if place in wanted] == wanted
