"""Institutions side by side: what each promised, how far it has come, and what it reported.

A line each, those with most milestones first, with a small bar in one measure for all. Above ``MOST_DRAWN`` of them
it is a list without bars: so many are longer than a printed page and heavier than all else there.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from ogp_pipeline.evaluation.scales import COMPLETE
from ogp_pipeline.i18n import catalogue
from ogp_pipeline.site.bar import BarPiece, bar
from ogp_pipeline.site.entity.context import EntityContext
from ogp_pipeline.site.home import ALL, COMPLIANCE, UNKNOWN
from ogp_pipeline.site.report.blocks import Block, Cell, Chart, Legend, Ratio, Words
from ogp_pipeline.site.report.context import Row

MOST_DRAWN = 30
_COLUMNS = ("institution", "how_far", "leads_these", "complete_milestones", "late", "received")

Counts = Mapping[str, Mapping[str, Row]]  # institution -> category -> row of the table of metrics


def members(context: EntityContext, plan: Row) -> list[str]:
    """The institutions that promised something in the plan: those with most milestones first, then by name."""
    promised = {name: by[ALL]["numerator"] for name, by in _counts(context, plan, "milestones", ALL).items()}
    leading = [name for name, by in _counts(context, plan, "commitments", ALL).items() if by[ALL]["numerator"]]
    names = {name for name, count in promised.items() if count} | set(leading)
    return sorted(names, key=lambda name: (-promised.get(name, 0), _spoken(context, name)))


def side_by_side(context: EntityContext, plan: Row) -> list[Block]:
    """The table, and what its colours mean."""
    names = members(context, plan)
    if not names:
        return []
    led = _counts(context, plan, "commitments", ALL)
    late = Counter(
        name
        for row in context.published.of_commitments("milestones", plan["plan_id"])
        if context.standing.is_late(row)
        for name in context.responsible(row)
    )
    rounds = context.published.rounds(plan["plan_id"])
    reported = _counts(context, plan, COMPLIANCE, rounds[-1][0]) if rounds else {}
    period = context.published.newest_period(plan["plan_id"])
    levels = _counts(context, plan, "milestone_completion", period) if period else {}
    longest = max((_total(by) for by in levels.values()), default=0)
    is_drawn = len(names) <= MOST_DRAWN and longest > 0
    lines: list[Sequence[Cell]] = []
    for place, name in enumerate(names):
        by = levels.get(name, {})
        lines.append(
            (
                context.linked_institution(name),
                _drawing(context, plan, name, by, longest, f"of-institution-{place}") if is_drawn and by else None,
                led[name][ALL]["numerator"] if name in led else None,
                _complete(context, plan, by),
                catalogue.count("entity.late", late[name], context.own) if late[name] else None,
                _ratio(reported.get(name, {}).get(ALL)),
            )
        )
    told = [context.period_titles[name].text for name in dict.fromkeys([period, *(row[0] for row in rounds[-1:])])
            if name in context.period_titles]  # fmt: skip
    note: list[Block] = (
        [Words(f"{context.words['round']}{context.words['colon']} {'; '.join(told)}", True)] if told else []
    )
    shown = [
        code
        for code in context.statuses_of(plan)
        if any(code in by and by[code]["numerator"] for by in levels.values())
    ]
    legend: list[Block] = [Legend([context.level(plan, code) for code in shown])] if is_drawn and shown else []
    return [*note, *legend, *context.table("institutions-table", "institutions", _COLUMNS, lines)]


def _spoken(context: EntityContext, name: str) -> str:
    said = context.institution(name)
    return said.text.casefold() if said else name


def _counts(context: EntityContext, plan: Row, metric: str, period: str) -> Counts:
    made: dict[str, dict[str, Row]] = {}
    for row in context.published.by("metrics", "metric_id").get(metric, ()):
        if (row["plan_id"], row["period_id"], row["dimension"]) == (plan["plan_id"], period, "institution"):
            made.setdefault(row["member_id"], {})[row["category"]] = row
    return made


def _total(by: Mapping[str, Row]) -> int:
    return max((row["denominator"] for row in by.values()), default=0)


def _complete(context: EntityContext, plan: Row, by: Mapping[str, Row]) -> Ratio | None:
    """None where nobody knows of any."""
    meanings, total = context.published.meanings(plan["scale"]), _total(by)
    missing = max((row["missing"] for row in by.values()), default=0)
    if not total or missing == total:
        return None
    done = sum(row["numerator"] for code, row in by.items() if meanings.get(code) == COMPLETE)
    return Ratio(done, total, missing)


def _ratio(row: Row | None) -> Ratio | None:
    """None where it counts nothing, or where nothing is known of what it counts."""
    if row is None or not row["denominator"] or row["missing"] == row["denominator"]:
        return None
    return Ratio(row["numerator"], row["denominator"], row["missing"])


def _drawing(context: EntityContext, plan: Row, name: str, by: Mapping[str, Row], longest: int, identity: str) -> Chart:
    """The levels of its milestones; what no level says anything of is hatched."""
    words, total = context.words, _total(by)
    parts = [
        BarPiece(label, by[code]["numerator"], None if code in UNKNOWN else context.shade(plan, code))
        for code, label in context.statuses_of(plan).items()
        if code in by
    ]
    rest = total - sum(part.count for part in parts)
    parts += [BarPiece(words["not_known"], rest, None)] if rest > 0 else []
    said = context.institution(name)
    drawn = bar(parts, f"{words['milestones']}, {said.text if said else name}", identity)
    return Chart(Markup('<div class="small" style="width:{}%">{}</div>').format(max(100 * total // longest, 4), drawn))
