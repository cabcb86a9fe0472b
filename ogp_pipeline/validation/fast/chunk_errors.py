"""From the suspects of a chunk to its errors: those of single cells as columns, the others as drafts."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ogp_pipeline.validation.fast.chunks import Chunk
from ogp_pipeline.validation.fast.columns import Columns, Numbers, frame_of
from ogp_pipeline.validation.fast.error_columns import OBJECT, ErrorBlock, PackedDrafts
from ogp_pipeline.validation.fast.error_factory import Draft
from ogp_pipeline.validation.fast.explain import Explainer


@dataclass(frozen=True, slots=True)
class Suspects:
    """``wrong``: by column, the places in the chunk of rows whose cell is invalid. ``whole``: places of rows to be read
    entirely, because they are ragged, or all missing, or because of their keys. All ascending."""

    wrong: Mapping[int, Numbers]
    whole: Numbers

    def and_twins(self, twins: Numbers) -> "Suspects":
        """With more rows to be read entirely."""
        return Suspects(self.wrong, np.union1d(self.whole, twins))


def errors_of(explainer: Explainer, chunk: Chunk, suspects: Suspects, room: int) -> tuple[ErrorBlock | None, int]:
    """The errors of a chunk. ``room``: how many of them reach the limit, 0 for no limit; then none of a later row is
    among them, and the number of the row that reached it is the second value, else 0."""
    places, said = _of_cells(explainer, chunk.columns, suspects)
    of_rows, others = _of_rows(explainer, chunk, suspects.whole, places, room)
    if not len(places) and not others:
        return None, 0
    every = np.concatenate([places, of_rows])
    order = np.argsort(every, kind="stable")
    every, said = every[order], np.concatenate([said, np.full(len(of_rows), OBJECT)])[order]
    stop = 0
    if room and len(every) >= room:
        last = every[room - 1]
        stop = chunk.first + int(last) + 1
        count = int(np.searchsorted(every, last, side="right"))
        every, said = every[:count], said[:count]
    with_cells = _each_once(every[said != OBJECT])
    cells = chunk.columns.rows(with_cells)
    rows = np.searchsorted(with_cells, every)
    drafts = PackedDrafts(others) if others else ()
    block = ErrorBlock(chunk.first + every + 1, said, rows, cells, drafts, explainer.sentences, explainer.moulds)
    return block, stop


def _each_once(ascending: Numbers) -> Numbers:
    once: Numbers = ascending[np.diff(ascending, prepend=-1) != 0]
    return once


def _of_cells(explainer: Explainer, columns: Columns, suspects: Suspects) -> tuple[Numbers, Numbers]:
    """The errors of rows of which nothing else is to be said: places of their rows, ascending, and their sentences. In
    a row they stand in the order in which frictionless reads the columns."""
    every_place, every_said = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for column in sorted(suspects.wrong, key=explainer.rank.__getitem__):
        places = suspects.wrong[column]
        if len(suspects.whole):
            places = places[~np.isin(places, suspects.whole)]
        if not len(places):
            continue
        texts = pc.dictionary_encode(columns.texts(column).take(pa.array(places)))
        sentences = [explainer.sentences_on(column, text) for text in texts.dictionary.to_pylist()]
        number = texts.indices.to_numpy()
        lengths = np.array([len(each) for each in sentences], dtype=np.int64)
        starts = np.cumsum(lengths) - lengths
        flat = np.array([said for each in sentences for said in each], dtype=np.int64)
        counts = lengths[number]
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        every_place.append(np.repeat(places, counts))
        every_said.append(flat[np.repeat(starts[number], counts) + within])
    places, said = np.concatenate(every_place), np.concatenate(every_said)
    order = np.argsort(places, kind="stable")
    return places[order], said[order]


def _of_rows(
    explainer: Explainer, chunk: Chunk, whole: Numbers, places: Numbers, room: int
) -> tuple[Numbers, list[Draft]]:
    """The errors of the rows to be read entirely, with the place of each, up to the row that reaches the limit.
    ``places``: of the errors of other rows."""
    drafts: list[Draft] = []
    at: list[int] = []
    if len(whole):
        rows = frame_of(chunk.columns.rows(whole)).iter_rows()
        with collector_paused():
            for place, row in zip(whole.tolist(), rows, strict=True):
                errors = explainer.drafts(chunk.first + place + 1, chunk.cells.get(place, row))
                drafts += errors
                at += [place] * len(errors)
                if room and len(drafts) + int(np.searchsorted(places, place)) >= room:
                    break
    return np.array(at, dtype=np.int64), drafts


@contextmanager
def collector_paused() -> Iterator[None]:
    """Errors are many small objects in no cycle; looking for one among them took 40 % of the time to make them."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
