"""What schemas/ says, as values: tables with their fields, code lists, crosswalks, rules, metric definitions.

Everybody imports these from ``ogp_pipeline.schema.schemas``, which also loads them.
"""

import copy
import pickle
import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ogp_pipeline.errors import SchemaError, UnknownName
from ogp_pipeline.i18n.languages import DEFAULT, english_first, published

if TYPE_CHECKING:
    import frictionless

DATASETS = ("plan", "progress", "evaluation", "participation", "metrics", "reference")
HUB_DATASETS = ("comparison",)  # of a hub; their tables stand in schemas/hub
EVERY_DATASET = (*DATASETS, *HUB_DATASETS)

Text = Mapping[str, str]
"""A text by language, complete in all languages, English first."""


@dataclass(frozen=True)
class Field:
    """One column. ``example`` is text as in a CSV cell; ``separator`` parts several codes in one cell.

    ``text`` and ``language``: of a column that holds a text in one language, what it is a column of.
    """

    name: str
    type: str
    required: bool
    unique: bool
    constraints: Mapping[str, Any]
    title: Text
    description: Text
    example: str
    code_list: str | None = None
    separator: str | None = None
    text: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class ForeignKey:
    """``fields`` of this table must be found as ``reference_fields`` of ``table`` (which may be this one)."""

    fields: tuple[str, ...]
    table: str
    reference_fields: tuple[str, ...]


@dataclass(frozen=True)
class Subject:
    """``key`` of this table must be found as the primary key of whichever of ``tables`` the field ``table`` names."""

    key: str
    table: str
    tables: tuple[str, ...]


class Reference(NamedTuple):
    """What a row refers to: a row of ``table`` by its ``key``, in this table's ``field`` (the first of several)."""

    table: str
    key: tuple[str, ...]
    field: str


@dataclass(frozen=True)
class Table:
    """One table. ``supplied`` is False for those that the pipeline itself makes.

    ``looks_into``: where its rules look beside what it refers to; rows of those tables should be known before.
    ``languages``: those in which we publish what it and its columns mean.
    ``descriptor`` is the Frictionless Table Schema; a column whose code list has no scales carries its codes.
    """

    name: str
    dataset: str
    title: Text
    description: Text
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]
    supplied: bool
    descriptor: dict[str, Any]
    subject: Subject | None = None
    looks_into: tuple[str, ...] = ()
    languages: tuple[str, ...] = published(DEFAULT)

    def told(self, text: Text) -> dict[str, str]:
        """A text of ours in the languages in which the table is published."""
        return {language: text[language] for language in self.languages}

    @property
    def field_names(self) -> tuple[str, ...]:
        """The columns in their order."""
        return tuple(field.name for field in self.fields)

    def field(self, name: str) -> Field:
        """The column of this name, or SchemaError."""
        for field in self.fields:
            if field.name == name:
                return field
        raise SchemaError(f"table {self.name} has no field {name}")

    @property
    def refers_to(self) -> set[str]:
        """The tables that a row may refer to."""
        subjects = self.subject.tables if self.subject is not None else ()
        return {foreign.table for foreign in self.foreign_keys}.union(subjects)

    def references(self, row: Mapping[str, str]) -> Iterator[Reference]:
        """Everything that a row of canonical texts refers to; an empty cell is an empty part of the key."""
        for foreign in self.foreign_keys:
            yield Reference(foreign.table, tuple(row.get(name, "") for name in foreign.fields), foreign.fields[0])
        if self.subject is not None and row.get(self.subject.table) in self.subject.tables:
            yield Reference(row[self.subject.table], (row.get(self.subject.key, ""),), self.subject.key)

    def frictionless(self, drop_foreign_keys: bool = True) -> "frictionless.Schema":
        """A new Frictionless schema; foreign keys need a data package that holds the other tables."""
        import frictionless  # here: it takes most of a second, and few callers of ``schemas`` check cells

        descriptor = copy.deepcopy(self.descriptor)
        if drop_foreign_keys:
            descriptor.pop("foreignKeys", None)
        return frictionless.Schema.from_descriptor(descriptor)


PROGRESS_STATUS = "progress_status"  # the code list of the scales of progress
LevelMeaning = Literal[
    "none",
    "not_started",
    "started",
    "delayed",
    "paused",
    "substantial",
    "complete",
    "broken",
    "withdrawn",
    "superseded",
]
# How much progress a meaning is, where only that counts: what is late or stands still has begun, and what another
# commitment replaced is as little asked for as what was given up.
_PROGRESS = {"delayed": "started", "paused": "started", "superseded": "withdrawn"}


@dataclass(frozen=True)
class Code:
    """One code of a list's scale. ``meaning``: its place in the progress that metrics need, else ''.

    Beside the steps of progress there are *delayed* and *paused* (begun, and in trouble), *broken* (it will not be
    done, and nobody gave it up), *withdrawn* (given up) and *superseded* (another took its place). ``own``: of a scale
    that the programme declares.
    """

    list: str
    scale: str
    version: int
    code: str
    order: int
    label: Text
    description: Text
    meaning: str
    valid_from: int | None = None
    valid_to: int | None = None
    own: bool = False

    def named(self, language: str) -> str:
        """For people who choose one: its words, as a drop-down shows them, then the code."""
        return f"{self.label[language]} ({self.code})"

    @property
    def progress(self) -> str:
        """The meaning, as far as it says how much progress there is."""
        return _PROGRESS.get(self.meaning, self.meaning)

    @property
    def is_step(self) -> bool:
        """Whether it is a step from nothing to complete, so that one before it is less."""
        return self.meaning == self.progress and self.meaning not in ("withdrawn", "broken")

    def is_for(self, year: int) -> bool:
        """Whether it is made for plans that begin in ``year``."""
        return (self.valid_from or year) <= year <= (self.valid_to or year)


