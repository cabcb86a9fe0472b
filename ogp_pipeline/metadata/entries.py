"""What is said of each dataset and file, as values; every catalogue is another way to write them down.

A dataset changes when a byte of its data does, in whatever format, or its columns; the time of a change is that of the
release that brought it. A new release in which a dataset is the same leaves its entry as it was. A table without rows
is no file here: a portal could neither load nor show it, and the dataset's workbook has its sheet.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ogp_pipeline.i18n import catalogue
from ogp_pipeline.i18n.languages import ENGLISH, LANGUAGES, english_first
from ogp_pipeline.i18n.text import Text
from ogp_pipeline.metadata.vocabulary import FORMATS, FileFormat
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.publishing import lineage as log
from ogp_pipeline.publishing.lineage import Lineage, LineageFile, is_data
from ogp_pipeline.release import dictionary_csv
from ogp_pipeline.release.datapackage import dataset_title, full_title
from ogp_pipeline.release.manifest import DatasetChanges, Manifest, ManifestFile
from ogp_pipeline.schema.schemas import EVERY_DATASET, Schemas, Table

NOTHING = Lineage()

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
    """A dataset. ``issued``: when it was first published; ``modified`` and ``version``: of its last change.

    ``versions``: those of the listed releases, oldest first; ``before``: its files as they were before these, by name.
    """

    name: str
    title: Words
    description: Words
    keywords: Mapping[str, tuple[str, ...]]
    files: tuple[FileEntry, ...]
    issued: str
    modified: str
    version: str
    versions: tuple[VersionEntry, ...]
    before: Mapping[str, LineageFile]


def entries(
    chain: Sequence[Manifest],
    programme: Programme,
    schemas: Schemas,
    gone: Collection[str] = (),
    lineage: Lineage = NOTHING,
) -> tuple[DatasetEntry, ...]:
    """The datasets of the newest release of ``chain`` (oldest first), without files whose sha256 is ``gone``.

    ``lineage``: what was before ``chain``.
    """
    newest = chain[-1]
    held = {file.dataset for file in newest.files}
    lineages = [lineage]
    for record in chain:
        lineages.append(lineages[-1].after(record))
    return tuple(_dataset(name, chain, lineages, programme, schemas, gone) for name in EVERY_DATASET if name in held)


def written(text: Text) -> dict[str, str]:
    """A text of the programme file in the languages in which it was written."""
    return text.held(english_first(text.root))


def _dataset(
    name: str,
    chain: Sequence[Manifest],
    lineages: Sequence[Lineage],
    programme: Programme,
    schemas: Schemas,
    gone: Collection[str],
) -> DatasetEntry:
    """``lineages``: what was before each release of ``chain``, and what is after the last."""
    whole = programme.publication.title
    now = lineages[-1].datasets[name]
    files = [file for file in chain[-1].files if file.dataset == name and is_data(file) and file.rows != 0]
    order = {table: place for place, table in enumerate(schemas.tables)}
    files.sort(key=lambda file: (order.get(file.table or "", len(order)), file.name))
    return DatasetEntry(
        name=name,
        title=_titled(written(whole), name),
        description={language: catalogue.say(f"dataset.about.{name}", language) for language in schemas.languages},
        keywords=_keywords(name, programme, schemas),
        files=tuple(_file(file, chain[-1], lineages[-1], schemas) for file in files),
        issued=now.issued,
        modified=now.modified,
        version=now.version,
        versions=tuple(_versions(name, chain, lineages, gone)),
        before={file: held for file, held in lineages[0].files.items() if held.dataset == name},
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


def _versions(
    name: str, chain: Sequence[Manifest], lineages: Sequence[Lineage], gone: Collection[str]
) -> Iterator[VersionEntry]:
    for before, record in zip(lineages, chain, strict=False):
        if log.changes(before.content(name), record, name):
            files = tuple(file for file in record.files if file.dataset == name and file.sha256 not in gone)
            previous = before.datasets[name].version if name in before.datasets else None
            changes = record.datasets.get(name, DatasetChanges())
            yield VersionEntry(record.version, record.created, previous, record.reason, changes, files)


def _file(file: ManifestFile, newest: Manifest, lineage: Lineage, schemas: Schemas) -> FileEntry:
    dataset = str(file.dataset)
    table = schemas.tables.get(file.table or "")
    format_ = FORMATS[file.name.rpartition(".")[2]]
    if table is None:
        title: Words = {language: dataset_title(dataset, language) for language in schemas.languages}
        description: Words = {language: catalogue.say("dataset.workbook", language) for language in schemas.languages}
    else:
        title, description = table.told(table.title), table.told(table.description)
    held = lineage.files[file.name]
    return FileEntry(
        name=file.name,
        table=file.table,
        dictionary=_dictionary(table, newest),
        title={language: f"{title[language]} ({format_.label})" for language in schemas.languages},
        description=description,
        format=format_,
        bytes=file.bytes,
        sha256=file.sha256,
        rows=file.rows,
        issued=held.issued,
        modified=held.modified,
    )


def _dictionary(table: Table | None, release: Manifest) -> str | None:
    name = dictionary_csv.name(table) if table else ""
    return name if release.file(name) else None  # releases of older versions of this software have none
