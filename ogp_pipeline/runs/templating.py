"""Make a supplier's template from what the ledger holds: the same ledger and the same day give the same bytes."""

import hashlib
import tempfile
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from ogp_pipeline import templates
from ogp_pipeline.errors import OgpError
from ogp_pipeline.i18n.languages import ENGLISH
from ogp_pipeline.programme.sources import FolderSource, InboxSource
from ogp_pipeline.runs.known_state import known_entries, known_tables
from ogp_pipeline.runs.workspace import Workspace


@dataclass(frozen=True)
class Made:
    """A workbook that was written. ``table``: None in one of all tables. ``rows``: how many stand there already, of all
    sheets; ``sheets``: of each table. ``open_ended``: rows may be added; ``columns``: of the one table.

    ``read_by``: the source that reads it; ``named``: where none does because of its name, the first source that would,
    and the names that it takes.
    """

    path: Path
    table: str | None
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
    sheets: dict[str, int]
    named: tuple[str, tuple[str, ...]] | None


def make(
    workspace: Workspace,
    supplier: str,
    today: date,
    *,
    table: str | None,
    period: str | None,
    language: str | None,
    to: Path | None = None,
    source: str | None = None,
    all_languages: bool = False,
) -> Made:
    """Write the template of a table, or without one the workbook of all tables that the supplier may send.

    ``language``: default is the supplier's. ``to``: a file, or a folder for the default name. ``source``: which shall
    read the workbook of all tables; default: the one that takes most of them. ``all_languages``: no column is hidden.

    OgpError if the supplier may not fill in the table, nothing is known to report on, or another file is there.
    """
    programme, schemas = workspace.programme, workspace.schemas
    spoken = language or next((item.language for item in programme.suppliers if item.id == supplier), ENGLISH)
    named = to.name if to is not None and not to.is_dir() else ""
    requests = (
        [templates.check(programme, schemas, table, supplier, period, spoken, today, named)]
        if table is not None
        else templates.check_party(programme, schemas, supplier, period, spoken, today, file=named, source=source)
    )
    requests = [replace(request, all_languages=all_languages) for request in requests]
    first = next((request for request in requests if request.has_period), requests[0])
    chosen = first.period.id if first.period is not None and (first.has_period or table is not None) else None
    prefill = templates.Prefill.of(known_tables(workspace, known_entries(workspace), today), requests[0])
    book = templates.draw(prefill) if table is not None else templates.draw_party(prefill, requests)
    path = _place(to, templates.file_name(supplier, spoken, chosen, table))
    return save(workspace, book, first, path, table=table, period=chosen)


def save(
    workspace: Workspace,
    book: templates.Book,
    request: templates.TemplateRequest,
    path: Path,
    *,
    table: str | None,
    period: str | None = None,
) -> Made:
    """Write a template. ``request``: says which source reads it. OgpError if another file is at ``path``."""
    content = _written(book, path)
    reader = request.source
    return Made(
        path=path,
        table=table,
        supplier=request.supplier.id,
        period=period,
        language=request.language,
        rows=sum(len(sheet.prepared.known) for sheet in book.sheets),
        open_ended=any(sheet.prepared.open_ended for sheet in book.sheets),
        columns=tuple(column.name for column in book.sheets[0].columns) if table is not None else (),
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        read_by=reader.id if reader is not None else None,
        folder=request.folder,
        sheets={sheet.request.table.name: len(sheet.prepared.known) for sheet in book.sheets},
        named=other_name(workspace, request) if reader is None else None,
    )


def other_name(workspace: Workspace, request: templates.TemplateRequest) -> tuple[str, tuple[str, ...]] | None:
    """The first source that would read the table from a workbook of another name, and those names."""
    for source in workspace.programme.sources:
        takes = source.supplier == request.supplier.id and request.table.name in source.tables
        if takes and source.read.kind == "xlsx" and isinstance(source, FolderSource | InboxSource):
            return source.id, tuple(source.files)
    return None


def _place(to: Path | None, name: str) -> Path:
    path = Path(name) if to is None else to / name if to.is_dir() else to
    if not path.suffix:
        raise OgpError(f"{path}: there is no such folder; make it first, or give a file's name that ends in .xlsx")
    if path.suffix != ".xlsx":
        raise OgpError(f"{path}: a template is an Excel workbook; give it a name that ends in .xlsx")
    if not path.parent.is_dir():
        raise OgpError(f"{path}: the folder {path.parent} is not there; make it first")
    return path


def _written(book: templates.Book, path: Path) -> bytes:
    """Written whole or not at all; a file that is there already, perhaps filled in by now, is never lost."""
    with tempfile.TemporaryDirectory(prefix="ogp-template-", dir=path.parent) as folder:
        draft = Path(folder) / path.name
        templates.write(book, draft)
        content = draft.read_bytes()
        if path.exists() and path.read_bytes() != content:
            raise OgpError(f"{path} is already there and may be filled in: move it away, or choose another name (--to)")
        draft.replace(path)
    return content
