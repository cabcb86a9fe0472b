"""What the differential run saw: files by theme, strategy, reason and outcome, errors by type.

A test hands its counts over as a user property of its report, because reports are what pytest-xdist carries from its
workers to the process that prints the summary (``tests/conftest.py`` calls ``summary`` there).
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pytest

from tests.differential.case import Outcome

PROPERTY = "differential"


@dataclass
class Counts:
    """Counters of one test, or of all."""

    files: Counter[str] = field(default_factory=Counter)
    strategies: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    errors_by_strategy: Counter[str] = field(default_factory=Counter)

    def add(self, theme: str, expected: Outcome, got: Outcome) -> None:
        """Count one compared file."""
        self.files[theme] += 1
        if expected.raised is not None:
            self.outcomes[f"raised {expected.raised}"] += 1
            return
        self.strategies[got.strategy] += 1
        self.reasons[f"{got.strategy}: {_kind(got.strategy_reason)}"] += 1
        self.outcomes["valid" if not expected.error_types else "with errors"] += 1
        self.errors.update(expected.error_types)
        self.errors_by_strategy.update(f"{kind} {got.strategy}" for kind in expected.error_types)

    def text(self) -> str:
        """As JSON, for a report's user property."""
        return json.dumps({name: dict(counter) for name, counter in vars(self).items()})

    def take(self, text: str) -> None:
        """Add what another test counted."""
        for name, counted in json.loads(text).items():
            getattr(self, name).update(counted)


def total(reports: Iterable[object]) -> Counts:
    """The counts of all reports that carry some."""
    counts = Counts()
    for report in reports:
        if isinstance(report, pytest.TestReport) and report.when == "teardown":
            for name, value in report.user_properties:
                if name == PROPERTY:
                    counts.take(str(value))
    return counts


def summary(counts: Counts) -> Iterator[str]:
    """Lines for a terminal: first the figure, then where it comes from."""
    strategies = sorted(counts.strategies)
    yield f"{counts.files.total()} files compared with frictionless: {_listed(counts.outcomes)}"
    yield f"strategies: {_listed(counts.strategies)}"
    yield f"themes: {_listed(counts.files)}"
    yield f"{'errors':<22}{'all':>9}" + "".join(f"{strategy:>14}" for strategy in strategies)
    for kind, number in counts.errors.most_common():
        yield f"{kind:<22}{number:>9}" + "".join(
            f"{counts.errors_by_strategy[f'{kind} {strategy}']:>14}" for strategy in strategies
        )
    for reason, number in counts.reasons.most_common():
        yield f"{number:>9} {reason}"


def _kind(reason: str) -> str:
    """A reason without what is of this file alone: its path, its numbers, its bytes, what the next strategy said."""
    first = reason.split(";")[0]
    return re.sub(r"(\[[a-z-]+\]|Arrow\w+:).*", r"\1", first)


def _listed(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counter.most_common())
