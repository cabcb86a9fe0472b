"""The commands that set up object storage. Merged into ``cli.app``, whose docstring says how commands work."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from ogp_pipeline.cli.options import HERE, KEEP, Json, Lang, LangOfSupplier, Programme, ProgrammeOption, spoken
from ogp_pipeline.cli.views_run import OUT, print_json
from ogp_pipeline.errors import WrongUse
from ogp_pipeline.i18n.catalogue import moment, number, say
from ogp_pipeline.programme.places import DirectoryPlace
from ogp_pipeline.runs.workspace import open_workspace
from ogp_pipeline.store import object_storage
from ogp_pipeline.upkeep import inbox_access, public_access
from ogp_pipeline.upkeep.inbox_access import BucketInbox, Offered, Terms, UploadLink
from ogp_pipeline.upkeep.public_access import Prepared

app = typer.Typer()
inbox = typer.Typer(help="Inboxes in buckets: who may send, and how.", no_args_is_help=True)
store = typer.Typer(help="The public bucket.", no_args_is_help=True)
app.add_typer(inbox, name="inbox", rich_help_panel=KEEP)
app.add_typer(store, name="store", rich_help_panel=KEEP)


@inbox.command("policy")
def write_policy(
    supplier: Annotated[str | None, typer.Argument(help="The supplier; or use --all.", show_default=False)] = None,
    everybody: Annotated[bool, typer.Option("--all", help="Of every supplier with an inbox in a bucket.")] = False,
    to: Annotated[
        Path | None, typer.Option(file_okay=False, help="Write SUPPLIER.json into this folder instead of printing.")
    ] = None,
    lang: Lang = None,
    programme: ProgrammeOption = HERE,
    as_json: Json = False,
) -> None:
    """The IAM policy for a supplier's keys: send into its own inbox, read its own receipts, and nothing else."""
    if (supplier is None) != everybody:
        raise typer.BadParameter("name one supplier, or write --all", param_hint="SUPPLIER")
    workspace = open_workspace(programme)
    chosen = (
        {supplier: inbox_access.inboxes(workspace.programme, supplier)}
        if supplier
        else inbox_access.in_buckets(workspace.programme)
    )
    policies = {name: inbox_access.policy(inboxes) for name, inboxes in chosen.items()}
    if to is None:
        return print_json(policies if everybody else policies[str(supplier)])
    to.mkdir(parents=True, exist_ok=True)
    paths = {name: to / f"{name}.json" for name in policies}
    for name, path in paths.items():
        path.write_text(json.dumps(policies[name], indent=2) + "\n", encoding="utf-8")
        if not as_json:
            OUT.print(escape(say("storage.policy_written", spoken(lang, workspace), path=path, supplier=name)))
    return print_json({name: str(path) for name, path in paths.items()}) if as_json else None


@inbox.command("link")
def make_link(
    supplier: Annotated[str, typer.Argument(help="The supplier.")],
    file: Annotated[
        Path | None, typer.Argument(exists=True, dir_okay=False, help="The file that will be sent.", show_default=False)
    ] = None,
    expires: Annotated[str, typer.Option(help="How long it works: 30m, 12h; at most 7d.")] = "7d",
    only_check: Annotated[bool, typer.Option("--check", help="The file is only to be checked.")] = False,
    source: Annotated[str | None, typer.Option(help="The inbox, if the supplier has several.")] = None,
    name: Annotated[str | None, typer.Option(help="Another name than the file's; or with the next two.")] = None,
    size: Annotated[int | None, typer.Option("--bytes", min=0, help="The length of a file that is elsewhere.")] = None,
    sha256: Annotated[str | None, typer.Option(help="The sha256 of a file that is elsewhere.")] = None,
    lang: LangOfSupplier = None,
    programme: ProgrammeOption = HERE,
    as_json: Json = False,
) -> None:
    """A link with which somebody without keys can send one file, once: name, length and content are bound to it."""
    workspace, now = open_workspace(programme), datetime.now(UTC)
    chosen = _one(inbox_access.inboxes(workspace.programme, supplier), source)
    bucket, offered = object_storage.connect(chosen.place, workspace.access), _offered(file, name, size, sha256)
    largest = workspace.programme.limits_of(chosen.source).file_mb << 20
    made = inbox_access.link(bucket, offered, Terms(largest, inbox_access.duration(expires), only_check), now)
    language = lang or workspace.programme.supplier(supplier).language
    _show_link(made, offered, made.curl(str(file or offered.name)), language, as_json=as_json)


def _one(inboxes: list[BucketInbox], wanted: str | None) -> BucketInbox:
    chosen = [inbox for inbox in inboxes if wanted in (None, inbox.source.id)]
    if len(chosen) != 1:
        raise WrongUse(f"choose one inbox with --source: {', '.join(inbox.source.id for inbox in inboxes)}")
    return chosen[0]


def _offered(file: Path | None, name: str | None, size: int | None, sha256: str | None) -> Offered:
    if file is not None:
        if size is not None or sha256 is not None:
            raise typer.BadParameter("not together with a file: it tells them", param_hint="--bytes, --sha256")
        whole = inbox_access.offered(file)
        return Offered(name or whole.name, whole.size, whole.sha256)
    if name is None or size is None or sha256 is None:
        raise typer.BadParameter("give the file, or --name, --bytes and --sha256 of it", param_hint="FILE")
    return Offered(name, size, sha256.lower())


def _show_link(link: UploadLink, file: Offered, curl: str, language: str, *, as_json: bool) -> None:
    """What to send to the agency."""
    if as_json:
        shown = {**asdict(link), "expires": link.expires.isoformat(timespec="seconds"), "method": "PUT", "curl": curl}
        return print_json({**shown, "name": file.name, "bytes": file.size, "sha256": file.sha256})
    OUT.print(escape(say("storage.link_send", language, until=moment(link.expires, language))))
    OUT.print(f"\n{escape(curl)}\n", soft_wrap=True, highlight=False)
    OUT.print(escape(say("storage.link_bound", language, name=file.name, size=number(file.size, language))))
    return None


@store.command("setup")
def set_up(
    programme: Programme = HERE,
    only_print: Annotated[
        bool, typer.Option("--print", help="Change nothing: print the bucket policy and the CORS rules as JSON.")
    ] = False,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Let everybody read what is published in a bucket, and nothing else there; from pages of other sites, too."""
    workspace = open_workspace(programme)
    place = workspace.programme.publication.store
    if isinstance(place, DirectoryPlace):
        raise WrongUse("the public store is a folder, not a bucket: a web server makes it public (docs/operations.md)")
    bucket = object_storage.connect(place, workspace.access)
    documents: dict[str, Any] = {"policy": public_access.policy(bucket), "cors": public_access.cors()}
    if only_print:
        return print_json(documents)
    _show_prepared(public_access.prepare(bucket), documents, spoken(lang, workspace), as_json=as_json)
    return None


def _show_prepared(prepared: Prepared, documents: dict[str, Any], language: str, *, as_json: bool) -> None:
    if as_json:
        return print_json({"state": asdict(prepared), **documents})
    for key, state in (("storage.public_read", prepared.policy), ("storage.public_browsers", prepared.cors)):
        OUT.print(escape(f"{say(key, language)}: {say(f'storage.state.{state}', language)}"))
    return None
