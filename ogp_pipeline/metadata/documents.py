"""All documents about the releases, by their keys in the public store."""

from collections.abc import Collection, Iterable, Sequence

from ogp_pipeline.metadata import data_json, dcat_us, feed, graph, rdf_formats, sitemap, versions_graph
from ogp_pipeline.metadata.addresses import CATALOG, VERSIONS
from ogp_pipeline.metadata.entries import entries
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.release.manifest import Manifest
from ogp_pipeline.schema.schemas import Schemas


def documents(
    chain: Sequence[Manifest],
    programme: Programme,
    schemas: Schemas,
    pages: Iterable[str] = (),
    gone: Collection[str] = (),
) -> dict[str, bytes]:
    """Key -> bytes. ``chain``: every release, oldest first; at least one. ``pages``: the keys of the site's pages.

    ``gone``: sha256 of bytes that the law wanted removed; what names them is left out of the versions.
    """
    datasets = entries(chain, programme, schemas, gone)
    catalog = graph.catalog(datasets, programme)
    feeds = {feed.key(one): feed.feed(chain, programme, one) for one in programme.publication.languages}
    return {
        CATALOG: rdf_formats.turtle(catalog),
        "catalog.jsonld": rdf_formats.json_ld(catalog),
        "catalog.rdf": rdf_formats.rdf_xml(catalog),
        VERSIONS: rdf_formats.turtle(versions_graph.versions(datasets, programme)),
        data_json.KEY: data_json.data_json(datasets, programme),
        dcat_us.KEY: dcat_us.dcat_us(datasets, programme),
        **feeds,
        sitemap.SITEMAP: sitemap.sitemap(pages, programme, chain[-1].created),
        sitemap.ROBOTS: sitemap.robots(programme),
    }
