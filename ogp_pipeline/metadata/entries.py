"""What is said of each dataset and file, as values; every catalogue is another way to write them down.

A dataset changes when a byte of its data does, in whatever format, or its columns; the time of a change is that of the
release that brought it. A new release in which a dataset is the same leaves its entry as it was. A table without rows
is no file here: a portal could neither load nor show it, and the dataset's workbook has its sheet.
"""

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ogp_pipeline.i18n import catalogue
from ogp_pipeline.i18n.languages import ENGLISH, LANGUAGES, english_first
from ogp_pipeline.i18n.text import Text
from ogp_pipeline.metadata.vocabulary import FORMATS, FileFormat
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.release import dictionary_csv
from ogp_pipeline.release.datapackage import dataset_title, full_title
from ogp_pipeline.release.manifest import DatasetChanges, Manifest, ManifestFile
from ogp_pipeline.schema.schemas import DATASETS, Schemas, Table

Words = Mapping[str, str]
"""A text by language; only languages in which it exists."""


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file of the newest release. ``table`` is None for the workbook, which holds all tables of the dataset.

    ``dictionary``: the file that says what the table's columns mean, None for the workbook, which has a sheet for it.
    """

    name: str
    table: str | None
    dictionary: str | None
    title: Words
    description: Words
    format: FileFormat
    bytes: int
    sha256: str
    rows: int | None
    issued: str
    modified: str


@dataclass(frozen=True, slots=True)
class VersionEntry:
    """A release which changed the dataset; ``previous``: the version before, of this dataset."""

    version: str
    created: str
    previous: str | None
    reason: str | None
    changes: DatasetChanges
    files: tuple[ManifestFile, ...]


@dataclass(frozen=True, slots=True)
class DatasetEntry:
    """A dataset. ``versions``: oldest first, never empty; ``modified`` is the time of the last."""

    name: str
    title: Words
    description: Words
    keywords: Mapping[str, tuple[str, ...]]
    files: tuple[FileEntry, ...]
    versions: tuple[VersionEntry, ...]

    @property
    def issued(self) -> str:
        """When it was first published."""
        return self.versions[0].created

    @property
    def modified(self) -> str:
        """When what it says last changed."""
        return self.versions[-1].created

    @property
    def version(self) -> str:
        """The release that last changed it."""
        return self.versions[-1].version


def entries(
    chain: Sequence[Manifest], programme: Programme, schemas: Schemas, gone: Collection[str] = ()
) -> tuple[DatasetEntry, ...]:
    """The datasets of the newest release of ``chain`` (oldest first), without files whose sha256 is ``gone``."""
    newest = chain[-1]
    held = {file.dataset for file in newest.files}
    return tuple(_dataset(name, chain, programme, schemas, gone) for name in DATASETS if name in held)


def written(text: Text) -> dict[str, str]:
    """A text of the programme file in the languages in which it was written."""
    return text.held(english_first(text.root))


def is_data(file: ManifestFile) -> bool:
    """Is it a table or a workbook, and not something about them?"""
    return file.table is not None or file.name == f"{file.dataset}/{file.dataset}.xlsx"


def _dataset(
    name: str, chain: Sequence[Manifest], programme: Programme, schemas: Schemas, gone: Collection[str]
) -> DatasetEntry:
    whole = programme.publication.title
    versions = tuple(_versions(name, chain, gone))
    files = [file for file in chain[-1].files if file.dataset == name and is_data(file) and file.rows != 0]
    order = {table: place for place, table in enumerate(schemas.tables)}
    files.sort(key=lambda file: (order.get(file.table or "", len(order)), file.name))
    return DatasetEntry(
        name=name,
        title=_titled(written(whole), name),
        description={language: catalogue.say(f"dataset.about.{name}", language) for language in schemas.languages},
        keywords=_keywords(name, programme, schemas),
        files=tuple(_file(file, name, chain, schemas) for file in files),
        versions=versions,
    )


def _titled(whole: Words, name: str) -> dict[str, str]:
    """The dataset's title with the publication's; where we speak none of its languages, each in its own."""
    titles = {language: full_title(name, text, language) for language, text in whole.items() if language in LANGUAGES}
    return titles or {**whole, ENGLISH: dataset_title(name, ENGLISH)}


def _keywords(name: str, programme: Programme, schemas: Schemas) -> dict[str, tuple[str, ...]]:
    """Those of the programme file, or ours, in every language that has any; and the dataset's own title."""
    given = programme.publication.keywords
    ours = {language: catalogue.say("dataset.keywords", language).split("; ") for language in schemas.languages}
    own = {language: [dataset_title(name, language).lower()] for language in LANGUAGES}
    every = {**ours, **given}
    return {language: tuple(dict.fromkeys([*every[language], *own.get(language, [])])) for language in every}


def _versions(name: str, chain: Sequence[Manifest], gone: Collection[str]) -> Iterator[VersionEntry]:
    previous: str | None = None
    for before, release in itertools.pairwise([None, *chain]):
        if release is None or not _bytes(release, name):
            continue
        changes = release.datasets.get(name, DatasetChanges())
        if before is None or _bytes(before, name) != _bytes(release, name) or changes.schema_changes:
            files = tuple(file for file in release.files if file.dataset == name and file.sha256 not in gone)
            yield VersionEntry(release.version, release.created, previous, release.reason, changes, files)
            previous = release.version


def _bytes(release: Manifest, dataset: str) -> dict[str, str]:
    return {file.name: file.sha256 for file in release.files if file.dataset == dataset and is_data(file)}


def _file(file: ManifestFile, dataset: str, chain: Sequence[Manifest], schemas: Schemas) -> FileEntry:
    table = schemas.tables.get(file.table or "")
    format_ = FORMATS[file.name.rpartition(".")[2]]
    if table is None:
        title: Words = {language: dataset_title(dataset, language) for language in schemas.languages}
        description: Words = {language: catalogue.say("dataset.workbook", language) for language in schemas.languages}
    else:
        title, description = table.told(table.title), table.told(table.description)
    first, last = _first_and_last(file, chain)
    return FileEntry(
        name=file.name,
        table=file.table,
        dictionary=_dictionary(table, chain[-1]),
        title={language: f"{title[language]} ({format_.label})" for language in schemas.languages},
        description=description,
        format=format_,
        bytes=file.bytes,
        sha256=file.sha256,
        rows=file.rows,
        issued=first,
        modified=last,
    )


def _dictionary(table: Table | None, release: Manifest) -> str | None:
    name = dictionary_csv.name(table) if table else ""
    return name if release.file(name) else None  # releases of older versions of this software have none


def _first_and_last(file: ManifestFile, chain: Sequence[Manifest]) -> tuple[str, str]:
    """When a file of this name first stood there, and when its bytes last changed."""
    held = [(release.created, recorded.sha256) for release in chain if (recorded := release.file(file.name))]
    last = held[0][0]
    for (_, before), (created, after) in itertools.pairwise(held):
        if before != after:
            last = created
    return held[0][0], last
