"""What a repair did, one value for each thing, for people to be told in their language."""

from dataclasses import dataclass
from typing import Literal

What = Literal["completed", "moved", "signed", "made_again", "left_alone", "removed", "erased"]

_ENGLISH: dict[What, str] = {
    "completed": "views of release {key} completed",
    "moved": "latest.json moved to release {key}",
    "signed": "release {key} signed",
    "made_again": "{key} made again",
    "left_alone": "{key} left alone: {source} is missing or damaged",
    "removed": "{key} removed",
    "erased": "{key} removed, as its tombstone says",
}


@dataclass(frozen=True, slots=True)
class Repair:
    """``key``: of an object, or the number of a release. ``source``: what a view could not be made from."""

    what: What
    key: str
    source: str = ""

    def __str__(self) -> str:
        """In English, for logs and machines."""
        return _ENGLISH[self.what].format(key=self.key, source=self.source)
