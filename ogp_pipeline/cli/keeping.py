"""The commands that keep what was received: copies, and for how long. Merged into ``cli.app``."""

import getpass
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Annotated

import typer
from rich.markup import escape

from ogp_pipeline.cli.options import HERE, KEEP, Json, Lang, Programme, ProgrammeOption, spoken
from ogp_pipeline.cli.views_run import OUT, print_json
from ogp_pipeline.i18n.catalogue import day, number, say
from ogp_pipeline.runs.workspace import Workspace, open_place, open_workspace
from ogp_pipeline.upkeep import copies, pruning, restoring, retention, wholeness
from ogp_pipeline.upkeep.copies import CopiedStore, Copy, Lost
from ogp_pipeline.upkeep.wholeness import Fault

DAMAGED = 5  # a check found differences

app = typer.Typer()

Place = Annotated[str, typer.Argument(help="Where copies lie: a folder, or s3://bucket/prefix.", metavar="PLACE")]
Which = Annotated[
    str | None, typer.Option("--copy", metavar="NAME", help="A copy by its name; default: the newest. See --list.")
]


@app.command(rich_help_panel=KEEP)
def backup(
    place: Place,
    check: Annotated[
        bool, typer.Option("--check", help="Copy nothing: read the newest copy (or --copy) whole, and name all damage.")
    ] = False,
    listed: Annotated[bool, typer.Option("--list", help="Copy nothing: list the copies, oldest first.")] = False,
    copy: Which = None,
    programme: ProgrammeOption = HERE,
    as_json: Json = False,
) -> None:
    """Copy the private store to another place, as of one moment, also while runs go on. Exit code 5: --check found
    damage.
    """
    workspace = open_workspace(programme)
    store = open_place(workspace, place)
    if listed:
        names = copies.every(store)
        print_json({"copies": names}) if as_json else OUT.print("\n".join(names) or "There is no copy yet.")
        return
    if not check:
        made = copies.take(workspace.intake, store, workspace.programme.id, datetime.now(UTC))
        _show(made, store.describe(), [], as_json=as_json)
        return
    looked_at = copies.read(store, copy)
    lost = [_fault(each) for each in copies.damage(store, looked_at)]
    named = {fault.key for fault in lost}
    faults = [*lost, *(each for each in wholeness.look(CopiedStore(store, looked_at)).faults if each.key not in named)]
    _show(looked_at, store.describe(), faults, as_json=as_json)
    if faults:
        raise typer.Exit(DAMAGED)


@app.command(rich_help_panel=KEEP)
def restore(
    place: Place,
    copy: Which = None,
    older: Annotated[
        bool, typer.Option("--older", help="Also a copy older than what is published; then only a rollback goes on.")
    ] = False,
    programme: ProgrammeOption = HERE,
    as_json: Json = False,
) -> None:
    """Fill an empty private store from a copy. Refuses a copy that is older than what is published."""
    workspace = open_workspace(programme)
    done = restoring.restore(workspace, open_place(workspace, place), copy, older=older)
    _show(done.copy, workspace.intake.describe(), done.whole.faults, as_json=as_json)
    if done.whole.faults:
        raise typer.Exit(DAMAGED)


def _fault(lost: Lost) -> Fault:
    """What is wrong with a copy's object; the next copy mends it for all, as long as the store has it."""
    if lost.missing:
        return Fault(lost.key, f"its copy, {lost.place}, is not there", "run `ogp backup` again: it is copied anew")
    todo = f"remove {lost.place} there and run `ogp backup` again: it is copied anew"
    return Fault(lost.key, f"its copy, {lost.place}, holds other bytes", todo)


def _show(copy: Copy, place: str, faults: Sequence[Fault], *, as_json: bool) -> None:
    """A copy, and what is wrong with it. For the engineer, so in English."""
    if as_json:
        told = {"copy": copy.name, "made": copy.made, "entry": copy.n, "objects": len(copy.objects)}
        return print_json({**told, "bytes": copy.size, "place": place, "faults": [asdict(fault) for fault in faults]})
    size = f"{len(copy.objects)} objects, {copy.size / 1e6:.1f} MB"
    OUT.print(escape(f"{place}: copy {copy.name}, made at {copy.made}, up to entry {copy.n} of the ledger, {size}"))
    for fault in faults:
        OUT.print(f"[red]{escape(fault.key)}[/]: {escape(fault.said)}")
        OUT.print(f"      {escape(fault.todo)}")
    return None


@app.command(rich_help_panel=KEEP)
def retain(
    programme: Programme = HERE,
    delete: Annotated[bool, typer.Option("--delete", help="Remove them. Without this, they are only listed.")] = False,
    by: Annotated[
        str | None, typer.Option("--by", help="Who removes: stands in the log. Default: the user of this computer.")
    ] = None,
    of: Annotated[
        str | None, typer.Option("--copies", metavar="PLACE", help="Instead, copies of `ogp backup` at this place.")
    ] = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """List (or remove) raw files, or copies, that `retention` in the programme file keeps no longer."""
    workspace, now = open_workspace(programme), datetime.now(UTC)
    if of is not None:
        return _retain_copies(workspace, of, now, spoken(lang, workspace), delete=delete, as_json=as_json)
    planned, language = retention.plan(workspace, now), spoken(lang, workspace)
    if delete and planned.files:
        planned = retention.carry_out(workspace, planned, by or getpass.getuser(), now)
    if as_json:
        return print_json({**planned.to_json(), "copies": [], "removed": delete})
    for file in planned.files:
        on = day(date.fromisoformat(file.received_at[:10]), language)
        OUT.print(escape(say("upkeep.retain_file", language, name=", ".join(file.names), day=on, rule=file.rule)))
    if not planned.files:
        OUT.print(say("upkeep.retain_nothing", language))
    elif not delete:
        OUT.print(say("upkeep.retain_delete", language))
    elif planned.log is None:
        OUT.print(say("upkeep.retain_completed", language))
    else:
        OUT.print(escape(say("upkeep.retain_done", language, log=planned.log)))
    return None


def _retain_copies(
    workspace: Workspace, where: str, now: datetime, language: str, *, delete: bool, as_json: bool
) -> None:
    place = open_place(workspace, where)
    planned = pruning.plan(workspace.programme.retention, place, now)
    if delete:
        planned = pruning.carry_out(place, planned)
    if as_json:
        return print_json({"files": [], "log": None, "copies": list(planned.copies), "removed": delete})
    for name in planned.copies:
        OUT.print(escape(name))
    if delete:
        gone, size = (number(figure, language) for figure in (planned.objects, round(planned.bytes / 1e6, 1)))
        OUT.print(say("upkeep.retain_copies_done", language, copies=len(planned.copies), objects=gone, size=size))
    else:
        OUT.print(say("upkeep.retain_copies" if planned.copies else "upkeep.retain_nothing", language))
    return None
