"""Connections to S3-compatible object storage, and what their failures mean. Stores and inboxes both use it.

One bucket and prefix is a ``Bucket``, with two clients: ``steady`` repeats what may be repeated (reads, and writes of
the same bytes to the same key), ``once`` never does, because after a lost answer a conditional write means something
else. The programme file names bucket, prefix, and if need be endpoint and region; keys, and what else boto3 knows, come
from the environment (``AWS_ACCESS_KEY_ID`` …, ``AWS_ENDPOINT_URL_S3``) or from an ``Access``, which is how a Prefect
block is handed in. Checksums are our own sha256, sent as the signed payload hash: the newer ones that boto3 adds
unasked are refused by some servers.
"""

import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import boto3
import botocore.loaders
import botocore.session
from botocore.client import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, PartialCredentialsError

from ogp_pipeline import __version__
from ogp_pipeline.errors import StoreError, StoreRefused
from ogp_pipeline.i18n.masking import masked
from ogp_pipeline.programme.headers import holds_a_password
from ogp_pipeline.programme.places import S3Place
from ogp_pipeline.store import traffic
from ogp_pipeline.store.direct import DirectPuts
from ogp_pipeline.store.server_clock import ServerClock

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

CONNECT_SECONDS, READ_SECONDS = 10, 60
AT_ONCE = 16  # requests at the same time: what one machine's connection and a small server both bear
_TRIES = 5
_KEPT = 8  # pairs of clients: one for each server and key that a programme names
_DOUBTFUL = frozenset({409, 429})  # AWS answers 409 when two conditional writes meet: ask again
_NOBODY = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})
_FORBIDDEN = frozenset({401, 403})
_LASTING = frozenset(
    {"NoSuchBucket", "InvalidBucketName", "ExpiredToken", "InvalidToken", "AuthorizationHeaderMalformed"}
)
_ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})


@dataclass(frozen=True, slots=True)
class Access:
    """Credentials from elsewhere than the environment, such as a Prefect block. None: as boto3 finds it."""

    access_key_id: str | None = None
    secret_access_key: str | None = None
    session_token: str | None = None
    endpoint_url: str | None = None
    region_name: str | None = None

    def __repr__(self) -> str:
        """Without the secrets: this ends in logs."""
        return f"Access({self.access_key_id!r}, …)"


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket, the prefix in it (empty, or with its final slash), the two clients, and what sends small files."""

    name: str
    prefix: str
    steady: "S3Client"
    once: "S3Client"
    direct: DirectPuts | None = None
    clock: ServerClock = field(default_factory=ServerClock)

    def describe(self) -> str:
        """Its address, as a browser takes it."""
        return f"{self.once.meta.endpoint_url}/{self.name}/{self.prefix}".rstrip("/")


def connect(place: S3Place, access: Access | None = None, *, shared: bool = False) -> Bucket:
    """Clients for a place; StoreError if the settings cannot be used. Nothing is asked over the network yet.

    ``shared``: those that were made before for the same server and keys, if any were.
    """
    given = access or Access()
    surroundings = tuple(sorted((name, value) for name, value in os.environ.items() if name.startswith("AWS_")))
    try:
        made = _clients if shared else _clients.__wrapped__
        steady, once, direct, clock = made(place.endpoint or given.endpoint_url, place.region, given, surroundings)
    except (BotoCoreError, ValueError) as error:
        raise StoreError(f"the settings of s3://{place.bucket} cannot be used: {error}") from error
    if holds_a_password(once.meta.endpoint_url):  # it is kept and shown: in the log, in records, in messages
        raise StoreRefused(
            f"the server's address for s3://{place.bucket} (AWS_ENDPOINT_URL_S3, or `endpoint_url` of the block) holds "
            "a name or password before the host; take it out, and set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )
    prefix = place.prefix.strip("/")
    return Bucket(place.bucket, f"{prefix}/" if prefix else "", steady, once, direct, clock)


@lru_cache(_KEPT)  # threads may share a client, and making one takes a tenth of a second
def _clients(
    endpoint: str | None,
    region: str | None,
    given: Access,
    surroundings: tuple[tuple[str, str], ...],  # noqa: ARG001 - what boto3 reads, so that a change makes new clients
) -> "tuple[S3Client, S3Client, DirectPuts, ServerClock]":
    heart = botocore.session.get_session()
    heart.register_component("data_loader", _descriptions(heart.get_config_variable("data_path")))
    session = boto3.session.Session(
        botocore_session=heart,
        aws_access_key_id=given.access_key_id,
        aws_secret_access_key=given.secret_access_key,
        aws_session_token=given.session_token,
        region_name=region or given.region_name,
    )

    def client(tries: int) -> "S3Client":
        return session.client(
            "s3",
            endpoint_url=endpoint,
            region_name=session.region_name or "us-east-1",  # servers other than AWS's ask for any
            config=_config(tries),
        )

    steady, once, clock = client(_TRIES), client(1), ServerClock()
    for each in (steady, once):
        each.meta.events.register("after-call.s3", clock.hear)
        traffic.watch(each)
        each.meta.events.register("after-call.s3", partial(_mask, session))
    return steady, once, DirectPuts(session, steady), clock


@lru_cache
def _descriptions(folders: str | None) -> botocore.loaders.Loader:
    """What boto3 reads of each service that it knows, from its own and from these folders: once in a process, since to
    read it takes ten times as long as to make a client of it.
    """
    return botocore.loaders.create_loader(folders)


def _mask(session: boto3.session.Session, parsed: object, **_: object) -> None:
    """Hide our keys in what a server says of an error, before anybody makes a message of it."""
    error = parsed.get("Error") if isinstance(parsed, dict) else None
    held = session.get_credentials()
    if error and held is not None:
        keys = held.get_frozen_credentials()
        secrets = [secret for secret in (keys.secret_key, keys.token) if secret]
        error.update({name: masked(said, secrets) for name, said in error.items() if isinstance(said, str)})


def _config(tries: int) -> Config:
    return Config(
        signature_version="s3v4",  # with the older one, presigned links do not bind their headers
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": tries},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        max_pool_connections=AT_ONCE,
        tcp_keepalive=True,
        parameter_validation=False,  # this and the next spare a tenth of the time of small uploads
        user_agent=f"ogp-pipeline/{__version__}",
        s3={"payload_signing_enabled": True},
    )


def status(error: ClientError | BotoCoreError) -> int:
    """The HTTP status of an answer; 0 where none came."""
    if not isinstance(error, ClientError):
        return 0
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def code(error: ClientError | BotoCoreError) -> str:
    """S3's own name of what went wrong; empty where no answer came."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def is_absent(error: ClientError | BotoCoreError) -> bool:
    """Whether there is no such key. A bucket that is missing is another matter."""
    return code(error) in _ABSENT


