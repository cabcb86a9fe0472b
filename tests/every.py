"""One test over many small things: as a test of its own, each of them would cost ten times what it does."""

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any

import pytest


def for_every(
    arguments: str | tuple[str, ...], things: Iterable[Any], named: Callable[[Any], object] = str
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """As ``pytest.mark.parametrize``, but one test, which tells all things that fail.

    ``named``: what a thing is called then. The things share the other fixtures: only for tests that change nothing.
    """
    listed = list(things)
    names = (arguments,) if isinstance(arguments, str) else arguments

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(test)
        def all_of_them(**fixtures: Any) -> None:
            failed = []
            for thing in listed:
                values = (thing,) if isinstance(arguments, str) else thing
                try:
                    test(**fixtures, **dict(zip(names, values, strict=True)))
                except (AssertionError, pytest.fail.Exception) as error:
                    failed.append(f"{named(thing)}: {error}")
            assert listed, f"there is no {names[0]} to look at"
            assert not failed, "\n".join(failed)

        signature = inspect.signature(test)
        others = [given for name, given in signature.parameters.items() if name not in names]
        all_of_them.__signature__ = signature.replace(parameters=others)  # type: ignore[attr-defined]
        return all_of_them

    return decorate
