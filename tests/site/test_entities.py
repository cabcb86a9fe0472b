"""A page for everything that has a name: what it says, that nothing else stands on it, and that it stays as it is."""

from datetime import date, timedelta

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from ogp_pipeline.i18n.languages import DEFAULT
from ogp_pipeline.release.news import NO_DUES, FormerDue
from ogp_pipeline.site.entity import promises
from ogp_pipeline.site.entity.context import EntityContext
from ogp_pipeline.site.entity.entities import views
from ogp_pipeline.site.entity.glance import glances
from ogp_pipeline.site.entity.listing import lists
from ogp_pipeline.site.entity.metrics import EVIDENCE, metric
from ogp_pipeline.site.entity.promises import side_by_side
from ogp_pipeline.site.entity.standing import Standing
from ogp_pipeline.site.pages import pages
from ogp_pipeline.site.report.blocks import Ratio
from ogp_pipeline.site.report.published import Published
from ogp_pipeline.site.words import words
from tests.release.conftest import sample_frame
from tests.site.rich import AS_OF, SCHEMAS, rich_tables


def about(tables, language="en", as_of=AS_OF, dues=NO_DUES):
    published = Published(tables, SCHEMAS, as_of, dues=dues)
    return EntityContext(published, Standing(published), language, words(language))


@pytest.fixture(scope="module")
def rich(chain, programme):
    """The rich country's pages, parsed, by path."""
    newest = chain[-1].model_copy(update={"as_of": AS_OF})
    made = pages(rich_tables(), newest, [newest], programme, SCHEMAS)
    return {path: BeautifulSoup(data.decode(), "html.parser") for path, data in made.items() if path.endswith(".html")}


def text(page):
    return " ".join(page.get_text(" ", strip=True).split())


def table(page, identity):
    rows = page.find(id=f"table-{identity}").parent.find_all("tr")
    return [[cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])] for row in rows]


def test_a_commitments_page_says_where_it_stands_and_what_is_late(rich):
    page = rich["en/commitment/XX0001.html"]
    header = text(page.header)
    assert "Status In progress" in header and "Late 1 milestone late" in header
    assert "First due date still open 29 January 2023" in header and "Led by Water Commission" in header
    assert "Overdue" in text(page.find(id="XX0001.2")) and "Overdue" not in text(page.find(id="XX0001.1"))
    assert "delivered late" in text(page.find(id="XX0001.1"))


@pytest.mark.parametrize(
    ("language", "label", "first"),
    [
        ("en", "Earlier due date", "31 August 2022, changed by Forum (dates.xlsx) in version 1.2.0 (3 September 2022)"),
        (
            "es",
            "Fecha límite anterior",
            "31 de agosto de 2022, cambiada por Foro (dates.xlsx) en la versión 1.2.0 (3 de septiembre de 2022)",
        ),
        (
            "fr",
            "Échéance antérieure",
            "31 août 2022, modifiée par Foro (dates.xlsx) dans la version 1.2.0 (3 septembre 2022)",
        ),
    ],
)
def test_a_milestone_says_what_was_due_before_and_which_release_changed_it(language, label, first):
    moves = (("2022-08-31", "1.2.0", "2022-09-03"), ("2022-11-30", "1.3.0", "2022-12-02"))
    first_move, second_move = (FormerDue(due=due, version=version, as_of=day) for due, version, day in moves)
    former = (first_move.model_copy(update={"by": {"en": "Forum", "es": "Foro"}, "file": "dates.xlsx"}), second_move)
    context = about(rich_tables(), language, dues={"XX0001.2": former})
    page = next(view for view in views(context) if view.code == "XX0001")
    never, twice = page.milestones
    assert label not in dict(never.facts)
    names = dict(twice.facts)[label].names
    assert names[0].title.text == first
    assert [name.path for name in names] == ["release/1.2.0.html", "release/1.3.0.html"]


def test_every_side_and_what_was_agreed_with_its_dissent_stand_side_by_side(rich):
    page = rich["en/commitment/XX0001.html"]
    assert table(page, "side-by-side")[1] == [
        *("Completion", "Commitment", "Midterm", "Substantial", "Limited", "Limited", "Agreed with dissent")
    ]
    decided = table(page, "decisions")[1]
    assert decided[0] == "Publish water quality, Completion" and decided[-1] == "El tablero <b>sí</b> funciona."
    assert page.find("a", href="../decision/d1.html")


