"""The forum's report says what the tables say, in both languages, and never shows what is not known as zero."""

import re
from datetime import date
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from ogp_pipeline.errors import OgpError
from ogp_pipeline.evaluation.metrics import METRICS
from ogp_pipeline.evaluation.registry import MEAN
from ogp_pipeline.i18n.text import Said
from ogp_pipeline.release.news import NO_DUES, FormerDue
from ogp_pipeline.site import report
from ogp_pipeline.site.charts import Point, burn_down, columns, span
from ogp_pipeline.site.pages import draw, report_page
from ogp_pipeline.site.plain import NAME, Plain
from ogp_pipeline.site.report.blocks import Ratio, ReportTable
from ogp_pipeline.site.report.categories import APART, CATEGORIES
from ogp_pipeline.site.report.context import ReportContext
from ogp_pipeline.site.report.lasting import percent
from ogp_pipeline.site.report.published import PeriodReport, Published
from ogp_pipeline.site.report.reports import chosen
from ogp_pipeline.site.words import words
from tests.release.conftest import sample_frame
from tests.site.rich import AS_OF, SCHEMAS, rich_tables, sections


@pytest.fixture(scope="module")
def page(chain, programme):
    """(tables, period, language) -> the parsed page."""

    def make(tables, period="r2", language="en", dues=NO_DUES):
        published = Published(tables, SCHEMAS, AS_OF, dues=dues)
        report = chosen(published, "plan-1", period)
        return BeautifulSoup(report_page(published, report, chain[-1], programme, language).decode(), "html.parser")

    return make


@pytest.fixture(scope="module")
def soup(page):
    """The report of the newest period in English."""
    return page(rich_tables())


def table(soup, identity):
    body = soup.find(id=f"table-{identity}").parent
    return [
        [cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])] for row in body.tbody.find_all("tr")
    ]


def words_of(soup, section):
    return soup.find(id=section).parent.get_text(" ", strip=True)


def test_completion_stands_beside_the_round_before_and_what_nobody_said_is_no_zero(page, soup):
    assert table(soup, "completion-milestones") == [
        ["Not started", "0 of 4", "0 %", "1 of 4", "−1"],
        ["In progress", "1 of 4", "25 %", "0 of 4", "+1"],
        ["Complete", "1 of 4", "25 %", "0 of 4", "+1"],
        ["Not reported", "2 of 4", "50 %", "3 of 4", "−1"],
    ]
    tables = rich_tables()
    numbers = tables["metrics"]
    blank = (numbers["metric_id"] == "milestone_completion") & (numbers["period_id"] == "r1")
    numbers.loc[blank, ["numerator", "missing", "value"]] = [0, 4, None]
    before = [line[3:] for line in table(page(tables), "completion-milestones")[:3]]
    assert before == [["–", "–"]] * 3


def test_given_up_and_without_evidence_are_patterns_and_no_more_or_less_progress(page):
    tables = rich_tables()
    tables["action_plans"] = tables["action_plans"].assign(scale="ogp-completion-2015")
    levels = {"not_started": "no_evidence", "in_progress": "withdrawn"}
    tables["metrics"] = tables["metrics"].assign(category=tables["metrics"]["category"].replace(levels))
    lines = page(tables).find(id="table-completion-milestones").parent.tbody.find_all("tr")
    drawn = {line.th.get_text(strip=True): line.find(class_="swatch") for line in lines}
    patterns = {name: set(mark["class"]) - {"swatch"} for name, mark in drawn.items()}
    assert patterns["No evidence available"] == {"dotted"} and patterns["Withdrawn"] == {"crossed"}
    assert not patterns["Complete"] and "level-5" in drawn["Complete"]["style"]


def test_what_is_late_is_striped_and_what_is_done_is_strong(page, soup):
    lines = soup.find(id="table-timeliness").parent.tbody.find_all("tr")
    drawn = {line.th.get_text(strip=True): str(line.find(class_="swatch")) for line in lines}
    assert "striped" in drawn["Overdue"] and len(set(drawn.values())) == len(drawn)


