"""Suppliers told of files in their folders that nobody takes.

Where all sources of a folder are one supplier's, that supplier gets a receipt which says so. It
stands in the private store beside its others, because a folder is only read; a new one is written only when something
changed. The files themselves are neither opened nor archived.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from ogp_pipeline import scratch
from ogp_pipeline.errors import OgpError
from ogp_pipeline.i18n.catalogue import detail
from ogp_pipeline.runs import delivery_intake, refused
from ogp_pipeline.runs.left_files import Left, LeftInFolder, folders
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.sources.delivery import Delivery, Refusal
from ogp_pipeline.sources.envelope import envelope
from ogp_pipeline.sources.left import LeftFile
from ogp_pipeline.sources.spool import stand_in

_TOLD = 200  # files in a receipt


def report(workspace: Workspace, now: datetime) -> tuple[Left, ...]:
    """What is left now, and each supplier told. What cannot be told today is told by the next run."""
    told: list[Left] = []
    for folder in folders(workspace, now):
        try:
            receipt = _tell(workspace, folder, workspace.programme.local(now))
        except (OgpError, OSError):  # the outcome of the run has said what is wrong with store, disk or programme file
            receipt = None
        told += [replace(group, receipt=receipt) for group in folder.groups]
    return tuple(told)


def _tell(workspace: Workspace, folder: LeftInFolder, now: datetime) -> str | None:
    """The receipt for the one supplier whose folder it is; None if it is several suppliers'."""
    source = folder.sources[0]
    if len({source.supplier for source in folder.sources}) > 1:
        return None
    with tempfile.TemporaryDirectory(prefix=scratch.prefix("spool")) as spool:
        files = tuple(
            stand_in(file.name, _refusal(file, folder.taken), file.mark, Path(spool)) for file in folder.files[:_TOLD]
        )
        delivery = Delivery(envelope(source, now, source.path.as_posix()), files)
        examination = refused.examination(files, workspace.schemas)
        return delivery_intake.take_in(workspace, source, delivery, examination).receipt


def _refusal(file: LeftFile, taken: Sequence[str]) -> Refusal:
    words = {"proposal": file.proposal, "taken": ", ".join(taken)}
    why = detail("why", f"left.why.{file.reason}", **words)
    return Refusal("file-not-taken", why | detail("todo", f"left.todo.{file.reason}", **words))
