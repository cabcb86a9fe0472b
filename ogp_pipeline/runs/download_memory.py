"""What is remembered of the last download from an address, so that the next run asks only for news."""

import hashlib
import json
from dataclasses import asdict

import rfc8785

from ogp_pipeline.errors import StoreError
from ogp_pipeline.intake import layout
from ogp_pipeline.programme.sources import HttpSource, Source
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.sources import SourceMemory
from ogp_pipeline.store.protocol import InDoubt


def recall(workspace: Workspace, source: Source) -> SourceMemory | None:
    """What was remembered of the last download, if it was of this address and read with this mapping."""
    if not isinstance(source, HttpSource):
        return None
    stored = workspace.intake.get(layout.source(source.id))
    if stored is None:
        return None
    values = json.loads(stored.data)
    return SourceMemory(**values) if values.pop("of", None) == _origin(workspace, source) else None


def remember(workspace: Workspace, source: Source, memory: SourceMemory) -> None:
    """Keep it for the next run. StoreError if the write stays in doubt."""
    data = rfc8785.dumps({"of": _origin(workspace, source), **asdict(memory)})
    answer = workspace.intake.put_view(layout.source(source.id), data, "application/json")
    if isinstance(answer, InDoubt):
        raise StoreError(f"{layout.source(source.id)} could not be written: {answer.reason}")


def _origin(workspace: Workspace, source: Source) -> str:
    """Address and mapping: when either is another, an unchanged file is news."""
    address = f"{source.addresses} {source.pages!r}" if isinstance(source, HttpSource) else ""
    return hashlib.sha256(f"{address}\n{workspace.mapping_of(source)}".encode()).hexdigest()
