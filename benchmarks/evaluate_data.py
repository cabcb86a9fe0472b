"""Made-up tables of any size for benchmarks/evaluate.py, typed as the fold types them.

Two plans of ten rounds each, eight clusters a plan, 200 institutions. A commitment has ten milestones, a milestone an
update in each round (two in a hundred are silent), a fifth of the updates have evidence; commitments are judged at
midterm and at the end of term, in three variables, by four assessors with gaps. Everything follows from the number of
updates and a fixed seed.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from ogp_pipeline.formats.records import Where
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.tables import Tables, columns
from ogp_pipeline.tables.tables import Key, Origin

PLANS, ROUNDS, CLUSTERS, PARTS = 2, 10, 8, 10
STATUSES = ("not_started", "limited", "substantial", "complete")
SCALE = "ogp-completion-2015"
SECTORS = ("government", "civil_society", "academia", "multilateral")
JUDGED = {
    "completion": (SCALE, STATUSES),
    "potential_impact": ("potential_impact", ("none", "minor", "moderate", "transformative")),
    "relevance": ("relevance", ("no", "yes")),
}
AS_OF = date(2020, 7, 1)
_FIRST = date(2012, 1, 1)
_TERM = timedelta(days=1460)


def programme() -> Programme:
    """The programme file of the made-up country."""
    return Programme.model_validate(
        {
            "id": "xx",
            "country": "XX",
            "title": {"en": "Made up"},
            "languages": ["en"],
            "plans": [_plan(number) for number in range(PLANS)],
            "suppliers": [],
            "sources": [],
            "publication": {
                "title": {"en": "Made up"},
                "description": {"en": "For a benchmark."},
                "licence": {"id": "CC0-1.0", "title": "CC0", "url": "https://example.org/cc0"},
                "base_url": "https://example.org/data",
                "store": {"directory": "public"},
                "intake": {"directory": "private"},
            },
        }
    )


def tables(schemas: Schemas, updates: int, assessments: int) -> Tables:
    """Tables with about so many updates and assessments."""
    random = np.random.default_rng(5)
    given = programme()
    milestones = updates // ROUNDS
    commitments = milestones // PARTS
    plan_of = np.arange(commitments) % PLANS
    commitment = _labels("XX", commitments, 7)
    plan = _chosen([plan.id for plan in given.plans], plan_of)
    clusters = [f"c{plan}-{number}" for plan in range(PLANS) for number in range(CLUSTERS)]
    cluster_of = plan_of * CLUSTERS + random.integers(0, CLUSTERS, commitments)
    institutions = [f"i{number}" for number in range(200)]
    leads = random.integers(0, len(institutions), commitments)
    owner = np.repeat(np.arange(commitments), PARTS)[:milestones]
    milestone = pa.compute.binary_join_element_wise(
        commitment.take(pa.array(owner)), _texts(np.arange(milestones) % PARTS), "."
    )
    terms = pd.Series([one.starts for one in given.plans])
    due = [
        terms[p] + timedelta(days=int(d))
        for p, d in zip(plan_of[owner], random.integers(60, 1460, milestones), strict=True)
    ]
    return Tables(
        _frames(
            schemas,
            {
                **_programme_rows(given),
                "clusters": {"cluster_id": clusters, "plan_id": [given.plans[int(c[1])].id for c in clusters]},
                "institutions": {
                    "institution_id": institutions,
                    "sector": [SECTORS[0 if number >= len(SECTORS) else number] for number in range(len(institutions))],
                },
                "commitments": {
                    "commitment_id": commitment,
                    "plan_id": plan,
                    "cluster_id": _chosen(clusters, cluster_of),
                    "values": ["access_to_information"] * commitments,
                },
                "commitment_institutions": {
                    "commitment_id": commitment,
                    "institution_id": _chosen(institutions, leads),
                    "role": ["lead"] * commitments,
                },
                "milestones": {
                    "milestone_id": milestone,
                    "commitment_id": commitment.take(pa.array(owner)),
                    "institution_id": _chosen(institutions, leads[owner]),
                    "due_date": due,
                },
                **_reports(random, milestone, plan_of[owner], given),
                "assessments": _assessments(random, commitment, institutions, assessments, plan_of),
            },
        ),
        _Alike(),
    )


class _Alike(dict[tuple[str, Key], Origin]):
    """The same origin of whatever row is asked for: metrics want the days from which rows are known, and no others."""

    def __missing__(self, row: tuple[str, Key]) -> Origin:
        place = Where("reports.csv", 2)
        return Origin("d" * 64, "agency", "reports", AS_OF, place.file, "f" * 64, place, {})


def _plan(number: int) -> dict[str, object]:
    starts = _FIRST + number * _TERM
    rounds = [
        (starts + n * _TERM / ROUNDS, starts + (n + 1) * _TERM / ROUNDS - timedelta(days=1)) for n in range(ROUNDS)
    ]
    return {
        "id": f"p{number}",
        "number": number + 1,
        "title": {"en": f"Plan {number + 1}"},
        "starts": starts,
        "ends": starts + _TERM,
        "scale": SCALE,
        "periods": [
            {"id": f"p{number}r{n}", "starts": first, "ends": last, "due": last}
            for n, (first, last) in enumerate(rounds)
        ],
    }


def _programme_rows(given: Programme) -> dict[str, Mapping[str, Sequence[object]]]:
    periods = [(plan, period) for plan in given.plans for period in plan.periods]
    return {
        "action_plans": {
            "plan_id": [plan.id for plan in given.plans],
            "country": ["XX"] * PLANS,
            "number": [plan.number for plan in given.plans],
            "start_date": [plan.starts for plan in given.plans],
            "end_date": [plan.ends for plan in given.plans],
            "scale": [plan.scale for plan in given.plans],
        },
        "reporting_periods": {
            "period_id": [period.id for _, period in periods],
            "plan_id": [plan.id for plan, _ in periods],
            "start_date": [period.starts for _, period in periods],
            "end_date": [period.ends for _, period in periods],
            "due_date": [period.due for _, period in periods],
            "asks_status": [True] * len(periods),
            "asks_evidence": [True] * len(periods),
        },
    }


def _reports(
    random: np.random.Generator, milestone: pa.Array, plan_of: NDArray[np.int64], given: Programme
) -> dict[str, Mapping[str, object]]:
    """Updates whose status grows from round to round, and evidence for some."""
    count = len(milestone)
    owner = np.repeat(np.arange(count), ROUNDS)
    round_ = np.tile(np.arange(ROUNDS), count)
    reached = np.minimum(round_ * random.random(count)[owner] * 0.7, len(STATUSES) - 1).astype(int)
    said = random.random(len(owner)) > 0.02
    owner, round_, reached = owner[said], round_[said], reached[said]
    periods = [period.id for plan in given.plans for period in plan.periods]
    period = _chosen(periods, plan_of[owner] * ROUNDS + round_)
    names = milestone.take(pa.array(owner))
    shown = random.random(len(owner)) < 0.2
    mask = pa.array(shown)
    return {
        "updates": {"milestone_id": names, "period_id": period, "status": _chosen(STATUSES, reached)},
        "evidence": {
            "milestone_id": names.filter(mask),
            "period_id": period.filter(mask),
            "number": np.ones(int(shown.sum()), dtype=np.int64),
            "kind": _chosen(("link", "statement"), random.integers(0, 2, int(shown.sum()))),
        },
    }


def _assessments(
    random: np.random.Generator, commitment: pa.Array, institutions: list[str], wanted: int, plan_of: NDArray[np.int64]
) -> Mapping[str, object]:
    stages, variables = ("midterm", "end_of_term"), tuple(JUDGED)
    each = len(stages) * len(variables) * len(SECTORS)
    subject = np.repeat(np.arange(len(commitment)), each)
    place = np.tile(np.arange(each), len(commitment))
    kept = np.sort(random.permutation(len(subject))[:wanted])
    subject, place = subject[kept], place[kept]
    assessor, rest = place % len(SECTORS), place // len(SECTORS)
    variable, stage = rest % len(variables), rest // len(variables)
    worth = random.random(len(commitment))[subject] + random.normal(0, 0.2, len(subject))
    codes = np.empty(len(subject), dtype=object)
    for number, name in enumerate(variables):
        here, scale = variable == number, JUDGED[name][1]
        codes[here] = np.array(scale, dtype=object)[np.clip(worth[here] * len(scale), 0, len(scale) - 1).astype(int)]
    days = [plan.starts + timedelta(days=share) for plan in programme().plans for share in (730, 1460)]
    return {
        "assessment_id": _labels("a", len(subject), 8),
        "subject_table": ["commitments"] * len(subject),
        "subject_id": commitment.take(pa.array(subject)),
        "assessor_id": _chosen(institutions, assessor),
        "variable": _chosen(variables, variable),
        "scale": _chosen([JUDGED[name][0] for name in variables], variable),
        "code": codes,
        "stage": _chosen(stages, stage),
        "assessed_on": [days[index] for index in (plan_of[subject] * 2 + stage).tolist()],
    }


def _frames(schemas: Schemas, given: Mapping[str, Mapping[str, object]]) -> dict[str, pd.DataFrame]:
    """Every table of the schemas, typed; what is not given is empty. Rows come in key order already."""
    made = {}
    for table in schemas.tables.values():
        values = given.get(table.name)
        if values is None:
            made[table.name] = columns.frame(table, {})
            continue
        length = len(next(iter(values.values())))  # type: ignore[arg-type]
        made[table.name] = pd.DataFrame(
            {
                field.name: pd.Series(values.get(field.name, [None] * length), dtype=columns.dtype(field.type))
                for field in table.fields
            }
        )
    return made


def _chosen(names: Sequence[str], places: NDArray[np.int64]) -> pa.Array:
    return pa.array(list(names)).take(pa.array(places))


def _labels(prefix: str, count: int, digits: int) -> pa.Array:
    return pa.array([f"{prefix}{number:0{digits}}" for number in range(count)])


def _texts(numbers: NDArray[np.int64]) -> pa.Array:
    return pa.array(numbers).cast(pa.string())
