"""Where a store or an inbox is: a folder or a prefix in a bucket, and never both.

People write one of two settings, ``directory`` (an inbox: ``path``) or ``s3``. The file is read into the form as it is
written, so that every mistake names the setting as it stands there; what comes out is the one place.
"""

import re
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, model_validator

from ogp_pipeline.programme.headers import holds_a_password

HTTP = re.compile(r"^https?://[^\s/]+")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class DirectoryPlace(_Model):
    """A folder, relative to the programme file."""

    directory: Path

    @property
    def address(self) -> str:
        """The folder as people write it, without a final slash."""
        return self.directory.as_posix()


class S3Place(_Model):
    """A bucket of S3-compatible object storage, and the prefix in it. Keys and secrets come from the environment.

    ``endpoint``: only for other servers than AWS's, unless ``AWS_ENDPOINT_URL_S3`` says it.
    """

    bucket: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
    prefix: Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9_=-][A-Za-z0-9._=-]*/?)*$")] = ""
    endpoint: str | None = None
    region: str | None = None

    @model_validator(mode="after")
    def _is_http(self) -> "S3Place":
        if self.endpoint is not None and not HTTP.match(self.endpoint):
            raise ValueError("`endpoint` must start with http:// or https://")
        if self.endpoint is not None and holds_a_password(self.endpoint):
            raise ValueError(
                "`endpoint` holds a name or password before the host; take it out, keys come from elsewhere"
            )
        return self

    @property
    def address(self) -> str:
        """Bucket and prefix as people write them, without a final slash."""
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")


Place = DirectoryPlace | S3Place


def either(directory: Path | None, s3: S3Place | None, setting: str) -> Place:
    """The place that is given; ValueError unless exactly one is. ``setting``: what the file calls the folder."""
    if directory is not None and s3 is None:
        return DirectoryPlace(directory=directory)
    if s3 is not None and directory is None:
        return s3
    raise ValueError(f"write either `{setting}` or `s3`")


class _WrittenStore(_Model):
    directory: Path | None = None
    s3: S3Place | None = None


def _read_store(value: object) -> Place:
    if isinstance(value, DirectoryPlace | S3Place):
        return value
    written = _WrittenStore.model_validate(value)
    return either(written.directory, written.s3, "directory")


StorePlace = Annotated[Place, BeforeValidator(_read_store)]
