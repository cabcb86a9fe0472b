"""A hub with its stores, and the members that its comparison reads. Nothing is written by opening it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ogp_pipeline.errors import OgpError
from ogp_pipeline.hub import file as hub_file
from ogp_pipeline.hub import surroundings
from ogp_pipeline.hub.foreign import Publication, ReadOnlyStore, Unreadable
from ogp_pipeline.hub.members import Member
from ogp_pipeline.hub.model import Hub, HubProgramme
from ogp_pipeline.programme.places import Place
from ogp_pipeline.publishing import layout
from ogp_pipeline.publishing.reader import open_reader
from ogp_pipeline.runs.workspace import Workspace, open_store, open_workspace
from ogp_pipeline.store.object_storage import Access
from ogp_pipeline.store.protocol import Store


@dataclass(frozen=True, slots=True)
class HubPlace:
    """``path``: the hub's file. ``publication``: where the comparison is published; ``private``: what the hub keeps."""

    path: Path
    hub: Hub
    publication: Store
    private: Store

    @property
    def base(self) -> Path:
        """The folder that paths in the hub's file start from."""
        return self.path.parent

    def file_of(self, programme: HubProgramme) -> Path:
        """The programme file of a programme that is run here."""
        assert programme.programme is not None, "it is run here"
        return self.base / programme.programme


def open_hub(path: Path) -> HubPlace:
    """Load the hub's file (a folder stands for its ``hub.yaml``); HubError with all its mistakes."""
    file = hub_file.file_of(path)
    hub = hub_file.load(file)
    place = hub.publication
    return HubPlace(
        path=file,
        hub=hub,
        publication=open_store(file.parent, place.store, None, layout.cache_control, "releases/"),
        private=open_store(file.parent, place.private, None, None, "", private=True),
    )


def members(place: HubPlace, environment: Mapping[str, str] = os.environ) -> list[Member]:
    """The programmes of the hub as its comparison reads them, in the order of the file.

    One that cannot be opened is among them, too: whoever reads it is told why.
    """
    return [member(place, programme, environment) for programme in place.hub.programmes]


def member(place: HubPlace, programme: HubProgramme, environment: Mapping[str, str] = os.environ) -> Member:
    """One of them."""
    address = _closed(programme.address)
    try:
        if programme.programme is not None:
            return _own(place, programme, environment)
        if programme.store is not None:
            return Member(programme.id, _read_only(place.base, programme.store, programme, environment), address)
        return Member(programme.id, Publication(open_reader(str(programme.address))), address)
    except (OgpError, OSError) as error:
        return Member(programme.id, Unreadable(programme.id, str(error)), address)


def _own(place: HubPlace, programme: HubProgramme, environment: Mapping[str, str]) -> Member:
    workspace = open_programme(place, programme, environment)
    publication = workspace.programme.publication
    address = programme.address or (None if publication.is_placeholder else publication.base_url)
    return Member(programme.id, ReadOnlyStore(workspace.publication), _closed(address))


def open_programme(place: HubPlace, programme: HubProgramme, environment: Mapping[str, str] = os.environ) -> Workspace:
    """A programme that is run here, with its own keys. ProgrammeError with the mistakes of its file."""
    return open_workspace(place.file_of(programme), _access(programme, environment))


def _read_only(base: Path, place: Place, programme: HubProgramme, environment: Mapping[str, str]) -> ReadOnlyStore:
    return ReadOnlyStore(open_store(base, place, _access(programme, environment), layout.cache_control, "releases/"))


def _access(programme: HubProgramme, environment: Mapping[str, str]) -> Access | None:
    """None without a prefix: the hub's own keys."""
    return surroundings.access(programme.environment, environment) if programme.environment is not None else None


def _closed(address: str | None) -> str | None:
    return f"{address.rstrip('/')}/" if address is not None else None
