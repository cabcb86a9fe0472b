"""The public record of a release: what ``releases/<n>.json`` says, and the exact bytes in which it says it.

Invariant: a manifest is stored as canonical JSON (RFC 8785), so equal manifests have equal bytes and one
hash, and each holds the hash of the record before it. A record is never rewritten: readers hash the bytes
they were given.
"""

import hashlib
from datetime import date
from typing import Annotated, Literal

import rfc8785
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
UtcTime = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
Count = Annotated[int, Field(ge=0)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LedgerHead(_Model):
    """The ledger entry up to which the release was computed: its number and the sha256 of its bytes."""

    n: Count
    hash: str


class ManifestFile(_Model):
    """One file. ``name`` is its path under ``v/<version>/``; ``key`` where its bytes are, from the store's
    root.

    ``rows``: data rows without the heading, None for what is no table. ``logical``: sha256 of the table's
    canonical CSV, the same in every format of that table; None for what is derived from several tables.
    """

    name: str
    dataset: str | None
    table: str | None
    key: str
    media_type: str
    bytes: Count
    sha256: Sha256
    rows: Count | None
    logical: Sha256 | None


class DatasetChanges(_Model):
    """Rows added, changed and removed since the release before (the first: all added), and schema changes."""

    added: Count = 0
    changed: Count = 0
    removed: Count = 0
    schema_changes: list[str] = []


class Manifest(_Model):
    """``releases/<n>.json``.

    ``previous``: sha256 of the bytes of release n-1, None in the first. ``publish_id``: the run's identity,
    by which a repeated run recognises its own commit. ``created``: UTC, whole seconds. ``programme``: sha256
    of the programme file. ``content``: hash over what is published; equal content is never published twice in
    a row. ``deliveries``: how many deliveries went in, by verdict. ``reason``: why, for a release that goes
    back to older content, and ``back_to`` whose: its number. Such a release has the inputs of that one (ledger head,
    programme, schemas, software, day), because they are what its content follows from.
    """

    format: Literal["ogp-release/1"] = "ogp-release/1"
    release: int = Field(ge=1)
    version: str
    previous: Sha256 | None
    publish_id: str = Field(min_length=1)
    created: UtcTime
    ledger_head: LedgerHead
    programme: Sha256
    schemas: str
    software: str
    as_of: date
    outcome: Literal["Published"] = "Published"
    content: Sha256
    files: list[ManifestFile]
    datasets: dict[str, DatasetChanges]
    deliveries: dict[str, Count]
    reason: str | None = None
    back_to: int | None = Field(default=None, ge=1)

    def to_bytes(self) -> bytes:
        """Canonical JSON (RFC 8785), UTF-8, without a final newline."""
        values = self.model_dump(mode="json")
        if self.back_to is None:  # as it was before there were rollbacks
            del values["back_to"]
        return rfc8785.dumps(values)

    @property
    def hash(self) -> str:
        """sha256 (hex) of ``to_bytes``."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    def file(self, name: str) -> ManifestFile | None:
        """The file of this name, or None."""
        return next((file for file in self.files if file.name == name), None)
