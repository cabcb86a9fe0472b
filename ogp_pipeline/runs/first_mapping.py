"""What files would become (``ogp map``): a source is proposed, tried on the files, and written when a person agrees.

Trying is what a check does: the same readers, the same mapping, the same rules, and nothing is kept.
"""

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ogp_pipeline.errors import OgpError
from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.patterns import compile_given
from ogp_pipeline.profiling import insertion, sample
from ogp_pipeline.profiling.proposal import Proposal, Wish, propose
from ogp_pipeline.programme.mapping import TableMapping
from ogp_pipeline.programme.sources import Source
from ogp_pipeline.runs import checking
from ogp_pipeline.runs.workspace import Workspace, open_workspace
from ogp_pipeline.sources import mapper, reading
from ogp_pipeline.validation.headings import known_headings

SHOWN = 5  # mapped rows of each table


@dataclass(frozen=True, slots=True)
class TablePreview:
    """A table as the mapping would fill it. ``rows``: the first ones."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]
    count: int


@dataclass(frozen=True, slots=True)
class MappingPreview:
    """``content``: the programme file with the new source. ``unread``: columns that nothing reads.

    ``problems``: what the receipt of the files would say. ``rows_waiting``: rows that would be set aside.
    """

    proposal: Proposal
    content: bytes
    tables: tuple[TablePreview, ...]
    unread: tuple[str, ...]
    problems: tuple[Problem, ...]
    rows_read: int
    rows_waiting: int


def files_of(paths: Sequence[Path]) -> list[Path]:
    """The files; a folder stands for all of its files of the most frequent ending. OgpError if there are none."""
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = sorted(one for one in path.iterdir() if one.is_file() and not one.name.startswith((".", "~")))
        endings = [one.suffix for one in inside]
        found += [one for one in inside if one.suffix == max(set(endings), key=endings.count)]
    if not found:
        raise OgpError(f"there are no files in {', '.join(map(str, paths))}")
    if len({one.resolve().parent for one in found}) > 1 or len({one.suffix for one in found}) > 1:
        raise OgpError("several files become one source only if they lie in one folder and have one ending")
    return found


def look(workspace: Workspace, paths: Sequence[Path], wish: Wish, now: datetime) -> MappingPreview:
    """A source for the files, and what it makes of them. OgpError as ``propose``; ProgrammeError is our mistake."""
    today = workspace.programme.local(now).date()
    proposal = propose(paths, workspace.programme, workspace.base, workspace.schemas, wish, today)
    text = insertion.with_source(workspace.content.decode(), proposal.source, proposal.tables)
    tried = open_workspace(workspace.path, workspace.access, text.encode())
    source = next(one for one in tried.programme.sources if one.id == proposal.source["id"])
    receipt = checking.check_file(tried, proposal.sample.files[0].path, source.supplier, source.id, now)
    return MappingPreview(
        proposal=proposal,
        content=text.encode(),
        tables=tuple(_tables(tried, source, proposal)),
        unread=tuple(_unread(source, proposal)),
        problems=receipt.problems,
        rows_read=receipt.rows_read,
        rows_waiting=receipt.rows_waiting or receipt.rows_to_mend,
    )


def _tables(workspace: Workspace, source: Source, proposal: Proposal) -> list[TablePreview]:
    known = known_headings(source, workspace.schemas)
    options = sample.model(proposal.sample.options)
    rows = [row for file in proposal.sample.files for row in reading.read(file, options, None, known).rows]
    previews = []
    for name, mappings in source.tables.items():
        made = [row.values for one in mappings for row in mapper.apply(name, one, rows, workspace.base).rows]
        columns = tuple(dict.fromkeys(column for one in mappings for column in one.columns))
        previews.append(TablePreview(name, columns, tuple(made[:SHOWN]), len(made)))
    return previews


def _unread(source: Source, proposal: Proposal) -> list[str]:
    """Columns with something in them that no mapping names."""
    mappings = [one for several in source.tables.values() for one in several]
    read = {name for one in mappings for name in (*mapper.columns_read(one), *_offered(one))}
    expressions = [text for one in mappings if one.unpivot is not None for text in one.unpivot.headings.values()]
    blocks = [compile_given(text) for text in expressions]
    filled = [column.profile.name for column in proposal.columns if column.profile.filled]
    return [name for name in filled if name not in read and not any(block.search(name) for block in blocks)]


def _offered(mapping: TableMapping) -> list[str]:
    """Columns of objects in objects that a mapping names."""
    return [*mapping.where, *(name for column in mapping.columns.values() for name in column.sources)]


def write(preview: MappingPreview, path: Path, standing: bytes | None) -> None:
    """The programme file with the source; whole or not at all. OgpError if it changed since it was read.

    ``standing``: what it held then; None for a new file, which must not be there yet.
    """
    there = path.read_bytes() if path.exists() else None
    if there != standing:
        raise OgpError(f"{path} is not as it was when it was read; nothing was written. Try again.")
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as temporary:
        temporary.write(preview.content)
        temporary.flush()
        os.fsync(temporary.fileno())
    made = Path(temporary.name)
    made.chmod(path.stat().st_mode & 0o777 if there is not None else 0o644)
    made.replace(path)
