"""The two validators that are compared: frictionless itself, and ours, in chunks of any size."""

from functools import partial
from typing import Any

import frictionless

from ogp_pipeline.validation.fast import to_json, validate
from ogp_pipeline.validation.fast.chunks import CHUNK
from tests.differential.case import Case, Validator

__all__ = ["CHUNK", "frictionless_itself", "in_chunks_of"]

MOST_CHUNKS = 40  # each costs about a millisecond, and a file of 200,000 bytes has no more kinds of border than this


def frictionless_itself(resource: frictionless.Resource, **options: Any) -> frictionless.Report:
    """The authority."""
    return resource.validate(**options)


def in_chunks_of(size: int, case: Case) -> Validator:
    """Ours, reading so many bytes at a time, but not in more chunks than ``MOST_CHUNKS``."""
    longest = max(map(len, case.files.values()), default=0)
    return partial(_ours, chunk_size=max(size, longest // MOST_CHUNKS))


def _ours(resource: frictionless.Resource, **options: Any) -> frictionless.Report:
    report = validate(resource, **options)
    assert to_json(report) == report.to_json()
    return report
