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
    files: list[Path] = []
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        inside = sorted(inner for inner in path.iterdir() if inner.is_file() and not inner.name.startswith((".", "~")))
        endings = [file.suffix for file in inside]
        files += [file for file in inside if file.suffix == max(set(endings), key=endings.count)]
    if not files:
        raise OgpError(f"there are no files in {', '.join(map(str, paths))}")
    if len({file.resolve().parent for file in files}) > 1 or len({file.suffix for file in files}) > 1:
        raise OgpError("several files become one source only if they lie in one folder and have one ending")
    return files


def look(workspace: Workspace, paths: Sequence[Path], wish: Wish, now: datetime) -> MappingPreview:
    """A source for the files, and what it makes of them. OgpError as ``propose``; ProgrammeError is our mistake."""
    today = workspace.programme.local(now).date()
    proposal = propose(paths, workspace.programme, workspace.base, workspace.schemas, wish, today)
    text = insertion.with_source(workspace.content.decode(), proposal.source, proposal.tables)
    tried = open_workspace(workspace.path, workspace.access, text.encode())
    source = next(source for source in tried.programme.sources if source.id == proposal.source["id"])
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
    vocabulary = known_headings(source, workspace.schemas)
    options = sample.model(proposal.sample.options)
    rows = [row for file in proposal.sample.files for row in reading.read(file, options, None, vocabulary).rows]
    previews = []
    for name, mappings in source.tables.items():
        made = [row.values for mapping in mappings for row in mapper.apply(name, mapping, rows, workspace.base).rows]
        columns = tuple(dict.fromkeys(column for mapping in mappings for column in mapping.columns))
        previews.append(TablePreview(name, columns, tuple(made[:SHOWN]), len(made)))
    return previews


def _unread(source: Source, proposal: Proposal) -> list[str]:
    """Columns with something in them that no mapping names."""
    mappings = [mapping for several in source.tables.values() for mapping in several]
    read = {name for mapping in mappings for name in (*mapper.columns_read(mapping), *_offered(mapping))}
    expressions = [
        text for mapping in mappings if mapping.unpivot is not None for text in mapping.unpivot.headings.values()
    ]
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
