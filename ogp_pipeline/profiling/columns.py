"""What a column of a file holds: how much, of which kind, and how its dates, lists and keys are written."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from ogp_pipeline.patterns import compile_linear
from ogp_pipeline.profiling import words
from ogp_pipeline.sources import quantities

# Days in digits, the same in every language; those in words stand in the catalogue (``map.date_formats``).
_IN_DIGITS = (
    "%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y.%m.%d", "%d/%m/%y",
    "%m/%d/%y", "%d-%m-%y", "%d.%m.%y", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S",
)  # fmt: skip
_LONGEST_DAY = 40  # characters
_SEPARATORS = {";": ";", "|": r"\|", "\n": r"\n", " / ": " / "}
_MOST_CODES = 30  # different values of a column that is a list of codes
_SHORT = 80
_LISTS = 0.1  # of the cells, that a sign parts values and is no part of one
_ENOUGH = 0.6  # of the values, to say what a column holds
_ID = compile_linear(r"[A-Za-z0-9._/ -]{0,12}[0-9][A-Za-z0-9._/ -]{0,12}")
_NUMBER = compile_linear(r"[+-]?\d[\d., ]*")
_PERCENT = compile_linear(r"\d{1,3}(?:[.,]\d+)?\s*%")
_LINK = compile_linear(r"https?://\S+|/\S+/\S*")


class Kind(StrEnum):
    """What most of the values of a column are."""

    EMPTY = "empty"
    DATE = "date"
    PERCENT = "percent"
    NUMBER = "number"
    LINK = "address"
    KEY = "key"
    CODE = "code"
    TEXT = "text"


@dataclass(frozen=True)
class ColumnProfile:
    """``name``: as a mapping names it. ``raw``: its cells, one for each row; an empty cell is ''.

    ``outside``: cells of objects that have none of the objects which make the rows, such as a commitment without
    milestones.
    """

    name: str
    raw: tuple[str, ...]
    outside: tuple[str, ...] = ()

    @cached_property
    def values(self) -> list[str]:
        """The cells as a mapping sees them: white space squeezed."""
        return [" ".join(cell.split()) for cell in self.raw]

    @cached_property
    def nothing(self) -> list[str]:
        """Values that mean that there is none, as they are written."""
        return [value for value in dict.fromkeys(self.values) if value and words.is_nothing(value)]

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each value stands there that says something, in the order of the file."""
        cells = [*self.values, *(" ".join(cell.split()) for cell in self.outside)]
        return Counter(value for value in cells if value and not words.is_nothing(value))

    @property
    def filled(self) -> int:
        """How many cells say something."""
        return self.counts.total()

    @property
    def everywhere(self) -> bool:
        """Whether every cell says something."""
        return self.filled == len(self.raw) + len(self.outside)

    @property
    def unique(self) -> bool:
        """Whether every row has a value of its own: a candidate for a key."""
        return self.everywhere and self.filled == len(self.counts) > 0

    @cached_property
    def date_formats(self) -> list[str]:
        """The fewest formats under which the dates of the column can be read; none if it holds no dates."""
        days = sum(bool(quantities.dates(value, self.day_formats)) for value in self.counts)
        return self.day_formats if days and days >= _ENOUGH * len(self.counts) else []

    @cached_property
    def day_formats(self) -> list[str]:
        """The fewest formats under which whatever is a day in the column can be read, however few these are."""
        every = (*_IN_DIGITS, *words.date_formats())
        left = [value for value in self.counts if len(value) <= _LONGEST_DAY and any(map(str.isdigit, value))]
        formats: list[str] = []
        while left:
            readable = {form: [v for v in left if quantities.dates(v, [form])] for form in every}
            best = max(every, key=lambda form: len(readable[form]))
            if not readable[best]:
                break
            formats.append(best)
            left = [value for value in left if value not in set(readable[best])]
        return formats

    @cached_property
    def undated(self) -> list[str]:
        """The values that none of the formats reads."""
        return [value for value in self.counts if not quantities.dates(value, self.date_formats)]

    @cached_property
    def ambiguous(self) -> bool:
        """Whether day and month can be told apart by no value."""
        return any(
            self._is_read_too(form, form.replace("%d", "%%").replace("%m", "%d").replace("%%", "%m"))
            for form in self.day_formats
            if form.startswith(("%d/%m/", "%d-%m-"))
        )

    def _is_read_too(self, form: str, other: str) -> bool:
        """Whether all that one format reads is a day under another one, too."""
        days = [value for value in self.counts if quantities.dates(value, [form])]
        return all(quantities.dates(value, [other]) for value in days)

    @cached_property
    def separator(self) -> str | None:
        """What stands between several values in a cell, as a regular expression."""
        for sign, pattern in _SEPARATORS.items():
            lists = [cell for cell in (*self.raw, *self.outside) if sign in cell.strip()]
            pieces = [piece.strip() for cell in lists for piece in cell.split(sign)]
            single = {cell.strip() for cell in self.raw if sign not in cell}
            enough = len(lists) >= _LISTS * self.filled or (lists and single.intersection(pieces))
            if self.filled and enough and all(len(piece) <= _SHORT for piece in pieces):
                return pattern
        return r",\s" if self._parts_names_by_commas() else None

    def _parts_names_by_commas(self) -> bool:
        """A comma may be a part of a name: it parts names if one of them stands alone, too, and all have capitals."""
        lists = [value for value in self.counts if ", " in value]
        pieces = {piece for value in lists for piece in value.split(", ")}
        return bool(pieces & (self.counts.keys() - set(lists))) and all(piece[:1].isupper() for piece in pieces)

    @property
    def pieces(self) -> list[str]:
        """The different values, those of lists one by one."""
        if self.separator is None:
            return list(self.counts)
        cells = (*self.raw, *self.outside)
        parts = (" ".join(piece.split()) for cell in cells for piece in re.split(self.separator, cell))
        return [piece for piece in dict.fromkeys(parts) if piece and not words.is_nothing(piece)]

    @cached_property
    def kind(self) -> Kind:
        """What most of the values are."""
        if not self.counts:
            return Kind.EMPTY
        if self.date_formats:
            return Kind.DATE
        for kind, pattern in ((Kind.PERCENT, _PERCENT), (Kind.NUMBER, _NUMBER), (Kind.LINK, _LINK), (Kind.KEY, _ID)):
            if self._share(pattern) >= _ENOUGH:
                return kind
        few = len(self.counts) <= _MOST_CODES and max(map(len, self.counts)) <= _SHORT
        return Kind.CODE if few and len(self.counts) < self.filled else Kind.TEXT

    @property
    def has_links(self) -> bool:
        """Whether there are addresses in its texts."""
        return any("http://" in cell or "https://" in cell for cell in self.raw)

    def _share(self, pattern: re.Pattern[str]) -> float:
        return sum(pattern.fullmatch(value) is not None for value in self.counts) / len(self.counts)


def profiles(
    names: Iterable[str], rows: Sequence[dict[str, str]], outside: Sequence[dict[str, str]] = ()
) -> list[ColumnProfile]:
    """One for each column, in their order."""
    return [
        ColumnProfile(name, tuple(row.get(name, "") for row in rows), tuple(o[name] for o in outside if name in o))
        for name in names
    ]
