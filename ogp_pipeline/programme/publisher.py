"""What portals ask about a publication beside its data: who publishes it, whom to ask, what it is about, how often.

Part of the programme file, under ``publication:``. Everything has a default, so that a first programme is harvestable.
Codes are those of the EU's authority tables and of ADMS, because portals compare codes and not words.
"""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from ogp_pipeline.i18n.text import Text

_HTTP = re.compile(r"^https?://[^\s/<>\"{}|\\^`]+[^\s<>\"{}|\\^`]*$")  # RDF takes no others
_EMAIL = re.compile(r"^[\w.+-]+@[\w-]+(\.[\w-]+)+$")

Theme = Literal[
    "AGRI", "ECON", "EDUC", "ENER", "ENVI", "GOVE", "HEAL", "INTR", "JUST", "REGI", "SOCI", "TECH", "TRAN"
]  # fmt: skip
"""publications.europa.eu/resource/authority/data-theme; GOVE: government and public sector, JUST: justice, …"""

Frequency = Literal["daily", "weekly", "monthly", "quarterly", "twice_a_year", "annual", "irregular"]

PublisherKind = Literal[
    "NationalAuthority",
    "RegionalAuthority",
    "LocalAuthority",
    "SupraNationalAuthority",
    "NonGovernmentalOrganisation",
    "NonProfitOrganisation",
    "Academia-ScientificOrganisation",
]
"""purl.org/adms/publishertype"""


def _http(address: str) -> str:
    if not _HTTP.match(address):
        raise ValueError(
            "must start with http:// or https:// and hold no space, quote, brace or other sign no address has"
        )
    return address


def email_address(address: str) -> str:
    """An address of e-mail. ValueError if it is none."""
    if not _EMAIL.match(address):
        raise ValueError("is not an e-mail address; write that of an office, such as opendata@example.org")
    return address


Address = Annotated[str, AfterValidator(_http)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Publisher(_Model):
    """Who publishes. ``kind``: what sort of body it is."""

    name: Text
    url: Address | None = None
    kind: PublisherKind = "NationalAuthority"


class Contact(_Model):
    """Where questions go: a page, an address of the office (never a person's), or both."""

    name: Text
    url: Address | None = None
    email: Annotated[str, AfterValidator(email_address)] | None = None

    @model_validator(mode="after")
    def _reachable(self) -> "Contact":
        if not (self.url or self.email):
            raise ValueError("needs `url` or `email`, to be of use to anybody")
        return self
