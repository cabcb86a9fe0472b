"""The commands that look after a publication: ``rollback``. Merged into ``cli.app``, which says how commands work."""

import uuid
from pathlib import Path
from typing import Annotated

import typer

from ogp_pipeline import rollback, upkeep
from ogp_pipeline.console import Language
from ogp_pipeline.workspace import open_workspace

app = typer.Typer()

ProgrammeOption = Annotated[
    Path,
    typer.Option("--programme", "-p", help="The programme file, or the folder that holds programme.yaml."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Lang = Annotated[Language, typer.Option("--lang", help="Language of what people read.")]
HERE = Path()


@app.command("rollback")
def roll_back(
    version: Annotated[str, typer.Argument(help="The version whose content is to be published again.")],
    reason: Annotated[str, typer.Option("--reason", help="Why: published with the release, for everybody to read.")],
    programme: ProgrammeOption = HERE,
    lang: Lang = Language.en,
    as_json: Json = False,
) -> None:
    """Publish an older release's content again, as a new release with a reason. Nothing published is taken away."""
    workspace = open_workspace(programme)
    upkeep.show_rollback(rollback.roll_back(workspace, version, reason, str(uuid.uuid4())), lang.value, as_json=as_json)
