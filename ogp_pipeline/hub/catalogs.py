"""A catalogue of catalogues: what portals are told of the comparison, and where each member's own catalogue is.

    catalog.ttl  .jsonld  .rdf   the comparison as a dataset (DCAT-AP), and under ``dcat:catalog`` and ``dct:hasPart``
                                 the catalogue of every member that has said where it is
    catalogs.json                the same list for programs that read no RDF: catalogue, data.json, latest.json
    catalog-versions.ttl, data.json, changes.<lang>.atom, sitemap.xml, robots.txt   as of every publication

A member's datasets are described by the member alone: a copy would be older than what it is of. A harvester follows
the list. Members whose newest release could not be read stay listed: their catalogues are theirs. One that has never
been read stands in ``catalogs.json`` alone: the profile wants a title and a publisher, which nobody knows.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF

from ogp_pipeline.i18n.languages import texts_in
from ogp_pipeline.metadata import documents as _  # noqa: F401 - registers every document
from ogp_pipeline.metadata import graph, rdf_formats, vocabulary
from ogp_pipeline.metadata.addresses import CATALOG, Addresses
from ogp_pipeline.metadata.entries import entries
from ogp_pipeline.metadata.graph import DCAT
from ogp_pipeline.metadata.registry import ARCHIVED, DOCUMENTS, Releases
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.publishing import layout
from ogp_pipeline.publishing.lineage import Lineage
from ogp_pipeline.release.manifest import Manifest
from ogp_pipeline.release.news import Chronicle
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.site.labels import rows

LIST = "catalogs.json"
_OURS = ("versions", "data.json", "feeds", "sitemap")  # not what describes one country, or its tables' addresses


def documents(
    records: Sequence[Manifest],
    programme: Programme,
    schemas: Schemas,
    tables: Mapping[str, pd.DataFrame],
    pages: Sequence[str],
    gone: Collection[str],
    lineage: Lineage,
) -> dict[str, bytes]:
    """Key -> bytes. ``records``: the releases to list, oldest first; ``pages``: keys of the site's pages."""
    listed = entries(records, programme, schemas, gone, lineage)
    releases = Releases(records, programme, listed, tuple(pages), told=_told(records))
    made: dict[str, bytes] = {}
    for name in _OURS:
        made |= DOCUMENTS[name](releases)
    members = list(rows(tables["hub_members"]))
    triples = graph.catalog(releases.datasets, programme)
    _link(triples, Addresses(programme.publication.root), members)
    nodes = rdf_formats.nodes(triples)
    made[CATALOG] = rdf_formats.turtle(nodes)
    made["catalog.jsonld"] = rdf_formats.json_ld(nodes)
    made["catalog.rdf"] = rdf_formats.rdf_xml(nodes)
    made[LIST] = _list(Addresses(programme.publication.root), members)
    return made


def archived(
    records: Sequence[Manifest],
    programme: Programme,
    schemas: Schemas,
    gone: Collection[str],
    lineage: Lineage,
    k: int,
) -> dict[str, bytes]:
    """The documents of the ``k``-th archive."""
    listed = entries(records, programme, schemas, gone, lineage)
    releases = Releases(records, programme, listed, archive=k, told=_told(records))
    made: dict[str, bytes] = {}
    for name in ARCHIVED:
        made |= DOCUMENTS[name](releases)
    return made


def _told(records: Sequence[Manifest]) -> Chronicle:
    """No news but that each release has a page."""
    return Chronicle(paged={record.release for record in records})


def _link(triples: Graph, at: Addresses, members: Sequence[Mapping[str, Any]]) -> None:
    """The members' catalogues, each under the address by which it names itself."""
    own = URIRef(at.node("catalog"))
    for row in members:
        if row["address"] is None or row["version"] is None:
            continue
        there = Addresses(row["address"].rstrip("/"))
        node, publisher = URIRef(there.node("catalog")), URIRef(there.node("publisher"))
        triples.add((own, DCAT.catalog, node))
        triples.add((own, DCTERMS.hasPart, node))
        triples.add((node, RDF.type, DCAT.Catalog))
        triples.add((node, DCTERMS.publisher, publisher))
        triples.add((publisher, RDF.type, FOAF.Agent))
        for subject, text, predicate in (
            (node, "title", DCTERMS.title),
            (node, "description", DCTERMS.description),
            (publisher, "publisher", FOAF.name),
        ):
            for tag, said in texts_in(row, text):
                triples.add((subject, predicate, Literal(said, lang=tag)))
        if row["country"] and (country := vocabulary.country(row["country"])):
            triples.add((node, DCTERMS.spatial, URIRef(country)))


def _list(at: Addresses, members: Sequence[Mapping[str, Any]]) -> bytes:
    """``catalogs.json``."""
    listed = [
        {
            "id": row["member_id"],
            "title": dict(texts_in(row, "title")),
            "country": row["country"],
            "state": row["state"],
            "address": row["address"],
            **{
                name: f"{row['address']}{key}" if row["address"] else None
                for name, key in (
                    ("catalog", CATALOG),
                    ("data_json", "data.json"),
                    ("latest", layout.LATEST),
                    ("versions", layout.VERSIONS),
                )
            },
        }
        for row in members
    ]
    document = {"format": "ogp-catalogs/1", "catalog": at.node("catalog"), "catalogs": listed}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
