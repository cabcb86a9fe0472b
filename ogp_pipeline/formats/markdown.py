"""Markdown with YAML front matter: one row per file, or one row per heading that matches.

Front-matter values are the scalars as written, never YAML's idea of their type (``no`` stays ``no``,
``2024-02-01`` and ``5.10`` stay as they are; ``null`` and ``~`` are empty), so the only part of YAML used is
its composer. Every value carries the line of its key; a section or a body carries the line of its first text.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import yaml

from ogp_pipeline.formats import bounds
from ogp_pipeline.formats.content import Kind
from ogp_pipeline.formats.decoding import decode
from ogp_pipeline.formats.format import File, Format, Options
from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.formats.records import FileProblem, RawRow, Reading, Where, unreadable
from ogp_pipeline.patterns import compile_given

_FENCE = re.compile(r"---[ \t]*(?:\n|\Z)")
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.M)
_HEADING = re.compile(r"^(#{1,6})[ \t]+(.*)$", re.M)
_CODE_FENCE = re.compile(r"^ {0,3}(```+|~~~+)", re.M)
_LEADING = re.compile(r"(?:\s|<br\s*/?>)*", re.I)
_BACKWARDS = re.compile(r"(?:\s|>/?\s*rb<)*+", re.I)  # the same of a text turned around: searched for, it is slow
_NULL = "tag:yaml.org,2002:null"
_MAX_DEPTH = 20
_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class _Matter:
    """Front matter: values and the line of each one's key, what is wrong, and where the body begins."""

    values: Mapping[str, str]
    lines: Mapping[str, int]
    problems: tuple[FileProblem, ...]
    body: int


class MarkdownReader(Options):
    """Markdown with YAML front matter.

    Without ``headings`` a file is one row: the front matter's keys, ``_body``, and one column for each of
    ``sections`` (column name -> regular expression that finds the section's label in the body; the section ends
    where the next begins). With ``headings``, a regular expression with named groups matched on heading lines,
    every matching heading is a row: its groups, ``_body`` (the text below it up to the next heading of any level)
    and ``_parent`` (the nearest heading above it of a higher level).
    """

    kind: Literal["markdown"]
    sections: dict[str, str] = {}
    headings: str | None = None


def read(file: File, reader: MarkdownReader, limits: Limits) -> Reading:
    """Rows, headings and problems of a Markdown file's bytes. ``_file`` is the file's name in every row."""
    name = file.name
    text = decode(file.content, name)
    if isinstance(text, FileProblem):
        return Reading([], (), [text])
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    matter = _front_matter(text, name)
    if reader.headings is not None:
        rows = list(_heading_rows(text, name, matter, compile_given(reader.headings)))
    else:
        rows = [_file_row(text, name, matter, reader.sections)]
    problems = list(matter.problems)
    if not rows and not problems:
        problems.append(FileProblem("header-only", Where(name)))
    headings = tuple(dict.fromkeys(column for row in rows for column in row.values))
    return bounds.within(Reading(rows, headings, problems), name, limits)


def _file_row(text: str, name: str, matter: _Matter, sections: Mapping[str, str]) -> RawRow:
    values, lines = dict(matter.values), dict(matter.lines)
    values["_file"] = name
    line_ends = _line_ends(text)
    values["_body"], lines["_body"] = _passage(text, matter.body, len(text), line_ends)
    places = sorted(
        (match.start(), match.end(), column)
        for column, pattern in sections.items()
        if (match := compile_given(pattern, re.M).search(text, matter.body))
    )
    ends = [start for start, _, _ in places[1:]] + [len(text)]
    for column in sections:
        values[column] = ""
    for (_, start, column), end in zip(places, ends, strict=False):
        values[column], lines[column] = _passage(text, start, end, line_ends)
    return RawRow(name, 1, values, 1, lines=lines, flowing=frozenset({"_body", *sections}))


def _heading_rows(text: str, name: str, matter: _Matter, wanted: re.Pattern[str]) -> Iterator[RawRow]:
    fences = [fence.start() for fence in _CODE_FENCE.finditer(text, matter.body)]
    line_ends = _line_ends(text)
    headings = [
        match for match in _HEADING.finditer(text, matter.body) if not bisect_right(fences, match.start()) % 2
    ]  # an odd number of fences stands before what is code
    ends = [match.start() for match in headings[1:]] + [len(text)]
    above: list[tuple[int, str]] = []
    number = 0
    for heading, end in zip(headings, ends, strict=False):
        level, title = len(heading[1]), _title(heading[2])
        above = [(depth, words) for depth, words in above if depth < level]
        if match := wanted.search(title) or wanted.search(heading[0]):
            number += 1
            line = _line_of(heading.start(), line_ends)
            groups = {column: value or "" for column, value in match.groupdict().items()}
            body, body_line = _passage(text, heading.end(), end, line_ends)
            values = {
                **matter.values,
                **groups,
                "_file": name,
                "_parent": above[-1][1] if above else "",
                "_body": body,
            }
            lines = {**matter.lines, "_body": body_line}
            yield RawRow(name, number, values, line, lines=lines, flowing=frozenset({"_body"}))
        above.append((level, title))


