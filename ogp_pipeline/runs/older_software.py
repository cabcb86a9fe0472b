"""Is this software older than what stands? Then it would take back what it does not know.

The schemas say it: their version is in each release and each entry of the ledger. Older code with the same schemas may
follow newer code (a fault in an update); what it computes otherwise is published with that cause.
"""

from collections.abc import Sequence

from semver import Version

from ogp_pipeline import version as software
from ogp_pipeline.errors import OlderSoftware
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.runs.workspace import Workspace


def check(workspace: Workspace, release: Release | None, entries: Sequence[Entry]) -> None:
    """OlderSoftware if the newest release, or the newest entry of the ledger, was made with newer schemas."""
    ours = workspace.schemas.version
    if release is not None and is_newer(release.manifest.schemas, ours):
        manifest = release.manifest
        place = f"release {release.version} in {workspace.publication.describe()}"
        raise OlderSoftware(_told(place, manifest.schemas, ours, f"ogp-pipeline {manifest.software}", manifest.commit))
    if entries and is_newer(entries[-1].schemas, ours):
        place = f"entry {entries[-1].n} of the ledger in {workspace.intake.describe()}"
        raise OlderSoftware(_told(place, entries[-1].schemas, ours, f"schemas {entries[-1].schemas}", None))


def is_newer(said: str, ours: str) -> bool:
    """What a programme adds behind ``+`` for its own levels and languages is not compared."""
    return Version.parse(said).compare(ours) > 0


def _told(place: str, said: str, ours: str, needed: str, commit: str | None) -> str:
    checkout = f" (`git checkout {commit.removesuffix(software.DIRTY)}`)" if commit else ""
    return (
        f"this software is older than what stands: {place} was made with schemas {said}, and ogp-pipeline "
        f"{software.VERSION} here has schemas {ours}. It would take back what it does not know. Nothing was taken in "
        f"and nothing was published. Install the software with {needed} or newer{checkout}, then run again."
    )
