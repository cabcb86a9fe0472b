"""The JSON-LD inside the home pages, by which search engines for datasets find ours: schema.org, in the page's words.

The context is ``http://schema.org/``: harvesters compare that address, not the one with https. It is data in a page,
not a script: nothing runs.
"""

import json
from collections.abc import Iterable
from typing import Any

from ogp_pipeline.metadata import vocabulary
from ogp_pipeline.metadata.addresses import Addresses
from ogp_pipeline.metadata.entries import DatasetEntry, FileEntry, Words
from ogp_pipeline.programme.model import Programme

CONTEXT = "http://schema.org/"


def schema_org(datasets: Iterable[DatasetEntry], programme: Programme, language: str) -> str:
    """The text for a ``<script type="application/ld+json">``; no part of it can end that element."""
    publication, at = programme.publication, Addresses(programme.publication.root)
    catalog = {
        "@type": "DataCatalog",
        "@id": at.node("catalog"),
        "name": publication.title.get(language),
        "description": publication.description.get(language),
        "url": at.home(language),
        "license": publication.licence.url,
        "publisher": _organization(programme, language, at),
    }
    nodes = [catalog, *(_dataset(entry, programme, language, at) for entry in datasets)]
    text = json.dumps({"@context": CONTEXT, "@graph": nodes}, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _organization(programme: Programme, language: str, at: Addresses) -> dict[str, Any]:
    publisher = programme.publisher
    organization = {"@type": "Organization", "@id": at.node("publisher"), "name": publisher.name.get(language)}
    return organization | ({"url": publisher.url} if publisher.url else {})


def _in(words: Words, language: str) -> str:
    return words.get(language) or next(iter(words.values()))


def _dataset(entry: DatasetEntry, programme: Programme, language: str, at: Addresses) -> dict[str, Any]:
    publication, plans = programme.publication, programme.plans
    contact = programme.contact
    point = {"@type": "ContactPoint", "name": contact.name.get(language), "email": contact.email, "url": contact.url}
    return {
        "@type": "Dataset",
        "@id": at.dataset(entry.name),
        "identifier": at.dataset(entry.name),
        "name": _in(entry.title, language),
        "alternateName": [text for text in entry.title.values() if text != _in(entry.title, language)],
        "description": _in(entry.description, language),
        "url": at.home(language, f"data-{entry.name}"),
        "keywords": list(entry.keywords[language]),
        "license": publication.licence.url,
        "isAccessibleForFree": True,
        "creator": _organization(programme, language, at),
        "publisher": {"@id": at.node("publisher")},
        "contactPoint": {name: value for name, value in point.items() if value},
        "includedInDataCatalog": {"@id": at.node("catalog")},
        "inLanguage": list(dict.fromkeys(programme.languages)),
        "datePublished": entry.issued,
        "dateModified": entry.modified,
        "version": entry.version,
        "temporalCoverage": f"{min(plan.starts for plan in plans)}/{max(plan.ends for plan in plans)}",
        "spatialCoverage": {"@type": "Place", "name": vocabulary.country_name(programme.country, language)},
        "distribution": [_download(file, language, at) for file in entry.files],
    }


def _download(file: FileEntry, language: str, at: Addresses) -> dict[str, Any]:
    return {
        "@type": "DataDownload",
        "@id": at.file(file.name),
        "name": file.title[language],
        "contentUrl": at.latest(file.name),
        "encodingFormat": file.format.media_type,
        "contentSize": f"{file.bytes} B",
        "sha256": file.sha256,
        "dateModified": file.modified,
    }
