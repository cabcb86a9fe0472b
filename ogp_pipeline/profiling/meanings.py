"""Which column means what: by its heading first, then by what it holds."""

from collections.abc import Sequence

from ogp_pipeline.profiling.columns import ColumnProfile, Kind
from ogp_pipeline.profiling.views import View
from ogp_pipeline.profiling.words import Meaning, code_of, meanings, score
from ogp_pipeline.schema.model import Code

_MOSTLY = 0.6
_BY_KIND = {
    (Meaning.PROGRESS, Kind.PERCENT): Meaning.PERCENT,
    (Meaning.PROGRESS, Kind.NUMBER): Meaning.PERCENT,
    (Meaning.STATUS, Kind.PERCENT): Meaning.PERCENT,
    (Meaning.STATUS, Kind.NUMBER): Meaning.PERCENT,
    (Meaning.COMMITMENT, Kind.KEY): Meaning.COMMITMENT_ID,
    (Meaning.COMMITMENT, Kind.NUMBER): Meaning.COMMITMENT_ID,
    (Meaning.MILESTONE, Kind.KEY): Meaning.MILESTONE_ID,
    (Meaning.MILESTONE, Kind.NUMBER): Meaning.MILESTONE_ID,
}
_LEVELED = {
    (Meaning.COMMITMENT, Meaning.ID): Meaning.COMMITMENT_ID,
    (Meaning.COMMITMENT, Meaning.TITLE): Meaning.COMMITMENT,
    (Meaning.COMMITMENT, Meaning.DESCRIPTION): Meaning.COMMITMENT_DESCRIPTION,
    (Meaning.MILESTONE, Meaning.ID): Meaning.MILESTONE_ID,
    (Meaning.MILESTONE, Meaning.TITLE): Meaning.MILESTONE,
}
Meant = dict[Meaning, list[ColumnProfile]]


def assign(view: View, statuses: Sequence[Code]) -> Meant:
    """Meaning -> its columns, the surest first. ``statuses``: the codes of progress, of every scale."""
    there = [
        column
        for column in view.columns
        if column.kind is not Kind.EMPTY and (not column.name.startswith("_") or "/" in column.name)
    ]
    said = meanings([column.name for column in there])
    meant: Meant = {}
    for column in there:
        meaning = said.get(column.name)
        level = view.level_of(column.name)
        if meaning is not None and level is not None:
            meaning = _LEVELED.get((level, meaning), meaning)
        if meaning is not None:
            meant.setdefault(_BY_KIND.get((meaning, column.kind), meaning), []).append(column)
    for meaning, several in meant.items():
        several.sort(key=lambda column: -score(column.name, meaning))
    _keys(there, meant)
    _status(there, meant, statuses)
    _what_rows_are(meant)
    return meant


def _keys(columns: Sequence[ColumnProfile], meant: Meant) -> None:
    """A milestone's key may be told by its values alone: each begins with its commitment's."""
    if Meaning.MILESTONE_ID in meant or Meaning.COMMITMENT_ID not in meant:
        return
    above = meant[Meaning.COMMITMENT_ID][0]
    for column in columns:
        pairs = list(zip(above.values, column.values, strict=True))
        if column is not above and column.unique and all(a and b.startswith(a) and a != b for a, b in pairs):
            _take(meant, column)
            meant[Meaning.MILESTONE_ID] = [column]
            return


def _status(columns: Sequence[ColumnProfile], meant: Meant, statuses: Sequence[Code]) -> None:
    """Where no heading says so, the column that holds mostly words for how far something has come."""
    if Meaning.STATUS in meant:
        return
    for column in columns:
        statuses_read = sum(
            code_of(value, statuses) is not None or _of_several(value, statuses) for value in column.counts
        )
        if column.kind in (Kind.CODE, Kind.TEXT) and statuses_read >= _MOSTLY * max(len(column.counts), 2):
            _take(meant, column)
            meant[Meaning.STATUS] = [column]
            return


def _of_several(value: str, statuses: Sequence[Code]) -> bool:
    """Whether a scale has it; in all scales together, one word may be several codes."""
    scales = {code.scale for code in statuses}
    return any(code_of(value, [code for code in statuses if code.scale == scale]) is not None for scale in scales)


def _what_rows_are(meant: Meant) -> None:
    """``id``, ``title`` and ``description`` are those of what a row is about: a milestone, else a commitment."""
    of_milestones = Meaning.MILESTONE in meant or Meaning.MILESTONE_ID in meant or _repeats(meant)
    key, title = (
        (Meaning.MILESTONE_ID, Meaning.MILESTONE) if of_milestones else (Meaning.COMMITMENT_ID, Meaning.COMMITMENT)
    )
    if of_milestones and _numbers_commitments(meant):
        key = Meaning.COMMITMENT_ID
    for bare, full in ((Meaning.ID, key), (Meaning.TITLE, title)):
        if bare in meant and full not in meant:
            meant[full] = meant.pop(bare)
    if Meaning.DESCRIPTION in meant and Meaning.COMMITMENT_DESCRIPTION not in meant and not of_milestones:
        meant[Meaning.COMMITMENT_DESCRIPTION] = meant.pop(Meaning.DESCRIPTION)


def _numbers_commitments(meant: Meant) -> bool:
    """Whether a bare number is the commitment's: it comes again with each, and with no other."""
    numbers, titles = meant.get(Meaning.ID), meant.get(Meaning.COMMITMENT)
    if not numbers or not titles or numbers[0].unique:
        return False
    pairs = set(zip(numbers[0].values, titles[0].values, strict=True))
    return len(pairs) == len(set(numbers[0].values)) == len(set(titles[0].values))


def _repeats(meant: Meant) -> bool:
    """Whether a commitment has several rows that differ in their titles."""
    keys, titles = meant.get(Meaning.COMMITMENT_ID), meant.get(Meaning.TITLE)
    return bool(keys and titles and not keys[0].unique and len(titles[0].counts) > len(keys[0].counts))


def _take(meant: Meant, column: ColumnProfile) -> None:
    """From whatever it was thought to mean."""
    for meaning in list(meant):
        meant[meaning] = [other for other in meant[meaning] if other is not column]
        if not meant[meaning]:
            del meant[meaning]