def test_what_remains_is_drawn_with_its_table_and_with_what_it_may_be(page, soup):
    assert table(soup, "burn-down") == [
        ["Start of the plan", "1 January 2022", "4 of 4", "–"],
        ["Round 1", "30 June 2022", "1 of 4 no data: 3", "180 of 729"],
        ["Round 2", "31 December 2022", "3 of 4", "364 of 729"],
    ]
    title = soup.find(id="chart-burn-down").get_text()
    assert title == "Milestones that remain: Start of the plan 4, Round 1 1–4, Round 2 3"
    assert "Round 2" not in page(rich_tables(), "r1").find(id="chart-burn-down").get_text()


def test_the_disputed_come_first_and_without_a_decision_that_counts_nothing_is_agreed(soup):
    lines = table(soup, "side-by-side")
    assert [line[0][:6] for line in lines] == ["XX0001", "XX0001", "XX0002", "XX0003"]
    assert lines[0][1:] == [
        "Commitment",
        "Yes",
        "In progress",
        "Substantial",
        "Limited",
        "–",
        "Limited",
        "Agreed with dissent",
    ]
    assert lines[2][1:] == ["Commitment", "–", "–", "Complete", "–", "–", "–", "Not agreed (No quorum)"]
    assert lines[1][1:] == ["Milestone", "–", "Complete", "Complete", "–", "–", "–", "Not decided"], (
        "what was reported of it"
    )
    assert "differ on 2 of 3 subjects that several judged. Judged by one alone: 2." in words_of(soup, "voices")
    assert table(soup, "other-judgements")[0][1:4] == ["Relevance", "Relevant", "Not relevant"]
    assert table(soup, "dissent")[0][2:] == ["1", "El tablero <b>sí</b> funciona."]


def test_agreement_between_two_and_between_all_has_its_numbers(soup):
    assert [line[0] for line in table(soup, "agreement")] == [
        "Water Commission – Civic Forum",
        "All together",
    ]
    pair = table(soup, "agreement")[0]
    assert pair[2:] == ["1 of 2", "50 %", "–", "–", "–"], "no coefficient over two"
    [sides] = table(soup, "side-agreement")
    assert (sides[0], *sides[2:]) == ("Civil society – Government", "6 of 12", "50 %", "0.33", "0.25", "–")


def test_overdue_is_what_is_past_its_date_and_not_complete(page, soup):
    [line] = table(soup, "overdue-milestones")
    assert line[0].startswith("XX0001.2") and line[2:] == ["29 January 2023", "30", "In progress"]
    assert table(soup, "late-reports") == [["Water Commission", "1 of 2", "50 %"]]
    tables = rich_tables()
    tables["milestones"]["due_date"] = None
    numbers = tables["metrics"]
    timely = numbers["metric_id"] == "timeliness"
    numbers.loc[timely, "numerator"] = [4 * int(code == "unknown_due") for code in numbers.loc[timely, "category"]]
    assert "Whether any milestone is overdue is not known: 0 of 4" in words_of(page(tables), "overdue")


def test_due_dates_that_were_moved_say_from_when_to_when_and_by_which_delivery(page, soup):
    moves = (("2022-08-31", "1.2.0", {"en": "Forum"}, "dates.xlsx"), ("2022-11-30", "1.3.0", {}, None))
    former = [FormerDue(due=due, version=name, as_of=AS_OF, by=by, file=file) for due, name, by, file in moves]
    moved = page(rich_tables(), dues={"XX0001.2": tuple(former)})
    lines = table(moved, "moved-dates")
    assert [line[0] for line in lines] == ["XX0001.2 Tablero público"] * 2
    assert lines[0][1:] == ["31 August 2022", "30 November 2022", "Forum (dates.xlsx)", "1.2.0"]
    assert lines[1][1:] == ["30 November 2022", "29 January 2023", "–", "1.3.0"]
    assert moved.find("a", string="1.2.0")["href"].endswith("/en/release/1.2.0.html")
    assert soup.find(id="table-moved-dates") is None


