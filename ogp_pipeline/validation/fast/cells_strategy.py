"""Any local table: frictionless' own cell stream, its readers asked once for each distinct text.

Statistics are frictionless' own, because the bytes went through its loader. Memory: the keys, as frictionless keeps
them.
"""

from frictionless import Check, Error, FrictionlessException

from ogp_pipeline.validation.fast.error_columns import ErrorLog
from ogp_pipeline.validation.fast.explain import Explainer
from ogp_pipeline.validation.fast.opening import Opened
from ogp_pipeline.validation.fast.report import Outcome, ending


def run(
    opened: Opened, checks: list[Check], heading: list[Error], limit_errors: int, limit_rows: int | None
) -> Outcome:
    """``heading``: the errors so far, before any row. A transcription of the loop in ``Resource.validate``."""
    resource = opened.resource
    explainer = Explainer(opened)
    errors = list(heading)
    rows = 0
    stream = resource.dialect.read_enumerated_content_stream(resource.cell_stream)
    while True:
        try:
            number, cells = next(stream)
        except FrictionlessException as crash:
            errors.append(crash.error)  # frictionless' stream is at its end after that
            break
        except StopIteration:
            break
        rows += 1
        errors += explainer.explain(number, cells)
        if limit_rows and rows >= limit_rows:
            resource.stats.rows = rows
            return Outcome(ErrorLog(errors), f"reached row limit: {limit_rows}")
        if limit_errors and len(errors) >= limit_errors:
            resource.stats.rows = rows
            return Outcome(ErrorLog(errors[:limit_errors]), f"reached error limit: {limit_errors}")
    resource.stats.rows = rows
    return Outcome(ErrorLog([*errors, *ending(checks)]))
