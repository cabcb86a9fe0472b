"""Arguments and options that commands share, so that each reads the same wherever it stands."""

from pathlib import Path
from typing import Annotated

import typer

from ogp_pipeline.cli.views_run import Language
from ogp_pipeline.runs.workspace import Workspace

HERE = Path()

Programme = Annotated[
    Path,
    typer.Argument(help="The programme file, or the folder that holds programme.yaml.", show_default=True),
]
ProgrammeOption = Annotated[
    Path,
    typer.Option("--programme", "-p", help="The programme file, or the folder that holds programme.yaml."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Lang = Annotated[
    Language | None, typer.Option("--lang", help="Language of what people read; default: the programme's first.")
]
LangAlone = Annotated[Language, typer.Option("--lang", help="Language of what people read.")]  # without a programme


def spoken(lang: Language | None, workspace: Workspace) -> str:
    """The language that was asked for, else the first one of the programme."""
    return lang.value if lang else workspace.programme.languages[0]
