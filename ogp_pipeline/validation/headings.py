"""The headings that a source reads: those that its mappings name, or our own columns with what people call them."""

from collections.abc import Iterator

from ogp_pipeline.formats.vocabulary import Vocabulary, vocabulary
from ogp_pipeline.patterns import compile_given
from ogp_pipeline.programme.model import Source
from ogp_pipeline.schema.schemas import Schemas, Table
from ogp_pipeline.sources import mapper


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


def _labels(table: Table) -> Iterator[tuple[str, str]]:
    for field in table.fields:
        for title in field.title.values():
            yield title, field.name
