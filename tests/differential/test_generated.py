"""On every file that we can think of, our report is frictionless' own, and what it raises is raised.

The chunks in which ours reads are drawn too: some of a few bytes, so that small files have many borders.
The normal run is the same files every time (``derandomize``): all of them, or, where ``proved.json`` says that these
have passed with this code, a sample, which would show that a machine differs. ``--differential N`` with another number
compares N files that nobody has seen yet; a failure prints the case, shrunk, to be pasted into ``corpus``.
"""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.differential.case import Case, difference, outcome
from tests.differential.counting import Counts
from tests.differential.proved import SAMPLE, WHOLE
from tests.differential.themes import THEMES
from tests.differential.validators import CHUNK, frictionless_itself, in_chunks_of

SHARES = sum(share for _, share in THEMES.values())


@pytest.mark.parametrize("theme", THEMES)
def test_the_report_is_the_one_of_frictionless(theme: str, files: int, counts: Counts, folder: Path) -> None:
    strategy, share = THEMES[theme]

    @settings(
        max_examples=-(-files * share // SHARES),
        derandomize=files in (SAMPLE, WHOLE),
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(case=strategy(), chunk=st.sampled_from((CHUNK, CHUNK, 1, 16, 64, 300)))
    def compare(case: Case, chunk: int) -> None:
        case.write(folder)
        expected = outcome(frictionless_itself, case, folder)
        got = outcome(in_chunks_of(chunk, case), case, folder)
        counts.add(theme, expected, got)
        assert not (found := difference(expected, got)), found

    compare()
