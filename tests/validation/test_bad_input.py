"""What goes wrong with real files: each ends in a receipt that says what, where and what to type."""

import pytest

from ogp_pipeline.intake.delivery_receipt import receipt_for
from ogp_pipeline.intake.receipt import headline

UPDATE = "milestone_id,period_id,status,progress_es\n"
GOOD = UPDATE + "MX0001.1,2024-1,in_progress,Avanza\n"
COMMITMENT = "commitment_id,plan_id,title_es,start_date\n"


def _blocked(country, sent, rule, es, en, where_es=()):
    """The only thing that blocks is ``rule``, once; its texts and place hold the words; nothing enters."""
    _, report = sent
    assert [problem.rule for problem in report.problems if problem.level == "blocks"] == [rule]
    assert report.rows == ()
    for language, words in (("es", es), ("en", en)):
        (advice,) = country.advice(sent, rule, language)
        text = f"{advice.wrong} {advice.todo}"
        assert not [word for word in words if word not in text], text
        assert advice.todo
        if language == "es":
            assert not [word for word in where_es if word not in advice.where], advice.where
    return report


def test_unknown_status(country):
    sent = country.send("updates", GOOD.replace("in_progress", "No Trackab"))
    report = _blocked(
        country,
        sent,
        "status-unknown",
        ("«No Trackab»", "«status»", "Completo (complete)"),
        ("No Trackab", "Complete (complete)"),
        ("updates.csv", "línea 2"),
    )
    assert report.verdict == "rejected"


def test_unknown_status_that_a_mapping_does_not_list(country):
    columns = {
        "milestone_id": {"from": "hito"},
        "period_id": {"value": "2024-1"},
        "status": {"from": "estado", "map": {"En proceso": "in_progress"}},
        "progress_es": {"value": "Avanza"},
    }
    sent = country.send("updates", "hito,estado\nMX0001.1,No Trackab\n", columns=columns)
    _blocked(country, sent, "unmapped-value", ("«No Trackab»", "«estado»"), ("No Trackab",), ("línea 2",))


def test_missing_commitment_id(country):
    sent = country.send("commitments", COMMITMENT + ",MX-4,Datos,2024-02-01\n")
    _blocked(country, sent, "constraint-error/required", ("«commitment_id»",), ("commitment_id",), ("línea 2",))


def test_repeated_commitment_id(country):
    rows = "MX0003,MX-4,Datos,2024-02-01\nMX0004,MX-4,Agua,2024-02-01\nMX0003,MX-4,Otra vez,2024-02-01\n"
    sent = country.send("commitments", COMMITMENT + rows)
    _blocked(country, sent, "repeated-key", ("MX0003", "2"), ("MX0003", "2"), ("línea 4",))


def test_repeated_commitment_id_in_another_file_names_that_file(country):
    one, two = (COMMITMENT + "MX0003,MX-4,Datos,2024-02-01\n" for _ in range(2))
    sent = country.send("commitments", one, name="a.csv", more={"b.csv": two})
    _blocked(country, sent, "repeated-key", ("MX0003", "a.csv"), ("MX0003", "a.csv"), ("b.csv", "línea 2"))


def test_a_milestone_of_another_commitment(country):
    sent = country.send("milestones", "milestone_id,commitment_id,title_es\nMX0002.5,MX0001,Publicar\n")
    _blocked(country, sent, "hierarchy", ("MX0002.5", "MX0002"), ("MX0002.5", "MX0002"), ("línea 2",))


def test_a_day_that_does_not_exist(country):
    sent = country.send("commitments", COMMITMENT + "MX0003,MX-4,Datos,2024-02-31\n")
    _blocked(country, sent, "type-error/date", ("«2024-02-31»", "«start_date»"), ("2024-02-31",), ("línea 2",))


def test_an_agency_on_another_agencys_commitment(country):
    sent = country.send("updates", GOOD.replace("MX0001.1", "MX0002.1"), supplier="agencia")
    _blocked(country, sent, "authority-commitment", ("MX0002.1",), ("MX0002.1",), ("línea 2",))


@pytest.mark.parametrize("content", ["", "\ufeff", "\n\n"], ids=["no bytes", "only a mark", "only line ends"])
def test_an_empty_file_is_nothing_received(country, content):
    sent = country.send("updates", content)
    report = _blocked(country, sent, "empty-file", ("updates.csv",), ("updates.csv",), ("updates.csv",))
    assert report.verdict == "nothing_received"


def test_a_file_with_only_headings_is_nothing_received(country):
    sent = country.send("updates", UPDATE)
    report = _blocked(country, sent, "header-only", ("updates.csv",), ("updates.csv",), ("updates.csv",))
    assert report.verdict == "nothing_received"


def test_a_web_page_instead_of_a_table(country):
    sent = country.send("updates", "<!DOCTYPE html>\n<html><body>Sign in, please</body></html>\n")
    report = _blocked(country, sent, "not-a-table", ("updates.csv",), ("updates.csv",), ("updates.csv",))
    assert report.verdict == "rejected"


def test_a_download_that_broke_off(country):
    whole = UPDATE + 'MX0001.1,2024-1,in_progress,"Avanza\nmucho"\n' + 'MX0001.2,2024-1,in_progress,"Avan'
    sent = country.send("updates", whole)
    report = _blocked(country, sent, "truncated", ("updates.csv",), ("updates.csv",), ("updates.csv",))
    assert report.verdict == "rejected"


def test_another_encoding_after_two_hundred_kilobytes_names_line_and_byte(country):
    filler = "".join(f"MX0001.1,2024-1,in_progress,{'a' * 90}\n" for _ in range(2000))
    content = (UPDATE + filler + "MX0001.1,2024-1,in_progress,Una pol").encode() + b"\x92tica\n"  # whose?
    assert content.index(b"\x92") > 200_000
    sent = country.send("updates", content)
    words = ("2002", "36", "92", "UTF-8")
    _blocked(country, sent, "encoding", words, words)


