"""The declarative mapping from a real tracker's columns to ours: what may stand under ``tables:`` of a source.

One ``TableMapping`` makes rows of one canonical table. For every raw row, in this order:

1. ``files`` and ``sheet`` take the row only if it comes from there;
2. ``where``  keeps the row only if each named raw column is as its condition says;
3. ``skip``   sets the row aside if a raw column is as it says, and the receipt counts it with the reason (both look at
   the cell's plain text: mark-up stripped, white space squeezed);
4. ``split``, ``links``, ``unpivot`` or ``items`` (at most one) makes several rows of it; a ``where`` of a column that
   they offer looks at each of these;
5. ``join`` finds the rows of other files that belong to it;
6. ``columns`` computes each canonical column;
7. ``distinct`` drops a row whose canonical values all equal an earlier one's.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Union

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ogp_pipeline.formats import FORMATS
from ogp_pipeline.formats.format import Options
from ogp_pipeline.programme.mapping_parts import (
    Items,
    Join,
    Links,
    Range,
    Replacements,
    RowCondition,
    Skip,
    Split,
    Unpivot,
)


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class ColumnMapping(_Model):
    """How one canonical column is computed. Steps apply in the order in which they stand here.

    ``source``: raw column(s); with several, the first that ``match`` (or, without it, any text) is found in.
    ``joined``: all of several sources that are not empty, with this text between them.
    ``jmespath``: an expression over the nested object that the row was (JSON, YAML), instead of a source.
    ``value``: a constant instead of a source.
    ``template`` without any of these: the text that it makes, see below.
    ``text``: strip HTML and Markdown mark-up to plain text, line breaks kept.
    ``match``: a regular expression; the first group (or the whole match) is taken; no match gives an empty cell.
    ``squeeze``: runs of white space become one space, ends trimmed (on unless switched off).
    ``replace``, ``case``, ``slug``: texts in it replaced; small or capital letters; lower-case words joined by hyphens,
      without accents and signs, as in an address.
    ``map`` / ``map_file``: crosswalk of exact values; a value that is not listed is a problem, never a default.
      ``map_file`` is a CSV beside the programme file with the columns ``from`` and ``to``.
    ``date``: strptime formats tried in order (``%Y-%m-%d`` …); a date must be unambiguous under them.
      A format without a day gives the first day of what it names; for ``due_date`` the last one.
    ``due``: when something is due, in words (``Q3 2026``, ``by fall 2026``, ``primer semestre de 2027``,
      ``ongoing``) or as EDTF: ``edtf`` gives the expression, ``date`` its last day (empty if it has none),
      ``precision`` the code of its precision. With ``date`` beside it, what its formats read is a day.
    ``decimal``: the decimal sign of numbers (``,`` turns ``1.234,5`` into ``1234.5``).
    ``shares``: its numbers are parts of one (``0.45`` turns into ``45``), but for those with a percent sign.
    ``ranges``: intervals of numbers (or of days, with ``date``), each with its code; the first that holds it counts.
    ``template``: a Python format string over the result (``{value}``), the raw columns by their names, ``{number}``
      (row of the file, from 1) and ``{part}`` (row made by split, links, unpivot or items, from 1). Where a column that
      it names is empty, there is no text: half a key is none.
    ``empty``: values that mean "nothing here".
    ``optional``: a file may lack the raw columns altogether.
    """

    source: str | list[str] | None = Field(default=None, alias="from")
    joined: str | None = None
    jmespath: str | None = None
    value: str | None = None
    text: bool = False
    match: str | None = None
    squeeze: bool = True
    replace: Replacements | None = None
    case: Literal["lower", "upper"] | None = None
    slug: bool = False
    map: dict[str, str] | None = Field(default=None, min_length=1)
    map_file: Path | None = None
    date: list[str] | None = None
    due: Literal["edtf", "date", "precision"] | None = None
    decimal: Literal[",", "."] | None = None
    shares: bool = False
    ranges: list[Range] | None = Field(default=None, min_length=1)
    template: str | None = None
    empty: list[str] = []
    optional: bool = False

    @model_validator(mode="after")
    def _one_origin(self) -> "ColumnMapping":
        origins = [self.source is not None, self.value is not None, self.jmespath is not None]
        if sum(origins) + (self.template is not None) == 0:
            raise ValueError("a column needs `from`, `value`, `jmespath` or `template`")
        if sum(origins) > 1:
            raise ValueError("`from`, `value` and `jmespath` exclude each other")
        if self.joined is not None and not isinstance(self.source, list):
            raise ValueError("`joined` needs a list of columns as `from`")
        if self.map is not None and self.map_file is not None:
            raise ValueError("`map` and `map_file` exclude each other")
        if self.ranges is not None and (self.map is not None or self.map_file is not None):
            raise ValueError("`ranges` and a crosswalk exclude each other")
        return self

    @property
    def sources(self) -> list[str]:
        """The raw columns of ``from``."""
        return [self.source] if isinstance(self.source, str) else self.source or []

    @property
    def composed(self) -> bool:
        """Whether its text comes from the template alone."""
        return self.source is None and self.value is None and self.jmespath is None


class TableMapping(_Model):
    """Rows of one canonical table out of raw rows. Offered besides a file's own columns: ``_file`` and ``_sheet``."""

    columns: dict[str, ColumnMapping]
    files: str | None = None
    sheet: str | None = None
    where: dict[str, RowCondition] = {}
    skip: list[Skip] = []
    split: Split | None = None
    links: Links | None = None
    unpivot: Unpivot | None = None
    items: Items | None = Field(default=None, min_length=1)
    join: dict[str, Join] = {}
    distinct: bool = False

    @model_validator(mode="after")
    def _one_multiplier(self) -> "TableMapping":
        if sum(part is not None for part in (self.split, self.links, self.unpivot, self.items)) > 1:
            raise ValueError("only one of `split`, `links`, `unpivot` and `items`")
        return self

    def offers(self, name: str) -> bool:
        """Whether a raw column is not of the file but of what the mapping makes of it."""
        if name in ("_file", "_sheet"):
            return True
        if self.split is not None or self.links is not None:
            return name in ({"_piece"} if self.split is not None else {"_url", "_label"})
        if self.unpivot is not None and name in self.unpivot.offered:
            return True
        first, slash, _ = name.partition("/")
        return bool(slash) and (first in self.join or (self.items is not None and first[1:] in self.items))


# What stands under `read:`: the options of whichever format its `kind` names.
if TYPE_CHECKING:
    Reader = Options
else:
    Reader = Annotated[Union[tuple(form.model for form in FORMATS.values())], Field(discriminator="kind")]  # noqa: UP007
