"""A table of Markdown where a CSV file is expected: columns between bars, and a line of dashes below the headings.

    | milestone_id | status |
    |:-------------|-------:|
    | XX0001.1     | done   |

The line of dashes tells it from every CSV file, so it is read as what it is, and said.
"""

import re
from collections.abc import Iterator

from ogp_pipeline.formats.records import Record
from ogp_pipeline.formats.vocabulary import LOOKED_AT

_DASHES = re.compile(r":?-+:?")
_BAR = re.compile(r"(?<!\\)\|")  # one with a backslash before it is a sign of the text
_LOOKED_AT = 1 << 18


def rule_line(text: str) -> int | None:
    """The line of the dashes, from 1; None if the text is no such table. Below must be as many cells as above."""
    lines = text[:_LOOKED_AT].splitlines()[: LOOKED_AT + 1]
    for number in range(1, len(lines)):
        if "|" not in lines[number] or "|" not in lines[number - 1]:
            continue
        dashes = _cells(lines[number])
        if len(dashes) > 1 and all(map(_DASHES.fullmatch, dashes)) and len(_cells(lines[number - 1])) == len(dashes):
            return number + 1
    return None


def records(text: str, rule: int) -> Iterator[Record]:
    """Its records, with the lines around it, as they stand in the file. ``rule``: the line of the dashes."""
    for line, written in enumerate(text.splitlines(), start=1):
        if line != rule:
            yield Record(line, _cells(written) if "|" in written else [written.strip()] if written.strip() else [])


def _cells(written: str) -> list[str]:
    plain = written.strip().removeprefix("|")
    if plain.endswith("|") and not plain.endswith("\\|"):
        plain = plain[:-1]
    return [cell.strip().replace("\\|", "|") for cell in _BAR.split(plain)]
