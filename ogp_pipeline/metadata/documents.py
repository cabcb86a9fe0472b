"""All documents about the releases, by their keys in the public store."""

from collections.abc import Sequence

from ogp_pipeline.metadata import graph, rdf_formats, versions_graph
from ogp_pipeline.metadata.addresses import CATALOG, VERSIONS
from ogp_pipeline.metadata.entries import entries
from ogp_pipeline.programme import Programme
from ogp_pipeline.release.manifest import Manifest
from ogp_pipeline.schemas import Schemas


def documents(chain: Sequence[Manifest], programme: Programme, schemas: Schemas) -> dict[str, bytes]:
    """Key -> bytes. ``chain``: every release, oldest first; at least one."""
    datasets = entries(chain, programme, schemas)
    catalog = graph.catalog(datasets, programme)
    return {
        CATALOG: rdf_formats.turtle(catalog),
        "catalog.jsonld": rdf_formats.json_ld(catalog),
        "catalog.rdf": rdf_formats.rdf_xml(catalog),
        VERSIONS: rdf_formats.turtle(versions_graph.versions(datasets, programme)),
    }
