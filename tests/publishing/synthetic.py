"""Small releases made up for tests of the store: sound for the protocol, meaningless as data."""

import hashlib
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ogp_pipeline.publishing import layout
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.publish import ReleaseDraft
from ogp_pipeline.publishing.publisher import Hooks, ReleasePublisher
from ogp_pipeline.publishing.purge import Statement
from ogp_pipeline.publishing.signing import SigningKey
from ogp_pipeline.release.built_file import BuiltFile
from ogp_pipeline.release.manifest import DatasetChanges, LedgerHead
from ogp_pipeline.store import attempts
from ogp_pipeline.store.protocol import Store

KEYS = [SigningKey(Ed25519PrivateKey.from_private_bytes(bytes([i]) * 32)) for i in range(4)]  # nobody's
PURGE = Statement("2024-03-02T00:00:00Z", "the data protection officer", "a name in a text", "Ley 1, art. 2", 3)
STARTED = datetime(2024, 3, 1, 12, 0, tzinfo=UTC)

_NAMES = ("datapackage.json", "plan/changes.csv", "plan/clusters.csv", "progress/updates.csv")


def attempt(identity: str) -> str:
    """An attempt that is different for every identity and the same in every test run."""
    return attempts.name(STARTED, hashlib.sha256(identity.encode()).digest()[:8])


def moment() -> datetime:
    """The clock of tests: shortly after every attempt started."""
    return STARTED


def publisher(store: Store, **how: Any) -> ReleasePublisher:
    """A publisher by the clock of tests. ``how``: fields of ``ReleasePublisher`` and of ``Hooks``."""
    hooks = {field.name: how.pop(field.name) for field in fields(Hooks) if field.name in how}
    return ReleasePublisher(store, **how, hooks=Hooks(**{"now": moment, **hooks}))


def draft(
    folder: Path,
    base: Release | None,
    content: str,
    publish_id: str,
    *,
    extra: tuple[str, ...] = (),
    **changes: object,
) -> ReleaseDraft:
    """A draft on ``base`` whose files depend on ``content``, but for ``plan/clusters.csv``, which never
    changes.

    ``extra``: names of further files. ``changes``: fields of the draft to be set otherwise.
    """
    n = base.n + 1 if base else 1
    files = []
    for name in (*_NAMES, *extra):
        text = "cluster_id\nhealth\n" if name == "plan/clusters.csv" else f"content\n{name} {content} {n}\n"
        path = folder / publish_id / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        data = text.encode()
        sha256 = hashlib.sha256(data).hexdigest()
        is_table = name.endswith(".csv") and "changes" not in name
        files.append(
            BuiltFile(
                name=name,
                dataset=name.partition("/")[0] if "/" in name else None,
                table=Path(name).stem if is_table else None,
                media_type=layout.media_type(name),
                path=path,
                bytes=len(data),
                sha256=sha256,
                rows=1 if name.endswith(".csv") else None,
                logical=sha256 if is_table else None,
            )
        )
    values = {
        "version": f"1.{n - 1}.0",
        "publish_id": publish_id,
        "created": "2024-03-01T12:00:00Z",
        "ledger_head": LedgerHead(n=n, hash="e" * 64),
        "programme": "a" * 64,
        "schemas": "1.0.0+0123456789ab",
        "software": "0.1.0",
        "as_of": date(2024, 3, 1),
        "content": hashlib.sha256(content.encode()).hexdigest(),
        "files": tuple(files),
        "datasets": {"progress": DatasetChanges(added=1)},
        "deliveries": {"accepted": 1},
    }
    return ReleaseDraft(**{**values, **changes})  # type: ignore[arg-type]