def test_who_was_not_heard_from_and_which_proposals_vanished_are_named(page):
    soup = page(rich_tables(), language="es")
    assert table(soup, "silent-institutions") == [["Secretaría de Salud", "0 de 1"]]
    assert table(soup, "vanished-by-organisation") == [
        ["Foro Cívico", "1 de 2", "0 de 2"],
        ["El público", "0 de 1", "1 de 1"],
    ]
    assert [line[0] for line in table(soup, "vanished-proposals")] == ["Datos de pozos", "Open minutes"]
    assert "15.5 días o menos. Se conocen ambas fechas de 2 de 2" in words_of(soup, "proposals")


def test_milestones_that_count_for_no_institution_are_told(page, soup):
    assert "1 of 4 milestones name no institution of their own" in words_of(soup, "silent")
    tables = rich_tables()
    numbers = tables["metrics"]
    numbers.loc[(numbers["metric_id"] == "reporting_compliance") & (numbers["member_id"] == "salud"), "denominator"] = 2
    assert "name no institution" not in words_of(page(tables), "silent")


def test_without_a_responsible_institution_the_lead_answers_and_silence_is_not_called_nothing(page):
    tables = rich_tables()
    tables["milestones"]["institution_id"] = None
    numbers = tables["metrics"]
    named = (numbers["metric_id"] == "reporting_compliance") & (numbers["dimension"] == "institution")
    tables["metrics"] = numbers[~named]
    soup = page(tables)
    assert table(soup, "overdue-milestones")[0][1] == "Water Commission"
    assert table(soup, "late-reports") == [["Water Commission", "1 of 2", "50 %"]]
    assert "cannot be said which institutions" in words_of(soup, "silent")
    assert [line[0].split()[0] for line in table(soup, "silent-milestones")] == ["XX0002.1", "XX0003.1"]


def test_a_seats_note_is_what_it_asked_to_put_down_and_pairs_that_judged_nothing_alike_are_left_out(page):
    tables = rich_tables()
    tables["decisions"]["dissent_es"] = tables["decisions"]["dissent_en"] = None
    positions = [
        {"decision_id": "d1", "seat_id": "gov", "position": "agrees", "note_en": "Well done"},
        {"decision_id": "d1", "seat_id": "soc", "position": "stands_aside", "note_en": "Not enough"},
    ]
    tables["decision_positions"] = sample_frame(positions, SCHEMAS.tables["decision_positions"])
    tables["agreement"].loc[:, "both"] = 0
    soup = page(tables)
    assert table(soup, "dissent")[0][3] == "soc: Stands aside. Not enough"
    assert not soup.find(id="table-agreement")


def test_an_assertion_that_a_requirement_is_not_met_is_shown_while_its_time_runs(page):
    tables = rich_tables()
    tables["requirement_results"]["met"] = None
    tables["requirement_results"]["asserted"] = False
    assert {line[2] for line in table(page(tables), "requirements")} == {"Not yet"}


def test_meetings_are_the_periods_and_sectors_that_never_came_are_named(page, soup):
    assert table(soup, "meetings") == [
        ["Round table on water", "1 September 2022", "Open", "Collaborate", "Minutes", "30"]
    ]
    assert table(soup, "people") == [["Government", "9 of 30", "30 %"], ["Civil society", "21 of 30", "70 %"]]
    assert [line[:2] for line in table(soup, "missing-sectors")] == [["Water", "Academia"]]
    assert table(page(rich_tables(), "r1"), "meetings")[0][5] == "–", "nobody recorded who came"
    tables = rich_tables()
    tables["participation_gaps"].loc[1, "interest"] = "low"
    assert "In 1 of 1 cases a sector with high interest" in words_of(page(tables), "consultation")


def test_barriers_achievements_requirements_and_risks_have_what_they_are_of(soup):
    assert table(soup, "barriers") == [["Capacity", "0 of 1", "0 %"], ["Legal", "1 of 1", "100 %"]]
    assert [line[1:] for line in table(soup, "ripples")] == [["1 of 2", "50 %"]]
    assert table(soup, "beyond")[0][4] == "Not confirmed"
    assert [line[2:4] for line in table(soup, "requirements")] == [["Yes", "1 of 1"], ["–", "0 of 4"]]
    caption = "Windows that touch this period: 2. Met 1, not met 0, not known 1."
    assert caption in words_of(soup, "requirements"), "as many as there are rows"


