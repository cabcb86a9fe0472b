"""A store in a bucket of S3-compatible object storage: whole objects, conditional single PUTs, server-side copies.

    <prefix><key>    the objects, with media type and ``Cache-Control``; the metadata ``sha256`` as their writer said

Every decision is one PUT with ``If-None-Match: *`` or ``If-Match``, never a multipart completion, which some servers
do not make conditional under a race. A tag is the ETag. Large files go in parts, a few in memory at a time; their bytes
are hashed on the way, and the parts are put together only if that is the hash that was promised. A killed upload leaves
parts that nobody can see; ``unfinished`` finds them.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.response import StreamingBody

from ogp_pipeline.errors import StoreError
from ogp_pipeline.store import bodies, keys, multipart, object_storage
from ogp_pipeline.store.bodies import BrokenOff
from ogp_pipeline.store.object_storage import Bucket
from ogp_pipeline.store.protocol import Changed, Done, Exists, Head, InDoubt, Object

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_s3.type_defs import CopySourceTypeDef, GetObjectOutputTypeDef

_SMALL = 1 << 20  # bytes: so many files of this size may be in memory as there are requests at once
_PRECONDITION = 412
_TOO_LARGE = frozenset({"EntityTooLarge", "InvalidRequest"})  # of a copy: 5 GiB and more

CacheControl = Callable[[str], str]


class S3Store:
    """See ``protocol.Store``. ``cache_control``: key -> the header that its readers get.

    ``unchanging``: prefixes of small objects that never change once they are there; each is asked for once.
    """

    at_once = object_storage.AT_ONCE

    def __init__(self, bucket: Bucket, cache_control: CacheControl, unchanging: tuple[str, ...] = ()) -> None:
        self._bucket = bucket
        self._cache_control = cache_control
        self._unchanging = unchanging
        self._known: dict[str, Object] = {}
        self._slots = BoundedSemaphore(multipart.IN_FLIGHT)

    def describe(self) -> str:
        """Its address: endpoint, bucket, prefix."""
        return self._bucket.describe()

    def clock_ahead(self) -> timedelta | None:
        """As its last answer said; None before the first."""
        return self._bucket.clock.ahead

    def get(self, key: str) -> Object | None:
        """The object, or None when there is none."""
        if key in self._known:
            return self._known[key]
        answer = self._open(key)
        if answer is None:
            return None
        stored = Object(b"".join(self._pieces(key, answer)), answer["ETag"])
        if self._unchanging and key.startswith(self._unchanging):
            self._known[key] = stored
        return stored

    def head(self, key: str) -> Head | None:
        """Size and tag, or None when there is none."""
        try:
            answer = self._bucket.steady.head_object(Bucket=self._bucket.name, Key=self._key(key))
        except (ClientError, BotoCoreError) as error:
            if object_storage.is_absent(error):
                return None
            raise self._error(error, f"{key} cannot be looked at") from error
        told = answer.get("ContentType"), answer.get("CacheControl")
        return Head(answer["ETag"], answer["ContentLength"], answer["Metadata"].get("sha256"), *told)

    def list(self, prefix: str) -> Iterator[str]:
        """Every key that starts with ``prefix``, sorted here: servers have orders of their own."""
        full = self._bucket.prefix + keys.check_prefix(prefix)
        pages = self._bucket.steady.get_paginator("list_objects_v2").paginate(Bucket=self._bucket.name, Prefix=full)
        start = len(self._bucket.prefix)
        try:
            stored = [item["Key"][start:] for page in pages for item in page.get("Contents", [])]
        except (ClientError, BotoCoreError) as error:
            raise self._error(error, f"{prefix!r} cannot be listed") from error
        return iter(sorted(key for key in stored if not key.endswith("/")))

    def create(self, key: str, data: bytes, media_type: str = "application/json") -> Done | Exists | InDoubt:
        """Write only if the key is free (``If-None-Match: *``)."""
        answer = self._put(key, data, media_type, self._bucket.once, IfNoneMatch="*")
        return Exists() if isinstance(answer, Changed) else answer

    def swap(
        self, key: str, data: bytes, expected: str | None, media_type: str = "application/json"
    ) -> Done | Changed | InDoubt:
        """Replace only what has the tag ``expected`` (``If-Match``; None: only if the key is free)."""
        condition: dict[str, Any] = {"IfNoneMatch": "*"} if expected is None else {"IfMatch": expected}
        return self._put(key, data, media_type, self._bucket.once, **condition)

    def put_file(self, key: str, path: Path, sha256: str, media_type: str) -> Done | InDoubt:
        """Stream a file in; StoreError, and no trace, if its bytes have another sha256."""
        name, headers = self._key(key), self._headers(key, media_type, sha256)
        try:
            with path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                if size > multipart.PART:
                    return Done(multipart.upload(self._bucket, name, file, sha256, headers, self._slots))
                with self._slots if size > _SMALL else nullcontext():
                    data = file.read(multipart.PART + 1)
                    if hashlib.sha256(data).hexdigest() != sha256:
                        raise multipart.OtherBytes
                    if size <= _SMALL and (tag := self._send_directly(name, data, sha256, headers)) is not None:
                        return Done(tag)
                    made = self._bucket.steady.put_object(Bucket=self._bucket.name, Key=name, Body=data, **headers)
                    return Done(made["ETag"])
        except multipart.OtherBytes as error:
            raise StoreError(f"{path} changed while it was being stored as {key}: not sha256 {sha256} now") from error
        except (ClientError, BotoCoreError) as error:
            return self._doubt(error, f"{key} cannot be written")

    def download(self, key: str, path: Path) -> bool:
        """Stream an object to ``path``, whole or not at all; False when there is none."""
        answer = self._open(key)
        if answer is None:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(number, "wb") as file:
                for piece in self._pieces(key, answer):
                    file.write(piece)
            Path(name).replace(path)
        except OSError as error:
            raise StoreError(f"{path} cannot be written: {error.strerror or error}") from error
        finally:
            Path(name).unlink(missing_ok=True)
        return True

    def copy(self, source: str, target: str, media_type: str, sha256: str | None = None) -> Done | InDoubt:
        """Server-side copy, replacing ``target`` atomically; StoreError without a source."""
        origin: CopySourceTypeDef = {"Bucket": self._bucket.name, "Key": self._key(source)}
        name = self._key(target)
        headers: dict[str, Any] = {**self._headers(target, media_type, sha256), "MetadataDirective": "REPLACE"}
        try:
            made = self._bucket.steady.copy_object(Bucket=self._bucket.name, Key=name, CopySource=origin, **headers)
            return Done(made["CopyObjectResult"]["ETag"])
        except (ClientError, BotoCoreError) as error:
            if object_storage.is_absent(error):
                raise StoreError(f"{source} cannot be copied to {target}: it is not in {self.describe()}") from error
            if object_storage.code(error) not in _TOO_LARGE:
                return self._doubt(error, f"{source} cannot be copied to {target}")
        return self._copy_in_parts(origin, target, headers)

    def put_view(self, key: str, data: bytes, media_type: str) -> Done | InDoubt:
        """Replace a derived object atomically, unconditionally."""
        answer = self._put(key, data, media_type, self._bucket.steady)
        if isinstance(answer, Changed):
            raise StoreError(f"{key} in {self.describe()} was refused for a condition that nobody set")
        return answer

    def delete(self, key: str) -> None:
        """Remove the object, if there is one."""
        try:
            self._bucket.steady.delete_object(Bucket=self._bucket.name, Key=self._key(key))
        except (ClientError, BotoCoreError) as error:
            if not object_storage.is_absent(error):
                raise self._error(error, f"{key} cannot be deleted") from error

    def alone(self) -> AbstractContextManager[object]:
        """Nothing: there is no lock, and no need of one where a ``swap`` decides."""
        return nullcontext()

    def unfinished(self, before: datetime, *, remove: bool) -> Iterator[str]:
        """Uploads in parts that were begun before an aware time, by the keys that they were meant for."""
        try:
            for name in multipart.older(self._bucket, before, abort=remove):
                yield name.removeprefix(self._bucket.prefix)
        except (ClientError, BotoCoreError) as error:
            raise self._error(error, "unfinished uploads cannot be looked through") from error

    def _key(self, key: str) -> str:
        return self._bucket.prefix + keys.check(key)

    def _send_directly(self, name: str, data: bytes, sha256: str, headers: dict[str, Any]) -> str | None:
        if self._bucket.direct is None:
            return None
        sent = {
            "Content-Type": headers["ContentType"],
            "Cache-Control": headers["CacheControl"],
            "x-amz-meta-sha256": sha256,
        }
        return self._bucket.direct.put(self._bucket.name, name, data, sha256, sent)

    def _headers(self, key: str, media_type: str, sha256: str | None) -> dict[str, Any]:
        return {
            "ContentType": media_type,
            "CacheControl": self._cache_control(key),
            "Metadata": {"sha256": sha256} if sha256 else {},
        }

    def _put(
        self,
        key: str,
        data: bytes,
        media_type: str,
        client: "S3Client",
        **condition: Any,  # noqa: ANN401 - boto3's own words
    ) -> Done | Changed | InDoubt:
        name, headers = self._key(key), self._headers(key, media_type, hashlib.sha256(data).hexdigest())
        try:
            made = client.put_object(Bucket=self._bucket.name, Key=name, Body=data, **headers, **condition)
        except (ClientError, BotoCoreError) as error:
            # AWS answers 404 when If-Match names what is not there.
            if object_storage.status(error) == _PRECONDITION or (condition and object_storage.is_absent(error)):
                return Changed()
            return self._doubt(error, f"{key} cannot be written")
        return Done(made["ETag"])

    def _open(self, key: str, **more: Any) -> "GetObjectOutputTypeDef | None":  # noqa: ANN401 - boto3's own words
        try:
            return self._bucket.steady.get_object(Bucket=self._bucket.name, Key=self._key(key), **more)
        except (ClientError, BotoCoreError) as error:
            if object_storage.is_absent(error):
                return None
            raise self._error(error, f"{key} cannot be read") from error

    def _pieces(self, key: str, answer: "GetObjectOutputTypeDef") -> Iterator[bytes]:
        """The body; opened again only if the object is still the same."""

        opened = [answer]

        def open_at(done: int) -> StreamingBody | None:
            again = opened.pop() if opened else self._open(key, Range=f"bytes={done}-", IfMatch=answer["ETag"])
            return again["Body"] if again else None

        try:
            yield from bodies.pieces(open_at, answer["ContentLength"])
        except BrokenOff as error:
            told = f"breaks off after {error.done} of {answer['ContentLength']} bytes"
            raise StoreError(f"{key} in {self.describe()} {told}") from error

    def _copy_in_parts(self, origin: "CopySourceTypeDef", target: str, headers: dict[str, Any]) -> Done | InDoubt:
        try:
            self._bucket.steady.copy(origin, self._bucket.name, self._key(target), ExtraArgs=headers)
        except (ClientError, BotoCoreError) as error:
            return self._doubt(error, f"{origin['Key']} cannot be copied to {target}")
        there = self.head(target)
        return Done(there.tag) if there else InDoubt(f"{target} is not there after it was copied")

    def _doubt(self, error: ClientError | BotoCoreError, what: str) -> InDoubt:
        reason = object_storage.doubt(error)
        if reason is None:
            raise self._error(error, what) from error
        return InDoubt(reason)

    def _error(self, error: ClientError | BotoCoreError, what: str) -> StoreError:
        return object_storage.explain(error, what, self.describe())
