"""The command for those who meet: the report of a period, and the agenda of a session with its sheet of results.

Merged into ``cli.app``, whose docstring says how commands work.
"""

import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from ogp_pipeline import scratch
from ogp_pipeline.cli.options import HERE, LOOK, Json, Lang, Programme, day_option, spoken
from ogp_pipeline.cli.views_run import OUT, print_json
from ogp_pipeline.errors import NotFound
from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.publishing import contents, history
from ogp_pipeline.release.manifest import Manifest
from ogp_pipeline.runs import session_sheet
from ogp_pipeline.runs.templating import Made
from ogp_pipeline.runs.workspace import Workspace, open_workspace
from ogp_pipeline.site.pages import report_page, session_page
from ogp_pipeline.site.report.published import Published
from ogp_pipeline.site.report.reports import chosen
from ogp_pipeline.site.session.agenda import AgendaView, agenda
from ogp_pipeline.site.session.context import SessionContext, plan_of
from ogp_pipeline.site.words import words

app = typer.Typer()


@app.command("report", rich_help_panel=LOOK)
def report(
    programme: Programme = HERE,
    plan: Annotated[str | None, typer.Option(help="The plan's id; default: the newest with a report.")] = None,
    period: Annotated[str | None, typer.Option(help="The period's id; default: the newest with a report.")] = None,
    to: Annotated[Path | None, typer.Option("--to", dir_okay=False, help="The page to write.")] = None,
    session: Annotated[
        bool, typer.Option("--session", help="Instead, the agenda of a session: what to decide, who is late.")
    ] = False,
    on: Annotated[date | None, day_option("--on", said="With --session: its day; default: today.")] = None,
    sheet: Annotated[
        Path | None,
        typer.Option("--sheet", help="With --session: also write the sheet for its results: a folder, or a name."),
    ] = None,
    supplier: Annotated[
        str | None, typer.Option("--for", help="With --sheet: who fills it in; default: who may supply decisions.")
    ] = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Write the forum's report of a period, or the agenda of its session, as one page: to print or to send."""
    _check_options(session=session, on=on, sheet=sheet, supplier=supplier, period=period)
    workspace = open_workspace(programme)
    language = spoken(lang, workspace)
    published, manifest = _newest(workspace)
    if session:
        today = workspace.programme.local(datetime.now(UTC)).date()
        context = SessionContext(published, plan_of(published, plan), on or today, language, words(language))
        shown = agenda(context)
        made = session_sheet.make(workspace, shown, supplier, today, language, sheet) if sheet else None
        path = to or Path(f"session-{context.plan_id}-{context.held_on.isoformat()}.{language}.html")
        name = made.path.name if made else None
        path.write_bytes(session_page(shown, manifest, workspace.programme, language, name))
        return _show_session(workspace, context, shown, manifest, path, made, as_json=as_json)
    wanted = chosen(published, plan, period)
    path = to or Path(f"report-{wanted.plan['plan_id']}-{wanted.period['period_id']}.{language}.html")
    path.write_bytes(report_page(published, wanted, manifest, workspace.programme, language))
    told = {"plan": wanted.plan["plan_id"], "period": wanted.period["period_id"], "release": manifest.version}
    if as_json:
        return print_json({**told, "to": str(path), "as_of": manifest.as_of.isoformat()})
    OUT.print(escape(say("portals.report_written", language, to=path, **told)))
    return None


def _check_options(*, session: bool, on: object, sheet: object, supplier: object, period: object) -> None:
    """Which options go together."""
    for name, given, needed in (
        ("--on", on, session),
        ("--sheet", sheet, session),
        ("--for", supplier, sheet is not None),
        ("--period", period, not session),
    ):
        if given is not None and not needed:
            goes = {"--for": "goes with --sheet only", "--period": "does not go with --session"}
            raise typer.BadParameter(goes.get(name, "goes with --session only"), param_hint=name)


def _newest(workspace: Workspace) -> tuple[Published, Manifest]:
    """The newest release."""
    release = history.head(workspace.publication)
    if release is None:
        raise NotFound("there is no release yet: `ogp run` makes the first")
    with tempfile.TemporaryDirectory(prefix=scratch.prefix("report")) as folder:
        base = contents.read(workspace.publication, release, Path(folder))
        tables, dues = base.tables.frames, base.dues
    manifest = release.manifest
    return Published(tables, workspace.schemas, manifest.as_of, workspace.programme.evaluation, dues), manifest


def _show_session(
    workspace: Workspace,
    context: SessionContext,
    shown: AgendaView,
    manifest: Manifest,
    path: Path,
    made: Made | None,
    *,
    as_json: bool,
) -> None:
    """What was written, and where the sheet goes."""
    told = {"plan": context.plan_id, "release": manifest.version}
    if as_json:
        sheet = None if made is None else {"to": str(made.path), "supplier": made.supplier, "rows": made.rows}
        days: dict[str, date] = {"as_of": manifest.as_of, "held_on": shown.held_on}
        return print_json(
            {**told, "to": str(path), **{name: day.isoformat() for name, day in days.items()}, "sheet": sheet}
        )
    OUT.print(escape(say("portals.agenda_written", context.own, to=path, **told)))
    if made is not None:
        folder = made.folder or made.read_by or "–"
        said = {"to": made.path, "rows": made.rows, "supplier": made.supplier, "folder": folder}
        OUT.print(escape(say("portals.sheet_written", context.own, **said)))
        if made.folder and made.path.parent.resolve() == (workspace.base / made.folder).resolve():
            OUT.print(escape(say("portals.sheet_in_inbox", context.own)))
    return None
