"""The privacy purge of a programme: which bytes of its two stores go, on whose word, so that nothing current breaks.

Public: files of releases, by sha256 or by version and name. Private: a delivery, that is its raw files, its rows and
its receipts, which quote it. What was removed stands in ``tombstones/`` of the store where it was.
"""

import fnmatch
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ogp_pipeline import scratch
from ogp_pipeline.errors import NotFound, OgpError
from ogp_pipeline.intake import layout, ledger
from ogp_pipeline.publishing import history, keyring, purge, views
from ogp_pipeline.publishing.log_copy import LogCopy
from ogp_pipeline.publishing.publisher import ReleasePublisher
from ogp_pipeline.publishing.purge import Statement, Target
from ogp_pipeline.publishing.signing import SigningKey
from ogp_pipeline.release import personal_data
from ogp_pipeline.runs import checkpoint
from ogp_pipeline.runs.known_state import known_entries, known_tables
from ogp_pipeline.runs.publication import archive_pages, site
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.store.protocol import Store
from ogp_pipeline.tables.tables import Tables

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
    if files and not wanted:
        raise NotFound("the files that you name hold headings and no row: there is nothing in them to purge")
    public = purge.find(workspace.publication, wanted) if wanted else []
    unknown = wanted - {target.sha256 for target in public}
    if unknown:
        raise NotFound(f"no release has a file with the sha256 {', '.join(sorted(unknown))}")
    merged: dict[str, Target] = {}
    for item in _of_deliveries(workspace, deliveries) if deliveries else ():
        before = merged.get(item.sha256)
        keys = {*item.keys, *(before.keys if before else ())}
        merged[item.sha256] = Target(item.sha256, item.bytes, tuple(sorted(keys)))
    return Plan(tuple(public), tuple(merged.values()))


def carry_out(workspace: Workspace, planned: Plan, signer: SigningKey, created: str, said: dict[str, str]) -> None:
    """Remove it. ``said``: by, reason, law. The same plan again completes a purge that was interrupted."""
    personal_data.refuse_in_words(**said)
    store = workspace.publication
    log = LogCopy(workspace.intake)
    publisher = ReleasePublisher(store, signer, site(workspace, log), archive=archive_pages(workspace, log))
    views.repair(publisher)  # what a killed run left is made while its bytes stand
    head = history.head(store)
    newest = head.n if head else 0
    keyring.prepare(publisher, newest + 1, created)
    statement = Statement(created, said["by"], said["reason"], said["law"], newest)
    purge.purge(store, planned.public, statement, signer)
    purge.purge(workspace.intake, planned.private, statement, signer)
    log.forget()
    if planned.private:
        checkpoint.forget(workspace.intake)  # whose rows may be among what it keeps
    purge.refuse_if_taken_over(store, {target.sha256 for target in planned.public})
    if head and planned.public:  # the catalogue of versions names what is there, and no longer these
        views.finish(publisher, newest)


def _hashes(store: Store, files: Sequence[str]) -> set[str]:
    wanted = {file for file in files if _SHA256.match(file)}
    for file in [file for file in files if file not in wanted]:
        version, _, name = file.partition("/")
        release = history.release(store, version)
        named = [file for file in release.manifest.files if fnmatch.fnmatchcase(file.name, name)]
        if not named:
            raise NotFound(f"release {version} has no file {name}")
        # Headings alone are nobody's data, and later releases have the same bytes again, which could not be published.
        wanted |= {file.sha256 for file in named if file.rows != 0}
    return wanted


def _of_deliveries(workspace: Workspace, deliveries: Sequence[str]) -> Iterator[Target]:
    """What these deliveries stored. Bytes are stored once, so nothing goes that a delivery which stays rests on."""
    store, entries = workspace.intake, known_entries(workspace)
    records = [json.loads(stored.data) for key in store.list(layout.DELIVERIES) if (stored := store.get(key))]
    unknown = set(deliveries) - {record["delivery"] for record in records}
    if unknown:
        raise NotFound(f"there is no delivery {', '.join(sorted(unknown))}; `ogp receipts` lists them")
    _refuse_current(known_tables(workspace, entries, date.max), deliveries)
    keys: set[str] = set()
    others: dict[str, set[str]] = {}
    for delivery, named in _named(records, entries):
        if delivery in deliveries:
            keys |= named
        else:
            others.setdefault(delivery, set()).update(named)
    sharing = sorted(delivery for delivery, named in others.items() if named & keys)
    if sharing:
        raise OgpError(
            f"{len(sharing)} other deliveries hold the same bytes, stored once: name them too, each with `--delivery`: "
            + ", ".join(sharing)
        )
    with TemporaryDirectory(prefix=scratch.prefix("purge")) as folder:
        path = Path(folder) / "file"
        for key in sorted(keys, key=lambda key: (not key.startswith("receipts/"), key)):  # first: accepted.is_purged
            if store.download(key, path):
                with path.open("rb") as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
                yield Target(digest, path.stat().st_size, (key,))


def _refuse_current(tables: Tables, deliveries: Sequence[str]) -> None:
    for delivery in deliveries:
        resting = sum(origin.delivery == delivery for origin in tables.origins.values())
        if resting:
            raise OgpError(
                f"{resting} rows of today's tables come from delivery {delivery}: first let its supplier send them "
                "anew, or state the table without them, and publish that; then purge"
            )


def _named(records: Sequence[dict[str, Any]], entries: Sequence[ledger.Entry]) -> Iterator[tuple[str, set[str]]]:
    """What every record and every entry names: its delivery, and the keys."""
    for record in records:
        keys = {layout.raw(file["sha256"]) for file in record["files"]} | set(record["receipts"].values())
        yield record["delivery"], keys | ({layout.rows(record["rows"])} if record["rows"] else set())
    for entry in entries:
        keys = {layout.raw(sha256) for _, sha256 in entry.files} | {layout.rows(entry.rows), entry.receipt}
        yield entry.delivery, keys | ({layout.quarantined(entry.quarantined)} if entry.quarantined else set())
