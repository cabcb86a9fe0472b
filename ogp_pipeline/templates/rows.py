"""The rows that stand in a template already: what the supplier has said before, and for updates every own milestone.

Only rows that the supplier may write again: its own ones, about its own commitments, of the template's period.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ogp_pipeline.errors import OgpError
from ogp_pipeline.i18n.catalogue import day, number, say
from ogp_pipeline.programme.model import Period
from ogp_pipeline.schema.schemas import PROGRESS_STATUS
from ogp_pipeline.templates import choices
from ogp_pipeline.templates.choices import COMMITMENT
from ogp_pipeline.templates.columns import AGENDA, DUE, LAST_STATUS, MILESTONE
from ogp_pipeline.templates.prefill import Prefill, Row, natural
from ogp_pipeline.templates.texts import shortened
from ogp_pipeline.validation.scope import day as read_day

LONGEST_CONTEXT = 300
MOST_ROWS = 50_000
_OPEN_TO_ALL = ("proposals", "responses")  # about no commitment of a supplier's own (validation.rules.authority)


@dataclass(frozen=True)
class Prepared:
    """``known``: canonical rows. ``context``: beside each of them, what the columns say that only inform.

    ``taken``: how many own milestones are missing because another supplier has reported on them. ``open_ended``: the
    supplier may add rows. ``listed``: the columns that rows of an agenda are listed with; empty for all others.
    """

    known: list[Row]
    context: list[Row]
    taken: int
    open_ended: bool
    listed: Sequence[str] = ()


def of_agenda(
    prefill: Prefill, lines: Sequence[Row], about: Sequence[str], listed: Sequence[str], whole: Collection[str]
) -> Prepared:
    """The points of an agenda, and below them the supplier's own rows that are to be looked at again.

    ``about``: what each point is; ``whole``: the ids of those rows.
    """
    request = prefill.request
    key = request.table.primary_key[0]
    again = [row for row in prefill.rows[request.table.name] if row[key] in whole and _is_own(row, prefill)]
    context = [{AGENDA: shortened(text, LONGEST_CONTEXT)} for text in about]
    context += [{AGENDA: shortened(request.pick(row, "text") or row["subject_id"], LONGEST_CONTEXT)} for row in again]
    return Prepared([*lines, *again], context, 0, open_ended=True, listed=listed)


def prepare(prefill: Prefill) -> Prepared:
    """OgpError if there is nothing to report on, or more than a sheet should hold."""
    request = prefill.request
    own_rows = [row for row in prefill.rows[request.table.name] if _is_own(row, prefill)]
    taken = 0
    if request.table.name == "updates":
        own_rows, taken = _one_for_each_milestone(own_rows, prefill)
    is_list = request.table.name == "updates" and bool(own_rows)
    if len(own_rows) > MOST_ROWS:
        raise OgpError(
            f"`{request.supplier.id}` has {len(own_rows)} rows of `{request.table.name}`, more than a template can "
            f"hold ({MOST_ROWS}); let its source deliver them in another format"
        )
    if request.table.name == "updates":
        context = _about_milestones(own_rows, prefill)
    else:
        context = [{COMMITMENT: prefill.commitment_of.get(row.get("milestone_id", ""), "")} for row in own_rows]
    return Prepared(own_rows, context, taken, open_ended=not is_list)


def _is_own(row: Row, prefill: Prefill) -> bool:
    request = prefill.request
    table = request.table
    key = tuple(row[column] for column in table.primary_key)
    if prefill.supplier_of.get((table.name, key)) != request.supplier.id:
        return False
    if request.has_period and (request.period is None or row["period_id"] != request.period.id):
        return False
    if prefill.may_write is None or table.name in _OPEN_TO_ALL:
        return True
    return all(commitment in prefill.may_write for commitment in _commitments(row, prefill.commitment_of))


def _commitments(row: Row, commitment_of: Mapping[str, str]) -> list[str]:
    """The commitments that a row is about."""
    subjects = {"commitments": row.get("subject_id", ""), "milestones": commitment_of.get(row.get("subject_id", ""))}
    commitments = [
        row.get("commitment_id"),
        commitment_of.get(row.get("milestone_id", "")),
        subjects.get(row.get("subject_table", "")),
    ]
    return [commitment for commitment in commitments if commitment]


def _one_for_each_milestone(own_rows: list[Row], prefill: Prefill) -> tuple[list[Row], int]:
    request = prefill.request
    if request.plan is None or request.period is None:
        raise OgpError("updates are reported by period")  # ``request.check`` has seen to it
    said = {row["milestone_id"]: row for row in own_rows}
    everybody = {row["milestone_id"] for row in prefill.rows["updates"] if row["period_id"] == request.period.id}
    others = everybody - set(said) if request.supplier.commitments != "all" else set()
    own = sorted(prefill.own_milestones, key=lambda row: (natural(row["commitment_id"]), natural(row["milestone_id"])))
    rows = [
        said.get(row["milestone_id"], {"milestone_id": row["milestone_id"], "period_id": request.period.id})
        for row in own
        if row["milestone_id"] not in others
    ]
    taken = len(own) - len(rows)
    if request.of_party and not rows:  # the same party may be about to send the milestones
        return rows, taken
    if not rows and taken:
        raise OgpError(f"others have already reported on every milestone of `{request.supplier.id}`: nothing is left")
    if not rows:
        raise OgpError(
            f"no milestone of `{request.supplier.id}` is known in plan {request.plan.id}, so there is nothing to "
            f"report on: let the plan's commitments and milestones be delivered first, then run `ogp run`"
        )
    return rows, taken


def _about_milestones(rows: list[Row], prefill: Prefill) -> list[Row]:
    request = prefill.request
    milestones, commitments = prefill.by_id("milestones"), prefill.by_id("commitments")
    last = last_reports(prefill)
    made = []
    for row in rows:
        milestone = milestones.get(row["milestone_id"], {})
        commitment = milestone.get("commitment_id", "")
        title = request.pick(commitments.get(commitment, {}), "title")
        made.append(
            {
                MILESTONE: shortened(request.pick(milestone, "title"), LONGEST_CONTEXT),
                COMMITMENT: shortened(f"{commitment} {title}".strip(), LONGEST_CONTEXT),
                DUE: due(milestone, prefill),
                LAST_STATUS: last.get(row["milestone_id"], say("template.not_reported", request.language)),
            }
        )
    return made


def due(milestone: Row, prefill: Prefill) -> str:
    """When a milestone was promised for, as precisely as it was said."""
    when = read_day(milestone.get("due_date"))
    if when is not None and milestone.get("due_precision", "") in ("", "day"):
        return day(when, prefill.request.language)
    return shortened(milestone.get("due_text") or milestone.get("due_date") or "", LONGEST_CONTEXT)


def last_reports(prefill: Prefill) -> dict[str, str]:
    """Milestone -> its last status before the template's period, with the period that said so."""
    request = prefill.request
    plans = {period.id: (plan, period) for plan in request.programme.plans for period in plan.periods}
    newest: dict[str, tuple[Period, str]] = {}
    for row in prefill.rows["updates"]:
        if row["period_id"] not in plans:
            continue
        plan, period = plans[row["period_id"]]
        if request.period is not None and period.starts >= request.period.starts:
            continue
        codes = choices.labels(request.schemas.codes_of(PROGRESS_STATUS, plan.scale), request.language)
        said = (
            say("template.nil", request.language) if row["nil"] == "true" else codes.get(row["status"], row["status"])
        )
        if not said and row["percent"]:
            said = f"{number(float(row['percent']), request.language)} %"
        before = newest.get(row["milestone_id"])
        if said and (before is None or before[0].starts < period.starts):
            newest[row["milestone_id"]] = (period, said)
    return {
        milestone: f"{said} ({period.title.get(request.language) if period.title else period.id})"
        for milestone, (period, said) in newest.items()
    }
