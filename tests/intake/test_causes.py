"""Problems by cause: the same wrong value a hundred times is one thing, a hundred wrong values are one thing, too."""

from ogp_pipeline.formats.records import Where
from ogp_pipeline.intake.causes import causes
from ogp_pipeline.intake.problem import Problem, Severity


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
