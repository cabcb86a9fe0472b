"""What ``init``, ``run``, ``status`` and ``releases`` show: text for people, one JSON document for machines.

Decides nothing. ``answers`` shows the other commands' results in the same way.
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table as Grid

from ogp_pipeline import run_record
from ogp_pipeline.errors import OgpError
from ogp_pipeline.outcomes import name as outcome_name
from ogp_pipeline.run_record import RunRecord
from ogp_pipeline.status import Headline, Status
from ogp_pipeline.store.history import Release
from ogp_pipeline.workspace import Workspace

OnProgress = Callable[[str, int, int], None]
OUT = Console(highlight=False, soft_wrap=True)
ERR = Console(stderr=True, highlight=False, soft_wrap=True)


class Language(StrEnum):
    """The languages that people read."""

    es = "es"
    en = "en"


@contextmanager
def progress(*, as_json: bool) -> Iterator[OnProgress]:
    """A bar on the terminal's error stream; silent for machines and where there is no terminal."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    bar = Progress(*columns, console=ERR, transient=True, disable=as_json or not ERR.is_terminal)
    with bar:
        task = bar.add_task("", total=None)

        def report(stage: str, done: int, total: int) -> None:
            bar.update(task, description=escape(stage), completed=done, total=total)

        yield report


def print_json(value: object) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def show_error(error: OgpError) -> None:
    """A purposeful error: its message, without a traceback."""
    ERR.print(f"[bold red]error[/]: {escape(str(error))}")


def show_files(files: Sequence[Path], folder: Path, *, as_json: bool) -> None:
    """What ``init`` wrote and what to do next."""
    if as_json:
        return print_json({"folder": str(folder), "files": [str(path) for path in files]})
    for path in files:
        OUT.print(f"  {escape(str(path))}")
    OUT.print(
        f"\nEdit [bold]{escape(str(folder / 'programme.yaml'))}[/], fill in the files under inbox/, "
        f"then: [bold]ogp run {escape(str(folder))}[/]"
    )
    return None


def show_run(
    record: RunRecord, workspace: Workspace, headline: Headline | None, language: str, *, as_json: bool
) -> None:
    """The end of a run: sources, releases, headline numbers, outcome, and the place to look."""
    if as_json:
        return print_json(record.to_json() | {"headline": headline.to_json() if headline else None})
    grid = Grid("source", "", "new rows", "problems", box=None, header_style="dim")
    for result in record.sources:
        state = run_record.describe(result, language)
        colour = {"accepted": "green", "same": "", "nothing": "yellow"}.get(result.state, "red")
        told = f"[{colour}]{escape(state)}[/]" if colour else escape(state)
        grid.add_row(result.source, told, str(result.rows), str(result.problems))
    OUT.print(grid)
    for result in record.sources:
        for item in result.deliveries:
            if item.state in ("rejected", "nothing", "failed") and item.receipt is not None:
                own = workspace.programme.supplier(result.supplier).language
                page = item.receipt.removesuffix("json") + f"{own}.html"
                OUT.print(f"{result.source}: {escape(workspace.intake.describe())}/{page}")
    if record.releases:
        OUT.print()
        grid = Grid("release", "as of", "added", "changed", "removed", box=None, header_style="dim")
        for release in record.releases:
            counts = [str(release.changes[kind]) for kind in ("added", "changed", "removed")]
            grid.add_row(f"[bold]{release.version}[/]", release.as_of, *counts)
        OUT.print(grid)
    if headline is not None:
        OUT.print()
        _show_headline(headline, language)
    colour = "green" if record.outcome.exit_code == 0 else "red"
    details = {key: value for key, value in run_record.details(record.outcome).items() if value is not None}
    told = ", ".join(f"{key} {value}" for key, value in details.items())
    OUT.print(f"\n[bold {colour}]{outcome_name(record.outcome)}[/] {escape(told)}  ({record.seconds:.1f} s)")
    if headline is not None:
        OUT.print(f"{run_record.word('place', language)}: [bold]{escape(record.store)}/latest/[/]")
    return None


def _show_headline(headline: Headline, language: str) -> None:
    grid = Grid(f"as of {headline.as_of}", "", "of", box=None, header_style="dim")
    for number in headline.numbers:
        grid.add_row(
            f"{number.title[language]}: {number.label[language]}",
            str(number.numerator),
            str(number.denominator),
        )
    OUT.print(grid)


def show_status(status: Status, language: str, *, as_json: bool) -> None:
    """Newest release with its headline, last run, and every source."""
    if as_json:
        return print_json(status.to_json())
    if status.release is None:
        OUT.print("No release yet: `ogp run` makes the first.")
    else:
        OUT.print(
            f"[bold]{status.release.version}[/]  release {status.release.n}, "
            f"published {status.release.manifest.created}"
        )
    if status.headline is not None:
        _show_headline(status.headline, language)
    if status.last_run is not None:
        outcome = status.last_run["outcome"]
        OUT.print(f"\nlast run {status.last_run['started']}: [bold]{outcome['name']}[/]")
    grid = Grid("source", "last new file known on", "deliveries", "rows", "", box=None, header_style="dim")
    for source in status.sources:
        late = (
            run_record.word("stale", language).format(days=source.stale_days) if source.stale_days is not None else ""
        )
        grid.add_row(source.id, source.known_on or "-", str(source.deliveries), str(source.rows), f"[yellow]{late}[/]")
    OUT.print()
    OUT.print(grid)
    return None


def show_releases(releases: Sequence[Release], *, as_json: bool) -> None:
    """The log, newest first."""
    newest_first = list(reversed(releases))
    if as_json:
        return print_json([{"hash": item.hash, **json.loads(item.data)} for item in newest_first])
    grid = Grid(
        "version",
        "release",
        "as of",
        "published",
        "added",
        "changed",
        "removed",
        box=None,
        header_style="dim",
    )
    for item in newest_first:
        counts = [
            str(sum(getattr(changes, kind) for changes in item.manifest.datasets.values()))
            for kind in ("added", "changed", "removed")
        ]
        grid.add_row(f"[bold]{item.version}[/]", str(item.n), str(item.manifest.as_of), item.manifest.created, *counts)
    OUT.print(grid if newest_first else "No release yet: `ogp run` makes the first.")
    return None


def show_repair(done: Sequence[str], *, as_json: bool) -> None:
    """What was made again, or that nothing had to be."""
    if as_json:
        return print_json({"done": list(done)})
    for line in done:
        OUT.print(escape(line))
    if not done:
        OUT.print("Nothing to mend: every view is as the releases say.")
    return None
