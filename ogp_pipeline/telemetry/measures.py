"""What is counted and measured: a closed list, with the names under which a collector meets them.

Attributes are few and bounded (programme, source, outcome …), so that no collector drowns in series.
"""

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Literal

from ogp_pipeline.telemetry import export

if TYPE_CHECKING:
    from opentelemetry.metrics import Counter, Histogram


@dataclass(frozen=True, slots=True)
class Kind:
    """``sum``: it is added up; ``each``: its values are told apart, as a histogram."""

    name: str
    unit: str
    description: str
    of: Literal["sum", "each"] = "sum"


class Measure(Enum):
    """Each is documented in docs/operations.md, which a test compares."""

    RUNS = Kind("ogp.runs", "{run}", "Runs that ended, by outcome.")
    DELIVERIES = Kind("ogp.deliveries", "{delivery}", "Deliveries, by what became of them.")
    ROWS = Kind("ogp.rows", "{row}", "Rows that were accepted.")
    PROBLEMS = Kind("ogp.problems", "{problem}", "What blocks, in deliveries that were not taken whole.")
    STEP = Kind("ogp.step.duration", "s", "How long a step took: run, source, validate, evaluate, …", "each")
    RELEASE_ROWS = Kind("ogp.release.rows", "{row}", "Rows of a release that was published.", "each")
    RELEASE_BYTES = Kind("ogp.release.size", "By", "Bytes of a release that was published.", "each")
    REQUESTS = Kind("ogp.store.requests", "{request}", "Requests to object storage, each try, by operation.")
    BYTES = Kind("ogp.store.io", "By", "Bytes of bodies to and from object storage, by direction.")


_instruments: "dict[Measure, Counter | Histogram]" = {}


def record(measure: Measure, value: float, **attributes: str) -> None:
    """Count or measure it. Nothing while it is off."""
    if (meter := export.meter()) is None:
        return
    if measure not in _instruments:
        kind = measure.value
        make = meter.create_counter if kind.of == "sum" else meter.create_histogram
        _instruments[measure] = make(kind.name, unit=kind.unit, description=kind.description)
    instrument = _instruments[measure]
    if measure.value.of == "sum":
        instrument.add(value, attributes)  # type: ignore[union-attr]
    else:
        instrument.record(value, attributes)  # type: ignore[union-attr]
