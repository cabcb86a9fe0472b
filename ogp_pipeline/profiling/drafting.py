"""Columns of a mapping out of what the columns of a view mean. What no code is like is told and left, never guessed.

A mapping is drafted as the programme file has it, so that what a person reads, what is checked and what runs are one.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ogp_pipeline.profiling import identifiers, words
from ogp_pipeline.profiling.columns import ColumnProfile, Kind
from ogp_pipeline.profiling.identifiers import Way
from ogp_pipeline.profiling.meanings import Meant
from ogp_pipeline.profiling.views import View
from ogp_pipeline.profiling.words import Meaning
from ogp_pipeline.programme.model import Period, Plan
from ogp_pipeline.schema.schemas import PROGRESS_STATUS, Schemas

_PLAIN = re.compile(r"[^{}:!\[\]]+")
Draft = dict[str, Any]


class Crosswalk(dict[str, str]):
    """A ``map``. ``left``: values that were found and that no code is like, with how often."""

    left: Mapping[str, int] = {}


@dataclass(frozen=True)
class Context:
    """What a draft is made for. ``language``: of texts of which no heading says it. ``period``: of what is reported."""

    country: str
    plan: Plan
    language: str
    schemas: Schemas
    period: Period | None


@dataclass
class Keys:
    """Keys of a table by the values of a column. ``shape``: a pattern of the values, where they all look alike."""

    column: str
    way: Way
    shape: str | None = None


@dataclass
class Drafts:
    """What is proposed so far. ``notes``: what a person should know. ``commitments``: for views that come later."""

    tables: dict[str, list[Draft]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    commitments: Keys | None = None
    milestones: Keys | None = None

    def add(self, table: str, view: View, draft: Draft) -> None:
        """A mapping, with what says which rows it takes."""
        names = [name for column in draft["columns"].values() for name in names_of(column)]
        names += draft.get("split", {}).values()
        where = {**view.where, **draft.pop("where", {})}
        rest = {"where": where} if where else {}
        if items := view.items_for([*names, *where, *(["_x"] if view.where else [])]):
            rest["items"] = items
        self.tables.setdefault(table, []).append({**rest, **draft})


def names_of(column: Mapping[str, Any]) -> list[str]:
    """The raw columns that a drafted column reads."""
    source = column.get("from", [])
    composed = re.findall(r"{([^{}:]+)", column.get("template", ""))
    return [*([source] if isinstance(source, str) else source), *(part for part in composed if part != "value")]


def texts(meant: Meant, meaning: Meaning, field_name: str, table: str, context: Context) -> Draft:
    """Columns such as ``title_en`` for the texts of a meaning, each in the language that its heading says."""
    names = context.schemas.table(table).field_names
    drafted: Draft = {}
    for column in meant.get(meaning, []):
        language = words.parted(column.name)[1] or context.language
        name = f"{field_name}_{language}"
        if name in names and name not in drafted:
            marked = any("<" in cell or "](" in cell for cell in column.raw)
            drafted[name] = {"from": column.name} | ({"text": True, "squeeze": False} if marked else {}) | empty(column)
    return drafted


def first(meant: Meant, *meanings: Meaning) -> ColumnProfile | None:
    """The surest column of the first of these that there is."""
    return next((meant[meaning][0] for meaning in meanings if meaning in meant), None)


def empty(column: ColumnProfile) -> Draft:
    """The values that mean nothing, if there are any."""
    return {"empty": column.nothing} if column.nothing else {}


def key(column: str, way: Way) -> Draft:
    """A drafted key of a column."""
    return {"from": column, **way.steps}


def dated(column: ColumnProfile) -> Draft:
    """A drafted date. What is no date is left out where most are."""
    draft: Draft = {"from": column.name}
    if column.undated:
        shapes = dict.fromkeys(_shape(value) for value in column.counts if value not in set(column.undated))
        draft["match"] = f"^(?:{'|'.join(shapes)})$"
    return {**draft, "date": column.date_formats, **empty(column)}


def _shape(value: str) -> str:
    """An expression for texts that look like this one: as many digits or fewer, letters for letters."""
    return re.sub(r"\d+|[^\W\d_]+|[^\w\s]", lambda part: _piece(part[0]), value).replace(" ", r"\s")


def _piece(text: str) -> str:
    if text.isdigit():
        return r"\d+"
    return r"[^\W\d_]+" if text.isalpha() else re.escape(text)


def shape_of(values: Sequence[str]) -> str | None:
    """The expression that all of the values fit, where they look alike: ``C01`` and ``C02`` are letters and digits."""
    shapes = {re.sub(r"\d+|[^\W\d_]+|[^\w\s]", lambda part: _piece(part[0]), value) for value in values}
    return shapes.pop() if len(shapes) == 1 else None


def coded(column: str, values: Mapping[str, int], context: Context, notes: list[str]) -> Draft:
    """A drafted status: every value that was found, with the code of the plan's scale."""
    codes = [code for code in context.schemas.codes[PROGRESS_STATUS] if code.scale == context.plan.scale]
    walk = Crosswalk({value: code for value in values if (code := words.code_of(value, codes)) is not None})
    walk.left = {value: count for value, count in values.items() if value not in walk}
    if walk.left:
        shown = ", ".join(f"“{value}” ({count})" for value, count in walk.left.items())
        told = f"no code of the scale `{context.plan.scale}` is like {shown}: write it into the `map` of `status`"
        notes.append(told + _better_scale(values, len(walk), context))
    return {"from": column, "map": walk} if walk else {"from": column}