def test_commitments_at_risk_are_the_metrics_and_an_unknown_level_is_said(page):
    found = page(rich_tables())
    assert [line[1] for line in table(found, "at-risk")] == ["In progress", "Not reported"]
    said = words_of(found, "lasting")
    assert (
        "2 of 3 commitments are neither permanent nor withdrawn" in said and "of 1 of these no level was known" in said
    )
    assert "2 of 3 commitments no data: 1" in said
    tables = rich_tables()
    tables["metrics"] = tables["metrics"][tables["metrics"]["metric_id"] != "commitments_at_risk"]
    tables["continuity"]["at_risk"] = None
    assert "the risk is not known" in words_of(page(tables), "lasting")


def test_who_confirmed_within_the_sector_or_of_no_known_sector_is_named_and_not_counted(page):
    tables = rich_tables()
    for name in ("ripple_achievements", "going_beyond"):
        tables[name]["confirmed_by"] = "salud"
    soup = page(tables)
    assert table(soup, "ripples") == [["Data opened", "0 of 2", "0 %"]]
    said = "Secretaría de Salud: confirmed by an institution of the same sector, not counted"
    assert table(soup, "beyond")[0][4] == said
    assert "Another party confirmed 0 of 2. Not known: 0." in words_of(soup, "obstacles")
    tables["institutions"].loc[tables["institutions"]["institution_id"] == "salud", "sector"] = None
    soup = page(tables, language="es")
    assert table(soup, "ripples") == [["Datos abiertos", "0 de 2 sin dato: 2", "–"]]
    assert table(soup, "ripple-list")[0][3].endswith(": no se conoce el sector de una de las dos, no cuenta")
    assert "Otra parte confirmó 0 de 1. No se sabe: 1." in words_of(soup, "obstacles")


def _row(metric, category, numerator, denominator, period="all", value=None, missing=0):
    belongs = {"plan_id": "plan-1", "period_id": period, "dimension": "plan", "member_id": "plan-1"}
    numbers = {"numerator": numerator, "denominator": denominator, "missing": missing, "value": value}
    return {"metric_id": metric, **belongs, "category": category, **numbers}


def _with(tables, rows):
    added = sample_frame(rows, SCHEMAS.tables["metrics"])
    return tables | {"metrics": pd.concat([tables["metrics"], added], ignore_index=True)}


def test_measures_by_category_are_shown_with_what_each_is_of(page):
    rows = [
        _row("agreed_completion", "limited", 1, 4, "midterm", "0.25", 1),
        _row("agreed_completion", "not_agreed", 3, 4, "midterm", "0.75", 1),
        _row("delayed_by_barrier", "legal", 1, 2, value="0.5"),
        _row("delayed_by_barrier", "capacity", 2, 2, value="1"),
        _row("delayed_by_barrier", "none_named", 0, 2, value="0"),
        _row("officials_engagement", "complies", 2, 2, value="1"),
        _row("requirements_met", "forum_meets", 1, 2, value="0.5"),
        _row("requirements_met", "repository", 0, 1, missing=1),
    ]
    soup = page(_with(rich_tables(), rows))
    missing = "no data: 1"
    assert table(soup, "measure-agreed_completion") == [
        ["Limited", f"1 of 4 commitments {missing}", "25 %"],
        ["Not agreed", f"3 of 4 commitments {missing}", "75 %"],
    ]
    assert soup.find(id="bar-agreed_completion").get_text().endswith("(Midterm): Limited 1, Not agreed 3")
    assert table(soup, "measure-delayed_by_barrier") == [
        ["Capacity", "2 of 2 commitments", "100 %"],
        ["Legal", "1 of 2 commitments", "50 %"],
    ]
    assert not soup.find(id="bar-delayed_by_barrier"), "a commitment counts in several groups: they are no whole"
    assert table(soup, "measure-officials_engagement") == [["Complies", "2 of 2 observations", "100 %"]]
    assert [line[1:] for line in table(soup, "measure-requirements_met")] == [["1 of 2 windows", "50 %"], ["–", "–"]]
    defined = Said(SCHEMAS.metrics["delayed_by_barrier"].definition["en"], "en")
    assert Plain(SCHEMAS).said(defined).text in words_of(soup, "obstacles")


