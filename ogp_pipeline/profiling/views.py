"""The tables that a file holds: one; or, of objects in objects, what its levels make together; or one for each of its
collections, where the file lists them by their names (``datastore_id: milestones``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from ogp_pipeline.formats.records import RawRow
from ogp_pipeline.profiling import collections, words
from ogp_pipeline.profiling.collections import Level
from ogp_pipeline.profiling.columns import ColumnProfile, profiles
from ogp_pipeline.profiling.words import Meaning
from ogp_pipeline.programme.mapping import TableMapping
from ogp_pipeline.sources.parts import maker

_LEVELS = 3  # plans, commitments, milestones
_COLLECTIONS = (Meaning.CLUSTER, Meaning.COMMITMENT, Meaning.MILESTONE)


@dataclass(frozen=True)
class View:
    """``items`` and ``where``: what a mapping of these rows says. ``about``: what they are, where the file names it."""

    columns: tuple[ColumnProfile, ...]
    items: Mapping[str, str] = field(default_factory=dict)
    where: Mapping[str, list[str]] = field(default_factory=dict)
    about: Meaning | None = None

    def level_of(self, name: str) -> Meaning | None:
        """Whether a column is of a commitment or of a milestone, as far as the levels tell."""
        if not self.items or self.about is not None:
            return None
        said = {level: collection_meaning(level) for level in self.items}
        if name.startswith("_"):
            level = name.partition("/")[0].removeprefix("_")
            deepest = level == list(self.items)[-1]
            return said.get(level) or (Meaning.MILESTONE if deepest and len(self.items) < _LEVELS else None)
        return None if Meaning.COMMITMENT in said.values() else Meaning.COMMITMENT

    def items_for(self, names: Sequence[str]) -> dict[str, str]:
        """The levels that columns need, so that an object without any below it is a row, too."""
        used = {name.partition("/")[0].removeprefix("_") for name in names if name.startswith("_") and "/" in name}
        deepest = max((place for place, level in enumerate(self.items) if level in used), default=-1)
        return dict(islice(self.items.items(), deepest + 1))


def views(rows: Sequence[RawRow]) -> list[View]:
    """At least one."""
    levels = collections.chain(rows)
    if not levels:
        in_sheets = len({row.sheet for row in rows}) > 1
        return [_view([{**row.values, **({"_sheet": row.sheet or ""} if in_sheets else {})} for row in rows], {})]
    items = {level.name: level.path for level in levels}
    inner, outside = _parts(rows, items)
    whole = _view(inner, items, outside)
    return _catalogue(whole, levels) or [whole]


def _view(
    values: Sequence[dict[str, str]],
    items: Mapping[str, str],
    outside: Sequence[dict[str, str]] = (),
    **more: Any,  # noqa: ANN401 - members of View
) -> View:
    names = dict.fromkeys(name for row in (*values, *outside) for name in row if name != "_file")
    columns = [column for column in profiles(names, values, outside) if not _is_nested(column)]
    return View(tuple(columns), items, **more)


def _parts(rows: Sequence[RawRow], items: Mapping[str, str]) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The rows that the levels make together, and those of outer levels that have nothing below them."""
    inner, outside = list[dict[str, str]](), list[dict[str, str]]()
    mappings = [
        TableMapping.model_validate({"columns": {}, "items": dict(islice(items.items(), depth))})
        for depth in range(len(items), 0, -1)
    ]
    makers = [make for mapping in mappings if (make := maker(mapping)) is not None]
    for row in rows:
        made = [[{**row.values, **part.values} for part in make(row, {})] for make in makers]
        inner += made[0]
        outside += next((parts for parts in made[1:] if parts), [dict(row.values)]) if not made[0] else []
    return inner, outside


def _is_nested(column: ColumnProfile) -> bool:
    """Whether its cells are objects written out, of which the levels make columns."""
    return any(cell.startswith(("[{", '{"')) for cell in column.raw)


def _catalogue(whole: View, levels: Sequence[Level]) -> list[View]:
    """One view for each collection whose name says what it holds; none if the file does not list them by name."""
    own = f"_{levels[-1].name}/"
    for column in whole.columns:
        if column.name.startswith(own):
            continue
        about = {value: meaning for value in column.counts if (meaning := collection_meaning(value)) is not None}
        if len(set(about.values())) < 2:
            continue
        views = []
        for value, meaning in about.items():
            rows = [place for place, cell in enumerate(column.values) if cell == value]
            values = [{column.name: column.raw[place] for column in whole.columns} for place in rows]
            inside = [{name: cell for name, cell in row.items() if name.startswith(own)} for row in values]
            views.append(_view(inside, whole.items, where={column.name: [value]}, about=meaning))
        return views
    return []


def collection_meaning(value: str) -> Meaning | None:
    """What a collection holds, by its name."""
    points = {meaning: words.score(value, meaning) for meaning in _COLLECTIONS}
    best = max(_COLLECTIONS, key=lambda meaning: points[meaning])
    return best if points[best] >= words.SURE else None
