"""The commands of alerts. Merged into ``cli.app``, whose docstring says how commands work.

What they call stands in ``flows``, which knows Prefect. It is named as text and loaded when a command needs it, because
everything else here works without Prefect.
"""

import importlib
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from ogp_pipeline.cli.options import KEEP, Json
from ogp_pipeline.cli.views_run import OUT, print_json

app = typer.Typer()
alerts = typer.Typer(help="Who is told when something is wrong, through Prefect's server.", no_args_is_help=True)
app.add_typer(alerts, name="alerts", rich_help_panel=KEEP)


def _prefect() -> Any:  # noqa: ANN401 - a module
    return importlib.import_module("flows.alerts")


@alerts.command("setup")
def set_up_alerts(
    block: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Send through this notification block, instead of OGP_ALERTS_URL."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Make, or mend, the automations and notification blocks in Prefect's server. Twice is as good as once.

    OGP_ALERTS_URL holds the Apprise address (mailto://…, slack://…) of whoever is on duty, and
    OGP_ALERTS_SUPPLIERS_URL, if it is another person, of whoever talks to suppliers. PREFECT_API_URL names the server.
    """
    made = _prefect().setup(block=block)
    if as_json:
        return print_json([asdict(item) for item in made])
    for item in made:
        OUT.print(f"{item.became:10}{escape(item.name)}", soft_wrap=True)
    return None


@alerts.command("list")
def list_alerts(as_json: Json = False) -> None:
    """List our automations in Prefect's server, and whether they are switched on."""
    every = _prefect().listed()
    if as_json:
        return print_json(
            [
                {"id": str(item.id), "name": item.name, "enabled": item.enabled, "description": item.description}
                for item in every
            ]
        )
    table = Table(box=None, pad_edge=False, show_header=False)
    for item in every:
        table.add_row("on" if item.enabled else "[red]paused[/]", escape(item.name), escape(item.description))
    OUT.print(table)
    return None


@alerts.command("test")
def try_alerts(as_json: Json = False) -> None:
    """Send a message by way of the server, as an alert goes, and say what became of it."""
    told = _prefect().test()
    if as_json:
        print_json(told)
    else:
        for line in told:
            OUT.print(escape(line), soft_wrap=True)
    raise typer.Exit(0 if all(line == "sent" for line in told) else 1)