def _named():
    folder = Path(report.__file__).parent
    modules = [import_module(f"{report.__name__}.{file.stem}") for file in folder.glob("*.py")]
    return sorted({metric for module in modules for metric in getattr(module, "MEASURES", ())})


@pytest.mark.parametrize("metric", _named())
def test_no_measure_that_a_section_names_is_dropped(page, metric):
    assert (METRICS[metric].categories is not None) == (metric in CATEGORIES), "its categories have no words"
    assert METRICS[metric].apart == (metric in APART)
    tables = rich_tables()
    tables["metrics"] = tables["metrics"][tables["metrics"]["metric_id"] != metric]
    codes = CATEGORIES[metric](_scene(tables)) if metric in CATEGORIES else {"all": ""}
    soup = page(_with(tables, [_row(metric, code, 7, 7 * len(codes), value="0.5") for code in codes]))
    shown = soup.find("main").get_text(" ", strip=True)
    assert SCHEMAS.metrics[metric].title["en"] in shown
    assert Plain(SCHEMAS).said(Said(SCHEMAS.metrics[metric].definition["en"], "en")).text in shown
    number = f"{100 // len(codes)} percent" if METRICS[metric].statistic == MEAN else f"7 of {7 * len(codes)}"
    assert shown.count(number) >= len(codes)
    assert all(label in shown for label in codes.values())


def test_requirements_of_the_whole_plan_are_shown_also_where_no_window_touches_the_period(page):
    tables = _with(rich_tables(), [_row("requirements_met", "forum_meets", 1, 2, value="0.5")])
    tables["requirement_results"] = tables["requirement_results"].iloc[:0]
    assert len(table(page(tables), "measure-requirements_met")) == 1


def _scene(tables):
    published = Published(tables, SCHEMAS, AS_OF)
    return ReportContext(published, chosen(published, "plan-1", "r2"), "en", words("en"))


def test_the_forecast_is_the_periods_with_its_interval(page, soup):
    assert table(soup, "forecast") == [
        ["Complete by this round", "1 of 4"],
        ["Expected by the end", "2.5 of 4"],
        ["At least", "1 of 4"],
        ["At most", "4 of 4"],
    ]
    assert [line[1:] for line in table(soup, "unlikely")] == [["1 of 2", "25 %"]]
    assert not page(rich_tables(), "r1").find(id="table-forecast")


def test_numbers_that_changed_and_corrections_say_why(soup):
    [line] = table(soup, "late-numbers")
    assert line[0].endswith(": Complete")
    assert line[1:] == ["0 of 4 milestones no data: 4", "1 of 4 milestones no data: 2", "1 February 2023", "2", "0"]
    assert table(soup, "corrections")[0][0] == "Progress updates, XX0001.1 First data, Round 2: Status"
    assert table(soup, "corrections")[0][1:5] == ["In progress", "Complete", "La minuta dice otra cosa.", "Civic Forum"]


def test_a_report_that_a_secretariat_vouches_for_is_not_called_late(page):
    tables = rich_tables()
    updates = tables["updates"]
    known_late = (updates["milestone_id"] == "XX0001.1") & (updates["period_id"] == "r2")
    assert known_late.any()
    updates.loc[known_late, "delivered_on"] = date(2023, 1, 10)
    assert "0 of 2 reports were delivered" in words_of(page(tables), "overdue")


def test_what_nobody_knew_on_the_due_date_has_changed_since(page):
    tables = rich_tables()
    history = tables["metric_history"]
    tables["metric_history"] = history.loc[history["numerator"] == 1].reset_index(drop=True)
    late = page(tables)
    assert [line[1:3] for line in table(late, "late-numbers")] == [["not known", "1 of 4 milestones no data: 2"]]
    assert "1 of 1 numbers of the period are not what they were" in words_of(late, "changes")