def _better_scale(values: Mapping[str, int], reached: int, context: Context) -> str:
    codes = context.schemas.codes[PROGRESS_STATUS]
    points = {
        scale: sum(
            words.code_of(value, [code for code in codes if code.scale == scale]) is not None for value in values
        )
        for scale in dict.fromkeys(code.scale for code in codes)
    }
    best = max(points, key=lambda scale: points[scale])
    if points[best] <= reached:
        return ""
    return f" (the scale `{best}` has {points[best]} of {len(values)}, yours {reached}: see `scale` of the plan)"


def cluster_keys(column: ColumnProfile) -> Way:
    """Keys of themes."""
    return identifiers.named(list(column.counts))


def institution_keys(names: Sequence[str]) -> Way:
    """Keys of institutions: those that the file has, or made of the names."""
    if all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,30}", name) for name in names):
        return Way({}, {name: name for name in names})
    return identifiers.named(names)


def first_of_list(column: ColumnProfile) -> Way:
    """Keys of the first of several institutions in a cell. The map stays that of all, so that it is written once."""
    way = institution_keys(column.pieces)
    return Way({"match": rf"^(.+?)\s*(?:{column.separator or ';'}|$)", **way.steps}, way.keys)


def commitment_keys(meant: Meant, drafts: Drafts, context: Context) -> Keys | None:
    """From the column of their numbers, of their titles, or from the keys of their milestones."""
    pattern = context.schemas.table("commitments").field("commitment_id").constraints["pattern"]
    column = first(meant, Meaning.COMMITMENT_ID)
    if column is not None:
        values = list(column.counts)
        return Keys(column.name, identifiers.way(values, pattern, context.country), shape_of(values))
    below = first(meant, Meaning.MILESTONE_ID)
    if below is not None and (above := drafts.commitments) is not None and above.shape is not None:
        return Keys(below.name, Way(_beginning(above), {}))
    column = first(meant, Meaning.COMMITMENT)
    if column is not None:
        return Keys(column.name, identifiers.listed(list(column.counts), lambda n: f"{context.country}{n:04}"))
    if below is not None and below.kind in (Kind.KEY, Kind.NUMBER):
        heads = list(dict.fromkeys(re.split(r"[.\-/ ]", value)[0] for value in below.counts))
        made = identifiers.way(heads, pattern, context.country)
        if len(heads) < len(below.counts) and "match" not in made.steps:
            return Keys(below.name, Way({"match": r"^[^.\-/ ]+", **made.steps}, {}))
        if len(heads) < len(below.counts):
            return Keys(below.name, Way({**made.steps, "match": r"^[^.\-/ 0-9]*(\d+)"}, {}))
    return None


def _beginning(above: Keys) -> Draft:
    """The steps that take the key of what is above out of a key that begins with it."""
    steps = dict(above.way.steps)
    if steps.get("match") == r"\d+":
        return {**steps, "match": "^" + (above.shape or "").replace(r"\d+", r"(\d+)")}
    return {"match": f"^{above.shape}", **steps}


def composed(above: str, column: str) -> str | None:
    """A template of two columns; None if their names cannot stand in one."""
    return f"{{{above}}}.{{{column}}}" if _PLAIN.fullmatch(above) and _PLAIN.fullmatch(column) else None