@dataclass(frozen=True)
class Crosswalk:
    """How one code reads in another scale or list: ``exact``, ``broader``, ``narrower`` or ``related``."""

    list: str
    from_scale: str
    from_code: str
    to_list: str
    to_scale: str
    to_code: str
    relation: str


RuleLevel = Literal["blocks", "please_check", "could_be_better"]


@dataclass(frozen=True)
class Rule:
    """One thing that can be wrong. Texts are ``str.format`` templates over a problem's details."""

    id: str
    level: RuleLevel
    origin: str
    applies_to: str
    title: Text
    help: Text

    @property
    def placeholders(self) -> frozenset[str]:
        """The names that the texts need filled."""
        texts = [*self.title.values(), *self.help.values()]
        return frozenset(name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name)


@dataclass(frozen=True)
class MetricDefinition:
    """What a metric says, how it is counted and whose rule that is."""

    id: str
    unit: str
    title: Text
    definition: Text
    numerator: Text
    denominator: Text
    source: Text
    dimensions: tuple[str, ...]


@dataclass(frozen=True)
class Schemas:
    """All of schemas/. ``tables`` stand in dependency order: a table comes after those it refers to or looks into.

    ``version``: the declared version, ``+``, and the first 12 hex digits of the sha256 over all files.
    ``texts``: the languages in which a text of the programme has a column; ``languages``: those in which we speak of
    its data, English among them. ``root``: the folder of the files.
    """

    tables: Mapping[str, Table]
    codes: Mapping[str, tuple[Code, ...]]
    crosswalks: tuple[Crosswalk, ...]
    rules: Mapping[str, Rule]
    metrics: Mapping[str, MetricDefinition]
    version: str
    texts: tuple[str, ...] = english_first(DEFAULT)
    languages: tuple[str, ...] = published(DEFAULT)
    root: Path | None = None

    def __reduce__(self) -> tuple[object, ...]:
        """Much of what goes to another process holds the same schemas, which are large: packed once, unpacked once."""
        return _unpacked, (self._packed,)

    @cached_property
    def _packed(self) -> bytes:
        return pickle.dumps({each.name: getattr(self, each.name) for each in fields(self)})

    def table(self, name: str) -> Table:
        """The table of this name, or UnknownName."""
        if name not in self.tables:
            raise UnknownName("table", name, self.tables)
        return self.tables[name]

    def dataset_tables(self, dataset: str) -> list[Table]:
        """The tables of a dataset, in dependency order."""
        if dataset not in EVERY_DATASET:
            raise UnknownName("dataset", dataset, EVERY_DATASET)
        return [table for table in self.tables.values() if table.dataset == dataset]

    def codes_of(self, code_list: str, scale: str | None = None) -> tuple[Code, ...]:
        """The codes of a list in order; of one scale, or (None) of all its scales one after the other."""
        if code_list not in self.codes:
            raise UnknownName("code list", code_list, self.codes)
        codes = tuple(code for code in self.codes[code_list] if scale is None or code.scale == scale)
        if not codes:
            scales = ", ".join(dict.fromkeys(code.scale for code in self.codes[code_list]))
            raise SchemaError(f"code list {code_list} has no scale {scale}; its scales are {scales}")
        return codes

    def scales_in_force(self, code_list: str, year: int) -> tuple[str, ...]:
        """The scales of a list for plans that begin in ``year``; all its scales if none is for that year."""
        codes = self.codes_of(code_list)
        every = dict.fromkeys(code.scale for code in codes)
        return tuple(dict.fromkeys(code.scale for code in codes if code.is_for(year))) or tuple(every)

    def scales_for(self, code_list: str, years: Iterable[int]) -> tuple[str, ...]:
        """The scales of a list for plans that begin in any of these years; all its scales where there is no year."""
        in_force = {scale for year in years for scale in self.scales_in_force(code_list, year)}
        every = dict.fromkeys(code.scale for code in self.codes_of(code_list))
        return tuple(scale for scale in every if scale in in_force or not in_force)

    def crosswalk(self, code_list: str, from_scale: str, to_scale: str) -> dict[str, str]:
        """Codes of one scale -> codes of another of the same list, only if that loses and invents nothing.

        SchemaError unless every code of ``from_scale`` has just one ``exact`` partner and no two share one.
        """
        targets = {code.code for code in self.codes_of(code_list, to_scale)}
        wanted = [code.code for code in self.codes_of(code_list, from_scale)]
        pairs = [
            (line.from_code, line.to_code)
            for line in self.crosswalks
            if (line.list, line.from_scale, line.to_scale) == (code_list, from_scale, to_scale)
            and (line.to_list, line.relation) == (code_list, "exact")
        ]
        mapping = dict(pairs)
        alone = [code for code in wanted if code not in mapping]
        one_to_one = len(pairs) == len(mapping) == len(set(mapping.values())) and set(mapping.values()) <= targets
        if alone or not one_to_one:
            why = f"no exact partner for {', '.join(alone)}" if alone else "two codes share a partner"
            raise SchemaError(f"{code_list}: {from_scale} cannot be turned into {to_scale} without loss: {why}")
        return mapping

    def rule(self, rule_id: str) -> Rule:
        """The rule of this id; ``a/b`` falls back to ``a``, which is worded for every case of it."""
        for candidate in (rule_id, rule_id.partition("/")[0]):
            if candidate in self.rules:
                return self.rules[candidate]
        raise SchemaError(f"rules.csv has no rule {rule_id}")


@lru_cache(maxsize=4)
def _unpacked(packed: bytes) -> Schemas:
    return Schemas(**pickle.loads(packed))
