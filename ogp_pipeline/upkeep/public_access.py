"""What the world may do with a public bucket: read every object under the publication's prefix, from any page.

Two documents say so: a bucket policy (anonymous ``s3:GetObject`` below the prefix, nothing else: no listing) and CORS
rules (GET and HEAD from everywhere, with the headers that readers of ranges and versions need). ``prepare`` puts them
in place and changes nothing else that stands there: statements and rules of other hands stay. Doing it twice is doing
it once.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

from botocore.exceptions import BotoCoreError, ClientError

from ogp_pipeline.store import object_storage
from ogp_pipeline.store.object_storage import Bucket

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CORSRuleTypeDef

SID = "OgpPublicRead"
EXPOSED = (
    "Accept-Ranges",
    "Cache-Control",
    "Content-Length",
    "Content-Range",
    "Content-Type",
    "ETag",
    "Last-Modified",
)
_DAY = 86_400
_NONE_YET = frozenset({"NoSuchBucketPolicy", "NoSuchCORSConfiguration"})
_UNKNOWN = frozenset({"NotImplemented", "MethodNotAllowed", "UnsupportedOperation"})
_UNKNOWN_STATUS = frozenset({405, 501})

State = Literal["made", "stood", "unsupported"]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What became of the two documents. ``unsupported``: the server has no such thing; do it by its own means."""

    policy: State
    cors: State


def statement(bucket: Bucket) -> dict[str, Any]:
    """The one statement of the bucket's policy that is ours."""
    return {
        "Sid": _sid(bucket),
        "Effect": "Allow",
        "Principal": "*",
        "Action": ["s3:GetObject"],
        "Resource": [f"arn:aws:s3:::{bucket.name}/{bucket.prefix}*"],
    }


def policy(bucket: Bucket) -> dict[str, Any]:
    """The bucket's policy, if it has no other statements."""
    return {"Version": "2012-10-17", "Statement": [statement(bucket)]}


def rule() -> "CORSRuleTypeDef":
    """The one CORS rule that is ours."""
    return {
        "ID": SID,
        "AllowedOrigins": ["*"],
        "AllowedMethods": ["GET", "HEAD"],
        "AllowedHeaders": ["*"],
        "ExposeHeaders": list(EXPOSED),
        "MaxAgeSeconds": _DAY,
    }


def cors() -> dict[str, Any]:
    """The bucket's CORS configuration, if it has no other rules."""
    return {"CORSRules": [rule()]}


def prepare(bucket: Bucket) -> Prepared:
    """Put both in place. StoreError if the server refuses for another reason than not knowing them."""
    return Prepared(_prepare_policy(bucket), _prepare_cors(bucket))


def _prepare_policy(bucket: Bucket) -> State:
    try:
        try:
            standing = json.loads(bucket.steady.get_bucket_policy(Bucket=bucket.name)["Policy"])
        except ClientError as error:
            if object_storage.code(error) not in _NONE_YET:
                raise
            standing = {"Version": "2012-10-17", "Statement": []}
        others = [statement for statement in standing["Statement"] if statement.get("Sid") != _sid(bucket)]
        wanted = {**standing, "Statement": [*others, statement(bucket)]}
        if _same(wanted["Statement"], standing["Statement"]):
            return "stood"
        bucket.steady.put_bucket_policy(Bucket=bucket.name, Policy=json.dumps(wanted))
    except (ClientError, BotoCoreError) as error:
        return _unsupported(bucket, error, "the bucket's policy cannot be set")
    return "made"


def _prepare_cors(bucket: Bucket) -> State:
    try:
        try:
            standing = cast("list[CORSRuleTypeDef]", bucket.steady.get_bucket_cors(Bucket=bucket.name)["CORSRules"])
        except ClientError as error:
            if object_storage.code(error) not in _NONE_YET:
                raise
            standing = []
        wanted = [*(standing_rule for standing_rule in standing if standing_rule.get("ID") != SID), rule()]
        if _same(wanted, standing):
            return "stood"
        bucket.steady.put_bucket_cors(Bucket=bucket.name, CORSConfiguration={"CORSRules": wanted})
    except (ClientError, BotoCoreError) as error:
        return _unsupported(bucket, error, "the bucket's CORS rules cannot be set")
    return "made"


def _unsupported(bucket: Bucket, error: ClientError | BotoCoreError, what: str) -> State:
    unsupported = object_storage.code(error) in _UNKNOWN or object_storage.status(error) in _UNKNOWN_STATUS
    if not unsupported:
        raise object_storage.explain(error, what, bucket.describe()) from error
    return "unsupported"


def _sid(bucket: Bucket) -> str:
    """One for each publication in the bucket; AWS takes only letters and digits."""
    return SID + hashlib.sha256(bucket.prefix.encode()).hexdigest()[:8]


def _same(statements: list[Any], other: list[Any]) -> bool:
    """Whatever order a server gives things in, and whether one thing stands in a list."""
    return sorted(map(_shape, statements)) == sorted(map(_shape, other))


def _shape(value: object) -> str:
    if isinstance(value, dict):
        pairs = {key: _listed(inner) for key, inner in cast(dict[str, object], value).items()}
        return json.dumps(pairs, sort_keys=True)
    return json.dumps(value)


def _listed(value: object) -> object:
    if value == {"AWS": "*"} or value == {"AWS": ["*"]}:
        return ["*"]
    return sorted(value, key=str) if isinstance(value, list) else [value]
