"""Mending: a slip that can be read in one way only is taken as it was meant, and its sender is told so.

What is valid is never touched, but for a text that says nothing or holds what nobody sees (``blank_texts``); what is
mended is valid; so mending twice is mending once. A slip with two readings is a problem that names both, unless another
cell of the same column and file settles it: ``13/04/2026`` proves that the day comes first, where no cell proves that
the month does. Places stay those of the cells as received, and the row remembers what stood there.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from ogp_pipeline.i18n.languages import ENGLISH_FIRST
from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.schema import cell_types
from ogp_pipeline.schema.schemas import Field, Table
from ogp_pipeline.sources import typos
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.validation import blank_texts, labels
from ogp_pipeline.validation.identifiers import Meant
from ogp_pipeline.validation.labels import Choices
from ogp_pipeline.validation.scope import Scope

if TYPE_CHECKING:
    import frictionless

# Cells that need no second look, by type: plainly written, or not to be mended anyway. Most cells of a file are such.
_PLAIN = {
    "date": re.compile(r"\d{4}-\d\d-\d\d", re.ASCII),
    "integer": re.compile(r"\d+", re.ASCII),
    "number": re.compile(r"\d+(?:\.\d+)?", re.ASCII),
}
_FALSE_AND_TRUE = {"falso": "false", "verdadero": "true", "no": "false", "si": "true"}
_DAY_OR_MONTH = re.compile(r"\d{1,2}[/.-]")
_AMBIGUOUS_DATE = "ambiguous-date"
_LINK = re.compile(r"https?://\S+\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Normalised:
    """``rows``: the same rows in the same order. ``problems``: what was mended, and what can be read in two ways."""

    rows: list[MappedRow]
    problems: list[Problem]


@dataclass(frozen=True, slots=True)
class Typo:
    """What a text was taken for; or (``taken`` is None) the rule and details that say why it was not."""

    taken: str | None
    rule: str = "mended"
    details: dict[str, str] = field(default_factory=dict)


def mend(table: Table, rows: Sequence[MappedRow], scope: Scope) -> Normalised:
    """The rows with every unambiguous slip mended."""
    normalised = Normalised([], [])
    cells = _Cells(table)
    readers = [_Reader(field, table, cells) for field in table.fields]
    readers = [reader for reader in readers if reader.matters]
    choices_of: dict[tuple[str, str], Choices | None] = {}
    meant, orders = Meant(table, scope), _Orders(rows)
    for row in rows:
        values = dict(row.values)
        noticed = []
        for reader in readers:
            text = values.get(reader.field.name)
            if not text or reader.is_plain(text):
                continue
            choices = labels.choices_for(reader.field, row, values, scope, choices_of) if reader.chosen else None
            slip = reader.slip(text, choices)
            if slip is not None and slip.rule == _AMBIGUOUS_DATE:
                slip = orders.settled(reader, row, text) or slip
            if slip is not None:
                if slip.taken is None or not (text.endswith("%") and row.is_typed(reader.field.name)):
                    noticed.append((reader.field.name, slip))  # a cell's own format is no slip of its sender's
                values[reader.field.name] = text if slip.taken is None else slip.taken
        for name in meant.fields:
            text = values.get(name)
            if text and (identifier := meant.instead_of(name, text)) is not None:
                noticed = [slip_of_name for slip_of_name in noticed if slip_of_name[0] != name]
                noticed.append((name, Typo(identifier, details={"taken": identifier})))
                values[name] = identifier
        mended = row.corrected(values)
        normalised.rows.append(mended)
        normalised.problems.extend(scope.problem(slip.rule, mended, name, **slip.details) for name, slip in noticed)
    return normalised


class _Cells:
    """frictionless' own judgement of a cell, made ready only if there is a slip to judge."""

    def __init__(self, table: Table) -> None:
        self._table = table

    @cached_property
    def _schema(self) -> "frictionless.Schema":
        return self._table.frictionless()

    def are_valid(self, name: str, text: str) -> bool:
        field = self._schema.get_field(name)
        if not cell_types.is_ordered(field.type, text):  # frictionless would compare it with a minimum
            return False
        cell, notes = field.read_cell(text)
        return cell is not None and not notes


