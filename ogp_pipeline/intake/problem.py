"""One thing that a supplier should know about a file: data, never an exception."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as member
from enum import StrEnum

from ogp_pipeline.formats.records import Where


class Severity(StrEnum):
    """How serious: ``blocks`` keeps the row out, the other two do not."""

    BLOCKS = "blocks"
    PLEASE_CHECK = "please_check"
    COULD_BE_BETTER = "could_be_better"

    @property
    def place(self) -> int:
        """Where it stands when the most serious comes first."""
        return list(Severity).index(self)


# What keeps a row out although nothing in it is wrong: it waits for another file, or for our own settings.
_WAITS = frozenset(
    {
        "reference-not-yet",
        "reference-refused",
        "map-incomplete",
        "date-format",
        "missing-column/elsewhere",
        "rows-elsewhere",
    }
)
# What keeps a row out until its sender says that it may be published.
_CONFIRM = frozenset({"phone-in-public-text", "likely-personal"})


@dataclass(frozen=True, slots=True)
class Problem:
    """``rule`` is an id of schemas/rules.csv, whose bilingual texts are filled with ``details``.

    ``value`` is what was received, verbatim. ``table``, ``field`` are canonical; ``where`` is the sender's
    view.
    """

    rule: str
    level: Severity
    where: Where
    table: str | None = None
    field: str | None = None
    value: str | None = None
    details: Mapping[str, str] = member(default_factory=dict)

    @property
    def kind(self) -> str:
        """Under which heading it is told: its level; but ``waits`` where its sender has nothing to correct, and
        ``confirm`` where a word of its sender is enough."""
        return "waits" if self.rule in _WAITS else "confirm" if self.rule in _CONFIRM else self.level.value


def share_details(problems: Iterable[Problem]) -> Iterator[Problem]:
    """The same problems. Those with equal details share them: of a million wrong cells in a column, each would else
    hold the list of what is allowed there."""
    shared: dict[tuple[tuple[str, str], ...], Mapping[str, str]] = {}
    for problem in problems:
        same = shared.setdefault(tuple(problem.details.items()), problem.details)
        yield problem if same is problem.details else replace(problem, details=same)
