"""Triples as bytes, the same in every process, and without blank nodes, whose names are chance.

Nodes and properties are sorted. The values of a property stand in the order in which they came into the graph, because
many readers take the first: the language, page or place that matters most. Every reader that we know keeps that order.

Written here and not by rdflib, whose writers keep the order of a hash table or, for Turtle, need a time that grows
faster than the number of releases (300 of them: 7.6 s instead of 0.6). The tests read every notation back with rdflib.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any
from xml.etree import ElementTree

from rdflib import BNode, Graph, Literal
from rdflib.namespace import RDF
from rdflib.term import Node

from ogp_pipeline.errors import OgpError
from ogp_pipeline.metadata.graph import PREFIXES
from ogp_pipeline.metadata.xml_text import to_bytes
from ogp_pipeline.release import json_text

_Pair = tuple[Node, list[Node]]  # a property and its values
Nodes = Sequence[tuple[Node, Sequence[_Pair]]]
"""Triples by node: what the writers here take."""
_LOCAL_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")


def turtle(triples: Nodes) -> bytes:
    """``*.ttl``: one block for each node, its class first."""
    lines = [f"@prefix {prefix}: <{namespace}> ." for prefix, namespace in PREFIXES.items()]
    for subject, pairs in triples:
        properties = []
        for predicate, objects in sorted(pairs, key=lambda pair: pair[0] != RDF.type):
            values = ", ".join(_term(value) for value in objects)
            properties.append(f"{'a' if predicate == RDF.type else _term(predicate)} {values}")
        lines.append(f"\n{_term(subject)} " + " ;\n    ".join(properties) + " .")
    return ("\n".join(lines) + "\n").encode()


def json_ld(triples: Nodes) -> bytes:
    """``*.jsonld``: a context of prefixes and one flat list of nodes."""
    document = {"@context": dict(PREFIXES), "@graph": [_node(subject, pairs) for subject, pairs in triples]}
    return json_text.written(document, 1)


def rdf_xml(triples: Nodes) -> bytes:
    """``*.rdf``: one flat description for each node."""
    # Prefixes are written out: those that ElementTree registers count for the whole process, other people's XML too.
    root = ElementTree.Element("rdf:RDF", {f"xmlns:{prefix}": namespace for prefix, namespace in PREFIXES.items()})
    for subject, pairs in triples:
        node = ElementTree.SubElement(root, "rdf:Description", {"rdf:about": str(subject)})
        for predicate, value in ((predicate, value) for predicate, objects in pairs for value in objects):
            element = ElementTree.SubElement(node, _short(str(predicate)))
            if isinstance(value, Literal):
                element.text = str(value)
                if value.language:
                    element.set("xml:lang", value.language)
                elif value.datatype:
                    element.set("rdf:datatype", str(value.datatype))
            else:
                element.set("rdf:resource", str(value))
    return to_bytes(root)


def nodes(graph: Graph) -> Nodes:
    """Every node with its properties, in the order of their notation, and their values; OgpError: a blank node."""
    return tuple(_nodes(graph))


def _nodes(graph: Graph) -> Iterator[tuple[Node, Sequence[_Pair]]]:
    for subject in sorted(set(graph.subjects()), key=_notation):
        properties: dict[Node, list[Node]] = {}
        for predicate, value in graph.predicate_objects(subject):  # rdflib keeps the order of one node's, not of all
            if isinstance(subject, BNode) or isinstance(value, BNode):
                raise OgpError(
                    "a node of the catalogue has no address, so its bytes would differ from process to process"
                )
            properties.setdefault(predicate, []).append(value)
        yield subject, sorted(properties.items(), key=lambda pair: _notation(pair[0]))


def _notation(node: Node) -> str:
    return node.n3()


def _term(node: Node) -> str:
    if isinstance(node, Literal):
        typed = node.datatype is not None and not node.language
        return f"{Literal(str(node)).n3()}^^{_term(node.datatype)}" if typed and node.datatype else node.n3()
    address = str(node)
    for prefix, namespace in PREFIXES.items():
        if address.startswith(namespace) and _LOCAL_NAME.match(rest := address.removeprefix(namespace)):
            return f"{prefix}:{rest}"
    return node.n3()


def _node(subject: Node, pairs: Sequence[_Pair]) -> dict[str, Any]:
    node: dict[str, Any] = {"@id": str(subject)}
    types = [value for predicate, objects in pairs if predicate == RDF.type for value in objects]
    if types:
        node["@type"] = [_short(str(kind)) for kind in types]
    for predicate, objects in pairs:
        if predicate != RDF.type:
            node[_short(str(predicate))] = [_value(value) for value in objects]
    return node


def _value(value: Node) -> dict[str, str]:
    if not isinstance(value, Literal):
        return {"@id": str(value)}
    if value.language:
        return {"@value": str(value), "@language": value.language}
    return {"@value": str(value)} | ({"@type": _short(str(value.datatype))} if value.datatype else {})


@cache  # a vocabulary has few words, and every node uses them
def _short(uri: str) -> str:
    """Prefix and name; OgpError: a property of a vocabulary that ``PREFIXES`` does not name."""
    for prefix, namespace in PREFIXES.items():
        if uri.startswith(namespace):
            return f"{prefix}:{uri.removeprefix(namespace)}"
    raise OgpError(f"{uri} is in none of the vocabularies of the catalogue")
