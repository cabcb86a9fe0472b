"""Excel workbooks. A spreadsheet of LibreOffice in a workbook's place is read too: many programs save nothing else."""

from typing import Literal

from ogp_pipeline.formats import sheet
from ogp_pipeline.formats.content import ODS, XLSX, Kind
from ogp_pipeline.formats.format import File, Format
from ogp_pipeline.formats.table_place import SheetOptions


class XlsxReader(SheetOptions):
    """A table in a sheet of a workbook, or in several."""

    kind: Literal["xlsx"]


def _accepts(_: File, kind: Kind | None, __: XlsxReader) -> bool:
    return kind in (XLSX, ODS)


FORMAT = Format(XlsxReader, XLSX, _accepts, sheet.read, Kind("reading.kind.without_password"))
