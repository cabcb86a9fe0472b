"""Tiny made-up countries, published in a moment: the tables that a comparison reads, under the real protocol."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from ogp_pipeline.hub.members import Member
from ogp_pipeline.hub.publication import HubPublication
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.publishing import history
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.publish import publish
from ogp_pipeline.publishing.signing import SigningKey
from ogp_pipeline.release import csv_format, datapackage
from ogp_pipeline.release.built_file import BuiltFile, sha256_of
from ogp_pipeline.release.edition import Edition
from ogp_pipeline.release.manifest import Manifest
from ogp_pipeline.release.shape import canonical
from ogp_pipeline.store.directory import DirectoryStore
from tests.publishing import synthetic
from tests.site.rich import AS_OF, SCHEMAS, rich_tables

READ = (
    *("action_plans", "reporting_periods", "clusters", "institutions", "commitments", "commitment_institutions"),
    *("continuity", "metrics", "metric_definitions", "code_lists", "side_agreement"),
)
HUB = HubPublication.model_validate(
    {
        "id": "hub",
        "title": {"en": "Commitments compared", "es": "Compromisos comparados", "fr": "Engagements comparés"},
        "description": {"en": "How far each is.", "es": "Hasta dónde va cada uno.", "fr": "Où en est chacun."},
        "licence": {
            "id": "CC-BY-4.0",
            "title": "CC BY 4.0",
            "url": "https://creativecommons.org/licenses/by/4.0/",
        },
        "base_url": "https://hub.example.org",
    }
)


@dataclass(frozen=True)
class Country:
    """A country's publication in ``folder``/public."""

    id: str
    folder: Path

    @property
    def store(self) -> DirectoryStore:
        return DirectoryStore(self.folder / "public")

    @property
    def member(self) -> Member:
        return Member(self.id, self.store, f"https://data.example.org/{self.id}/")

    def publish(self, tables: Mapping[str, pd.DataFrame], signer: SigningKey | None = None, **changes: Any) -> Release:
        """The next release. ``changes``: fields of its draft to be set otherwise."""
        head = history.head(self.store)
        n = head.n + 1 if head else 1
        folder = self.folder / f"built-{n}"
        built = [_written(tables[name], name, folder) for name in READ]
        resources = [
            datapackage.Resource(SCHEMAS.tables[name], file.name, file.bytes, file.sha256, file.rows or 0)
            for name, file in zip(READ, built, strict=True)
        ]
        release = Edition(f"1.{n - 1}.0", "2024-03-01T12:00:00Z", AS_OF)
        described = datapackage.descriptor(resources, _programme(self.id), SCHEMAS, release, {})
        path = folder / datapackage.NAME
        path.write_bytes(datapackage.to_bytes(described))
        built.append(_built(path, datapackage.NAME, None, datapackage.MEDIA_TYPE, None))
        values = {"files": tuple(built), "schemas": SCHEMAS.version, "as_of": AS_OF, **changes}
        draft = synthetic.draft(folder, head, f"{self.id}-{n}", f"run-{n}", **values)
        publisher = synthetic.publisher(self.store, signer=signer, pages=_pages)
        return publish(publisher, draft, head, synthetic.attempt(f"{self.id}-{n}"))


def _pages(_: Manifest, __: Sequence[Release]) -> dict[str, tuple[bytes, str]]:
    return {f"{language}/index.html": (b"<!DOCTYPE html>", "text/html") for language in ("en", "es")}


def _written(frame: pd.DataFrame, name: str, folder: Path) -> BuiltFile:
    table = SCHEMAS.tables[name]
    file = f"{table.dataset}/{name}.csv"
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    csv_format.write_rows(canonical(frame, table), path)
    return _built(path, file, name, csv_format.MEDIA_TYPE, len(frame))


def _built(path: Path, name: str, table: str | None, media_type: str, rows: int | None) -> BuiltFile:
    sha256, dataset = sha256_of(path), name.partition("/")[0] if table else None
    return BuiltFile(name, dataset, table, media_type, path, path.stat().st_size, sha256, rows, sha256)


@cache
def _programme(name: str) -> Programme:
    sample = yaml.safe_load((Path(__file__).parents[1] / "release/sample.yaml").read_text(encoding="utf-8"))
    return Programme.model_validate({**sample["programme"], "id": name})


def tables(country: str, *, scale: str = "us-nap5", levels: Mapping[str, str] | None = None) -> dict[str, pd.DataFrame]:
    """The rich country's tables as another country's. ``levels``: its codes by those of the rich country's scale."""
    made = rich_tables()
    plans = made["action_plans"]
    made["action_plans"] = plans.assign(country=country, scale=scale)
    for table, column in (("metrics", "category"), ("continuity", "level")):
        if levels:
            made[table] = made[table].assign(**{column: made[table][column].replace(dict(levels))})
    return made


CANADIAN = {"not_started": "NS", "in_progress": "LP", "complete": "C"}
