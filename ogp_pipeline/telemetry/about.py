"""What is being worked on, so that lines of the log and spans can say it: run, programme, source, delivery."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

RUN, PROGRAMME, SOURCE, DELIVERY = NAMES = "run_id", "programme", "source", "delivery"

_NOTHING: Mapping[str, str] = {}
_ABOUT: ContextVar[Mapping[str, str]] = ContextVar("ogp_about", default=_NOTHING)


def named() -> Mapping[str, str]:
    """What is being worked on here, by its kind."""
    return _ABOUT.get()


@contextmanager
def about(**names: str) -> Iterator[None]:
    """Meanwhile it is this, besides what it was before. A thread that was started meanwhile knows nothing of it."""
    token = _ABOUT.set({**_ABOUT.get(), **names})
    try:
        yield
    finally:
        _ABOUT.reset(token)
