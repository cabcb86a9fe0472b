"""The end of a table, the report, and what of two reports may be compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import frictionless
from frictionless.resources import TableResource

from ogp_pipeline.validation.fast.chunk_errors import collector_paused
from ogp_pipeline.validation.fast.error_columns import ErrorLog

STRATEGY = ("strategy", "strategy_reason")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a strategy found. ``partial``: a limit was reached, with the words of the warning. The statistics are in the
    resource, as frictionless has them there."""

    errors: ErrorLog
    partial: str | None = None


def ending(checks: Sequence[frictionless.Check]) -> list[frictionless.Error]:
    """What frictionless' own checks say at the end: hash, bytes, fields and rows against those declared."""
    return [error for check in checks for error in check.validate_end()]


class Task(frictionless.ReportTask):
    """A task of a report, whose errors become objects when somebody asks for them. From then on, those are the errors:
    they may be changed."""

    _log = ErrorLog()
    _errors: list[frictionless.Error] | None = None

    @property
    def log(self) -> ErrorLog:
        """The errors as they are kept."""
        return self._log if self._errors is None else ErrorLog(self._errors)

    @property
    def errors(self) -> list[frictionless.Error]:
        """As frictionless has them."""
        if self._errors is None:
            with collector_paused():
                self._errors = list(self._log)
        return self._errors

    @errors.setter
    def errors(self, errors: list[frictionless.Error]) -> None:
        self._errors = errors

    def keep(self, log: ErrorLog) -> None:
        """Have these errors."""
        del self.metadata_defaults["errors"]  # else each question for what is given would compare all errors with it
        self._log, self._errors = log, None


def build(resource: TableResource, outcome: Outcome, warnings: list[str], seconds: float) -> frictionless.Report:
    """By frictionless' own hands, but for the errors: it would copy them."""
    warnings = warnings + ([outcome.partial] if outcome.partial else [])
    report = frictionless.Report.from_validation_task(
        resource, time=seconds, labels=resource.labels, errors=[], warnings=warnings
    )
    plain, count = report.tasks[0], len(outcome.errors)
    plain.stats["errors"] = report.stats["errors"] = count
    task = Task(
        valid=not count,
        name=plain.name,
        type=plain.type,
        place=plain.place,
        labels=plain.labels,
        stats=plain.stats,
        errors=[],
        warnings=plain.warnings,
    )
    task.keep(outcome.errors)
    return frictionless.Report(valid=not count, stats=report.stats, warnings=[], errors=[], tasks=[task])


def mark(report: frictionless.Report, strategy: str, reason: str) -> frictionless.Report:
    """Say in the task's statistics which strategy made the report, and why not a faster one."""
    for task in report.tasks:
        stats = cast(dict[str, Any], task.stats)  # frictionless knows no strategies
        stats.update(strategy=strategy, strategy_reason=reason)
    return report


def comparable(report: frictionless.Report) -> dict[str, Any]:
    """A report without what differs between two equal validations: time, and the strategy."""
    descriptor: dict[str, Any] = report.to_descriptor()
    for stats in [descriptor["stats"], *(task["stats"] for task in descriptor["tasks"])]:
        for name in ("seconds", *STRATEGY):
            stats.pop(name, None)
    return descriptor
