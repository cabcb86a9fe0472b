"""The versions of each dataset as triples: a series, its members, and the CSV files of each under ``v/``.

A dataset has a version for every release that changed it, and no other. Apart from ``catalog.ttl``: a harvester
makes a dataset of every node that is typed as one, and would list each version beside the dataset. So that the file
grows with what changes and not with the number of releases, a version names only the canonical CSV files, and a file
that is the same as in the version before is the same node, at the address where it was first published. Versions of
older releases stand in archives (``publishing.windows``), to which ``rdfs:seeAlso`` leads.
"""

from collections.abc import Iterable

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS

from ogp_pipeline.metadata.addresses import VERSIONS
from ogp_pipeline.metadata.entries import DatasetEntry, VersionEntry
from ogp_pipeline.metadata.graph import ADMS, DCAT, CatalogGraph, file_format
from ogp_pipeline.metadata.wording import version_note
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.publishing import layout
from ogp_pipeline.release.manifest import ManifestFile


def versions(datasets: Iterable[DatasetEntry], programme: Programme, archive: int = 0) -> Graph:
    """``catalog-versions.ttl`` as triples. ``archive``: the one before; 0 if there is none."""
    triples = CatalogGraph(programme)
    if archive:
        here = URIRef(triples.at.key(VERSIONS))
        triples.add(here, RDFS.seeAlso, triples.at.key(layout.archived(archive, VERSIONS)))
    for dataset in datasets:
        _series(triples, dataset)
        whole = URIRef(triples.at.dataset(dataset.name))
        triples.about(whole, dataset)
        first_seen = {(name, file.sha256): (file.version, file.modified) for name, file in dataset.before.items()}
        for version in dataset.versions:
            triples.add(whole, DCAT.hasVersion, _version(triples, dataset, version, first_seen))
        triples.add(whole, DCAT.hasCurrentVersion, triples.at.version(dataset.name, dataset.version))
    return triples.graph


def _series(triples: CatalogGraph, dataset: DatasetEntry) -> None:
    node = URIRef(triples.at.series(dataset.name))
    triples.add(node, RDF.type, DCAT.DatasetSeries)
    triples.say(node, DCTERMS.title, dataset.title)
    triples.say(node, DCTERMS.description, dataset.description)
    triples.add(node, DCTERMS.publisher, triples.publisher())
    triples.add(node, DCAT.contactPoint, triples.contact())
    triples.add(node, DCTERMS.temporal, triples.period())
    triples.time(node, DCTERMS.issued, dataset.issued)
    triples.time(node, DCTERMS.modified, dataset.modified)
    for place in triples.places():
        triples.add(node, DCTERMS.spatial, place)


def _version(
    triples: CatalogGraph,
    dataset: DatasetEntry,
    version: VersionEntry,
    first_seen: dict[tuple[str, str], tuple[str, str]],
) -> URIRef:
    """``first_seen``: name and sha256 of a file -> the version in which it came, and when; what is new is added."""
    node = URIRef(triples.at.version(dataset.name, version.version))
    triples.add(node, RDF.type, DCAT.Dataset)
    triples.say(node, DCTERMS.title, dataset.title)
    triples.say(node, DCTERMS.description, dataset.description)
    triples.add(node, DCAT.version, Literal(version.version))
    triples.add(node, DCAT.isVersionOf, triples.at.dataset(dataset.name))
    triples.add(node, DCAT.inSeries, triples.at.series(dataset.name))
    triples.say(node, ADMS.versionNotes, version_note(version, triples.programme.spoken))
    triples.time(node, DCTERMS.issued, version.created)
    if version.previous:
        before = triples.at.version(dataset.name, version.previous)
        triples.add(node, DCAT.previousVersion, before)
        triples.add(node, DCAT.prev, before)
    for file in version.files:
        if file.table and file.name.endswith(".csv") and file.rows:
            origin = first_seen.setdefault((file.name, file.sha256), (version.version, version.created))
            triples.add(node, DCAT.distribution, _distribution(triples, *origin, file))
    return node


def _distribution(triples: CatalogGraph, version: str, created: str, file: ManifestFile) -> URIRef:
    node = URIRef(triples.at.version_file(version, file.name))
    triples.add(node, RDF.type, DCAT.Distribution)
    triples.add(node, DCTERMS.title, Literal(f"{file.name} {version}"))
    address = triples.at.frozen(version, file.name)
    triples.bytes_at(node, address, file_format(file.name), file.bytes, file.sha256)
    triples.time(node, DCTERMS.issued, created)
    return node
