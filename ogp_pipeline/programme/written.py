"""A file of settings as somebody has written it: YAML, with the line of each setting, and what is wrong with it.

The programme file and a hub's file are read by it, so both tell their mistakes in the same way.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel
from pydantic_core import ErrorDetails

from ogp_pipeline.errors import ProgrammeError
from ogp_pipeline.programme import config_errors
from ogp_pipeline.programme.config_errors import Location

Mistake = tuple[int | None, str]


@dataclass(frozen=True, slots=True)
class Written:
    """What a file holds. ``lines``: where each setting stands. ``repeated``: what stands there twice."""

    data: Any
    lines: Mapping[Location, int]
    repeated: tuple[Mistake, ...]

    def line(self, location: Sequence[str | int]) -> int | None:
        """The line of the nearest ancestor that stands in the file."""
        nearest: Location = ()
        for part in location:
            if (*nearest, part) in self.lines:
                nearest = (*nearest, part)
        return self.lines.get(nearest)

    def mistake(self, model: type[BaseModel], error: ErrorDetails) -> Mistake:
        """What ``model`` says of a setting, in our words, with its line."""
        place = config_errors.setting(model, error["loc"])
        return self.line(place), _explain(error, self._as_written(place))

    def _as_written(self, place: Location) -> Location:
        """Without the numbers of lists that the file does not have: one thing may stand where a list of such may."""
        written: Location = ()
        for part in place:
            if isinstance(part, str) or (*written, part) in self.lines:
                written = (*written, part)
        return written


def read(path: Path, otherwise: str, kind: type[ProgrammeError] = ProgrammeError) -> bytes:
    """The file's bytes, which are UTF-8 text. An error of ``kind`` if it is something else or there is no such file,
    which tells what to do ``otherwise``.
    """
    try:
        content = path.read_bytes()
        content.decode()
    except FileNotFoundError:
        raise kind(str(path), [(None, f"there is no such file; {otherwise}")]) from None
    except UnicodeDecodeError as error:
        raise kind(str(path), [(None, f"is not UTF-8 text (byte {error.start})")]) from None
    return content


def compose(text: str, path: str, kind: type[ProgrammeError] = ProgrammeError) -> Written:
    """What the text holds; an error of ``kind`` if it is not YAML."""
    try:
        return _parsed(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        told = f"is not valid YAML: {error.problem or error.context}"
        raise kind(path, [(mark.line + 1 if mark else None, told)]) from None


def scalar(text: str) -> object:
    """What a text that stands alone would be in such a file: a text, a number, yes or no."""
    return yaml.load(text, Loader=_Loader)


def in_order(mistakes: Sequence[Mistake]) -> list[Mistake]:
    """Each once, from the first line on."""
    return sorted(set(mistakes), key=lambda mistake: (mistake[0] or 0, mistake[1]))


class _Loader(yaml.SafeLoader):
    """Without YAML's own dates: a day that does not exist would stop it, and the models read dates themselves.

    Only true and false are yes-or-no words, as in YAML 1.2: `on` is a key of ours, and NO is Norway.
    """


class _QuickLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The same by libyaml, ten times as fast: a file with sixty sources took a quarter of a second of each run."""


_Loader.yaml_implicit_resolvers = _QuickLoader.yaml_implicit_resolvers = {
    first: [
        (tag, re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z") if tag == "tag:yaml.org,2002:bool" else pattern)
        for tag, pattern in resolvers
        if tag != "tag:yaml.org,2002:timestamp"
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _parsed(text: str) -> Written:
    """What is wrong is told by PyYAML itself, whose words are the better ones."""
    try:
        return _by(_QuickLoader, text)
    except yaml.YAMLError:
        return _by(_Loader, text)


def _by(kind: Any, text: str) -> Written:  # noqa: ANN401 - a class of either loader
    loader = kind(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return Written(None, {}, ())
        lines, repeated = dict(_walk(node, ())), tuple(_repeated_keys(node))
        return Written(loader.construct_document(node), lines, repeated)  # which changes nodes that `<<` merges
    finally:
        loader.dispose()


def _walk(node: yaml.Node, location: Location) -> Iterator[tuple[Location, int]]:
    yield location, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            below = (*location, str(key.value))
            yield from _walk(value, below)
            yield below, key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _walk(value, (*location, index))


def _repeated_keys(node: yaml.Node) -> Iterator[Mistake]:
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if key.value in seen:
                yield line, f"`{key.value}` stands here and in line {seen[key.value]}; keep one"
            seen[key.value] = line
            yield from _repeated_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _repeated_keys(value)


def _explain(error: ErrorDetails, place: Location) -> str:
    dotted = ".".join(map(str, place))
    kind, given = error["type"], error.get("input")
    if kind == "extra_forbidden":
        return f"`{dotted}` is not a known setting"
    if kind == "missing":
        return f"`{dotted}` is missing"
    message = config_errors.said(error)
    is_shown = isinstance(given, str | int | float | bool) and "headers" not in place  # it may be a secret
    shown = f" (found {given!r})" if is_shown else ""
    return f"`{dotted}`: {message}{shown}" if dotted else message
