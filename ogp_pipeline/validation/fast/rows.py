"""Rows which are in memory already, judged as those of a file are: each distinct text of a column read once."""

from collections.abc import Sequence
from typing import Any

import frictionless

from ogp_pipeline.validation.fast.explain import Explainer
from ogp_pipeline.validation.fast.opening import open_copy


class Rows:
    """Rows of text, handed in one after the other, under a schema of frictionless' own types with distinct names."""

    def __init__(self, names: Sequence[str], schema: frictionless.Schema) -> None:
        opened = open_copy(frictionless.Resource(data=[list(names)], schema=schema))
        opened.resource.close()
        self._explainer = Explainer(opened)
        self._readers = [column.reader.verdict for column in opened.columns]

    def errors(self, number: int, cells: Sequence[str]) -> list[frictionless.Error]:
        """What frictionless reports on the row with this number; rows of a unique field in the order of the table."""
        return self._explainer.explain(number, cells)

    def value(self, place: int, cell: str) -> Any:  # noqa: ANN401 - whatever the field's type makes of a text
        """What frictionless reads in the cell of a column (from 0); None where nothing can be read."""
        return self._readers[place](cell)[0]
