"""What ``init``, ``run`` and ``releases`` show: text for people, one JSON document for machines.

Decides nothing. ``answers`` shows the other commands' results in the same way.
"""

import io
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any

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
from rich.text import Text

from ogp_pipeline.errors import OgpError
from ogp_pipeline.i18n.catalogue import count, number, say
from ogp_pipeline.i18n.languages import ENGLISH
from ogp_pipeline.i18n.legible import json_text, legible, presentable
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.programme.places import DirectoryPlace
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.runs import (
    causes_told,
    held_list,
    left_files,
    left_over,
    rehearsal,
    stale_corrections,
    unfit_rows,
)
from ogp_pipeline.runs import record as run_record
from ogp_pipeline.runs.causes_told import CausesTold
from ogp_pipeline.runs.outcomes import Published
from ogp_pipeline.runs.outcomes import name as outcome_name
from ogp_pipeline.runs.record import RunRecord, SourceResult
from ogp_pipeline.runs.rehearsal import Preview
from ogp_pipeline.runs.status import Headline, Status
from ogp_pipeline.runs.templating import Made
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.schema.schemas import load
from ogp_pipeline.site import waiting
from ogp_pipeline.site.figures import figure, unit_of

OnProgress = Callable[[str, int, int], None]
STAGES = ("collect", "release", "rebuild")
NAMED = 8  # silent sources; of a programme with seventy, their names would be half a page


class _Terminal(Console):
    """A console on which no word from outside acts: whatever is printed goes through here, cells of grids too."""

    names_steps = False  # ``--verbose``

    def render_str(self, text: str, **options: Any) -> Text:  # noqa: ANN401 - as rich has it
        """The text, legible."""
        return super().render_str(legible(text, lines=True), **options)

    def on_broken_pipe(self) -> None:
        """Who reads has had enough, as ``head`` has: the command goes on without a word, and ends as it would."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


OUT = _Terminal(highlight=False, soft_wrap=True, emoji=False)
ERR = _Terminal(stderr=True, highlight=False, soft_wrap=True, emoji=False)


def speak(*, quiet: bool, verbose: bool) -> None:
    """How much is said from now on: with ``quiet`` errors only, with ``verbose`` each step on the error stream.

    A terminal of few letters gets a question mark for others, as a terminal does, and the command goes on.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    OUT.quiet, ERR.names_steps = quiet, verbose


