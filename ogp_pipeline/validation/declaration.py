"""What a sender declares in the file itself: how many rows it means to withdraw, to empty, or to take back a level.

A column headed ``withdraws`` (or ``retira``, in any language that we speak), with the number in any one of its rows.
It works in whatever the file is: text, workbook, JSON, a filled template; under any name, in any folder. The column is
taken away before anything else is read. A line that holds nothing but the number is no row.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ogp_pipeline.formats.records import RawRow, Reading
from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.i18n.letters import bare
from ogp_pipeline.intake.effect import Guard
from ogp_pipeline.programme.sources import Source
from ogp_pipeline.validation.mapped_delivery import ReadDelivery

DECLARABLE = (Guard.WITHDRAWS, Guard.EMPTIES, Guard.GOES_BACK)

Declared = Mapping[Guard, int]


def take(received: ReadDelivery, source: Source) -> tuple[ReadDelivery, Declared]:
    """The delivery without its declarations, and what they say."""
    spoken_for = set(_mapped(source))
    declared: dict[Guard, int] = {}
    readings: dict[str, Reading] = {}
    for name, reading in received.readings.items():
        columns = {
            heading: guard
            for heading in reading.headings
            if (guard := _guard(heading)) is not None and heading not in spoken_for
        }
        readings[name] = _without(reading, columns) if columns else reading
        for heading, guard in columns.items():
            numbers = [number for row in reading.rows if (number := _number(row.values.get(heading, ""))) is not None]
            if numbers:
                declared[guard] = declared.get(guard, 0) + numbers[0]
    return ReadDelivery(readings), declared


def _mapped(source: Source) -> Iterator[str]:
    """The headings that the source's own mapping reads."""
    for mapping in (mapping for of_table in source.tables.values() for mapping in of_table):
        for column in mapping.columns.values():
            if column.source is not None:
                yield from [column.source] if isinstance(column.source, str) else column.source


def _guard(heading: str) -> Guard | None:
    names = {
        _plain(say(f"declaration.heading.{guard}", language)): guard for guard in DECLARABLE for language in LANGUAGES
    }
    return names.get(_plain(heading))


def _plain(text: str) -> str:
    """Without case, accents and lines below words: as people write headings."""
    return bare(text.replace("_", " ")).strip()


def _number(text: str) -> int | None:
    plain = text.strip()
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) <= 9 else None


def _without(reading: Reading, columns: Mapping[str, Guard]) -> Reading:
    rows: list[RawRow] = []
    for row in reading.rows:
        values = {heading: text for heading, text in row.values.items() if heading not in columns}
        if any(text.strip() for text in values.values()) or not any(
            row.values.get(column, "").strip() for column in columns
        ):
            rows.append(replace(row, values=values))
    return replace(
        reading, rows=rows, headings=tuple(heading for heading in reading.headings if heading not in columns)
    )
