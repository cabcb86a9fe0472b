"""Errors kept as columns, as the JSON which frictionless writes of them, without making an object of each.

An error of a cell is written as nine pieces one after the other; five of them are the same for all errors with one
sentence, the others are the cell (twice), the row's number (twice) and the row's cells. polars puts them together.
"""

import json
from collections.abc import Sequence
from json.encoder import encode_basestring as quote  # of C; as ``ensure_ascii=False`` writes text
from typing import Any

import numpy as np
import polars as pl

from ogp_pipeline.validation.fast.error_columns import OBJECT, ErrorBlock, Numbers, Sentence, frame_of

ERROR = " " * 8  # how deep an error stands in a report
INSIDE = " " * 10
ROW = ("type", "title", "description", "message", "tags", "note", "cells", "rowNumber")
CELL = (*ROW, "cell", "fieldName", "fieldNumber")
NEXT_CELL = f",\n{INSIDE}  "
_TO_ESCAPE = r'["\\\x00-\x1f]'
_Pieces = tuple[str, str, str, str, str]


class SentenceWriter:
    """What is the same in all errors of a sentence, written once."""

    def __init__(self) -> None:
        self._pieces: dict[int, _Pieces | None] = {}

    def texts(self, block: ErrorBlock) -> list[str] | None:
        """Each error of a block which is no object; None if one of them has another shape than errors of cells."""
        ours = block.said != OBJECT
        said, rows, numbers = block.said[ours], block.rows[ours], block.numbers[ours]
        if not len(said):
            return []
        used = np.unique(said)
        pieces = [self._written(block.sentences, int(number)) for number in used]
        if any(each is None for each in pieces):
            return None
        places = np.array([block.sentences[number].place for number in used], dtype=np.int64)
        return _joined(block, [each for each in pieces if each], np.searchsorted(used, said), places, rows, numbers)

    def _written(self, sentences: Sequence[Sentence], number: int) -> _Pieces | None:
        if number not in self._pieces:
            self._pieces[number] = _pieces(sentences[number])
        return self._pieces[number]


def _pieces(sentence: Sentence) -> _Pieces | None:
    """Up to the cell in the message, up to the row number, up to the cells, up to the cell, and the end."""
    descriptor = sentence.cast(["x"], 1, "x").to_descriptor()
    if tuple(descriptor) != CELL or not sentence.note:
        return None
    before, between, after = (quote(text)[1:-1] for text in sentence.around)
    head = f'{ERROR}{{\n{inside(descriptor, "type", "title", "description")},\n{INSIDE}"message": "'
    noted = f'",\n{inside(descriptor, "tags", "note")},\n{INSIDE}"cells": [\n{INSIDE}  "'
    named = f'",\n{inside(descriptor, "fieldName", "fieldNumber")}\n{ERROR}}}'
    return head + before, between, after + noted, f',\n{INSIDE}"cell": "', named


def inside(descriptor: dict[str, Any], *names: str) -> str:
    """These properties as they stand inside the braces of an error."""
    text = json.dumps({name: descriptor[name] for name in names}, indent=2, ensure_ascii=False)
    return "\n".join(ERROR + line for line in text.splitlines()[1:-1])


def _joined(
    block: ErrorBlock, pieces: Sequence[_Pieces], said: Numbers, places: Numbers, rows: Numbers, numbers: Numbers
) -> list[str]:
    """``said``: which of the pieces each error has; ``places``: of which column each of the pieces is."""
    columns = _escaped(frame_of(block.cells))
    whole = pl.select(pl.concat_str([pl.lit(column) for column in columns], separator=f'"{NEXT_CELL}"')).to_series()
    used, column = np.unique(places, return_inverse=True)
    texts = pl.concat([columns[place].alias("cell") for place in used])
    cell = texts.gather(column[said] * len(whole) + rows)
    number = pl.Series(numbers).cast(pl.String)
    head, between, after, then, named = (
        pl.Series(list(each), dtype=pl.String).gather(said) for each in zip(*pieces, strict=True)
    )
    ended = pl.lit(f'"\n{INSIDE}],\n{INSIDE}"rowNumber": ')
    parts = [head, cell, between, number, after, whole.gather(rows), ended, number, then, cell, named]
    joined = pl.concat_str([part if isinstance(part, pl.Expr) else pl.lit(part) for part in parts])
    return pl.select(joined).to_series().to_list()


def _escaped(frame: pl.DataFrame) -> list[pl.Series]:
    """The columns as texts stand between the quotation marks of JSON."""
    marked = frame.select(pl.all().str.contains(_TO_ESCAPE).arg_true().implode()).row(0)
    return [
        cells.scatter(places, [quote(text)[1:-1] for text in cells.gather(places).to_list()]) if places else cells
        for cells, places in zip(frame.get_columns(), marked, strict=True)
    ]
