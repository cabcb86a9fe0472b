"""How large a file may be, and what reading it may cost: the settings under ``limits:`` of the programme file."""

from dataclasses import fields

from pydantic import BaseModel, ConfigDict, Field

from ogp_pipeline.workbooks.bounds import Bounds


class Limits(BaseModel):
    """How large a file may be and what reading it may cost: beyond any of these it is refused, with the limit said.

    The defaults hold a national tracker many times over. Each is set for the programme, and for a source that needs
    another.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    file_mb: int = Field(default=100, ge=1)
    # What a source may give in one run, and so what a delivery of several files may hold. Sixty agencies' files of
    # twenty years of quarters in one folder are 4,800; twenty of the largest files fit on a small machine's disk.
    files: int = Field(default=5_000, ge=1)
    files_mb: int = Field(default=2_000, ge=1)
    rows: int = Field(default=1_000_000, ge=1)
    columns: int = Field(default=500, ge=1)
    row_cells: int = Field(default=1_000, ge=1)  # a row may be longer than the headings, and is then told as ragged
    cell_characters: int = Field(default=100_000, ge=1, le=131_072)  # Python's csv module has no longer cells
    line_characters: int = Field(default=1_000_000, ge=1)  # some libraries take a line's length squared
    unpacked_mb: int = Field(default=256, ge=1)  # a workbook's parts, and the text of its cells
    parts: int = Field(default=2_000, ge=1)
    packing_ratio: int = Field(default=400, ge=2)  # 100,000 equal rows pack about 1:100; deflate's limit is 1:1032
    workbook_seconds: int = Field(default=60, ge=1)
    workbook_mb: int = Field(default=1_024, ge=128)  # address space of the process that reads a workbook

    delivery_seconds: int = Field(default=120, ge=1)  # of a processor and of the clock, for one delivery
    delivery_mb: int = Field(default=2_048, ge=128)  # what the process that examines it may take beyond its own size

    def but(self, other: "Limits") -> "Limits":
        """These limits, with those that ``other`` was given explicitly in their place."""
        return self.model_copy(update={name: getattr(other, name) for name in other.model_fields_set})

    @property
    def bounds(self) -> Bounds:
        """Those that the process which opens workbooks must know."""
        return Bounds(**{field.name: getattr(self, field.name) for field in fields(Bounds)})
