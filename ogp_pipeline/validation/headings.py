"""The headings that a source reads: those that its mappings name, or our own columns with what people call them."""

import re
from collections.abc import Iterator, Mapping

from ogp_pipeline.formats.records import Reading
from ogp_pipeline.formats.vocabulary import Vocabulary, vocabulary
from ogp_pipeline.patterns import compile_given
from ogp_pipeline.programme.mapping import TableMapping
from ogp_pipeline.programme.sources import Source
from ogp_pipeline.schema.schemas import Schemas, Table
from ogp_pipeline.sources import mapper

_NAME = re.compile(r"[^\W\d]\w*")


def known_headings(source: Source, schemas: Schemas) -> Vocabulary:
    """All of them, over the tables and mappings of the source."""
    names: list[str] = []
    labels: list[tuple[str, str]] = []
    repeated: list[str] = []
    for name, mappings in source.tables.items():
        table = schemas.table(name)
        for mapping in mappings:
            if mapping.columns:
                names += mapper.columns_read(mapping)
                repeated += mapping.unpivot.headings.values() if mapping.unpivot is not None else []
            else:
                names += table.field_names
                labels += _labels(table)
    return vocabulary(names, labels, [compile_given(pattern) for pattern in dict.fromkeys(repeated)])


def told(readings: Mapping[str, Reading]) -> dict[str, tuple[str, ...]]:
    """The headings of each file that its sender made: those of a template are ours."""
    return {file: reading.headings for file, reading in readings.items() if not reading.properties and reading.headings}


def unread(readings: Mapping[str, Reading], source: Source) -> dict[str, tuple[str, ...]]:
    """Of each such file the headings that no mapping names. Where a table is read under our own names, that is another
    problem (``unknown-column``)."""
    mappings = [mapping for of_table in source.tables.values() for mapping in of_table]
    if not all(mapping.columns for mapping in mappings):
        return {}
    named = {name for mapping in mappings for name in mapper.columns_read(mapping)}
    blocks = [
        compile_given(pattern)
        for mapping in mappings
        if mapping.unpivot
        for pattern in mapping.unpivot.headings.values()
    ]
    nested = {name for mapping in mappings for name in _begun(mapping)}

    def is_read(heading: str) -> bool:
        begins = heading.partition("/")[0]
        return heading in named or begins in nested or any(block.search(heading) for block in blocks)

    left = {file: tuple(heading for heading in every if not is_read(heading)) for file, every in told(readings).items()}
    return {file: names for file, names in left.items() if names}


def _begun(mapping: TableMapping) -> Iterator[str]:
    """The members of an object that its expressions name: ``milestones`` of ``items: {milestone: milestones}``."""
    expressions = [column.jmespath for column in mapping.columns.values() if column.jmespath is not None]
    for expression in (*(mapping.items or {}).values(), *expressions):
        yield from _NAME.findall(expression)


def _labels(table: Table) -> Iterator[tuple[str, str]]:
    for field in table.fields:
        for title in field.title.values():
            yield title, field.name
