"""The limits as the reading process knows them: plain numbers, so that it need not import the models of the formats."""

from dataclasses import dataclass

from ogp_pipeline.workbooks.answer import Refusal


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

    def area(self, cell: str) -> Refusal:
        """The refusal of a sheet that reaches too far, named by the cell."""
        return Refusal(
            f"It has something in cell {cell}",
            f"Tiene algo en la celda {cell}",
            (f"{self.rows} rows and {self.columns} columns", f"{self.rows} renglones y {self.columns} columnas"),
        )


DAMAGED = Refusal(
    "the workbook is damaged, or a part of the file is missing", "el libro está dañado, o falta una parte del archivo"
)
