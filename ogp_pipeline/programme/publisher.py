"""What portals ask about a publication beside its data: who publishes it, whom to ask, what it is about, how often.

Part of the programme file, under ``publication:``. Everything has a default, so that a first programme is harvestable.
Codes are those of the EU's authority tables and of ADMS, because portals compare codes and not words.
"""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from ogp_pipeline.i18n.text import Language, Text

_HTTP = re.compile(r"^https?://[^\s/<>\"{}|\\^`]+[^\s<>\"{}|\\^`]*$")  # RDF takes no others
_DOI = re.compile(r"^10\.\d{4,9}/[\w.;()/:-]+$")
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


def _doi(text: str) -> str:
    if not _DOI.match(text):
        raise ValueError("is no DOI; write it without an address before it, such as 10.5281/zenodo.1234567")
    return text


Doi = Annotated[str, AfterValidator(_doi)]


def _keyword(keyword: str) -> str:
    if not 2 <= len(keyword) <= 100:
        raise ValueError("must have 2 to 100 characters, as tags of portals have")
    if re.search("[,;]", keyword):
        raise ValueError("holds a comma or semicolon, at which portals part keywords: write two")
    return keyword


Keyword = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_keyword)]
Keywords = dict[Language, Annotated[list[Keyword], Field(min_length=1)]]
"""By language, in place of ours; a language that is not named keeps ours."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Publisher(_Model):
    """Who publishes. ``kind``: what sort of body it is."""

    name: Text
    url: Address | None = None
    kind: PublisherKind = "NationalAuthority"


class Deposit(_Model):
    """Where releases are deposited for good. ``communities``: of Zenodo, by their names in its addresses."""

    zenodo: Address = "https://zenodo.org/api"
    communities: list[str] = []


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
