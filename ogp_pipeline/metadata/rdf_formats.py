"""Triples as bytes, the same in every process: sorted, and without blank nodes, whose names are chance.

Turtle by rdflib, which sorts what it writes. Its other writers keep the order of a hash table, so JSON-LD and RDF/XML
are written here.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any
from xml.etree import ElementTree

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

from ogp_pipeline.errors import OgpError
from ogp_pipeline.metadata.graph import PREFIXES
from ogp_pipeline.metadata.xml_text import to_bytes

_XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def turtle(graph: Graph) -> bytes:
    """``*.ttl``."""
    _refuse_blank_nodes(graph)
    return graph.serialize(format="turtle", encoding="utf-8")


def json_ld(graph: Graph) -> bytes:
    """``*.jsonld``: a context of prefixes and one flat list of nodes."""
    _refuse_blank_nodes(graph)
    nodes = [_node(graph, subject) for subject in _sorted(graph.subjects())]
    document = {"@context": dict(PREFIXES), "@graph": nodes}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def rdf_xml(graph: Graph) -> bytes:
    """``*.rdf``: one flat description for each node."""
    _refuse_blank_nodes(graph)
    for prefix, namespace in PREFIXES.items():
        ElementTree.register_namespace(prefix, namespace)
    root = ElementTree.Element(f"{{{RDF}}}RDF")
    for subject in _sorted(graph.subjects()):
        node = ElementTree.SubElement(root, f"{{{RDF}}}Description", {f"{{{RDF}}}about": str(subject)})
        for predicate, value in _pairs(graph, subject):
            element = ElementTree.SubElement(node, _tag(_uri(predicate)))
            if isinstance(value, Literal):
                element.text = str(value)
                if value.language:
                    element.set(_XML_LANGUAGE, value.language)
                elif value.datatype:
                    element.set(f"{{{RDF}}}datatype", str(value.datatype))
            else:
                element.set(f"{{{RDF}}}resource", str(value))
    return to_bytes(root)


def _sorted(nodes: Iterable[Node]) -> list[Node]:
    return sorted(set(nodes), key=lambda node: node.n3())


def _pairs(graph: Graph, subject: Node) -> Iterator[tuple[Node, Node]]:
    for predicate in _sorted(graph.predicates(subject)):
        for value in _sorted(graph.objects(subject, predicate)):
            yield predicate, value


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


def _parted(uri: URIRef) -> tuple[str, str, str]:
    """Prefix, namespace and the rest; OgpError: a property of a vocabulary that ``PREFIXES`` does not name."""
    for prefix, namespace in PREFIXES.items():
        if uri.startswith(namespace):
            return prefix, namespace, uri.removeprefix(namespace)
    raise OgpError(f"{uri} is in none of the vocabularies of the catalogue")


def _short(uri: URIRef) -> str:
    prefix, _, name = _parted(uri)
    return f"{prefix}:{name}"


def _tag(uri: URIRef) -> str:
    _, namespace, name = _parted(uri)
    return f"{{{namespace}}}{name}"


def _refuse_blank_nodes(graph: Graph) -> None:
    if any(isinstance(part, BNode) for triple in graph for part in triple):
        raise OgpError("a node of the catalogue has no address, so its bytes would differ from process to process")
