"""An edition: a release as others name it. A dataset's edition is the release that last changed a file of its data.

A dataset's workbook names the dataset's edition, not the release in which it stands: so its bytes, like those of every
other file, stay the same until the dataset changes, and a workbook that somebody keeps still says which one it is.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Edition:
    """``created``: when it was published, UTC, as the release's record says; ``as_of``: the day of which it speaks."""

    version: str
    created: str
    as_of: date

    def to_json(self) -> dict[str, str]:
        """As ``datapackage.json`` says it."""
        return {"version": self.version, "created": self.created, "asOf": self.as_of.isoformat()}


def of_datasets(described: dict[str, Any]) -> dict[str, Edition]:
    """The editions by dataset that a release's ``datapackage.json`` names; none, if older software made it."""
    return {
        name: Edition(said["version"], said["created"], date.fromisoformat(said["asOf"]))
        for name, said in described.get("datasets", {}).items()
    }
