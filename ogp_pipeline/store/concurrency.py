"""Doing the same to many objects, as many at a time as the store bears (``Store.at_once``)."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

One = TypeVar("One")
Result = TypeVar("Result")


def each(act: Callable[[One], Result], items: Iterable[One], at_once: int) -> Iterator[Result]:
    """``act`` of every item, in the order of the items; after the first error nothing more is begun."""
    if at_once == 1:
        yield from map(act, items)
        return
    items = list(items)
    if len(items) == 1:  # a thread costs as much as reading a small object
        yield act(items[0])
        return
    pool = ThreadPoolExecutor(at_once, "ogp-store")
    try:
        for waiting in [pool.submit(act, item) for item in items]:
            yield waiting.result()
    finally:
        pool.shutdown(cancel_futures=True)
