"""The small country whose agency has an inbox, in a folder or in a bucket of the real server."""

import json
import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ogp_pipeline.intake import ledger
from ogp_pipeline.programme.places import S3Place
from ogp_pipeline.runs import run
from ogp_pipeline.runs.outcomes import Published
from ogp_pipeline.runs.record import RunRecord, SourceResult
from ogp_pipeline.runs.workspace import Workspace, open_workspace
from ogp_pipeline.store import object_storage
from ogp_pipeline.store.object_storage import Access, Bucket
from tests.kept import kept
from tests.s3_server import ACCESS_KEY, SECRET_KEY, S3Server
from tests.small_country import FILES, NOW, SmallCountry, build, linked

UPDATES = "milestone_id,period_id,status,progress_en\n"
GOOD = FILES["agency/updates.csv"]
DONE_LATER = UPDATES + "XX0001.1,2024-H1,complete,Done\n"
KEYS = Access(ACCESS_KEY, SECRET_KEY)
_PATH = "path: inbox/agency"


@dataclass(frozen=True)
class InboxCountry(SmallCountry):
    """The agency's inbox is a folder."""

    def drop(self, name: str, content: str | bytes) -> None:
        self.write(f"agency/{name}", content)

    def take_away(self, name: str) -> None:
        (self.folder / "inbox/agency" / name).unlink()

    def inbox(self) -> dict[str, bytes]:
        """What lies in it, by name, sorted. What is no ordinary file, or closed to us, has no bytes."""
        root = self.folder / "inbox/agency"
        found = {path.relative_to(root).as_posix(): path for path in root.rglob("*") if not path.is_dir()}
        return {name: path.read_bytes() if _is_open(path) else b"" for name, path in sorted(found.items())}


def _is_open(path: Path) -> bool:
    return path.is_file() and os.access(path, os.R_OK)


@dataclass(frozen=True)
class BucketCountry(InboxCountry):
    """The agency's inbox is a prefix of a bucket."""

    bucket: Bucket

    def open(self) -> Workspace:
        return open_workspace(self.folder, KEYS)

    def drop(self, name: str, content: str | bytes) -> None:
        data = content.encode() if isinstance(content, str) else content
        self.bucket.once.put_object(Bucket=self.bucket.name, Key=self.bucket.prefix + name, Body=data)

    def take_away(self, name: str) -> None:
        self.bucket.once.delete_object(Bucket=self.bucket.name, Key=self.bucket.prefix + name)

    def inbox(self) -> dict[str, bytes]:
        listed = self.bucket.once.list_objects_v2(Bucket=self.bucket.name, Prefix=self.bucket.prefix)
        keys = sorted(found["Key"] for found in listed.get("Contents", []))
        bodies = [self.bucket.once.get_object(Bucket=self.bucket.name, Key=key)["Body"].read() for key in keys]
        return {key.removeprefix(self.bucket.prefix): body for key, body in zip(keys, bodies, strict=True)}


Open = Callable[..., InboxCountry]
_INBOX = {"kind: folder, path: inbox/agency, files: updates.csv": "kind: inbox, path: inbox/agency, settle_seconds: 0"}


def open_country(folder: Path, **more: str) -> SmallCountry:
    """The small country, whose agency has an inbox; nothing lies in it yet."""
    country = build(folder, **_INBOX, **more)
    (folder / "inbox/agency/updates.csv").unlink()
    return country


def forum_once() -> Path:
    """This country after a run that published what its forum said. Not to be written to."""

    def make(folder: Path) -> None:
        assert open_country(folder).run("forum", NOW - timedelta(days=1)).outcome == Published("1.0.0")

    return kept("forum", make)


def copy(of: Path, folder: Path, **replaced: str) -> InboxCountry:
    """A copy of the country; ``replaced``: texts of its programme file, old=new."""
    linked(of, folder)
    path = folder / "programme.yaml"
    text = path.read_text(encoding="utf-8")
    for old, new in replaced.items():
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return InboxCountry(folder)


def move_to_bucket(country: InboxCountry, server: S3Server) -> BucketCountry:
    """The same country, with its agency's inbox in a new and empty place of the server."""
    place = S3Place(bucket="inbox", prefix=f"{uuid.uuid4().hex}/agency", endpoint=server.endpoint)
    path = country.folder / "programme.yaml"
    text = path.read_text(encoding="utf-8")
    assert _PATH in text
    written = f"s3: {{bucket: {place.bucket}, prefix: {place.prefix}, endpoint: {place.endpoint!r}}}"
    path.write_text(text.replace(_PATH, written), encoding="utf-8")
    return BucketCountry(country.folder, object_storage.connect(place, KEYS, shared=True))


def collect(country: SmallCountry, now: datetime = NOW) -> SourceResult:
    """What the inbox gives in one run."""
    return run.collect_source(country.open(), "updates", now)


def lying(country: InboxCountry) -> list[str]:
    """What waits in it."""
    return [name for name in country.inbox() if not name.startswith(("done/", "receipts/"))]


def done(country: InboxCountry) -> list[str]:
    """What was taken out."""
    return [name for name in country.inbox() if name.startswith("done/")]


def receipts(country: InboxCountry) -> list[dict[str, Any]]:
    """Every receipt in the inbox, as data, in the order of their names."""
    found = country.inbox().items()
    return [json.loads(data) for name, data in found if name.startswith("receipts/") and name.endswith(".json")]


def of_agency(record: RunRecord) -> SourceResult:
    [found] = [result for result in record.sources if result.source == "updates"]
    return found


def entries(country: SmallCountry) -> list[ledger.Entry]:
    return [entry for entry in ledger.read(country.open().intake) if entry.source == "updates"]
