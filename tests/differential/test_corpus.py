"""Files made by hand, nasty on purpose: the same report as frictionless, or the same exception."""

from pathlib import Path

import pytest

from tests.differential.case import Case, difference, outcome
from tests.differential.corpus import broken, casting, found, keyed
from tests.differential.counting import Counts
from tests.differential.validators import CHUNK, frictionless_itself, in_chunks_of

SMALL = 24  # bytes: a border in nearly every record
MISTAKES = ("AttributeError", "NameError", "ImportError", "IndexError")
CORPUS = dict([*broken.cases(), *casting.cases(), *keyed.cases(), *found.cases()])


@pytest.mark.parametrize("name", CORPUS)
def test_a_nasty_file_gets_the_report_of_frictionless(name: str, counts: Counts, folder: Path) -> None:
    case = CORPUS[name]
    case.write(folder)
    expected = outcome(frictionless_itself, case, folder)
    for size in (CHUNK, SMALL):
        got = outcome(in_chunks_of(size, case), case, folder)
        assert not (one := difference(expected, got)), f"in chunks of {size} bytes: {one}"
        assert not any(mistake in got.strategy_reason for mistake in MISTAKES), "a mistake in our code"
    counts.add("corpus", expected, got)


@pytest.mark.parametrize("kind", keyed.COMPARED)
def test_a_key_has_no_value_where_frictionless_reads_none(kind: str, counts: Counts, folder: Path) -> None:
    for name, case in keyed.of_every_text(kind):
        case.write(folder)
        expected, got = outcome(frictionless_itself, case, folder), outcome(in_chunks_of(CHUNK, case), case, folder)
        assert got.strategy == "arrow", got.strategy_reason
        assert not (one := difference(expected, got)), f"{name}: {one}"
        counts.add("corpus", expected, got)


@pytest.mark.parametrize("name", casting.CASTINGS)
def test_frictionless_still_casts_as_written_down(name: str, folder: Path) -> None:
    one = casting.CASTINGS[name]
    assert _refused(one.case(one.valid), folder) == []
    assert _refused(one.case(one.invalid), folder) == list(range(len(one.invalid)))


def _refused(case: Case, folder: Path) -> list[int]:
    case.write(folder)
    report = frictionless_itself(case.open(folder))
    return sorted({error.row_number - 2 for error in report.tasks[0].errors})


def test_no_two_cases_of_the_corpus_share_a_name() -> None:
    listed = [name for part in (broken, casting, keyed, found) for name, _ in part.cases()]
    assert len(listed) == len(set(listed)) >= 40
