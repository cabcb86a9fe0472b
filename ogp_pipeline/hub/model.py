"""The hub's file, ``hub.yaml``: which programmes there are, how they are run, and where their comparison is published.

Secrets never stand in it: each programme has the variables of the environment that begin with its own prefix.
"""

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator, model_validator

from ogp_pipeline.hub.publication import HubPublication, Stated
from ogp_pipeline.i18n.languages import DEFAULT
from ogp_pipeline.i18n.text import SpokenLanguage, Text
from ogp_pipeline.programme.places import StorePlace
from ogp_pipeline.programme.publisher import Address
from ogp_pipeline.programme.sources import Settings

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
"""The id of a hub or of a programme in it: part of addresses, tables and names of tasks."""

_PREFIX = re.compile(r"^[A-Z][A-Z0-9_]*_$")
_OURS = ("AWS_", "OGP_", "PREFECT_", "PYTHON", "DASK_")
_NAMED = "{programme}"


class Quotas(Settings):
    """What one programme may take in one run: seconds of the clock, sources, MB of memory beyond an idle process."""

    seconds: int = Field(default=1_800, ge=10)
    sources: int = Field(default=500, ge=1)
    mb: int = Field(default=4_096, ge=256)

    def but(self, other: "Quotas") -> "Quotas":
        """These, except for those that ``other`` states itself."""
        return self.model_copy(update={name: getattr(other, name) for name in other.model_fields_set})


class Running(Settings):
    """How the programmes are run.

    ``how: here``: by the machine, or the Dask cluster, that runs the hub. ``deployments``: each as a deployment of its
    own in Prefect, which workers of a pool take. ``at_once``: how many at a time; without it, one for each processor.
    ``dask``: the address of a cluster. ``deployment``: the name of a programme's deployment.
    """

    how: Literal["here", "deployments"] = "here"
    at_once: int | None = Field(default=None, ge=1, le=1_000)
    dask: Annotated[str, StringConstraints(pattern=r"^(tcp|tls|ucx|ws|wss)://\S+$")] | None = None
    deployment: str = f"ogp-pipeline/{_NAMED}"

    @model_validator(mode="after")
    def _names_each(self) -> "Running":
        if _NAMED not in self.deployment or "/" not in self.deployment:
            raise ValueError(
                f"`deployment` must be flow/deployment with {_NAMED} in it, such as ogp-pipeline/{_NAMED}: "
                "each programme has its own"
            )
        return self

    def deployment_of(self, programme: str) -> str:
        """The deployment that runs a programme."""
        return self.deployment.replace(_NAMED, programme)


class Comparison(Stated):
    """Where the comparison is published (``store``, public) and what the hub keeps for itself (``private``)."""

    store: StorePlace
    private: StorePlace


class HubProgramme(Settings):
    """A programme of the hub: one that it runs (``programme``: the file), or one that it only compares.

    ``store`` or ``address``: the public store of a programme that somebody else runs; of one that is run here,
    ``address`` says where the public finds it, if that is not its ``base_url``. ``environment``: the beginning of the
    names of its variables: with ``MX_``, ``MX_AWS_ACCESS_KEY_ID`` is its ``AWS_ACCESS_KEY_ID``. Without it, it has no
    keys at all. ``paused``: why it is not run for now; what it has published is compared all the same.
    """

    id: Name
    programme: Path | None = None
    store: StorePlace | None = None
    address: Address | None = None
    environment: str | None = None
    quotas: Quotas = Quotas()
    paused: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)] | None = None

    @field_validator("environment")
    @classmethod
    def _is_a_prefix(cls, prefix: str | None) -> str | None:
        if prefix is not None and not _PREFIX.match(prefix):
            raise ValueError("must be capital letters, digits and `_`, and end with `_`, such as MX_")
        if prefix is not None and prefix.startswith(_OURS):
            raise ValueError(f"must not begin with {', '.join(_OURS)}: such variables mean something already")
        return prefix

    @model_validator(mode="after")
    def _is_somewhere(self) -> "HubProgramme":
        if self.programme is not None and self.store is not None:
            raise ValueError("write either `programme`, which names its store itself, or `store`")
        if self.programme is None and self.store is None and self.address is None:
            raise ValueError("write `programme` (the file, to run it), or `store` or `address` (only to compare it)")
        if self.programme is None and self.paused is not None:
            raise ValueError("`paused` is for programmes that are run here; leave out the whole programme")
        return self

    @property
    def is_run(self) -> bool:
        """Whether this hub runs it now."""
        return self.programme is not None and self.paused is None


class Hub(Settings):
    """A hub. ``languages``: those of its pages; the first is for who takes only one."""

    id: Name
    title: Text
    description: Text
    languages: Annotated[list[SpokenLanguage], Field(min_length=1)] = list(DEFAULT)
    publication: Comparison
    run: Running = Running()
    quotas: Quotas = Quotas()
    programmes: Annotated[list[HubProgramme], Field(min_length=1)]

    @property
    def published(self) -> HubPublication:
        """What is said of the comparison where it is published."""
        own = {name: getattr(self, name) for name in ("id", "title", "description", "languages")}
        said = {name: getattr(self.publication, name) for name in Stated.model_fields}
        return HubPublication(**own, **said)

    def quotas_of(self, programme: HubProgramme) -> Quotas:
        """The quotas of a programme: the hub's, but for those that it states itself."""
        return self.quotas.but(programme.quotas)

    def programme(self, name: str) -> HubProgramme:
        """The programme with this id (KeyError if there is none)."""
        return {programme.id: programme for programme in self.programmes}[name]
