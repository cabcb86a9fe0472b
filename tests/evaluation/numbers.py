"""Plans as a few lines, and published numbers by their names."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import pandas as pd

from ogp_pipeline.evaluation import METRICS, EvaluationContext, evaluate
from ogp_pipeline.evaluation.findings import find
from ogp_pipeline.evaluation.metrics import metrics
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.tables.tables import Tables
from tests.tables.country import SCHEMAS, Rows, known

KEY = ["metric_id", "plan_id", "period_id", "dimension", "member_id", "category"]
Number = tuple[int, int, int, str | None]


def plan_rows(
    commitments: Mapping[str, Sequence[str]],
    plan: str = "p1",
    clusters: Mapping[str, str] | None = None,
    leads: Mapping[str, Sequence[str]] | None = None,
    responsible: Mapping[str, str] | None = None,
    due: Mapping[str, str] | None = None,
    parents: Mapping[str, str] | None = None,
) -> dict[str, list[dict[str, str]]]:
    """Rows of a plan: commitment -> its milestones; then what each commitment or milestone has besides."""
    return {
        "commitments": [
            {"commitment_id": c, "plan_id": plan, "cluster_id": (clusters or {}).get(c, "")} for c in commitments
        ],
        "commitment_institutions": [
            {"commitment_id": c, "institution_id": i, "role": "lead"} for c, all_ in (leads or {}).items() for i in all_
        ],
        "milestones": [
            {
                "milestone_id": m,
                "commitment_id": c,
                "institution_id": (responsible or {}).get(m, ""),
                "due_date": (due or {}).get(m, ""),
                "parent_id": (parents or {}).get(m, ""),
            }
            for c, all_ in commitments.items()
            for m in all_
        ],
    }


@dataclass(frozen=True)
class Computed:
    """The metrics of a country. Each is counted when it is asked for: all take fifty times as long as one.

    That each alone is what it is among all: ``test_registry.py``.
    """

    context: EvaluationContext

    def metric(self, metric_id: str) -> pd.DataFrame:
        return metrics(self.context, [metric_id])

    def all(self) -> pd.DataFrame:
        return metrics(self.context)


def context_of(country: Programme, rows: Rows, as_of: str) -> EvaluationContext:
    """A country in which everything was delivered at once; made once for what a test asks of the same rows."""
    return _context(country.model_dump_json(), json.dumps(rows), as_of)


@lru_cache(4)
def _context(country: str, rows: str, as_of: str) -> EvaluationContext:
    programme = Programme.model_validate_json(country)
    return EvaluationContext(known(programme, json.loads(rows), as_of), programme, SCHEMAS, date.fromisoformat(as_of))


def computed(country: Programme, rows: Rows, as_of: str) -> Computed:
    """The metrics of a country in which everything was delivered at once."""
    return Computed(context_of(country, rows, as_of))


def categories(metric_id: str, country: Programme, rows: Rows, as_of: str) -> dict[tuple[str, str], str]:
    """What each unit of a metric counts as: (unit's key, period) -> category."""
    context = context_of(country, rows, as_of)
    units = METRICS[metric_id].units(context)
    return dict(zip(zip(units["unit_key"], units["period_id"], strict=True), units["category"], strict=True))


def metrics_of(tables: Tables, country: Programme, as_of: str) -> pd.DataFrame:
    """All metrics as they are published, with the findings beside them."""
    return evaluate(EvaluationContext(tables, country, SCHEMAS, date.fromisoformat(as_of))).metrics


def found(table: str, country: Programme, rows: Rows, as_of: str) -> list[dict[str, object]]:
    """The rows of a derived table, of a country in which everything was delivered at once; empty cells left out."""
    context = context_of(country, rows, as_of)
    lines = find(context, table).astype(object).to_dict("records")
    return [{str(name): value for name, value in line.items() if not pd.isna(value)} for line in lines]


def numbers(metrics: pd.DataFrame) -> dict[str, Number]:
    """Every published number: ``metric/plan/period/dimension/member/category`` -> its four figures."""
    found = {}
    for row in metrics.to_dict("records"):
        value = None if pd.isna(row["value"]) else str(row["value"])
        key = "/".join(row[name] for name in KEY)
        assert key not in found
        found[key] = (row["numerator"], row["denominator"], row["missing"], value)
    return found


def under(computed: Computed, prefix: str) -> dict[str, Number]:
    """The numbers whose names begin with ``prefix/``, by the rest of their names."""
    start, found = f"{prefix}/", numbers(computed.metric(prefix.partition("/")[0]))
    return {key.removeprefix(start): four for key, four in found.items() if key.startswith(start)}