class _Reader:
    """Looks at the cells of one column, at each different text once."""

    def __init__(self, field: Field, table: Table, cells: _Cells) -> None:
        self.field = field
        self.chosen = labels.is_chosen(field, table)
        self.link = field.type == "string" and (field.name == "url" or field.name.endswith("_url"))
        pattern = field.constraints.get("pattern")
        self._plain = re.compile(pattern) if pattern and not self.chosen else _PLAIN.get(field.type)
        self._free = field.language is not None  # people write there what they like
        self.matters = self.chosen or self.link or self._free or self._plain is not None
        self._cells = cells
        self._judged: dict[tuple[str, int], Typo | None] = {}

    def is_plain(self, text: str) -> bool:
        if self._free:
            return blank_texts.is_plain(text)
        return self._plain is not None and self._plain.fullmatch(text) is not None

    def slip(self, text: str, choices: Choices | None) -> Typo | None:
        """None if the text is valid, or nothing that we can mend."""
        place = (text, id(choices))  # choices are remembered by the caller, so an id names one
        if place not in self._judged:
            self._judged[place] = self._judge(text, choices)
        return self._judged[place]

    def _judge(self, text: str, choices: Choices | None) -> Typo | None:
        if self.chosen:
            return self._code(text, choices) if choices is not None and not self._valid(text, choices) else None
        if self._free:
            return self._text(text)
        if self.link:
            return None if _LINK.match(text) else self._taken(typos.seen(text), lambda link: bool(_LINK.match(link)))
        if self.field.type != "string" and (plain := typos.plain_digits(text)) != text:
            return self._taken(plain, self._valid) or self._judge(plain, choices)
        if self._valid(text):
            return None
        if self.field.type == "date":
            return self._date(text)
        if self.field.type in ("integer", "number"):
            return self._number(text)
        candidates = dict.fromkeys([typos.seen(text), typos.seen(text).upper()])
        return next(
            (slip for candidate in candidates if (slip := self._taken(candidate, self._valid)) is not None), None
        )

    def _text(self, text: str) -> Typo | None:
        plain = blank_texts.without_signs(text)
        if blank_texts.says_nothing(plain):
            return Typo("", "placeholder-text")
        return Typo(plain, "signs-taken-out", {"signs": blank_texts.signs_in(text)}) if plain != text else None

    def _date(self, text: str) -> Typo | None:
        readings = typos.dates(text)
        if len(readings) == 2:
            return Typo(None, _AMBIGUOUS_DATE, typos.two_readings(*readings))
        if not readings:
            return self._taken(typos.seen(text), self._valid)
        return self._taken(readings[0].isoformat(), self._valid)

    def in_order(self, text: str, *, day_first: bool, proof: str) -> Typo | None:
        """A date with two readings, where ``proof`` has shown which order its column has."""
        readings = typos.dates(text)
        if typos.day_first(text) is not None or len(readings) != 2 or not _DAY_OR_MONTH.match(text.strip()):
            return None
        taken = readings[0 if day_first else 1].isoformat()
        return Typo(taken, "mended/order", {"taken": taken, "proof": proof}) if self._valid(taken) else None

    def _number(self, text: str) -> Typo | None:
        readings = typos.numbers(text, percent=self.field.constraints.get("maximum") == 100)
        if self.field.type == "integer":
            readings = [re.sub(r"\.0+\Z", "", reading) for reading in readings]
        if len(readings) == 2 and any(map(self._valid, readings)):
            return Typo(None, "ambiguous-number", {"first": readings[0], "second": readings[1]})
        return self._taken(readings[0], self._valid) if len(readings) == 1 else None

    def _code(self, text: str, choices: Choices) -> Typo | None:
        separator = self.field.separator
        parts = [text] if separator is None else text.split(separator)
        codes = [self._one_code(part, choices) for part in parts]
        read = [(part, code) for part, code in zip(parts, codes, strict=True) if code is not None]
        if len(read) < len(codes):
            return None
        mark = "" if separator is None else f"{separator} "  # as a template's example shows several choices
        words = {
            f"taken_{language}": mark.join(_as_written(part, code, choices, language) for part, code in read)
            for language in ENGLISH_FIRST
        }
        taken = (separator or "").join(code for _, code in read)
        return Typo(taken, details={"taken": taken, **words})

    def _one_code(self, part: str, choices: Choices) -> str | None:
        if (code := choices.code(part.strip())) in choices.codes:
            return code
        wanted = typos.plain(part)
        meant = {code for code in choices.codes if typos.plain(code) == wanted}
        meant |= {code for label, code in choices.by_label.items() if typos.plain(label) == wanted}
        if self.field.type == "boolean" and wanted in _FALSE_AND_TRUE:
            meant = {_FALSE_AND_TRUE[wanted]}
        return meant.pop() if len(meant) == 1 else None

    def _taken(self, text: str, valid: Callable[[str], bool]) -> Typo | None:
        return self._slip(text) if text and valid(text) else None

    def _slip(self, taken: str) -> Typo:
        return Typo(taken, details={"taken": taken})

    def _valid(self, text: str, choices: Choices | None = None) -> bool:
        """As frictionless judges it; codes by their list, which may have scales that frictionless does not know."""
        if choices is not None and self.field.type != "boolean":
            parts = [text] if self.field.separator is None else text.split(self.field.separator)
            return all(part.strip() in choices.codes for part in parts)
        return self._cells.are_valid(self.field.name, text)


def _as_written(part: str, code: str, choices: Choices, language: str) -> str:
    """What to type: the code for who wrote one, with a slip; the words of a drop-down for who wrote words."""
    return code if typos.plain(code) == typos.plain(part) else choices.label(code, language)


class _Orders:
    """Which of day and month comes first in a column of a file, looked for only where a date leaves it open."""

    def __init__(self, rows: Sequence[MappedRow]) -> None:
        self._rows = rows
        self._proofs: dict[tuple[str, str], dict[bool, str]] = {}  # column, file -> day first? -> a cell that proves it

    def settled(self, reader: _Reader, row: MappedRow, text: str) -> Typo | None:
        """What the date was taken for; None if no cell proves an order, or cells prove both."""
        name, file = reader.field.name, row.row.file
        if (name, file) not in self._proofs:
            self._proofs[name, file] = self._prove(name, file)
        proofs = self._proofs[name, file]
        if len(proofs) != 1:
            return None
        [(day_first, proof)] = proofs.items()
        return reader.in_order(text, day_first=day_first, proof=proof)

    def _prove(self, name: str, file: str) -> dict[bool, str]:
        proofs: dict[bool, str] = {}
        for row in self._rows:
            text = row.values.get(name, "") if row.row.file == file else ""
            if text and (order := typos.day_first(text)) is not None:
                proofs.setdefault(order, text)
        return proofs
