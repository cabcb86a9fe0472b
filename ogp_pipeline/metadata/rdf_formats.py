"""Triples as bytes, the same in every process: sorted, and without blank nodes, whose names are chance.

Written here and not by rdflib, whose writers keep the order of a hash table or, for Turtle, need a time that grows
faster than the number of releases (300 of them: 7.6 s instead of 0.6). The tests read every notation back with rdflib.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from xml.etree import ElementTree

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from ogp_pipeline.errors import OgpError
from ogp_pipeline.metadata.graph import PREFIXES
from ogp_pipeline.metadata.xml_text import to_bytes

_LOCAL_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")


def turtle(graph: Graph) -> bytes:
    """``*.ttl``: one block for each node, its class first."""
    _refuse_blank_nodes(graph)
    lines = [f"@prefix {prefix}: <{namespace}> ." for prefix, namespace in PREFIXES.items()]
    for subject in _sorted(graph.subjects()):
        properties = []
        for predicate in sorted(set(graph.predicates(subject)), key=lambda one: (one != RDF.type, one.n3())):
            values = ", ".join(_term(value) for value in _sorted(graph.objects(subject, predicate)))
            properties.append(f"{'a' if predicate == RDF.type else _term(predicate)} {values}")
        lines.append(f"\n{_term(subject)} " + " ;\n    ".join(properties) + " .")
    return ("\n".join(lines) + "\n").encode()


def json_ld(graph: Graph) -> bytes:
    """``*.jsonld``: a context of prefixes and one flat list of nodes."""
    _refuse_blank_nodes(graph)
    nodes = [_node(graph, subject) for subject in _sorted(graph.subjects())]
    document = {"@context": dict(PREFIXES), "@graph": nodes}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def rdf_xml(graph: Graph) -> bytes:
    """``*.rdf``: one flat description for each node."""
    _refuse_blank_nodes(graph)
    # Prefixes are written out: those that ElementTree registers count for the whole process, other people's XML too.
    root = ElementTree.Element("rdf:RDF", {f"xmlns:{prefix}": namespace for prefix, namespace in PREFIXES.items()})
    for subject in _sorted(graph.subjects()):
        node = ElementTree.SubElement(root, "rdf:Description", {"rdf:about": str(subject)})
        for predicate, value in _pairs(graph, subject):
            element = ElementTree.SubElement(node, _short(_uri(predicate)))
            if isinstance(value, Literal):
                element.text = str(value)
                if value.language:
                    element.set("xml:lang", value.language)
                elif value.datatype:
                    element.set("rdf:datatype", str(value.datatype))
            else:
                element.set("rdf:resource", str(value))
    return to_bytes(root)


def _sorted(nodes: Iterable[Node]) -> list[Node]:
    return sorted(set(nodes), key=lambda node: node.n3())


def _pairs(graph: Graph, subject: Node) -> Iterator[tuple[Node, Node]]:
    for predicate in _sorted(graph.predicates(subject)):
        for value in _sorted(graph.objects(subject, predicate)):
            yield predicate, value


def _term(node: Node) -> str:
    if isinstance(node, Literal):
        typed = node.datatype is not None and not node.language
        return f"{Literal(str(node)).n3()}^^{_term(node.datatype)}" if typed and node.datatype else node.n3()
    address = str(node)
    for prefix, namespace in PREFIXES.items():
        if address.startswith(namespace) and _LOCAL_NAME.match(rest := address.removeprefix(namespace)):
            return f"{prefix}:{rest}"
    return node.n3()


def _node(graph: Graph, subject: Node) -> dict[str, Any]:
    node: dict[str, Any] = {"@id": str(subject)}
    types = _sorted(graph.objects(subject, RDF.type))
    if types:
        node["@type"] = [_short(_uri(one)) for one in types]
    for predicate in _sorted(graph.predicates(subject)):
        if predicate != RDF.type:
            node[_short(_uri(predicate))] = [_value(one) for one in _sorted(graph.objects(subject, predicate))]
    return node


def _value(value: Node) -> dict[str, str]:
    if not isinstance(value, Literal):
        return {"@id": str(value)}
    if value.language:
        return {"@value": str(value), "@language": value.language}
    return {"@value": str(value)} | ({"@type": _short(value.datatype)} if value.datatype else {})


def _uri(node: Node) -> URIRef:
    return URIRef(str(node))


def _short(uri: URIRef) -> str:
    """Prefix and name; OgpError: a property of a vocabulary that ``PREFIXES`` does not name."""
    for prefix, namespace in PREFIXES.items():
        if uri.startswith(namespace):
            return f"{prefix}:{uri.removeprefix(namespace)}"
    raise OgpError(f"{uri} is in none of the vocabularies of the catalogue")


def _refuse_blank_nodes(graph: Graph) -> None:
    if any(isinstance(part, BNode) for triple in graph for part in triple):
        raise OgpError("a node of the catalogue has no address, so its bytes would differ from process to process")
