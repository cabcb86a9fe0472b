"""Does a catalogue conform to SHACL shapes, dataset by dataset? pyshacl judges, and is needed for this alone.

A fault of a dataset is one of its own node, of its files or of their checksums. A fault of anything else, the publisher
say, is one of all datasets, since each of them needs it.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from rdflib import OWL, Graph
from rdflib.namespace import RDF, SH
from rdflib.term import Node

from ogp_pipeline.errors import OgpError
from ogp_pipeline.metadata.graph import DCAT, SPDX


def faults(catalog: Graph, shapes: Path) -> Mapping[Node, list[str]]:
    """What the shapes find wrong, by dataset; every dataset of the catalogue, those without faults too.

    What is only recommended is no fault. OgpError: there is no pyshacl, no such file, or it holds no shapes.
    """
    try:
        import pyshacl  # here: a tool of those who develop; the pipeline runs without it
    except ImportError as error:
        raise OgpError(
            "conformance is judged by pyshacl, which is not installed: the extra `quality` brings it"
        ) from error
    if not shapes.is_file():
        raise OgpError(f"there are no shapes at {shapes}; a source tree has them, or name them with --shapes")
    rules = Graph().parse(shapes)
    rules.remove((None, OWL.imports, None))  # of the EU's authority tables, from the network
    if not set(rules.subjects(RDF.type, SH.NodeShape)):
        raise OgpError(f"{shapes} holds no SHACL shapes")
    _, report, _ = pyshacl.validate(catalog, shacl_graph=rules, allow_warnings=True)
    told = dict(_told(report))
    own = {dataset: {dataset, *_parts(catalog, dataset)} for dataset in catalog.subjects(RDF.type, DCAT.Dataset)}
    common = told.keys() - {node for nodes in own.values() for node in nodes}
    return {
        dataset: [line for node in sorted(told.keys() & (nodes | common), key=str) for line in told[node]]
        for dataset, nodes in own.items()
    }


def _parts(catalog: Graph, dataset: Node) -> Iterator[Node]:
    for file in catalog.objects(dataset, DCAT.distribution):
        yield file
        yield from catalog.objects(file, SPDX.checksum)


def _told(report: Graph) -> Iterator[tuple[Node, list[str]]]:
    """Each node with a violation, and what is said of it."""
    violations = set(report.subjects(SH.resultSeverity, SH.Violation))
    nodes: dict[Node, list[str]] = {}
    for result in violations:
        node, path = report.value(result, SH.focusNode), report.value(result, SH.resultPath)
        if node is not None:
            nodes.setdefault(node, []).append(f"{node} {path}: {report.value(result, SH.resultMessage)}")
    for node, lines in nodes.items():
        yield node, sorted(lines)
