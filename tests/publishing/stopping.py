"""A publisher that stops at a step, as one that is killed."""

from typing import Any

import pytest

from tests.publishing.conftest import Publishing


class Stop(Exception):
    """The run ends here, as if killed."""


def stop_at(step: str) -> Any:
    def on_step(passed: str) -> None:
        if passed == step:
            raise Stop

    return on_step


def stopped(publishing: Publishing, content: str, step: str) -> None:
    with pytest.raises(Stop):
        publishing(content, on_step=stop_at(step))
