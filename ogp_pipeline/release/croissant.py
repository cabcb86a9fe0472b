"""``croissant.json``: the release for machine learning tools, in Croissant 1.0.

It names the CSV files where they stay for ever, with their checksums, and a record set for each table that holds
rows: Croissant cannot say that one holds none. References between tables are left out: mlcroissant joins along them,
and fails on a table that points at one which points at a third.
"""

from collections.abc import Sequence
from typing import Any

from ogp_pipeline.i18n.languages import ENGLISH
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.release import csv_format, json_text
from ogp_pipeline.release.datapackage import Resource
from ogp_pipeline.release.edition import Edition
from ogp_pipeline.schema.schemas import Field, Table

NAME = "croissant.json"
_TYPES = {
    "string": "sc:Text",
    "integer": "sc:Integer",
    "number": "sc:Float",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
}
_CONTEXT: dict[str, Any] = {
    "@language": ENGLISH,
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def metadata(resources: Sequence[Resource], programme: Programme, release: Edition) -> bytes:
    """The file's bytes."""
    publication, version = programme.publication, release.version
    filled = [resource for resource in resources if resource.rows]
    title, publisher = publication.title.get(ENGLISH), programme.publisher.name.get(ENGLISH)
    document = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": title,
        "description": publication.description.get(ENGLISH),
        "url": publication.root,
        "license": publication.licence.url,
        "version": version,
        "datePublished": release.created,
        "inLanguage": list(dict.fromkeys(programme.languages)),
        "publisher": {"@type": "sc:Organization", "name": publisher},
        "citeAs": f"{publisher}: {title}, version {version}. {publication.root}/v/{version}/",
        "distribution": [_file(resource, programme, version) for resource in filled],
        "recordSet": [_records(resource) for resource in filled],
    }
    return json_text.written(document, 1)


def _file(resource: Resource, programme: Programme, version: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": resource.name,
        "name": resource.name,
        "contentUrl": f"{programme.publication.root}/v/{version}/{resource.name}",
        "contentSize": f"{resource.bytes} B",
        "encodingFormat": csv_format.MEDIA_TYPE,
        "sha256": resource.sha256,
    }


def _records(resource: Resource) -> dict[str, Any]:
    table = resource.table
    keys = [{"@id": f"{table.name}/{name}"} for name in table.primary_key]
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.description[ENGLISH],
        "key": keys[0] if len(keys) == 1 else keys,
        "field": [_field(field, table, resource.name) for field in table.fields],
    }


def _field(field: Field, table: Table, file: str) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"{table.name}/{field.name}",
        "name": field.name,
        "description": field.description[ENGLISH],
        "dataType": _TYPES[field.type],
        "source": {"fileObject": {"@id": file}, "extract": {"column": field.name}},
    }
