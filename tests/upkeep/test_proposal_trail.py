"""Two organisations propose, the forum links and answers, and anybody can follow a number back to their cells."""

import csv
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from ogp_pipeline.formats import template_layout as layout
from ogp_pipeline.runs.outcomes import Published
from ogp_pipeline.runs.templating import make
from ogp_pipeline.upkeep import tracing
from tests import small_country
from tests.small_country import NOW, SmallCountry

ORGANISATIONS = """\
  - id: river
    names: {es: Río, en: River}
    sector: civil_society
    institution: O1
    language: es
    may_supply: [proposals]
  - id: forest
    names: {es: Bosque, en: Forest}
    sector: civil_society
    institution: O2
    language: es
    may_supply: [proposals]
"""
SOURCES = """\
  - {id: river-proposals, supplier: river, kind: folder, path: inbox/river, files: "*.xlsx", read: {kind: xlsx}, tables: {proposals: {columns: {}}}}
  - {id: forest-proposals, supplier: forest, kind: folder, path: inbox/forest, files: "*.csv", read: {kind: csv}, tables: {proposals: {columns: {}}}}
  - {id: links, supplier: forum, kind: folder, path: inbox/forum, files: links.csv, read: {kind: csv}, tables: {proposal_links: {columns: {}}}}
  - {id: responses, supplier: forum, kind: folder, path: inbox/forum, files: responses.csv, read: {kind: csv}, tables: {responses: {columns: {}}}}
"""  # noqa: E501 - one line for each source reads best
HEADINGS = "proposal_id,plan_id,proposer_id,title_en,text_en,received_on\n"


def country_of_organisations(folder: Path) -> SmallCountry:
    country = small_country.build(
        folder,
        **{
            "commitment_institutions, milestones]": ("commitment_institutions, milestones, proposal_links, responses]"),
            "sources:\n": ORGANISATIONS + "sources:\n",
            "publication:\n": SOURCES + "publication:\n",
        },
    )
    for organisation in ("river", "forest"):
        (folder / "inbox" / organisation).mkdir()
    institutions = small_country.FILES["forum/institutions.csv"]
    country.write("forum/institutions.csv", institutions + "O1,River,civil_society\nO2,Forest,civil_society\n")
    return country


def template_of_river(country: SmallCountry) -> None:
    """The template that River gets, with one proposal typed into it."""
    made = make(country.open(), "river", date(2024, 7, 9), table="proposals", period=None, language="en",
                to=country.folder / "river.xlsx")  # fmt: skip
    book = openpyxl.load_workbook(made.path)
    sheet = book["proposals"]
    places = {cell.value: cell.column for cell in sheet[layout.NAMES_ROW]}
    typed = {"proposal_id": "r-1", "plan_id": "XX-1", "proposer_id": "O1", "title_en": "Budgets as open data",
             "text_en": "Publish the budget as open data.", "received_on": date(2023, 11, 1)}  # fmt: skip
    for column, value in typed.items():
        sheet.cell(layout.FIRST_ROW, places[column]).value = value
    book.save(country.folder / "inbox" / "river" / "proposals.xlsx")


@pytest.mark.night
def test_proposals_are_followed_to_their_results_and_every_number_to_its_cells(tmp_path):
    country = country_of_organisations(tmp_path)
    template_of_river(country)
    country.write(
        "forest/proposals.csv",
        HEADINGS
        + "f-1,XX-1,O2,Open budget,The budget in the open.,2023-11-11\n"
        + "f-2,XX-1,O2,Open courts,Rulings online.,2023-11-11\n",
    )
    country.write("forum/links.csv", "proposal_id,same_as,linked_on\nf-1,r-1,2023-11-20\n")
    country.write(
        "forum/responses.csv",
        "response_id,proposal_id,outcome,commitment_id,reason_en,responded_on\n"
        "a-1,r-1,included,XX0001,It is the first commitment.,2023-12-01\n",
    )
    assert isinstance(country.run(now=NOW).outcome, Published)

    [version] = country.versions()
    published = tmp_path / "var/public/v" / version / "participation/proposal_trail.csv"
    lines = list(csv.DictReader(published.read_text(encoding="utf-8").splitlines()))
    shown = ("proposal_id", "proposer_id", "group_id", "days", "outcome", "commitment_id", "level", "fate")
    assert [tuple(line[name] for name in shown) for line in lines] == [
        ("f-1", "O2", "r-1", "20", "included", "XX0001", "in_progress", "under_way"),
        ("f-2", "O2", "f-2", "", "", "", "", "unanswered"),
        ("r-1", "O1", "r-1", "30", "included", "XX0001", "in_progress", "under_way"),
    ]

    workspace = country.open()
    found = tracing.trace(workspace, "metrics", "proposals_incorporated/XX-1/all/institution/O2/all", None, None)
    assert (found.numerator, found.denominator) == (1, 2)
    [taken_up] = [unit for unit in found.units if unit.numerator]
    cells = {
        (row.table, row.key): (row.file, cell.where.line) for row in taken_up.rows for cell in row.cells if cell.where
    }
    assert cells["proposals", "f-1"] == ("proposals.csv", 2)
    assert cells["proposal_links", "f-1"] == ("links.csv", 2)
    assert cells["responses", "a-1"] == ("responses.csv", 2)
    assert cells["updates", "XX0001.1/2024-H1"] == ("updates.csv", 2)
    assert ("proposals", "r-1") in {(row.table, row.key) for row in taken_up.rows}

    trail = tracing.trace(workspace, "proposal_trail", "f-2", None, None)
    assert [(row.table, row.key) for row in trail.rests_on] == [("proposals", "f-2")]
