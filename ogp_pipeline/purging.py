"""The privacy purge of a programme: which bytes of its two stores go, on whose word, so that nothing current breaks.

Public: files of releases, by sha256 or by version and name. Private: a delivery, that is its raw files, its rows and
its receipts, which quote it. What was removed stands in ``tombstones/`` of the store where it was.
"""

import fnmatch
import hashlib
import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ogp_pipeline.collection import known_tables
from ogp_pipeline.errors import NotFound, OgpError
from ogp_pipeline.intake import layout, ledger
from ogp_pipeline.publication import site
from ogp_pipeline.release import personal_data
from ogp_pipeline.store import history, keyring, purge, views
from ogp_pipeline.store.protocol import Store
from ogp_pipeline.store.purge import Statement, Target
from ogp_pipeline.store.signing import SigningKey
from ogp_pipeline.workspace import Workspace

_SHA256 = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be removed, or was: from the public store and from the private one."""

    public: tuple[Target, ...]
    private: tuple[Target, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


def plan(workspace: Workspace, files: Sequence[str], deliveries: Sequence[str]) -> Plan:
    """What a purge would remove. ``files``: a sha256, or VERSION/NAME, where NAME may have ``*``.

    NotFound: nothing such. OgpError while the newest release, or today's tables, still rest on it.
    """
    wanted = _hashes(workspace.publication, files)
    public = purge.find(workspace.publication, wanted) if wanted else []
    unknown = wanted - {target.sha256 for target in public}
    if unknown:
        raise NotFound(f"no release has a file with the sha256 {', '.join(sorted(unknown))}")
    private = [target for delivery in deliveries for target in _of_delivery(workspace, delivery)]
    merged: dict[str, Target] = {}
    for one in private:
        before = merged.get(one.sha256)
        keys = {*one.keys, *(before.keys if before else ())}
        merged[one.sha256] = Target(one.sha256, one.bytes, tuple(sorted(keys)))
    return Plan(tuple(public), tuple(merged.values()))


def carry_out(workspace: Workspace, planned: Plan, signer: SigningKey, created: str, said: dict[str, str]) -> None:
    """Remove it. ``said``: by, reason, law. The same plan again completes a purge that was interrupted."""
    personal_data.refuse_in_words(**said)
    store = workspace.publication
    head = history.head(store)
    newest = head.n if head else 0
    keyring.prepare(store, signer, newest + 1, created, time.sleep)
    statement = Statement(created, said["by"], said["reason"], said["law"], newest)
    purge.purge(store, planned.public, statement, signer)
    purge.purge(workspace.intake, planned.private, statement, signer)
    purge.refuse_if_taken_over(store, {target.sha256 for target in planned.public})
    if head and planned.public:  # the catalogue of versions names what is there, and no longer these
        views.finish(store, newest, signer=signer, pages=site(workspace))


def _hashes(store: Store, files: Sequence[str]) -> set[str]:
    wanted = {file for file in files if _SHA256.match(file)}
    for file in [file for file in files if file not in wanted]:
        version, _, name = file.partition("/")
        release = history.release(store, version)
        found = {one.sha256 for one in release.manifest.files if fnmatch.fnmatchcase(one.name, name)}
        if not found:
            raise NotFound(f"release {version} has no file {name}")
        wanted |= found
    return wanted


def _of_delivery(workspace: Workspace, delivery: str) -> Iterator[Target]:
    store = workspace.intake
    records = [record for key in store.list(layout.DELIVERIES) if (record := _record(store, key, delivery))]
    if not records:
        raise NotFound(f"there is no delivery {delivery}; `ogp receipts` lists them")
    entries = ledger.read(store)
    tables = known_tables(workspace, entries, date.max)
    resting = sum(origin.delivery == delivery for origin in tables.origins.values())
    if resting:
        raise OgpError(
            f"{resting} rows of today's tables come from delivery {delivery}: first let its supplier send them anew, "
            "or state the table without them, and publish that; then purge"
        )
    keys = {layout.raw(file["sha256"]) for record in records for file in record["files"]}
    keys |= {key for record in records for key in record["receipts"].values()}
    keys |= {layout.rows(record["rows"]) for record in records if record["rows"]}
    keys |= {layout.aside(entry.aside) for entry in entries if entry.delivery == delivery and entry.aside}
    with TemporaryDirectory(prefix="ogp-purge-") as folder:
        path = Path(folder) / "file"
        for key in sorted(keys):
            if store.download(key, path):
                with path.open("rb") as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
                yield Target(digest, path.stat().st_size, (key,))


def _record(store: Store, key: str, delivery: str) -> dict[str, Any] | None:
    stored = store.get(key)
    record: dict[str, Any] | None = json.loads(stored.data) if stored else None
    return record if record and record["delivery"] == delivery else None
