"""Files too large for one request: sent in parts, a few at a time, and put together only if the hash is right.

Memory is bounded by the parts for which ``slots`` has room, however many files there are and however large. Nobody can
read an upload before it is completed, and an abandoned one is only rubbish, which costs money until ``older`` (or a
rule of the bucket) takes it away.
"""

import hashlib
import itertools
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any, BinaryIO

from botocore.exceptions import BotoCoreError, ClientError

from ogp_pipeline.store.object_storage import Bucket

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

PART = 16 << 20  # bytes; S3 wants at least 5 MiB
_MOST_PARTS = 10_000
IN_FLIGHT = 6


class OtherBytes(Exception):
    """The file does not hold the bytes that were promised."""


def upload(
    bucket: Bucket, name: str, file: BinaryIO, sha256: str, headers: dict[str, Any], slots: BoundedSemaphore
) -> str:
    """Send ``file`` in parts, each in one of ``slots``, which uploads share; the ETag.

    OtherBytes, and nothing visible, if its bytes have another sha256.
    """
    upload_id = bucket.steady.create_multipart_upload(Bucket=bucket.name, Key=name, **headers)["UploadId"]
    size = max(PART, -(-os.fstat(file.fileno()).st_size // _MOST_PARTS))
    try:
        parts, digest = _send(bucket, name, upload_id, file, size, slots)
        if digest != sha256:
            raise OtherBytes
        made = bucket.steady.complete_multipart_upload(
            Bucket=bucket.name, Key=name, UploadId=upload_id, MultipartUpload={"Parts": parts}
        )
        return made["ETag"]
    except BaseException:
        with suppress(ClientError, BotoCoreError):
            bucket.steady.abort_multipart_upload(Bucket=bucket.name, Key=name, UploadId=upload_id)
        raise


def older(bucket: Bucket, before: datetime, *, abort: bool) -> Iterator[str]:
    """Every upload under the prefix that was begun before an aware time, by its object's name; ``abort``: end it."""
    pages = bucket.steady.get_paginator("list_multipart_uploads").paginate(Bucket=bucket.name, Prefix=bucket.prefix)
    for page in pages:
        for upload in page.get("Uploads", []):
            if upload["Initiated"] >= before:
                continue
            if abort:
                bucket.steady.abort_multipart_upload(Bucket=bucket.name, Key=upload["Key"], UploadId=upload["UploadId"])
            yield upload["Key"]


def _send(
    bucket: Bucket, name: str, upload_id: str, file: BinaryIO, size: int, slots: BoundedSemaphore
) -> tuple[list["CompletedPartTypeDef"], str]:
    digest = hashlib.sha256()
    parts: list[CompletedPartTypeDef] = []
    waiting: deque[Future[CompletedPartTypeDef]] = deque()

    def send(number: int, data: bytes) -> "CompletedPartTypeDef":
        made = bucket.steady.upload_part(Bucket=bucket.name, Key=name, UploadId=upload_id, PartNumber=number, Body=data)
        return {"ETag": made["ETag"], "PartNumber": number}

    with ThreadPoolExecutor(IN_FLIGHT, "ogp-part") as pool:
        try:
            for number in itertools.count(1):
                slots.acquire()
                data = file.read(size)
                if not data:
                    slots.release()
                    break
                digest.update(data)
                sent = pool.submit(send, number, data)
                sent.add_done_callback(lambda _: slots.release())  # also when it is cancelled
                waiting.append(sent)
                if len(waiting) > IN_FLIGHT:
                    parts.append(waiting.popleft().result())
            parts += [part.result() for part in waiting]
        finally:
            for part in waiting:
                part.cancel()
    return parts, digest.hexdigest()
