"""What trace shows: first what answers the question, in a screenful; with ``--all`` every row and every cell.

A number is told with its two counts, how it is counted, and the files and lines that its rows stand in.
"""

import shutil
import textwrap
from collections.abc import Iterator, Sequence
from datetime import date

from rich.markup import escape

from ogp_pipeline.cli.views_run import OUT, print_json, short
from ogp_pipeline.formats.records import Where
from ogp_pipeline.i18n.catalogue import count, day, say
from ogp_pipeline.i18n.text import Said
from ogp_pipeline.intake import wording
from ogp_pipeline.intake.lines import Lines, line_of
from ogp_pipeline.schema.schemas import load
from ogp_pipeline.site.figures import figure, unit_of
from ogp_pipeline.site.plain import Plain
from ogp_pipeline.upkeep.tracing import Correction, RowTrace, Trace, Unit

WIDTH = 80  # of a terminal that nobody has made wider
SHOWN_FILES, SHOWN_KEYS, LINES_OF_DEFINITION = 5, 2, 4


def show_trace(trace: Trace, language: str, *, every: bool, as_json: bool) -> None:
    """A row's delivery and cells, or a metric's counts with the rows that they rest on. ``every``: all of them."""
    if as_json:
        return print_json(trace.to_json())
    inside = say("trace.in_release", language, version=trace.version)
    OUT.print(f"[bold]{trace.table} {escape(trace.key)}[/]  {inside}")
    if trace.row is not None:
        _show_row(trace.row, "  ", language)
        return None
    if trace.numerator is not None:
        _show_number(trace, language)
    (_show_every if every else _show_files)(trace, language)
    return None


def _show_number(trace: Trace, language: str) -> None:
    """The number, what it is of, and how it is counted."""
    metric_id = trace.key.split("/")[0]
    numerator, denominator = trace.numerator or 0, trace.denominator or 0
    told = figure(metric_id, unit_of(metric_id), numerator, denominator, language)
    share = f" ({say('site.median', language)})" if told.median else f" = {told.share}" if told.share else ""
    OUT.print(f"  [bold]{told.text}{share}[/]")
    metric = load().metrics.get(metric_id)
    if metric is None:
        return
    OUT.print(f"  {escape(metric.title[language])}")
    defined = Plain(load()).said(Said(metric.definition[language], language))
    for line in _wrapped(defined.text if defined else "", "  "):
        OUT.print(f"[dim]{escape(line)}[/]")


def _wrapped(text: str, indent: str) -> list[str]:
    """The beginning of a text, in lines that fit."""
    return textwrap.wrap(
        text,
        _width(),
        initial_indent=indent,
        subsequent_indent=indent,
        max_lines=LINES_OF_DEFINITION,
        placeholder=" …",
    )


def _width() -> int:
    return min(shutil.get_terminal_size((WIDTH, 24)).columns, 120)


def _show_files(trace: Trace, language: str) -> None:
    """The files that the rows stand in, each once with its sender and its lines."""
    parts: list[tuple[str, Sequence[Unit], Sequence[RowTrace]]] = [
        (heading, units, [row for unit in units for row in unit.rows]) for heading, units in _parts(trace)
    ]
    if trace.numerator is None:
        parts = [("trace.rests_on", (), trace.rests_on)]
    for heading, units, rows in parts:
        OUT.print(f"  {say(heading, language)}: {len(units) or len(rows)}")
        keys = [f"{unit.key} ({unit.category})" for unit in units[:SHOWN_KEYS]]
        if keys:
            more = ["…"] if len(units) > SHOWN_KEYS else []
            OUT.print(escape("    " + textwrap.shorten(", ".join([*keys, *more]), _width() - 4, placeholder=" …")))
        told = list(_files(rows, language))
        for line in told[:SHOWN_FILES]:
            OUT.print(escape(line))
        if len(told) > SHOWN_FILES:
            OUT.print(f"    {count('trace.more_files', len(told) - SHOWN_FILES, language)}")
    OUT.print(f"  [dim]{escape(say('trace.all', language))}[/]")