@contextmanager
def progress(*, as_json: bool, language: str = ENGLISH) -> Iterator[OnProgress]:
    """A bar on the terminal's error stream; silent for machines and where there is no terminal. Or each step's name."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    bar = Progress(
        *columns, console=ERR, transient=True, disable=as_json or OUT.quiet or ERR.names_steps or not ERR.is_terminal
    )
    told: set[str] = set()
    with bar:
        task = bar.add_task("", total=None)

        def report(stage: str, done: int, total: int) -> None:
            if ERR.names_steps and stage not in told:
                told.add(stage)
                ERR.print(escape(_stage(stage, language)))
            bar.update(task, description=escape(_stage(stage, language)), completed=done, total=total)

        yield report


def _stage(stage: str, language: str) -> str:
    """A stage of a run in words; any other, such as the file that is being verified, as it is."""
    verb, _, what = stage.partition(" ")
    return say(f"run.stage.{verb}", language, what=what) if verb in STAGES else stage


def print_json(value: object) -> None:
    """One JSON document on standard output; letters that it cannot hold are written by their numbers."""
    text = json_text(json.dumps(value, ensure_ascii=False, indent=2, default=str)) + "\n"
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(json.loads(text), indent=2) + "\n"
    sys.stdout.write(text)


def show_error(error: OgpError) -> None:
    """A purposeful error: its message, without a traceback."""
    ERR.print(f"[bold red]error[/]: {escape(presentable(str(error), lines=True))}")


def show_files(files: Sequence[Path], folder: Path, language: str, *, as_json: bool) -> None:
    """What ``init`` wrote and what to do next. The first file in a folder tells the folder that parties fill."""
    if as_json:
        return print_json({"folder": str(folder), "files": [str(path) for path in files]})
    for path in files:
        OUT.print(f"  {escape(str(path))}")
    filled = next(path.relative_to(folder).parts[0] for path in files if path.parent != folder)
    told = say("init.next", language, programme=folder / "programme.yaml", folder=filled, command=f"ogp run {folder}")
    OUT.print(f"\n{escape(told)}")
    return None


def show_template(made: Made, language: str, *, as_json: bool) -> None:
    """Where the template is, what is in it, and who will read it once it is filled in."""
    if as_json:
        return print_json(asdict(made))
    OUT.print(f"[bold]{escape(str(made.path))}[/]  ({number(round(made.size / 1000), language)} kB)")
    told = [
        made.table or f"{len(made.sheets)} {say('template.sheet', language)}",
        made.supplier,
        made.period,
        made.language,
    ]
    OUT.print(f"  {escape(' · '.join(part for part in told if part))}")
    OUT.print(f"  {count('template.rows_there', made.rows, language)}")
    if made.read_by is None:
        tables = made.table or ", ".join(made.sheets)
        lacking = say("template.read_by_none", language, supplier=made.supplier, table=tables)
        if made.named is not None:
            lacking = say("template.read_by_name", language, source=made.named[0], files=", ".join(made.named[1]))
        OUT.print(f"  [yellow]{escape(lacking)}[/]")
    else:
        OUT.print(f"  {escape(say('template.read_by', language, source=made.read_by, folder=made.folder or '–'))}")
    return None


def show_run(
    record: RunRecord,
    workspace: Workspace,
    headline: Headline | None,
    language: str,
    *,
    as_json: bool,
    preview: Preview | None = None,
) -> None:
    """The end of a run: sources, releases, headline numbers, outcome, and the place to look.

    ``preview``: it was a rehearsal, and this is where it lies.
    """
    if as_json:
        kind = "draft" if workspace.draft else "dry_run"
        more = {kind: str(preview.folder)} if preview is not None else {}
        return print_json(record.to_json() | {"headline": headline.to_json() if headline else None} | more)
    silent = [source for source in record.sources if run_record.is_silent(source)]
    speaking = [source for source in record.sources if not run_record.is_silent(source)]
    grid = grid_of(("run.source", "", "run.rows", "run.problems"), language)
    for result in speaking:
        state = run_record.describe(result, language)
        colour = {"accepted": "green", "in_part": "yellow", "same": "", "nothing": "yellow"}.get(result.state, "red")
        told = f"[{colour}]{escape(state)}[/]" if colour else escape(state)
        grid.add_row(result.source, told, str(result.rows), str(result.problems))
    if speaking:
        OUT.print(grid)
    _show_silent(silent, language, beginning=not speaking and headline is None)
    for result in speaking:
        for item in result.deliveries:
            if item.state in ("in_part", "rejected", "held", "nothing", "failed") and item.receipt is not None:
                own = workspace.programme.supplier(result.supplier).language
                page = item.receipt.removesuffix("json") + f"{own}.html"
                OUT.print(f"{result.source}: {escape(workspace.intake.describe())}/{page}")
                _show_causes(causes_told.of_receipt(workspace, item.receipt, language), language)
    if record.releases:
        OUT.print()
        grid = grid_of(("run.release", "run.as_of", "run.added", "run.changed", "run.removed"), language)
        for release in record.releases:
            counts = [str(release.changes[kind]) for kind in ("added", "changed", "removed")]
            grid.add_row(f"[bold]{release.version}[/]", release.as_of, *counts)
        OUT.print(grid)
    if headline is not None:
        OUT.print()
        show_headline(headline, workspace.programme, language)
    show_left_out(record, language)
    colour = "green" if record.outcome.exit_code == 0 else "red"
    ended = outcome_name(record.outcome)
    outcome = say("run.would_publish" if preview and ended == Published.__name__ else f"run.outcome.{ended}", language)
    told = escape(run_record.explain(record.outcome, language))
    seconds = say("run.seconds", language, seconds=number(round(record.seconds, 1), language))
    OUT.print(f"\n[bold {colour}]{outcome}[/] {told}  ({seconds})")
    if preview is not None:
        _show_preview(preview, language)
    elif headline is not None:
        _show_place(record, workspace.programme, language)
    return None


def _show_silent(silent: Sequence[SourceResult], language: str, *, beginning: bool) -> None:
    """Those that gave nothing, in one line. ``beginning``: nobody has given anything yet, which is no fault."""
    if not silent:
        return
    names = escape(listed([result.source for result in silent], "run.silent_more", language))
    if beginning:
        OUT.print(f"{count('run.nothing_yet', len(silent), language)} {names}")
        return
    OUT.print(f"[yellow]{count('run.silent', len(silent), language)}[/] {names}")
    if any(result.deliveries for result in silent):
        OUT.print(say("run.silent_receipts", language))


def listed(sources: Sequence[str], more: str, language: str) -> str:
    """The first few names, and how many others there are. ``more``: the words for these."""
    names = ", ".join(sources[:NAMED])
    rest = len(sources) - NAMED
    return f"{names} {count(more, rest, language)}" if rest > 0 else names


def _show_place(record: RunRecord, programme: Programme, language: str) -> None:
    """Where to look: a page that opens. And that nobody else finds it, as long as its address is only an example."""
    publication = programme.publication
    in_folder = isinstance(publication.store, DirectoryPlace)
    place = f"{record.store}/index.html" if in_folder else f"{publication.root}/"
    OUT.print(f"{say('run.place', language)}: [bold]{escape(place)}[/]", soft_wrap=True)
    if publication.is_placeholder:
        OUT.print(f"[yellow]{escape(say('run.placeholder', language, address=publication.root))}[/]")


def _show_preview(preview: Preview, language: str) -> None:
    """That nothing was kept, and where to look at what would be."""
    OUT.print(f"[bold]{say('run.draft' if preview.workspace.draft else 'run.rehearsal', language)}[/]")
    if preview.start_page.is_file():
        OUT.print(f"{say('run.rehearsal.site', language)}: [bold]{escape(str(preview.start_page))}[/]")
    if preview.start_page.is_file() and preview.workspace.draft:
        data = preview.folder / rehearsal.SITE / "latest"
        OUT.print(f"{say('run.draft.data', language)}: {escape(str(data))}")
    OUT.print(f"{say('run.rehearsal.receipts', language)}: {escape(str(preview.folder / rehearsal.PRIVATE))}/receipts")


def _show_causes(told: CausesTold, language: str) -> None:
    """Each cause once, with how often and where first, and what to do; the gravest and most frequent ones."""
    for cause in told.shown:
        OUT.print(f"  {escape(cause.sentence)}")
        OUT.print(f"    [bold]{escape(cause.todo)}[/]")
    if told.more:
        OUT.print(f"  {escape(count('run.causes.more', told.more, language))}")


def grid_of(keys: Sequence[str], language: str) -> Grid:
    """A table whose headings are texts of the catalogue; '' for none."""
    grid = Grid(box=None, header_style="dim")
    for key in keys:  # a long id goes on below: it is there to be copied, and must not be cut
        grid.add_column(say(key, language) if key else "", overflow="fold")
    return grid


def show_left_out(record: RunRecord | Status, language: str) -> None:
    """What somebody has to look at: corrections that fail, rows that no table holds or no source gives, files that
    nobody takes, and what waits; each with what to do.
    """
    told = [stale_corrections.describe(correction, language) for correction in record.corrections]
    told += [unfit_rows.describe(row, language) for row in record.unfit]
    told += [left_files.describe(files, language) for files in record.left]
    told += [left_over.describe(rows, language) for rows in record.left_over]
    told += [held_list.describe(held, language) for held in record.on_hold]
    if told:
        OUT.print()
    for sentence in told:
        OUT.print(f"[yellow]{escape(sentence)}[/]")


def show_headline(headline: Headline, programme: Programme, language: str) -> None:
    """Every number; where there are those of several plans, below the plan's name."""
    as_of = f"{say('run.as_of', language)} {headline.as_of}"
    grid = Grid(as_of, "", "", box=None, header_style="dim")
    titles = {plan.id: plan.title.get(language) for plan in programme.plans}
    several = len({figures.plan for figures in headline.numbers}) > 1
    for plan, numbers in groupby(headline.numbers, key=lambda figures: figures.plan):
        if several:
            grid.add_row(f"[bold]{escape(titles[plan])}[/]", "", "")
        for entry in numbers:
            label = f"{entry.title[language]}: {entry.label[language]}"
            told = figure(entry.metric, unit_of(entry.metric), entry.numerator, entry.denominator, language)
            grid.add_row(label, told.text, told.share or "")
    OUT.print(grid if headline.numbers else f"[dim]{as_of}[/]")
    for _, period in headline.unasked:
        OUT.print(f"{escape(period)}: {say('site.not_asked_round', language)}")
    for waits in headline.waiting:
        OUT.print(f"[yellow]{escape(waiting.told(waits, load(), str, language))}[/]")


