"""How data.europa.eu's metadata quality assessment (MQA) would score a catalogue: 405 points in five dimensions.

An indicator of files gives its points by the share of files that meet it; the portal counts the best file only, so it
would give more. What is open and what machines can read is what the portal's vocabularies say: of our formats only CSV
is in the first, CSV and XLSX in the second. Conformance is measured by the mandatory shapes of DCAT-AP. They are the
European Union's (CC BY 4.0) and no part of the package: a source tree has them among its tests.

python -m ogp_pipeline.metadata.quality FOLDER [--shapes FILE]      the score of what is published in a folder
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, RDF
from rdflib.term import Node

from ogp_pipeline.errors import OgpError
from ogp_pipeline.metadata import vocabulary
from ogp_pipeline.metadata.addresses import CATALOG
from ogp_pipeline.metadata.conformance import faults
from ogp_pipeline.metadata.graph import DCAT
from ogp_pipeline.metadata.vocabulary import FORMATS

MOST = 405
_FILE_TYPES = {file_format.uri for file_format in FORMATS.values() if file_format.uri}
_MEDIA_TYPES = {file_format.media_uri for file_format in FORMATS.values() if file_format.uri}
_OPEN = {FORMATS["csv"].uri}
_READABLE = {FORMATS["csv"].uri, FORMATS["xlsx"].uri}

Reachable = Callable[[str], bool]

SHAPES = Path(__file__).parents[2] / "tests" / "validators" / "dcat-ap-3.0.1" / "shapes.ttl"


@dataclass(frozen=True, slots=True)
class Indicator:
    """``points`` of ``most``: ``most`` times the share of datasets, or of files, that meet it."""

    dimension: str
    name: str
    points: float
    most: int


def score(catalog: Graph, reachable: Reachable, conforms: Callable[[Node], bool]) -> list[Indicator]:
    """Every indicator. ``reachable``: does an address answer; ``conforms``: does a dataset, to DCAT-AP's shapes."""
    judge = _Judge(catalog)
    files, datasets = judge.files, judge.datasets
    return [
        judge.of(datasets, "findability", "keywords", 30, judge.has(DCAT.keyword)),
        judge.of(datasets, "findability", "categories", 30, judge.has(DCAT.theme)),
        judge.of(datasets, "findability", "place", 20, judge.has(DCTERMS.spatial)),
        judge.of(datasets, "findability", "time", 20, judge.has(DCTERMS.temporal)),
        judge.of(files, "accessibility", "access address answers", 50, judge.answers(DCAT.accessURL, reachable)),
        judge.of(files, "accessibility", "download address", 20, judge.has(DCAT.downloadURL)),
        judge.of(files, "accessibility", "download address answers", 30, judge.answers(DCAT.downloadURL, reachable)),
        judge.of(files, "interoperability", "format", 20, judge.has(DCTERMS.format)),
        judge.of(files, "interoperability", "media type", 10, judge.has(DCAT.mediaType)),
        judge.of(files, "interoperability", "both from vocabularies", 10, judge.coded),
        judge.of(files, "interoperability", "not proprietary", 20, judge.among(DCTERMS.format, _OPEN)),
        judge.of(files, "interoperability", "readable by machines", 20, judge.among(DCTERMS.format, _READABLE)),
        judge.of(datasets, "interoperability", "DCAT-AP", 30, conforms),
        judge.of(files, "reusability", "licence", 20, judge.has(DCTERMS.license)),
        judge.of(files, "reusability", "licence from vocabulary", 10, judge.under(DCTERMS.license, "licence/")),
        judge.of(datasets, "reusability", "access rights", 10, judge.has(DCTERMS.accessRights)),
        judge.of(
            datasets,
            "reusability",
            "access rights from vocabulary",
            5,
            judge.under(DCTERMS.accessRights, "access-right/"),
        ),
        judge.of(datasets, "reusability", "contact", 20, judge.has(DCAT.contactPoint)),
        judge.of(datasets, "reusability", "publisher", 10, judge.has(DCTERMS.publisher)),
        judge.of(files, "contextuality", "rights", 5, judge.has(DCTERMS.rights)),
        judge.of(files, "contextuality", "size", 5, judge.has(DCAT.byteSize)),
        judge.of(datasets, "contextuality", "issued", 5, judge.has(DCTERMS.issued)),
        judge.of(datasets, "contextuality", "modified", 5, judge.has(DCTERMS.modified)),
    ]


