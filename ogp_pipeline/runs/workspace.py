"""A programme with its two stores: what every command and every flow opens first. Nothing is written by opening it."""

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from ogp_pipeline.errors import OgpError
from ogp_pipeline.intake.layout import LEDGER
from ogp_pipeline.programme import file as programme_file
from ogp_pipeline.programme import folders
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.programme.places import DirectoryPlace, Place, S3Place
from ogp_pipeline.programme.sources import Source
from ogp_pipeline.publishing import layout
from ogp_pipeline.runs.memory import Memory
from ogp_pipeline.schema import schemas
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.store import object_storage
from ogp_pipeline.store.directory import DirectoryStore
from ogp_pipeline.store.object_storage import Access
from ogp_pipeline.store.protocol import Store
from ogp_pipeline.store.s3 import CacheControl, S3Store


@dataclass(frozen=True, slots=True)
class Workspace:
    """``path``: the programme file. ``intake`` is the private store, ``publication`` the public one.

    ``access``: keys to object storage that do not come from the environment. ``memory``: what this process has read of
    the ledger; ``known_state`` fills and uses it. ``rehearsal``: nothing is kept, so files stay in their inboxes;
    ``draft``: a rehearsal of the first release, of which each page says so.
    """

    path: Path
    content: bytes
    programme: Programme
    schemas: Schemas
    intake: Store
    publication: Store
    access: Access | None = None
    memory: Memory = field(default_factory=Memory, compare=False, repr=False)
    rehearsal: bool = False
    draft: bool = False

    @property
    def base(self) -> Path:
        """The folder that paths in the programme file start from."""
        return self.path.parent

    @property
    def sha256(self) -> str:
        """sha256 of the programme file's bytes: which programme a delivery or release was made under."""
        return hashlib.sha256(self.content).hexdigest()

    def mapping_of(self, source: Source) -> str:
        """sha256 over what turns a source's bytes into rows: reader, mapping, and the crosswalk files it names."""
        # Without defaults, so that an option which a later version of this software adds changes no hash.
        rules = source.model_dump_json(include={"read", "tables", "whole", "supplier"}, exclude_defaults=True)
        digest = hashlib.sha256(rules.encode())
        for mapping in (mapping for mappings in source.tables.values() for mapping in mappings):
            for column in mapping.columns.values():
                if column.map_file is not None:
                    digest.update((self.base / column.map_file).read_bytes())
        return digest.hexdigest()


def open_workspace(path: Path, access: Access | None = None, content: bytes | None = None) -> Workspace:
    """Load the programme file (a folder stands for its ``programme.yaml``); ProgrammeError with all its mistakes.

    ``access``: the keys to object storage, where they do not come from the environment. ``content``: what the file is
    to hold, if that is not what stands in it yet.
    """
    file = path / "programme.yaml" if path.is_dir() else path
    all_schemas = schemas.load()
    content = programme_file.read(file) if content is None else content
    programme = programme_file.parse(content.decode(), all_schemas, file)
    publication = programme.publication
    return Workspace(
        path=file,
        content=content,
        programme=programme,
        schemas=programme_file.schemas_of(programme, all_schemas),
        intake=open_store(file.parent, publication.intake, access, None, LEDGER, private=True),
        publication=open_store(file.parent, publication.store, access, layout.cache_control, "releases/"),
        access=access,
    )


def open_place(workspace: Workspace, address: str) -> Store:
    """Where copies of the private store lie: a folder, or ``s3://bucket/prefix``. Nobody else may look in.

    OgpError: it is no address of a place, or lies in or around a store or an inbox.
    """
    place: Place = DirectoryPlace(directory=Path(address))
    if address.startswith("s3://"):
        bucket, _, prefix = address.removeprefix("s3://").partition("/")
        try:
            place = S3Place(bucket=bucket, prefix=prefix)
        except ValidationError:
            raise OgpError(f"{address} names no place in a bucket; write s3://bucket/prefix") from None
    crossed = folders.crossed_by(workspace.programme, place, workspace.base)
    if crossed is not None:
        raise OgpError(f"{address} lies in or around `{crossed}` of the programme; copies need a place of their own")
    return open_store(Path(), place, workspace.access, None, "copies/", private=True)


def open_store(
    base: Path,
    place: Place,
    access: Access | None,
    cache_control: CacheControl | None,
    log: str,
    *,
    private: bool = False,
) -> Store:
    """The store at a place of a file in ``base``, under the shortest name that a person would type.

    ``cache_control``: how long others may keep a copy of a key; None: not at all. ``log``: below which prefix nothing
    ever changes.
    """
    if isinstance(place, S3Place):
        bucket = object_storage.connect(place, access, shared=True)
        return S3Store(bucket, cache_control or _uncached, (log,) if log else ())
    return DirectoryStore(Path(os.path.normpath(base / place.directory)), private=private)


def _uncached(key: str) -> str:  # noqa: ARG001
    """Private objects: nobody keeps a copy."""
    return "private, no-store"
