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
        limit = str(self.cell_characters)
        en, es = f"One of its cells holds {longest} characters", f"Una de sus celdas contiene {longest} caracteres"
        return Refusal(en, es, (limit, limit))

    def text(self, characters: int) -> Refusal | None:
        """The refusal of cells that hold too much text together; None if they do not."""
        if characters <= self.unpacked_mb * MB:
            return None
        size, limit = f"{characters // MB} MB", f"{self.unpacked_mb} MB"
        return Refusal(f"Its cells hold {size} of text", f"Sus celdas contienen {size} de texto", (limit, limit))

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
