"""``data.json``: DCAT-US 1.1, as data.gov harvests it from publishers that are not federal agencies.

It knows one language: English, or Spanish where there is nothing else. Identifiers are those of ``catalog.ttl``.
"""

import json
from collections.abc import Mapping
from typing import Any

from ogp_pipeline.i18n.languages import ENGLISH
from ogp_pipeline.metadata import vocabulary
from ogp_pipeline.metadata.addresses import Addresses
from ogp_pipeline.metadata.entries import DatasetEntry, FileEntry, Words
from ogp_pipeline.metadata.registry import Releases, document
from ogp_pipeline.programme.model import Programme

KEY = "data.json"
_SCHEMA = "https://project-open-data.cio.gov/v1.1/schema"


@document("data.json")
def data_json(releases: Releases) -> Mapping[str, bytes]:
    """The document."""
    programme = releases.programme
    at = Addresses(programme.publication.root)
    catalogue = {
        "@context": f"{_SCHEMA}/catalog.jsonld",
        "@id": at.key(KEY),
        "@type": "dcat:Catalog",
        "conformsTo": _SCHEMA,
        "describedBy": f"{_SCHEMA}/catalog.json",
        "dataset": [_dataset(entry, programme, at) for entry in releases.datasets],
    }
    return {KEY: (json.dumps(catalogue, ensure_ascii=False, indent=1) + "\n").encode()}


def one(words: Words) -> str:
    """A text where only one is wanted."""
    return words.get(ENGLISH) or next(iter(words.values()))


def _dataset(entry: DatasetEntry, programme: Programme, at: Addresses) -> dict[str, Any]:
    publication = programme.publication
    plans = programme.plans
    contact = {"@type": "vcard:Contact", "fn": programme.contact.name.get(ENGLISH)}
    if programme.contact.email:
        contact["hasEmail"] = f"mailto:{programme.contact.email}"
    return {
        "@type": "dcat:Dataset",
        "identifier": at.dataset(entry.name),
        "title": one(entry.title),
        "description": one(entry.description),
        "keyword": list(dict.fromkeys(word for words in entry.keywords.values() for word in words)),
        "theme": [vocabulary.theme_name(code, [ENGLISH])[ENGLISH] for code in publication.themes],
        "issued": entry.issued,
        "modified": entry.modified,
        "accrualPeriodicity": vocabulary.interval(publication.frequency),
        "publisher": {"@type": "org:Organization", "name": programme.publisher.name.get(ENGLISH)},
        "contactPoint": contact,
        "accessLevel": "public",
        "license": publication.licence.url,
        "language": list(dict.fromkeys(programme.languages)),
        "spatial": " ".join(publication.spatial) or vocabulary.country_name(programme.country, ENGLISH),
        "temporal": f"{min(plan.starts for plan in plans)}/{max(plan.ends for plan in plans)}",
        "landingPage": at.english_home(publication.languages, f"data-{entry.name}"),
        "distribution": [_distribution(file, at) for file in entry.files],
    }


def _distribution(file: FileEntry, at: Addresses) -> dict[str, str]:
    described = {"describedBy": at.latest(file.dictionary), "describedByType": "text/csv"} if file.dictionary else {}
    return {
        "@type": "dcat:Distribution",
        "title": one(file.title),
        "description": one(file.description),
        "downloadURL": at.latest(file.name),
        "mediaType": file.format.media_type,
        "format": file.format.label,
        **described,
    }
