"""Errors kept as columns, as the JSON which frictionless writes of them, without making an object of each.

An error of a cell is written as nine pieces one after the other; five of them are the same for all errors with one
sentence, the others are the cell (twice), the row's number (twice) and the row's cells. Arrow puts them together, some
thousands of errors at a time, each with what stands after it: the bytes of that column are the text.
"""

import json
from collections.abc import Sequence
from json.encoder import encode_basestring as quote  # of C; as ``ensure_ascii=False`` writes text
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ogp_pipeline.validation.fast.columns import TEXT, Numbers, all_bytes, in_one_piece
from ogp_pipeline.validation.fast.error_columns import OBJECT, ErrorBlock, Sentence

ERROR = " " * 8  # how deep an error stands in a report
INSIDE = " " * 10
ROW = ("type", "title", "description", "message", "tags", "note", "cells", "rowNumber")
CELL = (*ROW, "cell", "fieldName", "fieldNumber")
NEXT = ",\n"  # between two errors
NEXT_CELL = f",\n{INSIDE}  "
_TO_ESCAPE = r'["\\\x00-\x1f]'
_FIRST_PLAIN = 0x20  # character
_Pieces = tuple[str, str, str, str, str]


class SentenceWriter:
    """What is the same in all errors of a sentence, written once."""

    def __init__(self) -> None:
        self._pieces: dict[int, _Pieces | None] = {}

    def texts(self, block: ErrorBlock) -> pa.Array | None:
        """Each error of a block which is no object, then ``NEXT``; None if one is of another shape than cells have."""
        ours = block.said != OBJECT
        said, rows, numbers = block.said[ours], block.rows[ours], block.numbers[ours]
        if not len(said):
            return pa.array([], TEXT)
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
    named = f'",\n{inside(descriptor, "fieldName", "fieldNumber")}\n{ERROR}}}{NEXT}'
    return head + before, between, after + noted, f',\n{INSIDE}"cell": "', named


def inside(descriptor: dict[str, Any], *names: str) -> str:
    """These properties as they stand inside the braces of an error."""
    text = json.dumps({name: descriptor[name] for name in names}, indent=2, ensure_ascii=False)
    return "\n".join(ERROR + line for line in text.splitlines()[1:-1])


def _joined(
    block: ErrorBlock, pieces: Sequence[_Pieces], said: Numbers, places: Numbers, rows: Numbers, numbers: Numbers
) -> pa.Array:
    """``said``: which of the pieces each error has; ``places``: of which column each of the pieces is."""
    columns = [_escaped(in_one_piece(column)) for column in block.cells.columns]
    whole = pc.binary_join_element_wise(*columns, pa.scalar(f'"{NEXT_CELL}"', TEXT))
    used, column = np.unique(places, return_inverse=True)
    cell = pa.concat_arrays([columns[place] for place in used]).take(pa.array(column[said] * len(whole) + rows))
    number = pc.cast(pa.array(numbers), TEXT)
    at = pa.array(said)
    head, between, after, then, named = (pa.array(each, TEXT).take(at) for each in zip(*pieces, strict=True))
    ended = pa.scalar(f'"\n{INSIDE}],\n{INSIDE}"rowNumber": ', TEXT)
    parts = [head, cell, between, number, after, whole.take(pa.array(rows)), ended, number, then, cell, named]
    return pc.binary_join_element_wise(*parts, pa.scalar("", TEXT))


def _escaped(texts: pa.Array) -> pa.Array:
    """The texts as they stand between the quotation marks of JSON."""
    data = all_bytes(texts)
    if not len(data) or (data.min() >= _FIRST_PLAIN and not any((data == ord(mark)).any() for mark in '"\\')):
        return texts
    marked = pc.match_substring_regex(texts, _TO_ESCAPE)
    return pc.replace_with_mask(
        texts, marked, pa.array([quote(text)[1:-1] for text in texts.filter(marked).to_pylist()], TEXT)
    )
