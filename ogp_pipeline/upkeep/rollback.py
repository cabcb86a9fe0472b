"""Going back means going forward: a new release which says what an older one said, with a reason.

Its content is read from the older release's own files, its version and its changes are computed against the newest
release as usual, and its record carries the older one's inputs. So it is verified, compared and rebuilt like any other,
and nothing that was published is taken away.
"""

import secrets
import tempfile
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ogp_pipeline import scratch
from ogp_pipeline.errors import LostRace, OgpError, UnknownName, WrongUse
from ogp_pipeline.programme import file as programme_file
from ogp_pipeline.publishing import contents, history, spans
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.publish import ReleaseDraft, publish
from ogp_pipeline.publishing.publisher import NO_HOOKS, Hooks
from ogp_pipeline.release import personal_data
from ogp_pipeline.release.build import Build, build
from ogp_pipeline.release.content import Content
from ogp_pipeline.release.manifest import Manifest
from ogp_pipeline.runs import succession
from ogp_pipeline.runs.publication import TRIES, complete, publisher_of
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.store import attempts
from ogp_pipeline.upkeep.maker import maker_of
from ogp_pipeline.upkeep.reproduction import programme_of


@dataclass(frozen=True, slots=True)
class RolledBack:
    """``version``: the new release, None when the newest one says the same already; ``undone``: versions behind it."""

    to: str
    version: str | None
    undone: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


def roll_back(workspace: Workspace, version: str, reason: str, publish_id: str, hooks: Hooks = NO_HOOKS) -> RolledBack:
    """Publish again what ``version`` said, after completing what a killed publisher or rollback left.

    A lost race is answered by going back from the winner.

    NotFound: there is no such release. OgpError, and nothing of ours visible: an empty reason, other schemas than the
    release's, files which this software does not write as they were, or a private store without the ledger that the
    older release names. It need not hold what came after: so a publication goes on from an older copy of that store.
    """
    if not reason.strip():
        raise WrongUse("a rollback needs a reason: it is published with the release")
    personal_data.refuse_in_words(reason=reason)
    complete(workspace)

    def publish_again(target: Release, head: Release) -> Release:
        with tempfile.TemporaryDirectory(prefix=scratch.prefix("rollback")) as folder:
            built = _build(workspace, target, head, Path(folder))
            publisher = replace(publisher_of(workspace), hooks=hooks, log=None)
            draft = _draft(built, target, reason.strip(), publish_id)
            attempt = attempts.name(datetime.now(UTC), secrets.token_bytes(8))
            return publish(publisher, draft, head, attempt, also=target)

    for _ in range(TRIES):
        chain = history.releases(workspace.publication)
        head = chain[-1] if chain else None
        target = next((record for record in reversed(chain) if record.version == version), None)
        if head is None or target is None:
            raise UnknownName("release", version, [record.version for record in chain])
        succession.check(workspace, target)
        if head.manifest.publish_id == publish_id:
            return RolledBack(version, head.version, _undone(chain, head))
        if head.manifest.content == target.manifest.content:
            return RolledBack(version, None, ())
        try:
            made = publish_again(target, head)
        except LostRace:
            continue
        return RolledBack(version, made.version, _undone(history.releases(workspace.publication), made))
    raise LostRace(f"{TRIES} times another publisher was quicker; nothing of this rollback is visible. Run again.")


def _undone(chain: list[Release], made: Release) -> tuple[str, ...]:
    back_to = made.manifest.back_to or made.n
    return tuple(record.version for record in chain if back_to < record.n < made.n)


def _build(workspace: Workspace, target: Release, head: Release, folder: Path) -> Build:
    """The older release's tables as a release on the newest one."""
    manifest = target.manifest
    if manifest.schemas != workspace.schemas.version:
        raise OgpError(
            f"release {target.version} was made with schemas {manifest.schemas}, and these are "
            f"{workspace.schemas.version}. {_advice(manifest)}"
        )
    programme = programme_of(workspace, target)
    old = contents.read(workspace.publication, target, folder / "target")
    base = contents.read(workspace.publication, head, folder / "base")
    by_software = manifest.inputs.by_software(head.manifest.inputs)
    old_content, new, day = Content(old.tables.frames), folder / "new", manifest.as_of
    schemas = programme_file.schemas_of(programme, workspace.schemas)
    earlier = spans.earlier(workspace.publication, head, folder)
    created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    built = build(
        old_content, base, programme, schemas, new, day, created=created, by_software=by_software, earlier=earlier
    )
    if built.content_hash != manifest.content:
        raise OgpError(
            f"this software does not write release {target.version} as it was published (content "
            f"{built.content_hash[:12]}…, not {manifest.content[:12]}…). Nothing was published. {_advice(manifest)}"
        )
    return built


def _advice(manifest: Manifest) -> str:
    """What brings the software that can do it."""
    commands = " or ".join(f"`{command}`" for command in maker_of(manifest).commands)
    return f"Roll back with version {manifest.software} of this software: {commands}"


def _draft(built: Build, target: Release, reason: str, publish_id: str) -> ReleaseDraft:
    manifest = target.manifest
    return ReleaseDraft(
        version=built.version,
        publish_id=publish_id,
        created=built.created,
        ledger_head=manifest.ledger_head,
        programme=manifest.programme,
        schemas=manifest.schemas,
        software=manifest.software,
        commit=manifest.commit,
        code=manifest.code,
        as_of=manifest.as_of,
        content=built.content_hash,
        files=built.files,
        datasets=built.datasets,
        deliveries=manifest.deliveries,
        reason=reason,
        back_to=target.n,
    )
