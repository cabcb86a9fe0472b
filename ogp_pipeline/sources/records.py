"""What the mapping makes of a raw row: a row of one of our tables, still text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ogp_pipeline.formats.records import RawRow, Where

# Every rule (schemas/rules.csv) that fetching or mapping a file can give; ``formats.records`` has those of reading one.
RULES = frozenset(
    {
        "ambiguous-date",
        "bad-date",
        "time-in-date",
        "due-not-read",
        "file-not-readable",
        "missing-column",
        "missing-column/elsewhere",
        "not-a-file",
        "not-a-number",
        "no-partner",
        "no-partner/file",
        "no-partner/several",
        "unfit-nested",
        "unmapped-value",
        "unknown-headings",
    }
)

ELSEWHERE = "missing-column/elsewhere"
MISSING = frozenset({"missing-column", ELSEWHERE})  # a file lacks a column


class OwnPlaces(Mapping[str, Where]):
    """The places of a row's columns where every column is the sender's own: made when they are asked for, for of most
    rows nobody asks.
    """

    __slots__ = ("_names", "_row")

    def __init__(self, row: RawRow, names: Sequence[str]) -> None:
        self._row, self._names = row, names

    def __getitem__(self, column: str) -> Where:
        if column not in self._names:
            raise KeyError(column)
        return self._row.locate(column)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@dataclass(frozen=True, slots=True)
class MappedRow:
    """A row under canonical column names, still text. ``origins``: canonical column -> where it came from.

    ``received``: the text as it came, of the columns in which a label or a slip was replaced since.
    """

    table: str
    values: Mapping[str, str]
    origins: Mapping[str, Where]
    row: RawRow
    received: Mapping[str, str] = field(default_factory=dict)

    def corrected(self, values: Mapping[str, str]) -> "MappedRow":
        """The row with these values, remembering what came in place of those that differ."""
        changed = {name: text for name, text in self.values.items() if values.get(name) != text}
        if not changed:
            return self
        return MappedRow(self.table, values, self.origins, self.row, {**changed, **self.received})

    def as_received(self, column: str) -> str:
        """The text of a column as its sender wrote it."""
        return self.received.get(column, self.values.get(column, ""))

    def is_typed(self, column: str) -> bool:
        """Whether a reader wrote the text from a number, a date or a yes/no, and nobody spelled it."""
        if not self.row.typed:
            return False
        origin = self.origins.get(column)
        return column in self.row.typed or (origin is not None and origin.column in self.row.typed)
