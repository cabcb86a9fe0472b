"""A metric across plans: which numbers may stand in one table, and which may not.

1. Numbers of two definitions never share a table.
2. Numbers by level share a table only where the plans have the very same levels (``scale_key``).
3. Other numbers by category share a table where their categories are the same.

Nothing is turned into another scale, and nothing is ranked: lines stand in the order of the countries' names.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ogp_pipeline.hub.compared import COUNTED, Compared, Row
from ogp_pipeline.site.bar import swatch
from ogp_pipeline.site.figures import Figure
from ogp_pipeline.site.results import ALL

LEVELS = "commitment_completion"
# At a glance, where a country publishes it: metrics with one number for the whole plan.
ONE_NUMBER = (
    "commitment_high_completion",
    "reporting_compliance",
    "evidence_coverage",
    "judgements_in_agreement",
    "proposals_answered",
    "proposals_incorporated",
    "strategic_and_kept",
)


@dataclass(frozen=True)
class Line:
    """The numbers of one plan and period, in the order of the table's columns. None: it has no such category."""

    plan: Row
    subject: str | None
    rows: Sequence[Row | None]
    first: Row
    figure: Figure | None
    bar: Markup


@dataclass(frozen=True)
class CrossTable:
    """Lines that may stand under the same headings. ``scale``: the plans' own, where these are its levels.

    ``columns``: none of a metric that has one number.
    """

    scale: str | None
    columns: Sequence[tuple[str, Markup]]
    lines: Sequence[Line]


@dataclass(frozen=True)
class Crossing:
    """A definition, and its tables."""

    definition: Row
    tables: Sequence[CrossTable]


def crossings(compared: Compared, rows: Iterable[Row]) -> list[Crossing]:
    """The tables of one metric, a group for each definition."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row["definition_id"], []).append(row)
    return [
        Crossing(compared.definitions[name], _tables(compared, groups[name], f"d{place}"))
        for place, name in enumerate(sorted(groups))
    ]


def glance(compared: Compared) -> list[Line]:
    """The newest plan of each member that publishes the levels of its commitments."""
    lines = []
    for plan in compared.newest:
        own = compared.figures.get((plan["member_id"], plan["plan_id"]), ())
        rows = [row for row in own if row["metric_id"] == LEVELS and row["dimension"] == "plan"]
        if rows:
            lines.append(_line(compared, plan, rows, None, f"glance-{plan['member_id']}"))
    return lines


def _tables(compared: Compared, rows: Sequence[Row], identity: str) -> list[CrossTable]:
    series: dict[tuple[str, str, str, str], list[Row]] = {}
    for row in rows:
        series.setdefault((row["member_id"], row["plan_id"], row["period_id"], row["subject_id"]), []).append(row)
    turn = {key: place for place, key in enumerate(compared.plans)}
    groups: dict[tuple[str | None, tuple[str, ...]], list[list[Row]]] = {}
    for key in sorted(series, key=lambda held: (turn.get((held[0], held[1]), len(turn)), held)):
        held = compared.in_order(series[key])
        groups.setdefault(_kind(compared, held), []).append(held)
    tables = []
    for place, ((scale_key, categories), members) in enumerate(sorted(groups.items(), key=lambda pair: str(pair[0]))):
        if scale_key is not None:  # levels that one of them does not count are not in its release
            categories = tuple(row["category"] for row in max(members, key=len))
        lines = [
            _line(compared, compared.plans[held[0]["member_id"], held[0]["plan_id"]], held, categories,
                  f"{identity}-{place}-{number}")
            for number, held in enumerate(members)
        ]  # fmt: skip
        first = members[0]
        scale = lines[0].plan["scale"] if scale_key else None
        tables.append(CrossTable(scale, _columns(compared, max(members, key=len)) if len(first) > 1 else (), lines))
    return tables


def _kind(compared: Compared, series: Sequence[Row]) -> tuple[str | None, tuple[str, ...]]:
    """By what a series may share a table: the levels of its plan, or its categories."""
    plan = compared.plans[series[0]["member_id"], series[0]["plan_id"]]
    own = {row["code"] for row in compared.scales.get((plan["member_id"], plan["plan_id"]), [])}
    categories = tuple(row["category"] for row in series)
    if own & set(categories) and categories != (ALL,):
        return plan["scale_key"], ()
    return None, categories


def _columns(compared: Compared, series: Sequence[Row]) -> list[tuple[str, Markup]]:
    plan = compared.plans[series[0]["member_id"], series[0]["plan_id"]]
    shades = {level.code: level.swatch for level in compared.levels_of(plan)}
    levels = any(row["category"] in shades for row in series)
    blank = swatch(None) if levels else Markup("")
    return [(compared.category(row), shades.get(row["category"], blank)) for row in series]


def _line(
    compared: Compared, plan: Row, series: Sequence[Row], categories: Sequence[str] | None, identity: str
) -> Line:
    ordered = compared.in_order(series)
    by_category = {row["category"]: row for row in ordered}
    named = categories or tuple(by_category)
    is_counted = any(row["status"] == COUNTED for row in ordered)
    parts = is_counted and len(ordered) > 1 and sum(row["numerator"] for row in ordered) <= ordered[0]["denominator"]
    name = compared.name_of(compared.members[plan["member_id"]]).text
    first = ordered[0]
    return Line(
        plan,
        first["subject_id"] if first["dimension"] != "plan" else None,
        [by_category.get(category) for category in named],
        first,
        compared.figure(first) if len(ordered) == 1 else None,
        compared.bar_of(ordered, f"{name}, {compared.title_of(plan).text}", identity) if parts else Markup(""),
    )
