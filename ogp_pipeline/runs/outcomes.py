"""How a run ends: exactly one of these. The Prefect state is named after it and the exit code follows it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Published:
    """A new release stands. ``version`` is its data version."""

    version: str
    exit_code = 0


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Everything was read; the content equals the newest release (``version``, None before the first).

    ``held``: the reason of the rollback, when what would be published is what was rolled back.
    """

    version: str | None
    held: str | None = None
    exit_code = 0


@dataclass(frozen=True, slots=True)
class NothingReceived:
    """No source gave a single file in this run, or none has ever given a row. What was published stands."""

    exit_code = 3


@dataclass(frozen=True, slots=True)
class Rejected:
    """``problems`` blocking problems in ``deliveries`` files. ``version``: what was published from the rest."""

    problems: int
    deliveries: int
    version: str | None = None
    exit_code = 4


@dataclass(frozen=True, slots=True)
class Held:
    """``on_hold`` deliveries wait for a person's word. ``version``: what was published from the rest."""

    on_hold: int
    version: str | None = None
    exit_code = 6


@dataclass(frozen=True, slots=True)
class Failed:
    """Something on our side or a source's did not work. ``version``: what was published from the rest."""

    reason: str
    version: str | None = None
    exit_code = 1


Outcome = Published | Unchanged | NothingReceived | Rejected | Held | Failed


def name(outcome: Outcome) -> str:
    """The outcome's name, as the Prefect state, the run record and ``--json`` carry it."""
    return type(outcome).__name__
