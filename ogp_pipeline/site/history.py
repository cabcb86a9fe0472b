"""The files to download and the versions so far, as values: all from the release records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ogp_pipeline.i18n import catalogue
from ogp_pipeline.i18n.languages import spoken
from ogp_pipeline.metadata.wording import schema_changes
from ogp_pipeline.release import sentences
from ogp_pipeline.release.datapackage import dataset_title
from ogp_pipeline.release.manifest import Manifest, ManifestFile
from ogp_pipeline.release.news import UNTOLD, Chronicle, page
from ogp_pipeline.release.sentences import Sentence
from ogp_pipeline.release.table_formats import TABLE_FORMATS
from ogp_pipeline.schema.schemas import EVERY_DATASET, Schemas

MOST_AT_HOME = 8
_OF_A_KIND = 2
_FEW = 3  # sentences of a release in the history; its page has all
_FORMATS = {**{form.ending: form.title for form in TABLE_FORMATS}, "xlsx": "Excel", "json": "JSON"}


@dataclass(frozen=True, slots=True)
class Download:
    """A file. ``title`` is its table's, None for what is no table's own; ``path`` counts from the store's
    root.
    """

    name: str
    title: str | None
    format: str
    path: str
    bytes: int
    rows: int | None
    sha256: str


@dataclass(frozen=True)
class DatasetView:
    """A dataset's workbook and all its files, in the order of the tables."""

    name: str
    title: str
    workbook: Download | None
    files: Sequence[Download]


@dataclass(frozen=True)
class VersionView:
    """A release as the history shows it. ``back_to``: the version whose content it has again.

    ``page``: what people are told of it, with all its rows; None where earlier software made none. ``told``: the first
    of these sentences. ``changes``: dataset title, rows added, changed, removed; only
    where any. ``origins``: how many rows come from another place than before, in words.
    """

    version: str
    first: bool
    created: date
    as_of: date
    path: str
    record: str
    reason: str | None
    back_to: str | None
    changes: Sequence[tuple[str, int, int, int]]
    schema_changes: Sequence[str]
    origins: str | None
    page: str | None = None
    told: Sequence[Sentence] = ()


def datasets(manifest: Manifest, schemas: Schemas, language: str) -> list[DatasetView]:
    """The datasets of a release with their files."""
    order = {name: index for index, name in enumerate(schemas.tables)}
    views = []
    for name in EVERY_DATASET:
        own = [file for file in manifest.files if file.dataset == name]
        own.sort(key=lambda file: (order.get(file.table or "", len(order)), file.name))
        files = [_download(file, manifest.version, schemas, language) for file in own]
        if files:
            book = next((file for file in files if file.name.endswith(f"{name}.xlsx")), None)
            views.append(DatasetView(name, dataset_title(name, language), book, files))
    return views


def versions(chain: Sequence[Manifest], language: str, told: Chronicle = UNTOLD) -> list[VersionView]:
    """These releases, newest first. ``chain`` is given oldest first, as the log holds it; ``told``: of each of them."""
    names = {manifest.release: manifest.version for manifest in chain}
    # One that is listed no more has a number.
    back = {n: names.get(n, f"#{n}") for manifest in chain if (n := manifest.back_to) is not None}
    return [version_view(manifest, back.get(manifest.back_to or 0), language, told) for manifest in reversed(chain)]


def version_view(
    manifest: Manifest, back_to: str | None, language: str, told: Chronicle, most: int = _FEW
) -> VersionView:
    """One release. ``back_to``: the version whose content it has again; ``most``: how many sentences are shown."""
    news = told.news.get(manifest.release)
    every = list(sentences.few(news, language, _OF_A_KIND)) if news else []
    counts = [
        (_title(dataset, spoken(language)), changes.added, changes.changed, changes.removed)
        for dataset, changes in manifest.datasets.items()
    ]
    origins = sum(changes.origins for changes in manifest.datasets.values())
    return VersionView(
        version=manifest.version,
        first=manifest.release == 1,
        created=date.fromisoformat(manifest.created[:10]),
        as_of=manifest.as_of,
        path=f"v/{manifest.version}/datapackage.json",
        record=f"releases/{manifest.release}.json",
        reason=manifest.reason,
        back_to=back_to,
        changes=[line for line in counts if any(line[1:])],
        origins=catalogue.count("feed.origins", origins, spoken(language)) if origins else None,
        schema_changes=[
            change for changes in manifest.datasets.values() for change in schema_changes(changes, spoken(language))
        ],
        page=page(manifest.version) if manifest.release in told.paged else None,
        told=every[:most],
    )


def _title(dataset: str, language: str) -> str:
    return dataset_title(dataset, language)


def _download(file: ManifestFile, version: str, schemas: Schemas, language: str) -> Download:
    table = schemas.tables.get(file.table or "")
    ending = file.name.rpartition(".")[2]
    return Download(
        name=file.name,
        title=table.title[language] if table else None,
        format=_FORMATS.get(ending, ending),
        path=f"v/{version}/{file.name}",
        bytes=file.bytes,
        rows=file.rows,
        sha256=file.sha256,
    )
