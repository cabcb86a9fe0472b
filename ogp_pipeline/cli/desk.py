"""The commands of the desk. Merged into ``cli.app``, whose docstring says how commands work."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from ogp_pipeline.cli.options import HERE, RUN, Json, Programme, ProgrammeOption
from ogp_pipeline.cli.views_run import OUT, print_json
from ogp_pipeline.desk import links
from ogp_pipeline.desk.links import Link
from ogp_pipeline.errors import WrongUse
from ogp_pipeline.runs.workspace import Workspace, open_workspace

app = typer.Typer()
desk = typer.Typer(
    help="A web desk where suppliers check and send files, by personal links (docs/desk.md).", no_args_is_help=True
)
app.add_typer(desk, name="desk", rich_help_panel=RUN)

Url = Annotated[
    str | None, typer.Option(help="Where people reach the desk; default: `desk.url` of the programme file.")
]
_DAYS = 180


@desk.command("serve")
def serve_desk(
    programme: Programme = HERE,
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen at.")] = 8765,
    url: Url = None,
    proxies: Annotated[
        str, typer.Option(help="Proxies that may say who asks: their addresses, with commas.")
    ] = "127.0.0.1",
    as_json: Json = False,
) -> None:
    """Serve the desk until Ctrl-C. Suppliers come with links that `ogp desk link` makes."""
    from ogp_pipeline.desk import serving  # here: a web server, which no other command needs

    settings = open_workspace(programme).programme.desk
    address = url or (settings.root if settings is not None else f"http://{host}:{port}")
    if as_json:
        print_json({"url": address, "host": host, "port": port})
    else:
        OUT.print(escape(f"the desk listens at {host}:{port}; people reach it at {address}"), soft_wrap=True)
    serving.serve(programme, host, port, address, proxies)


@desk.command("link")
def make_link(
    source: Annotated[str, typer.Argument(help="The inbox that the link opens: a source of the programme.")],
    label: Annotated[str, typer.Option("--to", help="For whom it is, so that you can tell links apart.")] = "",
    days: Annotated[
        int | None, typer.Option(min=1, max=730, help="How long it works; default: `desk.link_days`.")
    ] = None,
    url: Url = None,
    programme: ProgrammeOption = HERE,
    as_json: Json = False,
) -> None:
    """Make a personal link: whoever has it sends into this inbox and reads its supplier's receipts, nothing else."""
    workspace = open_workspace(programme)
    chosen, address = links.inbox_of(workspace.programme, source), _address(workspace, url)
    settings = workspace.programme.desk
    lasts = days or (settings.link_days if settings is not None else _DAYS)
    link = links.issue(workspace.intake, chosen, label, datetime.now(UTC), lasts)
    made = f"{address}/{links.ENTER}/{links.token(links.key(workspace.intake), link)}"
    if as_json:
        return print_json({"url": made, **asdict(link)})
    OUT.print(escape(made), soft_wrap=True)
    OUT.print(escape(f"works until {link.expires_at[:10]}; `ogp desk revoke {link.id[:8]}` ends it before"))
    return None


@desk.command("list")
def list_links(programme: Programme = HERE, as_json: Json = False) -> None:
    """List the links that were made, newest first: whose, until when, and whether they still work."""
    workspace, now = open_workspace(programme), datetime.now(UTC)
    every = links.listed(workspace.intake)
    if as_json:
        return print_json([{**asdict(link), "works": link.works(now)} for link in every])
    table = Table("id", "source", "for", "until", "")
    for link in every:
        state = "works" if link.works(now) else "revoked" if link.revoked_at else "over"
        table.add_row(*map(escape, (link.id[:8], link.source, link.label, link.expires_at[:10], state)))
    OUT.print(table if every else "no link was made yet: `ogp desk link SOURCE`")
    return None


@desk.command("revoke")
def revoke_links(
    beginning: Annotated[str | None, typer.Argument(metavar="ID", help="The link; the beginning is enough.")] = None,
    source: Annotated[str | None, typer.Option(help="Instead: every link of this source.")] = None,
    programme: ProgrammeOption = HERE,
    as_json: Json = False,
) -> None:
    """End a link, or all links of a source, at once: whoever is visiting with it is out."""
    if (beginning is None) == (source is None):
        raise typer.BadParameter("name one link, or write --source", param_hint="ID")
    workspace = open_workspace(programme)
    revoked = links.revoke(workspace.intake, datetime.now(UTC), beginning=beginning, source=source)
    if as_json:
        return print_json([asdict(link) for link in revoked])
    for link in revoked:
        OUT.print(escape(_told(link)))
    return None


def _told(link: Link) -> str:
    return f"revoked: {link.id[:8]} of {link.source}{f' for {link.label}' if link.label else ''}"


def _address(workspace: Workspace, url: str | None) -> str:
    if url is not None:
        return url.rstrip("/")
    if workspace.programme.desk is None:
        raise WrongUse("say where people reach the desk: `desk: {url: https://…}` in the programme file, or --url")
    return workspace.programme.desk.root
