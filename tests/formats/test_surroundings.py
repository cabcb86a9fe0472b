"""What stands around a table is not read as one of its rows, and each is said once with its place."""

import pytest

from ogp_pipeline.formats.csv import CsvReader
from ogp_pipeline.formats.vocabulary import vocabulary
from ogp_pipeline.sources.reading import read
from tests.every import for_every

CSV = CsvReader(kind="csv")
KNOWN = vocabulary(
    ["milestone_id", "period_id", "status", "percent", "progress_es", "progress_en", "completed_on"],
    [
        ("Hito", "milestone_id"),
        ("Periodo de informe", "period_id"),
        ("Estado", "status"),
        ("Porcentaje de avance", "percent"),
        ("Avance (español)", "progress_es"),
        ("Avance (inglés)", "progress_en"),
        ("Terminado el", "completed_on"),
    ],
)
HEAD = "milestone_id,period_id,status,progress_es\n"
ROWS = "A.1,2026-S2,limited,Uno\nA.2,2026-S2,limited,Dos\n"


def told(reading):
    return [(one.rule, one.where.line, one.value) for one in reading.problems]


@for_every(
    ("heading", "column"),
    [
        ("Status", "status"),
        ("Percent ", "percent"),
        ("Milestone ID", "milestone_id"),
        ("MILESTONE-ID", "milestone_id"),
        ("hito", "milestone_id"),
        ("Periodo", "period_id"),
        ("Porcentaje", "percent"),
        ("AVANCE (ESPANOL)", "progress_es"),
        ("Completed_on", "completed_on"),
        ("milestne_id", "milestone_id"),
        ("\ufeffstatus", "status"),
        ("mile\u200bstone_id", "milestone_id"),
        ("Avance", None),  # in which language?
        ("progress", None),
        ("progress_fr", None),
        ("Stat", None),
        ("Notas", None),
        ("", None),
    ],
)
def test_a_heading_that_is_nearly_written_as_a_column_is_that_column(heading, column):
    assert KNOWN.name(heading) == column


@pytest.mark.parametrize(
    ("heading", "column"), [("ESTADO_DEL HITO", "Estado del hito"), ("Estado", None), ("Estado del hit", None)]
)
def test_of_what_a_mapping_names_nothing_is_left_out(heading, column):
    assert vocabulary(["Estado del hito", "id"]).name(heading) == column


def test_mended_headings_are_said_once_and_places_keep_what_the_sender_wrote(deliver):
    found = read(deliver("Hito,Periodo,Estado,Notas\nA.1,2026-S2,limited,x\n"), CSV, vocabulary=KNOWN)
    assert found.headings == ("milestone_id", "period_id", "status", "Notas")
    assert [(one.rule, one.details["pairs"]) for one in found.problems] == [
        ("headings-mended", "«Hito» = milestone_id; «Periodo» = period_id; «Estado» = status")
    ]
    assert found.rows[0].locate("status").column == "Estado"


def test_a_heading_as_it_should_be_is_that_column_and_no_other_is_taken_for_it(deliver):
    found = read(deliver("milestone_id,status,Estado\nA.1,limited,En curso\n"), CSV, vocabulary=KNOWN)
    assert found.headings == ("milestone_id", "status", "Estado")


def test_two_headings_for_one_column_are_a_repeated_one(deliver):
    found = read(deliver("milestone_id,Status,Estado\nA.1,limited,En curso\n"), CSV, vocabulary=KNOWN)
    assert "repeated-column" in [one.rule for one in found.problems]


def test_the_headings_are_found_below_a_title(deliver):
    found = read(deliver("Informe de avance,,,\n\nAl 20 de noviembre,,,\n" + HEAD + ROWS), CSV, vocabulary=KNOWN)
    assert [row.line for row in found.rows] == [5, 6]
    assert [(one.rule, one.value, one.details["count"]) for one in found.problems] == [
        ("title-rows", "Informe de avance", "2")
    ]


@pytest.mark.parametrize("total", ["Total,,,2", "TOTAL GENERAL,,100%,", "Subtotal,,,", ",,Promedio,62.5", "Suma,,,Q 1"])
def test_a_sum_below_the_rows_is_no_row(deliver, total):
    found = read(deliver(HEAD + ROWS + total + "\n"), CSV, vocabulary=KNOWN)
    assert [row.line for row in found.rows] == [2, 3]
    assert [one.rule for one in found.problems] == ["total-row"]


@pytest.mark.parametrize("note", ["Fuente: registros propios,,,", "Nota: cifras preliminares", "*preliminar,,,"])
def test_a_note_below_the_rows_is_no_row(deliver, note):
    found = read(deliver(HEAD + ROWS + "Total,,,2\n\n" + note + "\n"), CSV, vocabulary=KNOWN)
    assert [row.line for row in found.rows] == [2, 3]
    assert sorted((one.rule, one.where.line) for one in found.problems) == [("note-not-read", 6), ("total-row", 4)]


@pytest.mark.parametrize("last", ["A.3,,,", "Total,2026-S2,limited,Dos", "A.3,2026-S2,,"])
def test_a_row_that_is_not_whole_stays_a_row(deliver, last):
    found = read(deliver(HEAD + ROWS + last + "\n"), CSV, vocabulary=KNOWN)
    assert [row.line for row in found.rows] == [2, 3, 4]
    assert not found.problems


def test_headings_that_are_printed_again_are_no_row(deliver):
    found = read(deliver(HEAD + ROWS + HEAD + ROWS), CSV, vocabulary=KNOWN)
    assert [row.line for row in found.rows] == [2, 3, 5, 6]
    assert told(found) == [("headings-again", 4, "milestone_id")]


def test_a_second_table_is_named_with_its_rows(deliver):
    found = read(deliver(HEAD + ROWS + "\nmilestone_id,percent,,\nA.1,40,,\n"), CSV, vocabulary=KNOWN)
    assert [row.line for row in found.rows] == [2, 3]
    assert [(one.rule, one.where.line, one.details["count"]) for one in found.problems] == [("second-table", 5, "1")]


def test_what_stands_apart_from_the_table_is_a_note_and_makes_no_row(deliver):
    content = "milestone_id,period_id,status,,Resumen\nA.1,2026-S2,limited,,Total\n,,,,40\n"
    found = read(deliver(content), CSV, vocabulary=KNOWN)
    assert [row.line for row in found.rows] == [2]
    assert found.headings == ("milestone_id", "period_id", "status")
    assert [(one.rule, one.value, one.details["count"]) for one in found.problems] == [
        ("note-not-read", "Resumen", "3")
    ]


def test_a_row_with_a_note_alone_is_no_row(deliver):
    found = read(
        deliver("milestone_id,period_id,status,Notas\nA.1,2026-S2,limited,\n,,,ver oficio\n"), CSV, vocabulary=KNOWN
    )
    assert [row.line for row in found.rows] == [2]
    assert told(found) == [("note-not-read", 3, "ver oficio")]


def test_without_known_headings_every_record_is_a_row(deliver):
    found = read(deliver("a,b,c\n1,2,3\nTotal,,3\n"), CSV)
    assert len(found.rows) == 2 and not found.problems
