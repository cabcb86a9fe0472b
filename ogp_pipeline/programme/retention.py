"""How long received files are kept, where a programme says so. Without a rule, for ever.

retention:
  accepted: {days: 3650}                 # files whose rows entered, and no row of which stands any more
  turned_away: {days: 365}               # files that were refused, rejected, empty, or too costly to examine
  copies: {days: 90, at_least: 7}        # copies of the private store (``ogp backup``)
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

SHORTEST = 30  # days in which a supplier may still ask what was sent
Days = Annotated[int, Field(ge=SHORTEST, le=36500)]


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AcceptedFiles(_Rules):
    """``days`` since they were last received. ``only``: those of which no row stands, or all of them."""

    days: Days
    only: Literal["superseded", "all"] = "superseded"


class TurnedAwayFiles(_Rules):
    """``days`` since they were last received."""

    days: Days


class KeptCopies(_Rules):
    """``days`` since they were taken. ``at_least``: so many of the newest stay, however old."""

    days: Annotated[int, Field(ge=1, le=36500)]
    at_least: Annotated[int, Field(ge=1, le=10000)] = 7


class Retention(_Rules):
    """The rules; None where files are kept for ever."""

    accepted: AcceptedFiles | None = None
    turned_away: TurnedAwayFiles | None = None
    copies: KeptCopies | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "Retention":
        if self.accepted is None and self.turned_away is None and self.copies is None:
            told = "name `accepted`, `turned_away` or `copies`, or leave `retention` out: then all is kept for ever"
            raise ValueError(told)
        return self
