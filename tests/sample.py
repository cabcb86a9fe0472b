"""Of many of the same kind, `make test` takes a sample and `make night` takes all; so of drawn examples, too."""

from collections.abc import Collection, Iterable
from typing import Any

import pytest
from hypothesis import settings

NIGHT = "night"  # the profile of hypothesis that `conftest` loads for `--night`


def by_day(values: Iterable[Any], day: Collection[Any]) -> list[Any]:
    """Parameters of a test: those of ``day`` run always, the others of ``values`` only with ``--night``."""
    values = list(values)
    missing = [value for value in day if value not in values]
    assert not missing, f"not among the values: {missing}"
    return [value if value in day else pytest.param(*_cells(value), marks=pytest.mark.night) for value in values]


def is_night() -> bool:
    """Whether this is a run with ``--night``."""
    return bool(settings.get_current_profile_name() == NIGHT)


def drawn(day: int, night: int) -> int:
    """How many examples hypothesis draws: so many by day, and so many with ``--night``."""
    return night if is_night() else day


def _cells(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)
