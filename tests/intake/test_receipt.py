"""Receipts: for people in both languages, complete, accessible, the same bytes for the same content."""

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from ogp_pipeline.errors import SchemaError
from ogp_pipeline.formats.records import Where
from ogp_pipeline.intake.advice import advise
from ogp_pipeline.intake.problem import Problem, Severity, share_details
from ogp_pipeline.intake.problem_groups import GROUPS
from ogp_pipeline.intake.receipt import Receipt, Verdict, headline, to_html, to_json
from ogp_pipeline.sources.delivery import DeliveredFile

WHERE = Where("avances.xlsx", 7, "Hoja 1", "D7", column="Estado")


@pytest.fixture
def receipt(country):
    return Receipt(
        delivery="d" * 64,
        source="avances",
        supplier="foro",
        supplier_names={"es": "Foro", "en": "Forum"},
        language="es",
        verdict=Verdict.ACCEPTED,
        received_at=datetime(2024, 7, 1, 12, 0, 0, 7779, tzinfo=UTC),
        known_on=date(2024, 7, 1),
        files=(DeliveredFile("avances.xlsx", Path("avances.xlsx"), "c" * 64, 1234),),
        schemas=country.schemas.version,
        counts={"updates": 3},
        rows_read=3,
        due=date(2024, 7, 15),
    )


def _problem(rule, level=Severity.BLOCKS, **details):
    return Problem(rule, level, WHERE, "updates", "status", "No Trackab", details)


def _details(rule):
    """Every detail that a rule's texts name; what each check really gives is tested with the checks."""
    return {name: f"[{name}]" for name in rule.placeholders - {"field", "value", "table", "column"}}


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_rule_makes_sentences_without_gaps(country, receipt, language):
    problems = [_problem(rule.id, Severity(rule.level), **_details(rule)) for rule in country.schemas.rules.values()]
    for start in range(0, len(problems), GROUPS):  # as many kinds as one receipt describes
        some = tuple(problems[start : start + GROUPS])
        page = BeautifulSoup(
            to_html(replace(receipt, verdict=Verdict.REJECTED, problems=some), country.schemas, language), "html.parser"
        )
        assert len(page.select("section tbody tr td.value")) == len(some)
        assert "{" not in page.body.get_text()
    for problem in problems:
        advice = advise(problem, country.schemas, language)
        assert advice.wrong.strip()
        assert not re.search(r"[{}]", advice.wrong + advice.todo)


def test_a_text_that_needs_more_than_the_check_gives_is_an_error_of_ours(country):
    with pytest.raises(SchemaError, match="allowed"):
        advise(_problem("status-unknown"), country.schemas, "es")


def test_a_detail_in_two_languages_is_shown_in_the_readers(country):
    problem = _problem("status-unknown", allowed="c", allowed_es="c (Completo)", allowed_en="c (Complete)")
    assert "c (Completo)" in advise(problem, country.schemas, "es").todo
    assert "c (Complete)" in advise(problem, country.schemas, "en").todo


def test_names_within_a_list_stand_between_the_quotation_marks_of_the_language(country):
    problem = _problem("columns-gone", columns="«completed_on», «status»")
    assert "“completed_on”, “status”." in advise(problem, country.schemas, "en").wrong
    assert "«completed_on», «status»." in advise(problem, country.schemas, "es").wrong
    assert "«\u00a0completed_on\u00a0», «\u00a0status\u00a0»." in advise(problem, country.schemas, "fr").wrong


def test_the_page_says_where_what_came_and_what_to_type(country, receipt):
    problem = _problem("status-unknown", allowed="complete")
    rejected = replace(receipt, verdict=Verdict.REJECTED, problems=(problem,), rows_to_mend=1)
    page = BeautifulSoup(to_html(rejected, country.schemas, "es"), "html.parser")
    assert page.html["lang"] == "es"
    assert page.h1.get_text() == "1 cosa por corregir en 1 de 3 renglones"
    cells = [cell.get_text() for cell in page.select("section tbody tr")[0].select("td")]
    assert cells[:3] == ["avances.xlsx, hoja «Hoja 1», celda D7", "«Estado»", "No Trackab"]
    assert "«No Trackab»" in cells[3]
    assert "complete" in cells[4]
    assert "a más tardar el 15 de julio de 2024" in page.get_text()
    english = BeautifulSoup(to_html(rejected, country.schemas, "en"), "html.parser")
    assert english.html["lang"] == "en"
    assert english.h1.get_text() == "1 thing to correct in 1 of 3 rows"