def doubt(error: ClientError | BotoCoreError) -> str | None:
    """Why nobody knows whether the request was carried out; None if it certainly was not."""
    if isinstance(error, ClientError):
        number = status(error)
        return f"{number} {code(error)}" if number >= 500 or number in _DOUBTFUL or number == 0 else None
    if is_lasting(error):
        return None
    return f"{type(error).__name__}: {error}"


def explain(error: ClientError | BotoCoreError, what: str, where: str) -> StoreError:
    """The error for people: what was tried, where, and what to do about the usual causes."""
    kind = StoreRefused if is_lasting(error) else StoreError
    if not isinstance(error, ClientError):
        cure = "; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY" if isinstance(error, NoCredentialsError) else ""
        if any(_is_nobody(cause) for cause in _causes(error)):
            cure = "; nobody has that name: correct `endpoint` or AWS_ENDPOINT_URL_S3"
        return kind(f"{what} in {where}: {error}{cure}")
    cures = {
        "NoSuchBucket": "there is no such bucket; create it, or correct `bucket` in the programme file",
        "InvalidAccessKeyId": "the access key is unknown there; look at AWS_ACCESS_KEY_ID",
        "SignatureDoesNotMatch": "the secret key is wrong; look at AWS_SECRET_ACCESS_KEY",
        "AccessDenied": "these keys may not do that; look at their policy",
        "RequestTimeTooSkewed": "this machine's clock is wrong; set it",
        "XMinioStorageFull": "the storage is full",
    }
    error_code = code(error)
    said = cures.get(error_code) or str(error.response.get("Error", {}).get("Message") or "no reason given")
    return kind(f"{what} in {where}: {status(error)} {error_code}: {said}")


def is_lasting(error: ClientError | BotoCoreError) -> bool:
    """Whether somebody must change something before another try can succeed."""
    if isinstance(error, ClientError):
        return status(error) in _FORBIDDEN or code(error) in _LASTING
    if isinstance(error, NoCredentialsError | PartialCredentialsError):
        return True
    return any(_is_nobody(cause) for cause in _causes(error))


def _is_nobody(error: BaseException) -> bool:
    """No such host; that its name could not be asked for is another matter."""
    return isinstance(error, socket.gaierror) and error.errno in _NOBODY


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, and what it came from; botocore keeps the last one among its words."""
    left, seen = [error], set[int]()
    while left:
        cause = left.pop()
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        words = getattr(cause, "kwargs", {})
        further = (cause.__cause__, cause.__context__, words.get("error") if isinstance(words, dict) else None)
        left += [each for each in (*further, *cause.args) if isinstance(each, BaseException)]