def test_deadlines_follow_one_another_and_plans_stand_side_by_side(soup):
    lines = table(soup, "deadlines")
    days = [cell["datetime"] for cell in soup.find(id="table-deadlines").parent.select("time")]
    assert all(first <= second for first, second in pairwise(days))
    assert [line[1].split(":")[0] for line in lines] == [
        "XX0002.1 Catálogo de expedientes",
        "A seat's term ends",
        "Reports due",
        "Change of government",
        "End of the plan",
    ]
    assert table(soup, "plans") == [
        ["Earlier plan", "38", "–", "21 of 38", "Last round"],
        ["Second plan", "3", "–", "0 of 3 no data: 2", "Round 2"],
    ]


def test_both_languages_say_the_same_numbers():
    def figures(language):
        return [
            [[cell for cell in line if isinstance(cell, int | Ratio)] for line in block.lines]
            for section in sections(rich_tables(), language=language).values()
            for block in section.blocks
            if isinstance(block, ReportTable)
        ]

    assert figures("es") == figures("en") != []


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_section_without_rows_says_so_and_shows_no_empty_table(language):
    tables = rich_tables()
    kept = {"action_plans", "reporting_periods", "institutions", "commitments", "code_lists", "metric_definitions"}
    bare = {name: frame if name in kept else frame.iloc[:0] for name, frame in tables.items()}
    bare["action_plans"] = tables["action_plans"].iloc[1:]
    found = sections(bare, language=language)
    assert "comparison" not in found
    for section in found.values():
        if section.id != "deadlines":
            assert [block.kind for block in section.blocks] == ["words"], section.id


def test_reports_are_of_periods_that_ended_or_have_results_and_another_is_refused_by_name():
    published = Published(rich_tables(), SCHEMAS, AS_OF)
    assert [one.period["period_id"] for one in published.reports("plan-1")] == ["r1", "r2"]
    assert chosen(published, None, None).path == "report/plan-1/r2.html"
    with pytest.raises(OgpError, match=r"There are: --plan plan-1 --period r2, .*--plan plan-0 --period r0"):
        chosen(published, "plan-1", "r3")
    plan, period = published.plans[0], {**published.periods("plan-1")[0], "period_id": "index"}
    assert PeriodReport(plan, period).path == "report/plan-1/_index.html"


def test_french_colons_stand_apart_from_the_word_before(page):
    """Captions, deadlines and measures that changed were written as in English."""
    made = page(rich_tables(), language="fr")
    ours = [*made.find_all("caption"), *made.find(id="table-deadlines").parent.find_all("td")]
    assert any("Période" in part.get_text() for part in ours)
    assert [text for part in ours if re.search(r"\w: ", text := part.get_text(" ", strip=True))] == []


def test_hostile_texts_stay_texts(page):
    tables = rich_tables()
    attack = '</title></svg><script>alert(1)</script><img src=x onerror="y">'
    for name, column in (
        ("reporting_periods", "title_en"), ("events", "title_en"), ("decisions", "dissent_en"),
        ("commitments", "title_en"), ("corrections", "value"), ("proposals", "title_es"), ("forum_seats", "seat_id"),
        ("barriers", "description_en"),
    ):  # fmt: skip
        tables[name][column] = attack
    tables["events"]["minutes_url"] = "javascript:alert(1)"
    soup = page(tables)
    assert not soup.find_all(["script", "img"])
    assert not [link for link in soup.find_all("a") if not re.match(r"https://|#", link["href"])]


def test_a_page_of_its_own_links_to_the_publication(soup, programme):
    links = [link["href"] for link in soup.find_all("a") if not link["href"].startswith("#")]
    assert all(
        link.startswith((programme.publication.root, "https://example.org/", "https://creativecommons"))
        for link in links
    )


