"""The commands for those who hold copies, and for those who meet over a report.

Merged into ``cli.app``, whose docstring says how commands work.
"""

import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from ogp_pipeline import scratch
from ogp_pipeline.cli.options import HERE, LOOK, PROVE, Json, Lang, LangAlone, Programme, spoken
from ogp_pipeline.cli.views_run import OUT, print_json
from ogp_pipeline.errors import NotFound
from ogp_pipeline.i18n.catalogue import count, say
from ogp_pipeline.i18n.languages import ENGLISH
from ogp_pipeline.publishing import contents, history
from ogp_pipeline.publishing.reader import open_reader
from ogp_pipeline.release.delta_files import Format
from ogp_pipeline.runs.workspace import open_workspace
from ogp_pipeline.site.pages import report_page
from ogp_pipeline.site.report.published import Published
from ogp_pipeline.site.report.reports import chosen
from ogp_pipeline.upkeep import catch_up as catching_up

app = typer.Typer()


@app.command("catch-up", rich_help_panel=PROVE)
def catch_up(
    copy: Annotated[Path, typer.Argument(help="Your copy: datapackage.json and the CSV files that it names.")],
    place: Annotated[str, typer.Argument(help="Address (https://…) or folder of the publication.")],
    to: Annotated[Path, typer.Option("--to", file_okay=False, help="The folder to write; new, or empty.")],
    version: Annotated[str | None, typer.Option(help="The version to come to; default: the newest.")] = None,
    parquet: Annotated[bool, typer.Option("--parquet", help="Read the changes as Parquet instead of CSV.")] = False,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Read the changes as JSON Lines instead of CSV.")] = False,
    lang: LangAlone = ENGLISH,
    as_json: Json = False,
) -> None:
    """Bring a copy of one version to a later one by the published changes alone, and prove that it is exactly that."""
    ending: Format = "parquet" if parquet else "jsonl" if jsonl else "csv"
    done = catching_up.catch_up(open_reader(place), copy, to, version, ending)
    if as_json:
        return print_json({**asdict(done), "to": str(to)})
    if not done.versions:
        OUT.print(escape(say("portals.was_there", lang, version=done.had, to=to)))
        return None
    lines = count("portals.lines", done.lines, lang)
    told = say("portals.caught_up", lang, to=to, version=done.versions[-1], had=done.had, lines=lines)
    OUT.print(escape(told))
    return None


@app.command("report", rich_help_panel=LOOK)
def report(
    programme: Programme = HERE,
    plan: Annotated[str | None, typer.Option(help="The plan's id; default: the newest with a report.")] = None,
    period: Annotated[str | None, typer.Option(help="The period's id; default: the newest with a report.")] = None,
    to: Annotated[Path | None, typer.Option("--to", dir_okay=False, help="The page to write.")] = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Write the forum's report of a period as one page, from the newest release: to print or to send."""
    workspace = open_workspace(programme)
    language = spoken(lang, workspace)
    release = history.head(workspace.publication)
    if release is None:
        raise NotFound("there is no release yet: `ogp run` makes the first")
    with tempfile.TemporaryDirectory(prefix=scratch.prefix("report")) as folder:
        tables = contents.read(workspace.publication, release, Path(folder)).tables.frames
    manifest = release.manifest
    published = Published(tables, workspace.schemas, manifest.as_of, workspace.programme.evaluation)
    wanted = chosen(published, plan, period)
    path = to or Path(f"report-{wanted.plan['plan_id']}-{wanted.period['period_id']}.{language}.html")
    path.write_bytes(report_page(published, wanted, manifest, workspace.programme, language))
    told = {"plan": wanted.plan["plan_id"], "period": wanted.period["period_id"], "release": manifest.version}
    if as_json:
        return print_json({**told, "to": str(path), "as_of": manifest.as_of.isoformat()})
    OUT.print(escape(say("portals.report_written", language, to=path, **told)))
    return None
