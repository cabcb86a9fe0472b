"""The process that opens a workbook. It limits itself first, reads a sheet or several, answers, and ends.

    python -m ogp_pipeline.workbooks.child '{"path": …, "request": {…}, "sheets": […], "bounds": {…}}'

Whatever a workbook does to it, it does to nobody else: memory, processor time and written files are limited by the
system. It ends with ``MEMORY`` when memory ran out; any other failure is an exception or a signal, for the parent to
name.
"""

import gc
import io
import json
import os
import resource
import sys
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ogp_pipeline.workbooks import appearance, archive, binary_excel, cells, extent, old_excel, open_document, screen
from ogp_pipeline.workbooks.answer import Answer, ReadRequest, Refusal, SheetColumn, pack_all
from ogp_pipeline.workbooks.bounds import DAMAGED, Bounds

MEMORY = 12  # the exit status that says so
_MB = 1 << 20

# What openpyxl, zipfile and the XML parser raise on a damaged workbook: they have no common base class.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,  # of XML, with or without lxml
    EOFError,
    NotImplementedError,  # an archive with a compression method of its own
    RuntimeError,  # an archive with a password
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    OSError,
)


def main(request: str) -> int:
    """Answers on the standard output; the exit status."""
    asked = json.loads(request)
    bounds = Bounds(**asked["bounds"])
    _limit(bounds)
    gc.disable()  # a short life with millions of cells and no cycles
    try:
        content, wanted = Path(asked["path"]).read_bytes(), ReadRequest(**asked["request"])
        titles = asked["sheets"]
        requests = [replace(wanted, sheet=title, alone=True) for title in titles] if titles else [wanted]
        for piece in pack_all(read(content, sheet, bounds) for sheet in requests):
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
    except MemoryError:
        return MEMORY
    return 0


def _limit(bounds: Bounds) -> None:
    """By the system, for this process only. Processor time counts one second more, so that the clock wins."""
    for what, most in (
        (resource.RLIMIT_AS, bounds.workbook_mb * _MB),
        (resource.RLIMIT_CPU, bounds.workbook_seconds + 1),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def read(content: bytes, request: ReadRequest, bounds: Bounds) -> Answer:
    """The sheet that was asked for, or why not."""
    try:
        if old_excel.is_workbook(content):
            return old_excel.read(content, request, bounds)
        if refusal := archive.refusal(content, bounds):
            return Answer(refusal=refusal)
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if open_document.is_spreadsheet(packed):
                return open_document.read(packed, request, bounds)
            if binary_excel.is_workbook(packed):
                return binary_excel.read(content, packed, request, bounds)
            book = archive.book(packed)
            if isinstance(book, Refusal):
                return Answer(refusal=book)
            properties = dict(book.properties)
            wanted = request.wanted(properties)
            ours = properties.get(request.review)
            visible = [page for page in book.pages if page.visible and page.title != ours]
            titles = tuple(page.title for page in visible)
            chosen = next((page for page in visible if wanted in (None, page.title)), None)
            if chosen is None:
                return Answer(absent=True, sheet=wanted, titles=titles, properties=properties, names=dict(book.names))
            told = Answer(
                sheet=chosen.title,
                titles=titles,
                properties=properties,
                names=dict(book.names),
                comments=appearance.comments(packed, chosen.part),
                others=() if request.alone else tuple(appearance.others(packed, book.pages, chosen.title, ours)),
            )
            return _sheet(content, packed, chosen, told, book.plain and not request.careful, bounds)
    except _DAMAGED:
        return Answer(refusal=DAMAGED)


def _sheet(
    content: bytes, packed: zipfile.ZipFile, page: archive.Page, told: Answer, plain: bool, bounds: Bounds
) -> Answer:
    def answer(**changes: object) -> Answer:
        return replace(told, **changes)  # type: ignore[arg-type]

    def dressed(columns: Sequence[SheetColumn], **changes: object) -> Answer:
        if refused := cells.too_much(columns, bounds):
            return answer(refusal=refused)
        looks = appearance.look(packed, page.part)
        appearance.dress(columns, looks.shown)
        hidden = {"hidden_rows": looks.hidden_rows, "hidden_columns": looks.hidden_columns, "struck": looks.struck}
        return answer(columns=tuple(columns), **hidden, **changes)

    if plain:
        proof = screen.prove(packed, page.part, bounds)
        if isinstance(proof, Refusal):
            return answer(refusal=proof)
        if proof is not None and (columns := cells.by_calamine(content, page.title, proof)) is not None:
            return dressed(columns, merged=proof.merged, lane="calamine")
    reach = extent.measure(packed, page.part, bounds)
    if isinstance(reach, Refusal):
        return answer(refusal=reach)
    if not reach.rows:
        return answer(merged=reach.merged, lane="openpyxl")
    columns, faults = cells.by_openpyxl(content, page.title, reach)
    return dressed(columns, merged=reach.merged, lane="openpyxl", faults=tuple(faults))


if __name__ == "__main__":
    os._exit(main(sys.argv[1]))  # at once: taking millions of cells down one by one is work for nothing
