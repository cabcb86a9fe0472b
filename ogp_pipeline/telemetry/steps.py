"""A step of a run: what is worked on is named in the log, and where it is wanted there is a span and a duration.

The steps: ``run``, ``source``, ``validate``, ``build`` with ``evaluate`` in it, ``publish``. In a flow they stand below
Prefect's own spans of flow and task.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from typing import ParamSpec, TypeVar

from ogp_pipeline.telemetry import export, measures
from ogp_pipeline.telemetry.about import PROGRAMME, SOURCE, about, named
from ogp_pipeline.telemetry.measures import Measure

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


@contextmanager
def step(name: str, **names: str) -> Iterator[None]:
    """``names``: what is worked on, as in ``about``."""
    with about(**names):
        if export.tracer() is None and export.meter() is None:
            yield
            return
        begun = time.monotonic()
        try:
            with _span(name, named()):
                yield
        finally:
            worked_on = {kind: value for kind, value in named().items() if kind in (PROGRAMME, SOURCE)}
            measures.record(Measure.STEP, time.monotonic() - begun, step=name, **worked_on)


def submit(
    threads: ThreadPoolExecutor, work: Callable[Given, Answer], /, *given: Given.args, **more: Given.kwargs
) -> Future[Answer]:
    """As ``threads.submit``; the thread knows what is worked on here, and in which span."""
    here = copy_context()
    return threads.submit(lambda: here.run(work, *given, **more))


@contextmanager
def _span(name: str, attributes: Mapping[str, str]) -> Iterator[None]:
    """An error is named by its kind alone: what it says may quote what a supplier sent."""
    tracer = export.tracer()
    if tracer is None:
        yield
        return
    from opentelemetry.trace import Status, StatusCode

    told = {f"ogp.{kind}": value for kind, value in attributes.items()}
    with tracer.start_as_current_span(
        f"ogp.{name}", attributes=told, record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            yield
        except BaseException as error:
            span.set_attribute("error.type", type(error).__name__)
            span.set_status(Status(StatusCode.ERROR))
            raise