def test_charts_have_a_title_with_all_their_numbers_and_none_is_drawn_of_nothing():
    assert "A 3, B 1–4" in burn_down([Point("A", 0, 3, 3), Point("B", 1, 1, 4)], 4, ("a", "z"), "N", "i")
    assert "x 2, y 0" in columns([("x", 2), ("y", 0)], "N", "i")
    assert 'role="img"' in span(1, 1, 3, 2.0, 4, "N", "i")
    assert (
        burn_down([], 4, ("", ""), "N", "i") == columns([("x", 0)], "N", "i") == span(0, 0, 0, None, 0, "N", "i") == ""
    )


@pytest.mark.parametrize(("probability", "text"), [(0, "0 %"), ("0.004", "<1 %"), ("0.5", "50 %"), ("0.996", ">99 %")])
def test_a_probability_is_never_said_to_be_certain_when_it_is_not(probability, text):
    assert percent(probability) == text


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_no_name_of_a_setting_column_or_code_is_read_on_the_page(page, language):
    """People's own ids stand in their cells; everything else is words."""
    soup = page(rich_tables(), language=language)
    own = {key for frame in rich_tables().values() for column in frame.filter(like="_id") for key in frame[column]}
    for hidden in soup.find_all(["style", "script"]):
        hidden.decompose()
    assert set(NAME.findall(soup.get_text(" "))) - own == set()


def test_a_decision_that_does_not_count_says_so_beside_its_level(page):
    tables = rich_tables()
    judged = tables["joint_evaluation"]
    tables["joint_evaluation"] = judged.assign(fault=judged["fault"].mask(judged["decision_id"] == "d1", "not_by_rule"))
    assert table(page(tables), "decisions")[0][1] == "Limited (does not count: not by the rule)"


def test_decisions_are_counted_of_every_stage_and_none_stands_for_the_others(page, chain, programme):
    """Three of a stage and one of none were told as the one, also at home, which leaves them to the report."""
    tables = rich_tables()
    row = tables["metrics"].iloc[0].to_dict() | {"metric_id": "decisions_agreed", "category": "all", "missing": 0}
    row |= {"dimension": "plan", "member_id": "plan-1", "plan_id": "plan-1"}
    rows = [
        row | {"period_id": period, "numerator": good, "denominator": all_of, "value": good / all_of}
        for period, good, all_of in (("midterm", 2, 3), ("all", 1, 1))
    ]
    kept = tables["metrics"].loc[tables["metrics"]["metric_id"] != "decisions_agreed"]
    tables["metrics"] = pd.concat([kept, pd.DataFrame(rows)], ignore_index=True)
    lines = [line[:2] for line in table(page(tables), "voices-measures") if "decision" in line[1]]
    assert [numbers for _, numbers in lines] == ["2 of 3 decisions", "1 of 1 decision"]
    assert "Midterm" in lines[0][0] and "no stage" in lines[1][0]
    newest = chain[-1].model_copy(update={"as_of": AS_OF})
    drawn = draw(tables, newest, [newest], programme, SCHEMAS)
    home = next(data.decode() for path, data in drawn if re.fullmatch("../index.html", path))
    assert "metric/decisions_agreed" not in home and "metric/" in home


def test_a_decision_is_shown_with_its_day_its_reason_and_who_dissented(page):
    tables = rich_tables()
    told = {"rationale_en": "Half of it is there.", "votes_for": 2, "votes_against": 1}
    tables["decisions"] = tables["decisions"].assign(**told)
    seat = {"seat_id": "civil", "party": "civil_society", "institution_id": "foro", "starts_on": date(2022, 1, 1)}
    position = {"decision_id": "d1", "seat_id": "civil", "position": "objects", "note_en": "No data is there."}
    for name, row in (("forum_seats", seat), ("decision_positions", position)):
        tables[name] = sample_frame([row], SCHEMAS.tables[name])
    assert table(page(tables), "decisions") == [
        [
            "d1 Publish water quality, Completion",
            "Limited",
            "1 February 2023",
            "Consensus, 2 for, 1 against",
            "Half of it is there.",
            "Civic Forum: Objects. No data is there. El tablero <b>sí</b> funciona.",
        ]
    ]
