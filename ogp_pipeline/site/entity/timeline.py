"""When the milestones of a plan are due, quarter by quarter, and what became of them by the day of the data.

That day is the release's, never the machine's. Only what is not complete after its due date is late; what is withdrawn
is neither. The drawing repeats the table beside it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

from ogp_pipeline.evaluation.scales import COMPLETE, WITHDRAWN
from ogp_pipeline.i18n import catalogue
from ogp_pipeline.site import bar
from ogp_pipeline.site.bar import PATTERNS, SHADES, STRIPED, swatch
from ogp_pipeline.site.entity.context import EntityContext
from ogp_pipeline.site.report.context import Row

_DONE, _LATE, _TO_COME, _GIVEN_UP = STATES = ("due_done", "due_late", "due_to_come", "due_withdrawn")
_SHADES = {_DONE: SHADES[-1], _LATE: STRIPED, _TO_COME: "var(--paper)", _GIVEN_UP: bar.WITHDRAWN}
_WIDTH, _TALL, _FLOOR = 320, 86, 130
_MOST = 24  # quarters of a drawing: more are too narrow to be told apart


@dataclass(frozen=True)
class Timeline:
    """``quarters``: their names and, in the order of ``states``, how many milestones are due in each.

    ``undated``: milestones without a due date.
    """

    drawing: Markup
    states: Sequence[tuple[str, Markup]]
    quarters: Sequence[tuple[str, Sequence[int]]]
    undated: int


def timeline(context: EntityContext, plan: Row) -> Timeline | None:
    """Of a plan of which some milestone has a due date."""
    standing, published = context.standing, context.published
    meanings = published.meanings(plan["scale"])
    counts: dict[tuple[int, int], Counter[str]] = {}
    undated = 0
    for row in published.of_commitments("milestones", plan["plan_id"]):
        if row["milestone_id"] in published.divided:
            continue
        due: date | None = row["due_date"]
        if due is None:
            undated += 1
            continue
        meaning = meanings.get(standing.status(row["milestone_id"]) or "")
        state = (_DONE if meaning == COMPLETE else _GIVEN_UP if meaning == WITHDRAWN
                 else _LATE if standing.is_late(row) else _TO_COME)  # fmt: skip
        counts.setdefault((due.year, (due.month - 1) // 3), Counter())[state] += 1
    if not counts:
        return None
    used = [state for state in STATES if any(state in counted for counted in counts.values())]
    lines = [
        (f"{year}-Q{quarter + 1}", [counts.get((year, quarter), Counter())[state] for state in used])
        for year, quarter in _between(min(counts), max(counts))
    ]
    words = context.words
    return Timeline(
        drawing=_drawing(context, plan["plan_id"], counts, used),
        states=[(words[state], swatch(_SHADES[state])) for state in used],
        quarters=[line for line in lines if any(line[1])],
        undated=undated,
    )


def _between(first: tuple[int, int], last: tuple[int, int]) -> list[tuple[int, int]]:
    places = range(first[0] * 4 + first[1], last[0] * 4 + last[1] + 1)
    return [divmod(place, 4) for place in places]


def _drawing(
    context: EntityContext, plan_id: str, counts: Mapping[tuple[int, int], Counter[str]], used: Sequence[str]
) -> Markup:
    """A column for each quarter, the day of the data as a line across. Empty where there are too many quarters."""
    quarters, day = _between(min(counts), max(counts)), context.as_of
    if len(quarters) > _MOST:
        return Markup("")
    identity, words = f"due-{plan_id}", context.words
    step = _WIDTH / len(quarters)
    unit = _TALL / max(sum(counted.values()) for counted in counts.values())
    totals: Counter[str] = sum(counts.values(), Counter())
    spoken = ", ".join(f"{words[state]} {totals[state]}" for state in used)
    title = f"{words['due_dates']}{words['colon']} {spoken}. {words['as_of']}{words['colon']} {context.day(day)}"
    pieces = [
        Markup('<svg class="chart" role="img" aria-labelledby="{0}" viewBox="0 0 {1} 152"><title id="{0}">{2}</title>')
        .format(identity, _WIDTH, title),
        Markup("<defs>"),
        *(Markup(PATTERNS[_SHADES[state]].format(id=escape(identity))) for state in used if _SHADES[state] in PATTERNS),
        Markup("</defs>"),
    ]  # fmt: skip
    for place, (year, quarter) in enumerate(quarters):
        bottom = float(_FLOOR)
        for state in used:
            count = counts.get((year, quarter), Counter())[state]
            if count:
                bottom -= count * unit
                pieces.append(_block(place * step + 1, bottom, step - 2, count * unit - 1, _fill(state, identity)))
        total = sum(counts.get((year, quarter), Counter()).values())
        if total and step >= 12:
            pieces.append(_text((place + 0.5) * step, bottom - 3, str(total), "middle", "var(--ink)"))
        if quarter == 0 or place == 0:
            pieces.append(_text(place * step + 1, 147, str(year), "start", "var(--soft)"))
    pieces.append(_line(0, _FLOOR, _WIDTH, _FLOOR, "var(--line)"))
    pieces += _as_of(context, quarters, step)
    return Markup("").join([*pieces, Markup("</svg>")])


def _as_of(context: EntityContext, quarters: Sequence[tuple[int, int]], step: float) -> list[Markup]:
    """The day of the data; at the edge where it lies outside of what is drawn."""
    day = context.as_of
    start = date(quarters[0][0], quarters[0][1] * 3 + 1, 1)
    across = (day - start).days / 91.3125 * step
    at = min(max(across, 1.0), _WIDTH - 1.0)
    anchor = "start" if at < 90 else "end" if at > _WIDTH - 90 else "middle"
    told = f"{context.words['as_of']}{context.words['colon']} {catalogue.day(day, context.own)}"
    return [_line(at, 20, at, _FLOOR + 4, "var(--ink)", "4 3"), _text(at, 13, told, anchor, "var(--ink)")]


def _fill(state: str, identity: str) -> str:
    shade = _SHADES[state]
    return f"url(#{identity}-{shade})" if shade in PATTERNS else shade


def _block(x: float, y: float, width: float, height: float, fill: str) -> Markup:
    return Markup(
        '<rect x="{0:.1f}" y="{1:.1f}" width="{2:.1f}" height="{3:.1f}" fill="{4}" stroke="var(--mark)" '
        'stroke-width=".7"/>'
    ).format(x, y, width, max(height, 0.5), fill)


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, dash: str = "none") -> Markup:
    return Markup(
        '<line x1="{0:.1f}" y1="{1:.1f}" x2="{2:.1f}" y2="{3:.1f}" stroke="{4}" stroke-dasharray="{5}"/>'
    ).format(x1, y1, x2, y2, colour, dash)


def _text(x: float, y: float, text: str, anchor: str, colour: str) -> Markup:
    return Markup('<text x="{0:.1f}" y="{1:.1f}" font-size="12" text-anchor="{2}" fill="{3}">{4}</text>').format(
        x, y, anchor, colour, text
    )
