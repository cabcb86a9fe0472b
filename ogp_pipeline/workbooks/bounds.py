"""The limits as the reading process knows them: plain numbers, so that it need not import the models of the formats."""

from dataclasses import dataclass

from ogp_pipeline.workbooks.answer import Refusal

MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Bounds:
    """See ``formats.limits.Limits``, whose names these are."""

    rows: int
    columns: int
    cell_characters: int
    unpacked_mb: int
    parts: int
    packing_ratio: int
    workbook_seconds: int
    workbook_mb: int

    def characters(self, longest: int) -> Refusal:
        """The refusal of a cell that holds too much text."""
        return Refusal("reading.over.one_cell", {"count": longest, "limit": self.cell_characters}, "reading.most.plain")

    def text(self, characters: int) -> Refusal | None:
        """The refusal of cells that hold too much text together; None if they do not."""
        if characters <= self.unpacked_mb * MB:
            return None
        words = {"size": characters // MB, "limit": self.unpacked_mb}
        return Refusal("reading.over.text", words, "reading.most.megabytes")

    def area(self, cell: str) -> Refusal:
        """The refusal of a sheet that reaches too far, named by the cell."""
        words: dict[str, str | int] = {"cell": cell, "rows": self.rows, "columns": self.columns}
        return Refusal("reading.over.area", words, "reading.most.area")


DAMAGED = Refusal("reading.why.damaged")
