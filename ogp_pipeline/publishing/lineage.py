"""What catalogues say of the time before the releases that they list: since when a file stands, its last change.

A function of the log alone, release by release. An archive keeps it as of its last release, so that nobody must read
all records to know it; it grows with the number of files, not of releases.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ogp_pipeline.release.manifest import DatasetChanges, Manifest, ManifestFile


@dataclass(frozen=True, slots=True)
class LineageFile:
    """A file. ``issued``: when one of this name first stood there; ``modified`` and ``version``: of its last change.

    ``present``: whether the newest release has it; ``sha256``: of its bytes then.
    """

    dataset: str
    issued: str
    modified: str
    version: str
    sha256: str
    present: bool = True


@dataclass(frozen=True, slots=True)
class LineageDataset:
    """A dataset: when it was first published, when it last changed, and in which version."""

    issued: str
    modified: str
    version: str


@dataclass(frozen=True, slots=True)
class Lineage:
    """Files by name and datasets by theirs, as of some release; empty before the first."""

    files: Mapping[str, LineageFile] = field(default_factory=dict)
    datasets: Mapping[str, LineageDataset] = field(default_factory=dict)

    def content(self, dataset: str) -> dict[str, str]:
        """What the dataset held, as ``content`` of a record."""
        files = {name: file for name, file in self.files.items() if file.present and file.dataset == dataset}
        return {name: file.sha256 for name, file in files.items()}

    def after(self, record: Manifest) -> "Lineage":
        """One release later."""
        files = {name: _absent(file) for name, file in self.files.items()}
        for entry in record.files:
            if entry.dataset is None or not is_data(entry):
                continue
            before = self.files.get(entry.name)
            changed = before is None or before.sha256 != entry.sha256
            files[entry.name] = LineageFile(
                dataset=entry.dataset,
                issued=before.issued if before else record.created,
                modified=record.created if changed or before is None else before.modified,
                version=record.version if changed or before is None else before.version,
                sha256=entry.sha256,
            )
        datasets = dict(self.datasets)
        for name in dict.fromkeys(entry.dataset for entry in record.files if entry.dataset is not None):
            if changes(self.content(name), record, name):
                issued = datasets[name].issued if name in datasets else record.created
                datasets[name] = LineageDataset(issued, record.created, record.version)
        return Lineage(files, datasets)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


def parse(said: Mapping[str, Any]) -> Lineage:
    """The reverse of ``Lineage.to_json``; TypeError or KeyError if it is none."""
    files = {name: LineageFile(**file) for name, file in said["files"].items()}
    return Lineage(files, {name: LineageDataset(**dataset) for name, dataset in said["datasets"].items()})


def is_data(file: ManifestFile) -> bool:
    """Is it a table or a workbook, and not something about them?"""
    return file.table is not None or file.name == f"{file.dataset}/{file.dataset}.xlsx"


def content(record: Manifest, dataset: str) -> dict[str, str]:
    """What a dataset holds in a release: the sha256 of each of its files."""
    return {file.name: file.sha256 for file in record.files if file.dataset == dataset and is_data(file)}


def changes(before: Mapping[str, str], record: Manifest, dataset: str) -> bool:
    """Whether the dataset, of which ``before`` was the content, has a new version in this release."""
    now = content(record, dataset)
    return bool(now) and (before != now or bool(record.datasets.get(dataset, DatasetChanges()).schema_changes))


def _absent(file: LineageFile) -> LineageFile:
    return LineageFile(file.dataset, file.issued, file.modified, file.version, file.sha256, present=False)
