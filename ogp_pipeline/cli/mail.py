"""The commands of mail. Merged into ``cli.app``, whose docstring says how commands work."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from ogp_pipeline.cli.options import HERE, RUN, Json, Lang, Programme, spoken
from ogp_pipeline.cli.views_run import ERR, OUT, print_json
from ogp_pipeline.errors import WrongUse
from ogp_pipeline.i18n import catalogue
from ogp_pipeline.mail import post
from ogp_pipeline.mail.outbox import Outbox, State
from ogp_pipeline.mail.post import Posted
from ogp_pipeline.runs.workspace import open_workspace

app = typer.Typer()
mail = typer.Typer(help="Receipts, reminders and a daily digest by mail (docs/mail.md).", no_args_is_help=True)
app.add_typer(mail, name="mail", rich_help_panel=RUN)

_COLOURS = {State.SENT: "green", State.GIVEN_UP: "red", State.DOUBTFUL: "red"}


@mail.command("send")
def send_mail(
    programme: Programme = HERE,
    preview: Annotated[
        Path | None,
        typer.Option(file_okay=False, help="Send nothing: write what would be sent into this folder, to look at."),
    ] = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Send what is due and was not sent. Every run does it by itself; this is for a schedule of its own."""
    workspace, now = open_workspace(programme), datetime.now(UTC)
    if preview is not None:
        paths = post.preview(workspace, preview, now)
        if as_json:
            return print_json([str(path) for path in paths])
        OUT.print(escape(f"{len(paths)} in {preview}"))
        return None
    if not post.is_on(workspace):
        raise WrongUse("mail is off: `mail: {send: true, …}` in the programme file switches it on (docs/mail.md)")
    posted = post.send_due(workspace, now)
    if as_json:
        print_json(asdict(posted))
    else:
        show_posted(posted, spoken(lang, workspace), as_json=False)
    raise typer.Exit(1 if posted.trouble or posted.unsent else 0)


@mail.command("list")
def list_mail(programme: Programme = HERE, as_json: Json = False) -> None:
    """List what was sent and what did not go out, newest first."""
    every = Outbox(open_workspace(programme).intake).listed()
    if as_json:
        return print_json([asdict(sent) for sent in every])
    table = Table("when", "to", "what", "")
    for sent in every:
        colour = _COLOURS.get(sent.state, "yellow")
        state = escape(f"{sent.state.value}: {sent.reason}" if sent.reason else sent.state.value)
        table.add_row(sent.at[:16].replace("T", " "), escape(sent.to), escape(sent.subject), f"[{colour}]{state}[/]")
    OUT.print(table if every else "no mail was sent yet")
    return None


def show_posted(posted: Posted, language: str, *, as_json: bool) -> None:
    """What a run's mail came to; on the error stream, so that a run's own answer stays what it is."""
    if as_json or posted.is_silent:
        return
    if posted.sent:
        ERR.print(escape(catalogue.count("mail.run.sent", len(posted.sent), language)))
    if posted.unsent:
        ERR.print(f"[yellow]{escape(catalogue.count('mail.run.unsent', len(posted.unsent), language))}[/]")
    if posted.trouble:
        ERR.print(f"[yellow]{escape(posted.trouble)}[/]")
