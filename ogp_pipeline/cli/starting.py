"""The commands that a programme and its parties begin with. Merged into ``cli.app``, which says how commands work."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from ogp_pipeline import starter
from ogp_pipeline.cli import views_run
from ogp_pipeline.cli.options import HERE, START, Json, LangOfSupplier, ProgrammeOption, day_option, lang_option
from ogp_pipeline.errors import UnknownName
from ogp_pipeline.i18n.languages import ENGLISH, is_tag
from ogp_pipeline.i18n.languages import spoken as spoken_of
from ogp_pipeline.runs import templating
from ogp_pipeline.runs.workspace import open_workspace
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


@app.command(rich_help_panel=START)
def template(
    supplier: Annotated[str, typer.Option("--for", help="The supplier who will fill it in.")],
    table: Annotated[
        str | None,
        typer.Argument(help="The table to fill in, such as updates. Left out: one workbook with all of its tables."),
    ] = None,
    period: Annotated[
        str | None,
        typer.Option(help="The reporting period; needed for updates and evidence alone.", show_default=False),
    ] = None,
    lang: LangOfSupplier = None,
    to: Annotated[
        Path | None, typer.Option(help="The file to write (.xlsx), or a folder; default: a name of its own, here.")
    ] = None,
    today: Annotated[date | None, day_option("--today", said="Make it as of this day; default: today.")] = None,
    all_languages: Annotated[
        bool, typer.Option("--all-languages", help="Do not hide the columns of texts in other languages.")
    ] = False,
    programme: ProgrammeOption = HERE,
    as_json: Json = False,
) -> None:
    """Make an Excel template for a supplier, of one table or all: drop-downs, its commitments, the last report."""
    workspace = open_workspace(programme)
    day = today or workspace.programme.local(datetime.now(UTC)).date()
    made = templating.make(
        workspace, supplier, day, table=table, period=period, language=lang, to=to, all_languages=all_languages
    )
    views_run.show_template(made, made.language, as_json=as_json)