def test_a_commitment_shows_proposals_barriers_achievements_what_lasts_and_corrections(rich):
    page = rich["en/commitment/XX0001.html"]
    assert [heading["id"] for heading in page.main.find_all("h2")] == [
        *("rounds", "milestones", "voices", "proposals", "barriers", "ripples", "corrections")
    ]
    assert table(page, "proposals-of")[1][:2] == ["Calidad del agua", "Civic Forum"]
    assert table(page, "barriers-of")[1] == ["Capacity", "1 April 2022", "1 October 2022"]
    assert table(page, "ripples-of")[1][0] == "Wells were mapped."
    permanent = rich["en/commitment/XX0002.html"]
    assert table(permanent, "lasting-of")[1:] == [["State", "Made permanent"]]


def test_there_is_no_section_without_anything_in_it(rich):
    bare = rich["en/commitment/XX0003.html"]
    assert [heading["id"] for heading in bare.main.find_all("h2")] == ["milestones", "voices"]
    assert not bare.select("svg")


def test_the_chart_has_in_words_what_it_shows(rich):
    chart = rich["en/commitment/XX0001.html"].select_one("svg.chart")
    assert chart.title.get_text() == (
        "Level of each milestone, round by round: XX0001.1: Round 1 Not started, Round 2 Complete; "
        "XX0001.2: Round 1 Not reported, Round 2 In progress"
    )


def test_a_page_gives_its_row_the_command_that_traces_it_and_a_citation_that_stays(rich, programme):
    footer = text(rich["en/commitment/XX0001.html"].footer)
    assert "ogp trace commitments XX0001" in footer
    assert f"{programme.publication.root}/en/commitment/XX0001.html" in footer
    assert "became known on: 1 February 2023" in footer


def test_a_page_changes_only_when_something_is_known_anew_of_its_thing(rich, chain, programme):
    tables = rich_tables()
    updates = tables["updates"]
    updates.loc[updates["milestone_id"] == "XX0001.2", "progress_en"] = "Nearly done."
    later = AS_OF + timedelta(days=1)
    newer = chain[-1].model_copy(update={"as_of": later, "release": 3, "version": "2.1.0"})
    made = pages(tables, newer, [chain[-1], newer], programme, SCHEMAS)
    drawn = {path: data for path, data in made.items() if path.endswith(".html")}
    changed = {path for path, data in drawn.items() if BeautifulSoup(data.decode(), "html.parser") != rich.get(path)}
    entities = {
        path
        for path in changed
        if path.count("/") == 2 and path.split("/")[1] not in ("report", "commitments", "release")
    }
    assert entities == {"en/commitment/XX0001.html", "es/commitment/XX0001.html"}


def test_an_institution_is_shown_with_what_it_leads_is_late_with_and_has_reported(rich):
    page = rich["en/institution/agua.html"]
    assert table(page, "late-table")[1][:1] == ["XX0001.2 Tablero público"]
    assert table(page, "led-table")[1] == ["XX0001 Publish water quality", "In progress", "29 January 2023",
                                           "1 milestone late"]  # fmt: skip
    assert table(page, "reports-table")[1] == ["Round 2", "2 of 2", "15 January 2023"]
    silent = rich["es/institution/salud.html"]
    assert table(silent, "reports-table")[1][1] == "0 de 1"


def test_a_proposal_says_what_became_of_it(rich):
    header = text(rich["en/proposal/p3.html"].header)
    assert "What became of it Taken up, under way" in header and "XX0001 Publish water quality" in header
    assert "Unanswered" in text(rich["en/proposal/p1.html"].header)


def test_a_decision_a_plan_a_theme_and_a_meeting_have_pages(rich):
    assert "Limited" in text(rich["en/decision/d1.html"].header)
    assert "El tablero <b>sí</b> funciona." in text(rich["en/decision/d1.html"].find(id="dissent").parent)
    plan = rich["en/plan/plan-1.html"]
    assert table(plan, "levels-table")[1:] == [["In progress", "1 of 3", "33 %"], ["Not reported", "2 of 3", "67 %"]]
    assert table(rich["en/theme/agua.html"], "missing-table")[1] == ["Academia", "High", "0 of 1"]
    assert table(rich["en/event/mesa-1.html"], "people-table")[1:] == [["Civil society", "21"], ["Government", "9"]]