@pytest.mark.parametrize(
    ("verdict", "changes", "es", "en"),
    [
        (Verdict.ACCEPTED, {}, "3 renglones recibidos", "3 rows received"),
        (Verdict.ACCEPTED, {"rows_read": 1}, "1 renglón recibido", "1 row received"),
        (
            Verdict.ACCEPTED_WITH_NOTES,
            {"problems": (_problem("url-form", Severity.PLEASE_CHECK),)},
            "3 renglones recibidos, 1 cosa por revisar",
            "3 rows received, 1 thing to check",
        ),
        (
            Verdict.REJECTED,
            {"problems": (_problem("truncated"),) * 2, "rows_read": 0},
            "2 cosas por corregir en 1 archivo",
            "2 things to correct in 1 file",
        ),
        (Verdict.NOTHING_RECEIVED, {"rows_read": 0}, "0 renglones recibidos", "0 rows received"),
        (
            Verdict.NOT_PROCESSED,
            {},
            "No pudimos revisar su archivo",
            "We could not check your file",
        ),
    ],
)
def test_the_count_comes_first(country, receipt, verdict, changes, es, en):
    changed = replace(receipt, verdict=verdict, **changes)
    assert (headline(changed, "es"), headline(changed, "en")) == (es, en)
    for language, title in (("es", es), ("en", en)):
        page = BeautifulSoup(to_html(changed, country.schemas, language), "html.parser")
        assert page.h1.get_text() == title
        assert page.title.get_text().startswith(title)
        assert page.select_one("section[aria-labelledby=next] p").get_text().strip()


def test_an_accepted_delivery_shows_how_many_rows_of_each_table(country, receipt):
    page = BeautifulSoup(to_html(receipt, country.schemas, "es"), "html.parser")
    assert page.time and page.time["datetime"] == "2024-07-01T12:00:00+00:00", "HTML knows no millionths of a second"
    (row,) = page.select("section[aria-labelledby=counts] tbody tr")
    assert [cell.get_text() for cell in row.select("th, td")] == ["Informes de avance", "3"]


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_page_is_accessible_and_needs_nothing_from_elsewhere(country, receipt, language):
    problem = _problem("status-unknown", allowed="complete")
    page = to_html(replace(receipt, verdict=Verdict.REJECTED, problems=(problem,)), country.schemas, language)
    soup = BeautifulSoup(page, "html.parser")
    assert not soup.select("script, link, img, iframe, [src], [href]")
    assert "url(" not in page
    assert "@import" not in page
    assert len(soup.select("h1")) == 1
    assert len(soup.select("main")) == 1
    assert all(head.get("scope") in ("col", "row") for head in soup.select("th"))
    ids = [tag["id"] for tag in soup.select("[id]")]
    assert len(ids) == len(set(ids))
    assert {tag["aria-labelledby"] for tag in soup.select("[aria-labelledby]")} <= set(ids)


def test_what_a_sender_wrote_is_shown_and_never_run(country, receipt):
    nasty = replace(
        _problem("status-unknown", allowed="complete"),
        value="<script>alert(1)</script>\ud83d",
        where=Where("<img src=x>.csv", 2, column='"><b>'),
    )
    rejected = replace(receipt, verdict=Verdict.REJECTED, problems=(nasty,))
    soup = BeautifulSoup(to_html(rejected, country.schemas, "es"), "html.parser")
    assert not soup.select("script, img, td b")
    assert "<script>alert(1)</script>" in soup.get_text()
    assert json.loads(to_json(rejected, country.schemas))["problems"][0]["value"].endswith("\\ud83d")


def test_a_long_value_is_shortened_on_the_page_with_its_length_and_whole_in_the_data(country, receipt):
    problem = replace(_problem("status-unknown", allowed="complete"), value="a" * 1000)
    rejected = replace(receipt, verdict=Verdict.REJECTED, problems=(problem,))
    page = to_html(rejected, country.schemas, "es")
    assert "a" * 301 not in page
    assert "1,000 caracteres" in page
    assert json.loads(to_json(rejected, country.schemas))["problems"][0]["value"] == "a" * 1000


def _many(*counts, value="No Trackab", **details):
    """So many problems of one kind for each count, each kind in a column of its own, in lines that follow."""
    return tuple(
        Problem("truncated", Severity.BLOCKS, Where("a.csv", line, column=f"c{kind}"), "updates", None, value, details)
        for kind, count in enumerate(counts)
        for line in range(2, 2 + count)
    )


def test_of_what_is_there_often_the_first_are_written_out_and_all_are_counted_with_their_lines(country, receipt):
    rejected = replace(receipt, verdict=Verdict.REJECTED, problems=_many(2500, 3), rows_to_mend=2500)
    document = json.loads(to_json(rejected, country.schemas))
    assert document["problem_counts"] == {
        "total": 2503, "shown": 103, "blocks": 2503, "please_check": 0, "could_be_better": 0,
    }  # fmt: skip
    often, seldom = document["problem_groups"]
    assert (often["count"], often["shown"], often["lines"]) == (2500, 100, [[2, 2501]])
    assert (seldom["count"], seldom["shown"], seldom["where"]) == (3, 3, {"file": "a.csv", "column": "c1"})
    page = BeautifulSoup(to_html(rejected, country.schemas, "en"), "html.parser")
    assert len(page.select("td.value")) == 103
    assert [one.get_text() for one in page.select("p.rest")] == [
        "“c0”: 2,500 times in all; the first 100 are listed above. All of them: a.csv, lines 2–2501."
    ]
    assert "(2,503)" in page.get_text()


