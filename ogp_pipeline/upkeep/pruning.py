"""Copies of the private store that the programme file keeps no longer (``retention: copies:``).

A copy is a list, and objects that several lists may name (``copies``). First the lists go, then the objects that no
list names any more, also those of copies that were killed. Somebody may take a copy at that very moment and count on
such an object: a copy looks, once its list is written, whether all that it names is there, and copies it again; here
the lists are read once more after objects have gone, and what a new one names is put back. Whichever of the two comes
last sees the other. A removal that is killed is completed by the next one.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from ogp_pipeline import scratch
from ogp_pipeline.errors import StoreError, WrongUse
from ogp_pipeline.programme.retention import KeptCopies, Retention
from ogp_pipeline.store.protocol import InDoubt, Store
from ogp_pipeline.upkeep import copies
from ogp_pipeline.upkeep.copies import COPIES, OBJECTS

AT_ONCE = 100  # objects that lie in a temporary folder until it is known that no new copy names them


@dataclass(frozen=True, slots=True)
class Pruning:
    """``copies``: names of those that would go, or went. ``objects``, ``bytes``: what went with them."""

    copies: tuple[str, ...]
    objects: int = 0
    bytes: int = 0


def plan(rules: Retention | None, place: Store, now: datetime) -> Pruning:
    """The copies that the rule would remove now. WrongUse if the programme file has none."""
    if rules is None or rules.copies is None:
        raise WrongUse("the programme file has no `copies` under `retention`: every copy is kept (docs/programme.md)")
    return Pruning(tuple(_old(copies.every(place), rules.copies, now)))


def carry_out(place: Store, planned: Pruning) -> Pruning:
    """Remove them, and the objects that no copy names. BrokenHistory if the list of a copy that stays is damaged: then
    nobody knows what it needs, and nothing is removed.
    """
    kept = [name for name in copies.every(place) if name not in planned.copies]
    needed = _named(place, kept)
    for name in planned.copies:
        place.delete(f"{COPIES}{name}.json")
    there = [key.removeprefix(OBJECTS) for key in place.list(OBJECTS)]
    objects = size = 0
    for start in range(0, len(there), AT_ONCE):
        unneeded = [sha256 for sha256 in there[start : start + AT_ONCE] if sha256 not in needed]
        with TemporaryDirectory(prefix=scratch.prefix("prune")) as folder:
            gone = [sha256 for sha256 in unneeded if place.download(OBJECTS + sha256, Path(folder) / sha256)]
            for sha256 in gone:
                place.delete(OBJECTS + sha256)
            new = [name for name in copies.every(place) if name not in kept] if gone else []
            kept += new
            needed |= _named(place, new)
            _put_back(place, [sha256 for sha256 in gone if sha256 in needed], Path(folder))
            removed = [Path(folder) / sha256 for sha256 in gone if sha256 not in needed]
            objects, size = objects + len(removed), size + sum(path.stat().st_size for path in removed)
    return Pruning(planned.copies, objects, size)


def _old(names: Sequence[str], rule: KeptCopies, now: datetime) -> Iterable[str]:
    """Those that are old, but for the newest ones. What is no name of ours is left alone."""
    for name in names[: -rule.at_least]:
        try:
            made = datetime.strptime(name[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        except ValueError:
            continue
        if now - made > timedelta(days=rule.days):
            yield name


def _named(place: Store, names: Iterable[str]) -> set[str]:
    return {kept.sha256 for name in names for kept in copies.read(place, name).objects.values()}


def _put_back(place: Store, objects: Iterable[str], folder: Path) -> None:
    for sha256 in objects:
        with (folder / sha256).open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != sha256:  # damaged before: whoever named it copies it
                continue
        answer = place.put_file(OBJECTS + sha256, folder / sha256, sha256, "application/octet-stream")
        if isinstance(answer, InDoubt):
            raise StoreError(f"{OBJECTS}{sha256} is needed by a new copy and could not be put back: {answer.reason}")
