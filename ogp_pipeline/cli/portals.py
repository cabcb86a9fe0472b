"""The command for those who hold copies of the data.

Merged into ``cli.app``, whose docstring says how commands work.
"""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from ogp_pipeline.cli.options import PROVE, Json, LangAlone
from ogp_pipeline.cli.views_run import OUT, print_json
from ogp_pipeline.i18n.catalogue import count, say
from ogp_pipeline.i18n.languages import ENGLISH
from ogp_pipeline.publishing.reader import open_reader
from ogp_pipeline.release.delta_files import Format
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
