"""Of many of the same kind, `make test` takes a sample and `make night` takes all."""

from collections.abc import Collection, Iterable
from typing import Any

import pytest


def by_day(values: Iterable[Any], day: Collection[Any]) -> list[Any]:
    """Parameters of a test: those of ``day`` run always, the others of ``values`` only with ``--night``."""
    values = list(values)
    missing = [value for value in day if value not in values]
    assert not missing, f"not among the values: {missing}"
    return [value if value in day else pytest.param(*_cells(value), marks=pytest.mark.night) for value in values]


def _cells(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)
