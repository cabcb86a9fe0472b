"""The tables that are laid down for the server of these tests are Prefect's own."""

import pytest

from tests.flows import tables

pytestmark = [pytest.mark.prefect, pytest.mark.night]


def test_they_are_what_prefect_makes_of_an_empty_database() -> None:
    there = tables.FILE.read_text(encoding="utf-8")
    assert _lines(tables.migrated()) == _lines(there), "python -m tests.flows.tables"


def _lines(text: str) -> list[str]:
    """In any order: Prefect's differs from time to time."""
    return sorted(line.rstrip(",") for line in text.splitlines())
