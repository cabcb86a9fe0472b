"""Small files sent to a bucket without the SDK's ceremony: the same signed PUT, made of its parts.

Of the time that a small upload takes, most goes into what the SDK does around the request: it looks for the endpoint,
asks a dozen handlers, hashes the body again, reads the answer into a model. Here are its signature and its
connections, and nothing else. Only a plain 200 counts. Whatever else happens, the SDK sends the same bytes to the same
key once more, with its own repetitions, redirects and errors, so nothing is decided here.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import boto3
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError

from ogp_pipeline.store import traffic

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

_ANY = "any"


class _Signature(S3SigV4Auth):
    """Of a body whose hash is known."""

    def payload(self, request: AWSRequest) -> str:
        """The hash."""
        return str(request.context["sha256"])


class DirectPuts:
    """For all buckets of one server and key. It is not used any more once the first try has failed."""

    def __init__(self, session: boto3.session.Session, client: "S3Client") -> None:
        """``client``: whose signature and connections they are."""
        self._session, self._client = session, client
        self._region = str(client.meta.region_name)
        # With its proxies, certificates, limits, and TCP_NODELAY: without that, each request waits 40 ms.
        sdk: Any = client
        self._http = sdk._endpoint.http_session
        self._places: dict[str, str] = {}
        self._works: bool | None = None

    def put(self, bucket: str, key: str, data: bytes, sha256: str, headers: Mapping[str, str]) -> str | None:
        """The ETag; None if that is not certain, and somebody has to send it again. ``sha256``: of ``data``."""
        if self._works is False:
            return None
        try:
            tag = self._send(bucket, key, data, sha256, headers)
        except (BotoCoreError, OSError, ValueError):
            tag = None
        if self._works is None:
            self._works = tag is not None
        return tag

    def _send(self, bucket: str, key: str, data: bytes, sha256: str, headers: Mapping[str, str]) -> str | None:
        credentials = self._session.get_credentials()
        if credentials is None:
            return None
        request = AWSRequest("PUT", self._place(bucket) + quote(key, safe="/~"), dict(headers), data)
        request.context["sha256"] = sha256
        _Signature(credentials.get_frozen_credentials(), "s3", self._region).add_auth(request)
        traffic.sent("PutObject", len(data))
        answer = self._http.send(request.prepare())
        tag = answer.headers.get("ETag")
        return str(tag) if answer.status_code == 200 and tag and not answer.content else None

    def _place(self, bucket: str) -> str:
        """The address of a bucket with its final slash, as the SDK forms it."""
        if bucket not in self._places:
            signed = self._client.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": _ANY})
            self._places[bucket] = signed.partition("?")[0].removesuffix(_ANY)
        return self._places[bucket]
