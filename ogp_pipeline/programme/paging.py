"""How an address gives its records page by page, where the programme file says so instead of leaving it to be seen."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

# What the parameter is called where the programme file does not say so.
_PARAMETERS = {"page": "page", "offset": "offset", "token": "offset"}


class Paging(BaseModel):
    """``by``: what leads to the next page.

    ``next``: its address, which stands at the JSON pointer ``at``. ``token``: a text that stands there, sent back as
    ``parameter`` (Airtable's ``offset``). ``page``: its number as ``parameter``, from ``first``. ``offset``: how many
    records came before, as ``parameter``.

    ``size``: how many records a page has, asked for as ``size_parameter`` (if that is given). ``total``: the JSON
    pointer to how many there are in all; without it, a page that is not full is the last.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    by: Literal["next", "page", "offset", "token"]
    at: str = ""
    parameter: str = ""
    first: int = Field(default=1, ge=0)
    size: int | None = Field(default=None, ge=1)
    size_parameter: str | None = None
    total: str | None = None

    @model_validator(mode="after")
    def _enough(self) -> "Paging":
        if self.by in ("next", "token") and not self.at.startswith("/"):
            raise ValueError(f"`by: {self.by}` needs `at`, a JSON pointer such as /paging/next")
        if self.by == "next" and self.parameter:
            raise ValueError("`parameter` is not used with `by: next`: the next address is complete")
        if self.by in ("page", "offset") and self.size is None and self.total is None:
            raise ValueError(
                f"`by: {self.by}` needs `total` or `size`: otherwise nobody can tell which page is the last"
            )
        if self.size_parameter is not None and self.size is None:
            raise ValueError("`size_parameter` needs `size`")
        if self.total is not None and not self.total.startswith("/"):
            raise ValueError("`total` must be a JSON pointer such as /result/total")
        return self

    @property
    def named(self) -> str:
        """The parameter that leads to the next page."""
        return self.parameter or _PARAMETERS.get(self.by, "")

    def fault(self, kind: str) -> str | None:
        """What does not go with the format of that kind."""
        if kind == "csv" and (self.at or self.total):
            return "`pages` of a CSV has no `at` and no `total`: these are JSON pointers; write `size`"
        return None if kind in ("csv", "json") else "`pages` can be followed in JSON and CSV only"