def _title(written: str) -> str:
    """A heading's text without the ``#`` that may close it."""
    return written.rstrip(" \t").rstrip("#").rstrip(" \t")


def _line_ends(text: str) -> list[int]:
    """Where the lines end. (Line breaks are ``\n`` alone by now.)"""
    return [offset for offset, letter in enumerate(text) if letter == "\n"]


def _line_of(offset: int, line_ends: Sequence[int]) -> int:
    """The line of an offset, from 1."""
    return bisect_left(line_ends, offset) + 1


def _passage(text: str, start: int, end: int, line_ends: Sequence[int]) -> tuple[str, int]:
    """The text between two offsets without empty lines around it, and the line of its first character."""
    leading = _LEADING.match(text, start, end)
    begin = leading.end() if leading else start
    trailing = _BACKWARDS.match(text[begin:end][::-1])
    finish = end - trailing.end() if trailing else end
    return text[begin:finish], _line_of(begin, line_ends)


def _front_matter(text: str, name: str) -> _Matter:
    if not (fence := _FENCE.match(text)):
        return _Matter({}, {}, (), 0)
    if not (closing := _CLOSING.search(text, fence.end())):
        return _Matter({}, {}, (FileProblem("truncated", Where(name, text.count("\n") + 1)),), len(text))
    root = _compose(text[fence.end() : closing.start()], name)
    if isinstance(root, FileProblem):
        return _Matter({}, {}, (root,), closing.end())
    values: dict[str, str] = {}
    lines: dict[str, int] = {}
    problems: list[FileProblem] = []
    for key, line, value in _pairs(root, "") if root is not None else ():
        if key in values:
            details = {"column": key, "first": str(lines[key]), "second": str(line)}
            problems.append(FileProblem("repeated-column", Where(name, line, column=key), value, details))
        else:
            values[key], lines[key] = value, line
    return _Matter(values, lines, tuple(problems), closing.end())


def _compose(source: str, name: str) -> yaml.MappingNode | FileProblem | None:
    """The tree of the front matter (None if empty). What could explode is refused before it is built."""
    try:
        depth = 0
        for event in yaml.parse(source, _Loader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if isinstance(event, yaml.AliasEvent) or depth > _MAX_DEPTH:
                return unreadable(
                    Where(name, _line(event.start_mark)),
                    "reading.why.alias",
                )
        root = yaml.compose(source, _Loader)
    except yaml.YAMLError as error:
        return _yaml_problem(error, name)
    if root is None or isinstance(root, yaml.MappingNode):
        return root
    return unreadable(
        Where(name, 2),
        "reading.why.no_pairs",
    )


def _yaml_problem(error: yaml.YAMLError, name: str) -> FileProblem:
    mark = getattr(error, "problem_mark", None)
    told = str(getattr(error, "problem", None) or error).splitlines()[0]
    if mark is None:
        return unreadable(Where(name, 1), "reading.why.yaml", told=told)
    line, column = _line(mark), mark.column + 1
    problem = unreadable(Where(name, line), "reading.why.place", line=line, column=column, told=told)
    details = {**problem.details, "line": str(line), "column": str(column)}
    return FileProblem(problem.rule, problem.where, None, details)


def _pairs(node: yaml.MappingNode, prefix: str) -> Iterator[tuple[str, int, str]]:
    """Key, line in the file (the fence is line 1) and text; nested keys are ``outer/inner``."""
    for key_node, value_node in node.value:
        key = f"{prefix}{_text(key_node)}"
        if isinstance(value_node, yaml.MappingNode) and value_node.value:
            yield from _pairs(value_node, f"{key}/")
        else:
            yield key, _line(key_node.start_mark), _text(value_node)


def _text(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return "" if node.tag == _NULL else str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return ";".join(_text(item) for item in node.value)
    return ";".join(f"{_text(key)}: {_text(value)}" for key, value in node.value)


def _line(mark: Any) -> int:  # noqa: ANN401 (two classes of PyYAML, one of them in C and without types)
    """The line in the file: marks count from 0, and the opening fence is the file's first line."""
    return int(mark.line) + 2


def _accepts(_: File, kind: Kind | None, __: MarkdownReader) -> bool:
    return kind is None


FORMAT = Format(MarkdownReader, Kind("reading.kind.markdown"), _accepts, read)
