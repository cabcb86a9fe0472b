"""Which sheets of a workbook are read, and which area: those most like tables of ours; what stands besides is told.

Sheets with the same headings in the same rows are one table, such as one sheet for each commitment. Of several tables
below each other in a sheet one is read, within its area: the others need a source of their own (``ogp map --range``).
"""

from collections.abc import Sequence
from typing import Any

from ogp_pipeline.errors import OgpError
from ogp_pipeline.formats import sheet, table_place
from ogp_pipeline.formats.format import File
from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.formats.records import Record
from ogp_pipeline.profiling import headings
from ogp_pipeline.profiling.headings import Block
from ogp_pipeline.workbooks.extent import cell_name

_MOST, _SHOWN = 20, 4  # sheets that are looked at; headings that are told


def options(file: File, kind: str, title: str | None, area: str | None) -> tuple[dict[str, Any], list[str]]:
    """What stands under ``read:``, and what is to be told. OgpError if there is no sheet of the ``title``."""
    titles = sheet.titles(file, Limits())
    if title is not None and title not in titles:
        raise OgpError(f"{file.name} has no sheet “{title}”; there are {', '.join(titles)}")
    looked_at = [title] if title is not None else titles[:_MOST]
    grids = {name: sheet.grid(file, Limits(), name) for name in looked_at}
    records = {name: table_place.unmerged(*grid) for name, grid in grids.items()}
    if area is not None:
        records = {name: table_place.within(rows, area) for name, rows in records.items()}
    places = {name: headings.find(rows, spread=False) for name, rows in records.items()}
    best = max(looked_at, key=lambda name: (places[name].points, -looked_at.index(name)))
    place = places[best]
    alike = [name for name in looked_at if _heads(records[name], place.rows) == _heads(records[best], place.rows)]
    notes: list[str] = []
    read: dict[str, Any] = {"kind": kind}
    if len(alike) > 1:
        read["sheets"] = alike
    elif best != titles[0]:
        read["sheet"] = best
    tables = headings.blocks(records[best]) if area is None and len(alike) == 1 else []
    if area is not None:
        read["range"] = area
    elif len(tables) > 1:
        own = max(tables, key=lambda block: block.place.points)
        place, read["range"] = own.place, _area(own, records[best])
        notes += [_told(block, records[best], best) for block in tables if block is not own]
    left = [name for name in looked_at if name not in alike and places[name].meant > 1]
    notes += [f"the sheet “{name}” is not read; if it holds a table, map it with --sheet" for name in left]
    bounded = "range" in read
    read |= {"heading_row": _rows(place.rows)} if place.declared or bounded else {}
    if any(table_place.bottom_of(merged) > place.rows[-1] for merged in grids[best][1]):
        read["merged"] = "fill"
    return read, notes


def _heads(records: Sequence[Record], rows: Sequence[int]) -> list[list[str]]:
    return [[cell.strip() for cell in record.cells if cell.strip()] for record in records if record.line in rows]


def _rows(rows: Sequence[int]) -> int | list[int]:
    return list(rows) if len(rows) > 1 else rows[0]


def _area(block: Block, records: Sequence[Record]) -> str:
    width = max(len(record.cells) for record in records)
    return f"{cell_name(0, block.first)}:{cell_name(width - 1, block.last)}"


def _told(block: Block, records: Sequence[Record], name: str) -> str:
    cells = [cell for row in _heads(records, block.place.rows) for cell in row]
    heads = ", ".join(f"“{cell}”" for cell in cells[:_SHOWN])
    return (
        f"the sheet “{name}” holds another table, with {heads}: map it as a source of its own, "
        f"with --range {_area(block, records)} and --id"
    )
