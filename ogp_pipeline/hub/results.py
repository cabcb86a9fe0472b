"""What became of each programme in a night of a hub, and the record of the night."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, get_args

from ogp_pipeline.i18n.legible import presentable
from ogp_pipeline.runs import outcomes
from ogp_pipeline.runs.outcomes import Failed, Held, Outcome, Published, Rejected
from ogp_pipeline.runs.record import troubles_to_json
from ogp_pipeline.runs.standing_troubles import News

PAUSED = "Paused"
LAST = "last-night.json"
_LOG = 20_000  # characters of what a programme's run logged: its end says why
# How a night ends, by how its programmes ended: the first that one of them has.
_WORST = (1, 4, 6)
_CODES: dict[str, int] = {kind.__name__: kind.exit_code for kind in get_args(Outcome)} | {PAUSED: 0}


def of(programme: str, outcome: Outcome) -> "ProgrammeResult":
    """The result of a run that ended with ``outcome``."""
    match outcome:
        case Published(version):
            return ProgrammeResult(programme, outcomes.name(outcome), version=version)
        case Failed(told, version):
            return ProgrammeResult(programme, outcomes.name(outcome), told, version)
        case Rejected(problems, deliveries, version):
            told = f"deliveries refused: {deliveries}; blocking problems: {problems}"
            return ProgrammeResult(programme, outcomes.name(outcome), told, version)
        case Held(on_hold, version):
            return ProgrammeResult(programme, outcomes.name(outcome), f"deliveries on hold: {on_hold}", version)
    return ProgrammeResult(programme, outcomes.name(outcome))


def failed(programme: str, told: str) -> "ProgrammeResult":
    """The result of a run that told nothing itself."""
    return of(programme, Failed(told))


@dataclass(frozen=True, slots=True)
class ProgrammeResult:
    """How a programme's run ended. ``state``: the name of its outcome, or that it is paused; ``told``: why, in a line.

    ``version``: what it published. ``seconds`` of the clock and ``cpu_seconds`` of processors, with those of the
    processes that it started. ``log``: the end of what its run logged. ``news``: what began to be
    wrong, and what ended.
    """

    programme: str
    state: str
    told: str = ""
    version: str | None = None
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    sources: int = 0
    log: str = ""
    news: News = field(default_factory=News)

    @property
    def exit_code(self) -> int:
        """As ``ogp run`` would end; 1 of whatever is not known here."""
        return _CODES.get(self.state, 1)

    def to_json(self) -> dict[str, Any]:
        """As the record and ``--json`` have it."""
        return {
            "programme": self.programme,
            "state": self.state,
            "version": self.version,
            "told": presentable(self.told, lines=True),
            "seconds": round(self.seconds, 3),
            "cpu_seconds": round(self.cpu_seconds, 3),
            "sources": self.sources,
            "log": self.log,
            "troubles": troubles_to_json(self.news),
        }


@dataclass(frozen=True, slots=True)
class Night:
    """A night of a hub. ``comparison``: how its publication ended, in a word, and ``told``, why."""

    id: str
    hub: str
    started: datetime
    seconds: float
    programmes: tuple[ProgrammeResult, ...]
    comparison: str
    told: str = ""

    @property
    def exit_code(self) -> int:
        """1 if a programme or the comparison failed, else 4 if one refused a file, 6 if one holds a file, else 0."""
        codes = {result.exit_code for result in self.programmes}
        if self.comparison == "Failed":
            return 1
        return next((code for code in _WORST if code in codes), 0)

    @property
    def counts(self) -> dict[str, int]:
        """How many programmes ended in which state, the most frequent first."""
        states = [result.state for result in self.programmes]
        return {
            state: states.count(state) for state in sorted(set(states), key=lambda each: (-states.count(each), each))
        }

    def to_json(self) -> dict[str, Any]:
        """As it is stored and shown."""
        return {
            "id": self.id,
            "hub": self.hub,
            "started": self.started.isoformat(),
            "seconds": round(self.seconds, 3),
            "exit_code": self.exit_code,
            "counts": self.counts,
            "programmes": [result.to_json() for result in self.programmes],
            "comparison": {"state": self.comparison, "told": presentable(self.told, lines=True)},
        }

    def to_bytes(self) -> bytes:
        """The stored record."""
        return (json.dumps(self.to_json(), ensure_ascii=False, indent=1) + "\n").encode()


def key_of(night_id: str) -> str:
    """Where the record of a night lies in the hub's private store."""
    return f"nights/{night_id}.json"


def end_of(lines: Sequence[str]) -> str:
    """The end of a log, in letters that every record can hold."""
    return presentable("\n".join(lines)[-_LOG:], lines=True)
