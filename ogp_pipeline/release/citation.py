"""How a release is cited: its publisher, title, version, day and licence, and a hash by which anybody tells it again.

The hash is the sha256 of ``datapackage.json``, which holds the sha256 of every table. So whoever cites it has said
exactly which data are meant, and `sha256sum` is enough to compare. A DOI, where there is one, names all versions.
``CITATION.cff`` (Citation File Format 1.2.0) is read by GitHub, Zenodo and Zotero.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.i18n.languages import spoken
from ogp_pipeline.programme.model import Programme

NAME = "CITATION.cff"
MEDIA_TYPE = "application/yaml"
DESCRIPTOR = "datapackage.json"

# Of the format's licences (SPDX), those that open data has. Another one is named by its address alone.
_LICENCES = frozenset(
    {
        *("CC-BY-3.0", "CC-BY-4.0", "CC-BY-SA-3.0", "CC-BY-SA-4.0", "CC0-1.0"),
        *("ODC-By-1.0", "ODbL-1.0", "PDDL-1.0", "OGL-Canada-2.0", "OGL-UK-1.0", "OGL-UK-2.0", "OGL-UK-3.0"),
        *("etalab-2.0", "MIT", "Apache-2.0"),
    }
)


@dataclass(frozen=True, slots=True)
class Citation:
    """``released``: a day, as ISO 8601 writes it. ``address``: of this version's folder. ``sha256``: see above."""

    publisher: str
    title: str
    version: str
    released: str
    address: str
    sha256: str
    doi: str | None

    def to_text(self, language: str) -> str:
        """One line, as a list of references has it."""
        where = f"https://doi.org/{self.doi}" if self.doi else self.address
        values = {"publisher": self.publisher, "title": self.title, "version": self.version, "where": where}
        return say("citation.text", language, year=self.released[:4], day=self.released, sha256=self.sha256, **values)


def citation(programme: Programme, version: str, released: str, sha256: str, language: str) -> Citation:
    """Of a version of this programme's publication, in the words of a language."""
    publication = programme.publication
    return Citation(
        publisher=programme.publisher.name.get(language),
        title=publication.title.get(language),
        version=version,
        released=released[:10],
        address=f"{publication.root}/v/{version}/",
        sha256=sha256,
        doi=publication.doi,
    )


def to_cff(programme: Programme, descriptor: Mapping[str, Any], sha256: str) -> bytes:
    """``CITATION.cff`` of the release that ``descriptor`` describes, in the programme's first language.

    ``sha256``: of the descriptor's bytes.
    """
    publication, language = programme.publication, programme.languages[0]
    cited = citation(programme, descriptor["version"], descriptor["created"], sha256, language)
    licence = publication.licence
    author = {"name": cited.publisher, "website": programme.publisher.url}
    document: dict[str, Any] = {
        "cff-version": "1.2.0",
        "type": "dataset",
        "message": say("citation.message", spoken(language)),
        "title": cited.title,
        "abstract": publication.description.get(language),
        "authors": [{name: value for name, value in author.items() if value}],
        "version": cited.version,
        "date-released": cited.released,
        **({"license": licence.id} if licence.id in _LICENCES else {}),
        "license-url": licence.url,
        "url": cited.address,
        **({"doi": cited.doi} if cited.doi else {}),
        "identifiers": [
            {"type": "other", "value": f"sha256:{sha256}", "description": say("citation.hash", spoken(language))}
        ],
    }
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=1_000).encode()
