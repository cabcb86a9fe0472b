"""Rows which are in memory already, judged as those of a file are: each distinct text of a column read once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import frictionless

from ogp_pipeline.validation.fast.explain import Explainer
from ogp_pipeline.validation.fast.opening import Opened, open_copy
from ogp_pipeline.validation.fast.readers import Reader


class Rows:
    """Rows of text, handed in one after the other, under a schema of frictionless' own types with distinct names.

    ``schema``: as its descriptor has it.
    """

    def __init__(self, names: Sequence[str], schema: Mapping[str, Any]) -> None:
        opened = _opened(tuple(names), json.dumps(schema))
        columns = tuple(
            replace(column, reader=Reader(column.field)) for column in opened.columns
        )  # of these rows alone
        self._explainer = Explainer(replace(opened, columns=columns))
        self._readers = [column.reader.verdict for column in columns]

    def errors(self, number: int, cells: Sequence[str]) -> list[frictionless.Error]:
        """What frictionless reports on the row with this number; rows of a unique field in the order of the table."""
        return self._explainer.explain(number, cells)

    def value(self, place: int, cell: str) -> Any:  # noqa: ANN401 - whatever the field's type makes of a text
        """What frictionless reads in the cell of a column (from 0); None where nothing can be read."""
        return self._readers[place](cell)[0]


@lru_cache(maxsize=256)
def _opened(names: tuple[str, ...], schema: str) -> Opened:
    """Kept: for a small file, what frictionless does to open a table takes three quarters of the examination."""
    described = frictionless.Schema.from_descriptor(json.loads(schema))
    opened = open_copy(frictionless.Resource(data=[list(names)], schema=described))
    opened.resource.close()
    return opened
