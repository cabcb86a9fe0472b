"""Releases to publish in benchmarks: of files made there, and of no programme."""

from collections.abc import Mapping, Sequence
from datetime import date

from ogp_pipeline.publishing.publish import ReleaseDraft
from ogp_pipeline.release.built_file import BuiltFile
from ogp_pipeline.release.manifest import DatasetChanges, LedgerHead


def draft(n: int, files: Sequence[BuiltFile], content: str, datasets: Mapping[str, DatasetChanges]) -> ReleaseDraft:
    """Release ``n`` of these files. ``content``: the hash of what it says."""
    return ReleaseDraft(
        version=f"1.{n - 1}.0",
        publish_id=f"run-{n}",
        created="2024-03-01T12:00:00Z",
        ledger_head=LedgerHead(n=n, hash="e" * 64),
        programme="a" * 64,
        schemas="1",
        software="1",
        as_of=date(2024, 3, 1),
        content=content,
        files=files,
        datasets=dict(datasets),
    )
