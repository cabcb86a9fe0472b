"""The strategies, fastest first: each either gives frictionless' report or bails out to the next."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import frictionless
from frictionless import Check, Error, Resource, Schema
from frictionless.helpers import Timer

from ogp_pipeline.validation.fast import arrow_strategy, cells_strategy
from ogp_pipeline.validation.fast.fallback import CRASHES, Fallback
from ogp_pipeline.validation.fast.opening import Opened, open_copy
from ogp_pipeline.validation.fast.report import Outcome, build, mark

_LONGEST_REASON = 200  # characters: a crash may quote the whole cell that it met

_Strategy = Callable[[Opened, list[Check], list[Error]], Outcome]


def validate(
    resource: Resource | Path | str | dict[str, Any],
    *,
    schema: Schema | dict[str, Any] | None = None,
    limit_errors: int = frictionless.settings.DEFAULT_LIMIT_ERRORS,
    limit_rows: int | None = None,
    chunk_size: int | None = None,
) -> frictionless.Report:
    """The report of ``frictionless.Resource.validate``, faster.

    ``resource`` is a frictionless Resource, a descriptor, or the path of a file; ``schema`` replaces the resource's
    own. The strategy taken and the reason are in ``report.tasks[0].stats``, as ``strategy`` and ``strategy_reason``.
    The resource itself is left closed and, unless the strategy is ``plain``, untouched.
    """
    resource = _resource(resource, schema)
    timer = Timer()  # type: ignore[no-untyped-call]

    def by_arrow(opened: Opened, checks: list[Check], heading: list[Error]) -> Outcome:
        if limit_rows:
            raise Fallback("the rows are limited")
        return arrow_strategy.run(opened, checks, heading, limit_errors, chunk_size)

    def by_cells(opened: Opened, checks: list[Check], heading: list[Error]) -> Outcome:
        return cells_strategy.run(opened, checks, heading, limit_errors, limit_rows)

    strategies: dict[str, _Strategy] = {"arrow": by_arrow, "cells": by_cells}
    reasons = []
    for name, strategy in strategies.items():
        try:
            report = _through(strategy, resource, timer)
        except Fallback as doubt:
            reasons.append(f"{name}: {doubt}")
        except CRASHES as crash:
            reasons.append(f"{name}: {type(crash).__name__}: {crash}"[:_LONGEST_REASON])
        else:
            return mark(report, name, "; ".join(reasons))
    return mark(resource.validate(limit_errors=limit_errors, limit_rows=limit_rows), "plain", "; ".join(reasons))


def _through(strategy: _Strategy, resource: Resource, timer: Timer) -> frictionless.Report:
    opened = open_copy(resource)
    copy = opened.resource
    try:
        checks = frictionless.Checklist().connect(copy)
        heading = [error for check in checks for error in check.validate_start() if _is_picked(error)]
        warnings = _warnings(copy)
        return build(copy, strategy(opened, checks, heading), warnings, timer.time)
    finally:
        copy.close()


def _is_picked(error: Error) -> bool:
    return bool(frictionless.Checklist().match(error))


def _warnings(resource: Resource) -> list[str]:
    """As in ``Resource.validate``."""
    if resource.hash:
        algorithm, _ = frictionless.helpers.parse_resource_hash_v1(resource.hash)
        if algorithm not in {"md5", "sha256"}:
            return ["hash is ignored; supported algorithms: md5/sha256"]
    return []


def _resource(source: Resource | Path | str | dict[str, Any], schema: Schema | dict[str, Any] | None) -> Resource:
    """A path is that of a file here, wherever it stands; in a descriptor frictionless trusts only relative ones."""
    if isinstance(source, dict):
        source = Resource.from_descriptor(source)
    elif isinstance(source, Path) or (isinstance(source, str) and Path(source).is_absolute()):
        path = Path(source)
        source = Resource(path=path.name, basepath=str(path.parent))
    elif isinstance(source, str):
        source = Resource(source)
    if schema is not None:
        source = source.to_copy()
        source.schema = (
            schema if isinstance(schema, frictionless.Schema) else frictionless.Schema.from_descriptor(schema)
        )
    return source
