"""``dcat-us-3.json``: a preview of DCAT-US 3.0, which nobody harvests yet, in the JSON form of its draft schemas.

Both languages, in the schemas' language maps. What the drafts still change between their versions is left out.
"""

import json
from collections.abc import Mapping
from typing import Any

from ogp_pipeline.i18n.languages import ENGLISH
from ogp_pipeline.metadata import vocabulary
from ogp_pipeline.metadata.addresses import Addresses
from ogp_pipeline.metadata.data_json import one
from ogp_pipeline.metadata.entries import DatasetEntry, FileEntry, Words, written
from ogp_pipeline.metadata.registry import Releases, document
from ogp_pipeline.programme.model import Programme

KEY = "dcat-us-3.json"


@document("dcat-us-3.json")
def dcat_us(releases: Releases) -> Mapping[str, bytes]:
    """The document."""
    programme = releases.programme
    publication, at = programme.publication, Addresses(programme.publication.root)
    catalogue = {
        "@id": at.node("catalog"),
        "@type": "Catalog",
        **_said("title", written(publication.title)),
        **_said("description", written(publication.description)),
        "publisher": _publisher(programme, at),
        "dataset": [_dataset(entry, programme, at) for entry in releases.datasets],
    }
    return {KEY: (json.dumps(catalogue, ensure_ascii=False, indent=1) + "\n").encode()}


def _said(name: str, words: Words) -> dict[str, Any]:
    return {name: one(words), f"{name}Map": dict(words)}


def _publisher(programme: Programme, at: Addresses) -> dict[str, str]:
    return {"@id": at.node("publisher"), "@type": "Organization", "name": programme.publisher.name.get(ENGLISH)}


def _dataset(entry: DatasetEntry, programme: Programme, at: Addresses) -> dict[str, Any]:
    publication, contact, plans = programme.publication, programme.contact, programme.plans
    described = {
        "@id": at.dataset(entry.name),
        "@type": "Dataset",
        "identifier": [at.dataset(entry.name)],
        **_said("title", entry.title),
        **_said("description", entry.description),
        "keywordMap": {language: list(words) for language, words in entry.keywords.items()},
        "version": entry.version,
        "issued": entry.issued,
        "modified": entry.modified,
        "publisher": _publisher(programme, at),
        "accrualPeriodicity": vocabulary.frequency(publication.frequency),
        "theme": [f"{vocabulary.THEMES}/{code}" for code in publication.themes],
        "spatial": [
            {"@type": "Location", "prefLabel": vocabulary.country_name(programme.country, ENGLISH)},
            *publication.spatial,
        ],
        "temporal": [
            {
                "@type": "PeriodOfTime",
                "startDate": min(plan.starts for plan in plans).isoformat(),
                "endDate": max(plan.ends for plan in plans).isoformat(),
            }
        ],
        "landingPage": at.english_home(publication.languages, f"data-{entry.name}"),
        "distribution": [_distribution(file, programme, at) for file in entry.files],
    }
    if contact.email:  # the drafts know no contact without one
        person = {"@type": "Kind", "fn": contact.name.get(ENGLISH), "hasEmail": f"mailto:{contact.email}"}
        described["contactPoint"] = [person]
    return described


def _distribution(file: FileEntry, programme: Programme, at: Addresses) -> dict[str, Any]:
    described = {
        "@id": at.file(file.name),
        "@type": "Distribution",
        **_said("title", file.title),
        **_said("description", file.description),
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
