"""All documents about the releases, by their keys in the public store."""

from collections.abc import Collection, Iterable, Sequence

from ogp_pipeline import metadata
from ogp_pipeline.errors import OgpError
from ogp_pipeline.metadata.entries import NOTHING, entries
from ogp_pipeline.metadata.registry import ARCHIVED, DOCUMENTS, Releases
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.publishing.lineage import Lineage
from ogp_pipeline.registration import modules
from ogp_pipeline.release.manifest import Manifest
from ogp_pipeline.release.news import UNTOLD, Chronicle
from ogp_pipeline.schema.schemas import Schemas

modules(metadata.__name__, metadata.__path__)  # here, not in the package: rdflib takes a third of a second


def documents(
    chain: Sequence[Manifest],
    programme: Programme,
    schemas: Schemas,
    pages: Iterable[str] = (),
    gone: Collection[str] = (),
    lineage: Lineage = NOTHING,
    archive: int | None = None,
    told: Chronicle = UNTOLD,
) -> dict[str, bytes]:
    """Key -> bytes. ``chain``: the releases to list, oldest first, at least one. ``pages``: keys of the site's pages.

    ``gone``: sha256 of bytes that the law wanted removed; what names them is left out of the versions. ``lineage``:
    what was before ``chain``. ``archive``: only the documents of the archive with this number, with the releases of
    ``chain``. ``told``: what people are told of each release.
    """
    listed = tuple(entries(chain, programme, schemas, gone, lineage))
    releases = Releases(chain, programme, listed, tuple(pages), archive, told)
    made: dict[str, bytes] = {}
    for name, make in DOCUMENTS.items():
        if archive is not None and name not in ARCHIVED:
            continue
        for key, data in make(releases).items():
            if key in made:
                raise OgpError(f"the document {name} makes {key}, which another makes too")
            made[key] = data
    return made
