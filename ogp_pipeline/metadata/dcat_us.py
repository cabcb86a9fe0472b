"""``dcat-us-3.json``: a preview of DCAT-US 3.0, which nobody harvests yet, in the JSON form of its draft schemas.

Every language, in the schemas' language maps; where they have none, the programme's first. What the drafts still change
between their versions is left out.
"""

from collections.abc import Mapping
from typing import Any

from ogp_pipeline.i18n.languages import spoken
from ogp_pipeline.metadata import vocabulary
from ogp_pipeline.metadata.addresses import Addresses
from ogp_pipeline.metadata.data_json import first
from ogp_pipeline.metadata.entries import DatasetEntry, FileEntry, Words, written
from ogp_pipeline.metadata.registry import Releases, document
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.release import json_text

KEY = "dcat-us-3.json"


@document("dcat-us-3.json")
def dcat_us(releases: Releases) -> Mapping[str, bytes]:
    """The document."""
    programme = releases.programme
    publication, at = programme.publication, Addresses(programme.publication.root)
    catalogue = {
        "@id": at.node("catalog"),
        "@type": "Catalog",
        **_said("title", written(publication.title), programme),
        **_said("description", written(publication.description), programme),
        "publisher": _publisher(programme, at),
        "dataset": [_dataset(entry, programme, at) for entry in releases.datasets],
    }
    return {KEY: json_text.written(catalogue, 1)}


def _said(name: str, words: Words, programme: Programme) -> dict[str, Any]:
    return {name: first(words, programme), f"{name}Map": dict(words)}


def _publisher(programme: Programme, at: Addresses) -> dict[str, str]:
    name = programme.publisher.name.get(programme.languages[0])
    return {"@id": at.node("publisher"), "@type": "Organization", "name": name}


def _dataset(entry: DatasetEntry, programme: Programme, at: Addresses) -> dict[str, Any]:
    publication, contact, plans = programme.publication, programme.contact, programme.plans
    written_in = programme.languages[0]
    described = {
        "@id": at.dataset(entry.name),
        "@type": "Dataset",
        "identifier": [at.dataset(entry.name)],
        **_said("title", entry.title, programme),
        **_said("description", entry.description, programme),
        "keywordMap": {language: list(words) for language, words in entry.keywords.items()},
        "version": entry.version,
        "issued": entry.issued,
        "modified": entry.modified,
        "publisher": _publisher(programme, at),
        "accrualPeriodicity": vocabulary.frequency(publication.frequency),
        "theme": [f"{vocabulary.THEMES}/{code}" for code in publication.themes],
        "spatial": [
            {"@type": "Location", "prefLabel": vocabulary.country_name(programme.country, spoken(written_in))},
            *publication.spatial,
        ],
        "temporal": [
            {
                "@type": "PeriodOfTime",
                "startDate": min(plan.starts for plan in plans).isoformat(),
                "endDate": max(plan.ends for plan in plans).isoformat(),
            }
        ],
        "landingPage": at.home(programme.in_order(publication.languages)[0], f"data-{entry.name}"),
        "distribution": [_distribution(file, programme, at) for file in entry.files],
    }
    if contact.email:  # the drafts know no contact without one
        person = {"@type": "Kind", "fn": contact.name.get(written_in), "hasEmail": f"mailto:{contact.email}"}
        described["contactPoint"] = [person]
    return described


def _distribution(file: FileEntry, programme: Programme, at: Addresses) -> dict[str, Any]:
    described = {
        "@id": at.file(file.name),
        "@type": "Distribution",
        **_said("title", file.title, programme),
        **_said("description", file.description, programme),
        "accessURL": at.latest(file.name),
        "downloadURL": at.latest(file.name),
        "byteSize": str(file.bytes),
        "issued": file.issued,
        "modified": file.modified,
        "license": programme.publication.licence.url,
        "checksum": {
            "@type": "Checksum",
            "algorithm": vocabulary.SHA256,
            "checksumValue": file.sha256,
        },
    }
    if file.format.uri:
        described |= {"format": file.format.uri, "mediaType": file.format.media_uri}
    return described
