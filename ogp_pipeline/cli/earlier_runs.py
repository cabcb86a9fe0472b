"""The command that shows earlier runs. Merged into ``cli.app``, whose docstring says how commands work."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from ogp_pipeline.cli.options import HERE, LOOK, Json, Lang, Programme, spoken
from ogp_pipeline.cli.views_run import OUT, print_json
from ogp_pipeline.i18n.catalogue import count, number, say
from ogp_pipeline.runs import run_history
from ogp_pipeline.runs.run_history import History, Line
from ogp_pipeline.runs.workspace import open_workspace

app = typer.Typer()


@app.command("runs", rich_help_panel=LOOK)
def show_runs(
    programme: Programme = HERE,
    newest: Annotated[int, typer.Option("--newest", "-n", min=1, max=1000, help="So many of the newest runs.")] = 20,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """List the newest runs: how each ended, how long it took, what came in, and how the publication grows."""
    workspace = open_workspace(programme)
    history = run_history.read(workspace, datetime.now(UTC), newest)
    if as_json:
        return print_json(history.to_json())
    _show(history, spoken(lang, workspace))
    return None


def _show(history: History, language: str) -> None:
    """A line for each run, then what grew, and which source takes longest."""
    if not history.runs:
        OUT.print(say("runs.none", language))
        return
    grid = Table(box=None, header_style="dim", padding=(0, 1, 0, 0))
    grid.add_column(say("runs.started", language), no_wrap=True)
    grid.add_column(say("runs.outcome", language), no_wrap=True)
    for key in ("runs.took", "runs.deliveries", "run.rows", "run.problems", "run.release", "runs.size"):
        grid.add_column(say(key, language), justify="right")
    for line in history.runs:
        grid.add_row(*_cells(line, language))
    OUT.print(grid, soft_wrap=False)
    grown = [line for line in history.runs if line.published_bytes is not None]
    if len(grown) > 1:
        OUT.print(escape(say("runs.grew", language, **_growth(grown[-1], grown[0], language))))
    timed = [(line.slowest, line.started) for line in history.runs if line.slowest is not None]
    if timed:
        (source, seconds), started = max(timed, key=lambda pair: pair[0][1])
        values = {"source": source, "seconds": number(round(seconds, 1), language), "started": _minute(started)}
        OUT.print(escape(say("runs.slowest", language, **values)))
    if history.unread:
        OUT.print(f"[yellow]{escape(count('runs.unread', history.unread, language))}[/]")


def _cells(line: Line, language: str) -> list[str]:
    colour = "green" if line.exit_code == 0 else "red"
    outcome = escape(say(f"run.outcome.{line.outcome}", language))
    return [
        _minute(line.started),
        f"[{colour}]{outcome}[/]",
        _span(line.seconds, language),
        str(sum(line.deliveries.values())),
        number(line.rows, language),
        number(line.problems, language),
        escape(line.version or ""),
        _megabytes(line, language),
    ]


def _minute(started: str) -> str:
    return f"{datetime.fromisoformat(started).astimezone(UTC):%Y-%m-%d %H:%M}"


def _span(seconds: float, language: str) -> str:
    """``8.4 s``, ``12 min``."""
    value, unit = (round(seconds, 1), "s") if seconds < 120 else (round(seconds / 60), "min")
    return f"{number(value, language)} {unit}"


def _megabytes(line: Line, language: str) -> str:
    return "" if line.published_bytes is None else number(round(line.published_bytes / 1e6, 1), language)


def _growth(first: Line, last: Line, language: str) -> dict[str, str]:
    return {
        "rows_before": number(first.published_rows or 0, language),
        "rows_after": number(last.published_rows or 0, language),
        "size_before": _megabytes(first, language),
        "size_after": _megabytes(last, language),
    }
