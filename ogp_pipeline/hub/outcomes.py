"""How the publication of a comparison ends, and why a member's newest release was not read."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ogp_pipeline.runs.outcomes import Published, Unchanged


class Reason(StrEnum):
    """Why a member's newest release was not read. These words stand in the data."""

    UNREACHABLE = "unreachable"  # its store gives no answer
    NOTHING_PUBLISHED = "nothing_published"  # it has no release yet
    NEWER_SOFTWARE = "newer_software"  # made with schemas that this software does not know
    NOT_VERIFIED = "not_verified"  # bytes, signature or history are not what its records say
    NOT_UNDERSTOOD = "not_understood"  # sound, and without a table or column that every release has


@dataclass(frozen=True, slots=True)
class NotRead:
    """A member whose newest release was not read. ``detail``: for the engineer, in English.

    ``kept``: the version whose figures stand in the comparison all the same, with their date; None if there is none.
    """

    member: str
    reason: Reason
    detail: str
    kept: str | None = None


@dataclass(frozen=True, slots=True)
class NothingToCompare:
    """No member has ever been read. What was published stands."""

    exit_code = 3


@dataclass(frozen=True, slots=True)
class ComparisonOutcome:
    """``ended``: as a run ends. ``read``: the members whose newest release was read, by their ids."""

    ended: Published | Unchanged | NothingToCompare
    read: Sequence[str]
    not_read: Sequence[NotRead]