def total(indicators: Iterable[Indicator]) -> float:
    """All points together, of ``MOST``."""
    return sum(indicator.points for indicator in indicators)


class _Judge:
    def __init__(self, catalog: Graph) -> None:
        self.catalog = catalog
        self.datasets = sorted(catalog.subjects(RDF.type, DCAT.Dataset), key=str)
        self.files = sorted(catalog.subjects(RDF.type, DCAT.Distribution), key=str)

    def of(
        self, nodes: Sequence[Node], dimension: str, name: str, most: int, meets: Callable[[Node], bool]
    ) -> Indicator:
        met = sum(1 for node in nodes if meets(node))
        return Indicator(dimension, name, most * met / len(nodes) if nodes else 0.0, most)

    def values(self, node: Node, predicate: URIRef) -> set[str]:
        return {str(value) for value in self.catalog.objects(node, predicate)}

    def has(self, predicate: URIRef) -> Callable[[Node], bool]:
        return lambda node: bool(self.values(node, predicate))

    def answers(self, predicate: URIRef, reachable: Reachable) -> Callable[[Node], bool]:
        def all_answer(node: Node) -> bool:
            addresses = self.values(node, predicate)
            return bool(addresses) and all(reachable(address) for address in addresses)

        return all_answer

    def among(self, predicate: URIRef, allowed: set[str | None]) -> Callable[[Node], bool]:
        return lambda node: bool(self.values(node, predicate) & allowed)

    def under(self, predicate: URIRef, table: str) -> Callable[[Node], bool]:
        return lambda node: any(value.startswith(vocabulary.EU + table) for value in self.values(node, predicate))

    def coded(self, node: Node) -> bool:
        format_, media_type = self.values(node, DCTERMS.format), self.values(node, DCAT.mediaType)
        return bool(format_ & _FILE_TYPES) and bool(media_type & _MEDIA_TYPES)


def main() -> None:
    """``python -m ogp_pipeline.metadata.quality FOLDER``; status 1: a dataset does not conform, or nobody knows."""
    parser = argparse.ArgumentParser(prog="python -m ogp_pipeline.metadata.quality", description="Score a catalogue.")
    parser.add_argument("folder", type=Path, help="the public store, a folder that holds catalog.ttl")
    parser.add_argument("--shapes", type=Path, default=SHAPES, help="DCAT-AP's SHACL shapes; a source tree has them")
    arguments = parser.parse_args()
    folder: Path = arguments.folder
    catalog = Graph().parse(folder / CATALOG, format="turtle")
    [node] = catalog.subjects(RDF.type, DCAT.Catalog)
    root = str(node).partition(CATALOG)[0]
    broken, notes = _conformance(catalog, arguments.shapes)
    scores = score(
        catalog, lambda address: (folder / address.removeprefix(root)).is_file(), lambda dataset: not broken[dataset]
    )
    lines = [f"{score.points:6.1f} of {score.most:3}  {score.dimension}: {score.name}" for score in scores]
    sys.stdout.write("\n".join([*lines, *notes, f"{total(scores):6.1f} of {MOST}"]) + "\n")
    sys.exit(1 if notes else 0)


def _conformance(catalog: Graph, shapes: Path) -> tuple[Mapping[Node, Sequence[str]], list[str]]:
    """What is wrong with each dataset, and what is to be said of it. What is not measured counts as a fault."""
    try:
        judged = faults(catalog, shapes)
    except OgpError as error:
        why = f"DCAT-AP was not measured, and counts nothing: {error}"
        return {dataset: [why] for dataset in catalog.subjects(RDF.type, DCAT.Dataset)}, [why]
    return judged, sorted({line for lines in judged.values() for line in lines})


if __name__ == "__main__":
    main()
