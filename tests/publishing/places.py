"""Places to publish to, as tests see them: a directory, and a prefix in a bucket of a real S3 server.

A place is told to other processes as a ``spec`` (JSON): ``{"root": …}`` or ``{"endpoint": …, "prefix": …}``. Readers of
a bucket come over plain HTTP and without credentials, as strangers do.
"""

import json
import shutil
import uuid
from pathlib import Path
from typing import Any, Protocol

from ogp_pipeline.programme.places import S3Place as Where
from ogp_pipeline.publishing import layout
from ogp_pipeline.publishing.reader import DirectoryReader, HttpReader, Reader
from ogp_pipeline.store import object_storage
from ogp_pipeline.store.directory import DirectoryStore
from ogp_pipeline.store.object_storage import Access
from ogp_pipeline.store.protocol import Store
from ogp_pipeline.store.s3 import S3Store
from tests.s3_server import ACCESS_KEY, SECRET_KEY, S3Server

BUCKET = "races"


def open_store(spec: dict[str, Any]) -> Store:
    """The store at a place."""
    if "root" in spec:
        return DirectoryStore(Path(spec["root"]))
    where = Where(bucket=BUCKET, prefix=spec["prefix"], endpoint=spec["endpoint"])
    return S3Store(object_storage.connect(where, Access(ACCESS_KEY, SECRET_KEY)), layout.cache_control, ("releases/",))


class Place(Protocol):
    """Where to publish."""

    spec: dict[str, Any]

    def reader(self) -> Reader:
        """A stranger's."""
        ...

    def clone(self) -> "Place":
        """Another place with the same objects."""
        ...

    def remove(self) -> None:
        """Take everything away."""
        ...


class DirectoryPlace:
    """A folder below ``parent``."""

    def __init__(self, parent: Path) -> None:
        self._parent = parent
        self._root = parent / uuid.uuid4().hex
        self.spec: dict[str, Any] = {"root": str(self._root)}

    def reader(self) -> Reader:
        return DirectoryReader(self._root)

    def clone(self) -> "DirectoryPlace":
        other = DirectoryPlace(self._parent)
        shutil.copytree(self._root, other._root)
        return other

    def remove(self) -> None:
        shutil.rmtree(self._root)


class BucketPlace:
    """A prefix in the bucket ``BUCKET``, which everybody may read and nobody may list."""

    def __init__(self, server: S3Server) -> None:
        self._server = server
        self.spec: dict[str, Any] = {"endpoint": server.endpoint, "prefix": uuid.uuid4().hex}

    def reader(self) -> Reader:
        return HttpReader(f"{self._server.endpoint}/{BUCKET}/{self.spec['prefix']}")

    def clone(self) -> "BucketPlace":
        other = BucketPlace(self._server)
        mine, theirs = f"{self.spec['prefix']}/", f"{other.spec['prefix']}/"
        client = self._server.client()
        for key in open_store(self.spec).list(""):
            client.copy_object(Bucket=BUCKET, Key=theirs + key, CopySource={"Bucket": BUCKET, "Key": mine + key})
        return other

    def remove(self) -> None:
        """Left to the server, whose folder goes with the tests."""


def open_to_readers(server: S3Server) -> None:
    """Make the bucket, if it is not there, and let everybody read it."""
    client = server.client()
    if BUCKET in [one["Name"] for one in client.list_buckets()["Buckets"]]:
        return
    client.create_bucket(Bucket=BUCKET)
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{BUCKET}/*"}
    client.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
