"""The last step of a release, where the programme file asks for it: its deposit at Zenodo.

It decides nothing: a release is public before, and a deposit that fails is logged and made up for by the next run. The
private store remembers which versions are deposited, so that quiet runs need not ask.
"""

import json
import logging
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import rfc8785

from ogp_pipeline import scratch
from ogp_pipeline.errors import OgpError
from ogp_pipeline.intake import layout
from ogp_pipeline.publishing import history
from ogp_pipeline.publishing.deposit import Deposited, deposit
from ogp_pipeline.publishing.zenodo import Zenodo
from ogp_pipeline.runs.workspace import Workspace

VARIABLE = "OGP_ZENODO_TOKEN"
_FORMAT = "ogp-deposits/1"

_LOG = logging.getLogger(__name__)


def deposit_release(
    workspace: Workspace, version: str | None = None, environment: Mapping[str, str] = os.environ
) -> Deposited:
    """Deposit a version (None: the newest), or find its deposit. OgpError without the setting or the token."""
    settings = workspace.programme.publication.deposit
    if settings is None:
        raise OgpError("the programme file says nothing of deposits: write `deposit: {}` under `publication:`")
    token = environment.get(VARIABLE, "").strip()
    if not token:
        raise OgpError(f"{VARIABLE} must hold a token of {settings.zenodo} that may write and publish")
    release = history.release(workspace.publication, version) if version else history.head(workspace.publication)
    if release is None:
        raise OgpError("nothing is published yet, so there is nothing to deposit")
    with tempfile.TemporaryDirectory(prefix=scratch.prefix("deposit")) as folder:
        client = Zenodo(settings.zenodo, token)
        done = deposit(client, workspace.publication, release, workspace.programme, Path(folder))
    _remember(workspace, done)
    return done


def try_to_deposit(workspace: Workspace, environment: Mapping[str, str] = os.environ) -> None:
    """After a run: deposit the newest release unless that is done or not asked for. What fails is logged."""
    try:
        if is_due(workspace):
            done = deposit_release(workspace, None, environment)
            _LOG.info("version %s is deposited: %s", done.version, done.doi)
    except (OgpError, OSError) as error:
        _LOG.warning("the newest release is not deposited yet, the next run tries again: %s", error)


def is_due(workspace: Workspace) -> bool:
    """Whether the programme wants deposits, and the newest release has none that we know of."""
    if workspace.programme.publication.deposit is None or workspace.rehearsal:
        return False
    head = history.head(workspace.publication)
    return head is not None and head.version not in _known(workspace)


def _known(workspace: Workspace) -> dict[str, Any]:
    stored = workspace.intake.get(layout.DEPOSITS)
    try:
        document = json.loads(stored.data) if stored else {}
        return dict(document["versions"]) if document.get("format") == _FORMAT else {}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}  # then Zenodo is asked, and finds what stands


def _remember(workspace: Workspace, done: Deposited) -> None:
    said = {"doi": done.doi, "concept_doi": done.concept_doi, "page": done.page}
    versions = {**_known(workspace), done.version: said}
    document = rfc8785.dumps({"format": _FORMAT, "versions": versions})
    workspace.intake.put_view(layout.DEPOSITS, document, "application/json")
