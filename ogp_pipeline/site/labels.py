"""Labels of codes, and texts that people wrote: each with the language that it is really in."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import pandas as pd

from ogp_pipeline.i18n.languages import in_turn, spoken, text_column, texts_in
from ogp_pipeline.i18n.text import Said

Row = Mapping[str, Any]


def said(row: Row, column: str, language: str) -> Said | None:
    """``<column>_<language>`` of a row, else the first other language's that was supplied; None where none was."""
    for tag, name in _in_turn(column, language):
        text = row.get(name)
        if isinstance(text, str) and text:
            return Said(text, tag)
    return next((Said(text, tag) for tag, text in texts_in(row, column)), None)


@cache
def _in_turn(column: str, language: str) -> Sequence[tuple[str, str]]:
    """The languages in which a text is looked for first, with their columns."""
    return [(tag, text_column(column, tag)) for tag in in_turn(language, spoken(language))]


def rows(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """A frame's rows as dicts, null as None.

    They take a quarter of the memory of others: equal values are one object, and the dicts share their keys, as those
    of the instances of a class do.
    """
    columns = [sys.intern(str(column)) for column in frame.columns]
    values = [_once(frame[column].tolist()) for column in columns]
    alike = type("alike", (), {})
    for row in zip(*values, strict=True):
        made = vars(alike())
        made.update(zip(columns, row, strict=True))
        yield made


def _once(values: Sequence[Any]) -> list[Any]:
    """The same values, of equal ones the first."""
    first: dict[tuple[type, Any], Any] = {}
    kept = []
    for value in values:
        if type(value) is str:
            kept.append(sys.intern(value))
            continue
        key = type(value), value  # 1 and True are equal
        if key not in first:
            first[key] = None if pd.isna(value) else value
        kept.append(first[key])
    return kept


def _label(row: Row, language: str) -> str:
    label = said(row, "label", language)
    return label.text if label is not None else str(row["code"])


class Labels:
    """The labels of the published code lists in one language."""

    def __init__(self, code_lists: pd.DataFrame, language: str) -> None:
        self.language = language
        self._scales: dict[tuple[str, str], dict[str, str]] = {}
        ordered = code_lists.sort_values(["list", "scale", "order"], kind="stable")
        for row in rows(ordered):
            self._scales.setdefault((row["list"], row["scale"]), {})[row["code"]] = _label(row, language)

    def codes(self, code_list: str, scale: str | None = None) -> Mapping[str, str]:
        """Code -> label in the scale's order; a list without scales is its own."""
        return self._scales.get((code_list, scale or code_list), {})

    def of_any_scale(self, code_list: str, code: str) -> str | None:
        """For who did not say in which scale: the code's label, if it is the same in every scale that has the code."""
        labels = {codes[code] for (name, _), codes in self._scales.items() if name == code_list and code in codes}
        return labels.pop() if len(labels) == 1 else None

    def label(self, code_list: str, code: str, scale: str | None = None) -> str:
        """The code's label, or the code itself where the published list does not have it."""
        return self.codes(code_list, scale).get(code, code)
