"""Which sign separates the columns of a CSV file: the declared one, unless the file itself proves another.

It does so by its first line (``sep=;``, as Excel writes it); by headings that are known under another sign and not
under the declared one; or, where no headings are known, because under the declared sign the first records do not form
columns, and under another they all have the same number of cells, at least two and more than the declared sign gives
the headings.
"""

import csv
import io
import re
from itertools import islice

from ogp_pipeline.formats.records import FileProblem, Where
from ogp_pipeline.formats.vocabulary import Vocabulary
from ogp_pipeline.i18n.catalogue import detail

_TRIED = 20
_LOOKED_AT = 1 << 18
_NAMES = {
    ",": "reading.sign.comma",
    ";": "reading.sign.semicolon",
    "\t": "reading.sign.tab",
    "|": "reading.sign.bar",
}
SIGNS = tuple(_NAMES)  # those that are tried, the most usual first
_FIRST_LINE = re.compile(r'"?sep=([^"\r\n])"?[;,\t]*(\r\n|\r|\n)', re.IGNORECASE)


def announced(text: str) -> tuple[str | None, str]:
    """The sign that the first line announces, and the text with an empty line in its place."""
    line = _FIRST_LINE.match(text)
    return (line[1], line[2] + text[line.end() :]) if line is not None else (None, text)


def proved(text: str, declared: str, vocabulary: Vocabulary) -> str:
    """The sign: ``declared``, unless the text proves another."""
    beginning = text[:_LOOKED_AT]
    return _by_headings(beginning, declared, vocabulary) if vocabulary else _by_widths(beginning, declared)


def other_sign(sign: str, declared: str, name: str) -> FileProblem:
    """What is said of a file which was read by another sign than its source declares."""
    details = detail("found", _NAMES.get(sign, "reading.sign.other"), sign=sign)
    details |= detail("expected", _NAMES.get(declared, "reading.sign.other"), sign=declared)
    return FileProblem("wrong-delimiter", Where(name, 1), None, details)


def _by_headings(text: str, declared: str, vocabulary: Vocabulary) -> str:
    def fitting(sign: str) -> int:
        return max(map(vocabulary.fitting, _records(text, sign)), default=0)

    if fitting(declared):
        return declared
    fits = {sign: fitting(sign) for sign in SIGNS if sign != declared}
    best = max(fits, key=lambda sign: fits[sign])
    return best if fits[best] > 1 else _by_widths(text, declared)


def _by_widths(text: str, declared: str) -> str:
    own = _widths(text, declared)
    if not own or (own[0] > 1 and len(set(own)) == 1):
        return declared
    best = 0
    likeliest = declared
    for sign in SIGNS:
        widths = _widths(text, sign)
        if len(set(widths)) == 1 and widths[0] > max(own[0], 1, best):
            best, likeliest = widths[0], sign
    return likeliest


def _widths(text: str, sign: str) -> list[int]:
    """The number of cells of each of the first records that are not blank; empty if they cannot be split."""
    return [len(cells) for cells in _records(text, sign)]


def _records(text: str, sign: str) -> list[list[str]]:
    cut = len(text) == _LOOKED_AT
    try:
        records = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=sign), _TRIED + 1))
    except csv.Error:
        return []
    if cut or len(records) > _TRIED:
        records = records[:-1]
    return [cells for cells in records if any(cell.strip() for cell in cells)]
