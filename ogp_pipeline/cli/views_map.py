"""What ``map`` shows: what columns hold and become, the first rows of each table, what is left, and the source as YAML.

It speaks to whoever writes the programme file, so in English; problems are a supplier's, so in the wanted language.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Table as Grid

from ogp_pipeline.cli.views_run import ERR, OUT, print_json
from ogp_pipeline.profiling.columns import ColumnProfile
from ogp_pipeline.profiling.drafting import names_of
from ogp_pipeline.profiling.yaml_text import written
from ogp_pipeline.runs import causes_told
from ogp_pipeline.runs.causes_told import CausesTold
from ogp_pipeline.runs.first_mapping import MappingPreview, TablePreview
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.sources import due

_CELL = 28
_COLUMNS = 5


def show(preview: MappingPreview, schemas: Schemas, language: str, *, as_json: bool) -> None:
    """Everything that a person should see before agreeing."""
    told = causes_told.of_problems(preview.problems, schemas, language)
    if as_json:
        return print_json(_document(preview, told))
    proposal = preview.proposal
    read = ", ".join(f"{name}: {value}" for name, value in proposal.sample.options.items())
    files = proposal.sample.files
    name = files[0].name if len(files) == 1 else f"{len(files)} files such as {files[0].name}"
    OUT.print(f"[bold]{escape(name)}[/]: {len(proposal.sample.rows)} rows, read as {escape(read)}\n")
    _show_columns(preview)
    for table in preview.tables:
        _show_table(table)
    if preview.unread:
        OUT.print(f"\n[yellow]Left unread:[/] {escape(', '.join(preview.unread))}")
    if proposal.notes:
        OUT.print("\n[bold]Look at[/]")
    for note in proposal.notes:
        OUT.print(f"  - {escape(note)}")
    _show_trial(preview, told)
    OUT.print(f"\n[bold]The source[/], as it stands under `sources`\n\n{escape(proposal.text)}", end="")
    return None


def _show_columns(preview: MappingPreview) -> None:
    becomes = _becomes(preview)
    for column in preview.proposal.columns:
        profile = column.profile
        into = list(dict.fromkeys(becomes.get(profile.name, ())))
        told = "" if not into else f"→ {into[0]}" if len(into) == 1 else f"→ {into[0]} and {len(into) - 1} more"
        counts = f"{profile.filled} filled, {len(profile.counts)} different"
        OUT.print(f"[bold]{escape(_short(profile.name))}[/]  {escape(_kind(profile))}, {counts}  {told}")
        if profile.counts:
            OUT.print(f"    [dim]{escape(_examples(profile))}[/]")


def _grid(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Grid:
    """A table of which each row is one line; the last column gives way where there is too little room."""
    grid = Grid(box=None, header_style="dim")
    for place, heading in enumerate(headings):
        widest = max((len(row[place]) for row in rows), default=0)
        least = max(len(heading), widest) if place < len(headings) - 1 else None
        grid.add_column(heading, no_wrap=True, overflow="ellipsis", min_width=least)
    for row in rows:
        grid.add_row(*map(escape, row))
    return grid


def _kind(profile: ColumnProfile) -> str:
    if profile.date_formats:
        return f"date {profile.date_formats[0]}"
    told = "key" if profile.unique and profile.kind not in ("text", "percent") else str(profile.kind)
    if told in ("key", "code", "text") and 2 * sum(map(_is_day, profile.counts)) > len(profile.counts):
        told = "days and words"
    return f"list by {profile.separator.strip()}" if profile.separator is not None else told


def _is_day(value: str) -> bool:
    return due.read(value) is not None


def _examples(profile: ColumnProfile) -> str:
    return " · ".join(_short(value, 24) for value in list(profile.counts)[:3])


def _becomes(preview: MappingPreview) -> dict[str, list[str]]:
    """Raw column -> the columns of ours that it fills."""
    becomes: dict[str, list[str]] = {}
    names = [column.profile.name for column in preview.proposal.columns]
    for table, several in preview.proposal.source["tables"].items():
        for mapping in several if isinstance(several, list) else [several]:
            blocks = mapping.get("unpivot", {}).get("headings", {})
            for field, column in mapping["columns"].items():
                for name in names_of(column):
                    offered = [
                        heading for heading in names if name[1:] in blocks and re.search(blocks[name[1:]], heading)
                    ]
                    source = mapping.get("split", {}).get("column", name) if name == "_piece" else name
                    for heading in offered or [source]:
                        becomes.setdefault(heading, []).append(f"{table}.{field}")
    return becomes


def _show_table(table: TablePreview) -> None:
    OUT.print(f"\n[bold]{table.name}[/]: {table.count} rows")
    columns = table.columns[:_COLUMNS]
    OUT.print(_grid(columns, [[_short(row.get(column, "")) for column in columns] for row in table.rows]))
    if more := table.columns[_COLUMNS:]:
        OUT.print(f"  and {', '.join(more)}")


def _show_trial(preview: MappingPreview, told: CausesTold) -> None:
    """What the receipt of these files would say."""
    OUT.print(f"\n[bold]Tried[/]: {preview.rows_read} rows, {preview.rows_waiting} of them with something that blocks")
    for cause in told.shown:
        colour = "red" if cause.level == "blocks" else "dim"
        OUT.print(f"  [{colour}]{escape(cause.sentence)}[/]")
        if cause.level == "blocks":
            OUT.print(f"    [bold]{escape(cause.todo)}[/]")
    if told.more:
        OUT.print(f"  and {told.more} causes more")


def show_written(target: Path, *, as_json: bool) -> None:
    """Where it stands now, and what to do next."""
    if not as_json:
        OUT.print(f"\n[bold green]Written[/] into {escape(str(target))}. Next: ogp run {escape(str(target))} --dry-run")


def show_not_written(target: Path) -> None:
    """That nothing was written, and how it is."""
    ERR.print(f"\nNothing was written. --write puts it into {escape(str(target))}.")


def _document(preview: MappingPreview, told: CausesTold) -> dict[str, Any]:
    proposal = preview.proposal
    return {
        "files": [file.name for file in proposal.sample.files],
        "source": proposal.source,
        "yaml": "\n".join(written(proposal.source, 2)) + "\n",
        "columns": list(_columns(preview)),
        "tables": [
            {"name": table.name, "rows": table.count, "first": [dict(row) for row in table.rows]}
            for table in preview.tables
        ],
        "unread": list(preview.unread),
        "notes": list(proposal.notes),
        "rows": {"read": preview.rows_read, "waiting": preview.rows_waiting},
        "causes": [{"level": cause.level, "wrong": cause.sentence, "todo": cause.todo} for cause in told.shown],
    }


def _columns(preview: MappingPreview) -> Iterator[dict[str, Any]]:
    for column in preview.proposal.columns:
        profile = column.profile
        yield {
            "name": profile.name,
            "filled": profile.filled,
            "kind": str(profile.kind),
            "unique": profile.unique,
            "dates": profile.date_formats,
            "values": dict(profile.counts.most_common(30)),
            "meaning": column.meaning,
        }


def _short(text: str, most: int = _CELL) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"
