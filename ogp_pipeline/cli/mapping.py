"""The command that turns a country's file into a source of its programme: looked at first, written on consent.

Merged into ``cli.app``, whose docstring says how commands work.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ogp_pipeline.cli import views_map
from ogp_pipeline.cli.options import HERE, START, Json, ProgrammeOption, lang_option
from ogp_pipeline.profiling.proposal import Wish
from ogp_pipeline.runs import first_mapping
from ogp_pipeline.runs.workspace import open_workspace

app = typer.Typer()


@app.command("map", rich_help_panel=START)
def propose(
    files: Annotated[
        list[Path], typer.Argument(exists=True, help="The tracker: a file, several, or a folder of them.")
    ],
    programme: ProgrammeOption = HERE,
    supplier: Annotated[
        str | None, typer.Option("--as", help="The supplier who sends it; default: one who fits.")
    ] = None,
    identifier: Annotated[str | None, typer.Option("--id", help="The source's id; default: the file's name.")] = None,
    plan: Annotated[str | None, typer.Option(help="The plan's id; default: the newest that has begun.")] = None,
    period: Annotated[
        str | None, typer.Option(help="The period of what is reported; default: the newest that has begun.")
    ] = None,
    lang: Annotated[str | None, lang_option("the programme's first; that of the file's texts, too")] = None,
    sheet: Annotated[
        str | None, typer.Option(help="Of a workbook, this sheet; default: those most like tables of ours.")
    ] = None,
    area: Annotated[
        str | None, typer.Option("--range", help="Of a workbook, the area of the table, such as A2:D40.")
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Write it into the programme file, unasked.")] = False,
    to: Annotated[
        Path | None, typer.Option("--to", help="Write the whole programme to this new file instead.", dir_okay=False)
    ] = None,
    as_json: Json = False,
) -> None:
    """Look at a file of yours, propose tables and a mapping with every value found, and write it on consent."""
    workspace = open_workspace(programme)
    languages = workspace.programme.languages
    if lang is not None and lang not in languages:  # the texts of the file would be in a language that nobody publishes
        told = f"the programme does not speak {lang!r}: add it to `languages` of the programme file, or choose one of"
        raise typer.BadParameter(f"{told} {', '.join(languages)}", param_hint="--lang")
    wish = Wish(supplier, identifier, plan, period, lang, sheet, area)
    paths = first_mapping.files_of(files)
    preview = first_mapping.look(workspace, paths, wish, datetime.now(UTC))
    language = lang or languages[0]
    target = to or workspace.path
    views_map.show(preview, workspace.schemas, language, as_json=as_json)
    asked = not (write or to or as_json) and sys.stdin.isatty() and sys.stdout.isatty()
    if write or to is not None or (asked and typer.confirm(f"Write this source into {target}?")):
        first_mapping.write(preview, target, workspace.content if to is None else None)
        views_map.show_written(target, as_json=as_json)
    elif not as_json:
        views_map.show_not_written(target)
