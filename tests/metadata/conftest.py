"""A small country with two releases: the second says more about progress, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from ogp_pipeline.metadata.documents import documents
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.publishing import history
from ogp_pipeline.release.manifest import Manifest
from ogp_pipeline.runs.outcomes import Published
from ogp_pipeline.schema.schemas import Schemas
from tests.small_country import FILES, NOW, SmallCountry, build

LICENCE = "licence: {id: CC-BY-4.0, title: CC BY 4.0,"
ASKED = """licence: {id: CC-BY-4.0, title: Creative Commons Attribution 4.0 International,"""
BASE = "  base_url: https://data.example.org\n"
PORTAL = """  base_url: https://data.example.org/xx/
  publisher: {name: {es: Secretaría de Gobierno Abierto, en: Open Government Secretariat}, url: "https://example.org"}
  contact: {name: {es: Datos abiertos, en: Open data desk}, email: opendata@example.org, url: "https://example.org/contact"}
  themes: [GOVE, JUST]
  frequency: quarterly
  spatial: ["http://publications.europa.eu/resource/authority/country/MEX"]
"""
BEFORE, AFTER = "not_started,Waits for the draft.", "in_progress,It is written & <discussed>."


@dataclass(frozen=True)
class Published2:
    """What was published: the records by release, and the documents as they stand in the store."""

    country: SmallCountry
    programme: Programme
    schemas: Schemas
    chain: Sequence[Manifest]

    def documents(self, releases: int | None = None) -> dict[str, bytes]:
        """The documents as they were after so many releases."""
        return documents(self.chain[:releases], self.programme, self.schemas)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published2:
    country = build(tmp_path_factory.mktemp("metadata") / "country", **{BASE: PORTAL, LICENCE: ASKED})
    assert country.run("first").outcome == Published("1.0.0")
    country.write("agency/updates.csv", FILES["agency/updates.csv"].replace(BEFORE, AFTER))
    assert country.run("second", NOW + timedelta(hours=1)).outcome == Published("1.0.1")
    workspace = country.open()
    chain = [one.manifest for one in history.releases(workspace.publication)]
    apart = {"created": "2024-07-10T12:00:00Z"}, {"created": "2024-07-11T12:00:00Z"}
    chain = [one.model_copy(update=when) for one, when in zip(chain, apart, strict=True)]
    return Published2(country, workspace.programme, workspace.schemas, chain)


@pytest.fixture(scope="session")
def made(published: Published2) -> dict[str, bytes]:
    """Every document after the second release."""
    return published.documents()


@pytest.fixture(scope="session")
def folder(published: Published2) -> Path:
    """The public store."""
    return published.country.folder / "var/public"
