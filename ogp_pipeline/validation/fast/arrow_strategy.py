"""Plain CSV and TSV files, at the speed of Arrow and polars.

First pass: screen every chunk, explain its suspects, gather the hashes of its keys. If some rows may share a key, a
second pass explains the suspects and those rows, now with their predecessors known. Held in memory: a chunk, eight
bytes a row and key, and the errors, which the report holds anyway.
"""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from frictionless import Check, Error

from ogp_pipeline.validation.fast.chunks import Chunk, Chunks
from ogp_pipeline.validation.fast.explain import Explainer
from ogp_pipeline.validation.fast.fallback import Fallback
from ogp_pipeline.validation.fast.keys import Keys
from ogp_pipeline.validation.fast.opening import Opened, csv_dialect
from ogp_pipeline.validation.fast.readers import depends_on_today
from ogp_pipeline.validation.fast.report import Outcome, ending
from ogp_pipeline.validation.fast.screen import Screen

_Places = np.ndarray[Any, np.dtype[np.int64]]


def run(opened: Opened, checks: list[Check], heading: list[Error], limit: int, size: int) -> Outcome:
    """``limit`` of errors, 0 for none; ``size`` of a chunk in bytes."""
    _check(opened, heading, limit)
    resource = opened.resource
    chunks = _chunks(opened, size)
    keys = Keys(opened)
    suspects: list[_Suspects] = []
    errors, stop = list(heading), 0
    explainer, screen = Explainer(opened), Screen(opened)
    records = 0
    for chunk in _content(chunks, opened.first_row):
        records = chunk.first + chunk.frame.height
        suspects.append(_suspects(screen, keys, chunk))
        stop = _explain(explainer, chunk, suspects[-1], errors, limit)
        if stop:
            break
    digest = chunks.digest
    if keys and suspects and (twins := keys.twins()).len():
        errors = list(heading)
        stop = _again(opened, chunks, suspects, twins.to_numpy(), errors, limit)
    if stop:
        return _stopped(opened, errors, stop, limit)
    resource.stats.md5 = digest.md5.hexdigest()
    resource.stats.sha256 = digest.sha256.hexdigest()
    resource.stats.bytes = digest.size
    resource.stats.rows = max(records - opened.first_row + 1, 0)
    return Outcome([*errors, *ending(checks)])


def _check(opened: Opened, heading: list[Error], limit: int) -> None:
    resource = opened.resource
    dialect = resource.dialect
    if resource.compression:
        raise Fallback("the file is compressed")
    if dialect.comment_char or dialect.comment_rows or dialect.skip_blank_rows:
        raise Fallback("the dialect leaves out rows")
    if limit and len(heading) >= limit:
        raise Fallback("the header alone reaches the limit of errors")
    if any(depends_on_today(column.field) for column in opened.columns):
        raise Fallback("a column is read differently every day")


def _chunks(opened: Opened, size: int) -> Chunks:
    resource = opened.resource
    dialect = csv_dialect(opened)
    assert resource.normpath and resource.encoding  # it is open, and a CSV file
    path, translate = Path(resource.normpath), resource.format != "csv"
    return Chunks(path, resource.encoding, dialect, len(opened.columns), translate=translate, size=size)


def _content(chunks: Chunks, first_row: int) -> Iterator[Chunk]:
    """The chunks without the records up to the header. Numbers within a chunk begin with its first row of content."""
    for chunk in chunks:
        skipped = first_row - 1 - chunk.first
        if skipped <= 0:
            yield chunk
        elif skipped < chunk.frame.height:
            cells = {number - skipped: cells for number, cells in chunk.cells.items() if number >= skipped}
            yield Chunk(chunk.first + skipped, chunk.frame[skipped:], cells)


@dataclass(frozen=True, slots=True)
class _Suspects:
    """Places of rows in a chunk, ascending, with the columns in which each is wrong. ``whole``: rows to be read
    entirely, because they are ragged, or all missing, or because of their keys."""

    places: _Places
    wrong: Mapping[int, tuple[int, ...]]
    whole: frozenset[int]

    def and_twins(self, twins: _Places) -> "_Suspects":
        return _Suspects(np.union1d(self.places, twins), self.wrong, self.whole.union(twins.tolist()))


def _suspects(screen: Screen, keys: Keys, chunk: Chunk) -> _Suspects:
    suspicion = screen.sift(chunk.frame)
    odd = suspicion.blank | suspicion.stray
    if keys:
        odd |= keys.add(chunk.frame, suspicion.wrong)
    whole = frozenset(odd.arg_true().to_list()) | chunk.cells.keys()
    wrong: dict[int, tuple[int, ...]] = {}
    for column, places in suspicion.wrong.items():
        here: dict[int, tuple[int, ...]] = dict.fromkeys(places.to_list(), (column,))
        for place in wrong.keys() & here.keys():
            here[place] = (*wrong[place], column)
        wrong |= here
    return _Suspects(np.array(sorted(wrong.keys() | whole), dtype=np.int64), wrong, whole)


def _explain(explainer: Explainer, chunk: Chunk, suspects: _Suspects, errors: list[Error], limit: int) -> int:
    """Append the errors of these rows. The number of the row which reached the limit, or 0."""
    if not len(suspects.places):
        return 0
    rows = chunk.frame[suspects.places].iter_rows()
    with _collector_paused():
        for place, row in zip(suspects.places.tolist(), rows, strict=True):
            number = chunk.first + place + 1
            if place in suspects.whole:
                errors += explainer.explain(number, chunk.cells.get(place, row))
            else:
                errors += explainer.explain_cells(number, row, suspects.wrong[place])
            if limit and len(errors) >= limit:
                return int(number)
    return 0


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Errors are many small objects in no cycle; looking for one among them took 40 % of the time to make them.
    Freezing for a moment counts them among the old, so that the collector does not make up for it at once."""
    if not gc.isenabled() or gc.get_freeze_count():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.unfreeze()
        gc.enable()


def _again(
    opened: Opened, chunks: Chunks, suspects: list[_Suspects], twins: _Places, errors: list[Error], limit: int
) -> int:
    """The second pass, up to where the first one came."""
    explainer = Explainer(opened)
    before = 0  # rows of content before the chunk: twins are counted so
    for chunk, known in zip(_content(chunks, opened.first_row), suspects, strict=False):
        after = before + chunk.frame.height
        inside = twins[np.searchsorted(twins, before) : np.searchsorted(twins, after)].astype(np.int64) - before
        stop = _explain(explainer, chunk, known.and_twins(inside), errors, limit)
        if stop:
            return stop
        before = after
    return 0


def _stopped(opened: Opened, errors: list[Error], number: int, limit: int) -> Outcome:
    """Frictionless counts the bytes which its text stream had pulled by then: let it pull them."""
    resource = opened.resource
    for _ in islice(resource.cell_stream, number):
        pass
    resource.stats.rows = number - opened.first_row + 1
    return Outcome(errors[:limit], f"reached error limit: {limit}")
