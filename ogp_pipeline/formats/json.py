"""JSON: a list of objects, one row each, wherever it stands in the document.

Numbers keep the digits that the sender wrote.
"""

import json
import re
from typing import Any, Literal

from ogp_pipeline.formats import objects
from ogp_pipeline.formats.content import JSON, Kind
from ogp_pipeline.formats.decoding import decode, place
from ogp_pipeline.formats.format import File, Format
from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.formats.nested import Number
from ogp_pipeline.formats.objects import Object, TreeOptions
from ogp_pipeline.formats.records import FileProblem, Reading, Where, unreadable

_NO_JSON = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*[^\s\[{][^\r\n]*[,;\t|]")
_LOOKED_AT = 4096


class NotJson(ValueError):
    """Raised for NaN and Infinity, which Python reads and JSON does not know."""


class JsonReader(TreeOptions):
    """A list of objects."""

    kind: Literal["json"]


def read(file: File, reader: JsonReader, limits: Limits) -> Reading:
    """Rows, headings and problems of a JSON document's bytes."""
    name = file.name
    text = decode(file.content, name)
    if isinstance(text, FileProblem):
        return Reading([], (), [text])
    document = _parse(text, name)
    if isinstance(document, FileProblem):
        return Reading([], (), [document])
    return objects.read(document, reader, file, limits)


def _parse(text: str, name: str) -> Any:  # noqa: ANN401 (JSON is anything)
    deep = unreadable(Where(name), "reading.why.deep")
    try:
        document = loaded(text)
    except json.JSONDecodeError as error:
        if error.msg.startswith("Extra data") and (items := _lines(text)) is not None:
            return items
        return syntax(text, error, name)
    except NotJson as error:
        return unreadable(Where(name), "reading.why.json_number", given=error)
    except RecursionError:
        return deep
    return deep if objects.depth(document) > objects.MAX_DEPTH else document


def syntax(text: str, error: json.JSONDecodeError, name: str, before: int = 0) -> FileProblem:
    """What is wrong with a text that is no JSON. ``before``: the lines of the file above it."""
    line, column = place(text, error.pos)
    line += before
    details = {"line": str(line), "column": str(column)}
    if error.msg.startswith("Unterminated string") or error.pos >= len(text.rstrip()):
        return FileProblem("truncated", Where(name, line), None, details)
    problem = unreadable(Where(name, line), "reading.why.place", line=line, column=column, told=error.msg)
    return FileProblem(problem.rule, problem.where, None, {**problem.details, **details})


def loaded(text: str) -> Any:  # noqa: ANN401 (JSON is anything)
    """What a JSON text says. JSONDecodeError, NotJson, RecursionError."""
    return json.loads(
        text, object_pairs_hook=objects.made, parse_int=Number, parse_float=Number, parse_constant=_constant
    )


def _lines(text: str) -> list[Any] | None:
    """The objects of a file that has one on each line (JSON Lines); None if it is no such file."""
    try:
        items = [loaded(line) for line in text.split("\n") if line.strip()]
    except (ValueError, RecursionError):
        return None
    deepest = objects.MAX_DEPTH
    return items if all(isinstance(item, Object) and objects.depth(item) <= deepest for item in items) else None


def _constant(name: str) -> Any:  # noqa: ANN401 (the hook's type)
    raise NotJson(name)


def _accepts(file: File, kind: Kind | None, _: JsonReader) -> bool:
    return kind is JSON or (kind is None and _NO_JSON.match(file.content[:_LOOKED_AT]) is None)


FORMAT = Format(JsonReader, JSON, _accepts, read)