def _parts(trace: Trace) -> Iterator[tuple[str, Sequence[Unit]]]:
    """What counts above the line, and what only below it."""
    yield "trace.counted", [unit for unit in trace.units if unit.numerator]
    yield "trace.not_counted", [unit for unit in trace.units if unit.denominator and not unit.numerator]


def _files(rows: Sequence[RowTrace], language: str) -> Iterator[str]:
    """Each file with its sender and the lines of its rows, cut to the width."""
    by_file: dict[tuple[str, str], set[int]] = {}
    for row in rows:
        places = [cell.where for cell in row.cells[:1] if cell.where is not None]
        by_file.setdefault((row.file, row.supplier), set()).update(
            line for where in places if (line := line_of(where)) is not None
        )
    for (file, supplier), numbers in by_file.items():
        runs = Lines()
        for number in sorted(numbers):
            runs.add(number)
        lines = wording.lines(runs.runs, language, more=runs.more)
        told = [file, say("trace.sent_by", language, supplier=supplier)]
        told += [lines] if lines else []
        text = "    " + ", ".join(told)
        yield text if len(text) <= _width() else text[: _width() - 1] + "…"


def _show_every(trace: Trace, language: str) -> None:
    """Every row, with every cell that it rests on."""
    if trace.numerator is None:
        OUT.print(f"  {say('trace.rests_on', language)}: {len(trace.rests_on)}")
        for row in trace.rests_on:
            _show_row(row, "    ", language)
    for heading, units in _parts(trace) if trace.numerator is not None else ():
        OUT.print(f"  {say(heading, language)}: {len(units)}")
        for unit in units:
            OUT.print(f"    {unit.table} {escape(unit.key)}: {unit.category}")
            for row in unit.rows:
                _show_row(row, "      ", language)


def _show_row(row: RowTrace, indent: str, language: str) -> None:
    origin = say("trace.origin", language, supplier=row.supplier, source=row.source, day=row.known_on)
    OUT.print(f"{indent}{row.table} {escape(row.key)}: {escape(row.file)}")
    OUT.print(f"{indent}  [dim]{escape(origin)}, sha256 {row.file_sha256[:12]}…[/]")
    if (gone := row.removed) is not None:
        on = day(date.fromisoformat(gone.on[:10]), language)
        told = say("trace.removed", language, day=on, rule=gone.rule, by=gone.by, log=gone.log)
        OUT.print(f"{indent}  [yellow]{escape(told)}[/]")
    for cell in row.cells:
        OUT.print(f"{indent}{cell.field} = {escape(short(cell.value))}{_place(cell.value, cell.where, language)}")
        if cell.received is not None:
            OUT.print(f"{indent}    [dim]{escape(cell.received)}[/]")
        if cell.correction is not None:
            OUT.print(f"{indent}    [yellow]{escape(_corrected(cell.correction, language))}[/]")


def _corrected(correction: Correction, language: str) -> str:
    """Who corrected a cell, why, and what the supplier's own file says."""
    reason = correction.reason.get(language) or next(iter(correction.reason.values()), "")
    said = correction.supplied or say("correction.nothing", language)
    told = say(
        "trace.corrected",
        language,
        id=correction.id,
        by=correction.made_by,
        day=correction.made_on,
        reason=reason,
        said=said,
    )
    return told + _place("", correction.where, language)


def _place(value: str, where: Where | None, language: str) -> str:
    if where is None:
        return f"  ({say('trace.programme', language)})" if value else ""
    place = [
        say("trace.line", language, line=where.line) if where.line is not None else "",
        say("trace.cell", language, sheet=where.sheet, cell=where.cell) if where.cell is not None else "",
        where.pointer or "",
        f"«{where.column}»" if where.column is not None else "",
    ]
    return "  <- " + escape(" ".join(part for part in (where.file, *place) if part))
