"""Each strategy is taken. One that always fell to the next would give right reports slowly, and nobody would see it."""

from pathlib import Path

import pytest

from tests.differential.case import Case, outcome
from tests.differential.corpus import broken, casting, keyed
from tests.differential.validators import CHUNK, in_chunks_of

CASES = dict([*broken.cases(), *casting.cases(), *keyed.cases()])

ARROW = (
    "a BOM",
    "CRLF",
    "line ends in cells",
    "blank lines",
    "ragged rows",
    "doubled quotes",
    "more than a thousand errors",
    "integer: all",
    "number: all",
    "date: all",
    "string, pattern a|b: all",
    "unique string",
    "key of string",
    "reference by string",
    "cp1252, declared",
)
CELLS = ("gzip", "JSON lines", "workbook")


def _strategy(name: str, folder: Path) -> tuple[str, str]:
    case: Case = CASES[name]
    case.write(folder)
    got = outcome(in_chunks_of(CHUNK, case), case, folder)
    return got.strategy, got.strategy_reason


@pytest.mark.parametrize("name", ARROW)
def test_a_plain_table_takes_the_fastest_strategy(name: str, folder: Path) -> None:
    assert _strategy(name, folder) == ("arrow", "")


@pytest.mark.parametrize("name", CELLS)
def test_another_format_takes_the_second_strategy_and_says_why(name: str, folder: Path) -> None:
    strategy, reason = _strategy(name, folder)
    assert strategy == "cells" and reason


@pytest.mark.parametrize("name", ["not UTF-8", "workbook that is none"])
def test_a_file_that_cannot_be_opened_is_left_to_frictionless(name: str, folder: Path) -> None:
    strategy, reason = _strategy(name, folder)
    assert strategy == "plain" and reason
