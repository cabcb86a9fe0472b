"""Opening a programme in a flow: keys to object storage come from the environment, or from a Prefect block.

``OGP_S3_BLOCK`` names a ``Secret`` block whose value is a JSON object with the fields of ``object_storage.Access``:
``{"access_key_id": …, "secret_access_key": …, "endpoint_url": …, "region_name": …}``, the last two if they are needed.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from prefect.blocks.system import Secret
from prefect.context import FlowRunContext

from ogp_pipeline.errors import StoreError
from ogp_pipeline.runs import run as core
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.store.object_storage import Access
from ogp_pipeline.telemetry.about import RUN, about

BLOCK = "OGP_S3_BLOCK"


_held: dict[Path, Workspace] = {}


def open_workspace(programme: Path) -> Workspace:
    """As ``core.open_workspace``; StoreError if there is no such block, or its value is not what it should be.

    While it is ``shared``, everybody in this process gets the same one.
    """
    if (held := _held.get(programme)) is not None:
        return held
    name = os.environ.get(BLOCK)
    return core.open_workspace(programme, _access(name) if name else None)


@lru_cache(maxsize=4)
def of_run(programme: Path, run: str) -> Workspace:  # noqa: ARG001 - a new run reads everything anew
    """The workspace of a run in a process that works for it: what a task has read of the ledger, the next one knows."""
    return open_workspace(programme)


@contextmanager
def shared(programme: Path) -> Iterator[Workspace]:
    """One workspace for all tasks that run while this is open: what one has read of the ledger, all know.

    The log says meanwhile which run and programme it is.
    """
    if (held := _held.get(programme)) is not None:
        yield held
        return
    workspace = _held[programme] = open_workspace(programme)
    context = FlowRunContext.get()
    run = context.flow_run if context is not None else None
    try:
        with about(programme=workspace.programme.id, **({RUN: str(run.id)} if run is not None else {})):
            yield workspace
    finally:
        del _held[programme]


def _access(name: str) -> Access:
    try:
        secret = Secret.load(name)
        assert isinstance(secret, Secret), "flows are not asynchronous"
    except ValueError as error:
        raise StoreError(f"{BLOCK} names the block {name!r}, and there is none: {error}") from error
    value: Any = secret.get()
    try:
        return Access(**value)
    except TypeError:  # without the value: this ends in logs
        fields = ", ".join(Access.__dataclass_fields__)
        raise StoreError(f"the block {name!r} must hold a JSON object with none but {fields}") from None