PROMISED = """
  milestones,plan-1,all,institution,agua,all,2,4,0,0.5
  milestones,plan-1,all,institution,salud,all,1,4,0,0.25
  commitments,plan-1,all,institution,agua,all,1,3,0,0.333333
  milestone_completion,plan-1,r2,institution,agua,in_progress,1,2,0,0.5
  milestone_completion,plan-1,r2,institution,agua,complete,1,2,0,0.5
  milestone_completion,plan-1,r2,institution,salud,complete,0,1,1,
  milestone_completion,plan-1,r2,institution,salud,not_reported,1,1,1,1
"""


def promised():
    """The rich country with what is counted of each institution."""
    tables = rich_tables()
    lines = [line.split(",") for line in PROMISED.split()]
    names = ("metric_id", "plan_id", "period_id", "dimension", "member_id", "category")
    rows = [
        dict(zip(names, line[:6], strict=True))
        | dict(zip(("numerator", "denominator", "missing"), map(int, line[6:9]), strict=True))
        | {"value": line[9] or None}
        for line in lines
    ]
    tables["metrics"] = pd.concat([tables["metrics"], sample_frame(rows, SCHEMAS.tables["metrics"])])
    return tables


def test_institutions_stand_side_by_side_who_promised_most_first_with_a_bar_in_one_measure():
    context = about(promised())
    note, legend, listed = side_by_side(context, context.published.plans[0])
    assert note.text == "Round: Round 2" and [level.label for level in legend.levels] == [
        *("In progress", "Complete", "Not reported")
    ]
    assert [column.title for column in listed.columns] == [
        *("Institution", "How far?", "Commitments that it leads", "Milestones complete", "Late", "Reports received")
    ]
    water, health = listed.lines
    assert (water[0].path, health[0].path) == ("institution/agua.html", "institution/salud.html")
    assert water[2:] == [1, Ratio(1, 2), "1 milestone late", Ratio(2, 2)]
    assert health[3:] == [None, None, Ratio(0, 1)]  # nobody knows how far it is: not nought
    assert "Milestones, Water Commission: In progress 1, Complete 1" in water[1].drawing
    assert "width:100%" in water[1].drawing and "width:50%" in health[1].drawing


def test_of_more_institutions_than_fit_on_a_page_there_is_a_list_without_bars(monkeypatch):
    monkeypatch.setattr(promises, "MOST_DRAWN", 1)
    context = about(promised())
    note, listed = side_by_side(context, context.published.plans[0])
    assert note.text and "How far?" not in [column.title for column in listed.columns] and len(listed.lines) == 2


def test_a_plan_lists_its_proposals_with_what_became_of_them_and_its_meetings(rich):
    plan = rich["en/plan/plan-1.html"]
    assert table(plan, "proposals-table")[1:] == [
        ["Datos de pozos", "Civic Forum", "Unanswered", "–"],
        ["Open minutes", "The public", "Taken up, no commitment named", "–"],
        ["Calidad del agua", "Civic Forum", "Taken up, under way", "XX0001 Publish water quality"],
    ]
    assert [line[0] for line in table(plan, "meetings-table")[1:]] == ["Round table on water", "mesa-2"]
    home = rich["en/index.html"]
    assert {link["href"].partition("#")[2] for link in home.select('a[href^="plan/plan-1.html#"]')} == {
        *("proposals", "meetings")
    }


def test_a_proposal_without_a_title_is_called_by_how_it_begins():
    tables = rich_tables()
    tables["proposals"].loc[0, ["title_es", "text_en"]] = [pd.NA, "Wells are public. " * 20]
    told = about(tables).linked_proposal({"proposal_id": "p1"}).title
    assert told.text.startswith("Wells are public. ") and told.text.endswith(" …") and len(told.text) < 100


def test_what_belongs_to_an_institution_stands_on_its_page():
    tables = rich_tables()
    tables["institutions"].loc[0, "parent_id"] = "salud"
    health = next(view for view in views(about(tables)) if view.path == "institution/salud.html")
    [parts] = [section for section in health.sections if section.id == "parts"]
    [line] = parts.blocks[0].lines
    assert line[0].path == "institution/agua.html" and [item.code for item in line[1].names] == ["XX0001"]


def test_the_rule_by_which_a_commitment_is_complete_comes_first(rich):
    rule = "Here a commitment is complete only if all its milestones are."
    assert rule in text(rich["en/metric/commitment_completion.html"].header)
    assert rule in text(rich["en/index.html"]) and rule in text(rich["en/report/plan-1/r2.html"])


