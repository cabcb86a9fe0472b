"""One thing that the doctor looked at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """``well``: it is as it should be. ``todo``: what to do about it; of what is well, what to do some time."""

    name: str
    well: bool
    said: str
    todo: str | None = None
