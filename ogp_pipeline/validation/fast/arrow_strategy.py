"""Plain CSV and TSV files, at the speed of Arrow and polars.

First pass: screen every chunk, explain its suspects, gather the hashes of its keys. If some rows may share a key, a
second pass explains the suspects and those rows, now with their predecessors known. Held in memory: a chunk, eight
bytes a row and key, and the errors: as columns, but for those of whole rows and of keys.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
from frictionless import Check, Error

from ogp_pipeline.validation.fast.chunk_errors import Suspects, errors_of
from ogp_pipeline.validation.fast.chunks import Chunk, Chunks, suitable_size
from ogp_pipeline.validation.fast.columns import Numbers
from ogp_pipeline.validation.fast.error_columns import ErrorLog
from ogp_pipeline.validation.fast.explain import Explainer
from ogp_pipeline.validation.fast.fallback import Fallback
from ogp_pipeline.validation.fast.keys import Keys
from ogp_pipeline.validation.fast.opening import Opened, csv_dialect
from ogp_pipeline.validation.fast.readers import depends_on_today
from ogp_pipeline.validation.fast.report import Outcome, ending
from ogp_pipeline.validation.fast.screen import Screen


def run(opened: Opened, checks: list[Check], heading: list[Error], limit: int, size: int | None) -> Outcome:
    """``limit`` of errors, 0 for none; ``size`` of a chunk in bytes, None for what suits the table."""
    _check(opened, heading, limit)
    resource = opened.resource
    chunks = _chunks(opened, size)
    keys = Keys(opened)
    suspects: list[Suspects] = []
    log, stop = ErrorLog(heading), 0
    explainer, screen = Explainer(opened), Screen(opened)
    records = 0
    for chunk in _content(chunks, opened.first_row):
        records = chunk.first + chunk.columns.height
        suspects.append(_suspects(screen, keys, chunk))
        stop = _explain(explainer, chunk, suspects[-1], log, limit)
        if stop:
            break
    digest = chunks.digest
    if keys and suspects and (twins := keys.twins()).len():
        log = ErrorLog(heading)
        stop = _again(opened, chunks, suspects, twins.to_numpy(), log, limit)
    if stop:
        return _stopped(opened, log, stop, limit)
    resource.stats.md5 = digest.md5.hexdigest()
    resource.stats.sha256 = digest.sha256.hexdigest()
    resource.stats.bytes = digest.size
    resource.stats.rows = max(records - opened.first_row + 1, 0)
    log.add(ending(checks))
    return Outcome(log)


def _check(opened: Opened, heading: list[Error], limit: int) -> None:
    resource = opened.resource
    dialect = resource.dialect
    if resource.compression:
        raise Fallback("the file is compressed")
    if dialect.comment_char or dialect.comment_rows or dialect.skip_blank_rows:
        raise Fallback("the dialect leaves out rows")
    if limit and len(heading) >= limit:
        raise Fallback("the header alone reaches the limit of errors")
    if any(depends_on_today(column.field) for column in opened.columns):
        raise Fallback("a column is read differently every day")


def _chunks(opened: Opened, size: int | None) -> Chunks:
    resource = opened.resource
    dialect = csv_dialect(opened)
    assert resource.normpath and resource.encoding  # it is open, and a CSV file
    path, translate, width = Path(resource.normpath), resource.format != "csv", len(opened.columns)
    size = size or suitable_size(width)
    return Chunks(path, resource.encoding, dialect, width, translate=translate, size=size)


def _content(chunks: Chunks, first_row: int) -> Iterator[Chunk]:
    """The chunks without the records up to the header. Numbers within a chunk begin with its first row of content."""
    for chunk in chunks:
        skipped = first_row - 1 - chunk.first
        if skipped <= 0:
            yield chunk
        elif skipped < chunk.columns.height:
            cells = {number - skipped: cells for number, cells in chunk.cells.items() if number >= skipped}
            yield Chunk(chunk.first + skipped, chunk.columns.after(skipped), cells)


def _suspects(screen: Screen, keys: Keys, chunk: Chunk) -> Suspects:
    suspicion = screen.sift(chunk.columns)
    odd = [mask.arg_true().to_numpy() for mask in (suspicion.blank, suspicion.stray) if mask is not None]
    if keys:
        odd.append(keys.add(chunk.columns, suspicion.wrong).arg_true().to_numpy())
    whole = np.array(list(chunk.cells), dtype=np.int64)
    for places in odd:
        whole = np.union1d(whole, places.astype(np.int64))
    return Suspects(suspicion.wrong, np.sort(whole))


def _explain(explainer: Explainer, chunk: Chunk, suspects: Suspects, log: ErrorLog, limit: int) -> int:
    """Append the errors of a chunk. The number of the row which reached the limit, or 0."""
    block, stop = errors_of(explainer, chunk, suspects, limit - len(log) if limit else 0)
    if block is not None:
        log.add(block)
    return stop


def _again(opened: Opened, chunks: Chunks, suspects: list[Suspects], twins: Numbers, log: ErrorLog, limit: int) -> int:
    """The second pass, up to where the first one came."""
    explainer = Explainer(opened)
    before = 0  # rows of content before the chunk: twins are counted so
    for chunk, of_chunk in zip(_content(chunks, opened.first_row), suspects, strict=False):
        after = before + chunk.columns.height
        inside = twins[np.searchsorted(twins, before) : np.searchsorted(twins, after)].astype(np.int64) - before
        stop = _explain(explainer, chunk, of_chunk.and_twins(inside), log, limit)
        if stop:
            return stop
        before = after
    return 0


def _stopped(opened: Opened, log: ErrorLog, number: int, limit: int) -> Outcome:
    """Frictionless counts the bytes which its text stream had pulled by then: let it pull them."""
    resource = opened.resource
    for _ in islice(resource.cell_stream, number):
        pass
    resource.stats.rows = number - opened.first_row + 1
    return Outcome(log.head(limit), f"reached error limit: {limit}")
