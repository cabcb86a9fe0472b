"""Is a CSV file separated by another sign than its source declares? Said only when the file itself proves it.

The proof: under the declared sign the first records do not form columns, and under another one they all have the
same number of cells, at least two and more than the declared sign gives the headings.
"""

import csv
import io
from itertools import islice

from ogp_pipeline.formats.records import FileProblem, Where
from ogp_pipeline.i18n.catalogue import detail

_TRIED = 20
_LOOKED_AT = 1 << 18
_NAMES = {
    ",": "reading.sign.comma",
    ";": "reading.sign.semicolon",
    "\t": "reading.sign.tab",
    "|": "reading.sign.bar",
}


def wrong_delimiter(text: str, declared: str, name: str) -> FileProblem | None:
    """The problem ``wrong-delimiter``, or None if the declared sign may be right."""
    beginning = text[:_LOOKED_AT]
    own = _widths(beginning, declared)
    if not own or (own[0] > 1 and len(set(own)) == 1):
        return None
    best = 0
    found = declared
    for sign in _NAMES:
        widths = _widths(beginning, sign)
        if len(set(widths)) == 1 and widths[0] > max(own[0], 1, best):
            best, found = widths[0], sign
    if found == declared:
        return None
    details = detail("found", _NAMES[found])
    details |= detail("expected", _NAMES.get(declared, "reading.sign.other"), sign=declared)
    return FileProblem("wrong-delimiter", Where(name, 1), None, details)


def _widths(text: str, sign: str) -> list[int]:
    """The number of cells of each of the first records that are not blank; empty if they cannot be split."""
    cut = len(text) == _LOOKED_AT
    try:
        records = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=sign), _TRIED + 1))
    except csv.Error:
        return []
    if cut or len(records) > _TRIED:
        records = records[:-1]
    return [len(cells) for cells in records if any(cell.strip() for cell in cells)]
