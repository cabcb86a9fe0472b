"""Drafts as a person would write them into a programme file: what is short on one line, each value of a map on its own.

A map that is needed again stands once, under a name (``&tracker-institution_id``). Values that no code is like stand
beside the others as comments, so that whoever fills them in need not look for them.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ogp_pipeline.profiling.drafting import Crosswalk
from ogp_pipeline.programme.written import scalar as read_scalar

_PLAIN = re.compile(r"[^\W](?:[\w ./()%+-]*[\w.)%+])?")
_WIDTH = 108
_STEP = 2


def written(value: Mapping[str, Any], indent: int) -> list[str]:
    """The lines of a member of a list."""
    return list(_Writer(value).item(value, indent))


class _Writer:
    """``_names``: of crosswalks that stand in the draft more than once, by what is in them."""

    def __init__(self, draft: Mapping[str, Any]) -> None:
        counts: dict[tuple[tuple[str, str], ...], int] = {}
        fields: dict[tuple[tuple[str, str], ...], str] = {}
        for field, walk in _crosswalks(draft, ""):
            held = tuple(walk.items())
            counts[held] = counts.get(held, 0) + 1
            fields.setdefault(held, field)
        taken: dict[str, int] = {}
        self._names: dict[tuple[tuple[str, str], ...], str] = {}
        for held, count in counts.items():
            if count > 1 and len(held) > 1:
                field = fields[held]
                taken[field] = taken.get(field, 0) + 1
                own = field if taken[field] == 1 else f"{field}{taken[field]}"
                self._names[held] = f"{draft['id']}-{own}" if "id" in draft else own  # a file has each name once
        self._written: set[str] = set()

    def lines(self, key: str, value: Any, indent: int) -> Iterator[str]:  # noqa: ANN401 - whatever YAML holds
        """A setting with its value."""
        start = f"{' ' * indent}{scalar(key)}:"
        name = self._names.get(tuple(value.items())) if key == "map" else None
        if name is not None and name in self._written:
            yield f"{start} *{name}"
            return
        if name is not None:
            self._written.add(name)
            start += f" &{name}"
        short = self.flow(value) if name is None else None
        if short is not None and len(start) + len(short) + 1 <= _WIDTH:
            yield f"{start} {short}"
        elif isinstance(value, Mapping):
            yield start
            yield from self._members(value, indent + _STEP)
        elif isinstance(value, list):
            yield start
            for item in value:
                yield from self.item(item, indent + _STEP)
        else:
            yield f"{start} {scalar(value)}"

    def item(self, value: Any, indent: int) -> Iterator[str]:  # noqa: ANN401 - whatever YAML holds
        """A member of a list."""
        short = self.flow(value)
        if isinstance(value, Mapping) and (short is None or len(short) + indent > _WIDTH):
            first, *rest = self._members(value, indent + _STEP)
            yield f"{' ' * indent}- {first.lstrip()}"
            yield from rest
        else:
            yield f"{' ' * indent}- {short if short is not None else scalar(value)}"

    def _members(self, value: Mapping[str, Any], indent: int) -> Iterator[str]:
        for name, inner in value.items():
            yield from self.lines(name, inner, indent)
        if isinstance(value, Crosswalk):
            for name, count in value.left.items():
                yield f"{' ' * indent}# {scalar(name)}: ?  # found {count} ×; nothing of ours is like it"

    def flow(self, value: Any) -> str | None:  # noqa: ANN401 - whatever YAML holds
        """The value on one line; None if it has more to say."""
        if isinstance(value, Mapping):
            anchor = self._names.get(tuple(value["map"].items())) if "map" in value else None
            if anchor is not None and anchor in self._written:
                rest = {name: inner for name, inner in value.items() if name != "map"}
                short = self.flow(rest)
                return f"{short[:-1]}, map: *{anchor}}}" if short is not None else None
            if anchor is not None or "columns" in value or (isinstance(value, Crosswalk) and value.left):
                return None
            if "map" in value and len(value["map"]) > 1:
                return None
            parts = {name: self.flow(inner) for name, inner in value.items()}
            if any(part is None for part in parts.values()):
                return None
            return "{" + ", ".join(f"{scalar(name)}: {part}" for name, part in parts.items()) + "}"
        if isinstance(value, list):
            if any(isinstance(inner, Mapping) for inner in value):
                return None
            return "[" + ", ".join(scalar(inner) for inner in value) + "]"
        return scalar(value)


def _crosswalks(value: Any, field: str) -> Iterator[tuple[str, Mapping[str, str]]]:  # noqa: ANN401 - whatever YAML holds
    """Every ``map``, with the column that it is of."""
    if isinstance(value, list):
        for inner in value:
            yield from _crosswalks(inner, field)
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name == "map" and isinstance(inner, Mapping):
                yield field, inner
            else:
                yield from _crosswalks(inner, name)


def scalar(value: Any) -> str:  # noqa: ANN401 - whatever YAML holds
    """A value such that it is read back as it is."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    if _PLAIN.fullmatch(value) and read_scalar(value) == value:
        return value
    return json.dumps(value, ensure_ascii=False)
