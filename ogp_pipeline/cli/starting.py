"""The command that a new programme begins with. Merged into ``cli.app``, whose docstring says how commands work."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ogp_pipeline import starter
from ogp_pipeline.cli import views_run
from ogp_pipeline.cli.options import START, Json, lang_option
from ogp_pipeline.errors import UnknownName
from ogp_pipeline.i18n.languages import ENGLISH, is_tag
from ogp_pipeline.i18n.languages import spoken as spoken_of
from ogp_pipeline.schema import schemas
from ogp_pipeline.starter import time_zones

app = typer.Typer()


@app.command(rich_help_panel=START)
def init(
    folder: Annotated[Path, typer.Argument(help="Where to make the new programme; must not hold one.")],
    country: Annotated[str, typer.Option(help="ISO 3166 code of the country, two capital letters.")] = "XX",
    start: Annotated[
        str, typer.Option("--from", help=f"What to start from: {', '.join(starter.STARTS)}.")
    ] = starter.PLAIN,
    lang: Annotated[str | None, lang_option("English, from mexico Spanish")] = None,
    languages: Annotated[
        str, typer.Option(help="Languages of the programme, such as fr,en; default: the one of --lang.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Make a new programme: a programme file to edit and a folder for each party's files."""
    if not time_zones.is_country(country):
        raise typer.BadParameter(
            f"{country!r} is no country's code in ISO 3166; write two capital letters, such as MX",
            param_hint="--country",
        )
    if start not in starter.STARTS:
        raise typer.BadParameter(str(UnknownName("start", start, starter.STARTS)), param_hint="--from")
    chosen = [tag.strip() for tag in languages.split(",") if tag.strip()]
    if wrong := [tag for tag in chosen if not is_tag(tag)]:
        raise typer.BadParameter(f"{wrong[0]!r} is no language; write such as fr or pt-BR", param_hint="--languages")
    language = lang or (spoken_of(chosen[0]) if chosen else starter.LANGUAGE.get(start, ENGLISH))
    today = datetime.now(UTC).date()
    files = starter.create(folder, country, language, today, schemas.load(), start, chosen)
    views_run.show_files(files, folder, language, as_json=as_json)
