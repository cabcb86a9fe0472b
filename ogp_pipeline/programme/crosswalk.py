"""A crosswalk in a file of its own: a CSV beside the programme file with the columns ``from`` and ``to``."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_FIRST = 2  # the line below the headings


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """``values``: what each value becomes. ``mistakes``: what is wrong, with the file's line."""

    values: Mapping[str, str]
    mistakes: tuple[tuple[int | None, str], ...] = ()


def read(path: Path) -> Crosswalk:
    """The crosswalk in ``path``, and every mistake in it."""
    try:
        records = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        return Crosswalk({}, ((None, f"cannot be read as a crosswalk: {error}"),))
    if not records or not {"from", "to"} <= set(records[0]):
        return Crosswalk({}, ((1, "a crosswalk needs rows and the columns `from`, `to`"),))
    values: dict[str, str] = {}
    mistakes: list[tuple[int | None, str]] = []
    for line, record in enumerate(records, start=_FIRST):
        given, becomes = record["from"] or "", record["to"] or ""
        if values.setdefault(given, becomes) != becomes:
            mistakes.append((line, f"{given!r} stands here again, with another value"))
    return Crosswalk(values, tuple(mistakes))
