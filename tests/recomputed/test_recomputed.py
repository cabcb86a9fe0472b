"""The published numbers are those of another implementation, written from the published definitions alone.

By day a few programmes are compared, at night some hundreds. A difference is a fault of the code or of the words.
"""

import json
from pathlib import Path

import pytest

from ogp_pipeline.evaluation import EvaluationContext
from ogp_pipeline.evaluation.metrics import metrics
from tests.evaluation.numbers import numbers as published
from tests.recomputed import counting, judged, outcomes, participation, reported, requirements
from tests.recomputed.counting import DEFINITIONS, RECOUNTS
from tests.recomputed.programmes import case
from tests.recomputed.world import World
from tests.tables.country import SCHEMAS

MODULES = (judged, outcomes, participation, reported, requirements)
# What nobody has recomputed yet. Whoever adds a metric recomputes it, or names it here and says why.
NOT_RECOMPUTED: dict[str, str] = {}
DAY, NIGHT = range(3), range(1000, 1400)


@pytest.mark.parametrize("seed", [*DAY, *(pytest.param(seed, marks=pytest.mark.night) for seed in NIGHT)])
def test_another_implementation_gives_the_published_numbers(seed: int) -> None:
    made = case(seed)
    world = World.of(made)
    found = published(metrics(EvaluationContext(made.tables, made.country, SCHEMAS, made.as_of), sorted(RECOUNTS)))
    again = {key: four for metric in RECOUNTS for key, four in counting.numbers(world, metric).items()}
    differing = {
        key: (found.get(key), again.get(key)) for key in found.keys() | again.keys() if found.get(key) != again.get(key)
    }
    assert not differing, "published, recomputed: " + json.dumps(dict(sorted(differing.items())[:12]), indent=1)


def test_every_metric_is_recomputed_or_named() -> None:
    defined = {path.stem for path in DEFINITIONS.glob("*.json")}
    assert RECOUNTS.keys() | NOT_RECOMPUTED.keys() == defined
    assert not RECOUNTS.keys() & NOT_RECOMPUTED.keys()


def test_it_shares_no_code_with_the_evaluation() -> None:
    for module in (*MODULES, counting):
        assert "ogp_pipeline" not in Path(module.__file__ or "").read_text(encoding="utf-8").split('"""', 2)[2]
