"""The time line of due dates: nothing counted twice, nothing of the machine's day, late never by colour alone."""

import pytest

from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.site.entity.context import EntityContext
from ogp_pipeline.site.entity.standing import Standing
from ogp_pipeline.site.entity.timeline import timeline
from ogp_pipeline.site.report.published import Published
from ogp_pipeline.site.words import words
from tests.site.rich import AS_OF, SCHEMAS, rich_tables


def of_plan(language: str = "en"):
    published = Published(rich_tables(), SCHEMAS, AS_OF)
    context = EntityContext(published, Standing(published), language, words(language))
    plan = published.one("action_plans", "plan_id", "plan-1")
    return timeline(context, plan), timeline(context, published.one("action_plans", "plan_id", "plan-0"))


def test_each_milestone_stands_once_in_the_quarter_in_which_it_is_due() -> None:
    line, of_other = of_plan()
    assert [state for state, _ in line.states] == ["Complete", "Late: not complete after the due date", "Not yet due"]
    assert line.quarters == [("2022-Q4", [1, 0, 0]), ("2023-Q1", [0, 1, 0]), ("2023-Q2", [0, 0, 1])]
    assert line.undated == 1
    assert of_other is None, "a plan without due dates has none"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_drawing_says_its_numbers_and_the_day_of_the_data(language: str) -> None:
    drawing = str(of_plan(language)[0].drawing)
    assert "2023" in drawing.partition("</title>")[0] and 'role="img"' in drawing
    assert drawing.count("url(#due-plan-1-striped)") == 1, "what is late has a pattern"
    assert drawing == str(of_plan(language)[0].drawing)
