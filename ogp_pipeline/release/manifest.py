"""The public record of a release: what ``releases/<n>.json`` says, and the exact bytes in which it says it.

Invariant: a manifest is stored as canonical JSON (RFC 8785), so equal manifests have equal bytes and one
hash, and each holds the hash of the record before it. A record is never rewritten: readers hash the bytes
they were given.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from ogp_pipeline.release import json_text

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Commit = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40,64}(-dirty)?$")]
UtcTime = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
Count = Annotated[int, Field(ge=0)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)  # a later version may say more (ADR 0018)


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
    """Rows added, changed and removed since the release before (the first: all added), and schema changes.

    ``origins``: rows that come from another place than before. Older releases count them as ``changed``.
    """

    added: Count = 0
    changed: Count = 0
    removed: Count = 0
    origins: Count = 0
    schema_changes: list[str] = []


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a release's content follows from. ``code``: None of releases by software that did not say it."""

    ledger_n: int
    ledger_hash: str
    programme: str
    schemas: str
    code: str | None
    as_of: date

    def same_but_day(self, other: "Inputs") -> bool:
        """Whether they differ in nothing, or in the day alone."""
        return replace(self, as_of=other.as_of) == other

    def same_but_code(self, other: "Inputs") -> bool:
        """Whether they differ in nothing, or in the code alone."""
        return replace(self, code=other.code) == other

    def by_software(self, earlier: "Inputs") -> bool:
        """Whether only other code can be why a release with these says anything else than one with ``earlier``.

        Never of a release that does not say its code: its software knew no such cause, and it is rebuilt as it was.
        """
        return self.code is not None and self.code != earlier.code and self.same_but_code(earlier)


class Manifest(_Model):
    """``releases/<n>.json``.

    ``previous``: sha256 of the bytes of release n-1, None in the first. ``publish_id``: the run's identity,
    by which a repeated run recognises its own commit. ``created``: UTC, whole seconds. ``programme``: sha256
    of the programme file. ``content``: hash over what is published; equal content is never published twice in
    a row. ``deliveries``: how many deliveries went in, by verdict. ``reason``: why, for a release that goes
    back to older content, and ``back_to`` whose: its number. Such a release has the inputs of that one (ledger head,
    programme, schemas, code, day), because they are what its content follows from, and names the same software.

    ``software``: the version; ``commit``: of its code, with ``-dirty`` if that was changed, None if nobody knew;
    ``code``: hash over the source files that decide what is published (``version.code``), None in releases by software
    before 0.2.0, whose records lack both.
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
    commit: Commit | None = None
    code: Sha256 | None = None

    def to_bytes(self) -> bytes:
        """Canonical JSON (RFC 8785), UTF-8, without a final newline."""
        values = self.model_dump(mode="json")
        if self.back_to is None:  # as it was before there were rollbacks
            del values["back_to"]
        if self.code is None:  # as it was before records said it
            del values["code"], values["commit"]
        return json_text.canonical(values)

    @property
    def hash(self) -> str:
        """sha256 (hex) of ``to_bytes``."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    @property
    def inputs(self) -> Inputs:
        """What the content follows from."""
        return Inputs(self.ledger_head.n, self.ledger_head.hash, self.programme, self.schemas, self.code, self.as_of)

    def file(self, name: str) -> ManifestFile | None:
        """The file of this name, or None."""
        return next((file for file in self.files if file.name == name), None)

    def size(self, dataset: str | None = None) -> tuple[int, int]:
        """Rows of all tables, each counted once, and bytes of all files; ``dataset``: of one dataset alone."""
        files = [file for file in self.files if dataset is None or file.dataset == dataset]
        rows = {file.table: file.rows or 0 for file in files if file.table is not None}
        return sum(rows.values()), sum(file.bytes for file in files)
