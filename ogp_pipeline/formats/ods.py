"""OpenDocument spreadsheets, as LibreOffice saves them: one sheet, as in a workbook of Excel."""

from typing import Literal

from ogp_pipeline.formats import sheet
from ogp_pipeline.formats.content import ODS, Kind
from ogp_pipeline.formats.format import File, Format
from ogp_pipeline.formats.table_place import SheetOptions


class OdsReader(SheetOptions):
    """A table in a sheet of a spreadsheet, or in several."""

    kind: Literal["ods"]


def _accepts(_: File, kind: Kind | None, __: OdsReader) -> bool:
    return kind is ODS


FORMAT = Format(OdsReader, ODS, _accepts, sheet.read)