def test_a_missing_column_is_said_once_and_not_for_every_row(country):
    rows = "".join(f"MX0001.{number},in_progress,Avanza\n" for number in (1, 2))
    sent = country.send("updates", "milestone_id,status,progress_es\n" + rows)
    _blocked(country, sent, "missing-column", ("period_id",), ("period_id",), ("updates.csv",))


def test_a_file_of_which_no_heading_fits_is_one_problem(country):
    sent = country.send("updates", "nombre,cargo,oficina\n" + "Ana,Jefa,3\n" * 20)
    report = _blocked(country, sent, "unknown-headings", ("encabezados",), ("headings",), ("updates.csv",))
    assert [problem.rule for problem in report.problems] == ["unknown-headings"]
    assert report.problems[0].value == "«nombre», «cargo», «oficina»"


def test_columns_in_another_order_are_read_by_their_headings(country):
    _, report = country.send(
        "updates", "progress_es,status,period_id,milestone_id\nAvanza,in_progress,2024-1,MX0001.1\n"
    )
    assert (report.problems, report.counts) == ((), {"updates": 1})


def test_a_column_that_is_not_ours_is_said_once_and_the_rest_is_read(country):
    lines = GOOD.splitlines()
    _, report = country.send("updates", f"{lines[0]},notas\n{lines[1]},x\n" + "MX0001.2,2024-1,in_progress,Sigue,y\n")
    assert [(problem.rule, problem.value) for problem in report.problems] == [("unknown-column", "notas")]
    assert report.counts == {"updates": 2}


def test_a_repeated_column_is_said_once(country):
    lines = GOOD.splitlines()
    sent = country.send("updates", f"{lines[0]},status\n" + f"{lines[1]},complete\n")
    _blocked(country, sent, "repeated-column", ("«status»",), ("status",), ("updates.csv",))


def test_a_workbook_at_a_csv_source_is_told_in_one_sentence(country, tmp_path):
    from openpyxl import Workbook

    Workbook().save(tmp_path / "libro.xlsx")
    sent = country.send("updates", (tmp_path / "libro.xlsx").read_bytes(), name="updates.csv")
    _blocked(country, sent, "wrong-format", ("un libro de Excel", "CSV"), ("an Excel workbook", "CSV"))


def test_semicolons_at_a_source_of_commas_are_told_in_one_sentence(country):
    sent = country.send("updates", GOOD.replace(",", ";"))
    assert [(one.rule, one.level) for one in sent[1].problems] == [("wrong-delimiter", "could_be_better")]
    assert len(sent[1].rows) == 1
    (advice,) = country.advice(sent, "wrong-delimiter", "es")
    assert "puntos y comas" in advice.wrong and "comas" in advice.todo


def test_a_place_in_a_workbook_is_sheet_and_cell(country, tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = "Avances"
    for row in [UPDATE.strip().split(","), ["MX0001.1", "2024-1", "No Trackab", "Avanza"]]:
        sheet.append(row)
    book.save(tmp_path / "libro.xlsx")
    sent = country.send("updates", (tmp_path / "libro.xlsx").read_bytes(), kind="xlsx")
    _blocked(country, sent, "status-unknown", ("No Trackab",), ("No Trackab",), ("hoja «Avances»", "celda C2"))


def test_everything_is_said_and_the_count_comes_first(country):
    rows = "MX0001.1,2024-1,in_progress,Avanza\nMX0001.7,2031-1,fin,Avanza\nMX0001.8,2031-1,fin,Avanza\n"
    delivery, report = country.send("updates", UPDATE + rows)
    receipt = receipt_for(delivery, report, country.programme, country.schemas)
    assert len(report.problems) == 4
    assert [problem.where.line for problem in report.problems] == [3, 3, 4, 4]
    assert headline(receipt, "es") == "4 cosas por corregir en 2 de 3 renglones"
    assert headline(receipt, "en") == "4 things to correct in 2 of 3 rows"
    assert report.counts == {"updates": 3}


def test_thousands_of_problems_are_all_said(country):
    rows = "".join(f"MX0001.1,2024-1,estado{number},Avanza\n" for number in range(1500))
    _, report = country.send("updates", UPDATE + rows)
    assert sum(problem.rule == "status-unknown" for problem in report.problems) == 1500


def test_rows_that_the_mapping_sets_aside_are_counted_with_the_reason(country):
    skip = {"skip": [{"column": "progress_es", "values": ["Pendiente"], "why": {"es": "dice «Pendiente»"}}]}
    columns = {name: {"from": name} for name in UPDATE.strip().split(",")}
    sent = country.send("updates", GOOD + "MX0001.2,2024-1,,Pendiente\n", columns=columns, mapping=skip)
    _, report = sent
    assert report.verdict == "accepted_with_notes"
    assert [(why.get("es"), count) for why, count in report.skipped] == [("dice «Pendiente»", 1)]
    assert len(report.rows) == 1
    (advice,) = country.advice(sent, "row-skipped", "es")
    assert "1" in advice.wrong
    assert "dice «Pendiente»" in advice.wrong


def test_a_file_of_which_everything_is_set_aside_is_nothing_received(country):
    skip = {"skip": [{"column": "progress_es", "values": ["Pendiente"], "why": {"es": "dice «Pendiente»"}}]}
    columns = {name: {"from": name} for name in UPDATE.strip().split(",")}
    sent = country.send("updates", UPDATE + "MX0001.2,2024-1,,Pendiente\n", columns=columns, mapping=skip)
    assert country.advice(sent, "nothing-received", "es")
    assert not sent[1].verdict.enters
