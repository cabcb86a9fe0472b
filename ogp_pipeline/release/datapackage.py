"""The Data Package v2 descriptor of a release: its canonical CSV files with everything a program needs to
read them.

Resources are the tables' CSV files, paths relative to the descriptor; ``hash`` is a table's logical hash.
English stands in the standard's own properties, each other language beside it under its code (``es``).
``fieldsMatch`` is left out: the v2 profile types it wrongly and would refuse it. ``created`` is when the release was
published, as its record says, and ``asOf`` the day of which it speaks; ``datasets`` names each dataset's edition.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.i18n.languages import ENGLISH, OTHERS
from ogp_pipeline.programme.model import NO_COUNTRY, Programme
from ogp_pipeline.release import csv_format, json_text
from ogp_pipeline.release.edition import Edition
from ogp_pipeline.schema.schemas import EVERY_DATASET, Schemas, Table

NAME = "datapackage.json"
MEDIA_TYPE = "application/json"
PROFILE = "https://datapackage.org/profiles/2.0/"
_TIMED = ("version", "created", "asOf", "datasets")
DIALECT = {
    "$schema": PROFILE + "tabledialect.json",
    "delimiter": ",",
    "doubleQuote": True,
    "header": True,
    "lineTerminator": csv_format.LINE_END,
    "quoteChar": '"',
    "skipInitialSpace": False,
}


@dataclass(frozen=True, slots=True)
class Resource:
    """A written CSV file: its name in the release, its size, its sha256 and how many rows it holds."""

    table: Table
    name: str
    bytes: int
    sha256: str
    rows: int


def dataset_title(name: str, language: str) -> str:
    """What a dataset is called; its name, if it is none of ours (any more)."""
    return say(f"dataset.title.{name}", language) if name in EVERY_DATASET else name


def full_title(name: str, publication: str, language: str) -> str:
    """A dataset's title with the publication's. The dataset's stands first: lists cut long titles at their end."""
    return f"{dataset_title(name, language)}: {publication}"


def descriptor(
    resources: Sequence[Resource],
    programme: Programme,
    schemas: Schemas,
    release: Edition,
    datasets: Mapping[str, Edition],
) -> dict[str, Any]:
    """``datapackage.json`` as a document. ``datasets``: the edition of each."""
    publication = programme.publication
    licence = publication.licence
    return {
        "$schema": PROFILE + "datapackage.json",
        "name": programme.id.lower(),
        "title": publication.title.get(ENGLISH),
        "description": publication.description.get(ENGLISH),
        **{
            language: {
                "title": publication.title.get(language),
                "description": publication.description.get(language),
                "keywords": _keywords(programme, language),
            }
            for language in schemas.languages
            if language != ENGLISH
        },
        "homepage": publication.base_url,
        **({"id": f"https://doi.org/{publication.doi}"} if publication.doi else {}),
        **release.to_json(),
        "datasets": {name: edition.to_json() for name, edition in datasets.items()},
        "schemasVersion": schemas.version,
        "keywords": [*_keywords(programme, ENGLISH), *_country(programme)],
        "licenses": [{"name": licence.id, "title": licence.title, "path": licence.url}],
        "contributors": [_contributor(programme)],
        "catalog": _catalog(programme),
        "resources": [_resource(resource) for resource in resources],
    }


def to_bytes(document: Mapping[str, Any]) -> bytes:
    """The descriptor's bytes: UTF-8, indented for people, in the order in which it was made."""
    return json_text.written(document, 2)


def content_hash(document: Mapping[str, Any]) -> str:
    """One hash for all that a release says: every table (by logical hash) and every word about them.

    Versions and dates are left out, so it is equal exactly when a new release would say nothing new.
    """
    timeless = {name: value for name, value in document.items() if name not in _TIMED}
    return hashlib.sha256(json_text.canonical(timeless)).hexdigest()


def _keywords(programme: Programme, language: str) -> list[str]:
    return programme.publication.keywords.get(language) or say("dataset.tags", language).split("; ")


def _country(programme: Programme) -> list[str]:
    return [] if programme.country == NO_COUNTRY else [programme.country]


def _contributor(programme: Programme) -> dict[str, Any]:
    publisher = programme.publisher
    given = {"title": publisher.name.get(ENGLISH), "path": publisher.url, "roles": ["publisher"]}
    return {name: value for name, value in given.items() if value}


def _catalog(programme: Programme) -> dict[str, Any]:
    """What the catalogues say beside titles. It stands here too, so that a change of it makes a release."""
    publication = programme.publication
    return {
        "publisher": programme.publisher.model_dump(exclude_none=True),
        "contact": programme.contact.model_dump(exclude_none=True),
        "themes": list(publication.themes),
        "frequency": publication.frequency,
        "spatial": list(publication.spatial),
        "keywords": {language: list(words) for language, words in publication.keywords.items()},
    }


def _resource(resource: Resource) -> dict[str, Any]:
    table = resource.table
    return {
        "$schema": PROFILE + "dataresource.json",
        "name": table.name,
        "type": "table",
        "title": table.title[ENGLISH],
        "description": table.description[ENGLISH],
        **{
            language: {"title": table.title[language], "description": table.description[language]}
            for language in table.languages
            if language != ENGLISH
        },
        "dataset": table.dataset,
        "path": resource.name,
        "format": "csv",
        "mediatype": csv_format.MEDIA_TYPE,
        "encoding": "utf-8",
        "bytes": resource.bytes,
        "hash": f"sha256:{resource.sha256}",
        "rows": resource.rows,
        "dialect": DIALECT,
        "schema": _schema(table),
    }


def _schema(table: Table) -> dict[str, Any]:
    said_by_the_resource = ("name", "title", "description", *OTHERS)
    schema = {name: value for name, value in table.descriptor.items() if name not in said_by_the_resource}
    if "foreignKeys" in schema:
        schema["foreignKeys"] = [{**key, "reference": _reference(key["reference"])} for key in schema["foreignKeys"]]
    return {"$schema": PROFILE + "tableschema.json", **schema}


def _reference(reference: Mapping[str, Any]) -> dict[str, Any]:
    """What a foreign key points at, as version 2 says it: no resource means the table itself."""
    return {name: value for name, value in reference.items() if name != "resource" or value}
