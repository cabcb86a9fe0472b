"""The receipt of one delivery: the due date that it names."""

from datetime import date

from ogp_pipeline.intake.delivery_receipt import due_date


def test_the_due_date_is_that_of_the_period_which_the_delivery_is_for(country):
    programme = country.programme
    assert due_date(programme, ["2024-1"], date(2024, 7, 15)) == date(2024, 7, 15)
    assert due_date(programme, ["2024-1"], date(2024, 7, 20)) == date(2024, 7, 15)
    assert due_date(programme, ["2024-1", "2024-2"], date(2024, 7, 20)) == date(2025, 1, 15)
    assert due_date(programme, ["2024-1", "nonsense"], date(2024, 1, 2)) == date(2024, 7, 15)


def test_without_a_period_the_due_date_is_the_next_unless_that_is_far_away(country):
    programme = country.programme
    assert due_date(programme, (), date(2024, 7, 15)) == date(2024, 7, 15)
    assert due_date(programme, (), date(2024, 7, 16)) is None
    assert due_date(programme, (), date(2024, 12, 20)) == date(2025, 1, 15)
    assert due_date(programme, (), date(2027, 1, 1)) is None
