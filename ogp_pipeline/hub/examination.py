"""What ``ogp hub check`` looks at before a first night: each programme's file, its keys, and that no two share a store.

Nothing is run and nothing is asked over the network.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from ogp_pipeline.errors import OgpError
from ogp_pipeline.hub import opening, surroundings
from ogp_pipeline.hub.model import HubProgramme
from ogp_pipeline.hub.opening import HubPlace
from ogp_pipeline.runs.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Examined:
    """A programme of a hub. ``kind``: run, paused or compared. ``keys``: names of its variables, never their values.

    ``mistakes``: why it cannot be run so; empty if it can.
    """

    programme: str
    kind: str
    sources: int
    keys: tuple[str, ...]
    mistakes: tuple[str, ...]


def examine(place: HubPlace, environment: Mapping[str, str] = os.environ) -> list[Examined]:
    """Every programme of the hub, in the order of its file."""
    taken: dict[str, str] = {store.describe(): "the hub itself" for store in (place.publication, place.private)}
    return [_examined(place, programme, environment, taken) for programme in place.hub.programmes]


def _examined(
    place: HubPlace, programme: HubProgramme, environment: Mapping[str, str], taken: dict[str, str]
) -> Examined:
    kind = "compared" if programme.programme is None else "run" if programme.is_run else "paused"
    keys = tuple(sorted(surroundings.own(programme.environment, environment)))
    if programme.programme is None:
        return Examined(programme.id, kind, 0, keys, ())
    try:
        workspace = opening.open_programme(place, programme, environment)
    except (OgpError, OSError) as error:
        return Examined(programme.id, kind, 0, keys, (str(error),))
    count = len(workspace.programme.sources)
    mistakes = [*_over_quota(place, programme, count), *_shared(programme, workspace, taken)]
    return Examined(programme.id, kind, count, keys, tuple(mistakes))


def _over_quota(place: HubPlace, programme: HubProgramme, count: int) -> list[str]:
    most = place.hub.quotas_of(programme).sources
    return [f"it has {count} sources, and its quota is {most}"] if count > most else []


def _shared(programme: HubProgramme, workspace: Workspace, taken: dict[str, str]) -> list[str]:
    """Stores that another has. Two programmes that publish in one place would withdraw each other's rows."""
    mistakes = []
    for what, store in (("public", workspace.publication), ("private", workspace.intake)):
        where = store.describe()
        if where in taken:
            mistakes.append(f"its {what} store {where} is that of {taken[where]}, too; each needs its own")
        taken.setdefault(where, f"programme {programme.id}")
    return mistakes
