"""Excel workbooks. A spreadsheet of LibreOffice in a workbook's place is read too: many programs save nothing else."""

from typing import Literal

from ogp_pipeline.formats import sheet
from ogp_pipeline.formats.content import ODS, XLSX, Kind
from ogp_pipeline.formats.format import File, Format, Options
from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.formats.records import Reading


class XlsxReader(Options):
    """A table in one sheet of a workbook (default: the first visible one); the first row holds the headings."""

    kind: Literal["xlsx"]
    sheet: str | None = None


def read(file: File, reader: XlsxReader, limits: Limits) -> Reading:
    """Rows, headings and problems of a workbook."""
    return sheet.read(file, reader.sheet, limits)


def _accepts(_: File, found: Kind | None, __: XlsxReader) -> bool:
    return found in (XLSX, ODS)


FORMAT = Format(XlsxReader, XLSX, _accepts, read, Kind("reading.kind.without_password"))