def test_what_is_there_a_hundred_times_is_written_out_whole(country, receipt):
    rejected = replace(receipt, verdict=Verdict.REJECTED, problems=_many(100))
    assert len(json.loads(to_json(rejected, country.schemas))["problems"]) == 100
    assert 'class="rest"' not in to_html(rejected, country.schemas, "es")


@pytest.mark.parametrize(
    "make",
    [
        partial(_many, 30_000),
        partial(_many, *[200] * 150),
        partial(_many, *[1] * 9_000),
        partial(_many, 50, value="x" * 200_000),
        partial(_many, 5_000, allowed_es="é" * 3_000, allowed_en="\x00" * 3_000),
        pytest.param(partial(_many, 600_000, 300_000, *[50] * 2_000), marks=pytest.mark.night),
    ],
    ids=["one kind", "many kinds", "columns without end", "long cells", "long lists", "a million"],
)
def test_a_receipt_stays_below_a_megabyte_whatever_is_wrong(country, receipt, make):
    problems = make()
    rejected = replace(receipt, verdict=Verdict.REJECTED, problems=problems, rows_to_mend=1)
    data = to_json(rejected, country.schemas)
    assert len(data) < 1_000_000
    assert len(to_html(rejected, country.schemas, "es").encode()) < 1_000_000
    document = json.loads(data)
    assert document["problem_counts"]["total"] == len(problems)
    assert document["problems"]


def test_a_cell_too_long_for_a_receipt_is_cut_and_its_length_said(country, receipt):
    rejected = replace(receipt, verdict=Verdict.REJECTED, problems=_many(1, value="x" * 50_000))
    (problem,) = json.loads(to_json(rejected, country.schemas))["problems"]
    assert (len(problem["value"]), problem["value_length"]) == (20_000, 50_000)


def test_the_column_has_its_title_where_the_heading_is_only_a_machine_name(country, receipt):
    machine = replace(_problem("truncated"), where=Where("a.csv", 2, column="status"))
    rejected = replace(receipt, verdict=Verdict.REJECTED, problems=(machine, _problem("truncated")))
    page = BeautifulSoup(to_html(rejected, country.schemas, "es"), "html.parser")
    shown = [row.select("td")[1].get_text() for row in page.select("section:first-of-type tbody tr")]
    assert shown == [f"«status» ({country.schemas.table('updates').field('status').title['es']})", "«Estado»"]


def test_when_the_time_is_over_the_page_says_since_when(country, receipt):
    late = replace(receipt, verdict=Verdict.REJECTED, problems=(_problem("truncated"),), known_on=date(2024, 7, 20))
    page = BeautifulSoup(to_html(late, country.schemas, "es"), "html.parser")
    assert (
        "cuanto antes: el plazo venció el 15 de julio de 2024" in page.select_one("[aria-labelledby=next]").get_text()
    )


@pytest.mark.parametrize(("language", "said"), [("es", ["nuestro, no suyo", "no se perdió"]), ("en", ["ours", "lost"])])
def test_a_failure_of_ours_is_said_to_be_ours_with_nothing_lost(country, receipt, language, said):
    page = to_html(replace(receipt, verdict=Verdict.NOT_PROCESSED, counts={}), country.schemas, language)
    assert all(words in BeautifulSoup(page, "html.parser").main.get_text() for words in said)


def test_a_supplier_without_a_name_in_the_readers_language_is_called_by_another_and_not_by_its_id(country, receipt):
    page = BeautifulSoup(to_html(replace(receipt, supplier="x-17"), country.schemas, "fr"), "html.parser").get_text()
    assert "Foro" in page and "x-17" not in page


def test_the_same_receipt_is_the_same_bytes(country, receipt):
    again = replace(receipt, counts=dict(reversed(receipt.counts.items())))
    assert to_json(receipt, country.schemas) == to_json(again, country.schemas)
    assert to_html(receipt, country.schemas, "es") == to_html(again, country.schemas, "es")


def test_the_data_carries_rule_ids_and_both_languages(country, receipt):
    problem = _problem("status-unknown", allowed="complete")
    document = json.loads(to_json(replace(receipt, problems=(problem,)), country.schemas))
    (found,) = document["problems"]
    assert (found["rule"], found["level"], found["where"]["cell"]) == ("status-unknown", "blocks", "D7")
    assert set(found["wrong"]) == set(found["todo"]) == {"es", "en"}


def test_problems_with_equal_details_share_them_and_stay_as_they_are():
    problems = [Problem("truncated", Severity.BLOCKS, WHERE, value=f"{n}", details={"allowed": "a" * 9}) for n in "123"]
    problems.append(replace(problems[0], details={"allowed": "b"}))
    shared = list(share_details(problems))
    assert shared == problems
    assert len({id(problem.details) for problem in shared}) == 2
