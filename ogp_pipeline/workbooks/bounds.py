"""The limits as the reading process knows them: plain numbers, so that it need not import the programme's models."""

from dataclasses import dataclass

from ogp_pipeline.workbooks.answer import Refusal


@dataclass(frozen=True, slots=True)
class Bounds:
    """See ``programme.Limits``, whose names these are."""

    rows: int
    columns: int
    cell_characters: int
    unpacked_mb: int
    parts: int
    packing_ratio: int
    workbook_seconds: int
    workbook_mb: int

    def area(self, cell: str) -> Refusal:
        """The refusal of a sheet that reaches too far, named by the cell."""
        words: dict[str, str | int] = {"cell": cell, "rows": self.rows, "columns": self.columns}
        return Refusal("reading.over.area", words, "reading.most.area")


DAMAGED = Refusal("reading.why.damaged")
