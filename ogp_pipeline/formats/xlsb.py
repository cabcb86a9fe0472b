"""Binary workbooks of Excel; another workbook in its place is read too."""

from typing import Literal

from ogp_pipeline.formats import sheet
from ogp_pipeline.formats.content import ODS, XLS, XLSB, XLSX, Kind
from ogp_pipeline.formats.format import File, Format
from ogp_pipeline.formats.table_place import SheetOptions


class XlsbReader(SheetOptions):
    """A table in a sheet of a workbook, or in several."""

    kind: Literal["xlsb"]


def _accepts(_: File, kind: Kind | None, __: XlsbReader) -> bool:
    return kind in (XLS, XLSB, XLSX, ODS)


FORMAT = Format(XlsbReader, XLSB, _accepts, sheet.read, Kind("reading.kind.without_password"))
