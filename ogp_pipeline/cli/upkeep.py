"""The commands that look after a publication. Merged into ``cli.app``, whose docstring says how commands work."""

import secrets
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ogp_pipeline.cli import views_upkeep
from ogp_pipeline.cli.options import HERE, KEEP, Json, Lang, LangAlone, Programme, ProgrammeOption, spoken
from ogp_pipeline.errors import BrokenHistory
from ogp_pipeline.i18n.languages import ENGLISH
from ogp_pipeline.publishing import authenticity, garbage, history, keyring, renewal, signing_key
from ogp_pipeline.publishing.publish import GRACE
from ogp_pipeline.publishing.reader import open_reader
from ogp_pipeline.publishing.signing import SigningKey
from ogp_pipeline.runs import clock, depositing
from ogp_pipeline.runs.publication import publisher_of
from ogp_pipeline.runs.workspace import open_workspace
from ogp_pipeline.store import attempts
from ogp_pipeline.upkeep import doctor, purging, rollback

app = typer.Typer()


@app.command("rollback", rich_help_panel=KEEP)
def roll_back(
    version: Annotated[str, typer.Argument(help="The version whose content is to be published again.")],
    reason: Annotated[str, typer.Option("--reason", help="Why: published with the release, for everybody to read.")],
    programme: ProgrammeOption = HERE,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Publish an older release's content again, as a new release with a reason. Nothing published is taken away."""
    workspace = open_workspace(programme)
    views_upkeep.show_rollback(
        rollback.roll_back(workspace, version, reason, str(uuid.uuid4())), spoken(lang, workspace), as_json=as_json
    )


@app.command("doctor", rich_help_panel=KEEP)
def examine_stores(
    programme: Programme = HERE,
    deep: Annotated[
        bool, typer.Option("--deep", help="Fold the whole ledger anew and compare; makes a wrong checkpoint again.")
    ] = False,
    clock_is_right: Annotated[
        bool,
        typer.Option("--clock-is-right", help="Confirm this machine's clock, after entries were dated ahead of it."),
    ] = False,
    whole: Annotated[
        bool, typer.Option("--whole", help="Read every object of the private store: is it all there, and sound?")
    ] = False,
    as_json: Json = False,
) -> None:
    """Look whether the stores, the state beside the ledger and the clock are as they should be. Exit code 1: not so."""
    workspace, now = open_workspace(programme), datetime.now(UTC)
    if clock_is_right:
        clock.confirm(workspace, now)
    checks = doctor.look(workspace, now, deep=deep, whole=whole)
    views_upkeep.show_doctor(checks, as_json=as_json)
    if not all(check.well for check in checks):
        raise typer.Exit(1)


@app.command("gc", rich_help_panel=KEEP)
def collect_garbage(
    programme: Programme = HERE,
    delete: Annotated[bool, typer.Option("--delete", help="Remove it. Without this, it is only listed.")] = False,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """List (or remove) what killed publishers left behind and no release names. Fresh attempts are left alone."""
    workspace, now = open_workspace(programme), datetime.now(UTC)
    store = workspace.publication
    unused = garbage.find(store, now)
    tombstone: str | None = None
    if delete and unused:
        attempt = attempts.name(now, secrets.token_bytes(8))
        tombstone = garbage.collect(store, unused, attempt, now.strftime("%Y-%m-%dT%H:%M:%SZ"))
    parts = {
        place.describe(): list(place.unfinished(now - GRACE, remove=delete)) for place in (store, workspace.intake)
    }
    views_upkeep.show_garbage(unused, tombstone, parts, spoken(lang, workspace), deleted=delete, as_json=as_json)


keys = typer.Typer(help="The keys that sign a publication.", no_args_is_help=True)
app.add_typer(keys, name="keys", rich_help_panel=KEEP)


@keys.command("new")
def new_key(
    file: Annotated[Path, typer.Argument(help="Where to write the private key; the public one gets `.pub` behind it.")],
    lang: LangAlone = ENGLISH,
    as_json: Json = False,
) -> None:
    """Make a new signing key. Nothing is published; the first release made with it introduces it."""
    views_upkeep.show_new_key(file, signing_key.make(file).fingerprint, lang, as_json=as_json)


@keys.command("show")
def show_keys(
    place: Annotated[str, typer.Argument(help="Address (https://…) or folder of a publication.")],
    lang: LangAlone = ENGLISH,
    as_json: Json = False,
) -> None:
    """The keys of a publication, each introduced by the one before."""
    history = authenticity.read_keys(open_reader(place), None)
    if history.findings:
        raise BrokenHistory(history.findings[0].found)
    views_upkeep.show_keys(history.known, lang, as_json=as_json)


@keys.command("rotate")
def rotate_key(
    file: Annotated[Path, typer.Argument(help="The new private key, from `ogp keys new`.")],
    reason: Annotated[str, typer.Option("--reason", help="Why: published with the key.")],
    programme: ProgrammeOption = HERE,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Let a new key sign from the next release on. The one in force, in OGP_SIGNING_KEY, says so and counts no more."""
    workspace = open_workspace(programme)
    store = workspace.publication
    old = _key_in_force("signs for the new one")
    head = history.head(store)
    created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    new, publisher = signing_key.from_file(file), publisher_of(workspace)
    keyring.rotate(replace(publisher, signer=old), new, head.n + 1 if head else 1, created, reason)
    renewal.renew(replace(publisher, signer=new))  # the old key's word on how long the newest release holds ends here
    views_upkeep.show_keys(keyring.read(store), spoken(lang, workspace), as_json=as_json)


def _key_in_force(purpose: str) -> SigningKey:
    signer = signing_key.from_environment()
    if signer is None:
        raise typer.BadParameter(f"{signing_key.VARIABLE} must hold the publication's key, which {purpose}")
    return signer


@app.command("deposit", rich_help_panel=KEEP)
def deposit_release(
    version: Annotated[str | None, typer.Argument(help="The version; default: the newest.", show_default=False)] = None,
    programme: ProgrammeOption = HERE,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Deposit a release at Zenodo, where it has a DOI; if that was begun or done, complete or find it."""
    workspace = open_workspace(programme)
    done = depositing.deposit_release(workspace, version)
    noted = workspace.programme.publication.doi is not None
    views_upkeep.show_deposit(done, spoken(lang, workspace), noted=noted, as_json=as_json)


@app.command("purge", rich_help_panel=KEEP)
def purge_bytes(
    by: Annotated[str, typer.Option("--by", help="Who orders it: stands in the tombstone.")],
    reason: Annotated[str, typer.Option("--reason", help="Why: stands in the tombstone. Do not repeat what must go.")],
    law: Annotated[str, typer.Option("--law", help="Which law requires it: stands in the tombstone.")],
    files: Annotated[
        list[str] | None, typer.Argument(help="Published files: a sha256, or VERSION/NAME; NAME may have `*`.")
    ] = None,
    delivery: Annotated[
        list[str] | None, typer.Option("--delivery", help="In the private store: a delivery's files, rows, receipts.")
    ] = None,
    delete: Annotated[bool, typer.Option("--delete", help="Do it. Without this, it is only listed.")] = False,
    programme: ProgrammeOption = HERE,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """List (or remove for ever) bytes that the law wants gone, leaving signed tombstones. Needs OGP_SIGNING_KEY."""
    workspace = open_workspace(programme)
    planned = purging.plan(workspace, files or [], delivery or [])
    if delete:
        signer = _key_in_force("signs tombstones")
        said = {"by": by, "reason": reason, "law": law}
        purging.carry_out(workspace, planned, signer, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), said)
    views_upkeep.show_purge(planned, spoken(lang, workspace), deleted=delete, as_json=as_json)
