"""Arguments and options that commands share, so that each reads the same wherever it stands."""

from pathlib import Path
from typing import Annotated

import typer

from ogp_pipeline.console import Language

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
Lang = Annotated[Language, typer.Option("--lang", help="Language of what people read.")]
