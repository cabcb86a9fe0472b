"""The release before: what it held, read back from its own files and its own schemas, not from today's."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from ogp_pipeline.release import csv_format, datapackage, edition, news
from ogp_pipeline.release.changes import Snapshot
from ogp_pipeline.release.edition import Edition
from ogp_pipeline.release.news import Dues
from ogp_pipeline.release.shape import CanonicalColumn, Shape, arrow_schema, frame_of


@dataclass(frozen=True)
class BaseRelease:
    """The release that the new one follows: its version, its descriptor, its schemas' version, its tables.

    ``code``: the hash of the code that proved it, if its record says it. ``files``: the sha256 of each, by name.
    ``editions``: by dataset, the release that last changed it. ``read_news``: reads its news, if it has any.
    """

    version: str
    document: Mapping[str, Any]
    schemas: str
    code: str | None
    tables: Snapshot
    files: Mapping[str, str]
    editions: Mapping[str, Edition]
    read_news: Callable[[], bytes] | None = None

    @property
    def as_of(self) -> date | None:
        """The day of which it speaks; None if older software did not write it down."""
        day = self.document.get("asOf")
        return date.fromisoformat(day) if day else None

    @cached_property
    def dues(self) -> Dues:
        """What it knows of earlier due dates, which only the next release asks for."""
        told = news.parse(self.read_news()) if self.read_news else None
        return told.dues if told else {}

    @cached_property
    def content_hash(self) -> str:
        """The hash of what it says, which whoever draws its pages does not ask for."""
        return datapackage.content_hash(self.document)


def read_base(path_of: Callable[[str], Path], code: str | None, files: Mapping[str, str]) -> BaseRelease:
    """Read a release. ``path_of``: a file's name in the release (``plan/clusters.csv``) -> where it is on
    this disk; ``files``: name -> sha256.

    OgpError: a file is not what the descriptor says. Of a table without rows, its file is not asked for.
    """
    document = json.loads(path_of(datapackage.NAME).read_text(encoding="utf-8"))
    shapes = {resource["name"]: shape_of(resource) for resource in document["resources"]}
    rows = {
        resource["name"]: csv_format.read_rows(path_of(resource["path"]), shapes[resource["name"]])
        if resource.get("rows") != 0
        else arrow_schema(shapes[resource["name"]]).empty_table()  # as most: nothing to fetch
        for resource in document["resources"]
    }
    frames = {name: frame_of(table) for name, table in rows.items()}
    datasets = {resource["name"]: resource["dataset"] for resource in document["resources"]}
    return BaseRelease(
        document["version"],
        document,
        document["schemasVersion"],
        code,
        Snapshot(frames, dict(shapes), datasets, rows),
        files,
        edition.of_datasets(document),
        (lambda: path_of(news.NAME).read_bytes()) if news.NAME in files else None,
    )


def shape_of(resource: dict[str, Any]) -> Shape:
    """A table as a resource of a release's descriptor describes it."""
    schema = resource["schema"]
    columns = tuple(
        CanonicalColumn(field["name"], field["type"], bool(field.get("constraints", {}).get("required", False)))
        for field in schema["fields"]
    )
    return Shape(resource["name"], columns, tuple(schema["primaryKey"]))
