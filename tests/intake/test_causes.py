"""Problems by cause: the same wrong value a hundred times is one thing, a hundred wrong values are one thing, too."""

import pytest

from ogp_pipeline.formats.records import Where
from ogp_pipeline.intake import wording
from ogp_pipeline.intake.causes import causes
from ogp_pipeline.intake.problem import Problem, Severity
from ogp_pipeline.runs import causes_told


def problem(line: int, value: str, rule: str = "code-unknown", level: Severity = Severity.BLOCKS) -> Problem:
    return Problem(rule, level, Where("a.csv", line, column="Estado"), "updates", "status", value)


def test_each_value_that_comes_again_is_a_cause_the_most_frequent_first() -> None:
    found = causes([problem(line, "Delayed" if line % 4 else "Lost") for line in range(2, 402)])
    assert [(one.first.value, one.count, one.lines) for one in found] == [
        ("Delayed", 300, (2, 3, 5)),
        ("Lost", 100, (4, 8, 12)),
    ]


def test_values_that_hardly_come_again_are_one_cause_together_however_many() -> None:
    for rows in (30, 5_000):
        (one,) = causes([problem(line, f"word {line}") for line in range(2, 2 + rows)])
        assert (one.count, one.lines) == (rows, (2, 3, 4))


def test_what_blocks_stands_before_what_is_more_frequent() -> None:
    notes = [problem(line, "x", "note", Severity.PLEASE_CHECK) for line in range(2, 20)]
    assert [one.level for one in causes([*notes, problem(20, "y")])] == [Severity.BLOCKS, Severity.PLEASE_CHECK]


@pytest.mark.parametrize(
    ("language", "single", "several"),
    [
        ("es", "2 y 1 más, por ejemplo en la línea 6", "2 y 2 más, por ejemplo en las líneas 6, 9"),
        ("en", "2 and 1 more, such as in line 6", "2 and 2 more, such as in lines 6, 9"),
        ("fr", "2 et 1 de plus, par exemple à la ligne 6", "2 et 2 de plus, par exemple aux lignes 6, 9"),
    ],
)
def test_a_single_further_line_is_spoken_of_as_one(language: str, single: str, several: str) -> None:
    twice, thrice = (causes([problem(line, "Lost") for line in lines]) for lines in ((2, 6), (2, 6, 9)))
    assert causes_told.places("2", twice[0], language) == single
    assert causes_told.places("2", thrice[0], language) == several
    assert wording.lines([(6, 6)], language, more=False) == wording.place(Where("", 6), language)
    assert wording.lines([(6, 7)], language, more=False) != wording.lines([(6, 6)], language, more=True)
