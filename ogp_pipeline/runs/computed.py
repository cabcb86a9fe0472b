"""What was computed last and gave nothing new, so that the next run need not compute it again.

A release has nothing new for the same inputs. But other inputs may give its content, too: a delivery that says what was
known, or other software that computes the same. That stands in no release; it is remembered in the private store, as
one hash over the newest release and the inputs. If the object is lost or another, the next run computes once more.
"""

import contextlib
import hashlib
import json
from dataclasses import asdict

import rfc8785

from ogp_pipeline.errors import StoreError
from ogp_pipeline.intake import layout
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.release.manifest import Inputs
from ogp_pipeline.runs.outcomes import Unchanged
from ogp_pipeline.runs.workspace import Workspace

FORMAT = "ogp-computed/1"


def recall(workspace: Workspace, head: Release, inputs: Inputs) -> Unchanged | None:
    """The outcome of a run with these inputs after this release, None if it was not the last that was computed."""
    stored = workspace.intake.get(layout.COMPUTED)
    for held in (False, True):
        if stored is not None and stored.data == _document(head, inputs, held=held):
            return Unchanged(head.version, head.manifest.reason if held else None)
    return None


def remember(workspace: Workspace, head: Release, inputs: Inputs, *, held: bool = False) -> Unchanged:
    """The outcome, remembered. ``held``: these inputs give what was rolled back."""
    with contextlib.suppress(StoreError):  # what is not remembered is computed again
        workspace.intake.put_view(layout.COMPUTED, _document(head, inputs, held=held), "application/json")
    return Unchanged(head.version, head.manifest.reason if held else None)


def _document(head: Release, inputs: Inputs, *, held: bool) -> bytes:
    said = json.dumps([head.hash, asdict(inputs)], default=str, sort_keys=True)
    digest = hashlib.sha256(said.encode()).hexdigest()
    return rfc8785.dumps({"format": FORMAT, "computed": digest, "held": held})
