"""What a reader keeps of a publication, as it stands in the reader's own file. ``trust`` compares with it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ogp_pipeline.release.manifest import Sha256


class SeenKey(BaseModel):
    """A key's place in the list, and its statement's hash."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    n: int = Field(ge=1)
    fingerprint: Sha256
    sha256: Sha256


class Seen(BaseModel):
    """The newest release that was found whole, the key in force then, and whether ``latest.json`` was sealed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    format: Literal["ogp-seen/1"] = "ogp-seen/1"
    release: int = Field(ge=1)
    sha256: Sha256
    key: SeenKey | None = None
    sealed: bool = False
