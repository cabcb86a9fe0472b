"""The commands by which a person decides: what is on hold, and what shall no longer stand. Merged into ``cli.app``."""

import getpass
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Annotated

import typer
from rich.markup import escape

from ogp_pipeline.cli.options import HERE, RUN, Json, Lang, Programme, ProgrammeOption, day_option, spoken
from ogp_pipeline.cli.views_run import OUT, print_json
from ogp_pipeline.i18n.catalogue import count, say
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.runs import held_list
from ogp_pipeline.runs.workspace import open_workspace
from ogp_pipeline.tables.tables import written
from ogp_pipeline.upkeep import admission, retirement
from ogp_pipeline.upkeep.retirement import Chosen, Retiring

SHOWN = 20

app = typer.Typer()

By = Annotated[
    str | None, typer.Option("--by", help="Who decides: stands in the ledger. Default: the user of this computer.")
]
OnHold = Annotated[str, typer.Argument(metavar="ID", help="The delivery on hold; the beginning is enough.")]
Reason = Annotated[str, typer.Option("--reason", help="Why: stands in the ledger.")]


@app.command("held", rich_help_panel=RUN)
def show_held(programme: Programme = HERE, lang: Lang = None, as_json: Json = False) -> None:
    """List the deliveries that wait for a person's word, and what persons decided before: when, who and why."""
    workspace = open_workspace(programme)
    language, listed = spoken(lang, workspace), held_list.read(workspace)
    if as_json:
        return print_json(listed.to_json())
    for held in listed.waiting:
        OUT.print(f"[yellow]{escape(held_list.describe(held, language))}[/]")
    if not listed.waiting:
        OUT.print(say("held.none", language))
    for entry in listed.decided:
        OUT.print(escape(held_list.describe_decision(entry, language)))
    return None


@app.command(rich_help_panel=RUN)
def accept(
    delivery: OnHold,
    reason: Reason,
    by: By = None,
    programme: ProgrammeOption = HERE,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Let a delivery in that is on hold, with the reason. It is published by the next run."""
    workspace = open_workspace(programme)
    admitted = admission.admit(workspace, delivery, by or getpass.getuser(), reason)
    if as_json:
        entry = admitted.entry
        return print_json({"delivery": entry.delivery, "entry": entry.n, "receipt": entry.receipt})
    key = "held.accepted_before" if admitted.before else "held.accepted"
    OUT.print(escape(say(key, spoken(lang, workspace), n=admitted.entry.n)))
    return None


@app.command(rich_help_panel=RUN)
def refuse(
    delivery: OnHold,
    reason: Reason,
    by: By = None,
    programme: ProgrammeOption = HERE,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Refuse a delivery that is on hold, with the reason. Nothing changes, and it is no longer named."""
    workspace = open_workspace(programme)
    refused = admission.refuse(workspace, delivery, by or getpass.getuser(), reason)
    if as_json:
        return print_json(refused.to_json())
    OUT.print(escape(say("held.refused", spoken(lang, workspace), id=refused.delivery[:12])))
    return None


@app.command(rich_help_panel=RUN)
def retire(
    source: Annotated[str, typer.Option("--source", help="The source whose rows shall no longer stand.")],
    reason: Reason,
    table: Annotated[str | None, typer.Option("--table", help="Only rows of this table.")] = None,
    key: Annotated[list[str] | None, typer.Option("--key", help="Only this row; parts are joined by /.")] = None,
    before: Annotated[date | None, day_option("--before", said="Only rows known before this day.")] = None,
    left_over: Annotated[bool, typer.Option("--left-over", help="Only rows that no source gives any more.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it. Without this, it is only listed.")] = False,
    by: By = None,
    programme: ProgrammeOption = HERE,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """List (or retire) rows that shall no longer stand. Nothing is deleted: the ledger keeps them, and the reason."""
    workspace = open_workspace(programme)
    chosen = Chosen(source, table, before, tuple(key or ()), left_over)
    if yes:
        retired, entry = retirement.retire(workspace, chosen, by or getpass.getuser(), reason, datetime.now(UTC))
        _show_retiring(retired, entry, spoken(lang, workspace), as_json=as_json)
    else:
        _show_retiring(retirement.plan(workspace, chosen), None, spoken(lang, workspace), as_json=as_json)


def _show_retiring(planned: Retiring, entry: Entry | None, language: str, *, as_json: bool) -> None:
    """What leaves, and whether it has left."""
    names = [f"{table}/{written(key)}" for table, key in planned.rows]
    if as_json:
        told = {"rows": names, "comes_back": planned.comes_back, "entry": entry.n if entry else None}
        return print_json({"chosen": asdict(planned.chosen), **told})
    words = {"rows": count("receipt.count.row", len(names), language), "source": planned.chosen.source}
    if entry is not None:
        OUT.print(escape(say("retire.done", language, n=entry.n, **words)))
        return None
    OUT.print(escape(say("retire.would", language, **words)))
    _list(names, language)
    if planned.comes_back:
        OUT.print(escape(say("retire.comes_back", language, source=planned.chosen.source)))
    OUT.print(say("retire.yes", language))
    return None


def _list(names: Sequence[str], language: str) -> None:
    for name in names[:SHOWN]:
        OUT.print(f"  {escape(name)}")
    if len(names) > SHOWN:
        left = count("receipt.count.row", len(names) - SHOWN, language)
        OUT.print(f"  {say('effect.more', language, rows=left)}")
