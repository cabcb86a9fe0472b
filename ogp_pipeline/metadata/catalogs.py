"""The catalogues in DCAT-AP, in each of their notations."""

from collections.abc import Mapping

from ogp_pipeline.metadata import graph, rdf_formats, versions_graph
from ogp_pipeline.metadata.addresses import CATALOG, VERSIONS
from ogp_pipeline.metadata.registry import Releases, document


@document("catalog")
def catalogs(releases: Releases) -> Mapping[str, bytes]:
    """The datasets and their newest files, in three notations."""
    nodes = rdf_formats.nodes(graph.catalog(releases.datasets, releases.programme))
    return {
        CATALOG: rdf_formats.turtle(nodes),
        "catalog.jsonld": rdf_formats.json_ld(nodes),
        "catalog.rdf": rdf_formats.rdf_xml(nodes),
    }


@document("versions")
def versions(releases: Releases) -> Mapping[str, bytes]:
    """The versions of each dataset."""
    nodes = rdf_formats.nodes(versions_graph.versions(releases.datasets, releases.programme, releases.before))
    return {releases.key(VERSIONS): rdf_formats.turtle(nodes)}
