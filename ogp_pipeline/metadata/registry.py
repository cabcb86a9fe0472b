"""The register of documents: ``@document("name")`` stands above each function that makes one, or a family of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ogp_pipeline.metadata.entries import DatasetEntry
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.publishing import layout, windows
from ogp_pipeline.registration import Register
from ogp_pipeline.release.manifest import Manifest
from ogp_pipeline.release.news import UNTOLD, Chronicle


@dataclass(frozen=True)
class Releases:
    """All that a document may look at.

    ``chain``: the releases to list, oldest first; at least one. ``datasets``: what is said of each dataset and file.
    ``pages``: the keys of the site's pages. ``archive``: the number of the archive that these documents are for; None
    of those that change with every release. ``told``: what people are told of each release.
    """

    chain: Sequence[Manifest]
    programme: Programme
    datasets: Sequence[DatasetEntry]
    pages: Sequence[str] = ()
    archive: int | None = None
    told: Chronicle = UNTOLD

    @property
    def before(self) -> int:
        """The archive that ends where ``chain`` begins; 0 if there is none."""
        return windows.archive_before(self.chain[0].release)

    def key(self, name: str) -> str:
        """Where a document of this name is."""
        return name if self.archive is None else layout.archived(self.archive, name)


Document = Callable[[Releases], Mapping[str, bytes]]  # by the key in the public store

DOCUMENTS: Register[str, Document] = Register("the document")
ARCHIVED = ("feeds", "versions")  # those that are drawn for the archives, too, from their releases alone

document = DOCUMENTS.under