def test_a_metric_shows_its_definition_numbers_how_they_moved_and_how_to_cite_one(rich):
    page = rich["en/metric/milestone_completion.html"]
    assert "What is counted (numerator)" in text(page.header)
    assert table(page, "numbers-table")[1] == [
        "Round 2",
        "Second plan",
        "Complete",
        "1 of 4 milestones no data: 2",
        "25 %",
    ]
    assert [row[2] for row in table(page, "moves-table")[1:]] == ["15 January 2023", "1 February 2023"]
    assert "ogp trace metrics milestone_completion/plan-1/r2/plan/plan-1/" in text(page.find(id="cite-number").parent)


def test_the_home_page_answers_first_what_everybody_asks(rich):
    answers = {
        panel.h3.get_text(): text(panel) for panel in rich["en/index.html"].select_one(".panels").select(".panel")
    }
    assert list(answers) == ["How far?", "What is late", "What changed", "Not heard from", "Where the sides disagree"]
    assert "1 of 4 milestones complete" in answers["How far?"]
    assert "Past their due date and not known to be complete: 1 of 4 milestones." in answers["What is late"]
    assert "XX0001.1 moved from not started to complete" in answers["What changed"]
    assert "Secretaría de Salud" in answers["Not heard from"]
    assert "XX0001" in answers["Where the sides disagree"]


def test_that_nothing_was_judged_by_two_sides_is_said():
    tables = rich_tables()
    tables["joint_evaluation"] = tables["joint_evaluation"].iloc[:0]
    assert glances(about(tables))[0].answers[-1].said.startswith("Nothing was judged by two sides yet")


def test_what_is_not_known_is_not_answered_at_a_glance():
    tables = rich_tables()
    for name in ("metrics", "joint_evaluation"):
        tables[name] = tables[name].iloc[:0]
    assert glances(about(tables)) == []


@pytest.mark.parametrize(
    ("undated", "silent", "said"),
    [
        (0, False, "Past their due date and not known to be complete: 1 of 4 milestones. The longest"),
        (1, True, "Of 2 of these nothing was ever reported. Due date not known: 1 of 4. The longest is late since"),
        (4, False, "Not one of the 4 milestones has both a due date and a known status, so nobody"),
    ],
)
def test_what_nobody_knows_is_not_late_zero_times(undated, silent, said):
    tables = rich_tables()
    if undated == 4:
        tables["milestones"]["due_date"] = pd.NA
    if silent:
        tables["updates"] = tables["updates"].iloc[:0]
    metrics = tables["metrics"]
    is_late = metrics["metric_id"] == "timeliness"
    numerators = metrics["numerator"].mask(is_late & (metrics["category"] == "unknown_due"), undated)
    tables["metrics"] = metrics.assign(missing=metrics["missing"].mask(is_late, undated), numerator=numerators)
    late = {answer.question: answer for answer in glances(about(tables))[0].answers}["what_is_late"]
    assert said in late.said
    assert bool(late.names) == (undated < 4) == ("30 days." in late.said or silent)


def test_a_judgement_that_does_not_say_its_scale_is_told_in_words_where_only_one_word_is_possible():
    context = about(rich_tables(), "es")
    assert context.judgement("completion", None, "limited") == "Limitado"
    assert context.judgement("completion", None, "of_no_scale") == "of_no_scale"


def test_the_list_is_sorted_and_filtered_without_a_script():
    by_order = {ordered.order: ordered for ordered in lists(about(rich_tables()))}
    codes = {order: [[line.item.code for line in group.lines] for group in ordered.groups]
             for order, ordered in by_order.items()}  # fmt: skip
    assert codes == {
        "theme": [["XX0001"], ["XX0002", "XX0003"]],
        "status": [["XX0001"], ["XX0002", "XX0003"]],
        "institution": [["XX0001"], ["XX0002", "XX0003"]],
        "due": [["XX0001", "XX0002", "XX0003"]],
        "late": [["XX0001"]],
    }


def test_addresses_of_the_old_list_lead_to_the_row_whose_link_is_the_page(rich):
    page = rich["en/commitments.html"]
    for anchor in ("XX0001", "XX0001.1", "XX0001.2", "XX0002.1"):
        target = page.find(id=anchor)
        row = target if target.name == "tr" else target.find_parent("tr")
        assert row.a["href"] == f"commitment/{anchor.partition('.')[0]}.html"


