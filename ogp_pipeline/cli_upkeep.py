"""The commands that look after a publication. Merged into ``cli.app``, whose docstring says how commands work."""

import secrets
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ogp_pipeline import rollback, upkeep
from ogp_pipeline.console import Language
from ogp_pipeline.store import garbage, layout
from ogp_pipeline.workspace import open_workspace

app = typer.Typer()

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


@app.command("gc")
def collect_garbage(
    programme: Programme = HERE,
    delete: Annotated[bool, typer.Option("--delete", help="Remove it. Without this, it is only listed.")] = False,
    lang: Lang = Language.en,
    as_json: Json = False,
) -> None:
    """List (or remove) what killed publishers left behind and no release names. Fresh attempts are left alone."""
    store, now = open_workspace(programme).publication, datetime.now(UTC)
    found = garbage.find(store, now)
    tombstone: str | None = None
    if delete and found:
        attempt = layout.attempt(now, secrets.token_bytes(8))
        tombstone = garbage.collect(store, found, attempt, now.strftime("%Y-%m-%dT%H:%M:%SZ"))
    upkeep.show_garbage(found, tombstone, lang.value, as_json=as_json)
