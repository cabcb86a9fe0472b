"""What lies in the folders of the programme's sources and is taken by none of them, and who hears of it.

Several sources may look at one folder: a file is left only if none of them takes it. Every run and ``ogp status``
name what is left, grouped by folder and reason, but for what a source says to ``ignore``. It turns no run red, because
a note beside the tables harms nobody. The supplier hears of it through ``left_notice``.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from pathlib import Path, PurePosixPath

from ogp_pipeline.i18n.catalogue import number, say
from ogp_pipeline.i18n.legible import legible
from ogp_pipeline.programme.folders import folder_of
from ogp_pipeline.programme.places import DirectoryPlace
from ogp_pipeline.programme.sources import FolderSource
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.sources import left, patterns
from ogp_pipeline.sources.left import LeftFile, Reason

SHOWN = 10  # names of a group that are written out; the true number is always said
_SEVERAL = ", "


@dataclass(frozen=True, slots=True)
class Left:
    """Files of one folder that were left for one reason: the first of them (name, proposed name), and how many.

    ``taken``: the patterns of the folder's sources. ``receipt``: what the supplier was told, if all are one supplier's.
    """

    folder: str
    reason: Reason
    files: tuple[tuple[str, str], ...]
    count: int
    taken: tuple[str, ...]
    receipt: str | None = None


@dataclass(frozen=True, slots=True)
class LeftInFolder:
    """A folder, the sources that look at it, and what they leave."""

    sources: tuple[FolderSource, ...]
    files: tuple[LeftFile, ...]

    @property
    def taken(self) -> tuple[str, ...]:
        """The patterns of all its sources."""
        return tuple(dict.fromkeys(pattern for source in self.sources for pattern in source.files))

    @property
    def groups(self) -> Iterator[Left]:
        """What is left, by reason."""
        address = legible(self.sources[0].path.as_posix())
        by_reason = sorted(self.files, key=lambda file: file.reason)
        for reason, members in groupby(by_reason, key=lambda file: file.reason):
            files = [(file.name, file.proposal) for file in members]
            yield Left(address, reason, tuple(files[:SHOWN]), len(files), self.taken)


def look(workspace: Workspace, now: datetime | None) -> tuple[Left, ...]:
    """What is left now. Nothing is written. ``now`` as in ``sources.left``."""
    return tuple(group for folder in folders(workspace, now) for group in folder.groups)


def describe(left: Left, language: str) -> str:
    """What was left, why, and what to do, in one sentence."""
    names = [
        say("run.left.pair" if proposal else "run.left.name", language, name=name, proposal=proposal)
        for name, proposal in left.files
    ]
    if left.count > len(names):
        names.append(say("run.left.more", language, count=number(left.count - len(names), language)))
    listed = _SEVERAL.join(names)
    return say(f"run.left.{left.reason}", language, folder=left.folder, files=listed, taken=_SEVERAL.join(left.taken))


def folders(workspace: Workspace, now: datetime | None) -> Iterator[LeftInFolder]:
    """Each folder of ``folder`` sources in which something is left."""
    sources = [source for source in workspace.programme.sources if isinstance(source, FolderSource)]
    places: dict[Path, list[FolderSource]] = {}
    for source in sources:
        places.setdefault(_normal(workspace.base / source.path), []).append(source)
    named = _named(workspace)
    for place, its_sources in places.items():
        folder = LeftInFolder(tuple(its_sources), ())
        try:
            files = left.left(place, folder.taken, named - {place}, now)
        except OSError:  # its sources say so themselves
            continue
        expected = [pattern for source in its_sources for pattern in source.ignore or ()]
        surprising = [file for file in files if not _matches(file.name, expected)]
        if surprising:
            yield replace(folder, files=tuple(surprising))


def _matches(name: str, expected: Sequence[str]) -> bool:
    parts = PurePosixPath(name).parts
    return any(patterns.matches(pattern, parts) for pattern in expected)


def _named(workspace: Workspace) -> set[Path]:
    """Places of this disk that the programme file names."""
    programme = workspace.programme
    stores = (programme.publication.store, programme.publication.intake)
    places = [store.directory for store in stores if isinstance(store, DirectoryPlace)]
    places += [folder for source in programme.sources if (folder := folder_of(source)) is not None]
    mappings = [mapping for source in programme.sources for several in source.tables.values() for mapping in several]
    places += [Path(column.map_file) for mapping in mappings for column in mapping.columns.values() if column.map_file]
    return {_normal(workspace.path), *(_normal(workspace.base / place) for place in places)}


def _normal(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 - links are left as they are
