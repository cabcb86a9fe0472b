"""The published numbers are those of another implementation, written from the published definitions alone.

By day a few programmes are compared, at night some hundreds. A difference is a fault of the code or of the words.
"""

import json
from pathlib import Path

import pandas as pd
import pytest

from ogp_pipeline.evaluation import EvaluationContext
from ogp_pipeline.evaluation.findings import find
from ogp_pipeline.evaluation.metrics import metrics
from tests.evaluation.numbers import numbers as published
from tests.recomputed import (
    counting,
    forecast,
    judged,
    outcomes,
    participation,
    quality,
    reported,
    requirements,
    waiting,
)
from tests.recomputed.counting import DEFINITIONS, RECOUNTS
from tests.recomputed.forecast import forecasts
from tests.recomputed.programmes import case
from tests.recomputed.world import World
from tests.tables.country import SCHEMAS

MODULES = (forecast, judged, outcomes, participation, quality, reported, requirements, waiting)
# What nobody has recomputed. Whoever adds a metric recomputes it, or names it here and says why not.
NOT_RECOMPUTED: dict[str, str] = {}
# By day the two of the first hundred that between them have most kinds of rows. Percentages count there, rows wait.
DAY, NIGHT = (19, 72), range(1000, 1400)


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


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.night) for seed in NIGHT)])
def test_forecasts_follow_from_their_published_formulas(seed: int) -> None:
    made = case(seed)
    context = EvaluationContext(made.tables, made.country, SCHEMAS, made.as_of)
    columns = context.schemas.table("forecasts").primary_key
    rows = find(context, "forecasts").astype(object).to_dict("records")
    found = {tuple(row[name] for name in columns): row for row in rows}
    again = forecasts(World.of(made))
    assert found.keys() == again.keys()
    for key, values in again.items():
        for name, value in values.items():
            said = None if pd.isna(found[key][name]) else found[key][name]
            close = name in ("expected", "probability")  # logarithms of large numbers: the fifth decimal is theirs
            assert abs(float(said) - value) < 1e-5 if close else said == value, (key, name, said, value)


def test_every_metric_is_recomputed_or_named() -> None:
    defined = {path.stem for path in DEFINITIONS.glob("*.json")}
    assert RECOUNTS.keys() | NOT_RECOMPUTED.keys() == defined
    assert not RECOUNTS.keys() & NOT_RECOMPUTED.keys()


def test_it_shares_no_code_with_the_evaluation() -> None:
    for module in (*MODULES, counting):
        assert "ogp_pipeline" not in Path(module.__file__ or "").read_text(encoding="utf-8").split('"""', 2)[2]
