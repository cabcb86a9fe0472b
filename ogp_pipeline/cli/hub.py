"""The commands of a hub. Merged into ``cli.app``, whose docstring says how commands work."""

import uuid
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from ogp_pipeline.cli.options import HERE, RUN, Json
from ogp_pipeline.cli.views_run import ERR, OUT, print_json, progress
from ogp_pipeline.hub import examination, night, opening, processes, starting
from ogp_pipeline.hub.results import Night, ProgrammeResult
from ogp_pipeline.i18n.languages import DEFAULT, LANGUAGES
from ogp_pipeline.schema import schemas
from ogp_pipeline.starter import time_zones

app = typer.Typer()
hub = typer.Typer(help="Many programmes, run side by side and compared in public (docs/hub.md).", no_args_is_help=True)
app.add_typer(hub, name="hub", rich_help_panel=RUN)

Hub = Annotated[Path, typer.Argument(help="The hub's file, or the folder that holds hub.yaml.", show_default=True)]
_COLOURS = {"Failed": "red", "Rejected": "red", "Held": "yellow", "Paused": "dim", "Published": "green"}


@hub.command("init")
def init_hub(
    folder: Annotated[Path, typer.Argument(help="Where to make the new hub; must not hold one.")],
    country: Annotated[str, typer.Option(help="ISO 3166 code of the first programme's country.")] = "XX",
    languages: Annotated[str, typer.Option(help="Languages of its pages, the first before the others.")] = ",".join(
        DEFAULT
    ),
    as_json: Json = False,
) -> None:
    """Make a new hub: its file to edit, and a first programme as `ogp init` makes it."""
    chosen = [code.strip() for code in languages.split(",") if code.strip()]
    if not chosen or set(chosen) - set(LANGUAGES):
        raise typer.BadParameter(f"must be some of {', '.join(LANGUAGES)}", param_hint="--languages")
    if not time_zones.is_country(country):
        raise typer.BadParameter(f"{country!r} is no country's code in ISO 3166", param_hint="--country")
    made = starting.create(folder, country, chosen, datetime.now(UTC).date(), schemas.load())
    if as_json:
        return print_json([str(path) for path in made])
    OUT.print(escape(f"{len(made)} files in {folder}: edit {made[0].name}, then run `ogp hub check {folder}`"))
    return None


@hub.command("check")
def check_hub(place: Hub = HERE, as_json: Json = False) -> None:
    """Check the hub's file and each programme's: mistakes, quotas, keys that are set, stores that two share."""
    examined = examination.examine(opening.open_hub(place))
    if as_json:
        print_json([asdict(each) for each in examined])
    else:
        table = Table("programme", "", "sources", "keys that are set", "to mend")
        for each in examined:
            mistakes = escape("\n".join(each.mistakes))
            table.add_row(
                each.programme, each.kind, str(each.sources or ""), " ".join(each.keys), f"[red]{mistakes}[/]"
            )
        OUT.print(table)
    raise typer.Exit(2 if any(each.mistakes for each in examined) else 0)


@hub.command("run")
def run_hub(
    place: Hub = HERE,
    at_once: Annotated[
        int | None, typer.Option("--at-once", min=1, help="Programmes at a time, instead of what the hub's file says.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Run every programme of the hub, several at a time, then publish their comparison. A re-run never harms."""
    opened = opening.open_hub(place)
    count, ended = len(night.ours(opened)), []
    try:
        with progress(as_json=as_json) as report:

            def told(result: ProgrammeResult) -> None:
                ended.append(result)
                report(f"{result.programme}: {result.state}", len(ended), count)

            done = night.run(opened, datetime.now(UTC), str(uuid.uuid4()), told, at_once)
    finally:
        processes.close()
    if as_json:
        print_json(done.to_json())
    else:
        _show(done)
    raise typer.Exit(done.exit_code)


def _show(done: Night) -> None:
    """The programmes that somebody should look at, then how many there are of each state."""
    table = Table("programme", "state", "version", "why", box=None, pad_edge=False)
    for result in done.programmes:
        if result.state != "Unchanged" or len(done.programmes) <= 20:
            colour = _COLOURS.get(result.state, "default")
            shown = f"[{colour}]{result.state}[/]"
            table.add_row(escape(result.programme), shown, result.version or "", escape(result.told))
    OUT.print(table)
    counts = ", ".join(f"{count} {state}" for state, count in done.counts.items())
    OUT.print(escape(f"{counts}; comparison: {done.comparison} {done.told}; {done.seconds:.0f} s"))
    for result in done.programmes:
        if result.log and result.state == "Failed":
            ERR.print(escape(f"{result.programme}:\n{result.log}"))
