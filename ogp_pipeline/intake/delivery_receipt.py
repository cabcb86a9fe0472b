"""The receipt of one delivery: of its examination, of a failure of our own, or of bytes that came before.

Nothing is stored here, so ``ogp check`` shows the receipt that a delivery would get.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from ogp_pipeline.intake.examination import Examination
from ogp_pipeline.intake.ledger import ByHand, Entry
from ogp_pipeline.intake.receipt import Earlier, Receipt, Verdict
from ogp_pipeline.programme.lateness import is_over
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.sources.delivery import Delivery


def receipt_for(delivery: Delivery, examination: Examination, programme: Programme, schemas: Schemas) -> Receipt:
    """The receipt of an examined delivery."""
    return replace(
        _without_rows(delivery, examination.verdict, programme, schemas),
        counts=examination.counts,
        rows_read=examination.rows_read,
        rows_to_mend=examination.rows_to_mend,
        rows_waiting=examination.rows_waiting,
        rows_in_part=examination.rows_in_part,
        problems=examination.problems,
        skipped=examination.skipped,
        effect=examination.effect,
        due=due_date(programme, examination.periods, delivery.envelope.known_on),
    )


def failure_receipt(delivery: Delivery, programme: Programme, schemas: Schemas) -> Receipt:
    """The receipt of a delivery that our own system failed on."""
    return _without_rows(delivery, Verdict.NOT_PROCESSED, programme, schemas)


def duplicate_receipt(delivery: Delivery, entry: Entry, programme: Programme, schemas: Schemas) -> Receipt:
    """The receipt of bytes that the ledger holds already, as the delivery of ``entry``."""
    earlier = Earlier(entry.delivery, datetime.fromisoformat(entry.received_at))
    return replace(_without_rows(delivery, Verdict.SAME_AS_BEFORE, programme, schemas), earlier=earlier)


def refusal_receipt(delivery: Delivery, by_hand: ByHand, programme: Programme, schemas: Schemas) -> Receipt:
    """The receipt of a delivery that was on hold, and that a person refused."""
    return replace(_without_rows(delivery, Verdict.REFUSED, programme, schemas), by_hand=by_hand)


def due_date(programme: Programme, periods: Collection[str], day: date) -> date | None:
    """When what was sent on ``day`` is due: the next due date of the periods it names, or the last if all are over.

    Where it names none, the next due date of all, unless more than half of that period is still to come: then the
    file was hardly meant for it.
    """
    every = [period for plan in programme.plans for period in plan.periods]
    named = [period.due for period in every if period.id in periods]
    if named:
        return min((due for due in named if not is_over(due, day)), default=max(named))
    ahead = [period for period in every if not is_over(period.due, day)]
    nearest = min(ahead, key=lambda period: period.due, default=None)
    return nearest.due if nearest is not None and nearest.due - day < day - nearest.starts else None


def _without_rows(delivery: Delivery, verdict: Verdict, programme: Programme, schemas: Schemas) -> Receipt:
    """A receipt that says nothing about rows."""
    envelope = delivery.envelope
    supplier = programme.supplier(envelope.supplier)
    return Receipt(
        delivery=delivery.id,
        source=envelope.source,
        supplier=supplier.id,
        supplier_names={language: supplier.names.get(language) for language in programme.spoken},
        language=supplier.language,
        verdict=verdict,
        received_at=envelope.received_at,
        known_on=envelope.known_on,
        files=delivery.files,
        schemas=schemas.version,
        counts={},
    )
