"""``openapi.json``: the addresses of the publication, what each answers and how long it holds, in OpenAPI 3.1.

There is no server behind it that computes anything: every address is a file. Portals and generators of clients read it
all the same. It says nothing of a release, so its bytes change with the programme's words and with this software alone.
"""

from collections.abc import Mapping
from typing import Any

from pydantic.json_schema import models_json_schema

from ogp_pipeline.i18n.languages import ENGLISH
from ogp_pipeline.metadata.registry import Releases, document
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.publishing import layout
from ogp_pipeline.publishing.history import Hint
from ogp_pipeline.publishing.page_list import PageList
from ogp_pipeline.release import json_text
from ogp_pipeline.release.manifest import Manifest

KEY = "openapi.json"
_SCHEMAS = "#/components/schemas/"
_SHA256 = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_SEALS = {
    "type": "array",
    "description": "ed25519 signatures over the canonical bytes (RFC 8785) of the object without `seals`",
    "items": {
        "type": "object",
        "required": ["key", "signature"],
        "properties": {"key": _SHA256, "signature": {"type": "string", "contentEncoding": "base64"}},
    },
}
_PARAMETERS = {
    "n": ("A number, from 1", {"type": "integer", "minimum": 1}),
    "version": ("A version, such as 1.2.0", {"type": "string"}),
    "dataset": ("A dataset, such as progress", {"type": "string"}),
    "file": ("A file's name as datapackage.json gives it, such as updates.parquet", {"type": "string"}),
    "language": ("A language of the publication, such as es", {"type": "string"}),
    "sha256": ("The hash of what was removed", _SHA256),
}


@document("openapi")
def for_programs(releases: Releases) -> Mapping[str, bytes]:
    """The one file."""
    return {KEY: openapi(releases.programme)}


def openapi(programme: Programme) -> bytes:
    """The description of this programme's publication."""
    publication = programme.publication
    described = {
        "openapi": "3.1.0",
        "info": {
            "title": publication.title.get(ENGLISH),
            "description": publication.description.get(ENGLISH),
            "version": "1.0.0",
            "license": {"name": publication.licence.title, "url": publication.licence.url},
        },
        "servers": [{"url": publication.root}],
        "paths": {f"/{path}": _path(path, *said) for path, said in _paths().items()},
        "components": {"schemas": _schemas()},
    }
    return json_text.written(described, 1)


def _paths() -> dict[str, tuple[str, str, Any]]:
    """Address -> its operation's name, what it is, and the schema of what it answers; None: bytes."""
    any_object = {"type": "object"}
    versioned, newest = layout.version("{version}", ""), layout.latest("")
    files = {
        folder + name: (f"{prefix}{operation}", f"{said}, {of}", schema)
        for folder, prefix, of in ((versioned, "version", "of a version"), (newest, "latest", "of the newest version"))
        for name, operation, said, schema in (
            (
                layout.DESCRIPTOR,
                "Descriptor",
                "The Data Package (v2): tables, columns, types, hashes",
                any_object,
            ),
            ("{dataset}/{file}", "File", "A table, workbook, dictionary or file of changes", None),
        )
    }
    return {
        layout.LATEST: ("latest", "The newest release: start here for one that fits together", _ref("Hint")),
        "releases/{n}.json": ("release", "The record of a release: every file with its sha256", _ref("Manifest")),
        "releases/{n}.sig.json": ("signature", "Its signature, where the publication has keys", _ref("Signed")),
        "keys/{n}.json": ("key", "A public key of the publication, sealed by the one before", _ref("Signed")),
        layout.VERSIONS: ("versions", "Releases, newest first", _list("version", "release", "manifest", "sha256")),
        layout.DELTAS: ("deltas", "What leads from a version to a later one", _list("from", "to", "path", "sha256")),
        layout.PAGES: ("pages", "The pages and catalogues with their hashes", _ref("PageList")),
        versioned + layout.MANIFEST: ("versionRecord", "A version's record, byte by byte", _ref("Manifest")),
        **files,
        "catalog.jsonld": ("catalogue", "DCAT-AP 3.0.1 as JSON-LD", any_object),
        "catalog.ttl": ("catalogueTurtle", "DCAT-AP 3.0.1 as Turtle", None),
        "data.json": ("dataJson", "DCAT-US 1.1", any_object),
        "changes.{language}.atom": ("feed", "What each release changed, as an Atom feed", None),
        "tombstones/{sha256}.json": ("tombstone", "What stands in the place of what a law removed", _ref("Signed")),
    }


def _path(path: str, operation: str, said: str, schema: Any) -> dict[str, Any]:  # noqa: ANN401 - a JSON Schema
    names = [name for name in _PARAMETERS if f"{{{name}}}" in path]
    answered = layout.media_type(path).partition(";")[0] if "{file}" not in path else "*/*"
    content = {answered: {"schema": schema} if schema is not None else {}}
    held = {"description": f"The file; `Cache-Control: {layout.cache_control(path)}`", "content": content}
    parameters = [
        {"name": name, "in": "path", "required": True, "description": text, "schema": kind}
        for name, (text, kind) in ((name, _PARAMETERS[name]) for name in names)
    ]
    get = {
        "operationId": operation,
        "summary": said,
        "responses": {"200": held, "404": {"description": "There is no such file; some servers answer 403"}},
    }
    return {**({"parameters": parameters} if parameters else {}), "get": get}


def _schemas() -> dict[str, Any]:
    _, made = models_json_schema(
        [(model, "serialization") for model in (Hint, Manifest, PageList)], ref_template=_SCHEMAS + "{model}"
    )
    schemas = _plain(made["$defs"])
    expires = {"type": ["string", "null"], "description": "Until when it holds (UTC); null: for ever. Only if sealed"}
    schemas["Hint"]["properties"] |= {"expires": expires, "seals": _SEALS}
    schemas["PageList"]["properties"] |= {"seals": _SEALS}
    schemas["Signed"] = {
        "type": "object",
        "required": ["format", "seals"],
        "properties": {"format": {"type": "string"}, "seals": _SEALS},
    }
    return dict(sorted(schemas.items()))


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Descriptions as Markdown writes code, and without the breaks of our docstrings."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return " ".join(value.replace("``", "`").split()) if isinstance(value, str) else value


def _ref(name: str) -> dict[str, str]:
    return {"$ref": _SCHEMAS + name}


def _list(*names: str) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "object", "required": list(names)}}
