"""The end of a table, the report, and what of two reports may be compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import frictionless
from frictionless.resources import TableResource

LANES = ("lane", "lane_reason")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a lane found. ``partial``: a limit was reached, with the words of the warning. The statistics are in the
    resource, as frictionless has them there."""

    errors: Sequence[frictionless.Error]
    partial: str | None = None


def ending(checks: Sequence[frictionless.Check]) -> list[frictionless.Error]:
    """What frictionless' own checks say at the end: hash, bytes, fields and rows against those declared."""
    return [error for check in checks for error in check.validate_end()]


def build(resource: TableResource, outcome: Outcome, warnings: list[str], seconds: float) -> frictionless.Report:
    """By frictionless' own hands."""
    report: frictionless.Report = frictionless.Report.from_validation_task(
        resource,
        time=seconds,
        labels=resource.labels,
        errors=list(outcome.errors),
        warnings=warnings + ([outcome.partial] if outcome.partial else []),
    )
    return report


def mark(report: frictionless.Report, lane: str, reason: str) -> frictionless.Report:
    """Say in the task's statistics which lane made the report, and why not a faster one."""
    for task in report.tasks:
        stats = cast(dict[str, Any], task.stats)  # frictionless knows no lanes
        stats.update(lane=lane, lane_reason=reason)
    return report


def comparable(report: frictionless.Report) -> dict[str, Any]:
    """A report without what differs between two equal validations: time, and the lane."""
    descriptor: dict[str, Any] = report.to_descriptor()
    for stats in [descriptor["stats"], *(task["stats"] for task in descriptor["tasks"])]:
        for name in ("seconds", *LANES):
            stats.pop(name, None)
    return descriptor
