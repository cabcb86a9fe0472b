"""``data.json``: DCAT-US 1.1, as data.gov harvests it from publishers that are not federal agencies.

It knows one language: the first in which the programme writes, and where that lacks a text, the next one that has it.
Identifiers are those of ``catalog.ttl``.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from ogp_pipeline.i18n.languages import spoken
from ogp_pipeline.metadata import vocabulary
from ogp_pipeline.metadata.addresses import Addresses
from ogp_pipeline.metadata.entries import DatasetEntry, FileEntry
from ogp_pipeline.metadata.registry import Releases, document
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.release import json_text

KEY = "data.json"
Value = TypeVar("Value")
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
    return {KEY: json_text.written(catalogue, 1)}


def first(words: Mapping[str, Value], programme: Programme) -> Value:
    """A text, or a list of them, where only one language is wanted."""
    return words[programme.in_order(words)[0]]


def _dataset(entry: DatasetEntry, programme: Programme, at: Addresses) -> dict[str, Any]:
    publication = programme.publication
    plans = programme.plans
    written_in = programme.languages[0]
    own = spoken(written_in)
    contact = {"@type": "vcard:Contact", "fn": programme.contact.name.get(written_in)}
    if programme.contact.email:
        contact["hasEmail"] = f"mailto:{programme.contact.email}"
    return {
        "@type": "dcat:Dataset",
        "identifier": at.dataset(entry.name),
        "title": first(entry.title, programme),
        "description": first(entry.description, programme),
        "keyword": list(first(entry.keywords, programme)),
        "theme": [vocabulary.theme_name(code, [own])[own] for code in publication.themes],
        "issued": entry.issued,
        "modified": entry.modified,
        "accrualPeriodicity": vocabulary.interval(publication.frequency),
        "publisher": {"@type": "org:Organization", "name": programme.publisher.name.get(written_in)},
        "contactPoint": contact,
        "accessLevel": "public",
        "license": publication.licence.url,
        "language": list(dict.fromkeys(programme.languages)),
        "spatial": " ".join(publication.spatial) or vocabulary.country_name(programme.country, own),
        "temporal": f"{min(plan.starts for plan in plans)}/{max(plan.ends for plan in plans)}",
        "landingPage": at.home(programme.in_order(publication.languages)[0], f"data-{entry.name}"),
        "distribution": [_distribution(file, programme, at) for file in entry.files],
    }


def _distribution(file: FileEntry, programme: Programme, at: Addresses) -> dict[str, str]:
    described = {"describedBy": at.latest(file.dictionary), "describedByType": "text/csv"} if file.dictionary else {}
    return {
        "@type": "dcat:Distribution",
        "title": first(file.title, programme),
        "description": first(file.description, programme),
        "downloadURL": at.latest(file.name),
        "mediaType": file.format.media_type,
        "format": file.format.label,
        **described,
    }
