"""JSON Lines: an object on each line. A line that cannot be read is told with its number, and the others are read."""

import json
from typing import Literal

from ogp_pipeline.formats import bounds, objects
from ogp_pipeline.formats.content import JSON, Kind
from ogp_pipeline.formats.decoding import decode
from ogp_pipeline.formats.format import File, Format, Options
from ogp_pipeline.formats.json import NotJson, loaded, syntax
from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.formats.objects import MAX_DEPTH, Selected
from ogp_pipeline.formats.records import FileProblem, Reading, Where, unreadable


class JsonlReader(Options):
    """An object on each line."""

    kind: Literal["jsonl"]


def read(file: File, _: JsonlReader, limits: Limits) -> Reading:
    """Rows, headings and problems of the file's bytes."""
    name = file.name
    text = decode(file.content, name)
    if isinstance(text, FileProblem):
        return Reading([], (), [text])
    if (refusal := bounds.long_line(text, name, limits.line_characters)) is not None:
        return Reading([], (), [refusal])
    selected: list[Selected] = []
    broken: list[FileProblem] = []
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        if not line.strip():
            continue
        if len(selected) > limits.rows:
            return Reading([], (), [bounds.too_many_rows(name, limits.rows)])
        item = _item(line, number, name)
        if isinstance(item, FileProblem):
            broken.append(item)
        else:
            selected.append(item)
    reading = objects.reading(selected, name, limits, file.vocabulary)
    return Reading(reading.rows, reading.headings, reading.problems + broken)


def _item(line: str, number: int, name: str) -> Selected | FileProblem:
    try:
        value = loaded(line)
    except json.JSONDecodeError as error:
        return syntax(line, error, name, number - 1)
    except NotJson as error:
        return unreadable(Where(name, number), "reading.why.json_number", given=error)
    except RecursionError:
        return unreadable(Where(name, number), "reading.why.deep")
    if objects.depth(value) > MAX_DEPTH:
        return unreadable(Where(name, number), "reading.why.deep")
    return Selected(value, Where(name, number))


def _accepts(_: File, kind: Kind | None, __: JsonlReader) -> bool:
    return kind is JSON


FORMAT = Format(JsonlReader, Kind("reading.kind.jsonl"), _accepts, read)
