"""YAML: a list of objects, one row each, wherever it stands; several documents in one file are a list of them.

Only the structure is taken from YAML: values stay as they are written, so ``no`` is not false, ``2024-02-29`` no
moment and ``012`` not ten. Nothing is constructed of tags. Aliases are followed as long as they do not make a small
file a huge one.
"""

import re
from typing import Any, Literal

import yaml

from ogp_pipeline.formats import objects
from ogp_pipeline.formats.content import JSON, Kind
from ogp_pipeline.formats.decoding import decode
from ogp_pipeline.formats.format import File, Format
from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.formats.nested import Number
from ogp_pipeline.formats.objects import TreeOptions
from ogp_pipeline.formats.records import FileProblem, Reading, Where, unreadable

_MOST_NODES = 1_000_000  # with every alias written out; a file without aliases may have more
_TAG = "tag:yaml.org,2002:"
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_WRITTEN_OUT = ("'", '"', "|", ">")  # in quotation marks, or a block of text
_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class YamlReader(TreeOptions):
    """A list of objects."""

    kind: Literal["yaml"]


class _Refused(Exception):
    """Ends the reading; its argument is the problem."""


def read(file: File, reader: YamlReader, limits: Limits) -> Reading:
    """Rows, headings and problems of the file's bytes."""
    name = file.name
    text = decode(file.content, name)
    if isinstance(text, FileProblem):
        return Reading([], (), [text])
    try:
        document = _document(text, name)
    except _Refused as refused:
        return Reading([], (), list(refused.args))
    except yaml.YAMLError as error:
        return Reading([], (), [_syntax(error, name)])
    if document is None:
        return Reading([], (), [FileProblem("empty-file", Where(name))])
    return objects.read(document, reader, file, limits)


def _document(text: str, name: str) -> Any:  # noqa: ANN401 (YAML is anything)
    """The document as lists, objects and texts. YAMLError, _Refused."""
    deep = unreadable(Where(name), "reading.why.deep")
    depth, aliased = 0, False
    for event in yaml.parse(text, _Loader):  # before a tree is built of it
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        aliased = aliased or isinstance(event, yaml.AliasEvent)
        if depth > objects.MAX_DEPTH:
            raise _Refused(deep)
    builder = _Builder(name, aliased=aliased)
    documents = [builder.value(node) for node in yaml.compose_all(text, _Loader)]
    if objects.depth(documents) > objects.MAX_DEPTH + 1:
        raise _Refused(deep)
    return documents[0] if len(documents) == 1 else documents or None


class _Builder:
    """Builds values of nodes, each once: an alias is the same value again. Counts what all of them are together."""

    def __init__(self, name: str, *, aliased: bool) -> None:
        self._name, self._aliased = name, aliased
        self._made: dict[int, tuple[Any, int]] = {}
        self._kept: list[yaml.Node] = []  # a node that is gone could lend its identity to another
        self._open: set[int] = set()

    def value(self, node: yaml.Node) -> Any:  # noqa: ANN401 (YAML is anything)
        """The value of a node."""
        return self._built(node)[0]

    def _built(self, node: yaml.Node) -> tuple[Any, int]:
        """The value, and of how many nodes it is."""
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node), 1
        if id(node) in self._made:
            return self._made[id(node)]
        if id(node) in self._open:  # an object that holds itself
            raise _Refused(self._too_much(node))
        self._open.add(id(node))
        value, size = self._list(node) if isinstance(node, yaml.SequenceNode) else self._object(node)
        self._open.discard(id(node))
        self._made[id(node)] = value, size
        self._kept.append(node)
        return value, size

    def _list(self, node: yaml.SequenceNode) -> tuple[Any, int]:
        built = [self._built(item) for item in node.value]
        return [value for value, _ in built], self._counted(node, sum(size for _, size in built))

    def _object(self, node: yaml.Node) -> tuple[Any, int]:
        pairs: list[tuple[str, Any]] = []
        merged: dict[str, Any] = {}
        total = 0
        for key_node, value_node in node.value:
            value, size = self._built(value_node)
            total += size
            if key_node.tag == f"{_TAG}merge":
                for mapping in value if isinstance(value, list) else [value]:
                    merged = {**mapping, **merged} if isinstance(mapping, dict) else merged
            elif isinstance(key_node, yaml.ScalarNode):
                pairs.append((str(key_node.value), value))
            else:
                at = key_node.start_mark.line + 1
                raise _Refused(unreadable(Where(self._name, at), "reading.why.key_no_text"))
        item = objects.made(pairs)
        for key, value in merged.items():
            item.setdefault(key, value)
        item.line = node.start_mark.line + 1
        return item, self._counted(node, total)

    def _counted(self, node: yaml.Node, inside: int) -> int:
        if self._aliased and inside >= _MOST_NODES:
            raise _Refused(self._too_much(node))
        return inside + 1

    def _too_much(self, node: yaml.Node) -> FileProblem:
        return unreadable(Where(self._name, node.start_mark.line + 1), "reading.why.aliases")


def _scalar(node: yaml.ScalarNode) -> Any:  # noqa: ANN401 (a text, a number as written, yes or no, or nothing)
    text = str(node.value)
    if node.style in _WRITTEN_OUT or node.tag == f"{_TAG}str":
        return text
    if node.tag == f"{_TAG}null":
        return None
    if node.tag == f"{_TAG}bool":
        return _TRUTH.get(text, text)
    return Number(text) if _NUMBER.fullmatch(text) else text


def _syntax(error: yaml.YAMLError, name: str) -> FileProblem:
    mark = getattr(error, "problem_mark", None)
    told = str(getattr(error, "problem", None) or error).splitlines()[0]
    if mark is None:
        return unreadable(Where(name), "reading.why.yaml", told=told)
    line, column = mark.line + 1, mark.column + 1
    problem = unreadable(Where(name, line), "reading.why.place", line=line, column=column, told=told)
    return FileProblem(problem.rule, problem.where, None, {**problem.details, "line": str(line), "column": str(column)})


def _accepts(_: File, kind: Kind | None, __: YamlReader) -> bool:
    return kind is None or kind is JSON


FORMAT = Format(YamlReader, Kind("reading.kind.yaml"), _accepts, read)