def test_withdrawn_and_no_evidence_have_patterns_and_no_place_in_the_order_of_colours():
    context = about(rich_tables())
    plan = {**context.published.one("action_plans", "plan_id", "plan-1"), "scale": "ogp-completion-2015"}
    shades = [
        context.shade(plan, code) for code in ("no_evidence", "not_started", "substantial", "complete", "withdrawn")
    ]
    assert shades == ["dotted", "var(--level-1)", "var(--level-3)", "var(--level-5)", "crossed"]
    assert context.shade(plan, None) is None


def test_every_page_has_a_title_and_description_of_its_own_and_says_where_it_stands(rich, programme):
    shown = {path: page for path, page in rich.items() if path.startswith("en/") and "/card/" not in path}
    for path, page in shown.items():
        assert page.find("link", rel="canonical")["href"] == f"{programme.publication.root}/{path}"
        assert page.find("meta", property="og:title")["content"] and page.find("link", rel="icon")["href"].startswith(
            "data:"
        )
    titles = [page.title.get_text() for page in shown.values()]
    assert len(titles) == len(set(titles))
    described = rich["en/commitment/XX0001.html"].find("meta", attrs={"name": "description"})["content"]
    assert described == "XX0001 Publish water quality. Status: In progress. 1 milestone late."


def test_a_card_fits_in_a_frame_and_leads_to_its_page(rich):
    card = rich["en/card/XX0001.html"]
    assert card.h1.a["href"] == "../commitment/XX0001.html" and card.h1.a["target"] == "_top"
    assert not card.find(["nav", "footer"]) and "1 milestone late" in text(card)


@pytest.mark.parametrize("language", DEFAULT)
def test_a_table_that_lacks_everything_but_its_keys_still_has_its_page(language):
    tables = rich_tables()
    for name, frame in tables.items():
        if name in ("commitments", "institutions", "proposals", "events", "decisions", "milestones"):
            needed = {column.name for column in SCHEMAS.tables[name].fields if column.required}
            spare = [column for column in frame.columns if column not in needed]
            frame[spare] = pd.NA
    made = list(views(about(tables, language)))
    assert {view.kind for view in made} >= {words(language)["commitment"], words(language)["institution"]}


def test_a_commitment_is_known_on_the_day_of_its_newest_row():
    standing = about(rich_tables()).standing
    assert standing.known_on == {"XX0001": date(2023, 2, 1)}


@pytest.mark.parametrize(
    ("given", "unproven"),
    [
        ([], ["XX0001.1", "XX0001.2"]),
        ([("XX0001.1", "r2", "link")], ["XX0001.2"]),
        ([("XX0001.1", "r2", "statement")], ["XX0001.1", "XX0001.2"]),
        ([("XX0001.1", "r2", "see_previous"), ("XX0001.1", "r1", "file")], ["XX0001.2"]),
        ([("XX0001.1", "r2", "see_previous")], ["XX0001.1", "XX0001.2"]),
    ],
)
def test_the_measure_of_evidence_names_what_was_reported_without_any(given, unproven):
    """By the metric's own rule, and never what nobody reported on."""
    tables = rich_tables()
    columns = ("milestone_id", "period_id", "kind", "number")
    rows = [dict(zip(columns, (*row, place), strict=True)) for place, row in enumerate(given, 1)]
    tables["evidence"] = sample_frame(rows, SCHEMAS.tables["evidence"])
    number = tables["metrics"].iloc[0].to_dict() | {"metric_id": EVIDENCE, "category": "all", "plan_id": "plan-1"}
    number |= {"dimension": "plan", "member_id": "plan-1", "period_id": "r2", "numerator": 0, "denominator": 2}
    tables["metrics"] = pd.DataFrame([number | {"missing": 0, "value": 0.0}])
    published = Published(tables, SCHEMAS, AS_OF)
    context = EntityContext(published, Standing(published), "en", words("en"))
    view = metric(context, published.one("metric_definitions", "metric_id", EVIDENCE))
    [section] = [section for section in view.sections if section.id == "unproven"]
    assert [line[0].code for line in section.blocks[1].lines] == unproven


def test_the_table_of_due_dates_scrolls_in_its_own_box_and_no_identity_stands_twice(rich):
    """With withdrawn milestones it has five columns, which pushed the page sideways on a telephone."""
    page = rich["en/index.html"]
    [box] = [table.parent for table in page.find_all("table") if "When milestones are due" in text(table)[:40]]
    assert box["class"] == ["scroll"] and box["tabindex"] == "0"
    names = [tag["id"] for tag in page.find_all(id=True)]
    assert len(names) == len(set(names)) and set(box["aria-labelledby"].split()) <= set(names)
