"""The commands for those who hold copies. Merged into ``cli.app``, whose docstring says how commands work."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from ogp_pipeline import catching_up
from ogp_pipeline.catalogue import count, say
from ogp_pipeline.cli_options import Json, Lang
from ogp_pipeline.console import OUT, Language, print_json
from ogp_pipeline.store.reader import open_reader

app = typer.Typer()


@app.command("catch-up")
def catch_up(
    copy: Annotated[Path, typer.Argument(help="Your copy: datapackage.json and the CSV files that it names.")],
    place: Annotated[str, typer.Argument(help="Address (https://…) or folder of the publication.")],
    to: Annotated[Path, typer.Option("--to", file_okay=False, help="The folder to write; new, or empty.")],
    version: Annotated[str | None, typer.Option(help="The version to come to; default: the newest.")] = None,
    parquet: Annotated[bool, typer.Option("--parquet", help="Read changes.parquet instead of changes.csv.")] = False,
    lang: Lang = Language.en,
    as_json: Json = False,
) -> None:
    """Bring a copy of one version to a later one by the published changes alone, and prove that it is exactly that."""
    done = catching_up.catch_up(open_reader(place), copy, to, version, "parquet" if parquet else "csv")
    if as_json:
        return print_json({**asdict(done), "to": str(to)})
    if not done.versions:
        OUT.print(escape(say("portals.was_there", lang.value, version=done.had, to=to)))
        return None
    lines = count("portals.lines", done.lines, lang.value)
    told = say("portals.caught_up", lang.value, to=to, version=done.versions[-1], had=done.had, lines=lines)
    OUT.print(escape(told))
    return None
