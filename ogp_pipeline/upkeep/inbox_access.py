"""What a supplier may do with an inbox in a bucket: by keys of its own (a policy), or by a link for one file.

A policy lets its holder put files into its own inboxes and their ``check/``, and list and read its own receipts:
nothing else, and above all neither delete, nor write a receipt. It is written for IAM as AWS means it, to be attached
to one user; what servers make of it is in docs/operations.md.

A link is a presigned PUT (signature version 4) that lets whoever has it send one file, once: name, length and sha256
are bound, and nothing that lies there is replaced. It carries the rights of our own keys, and ends with them.
"""

import base64
import hashlib
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ogp_pipeline.errors import WrongUse, check_name
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.programme.places import S3Place
from ogp_pipeline.programme.sources import InboxSource
from ogp_pipeline.sources.inbox import CHECK, DONE, RECEIPTS, UNFINISHED, left_alone
from ogp_pipeline.store import object_storage
from ogp_pipeline.store.object_storage import Bucket

LONGEST = timedelta(days=7)  # signature version 4 allows no more
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_FILE_NAME_BYTES = 250  # some servers keep names as a disk does


@dataclass(frozen=True, slots=True)
class BucketInbox:
    """A source whose inbox is a prefix in a bucket, and which."""

    source: InboxSource
    place: S3Place


@dataclass(frozen=True, slots=True)
class Offered:
    """A file that somebody may send: its name, length and hash, before it is here."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a file may be sent: at most ``largest`` bytes, for so long, and perhaps only to be checked."""

    largest: int
    lasts: timedelta
    only_check: bool = False


@dataclass(frozen=True, slots=True)
class UploadLink:
    """A PUT to ``url`` with exactly these ``headers`` and the file's bytes, until ``expires``."""

    url: str
    headers: dict[str, str]
    bucket: str
    key: str
    expires: datetime

    def curl(self, file: str) -> str:
        """The command that sends ``file``; curl itself tells the length."""
        given = [f"{name}: {value}" for name, value in self.headers.items() if name != "Content-Length"]
        flags = [part for header in given for part in ("--header", header)]
        return shlex.join(["curl", "--fail-with-body", "--upload-file", file, *flags, self.url])


def inboxes(programme: Programme, supplier: str) -> list[BucketInbox]:
    """A supplier's inboxes in buckets. OgpError if there is no such supplier, or it has none."""
    check_name("supplier", supplier, [item.id for item in programme.suppliers])
    own = in_buckets(programme).get(supplier, [])
    if not own:
        raise WrongUse(f"`{supplier}` has no inbox in a bucket: no source of its own is `kind: inbox` with `s3`")
    return own


def in_buckets(programme: Programme) -> dict[str, list[BucketInbox]]:
    """Every supplier that has inboxes in buckets, with these."""
    by_supplier: dict[str, list[BucketInbox]] = {}
    for source in programme.sources:
        if not isinstance(source, InboxSource) or not isinstance(source.place, S3Place):
            continue
        own = by_supplier.setdefault(source.supplier, [])
        if all(inbox.place != source.place for inbox in own):  # several sources may share one
            own.append(BucketInbox(source, source.place))
    return by_supplier


def policy(own: Sequence[BucketInbox]) -> dict[str, Any]:
    """The IAM policy of the supplier whose inboxes these are."""
    places = [inbox.place for inbox in own]
    listing = [
        {
            "Sid": f"ListOwnReceipts{number}",
            "Effect": "Allow",
            "Action": ["s3:ListBucket"],
            "Resource": [_arn(place, None)],
            "Condition": {"StringLike": {"s3:prefix": [f"{_prefix(place)}{RECEIPTS}/*"]}},
        }
        for number, place in enumerate(places, 1)
    ]
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "SendFiles",
                "Effect": "Allow",
                "Action": ["s3:PutObject", "s3:AbortMultipartUpload"],
                "Resource": [_arn(place, "*") for place in places],
            },
            {
                "Sid": "LeaveReceiptsAlone",
                "Effect": "Deny",
                "Action": ["s3:PutObject"],
                "Resource": [_arn(place, f"{ours}/*") for place in places for ours in (RECEIPTS, DONE)],
            },
            {
                "Sid": "ReadOwnReceipts",
                "Effect": "Allow",
                "Action": ["s3:GetObject"],
                "Resource": [_arn(place, f"{RECEIPTS}/*") for place in places],
            },
            *listing,
        ],
    }


def offered(file: Path) -> Offered:
    """What a file of this disk would be offered as."""
    with file.open("rb") as stream:
        return Offered(file.name, file.stat().st_size, hashlib.file_digest(stream, "sha256").hexdigest())


def duration(text: str) -> timedelta:
    """``30m``, ``12h`` or ``7d``. OgpError if it is something else, or longer than a link may be."""
    parts = re.fullmatch(r"([1-9][0-9]{0,4})([mhd])", text)
    given = timedelta(**{_UNITS[parts[2]]: int(parts[1])}) if parts else None
    if given is None or given > LONGEST:
        raise WrongUse(f"`{text}` must be minutes, hours or days, such as 30m, 12h or 7d, and at most 7d")
    return given


def link(bucket: Bucket, file: Offered, terms: Terms, now: datetime) -> UploadLink:
    """A link for one file into an inbox. OgpError if the file, so named or so large, would not be taken there."""
    _refuse_unfit(file, terms.largest)
    key = f"{bucket.prefix}{f'{CHECK}/' if terms.only_check else ''}{file.name}"
    checksum = base64.b64encode(bytes.fromhex(file.sha256)).decode()
    bound = {"IfNoneMatch": "*", "ContentLength": file.size, "ChecksumSHA256": checksum}
    try:
        url = bucket.once.generate_presigned_url(
            "put_object", {"Bucket": bucket.name, "Key": key, **bound}, ExpiresIn=int(terms.lasts.total_seconds())
        )
    except (ClientError, BotoCoreError) as error:
        raise object_storage.explain(error, "a link cannot be made", bucket.describe()) from error
    headers = {"If-None-Match": "*", "x-amz-checksum-sha256": checksum, "Content-Length": str(file.size)}
    return UploadLink(url, headers, bucket.name, key, now + terms.lasts)


def _refuse_unfit(file: Offered, largest: int) -> None:
    name = file.name
    if not name or re.search(r"[/\\\x00-\x1f\x7f]", name) or len(name.encode()) > _FILE_NAME_BYTES:
        raise WrongUse(f"{name!r} is not the name of a file: it must be short, in one line, and without / or \\")
    if left_alone(name) or name.lower().endswith(UNFINISHED):
        raise WrongUse(f"a file called `{name}` would be left alone in the inbox; give it another name with --name")
    if not re.fullmatch(r"[0-9a-f]{64}", file.sha256):
        raise WrongUse(f"`{file.sha256}` is not a sha256: it has 64 digits, 0 to 9 and a to f")
    if file.size > largest:
        raise WrongUse(f"{name} has {file.size} bytes; the inbox takes at most {largest} (`file_mb` in `limits`)")


def _prefix(place: S3Place) -> str:
    prefix = place.prefix.strip("/")
    return f"{prefix}/" if prefix else ""


def _arn(place: S3Place, below: str | None) -> str:
    return f"arn:aws:s3:::{place.bucket}" + (f"/{_prefix(place)}{below}" if below is not None else "")
