"""What can be told of a mapping before a file comes: every mistake that would otherwise stop a run, or be told to the
supplier as theirs.

A constant or a value of a crosswalk must be one that its column can hold. It may be written as a person would write
it (a code or its label, in any language); a code of progress must be of a scale that a plan of the programme has.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, cached_property
from pathlib import Path

from ogp_pipeline.formats.template_layout import yes_no
from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.programme import composition, crosswalk, mapping_parts_check
from ogp_pipeline.programme.mapping import ColumnMapping, TableMapping
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.schema.model import Code, Field, Schemas, Table
from ogp_pipeline.schema.schemas import PROGRESS_STATUS

Location = tuple[str | int, ...]
Fault = tuple[Location, str]

_PROBE = datetime(2023, 11, 28, 17, 31, 42, tzinfo=UTC)  # a day whose parts cannot be taken for each other
_LISTED = 12  # values that a sentence names
_TYPES = {"date": "date", "integer": "whole number", "number": "number"}
_OFFERED = {
    "_piece": ("split", "unpivot"), "_column": ("unpivot",), "_url": ("links",), "_label": ("links",),
}  # fmt: skip
_PARTS_OF_TEXT = re.compile(r"(?:value|number|part)[.\[]")
_SECOND = re.compile(r"\d{4,}")  # a width that would fill the memory


@dataclass(frozen=True)
class MappingCheck:
    """One mapping of a table. ``base``: the folder of the programme file, or None if its files are not looked at."""

    table: Table
    mapping: TableMapping
    programme: Programme
    schemas: Schemas
    base: Path | None

    def faults(self) -> Iterator[Fault]:
        """Every mistake, with its place in the mapping."""
        for name, column in self.mapping.columns.items():
            if name not in self.table.field_names:
                names = ", ".join(self.table.field_names)
                yield ("columns", name), f"table `{self.table.name}` has no column `{name}`; it has {names}"
                continue
            for place, said in self._column(self.table.field(name), column):
                yield ("columns", name, *place), said
        yield from self._lacking()
        yield from mapping_parts_check.faults(self.mapping)

    def _lacking(self) -> Iterator[Fault]:
        """Columns that every row needs and none would have: the supplier would be asked for them."""
        lacking = [
            field.name for field in self.table.fields if field.required and field.name not in self.mapping.columns
        ]
        if self.mapping.columns and lacking:
            names = ", ".join(f"`{name}`" for name in lacking)
            yield ("columns",), f"table `{self.table.name}` needs {names}; add the column with `from` or `value`"

    def _column(self, field: Field, column: ColumnMapping) -> Iterator[Fault]:
        yield from mapping_parts_check.column_faults(column)
        if column.optional and field.required:
            yield ("optional",), f"every row of `{self.table.name}` needs `{field.name}`, so that no file may lack it"
        if column.template is not None and (fault := template_fault(column)):
            yield ("template",), fault
        for number, form in enumerate(column.date or ()):
            if fault := _date_fault(form):
                yield ("date", number), fault
        yield from self._offered(column)
        yield from self._values(field, column)

    def _offered(self, column: ColumnMapping) -> Iterator[Fault]:
        """Columns that only a `split`, `links` or `unpivot` offers."""
        for place, names in (("from", column.sources), ("template", composition.composed_of(column))):
            for name in names:
                makers = _OFFERED.get(name, ())
                if makers and not self.mapping.offers(name):
                    told = " or ".join(f"`{maker}`" for maker in makers)
                    yield (place,), f"`{name}` is offered by {told}, which this mapping does not have"

    def _values(self, field: Field, column: ColumnMapping) -> Iterator[Fault]:
        """Constants and values of crosswalks that the column cannot hold."""
        walk: Mapping[str, str] = column.map or {}
        if column.map_file is not None and self.base is not None:
            path = self.base / column.map_file
            if not path.is_file():
                yield ("map_file",), f"there is no file `{column.map_file}` beside the programme file"
                return
            read = crosswalk.read(path)
            for line, said in read.mistakes:
                yield ("map_file",), f"`{column.map_file}`, line {line or 1}: {said}"
            walk = read.values
        worked = column.date or column.due or column.decimal
        if column.template is not None or (column.ranges is None and worked):
            return  # what stands here is not yet what the column gets
        for number, span in enumerate(column.ranges or ()):
            if (fault := self._misfit(field, span.code)) is not None:
                yield ("ranges", number, "code"), fault
        plainly = column.value if not walk and column.ranges is None else None
        if plainly is not None and (fault := self._misfit(field, plainly)) is not None:
            yield ("value",), fault
        for key, text in walk.items():
            if (fault := self._misfit(field, text)) is not None:
                place = ("map", key) if column.map is not None else ("map_file",)
                yield place, fault

    def _misfit(self, field: Field, text: str) -> str | None:
        """What is wrong with a text for a column; None if it can stand there, or nobody can tell yet."""
        for part in text.split(field.separator) if field.separator else [text]:
            if not (part := part.strip()):
                continue
            allowed = self._choices(field)
            if allowed is not None and part.casefold() not in {value.casefold() for value in allowed.accepted}:
                return f"`{part}` is not one of {allowed.what}; write {_listed(allowed.names)}"
            if allowed is None and (told := _untyped(field, part)) is not None:
                return f"`{part}` {told}"
        return None

    def _choices(self, field: Field) -> "_Choices | None":
        """What a column may hold, where that is a closed list which is known before any file comes."""
        if field.code_list is not None:
            codes = self.schemas.codes_of(field.code_list)
            if field.code_list == PROGRESS_STATUS:
                scales = {plan.scale for plan in self.programme.plans}
                codes = tuple(code for code in codes if code.scale in scales)
                return _of_codes("the statuses of the plans' scales", codes)
            return _of_codes(f"the code list `{field.code_list}`", codes)
        if field.name == "code" and (variable := self._constant("variable")) in self.schemas.codes:
            scale = self._constant("scale")
            codes = self.schemas.codes_of(variable)
            return _of_codes(f"the codes of `{variable}`", [code for code in codes if scale in ("", code.scale)])
        if "enum" in field.constraints:
            names = [str(value) for value in field.constraints["enum"]]
            titles = [self.schemas.tables[name].title.values() for name in names if name in self.schemas.tables]
            return _Choices(
                f"the values of `{field.name}`", names, {*names, *(text for title in titles for text in title)}
            )
        if field.type == "boolean":
            return _Choices("true and false", ["true", "false"], _yes_and_no())
        return self._of_programme(field)

    def _of_programme(self, field: Field) -> "_Choices | None":
        for key in self.table.foreign_keys:
            if key.fields != (field.name,):
                continue
            if key.table == "action_plans":
                return _plain("the programme's plans", self._plans)
            if key.table == "reporting_periods":
                return _plain("the programme's periods", self._periods)
        subject = self.table.subject
        if subject is not None and subject.key == field.name and self._constant(subject.table) == "action_plans":
            return _plain("the programme's plans", self._plans)
        return None

    @cached_property
    def _plans(self) -> list[str]:
        return [plan.id for plan in self.programme.plans]

    @cached_property
    def _periods(self) -> list[str]:
        return [period.id for plan in self.programme.plans for period in plan.periods]

    def _constant(self, name: str) -> str:
        column = self.mapping.columns.get(name)
        return column.value or "" if column is not None else ""


@dataclass(frozen=True, slots=True)
class _Choices:
    """A closed list. ``names``: to show. ``accepted``: also what stands for them."""

    what: str
    names: list[str]
    accepted: set[str]


@cache
def _yes_and_no() -> set[str]:
    words = {"true", "false", "falso", "verdadero", "no", "si", "sí"}
    return words | {word for language in LANGUAGES for word in yes_no(language)}


def _of_codes(what: str, codes: Iterable[Code]) -> _Choices:
    listed = list(codes)
    names = list(dict.fromkeys(code.code for code in listed))
    return _Choices(what, names, {*names, *(label for code in listed for label in code.label.values())})


def _plain(what: str, names: list[str]) -> _Choices:
    return _Choices(what, names, set(names))


def _listed(names: list[str]) -> str:
    more = len(names) - _LISTED
    return ", ".join(names[:_LISTED]) + (f" … ({more} more)" if more > 0 else "")


def template_fault(column: ColumnMapping) -> str | None:
    """What is wrong with a `template`: its braces, a form that text cannot have, a value that is always empty."""
    template = column.template or ""
    try:
        parsed = composition.parse(template)
    except ValueError as error:
        return f"`{template}` cannot be filled in: {error}; a brace of its own is written twice, as {{{{ and }}}}"
    for _, name, spec in parsed.pieces:
        if name is not None and (not name.strip() or _PARTS_OF_TEXT.match(name)):
            told = f"`{{{name}}}` is not something that a template knows; it may use {{value}}, {{number}} and {{part}}"
            return f"{told}, and the columns of the file by their names"
        if spec and ("{" in spec or _SECOND.search(spec)):
            return f"`{spec}` is more than a template can do; write a width such as {{value:0>4}}"
    try:
        parsed.fill("x", 1, 1, lambda _: "x")
    except (ValueError, TypeError) as error:
        return f"`{template}` cannot be filled in: {error}; {{value}} is text, so zeros in front are {{value:0>4}}"
    if composition.VALUE in {name for _, name, _ in parsed.pieces} and column.composed:
        return "`{value}` is always empty here, because the column has neither `from` nor `value`; add one"
    return None


def _date_fault(form: str) -> str | None:
    """What is wrong with a format of dates: it must read back at least the year of a day that it wrote."""
    if "%" not in form:
        return f"`{form}` names no part of a date with %; write it such as %d/%m/%Y"
    try:
        written = _PROBE.strftime(form)
        day = datetime.strptime(written, form).date()  # noqa: DTZ007 - only the day is looked at
    except (ValueError, re.error) as error:
        return f"`{form}` cannot read a date ({error}); write it such as %d/%m/%Y"
    if day.year != _PROBE.year:
        return f"`{form}` has no year, so that every date would be of {day.year}; add %Y"
    if day.day == _PROBE.day and day.month != _PROBE.month:
        return f"`{form}` has a day and no month; %m is the month (%M is minutes)"
    if day != _PROBE.date() and day not in (date(2023, 11, 1), date(2023, 1, 1)):
        return f"`{form}` does not read back the date that it writes; write it such as %d/%m/%Y"
    return None


def _untyped(field: Field, text: str) -> str | None:
    """What is wrong with a constant for a column without a list, as far as its type and form tell."""
    pattern = field.constraints.get("pattern")
    if pattern is not None and re.fullmatch(pattern, text) is None:
        return f"is not written as `{field.name}` must be, for example {field.example}"
    try:
        if field.type == "date":
            year, month, day = map(int, text.split("-"))
            date(year, month, day)
        elif field.type in ("integer", "number"):
            number = float(text) if field.type == "number" else int(text)
            if not _within(number, field.constraints):
                return f"is beyond what `{field.name}` can be, for example {field.example}"
    except (ValueError, OverflowError):
        return f"is not a {_TYPES[field.type]} as `{field.name}` needs, for example {field.example}"
    return None


def _within(number: float, constraints: Mapping[str, object]) -> bool:
    lowest, highest = constraints.get("minimum"), constraints.get("maximum")
    return not (isinstance(lowest, int | float) and number < lowest) and not (
        isinstance(highest, int | float) and number > highest
    )
