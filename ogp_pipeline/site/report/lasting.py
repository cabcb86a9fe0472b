"""What must not be lost: what becomes of commitments beyond the plan, what a change of government puts at risk, and
how far the plan may come by its end.
"""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from ogp_pipeline.i18n.catalogue import number
from ogp_pipeline.i18n.natural import natural
from ogp_pipeline.site.charts import span
from ogp_pipeline.site.home import ALL
from ogp_pipeline.site.report.blocks import (
    Block,
    Cell,
    Chart,
    Day,
    Heading,
    Ratio,
    ReportColumn,
    ReportTable,
    Section,
    Unfold,
    Words,
)
from ogp_pipeline.site.report.context import ReportContext, Row
from ogp_pipeline.site.report.measures import counts, measures, tally

END = "end"
UNLIKELY = Decimal("0.5")
AT_RISK = "commitments_at_risk"
MEASURES = ("embedded_commitments", AT_RISK)


def lasting(context: ReportContext) -> Section:
    """The section. What becomes of commitments is as of the day of the data; the forecast is the period's."""
    blocks = [*_states(context), *_at_risk(context), *_forecast(context)]
    return Section("lasting", context.words["report_lasting"], blocks or context.nothing(), now=True)


def _states(context: ReportContext) -> list[Block]:
    words, rows = context.words, context.rows("continuity")
    if not rows:
        return []
    states = Counter(row["state"] for row in rows)
    labels = context.labels.codes("continuity_state")
    return [
        *tally(context, "continuity", words["beyond_the_plan"], words["state"], labels, states, len(rows)),
        *measures(context, "lasting", MEASURES),
    ]


def _at_risk(context: ReportContext) -> list[Block]:
    """The sentence is the metric's: a commitment of unknown level counts as at risk and as not known."""
    words = context.words
    if not context.rows("continuity"):
        return []
    numbers = counts(context, AT_RISK, ALL).get(ALL)
    if numbers is None:
        return [Heading(words["at_risk"]), Words(words["risk_unknown"])]
    said = words["at_risk_of"].format(
        count=numbers["numerator"], total=numbers["denominator"], unknown=numbers["missing"]
    )
    blocks: list[Block] = [Heading(words["at_risk"]), Words(said)]
    risky = [row for row in context.rows("continuity") if row["at_risk"]]
    if risky:
        lines: list[Sequence[Cell]] = [
            (
                context.commitment(row["commitment_id"]),
                context.statuses.get(row["level"], row["level"]) if row["level"] else words["not_reported"],
                Day(row["change_on"]) if row["change_on"] else None,
            )
            for row in sorted(risky, key=lambda row: natural(row["commitment_id"]))
        ]
        columns = (words["commitment"], words["last_status"], words["change_of_government"])
        blocks.append(
            ReportTable("at-risk", words["at_risk"], [ReportColumn(title) for title in columns], lines, wide=True)
        )
    return blocks


def _forecast(context: ReportContext) -> list[Block]:
    """From this period to the end of the term: of the plan, and of the commitments that will likely not be kept."""
    words = context.words
    rows = [row for row in context.rows("forecasts") if row["period_id"] == context.period_id and row["target"] == END]
    if not rows:
        return []
    blocks: list[Block] = [Heading(words["forecast"])]
    for row in rows:
        if row["subject_table"] == "action_plans":
            blocks += _plan(context, row)
    own = [row for row in rows if row["subject_table"] == "commitments"]
    forecast = [row for row in own if row["probability"] is not None]
    unlikely = sorted(
        (row for row in forecast if Decimal(str(row["probability"])) < UNLIKELY),
        key=lambda row: (row["probability"], natural(row["subject_id"])),
    )
    if own:
        said = words["unlikely_of"].format(count=len(unlikely), total=len(forecast), unknown=len(own) - len(forecast))
        blocks.append(Words(said))
    if unlikely:
        lines: list[Sequence[Cell]] = [
            (context.commitment(row["subject_id"]), Ratio(row["complete"], row["of"]), percent(row["probability"]))
            for row in unlikely
        ]
        columns = (
            ReportColumn(words["commitment"]),
            ReportColumn(words["milestones_complete"], number=True),
            ReportColumn(words["probability"], number=True),
        )
        blocks.append(ReportTable("unlikely", words["unlikely"], columns, lines, wide=True))
    return [*blocks, Unfold(words["forecast"], words["forecast_defined"])]


def _plan(context: ReportContext, row: Row) -> list[Block]:
    words, of = context.words, row["of"]
    columns = (ReportColumn(words["forecast"]), ReportColumn(words["milestones"], number=True))

    def count(value: int | None) -> Cell:
        return None if value is None else Ratio(int(value), of)

    expected = (
        None
        if row["expected"] is None
        else f"{number(round(float(row['expected']), 1), context.own)} {words['of']} {of}"
    )
    lines: list[Sequence[Cell]] = [
        (words["complete_by_now"], Ratio(row["complete"], of)),
        (words["expected_by_end"], expected),
        (words["at_least"], count(row["low"])),
        (words["at_most"], count(row["high"])),
    ]
    if row["actual"] is not None:
        lines.append((words["actual_at_end"], count(row["actual"])))
    table = ReportTable("forecast", words["forecast"], columns, lines)
    if row["low"] is None or row["high"] is None:
        return [Words(words["no_forecast"]), table]
    name = words["forecast_said"].format(done=row["complete"], low=row["low"], high=row["high"], total=of)
    likely = None if row["expected"] is None else float(row["expected"])
    drawing = span(row["complete"], row["low"], row["high"], likely, of, name, "chart-forecast")
    return [Chart(drawing), Words(words["forecast_key"], soft=True), table]


def percent(probability: Decimal | float) -> str:
    """A probability, never said to be 0 or 100 when it is not."""
    value = 100 * Decimal(str(probability))
    if 0 < value < 1:
        return "<1 %"
    if 99 < value < 100:
        return ">99 %"
    return f"{value:.0f} %"
