"""The hidden sheet behind the drop-downs, and the formulas that point into it.

row 1   the column that the list belongs to
row 2…  the values; where a list hangs on other cells, beside them (to the left) what those cells must say, several
        joined by ``|``; the values of one parent stand together, so that a formula can cut them out
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xlsxwriter.utility import xl_col_to_name

from ogp_pipeline.formats.template_layout import CODES_SHEET, FIRST_ROW
from ogp_pipeline.templates.choices import Choices
from ogp_pipeline.templates.columns import TemplateColumn

_FIRST = 2
_JOINED_BY = "|"


@dataclass(frozen=True)
class CodesSheet:
    """``lists``: the sheet's columns from the left, each with its head and values; equal ones stand there once.

    ``places``: table and column -> its values. ``keys``: table -> the first and the last cell of its key, for those
    whose key is what other sheets choose from.
    """

    lists: Sequence[tuple[str, Sequence[str]]]
    places: Mapping[tuple[str, str], int]
    keys: Mapping[str, tuple[str, str]]

    @classmethod
    def of(
        cls, columns_of: Mapping[str, Sequence[TemplateColumn]], keys: Mapping[str, tuple[str, str]]
    ) -> "CodesSheet":
        """Room for every list of the sheets. ``columns_of``: table -> the columns of its sheet."""
        lists: list[tuple[str, Sequence[str]]] = []
        places: dict[tuple[str, str], int] = {}
        there: dict[Choices, int] = {}
        for table, columns in columns_of.items():
            for column in columns:
                choices = column.choices
                if choices is None or choices.sheet_of:
                    continue
                if choices not in there:
                    if choices.parents:
                        parents = [_JOINED_BY.join(parent) for parent in choices.parents]
                        lists.append((f"{column.name} <- {_JOINED_BY.join(choices.parent_columns)}", parents))
                    there[choices] = len(lists)
                    lists.append((column.name, choices.values))
                places[table, column.name] = there[choices]
        return cls(lists, places, keys)

    def formula(self, table: str, column: TemplateColumn, choices: Choices, columns: Sequence[TemplateColumn]) -> str:
        """What a drop-down refers to, written for the first row of the table's sheet."""
        if choices.sheet_of:
            first, last = self.keys[choices.sheet_of]
            return f"=OFFSET({first},0,0,MAX(1,COUNTA({first}:{last.rpartition('!')[2]})),1)"
        place = self.places[table, column.name]
        values = _area(place, len(choices.values))
        at = {column.name: f"${xl_col_to_name(index)}{FIRST_ROW}" for index, column in enumerate(columns)}
        if not choices.parents or not set(choices.parent_columns) <= set(at):
            return f"={values}"
        cells = [at[name] for name in choices.parent_columns]
        wanted = f'&"{_JOINED_BY}"&'.join(cells)
        parents = _area(place - 1, len(choices.values))
        top = f"'{CODES_SHEET}'!${xl_col_to_name(place)}$1"
        cut = f"OFFSET({top},MATCH({wanted},{parents},0),0,COUNTIF({parents},{wanted}),1)"
        return f'=IF({cells[0]}="",{values},{cut})'


def _area(index: int, count: int) -> str:
    letter = xl_col_to_name(index)
    return f"'{CODES_SHEET}'!${letter}${_FIRST}:${letter}${_FIRST + count - 1}"
