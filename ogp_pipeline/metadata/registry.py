"""The register of documents: ``@document("name")`` stands above each function that makes one, or a family of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ogp_pipeline.metadata.entries import DatasetEntry
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.registration import Register
from ogp_pipeline.release.manifest import Manifest


@dataclass(frozen=True)
class Releases:
    """All that a document may look at.

    ``chain``: every release, oldest first; at least one. ``datasets``: what is said of each dataset and file.
    ``pages``: the keys of the site's pages.
    """

    chain: Sequence[Manifest]
    programme: Programme
    datasets: Sequence[DatasetEntry]
    pages: Sequence[str] = ()


Document = Callable[[Releases], Mapping[str, bytes]]  # by the key in the public store

DOCUMENTS: Register[str, Document] = Register("the document")

document = DOCUMENTS.under
