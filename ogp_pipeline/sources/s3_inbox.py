"""An inbox in a bucket (``inbox.Inbox``): one supplier's prefix, with ``check/``, ``receipts/`` and ``done/`` below it.

An item is a key's last segment, of any letters; what lies deeper is told like a folder, because a file in it would
wait for ever. A key that only marks an empty folder is nothing. An item is known by its ETag, size and time of last
writing: it is fetched on condition that the ETag is still that one, copied to ``done/`` on the same condition, and
deleted only if it is still as listed, again on condition. A server that ignores a condition on deleting leaves a moment
between the last look and the deletion; with versioning switched on, even then nothing is lost. Keys come as for stores.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.response import StreamingBody

from ogp_pipeline.errors import SourceError
from ogp_pipeline.sources.delivery import DeliveredFile, Refusal
from ogp_pipeline.sources.inbox import CHECK, DONE, RECEIPTS, Item, free_names, left_alone, too_large
from ogp_pipeline.sources.spool import keep
from ogp_pipeline.store import bodies, object_storage
from ogp_pipeline.store.bodies import BrokenOff
from ogp_pipeline.store.object_storage import Bucket

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import ObjectTypeDef

_PRECONDITION, _CONFLICT, _FORBIDDEN = 412, 409, 403
_NO_CONDITION = frozenset({"NotImplemented", "InvalidArgument", "InvalidRequest"})  # of deleting with If-Match
_RESERVED = frozenset({CHECK, DONE, RECEIPTS})
_SECOND = timedelta(seconds=1)  # lists tell times more finely than answers do


class _Gone(Exception):
    """It is not there any more, or something else is."""


class S3Inbox:
    """See ``inbox.Inbox``. ``max_bytes``: larger files are not fetched."""

    def __init__(self, bucket: Bucket, max_bytes: int) -> None:
        self._bucket = bucket
        self._max = max_bytes

    def items(self) -> list[Item]:
        """What lies there and under ``check/``, without what no person put there."""
        try:
            return sorted(self._items(""), key=lambda item: item.check)
        except (ClientError, BotoCoreError) as error:
            raise self._error(error, "the inbox cannot be read") from error

    def fetch(self, item: Item, spool: Path) -> DeliveredFile | Refusal | None:
        """Copy it into the spool; None if it is gone or changed."""
        if not item.plain:
            return Refusal("not-a-file")
        if (refusal := too_large(item.size, self._max)) is not None:
            return refusal
        try:
            return keep(self._pieces(item), item.told, spool)
        except _Gone:
            return None
        except (ClientError, BotoCoreError) as error:
            if object_storage.status(error) == _FORBIDDEN:  # such as bytes under a key that we have not got
                return Refusal("file-not-readable")
            raise self._error(error, f"{item.told} cannot be read") from error

    def put_receipt(self, day: date, name: str, data: bytes, media_type: str) -> None:
        """One PUT: whole or not at all."""
        key = f"{self._bucket.prefix}{RECEIPTS}/{day.isoformat()}/{name}"
        try:
            self._bucket.steady.put_object(
                Bucket=self._bucket.name, Key=key, Body=data, ContentType=media_type, CacheControl="private, no-store"
            )
        except (ClientError, BotoCoreError) as error:
            raise self._error(error, f"the receipt {name} cannot be written") from error

    def drop(self, file: Path, name: str) -> str:
        """One PUT on condition that the key is free: whole or not at all, under the first name that is free."""
        for free in free_names(name):
            try:
                with file.open("rb") as body:
                    self._bucket.once.put_object(
                        Bucket=self._bucket.name, Key=f"{self._bucket.prefix}{free}", Body=body, IfNoneMatch="*"
                    )
            except (ClientError, BotoCoreError) as error:
                if object_storage.status(error) in (_PRECONDITION, _CONFLICT):
                    continue
                raise self._error(error, f"{free} cannot be laid in") from error
            return free
        raise AssertionError("names are endless")

    def finish(self, item: Item, day: date, name: str) -> None:
        """Copy what was listed, and delete it if it still is that; what somebody put in its place stays."""
        target = f"{self._bucket.prefix}{DONE}/{day.isoformat()}/{name}"
        try:
            if self._stands(item):
                self._copy(item, target)
                if self._stands(item):
                    self._delete(item)
        except _Gone:
            return
        except (ClientError, BotoCoreError) as error:
            raise self._error(error, f"{item.told} cannot be moved to {DONE}") from error

    def _items(self, below: str) -> Iterator[Item]:
        prefix, check = self._bucket.prefix + below, bool(below)
        pages = self._bucket.steady.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket.name, Prefix=prefix, Delimiter="/"
        )
        for page in pages:
            for listing in page.get("Contents", []):
                name = listing["Key"].removeprefix(prefix)
                if name and not name.endswith("/") and not left_alone(name):
                    yield Item(
                        name, check, listing["Size"], _tag(listing["ETag"], listing["Size"]), listing["LastModified"]
                    )
            for deeper in page.get("CommonPrefixes", []):
                name = deeper["Prefix"].removeprefix(prefix).removesuffix("/")
                if not check and name == CHECK:  # asked only where it is there: most inboxes are empty most nights
                    yield from self._items(f"{CHECK}/")
                if not left_alone(name) and (check or name not in _RESERVED):
                    yield from self._folder(deeper["Prefix"], name or "/", check=check)

    def _folder(self, prefix: str, name: str, *, check: bool) -> Iterator[Item]:
        """A folder with something in it, as of its newest file: what cannot be taken must at least be told."""
        listed = self._bucket.steady.list_objects_v2(Bucket=self._bucket.name, Prefix=prefix)
        inside = [listing["LastModified"] for listing in listed.get("Contents", []) if not _is_marker(listing)]
        if inside:
            yield Item(name, check, 0, "", max(inside), plain=False)

    def _pieces(self, item: Item) -> Iterator[bytes]:
        """Its bytes, as they were listed. _Gone if they changed."""
        try:
            yield from bodies.pieces(lambda done: self._open(item, done), item.size)
        except BrokenOff as error:
            told = f"breaks off after {error.done} of {item.size} bytes"
            raise SourceError(f"{item.told} in {self._bucket.describe()} {told}") from error

    def _open(self, item: Item, done: int) -> StreamingBody:
        more: dict[str, Any] = {"Range": f"bytes={done}-"} if done else {}
        try:
            answer = self._bucket.steady.get_object(
                Bucket=self._bucket.name, Key=self._key(item), IfMatch=_etag(item), **more
            )
        except ClientError as error:
            raise _gone_or(error) from error
        if answer["ETag"] != _etag(item) or done + answer["ContentLength"] != item.size:
            raise _Gone
        return answer["Body"]

    def _stands(self, item: Item) -> bool:
        try:
            head = self._bucket.steady.head_object(Bucket=self._bucket.name, Key=self._key(item))
        except ClientError as error:
            raise _gone_or(error) from error
        same = _tag(head["ETag"], head["ContentLength"]) == item.tag
        return same and abs(head["LastModified"] - item.arrived) < _SECOND

    def _copy(self, item: Item, target: str) -> None:
        try:
            self._bucket.steady.copy_object(
                Bucket=self._bucket.name,
                Key=target,
                CopySource={"Bucket": self._bucket.name, "Key": self._key(item)},
                CopySourceIfMatch=_etag(item),
            )
        except ClientError as error:
            raise _gone_or(error) from error

    def _delete(self, item: Item) -> None:
        try:
            self._bucket.steady.delete_object(Bucket=self._bucket.name, Key=self._key(item), IfMatch=_etag(item))
        except ClientError as error:
            if object_storage.code(error) not in _NO_CONDITION:
                raise _gone_or(error) from error
            self._bucket.steady.delete_object(Bucket=self._bucket.name, Key=self._key(item))

    def _key(self, item: Item) -> str:
        return f"{self._bucket.prefix}{f'{CHECK}/' if item.check else ''}{item.name}"

    def _error(self, error: ClientError | BotoCoreError, what: str) -> SourceError:
        return SourceError(str(object_storage.explain(error, what, self._bucket.describe())))


def _tag(etag: str, size: int) -> str:
    return f"{etag} {size}"


def _etag(item: Item) -> str:
    return item.tag.rpartition(" ")[0]


def _is_marker(listing: "ObjectTypeDef") -> bool:
    return listing["Key"].endswith("/") and not listing["Size"]


def _gone_or(error: ClientError) -> Exception:
    """``_Gone`` if the answer says so, or else the error itself."""
    gone = object_storage.is_absent(error) or object_storage.status(error) == _PRECONDITION
    return _Gone() if gone else error