def show_releases(releases: Sequence[Release], language: str, *, as_json: bool) -> None:
    """The log, newest first."""
    newest_first = list(reversed(releases))
    if as_json:
        return print_json([{"hash": item.hash, **json.loads(item.data)} for item in newest_first])
    keys = ("run.release", "status.number", "run.as_of", "status.published", "run.added", "run.changed", "run.removed")
    grid = grid_of(keys, language)
    for item in newest_first:
        counts = [
            str(sum(getattr(changes, kind) for changes in item.manifest.datasets.values()))
            for kind in ("added", "changed", "removed")
        ]
        days = (str(item.manifest.as_of), item.manifest.created[:16].replace("T", " "))
        grid.add_row(f"[bold]{item.version}[/]", str(item.n), *days, *counts)
    OUT.print(grid if newest_first else say("status.no_release", language))
    versions = {item.n: item.version for item in newest_first}
    for item in newest_first:
        if item.manifest.reason is not None:
            back_to = versions.get(item.manifest.back_to or 0, "?")
            told = say("status.back", language, version=item.version, to=back_to, reason=item.manifest.reason)
            OUT.print(escape(told))
    return None


def show_receipt_file(file: Path, language: str, *, written: bool) -> None:
    """On the error stream: that there was nothing to mark, so that no copy was written."""
    if not written:
        ERR.print(escape(say("receipt.copy.nothing", language, file=file.name)))


def short(value: str | None) -> str:
    """A value on one line, cut where it is long."""
    text = " ".join((value or "").split())
    return text if len(text) <= 100 else text[:99] + "…"
