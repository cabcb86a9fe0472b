"""Make a supplier's template from what the ledger holds: the same ledger and the same day give the same bytes."""

import hashlib
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ogp_pipeline import templates
from ogp_pipeline.errors import OgpError
from ogp_pipeline.i18n.languages import ENGLISH
from ogp_pipeline.runs.known_state import known_entries, known_tables
from ogp_pipeline.runs.workspace import Workspace


@dataclass(frozen=True)
class Made:
    """A template that was written. ``rows``: how many stand there already. ``read_by``: the source that reads it."""

    path: Path
    table: str
    supplier: str
    period: str | None
    language: str
    rows: int
    open_ended: bool
    columns: tuple[str, ...]
    sha256: str
    size: int
    read_by: str | None
    folder: str | None


def make(
    workspace: Workspace,
    supplier: str,
    today: date,
    *,
    table: str,
    period: str | None,
    language: str | None,
    to: Path | None = None,
) -> Made:
    """Write the template. ``language``: default is the supplier's. ``to``: a file, or a folder for the default name.

    OgpError if the supplier may not fill in the table, nothing is known to report on, or another file is there.
    """
    spoken = language or next((item.language for item in workspace.programme.suppliers if item.id == supplier), ENGLISH)
    request = templates.check(workspace.programme, workspace.schemas, table, supplier, period, spoken, today)
    tables = known_tables(workspace, known_entries(workspace), today)
    sheet = templates.draw(templates.Prefill.of(tables, request))
    return save(sheet, to, "_".join(part for part in (table, supplier, period, spoken) if part))


def save(sheet: templates.Sheet, to: Path | None, name: str) -> Made:
    """Write a template. ``to``: see ``make``; ``name``: the default one, without its ending."""
    request, path = sheet.request, _place(to, f"{name}.xlsx")
    content = _written(sheet, path)
    return Made(
        path=path,
        table=request.table.name,
        supplier=request.supplier.id,
        period=request.period.id if request.period is not None else None,
        language=request.language,
        rows=len(sheet.prepared.known),
        open_ended=sheet.prepared.open_ended,
        columns=tuple(column.name for column in sheet.columns),
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        read_by=request.source.id if request.source is not None else None,
        folder=request.folder,
    )


def _place(to: Path | None, name: str) -> Path:
    path = Path(name) if to is None else to / name if to.is_dir() else to
    if path.suffix != ".xlsx":
        raise OgpError(f"{path}: a template is an Excel workbook; give it a name that ends in .xlsx")
    if not path.parent.is_dir():
        raise OgpError(f"{path}: the folder {path.parent} is not there; make it first")
    return path


def _written(sheet: templates.Sheet, path: Path) -> bytes:
    """Written whole or not at all; a file that is there already, perhaps filled in by now, is never lost."""
    with tempfile.TemporaryDirectory(prefix="ogp-template-", dir=path.parent) as folder:
        draft = Path(folder) / path.name
        templates.write(sheet, draft)
        content = draft.read_bytes()
        if path.exists() and path.read_bytes() != content:
            raise OgpError(f"{path} is already there and may be filled in: move it away, or choose another name (--to)")
        draft.replace(path)
    return content
