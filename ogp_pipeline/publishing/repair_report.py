"""What a repair did, one value for each thing, for people to be told in their language."""

from dataclasses import dataclass
from typing import Literal

from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.i18n.languages import ENGLISH

What = Literal[
    "completed", "moved", "signed", "made_again", "left_alone", "removed", "erased", "headers_set", "headers_refused"
]


@dataclass(frozen=True, slots=True)
class Repair:
    """``key``: of an object, or the number of a release.

    ``source``: what a view could not be made from, or the headers that are right.
    """

    what: What
    key: str
    source: str = ""

    def __str__(self) -> str:
        """In English, for logs and machines."""
        return say(f"upkeep.repaired.{self.what}", ENGLISH, object=self.key, source=self.source)
