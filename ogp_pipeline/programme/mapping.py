"""The declarative mapping from a real tracker's columns to ours: what may stand under ``tables:`` of a source.

One ``TableMapping`` makes rows of one canonical table. For every raw row, in this order:

1. ``where``  keeps the row only if each named raw column has one of the listed values;
2. ``skip``   sets the row aside if a raw column has one of the listed values, and the receipt counts it with the
   reason (both compare the cell's plain text: mark-up stripped, white space squeezed);
3. ``split``, ``links`` or ``unpivot`` (at most one) makes several rows of it;
4. ``columns`` computes each canonical column;
5. ``distinct`` drops a row whose canonical values all equal an earlier one's.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Union

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ogp_pipeline.formats import FORMATS
from ogp_pipeline.formats.format import Options
from ogp_pipeline.i18n.text import Text


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class ColumnMapping(_Model):
    """How one canonical column is computed. Steps apply in the order in which they stand here.

    ``source``: raw column(s); with several, the first that ``match`` (or, without it, any text) is found in.
    ``value``: a constant instead of a source.
    ``text``: strip HTML and Markdown mark-up to plain text, line breaks kept.
    ``match``: a regular expression; the first group (or the whole match) is taken; no match gives an empty cell.
    ``squeeze``: runs of white space become one space, ends trimmed (on unless switched off).
    ``map`` / ``map_file``: crosswalk of exact values; a value that is not listed is a problem, never a default.
      ``map_file`` is a CSV beside the programme file with the columns ``from`` and ``to``.
    ``date``: strptime formats tried in order (``%Y-%m-%d`` …); a date must be unambiguous under them.
      A format without a day gives the first day of what it names; for ``due_date`` the last one.
    ``due``: when something is due, in words (``Q3 2026``, ``by fall 2026``, ``primer semestre de 2027``,
      ``ongoing``) or as EDTF: ``edtf`` gives the expression, ``date`` its last day (empty if it has none),
      ``precision`` the code of its precision.
    ``decimal``: the decimal sign of numbers (``,`` turns ``1.234,5`` into ``1234.5``).
    ``template``: a Python format string over the result (``{value}``), ``{number}`` (row of the file, from 1) and
      ``{part}`` (row made by split, links or unpivot, from 1).
    ``empty``: values that mean "nothing here".
    """

    source: str | list[str] | None = Field(default=None, alias="from")
    value: str | None = None
    text: bool = False
    match: str | None = None
    squeeze: bool = True
    map: dict[str, str] | None = Field(default=None, min_length=1)
    map_file: Path | None = None
    date: list[str] | None = None
    due: Literal["edtf", "date", "precision"] | None = None
    decimal: Literal[",", "."] | None = None
    template: str | None = None
    empty: list[str] = []

    @model_validator(mode="after")
    def _one_origin(self) -> "ColumnMapping":
        given = [self.source is not None, self.value is not None, self.template is not None]
        if not any(given):
            raise ValueError("a column needs `from`, `value` or `template`")
        if self.source is not None and self.value is not None:
            raise ValueError("`from` and `value` exclude each other")
        if self.due is not None and self.date is not None:
            raise ValueError("`due` and `date` exclude each other")
        if self.map is not None and self.map_file is not None:
            raise ValueError("`map` and `map_file` exclude each other")
        return self


class Skip(_Model):
    """Rows that carry no data by the sender's own words, such as "Progress update pending"."""

    column: str
    values: list[str]
    why: Text


class Split(_Model):
    """One raw cell that holds several values: a row for each. ``on`` is a regular expression.

    The piece is offered to ``columns`` as the raw column ``_piece``.
    """

    column: str
    on: str


class Links(_Model):
    """A row for every link in Markdown or HTML text. Offers ``_url`` (absolute or as written) and ``_label``."""

    column: str


class Unpivot(_Model):
    """Repeated columns (``dependencia1``, ``dependencia2`` …): a row for each that is not empty, as ``_piece``."""

    columns: list[str]


class TableMapping(_Model):
    """Rows of one canonical table out of one file's raw rows. Offered besides the file's own columns: ``_file``."""

    columns: dict[str, ColumnMapping]
    where: dict[str, list[str]] = {}
    skip: list[Skip] = []
    split: Split | None = None
    links: Links | None = None
    unpivot: Unpivot | None = None
    distinct: bool = False

    @model_validator(mode="after")
    def _one_multiplier(self) -> "TableMapping":
        if sum(part is not None for part in (self.split, self.links, self.unpivot)) > 1:
            raise ValueError("only one of `split`, `links` and `unpivot`")
        return self


# What stands under `read:`: the options of whichever format its `kind` names.
if TYPE_CHECKING:
    Reader = Options
else:
    Reader = Annotated[Union[tuple(form.model for form in FORMATS.values())], Field(discriminator="kind")]  # noqa: UP007
