"""What a mapping is put together from: conditions on cells, ranges, replacements, repeated columns, other files."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, model_validator

from ogp_pipeline.i18n.text import Text


class MappingPart(BaseModel):
    """A part of a mapping: nothing in it is unknown, and nothing changes it."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def _bound(value: object) -> Decimal | date:
    """A number or a day, as the programme file has it."""
    if isinstance(value, Decimal | date):
        return value
    try:
        if isinstance(value, str) and value.count("-") == 2:
            return date.fromisoformat(value)
        if isinstance(value, int | float | str) and not isinstance(value, bool):
            number = Decimal(str(value))
            if number.is_finite():
                return number
    except (ValueError, InvalidOperation):
        pass
    raise ValueError("must be a number, or a date as year-month-day")


Bound = Annotated[Decimal | date, PlainValidator(_bound)]


class Interval(MappingPart):
    """Numbers or days: ``least`` and ``up_to`` belong to it, ``below`` does not."""

    least: Bound | None = None
    up_to: Bound | None = None
    below: Bound | None = None

    @property
    def bounds(self) -> list[Decimal | date]:
        """Those that are given."""
        return [bound for bound in (self.least, self.up_to, self.below) if bound is not None]

    @property
    def of_days(self) -> bool:
        """Whether it speaks of days."""
        return any(isinstance(bound, date) for bound in self.bounds)

    def holds(self, value: Decimal | date) -> bool:
        """Whether a number (of an interval of numbers) or a day (of one of days) lies in it."""
        return not (
            (self.least is not None and value < self.least)  # type: ignore[operator]  # one kind, see `fault`
            or (self.up_to is not None and value > self.up_to)  # type: ignore[operator]
            or (self.below is not None and value >= self.below)  # type: ignore[operator]
        )

    def fault(self) -> str | None:
        """What is wrong with the bounds together."""
        kinds = {isinstance(bound, date) for bound in self.bounds}
        if len(kinds) > 1:
            return "has a number and a date as bounds; write two of one kind"
        if self.up_to is not None and self.below is not None:
            return "has `up_to` and `below`; keep one"
        top = self.up_to if self.up_to is not None else self.below
        if self.least is not None and top is not None and not (self.holds(self.least)):
            return f"holds nothing: it begins at {self.least} and ends at {top}"
        return None


class Range(Interval):
    """The code of the numbers or days of an interval."""

    code: str


class Condition(Interval):
    """What a cell must be; all that is given must hold. The cell's plain text is looked at, white space squeezed.

    ``is``: one of these texts. ``not``: none of these. ``match``: a regular expression is found in it. ``empty``:
    nothing, or something, stands in it. ``least``, ``up_to``, ``below``: a number (``decimal`` is its sign) or a day
    (under the formats of ``date``, or ISO).
    """

    is_: list[str] | None = Field(default=None, alias="is")
    not_: list[str] | None = Field(default=None, alias="not")
    match: str | None = None
    empty: bool | None = None
    decimal: Literal[",", "."] = "."
    date: list[str] = []

    @property
    def says_nothing(self) -> bool:
        """Whether it would hold for every cell."""
        return not self.bounds and all(condition is None for condition in (self.is_, self.not_, self.match, self.empty))


def _as_condition(value: object) -> object:
    """A list of texts is short for ``is``."""
    return {"is": value} if isinstance(value, list) else value


RowCondition = Annotated[Condition, BeforeValidator(_as_condition)]


class Skip(Condition):
    """Rows that carry no data by the sender's own words, such as "Progress update pending", or a row of totals."""

    column: str
    is_: list[str] | None = Field(default=None, alias="values")
    why: Text


class Replacement(MappingPart):
    """Every place where ``text`` stands, or the regular expression ``match`` fits, becomes ``by``."""

    text: str | None = None
    match: str | None = None
    by: str = ""

    @model_validator(mode="after")
    def _one(self) -> "Replacement":
        if (self.text is None) == (self.match is None) or not (self.text or self.match):
            raise ValueError("a replacement needs `text` or `match`, and not both")
        return self


def _as_replacements(value: object) -> object:
    """``{old: new}`` is short for a list of plain texts."""
    return [{"text": old, "by": new} for old, new in value.items()] if isinstance(value, dict) else value


Replacements = Annotated[list[Replacement], BeforeValidator(_as_replacements), Field(min_length=1)]


class Split(MappingPart):
    """One raw cell that holds several values: a row for each. ``on`` is a regular expression.

    The piece is offered to ``columns`` as the raw column ``_piece``.
    """

    column: str
    on: str


class Links(MappingPart):
    """A row for every link in Markdown or HTML text. Offers ``_url`` (absolute or as written) and ``_label``."""

    column: str


class Unpivot(MappingPart):
    """Repeated columns: a row for each that is not empty.

    ``columns``: the columns by name (``dependencia1``, ``dependencia2`` …). Offers ``_piece``, and ``_column``, which
    is the heading. ``headings``: blocks of columns by regular expressions with one group, the part that repeats:
    ``{status: "^Status (.+)$", note: "^Note (.+)$"}`` makes a row for each text that the groups take, and offers that
    text as ``_key`` and the cells as ``_status`` and ``_note``.
    """

    columns: list[str] = []
    headings: dict[str, str] = {}

    @model_validator(mode="after")
    def _one(self) -> "Unpivot":
        if bool(self.columns) == bool(self.headings):
            raise ValueError("`unpivot` needs `columns` or `headings`, and not both")
        return self

    @property
    def offered(self) -> set[str]:
        """The raw columns that its rows have besides the file's own."""
        return {"_key", *(f"_{name}" for name in self.headings)} if self.headings else {"_piece", "_column"}


def _as_items(value: object) -> object:
    return {"item": value} if isinstance(value, str) else value


Items = Annotated[dict[str, str], BeforeValidator(_as_items)]


class Join(MappingPart):
    """Another file or sheet of the same delivery, whose rows are found by a key.

    ``files`` and ``sheet`` are patterns of names (``*``) that say which it is. ``on``: our column -> its column. Its
    columns are offered as ``<name>/<column>``. ``optional``: a row may have no partner.
    """

    files: str | None = None
    sheet: str | None = None
    on: dict[str, str] = Field(min_length=1)
    optional: bool = False

    @model_validator(mode="after")
    def _which(self) -> "Join":
        if self.files is None and self.sheet is None:
            raise ValueError("`join` needs `files` or `sheet`, to know with what")
        return self
