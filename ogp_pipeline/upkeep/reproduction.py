"""Rebuild what was published, from the ledger, and compare: the proof that a release is what its inputs say.

The software is one of the inputs. A release by other code is rebuilt all the same, and is proven if its bytes come out
equal. If they do not, nothing is proven either way: that is said, with what brings the software that made it.
"""

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from ogp_pipeline import scratch
from ogp_pipeline import version as software
from ogp_pipeline.errors import BrokenHistory, NotFound, OgpError
from ogp_pipeline.intake import layout, ledger
from ogp_pipeline.programme import file as programme_file
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.publishing import contents, history, spans
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.release.base import BaseRelease
from ogp_pipeline.release.build import build
from ogp_pipeline.release.changes import Changes
from ogp_pipeline.release.changes import compare as compare_tables
from ogp_pipeline.runs.known_state import known_tables, past_tables
from ogp_pipeline.runs.memory import Memory
from ogp_pipeline.runs.publication import content_of
from ogp_pipeline.runs.rows_that_wait import with_waiting
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.upkeep.maker import Maker, maker_of

OnProgress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Difference:
    """A file whose bytes differ: the published and the rebuilt sha256; None where one of them does not exist."""

    name: str
    published: str | None
    rebuilt: str | None


@dataclass(frozen=True, slots=True)
class Unproven:
    """A release that other software made, and that this one does not rebuild.

    ``kind``: ``schemas`` (``detail``: those it was made with), ``bytes`` (the files that come out otherwise) or
    ``refused`` (what this software says against it).
    """

    kind: Literal["schemas", "bytes", "refused"]
    detail: str
    made_by: Maker


@dataclass(frozen=True, slots=True)
class Reproduction:
    """The result for one release; ``files`` were compared.

    ``unproven``: why this software cannot tell, None when it can. Then there are no ``differences``.
    """

    version: str
    files: int
    differences: tuple[Difference, ...]
    unproven: Unproven | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


def reproduce(
    workspace: Workspace, version: str | None, to: Path | None, on_progress: OnProgress
) -> list[Reproduction]:
    """Rebuild one release, or all, and compare every file's sha256; rebuilt files stay in ``to`` if it is given.

    Raises NotFound for an unknown version, BrokenHistory when the ledger is not the one the release was made from. What
    other software made and this one cannot rebuild is a result, and the others are rebuilt all the same.
    """
    wanted = [history.release(workspace.publication, version)] if version else history.releases(workspace.publication)
    results = []
    for number, release in enumerate(wanted):
        on_progress(f"rebuild {release.version}", number, len(wanted))
        with tempfile.TemporaryDirectory(prefix=scratch.prefix("rebuild")) as folder:
            target = to / release.version if to else Path(folder) / "new"
            results.append(_examine(workspace, release, Path(folder), target))
    return results


def compare(workspace: Workspace, old: str, new: str) -> Changes:
    """What turns the release ``old`` into ``new``."""
    releases = [history.release(workspace.publication, version) for version in (old, new)]
    by_software = releases[1].manifest.inputs.by_software(releases[0].manifest.inputs)
    with tempfile.TemporaryDirectory(prefix=scratch.prefix("diff")) as folder:
        sides = [contents.read(workspace.publication, release, Path(folder) / release.version) for release in releases]
        return compare_tables(sides[0].tables, sides[1].tables, by_software=by_software)


def programme_of(workspace: Workspace, release: Release) -> Programme:
    """The programme file that was in force when a release was made, from the archive."""
    key = layout.programme(release.manifest.programme)
    stored = workspace.intake.get(key)
    if stored is None:
        raise NotFound(f"{key} is not in {workspace.intake.describe()}; release {release.version} cannot be rebuilt")
    if hashlib.sha256(stored.data).hexdigest() != release.manifest.programme:
        raise BrokenHistory(f"{key} in {workspace.intake.describe()} holds other bytes than its name says")
    return programme_file.parse(stored.data.decode(), workspace.schemas, Path(key), files=False)


def _examine(workspace: Workspace, release: Release, folder: Path, target: Path) -> Reproduction:
    """Rebuild and compare; a difference counts only if the code is the one that made the release."""
    manifest = release.manifest
    if manifest.schemas != workspace.schemas.version:
        return _unproven(release, "schemas", manifest.schemas)
    same_code = manifest.code == software.code()
    try:
        result = _rebuild(workspace, release, folder, target)
    except (BrokenHistory, NotFound):  # what it would be rebuilt from is not there, whatever the software
        raise
    except OgpError as error:
        if same_code:
            raise
        return _unproven(release, "refused", str(error))
    if not result.differences or same_code:
        return result
    return _unproven(release, "bytes", ", ".join(difference.name for difference in result.differences))


def _unproven(release: Release, kind: Literal["schemas", "bytes", "refused"], detail: str) -> Reproduction:
    why = Unproven(kind, detail, maker_of(release.manifest))
    return Reproduction(release.version, len(release.manifest.files), (), why)


def _rebuild(workspace: Workspace, release: Release, folder: Path, target: Path) -> Reproduction:
    manifest = release.manifest
    entries = ledger.read(workspace.intake, upto=manifest.ledger_head.n)
    if ledger.head_of(entries) != (manifest.ledger_head.n, manifest.ledger_head.hash):
        raise BrokenHistory(f"the ledger in {workspace.intake.describe()} is not the one of release {release.version}")
    programme = programme_of(workspace, release)
    schemas = programme_file.schemas_of(programme, workspace.schemas)
    if schemas != workspace.schemas:  # its texts have other columns, or its scales other levels
        workspace = replace(workspace, schemas=schemas, memory=Memory())
    tables = known_tables(workspace, entries, manifest.as_of, programme, manifest.programme)
    tables = with_waiting(workspace, entries, tables, manifest.as_of)
    past = past_tables(workspace, entries, programme, manifest.programme)
    content = content_of(tables, programme, schemas, manifest.as_of, past)
    base: BaseRelease | None = None
    by_software, earlier = False, []
    if release.n > 1:
        before = history.release(workspace.publication, release.n - 1)
        base = contents.read(workspace.publication, before, folder / "base")
        by_software = manifest.inputs.by_software(before.manifest.inputs)
        earlier = spans.named(workspace.publication, release, folder)
    day, created = manifest.as_of, manifest.created
    built = build(
        content, base, programme, schemas, target, day, created=created, by_software=by_software, earlier=earlier
    )
    published = {file.name: file.sha256 for file in manifest.files}
    rebuilt = {file.name: file.sha256 for file in built.files}
    names = sorted(published.keys() | rebuilt.keys())
    return Reproduction(
        release.version,
        len(names),
        tuple(
            Difference(name, published.get(name), rebuilt.get(name))
            for name in names
            if published.get(name) != rebuilt.get(name)
        ),
    )
