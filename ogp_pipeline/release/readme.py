"""The lines of a workbook's README sheet, each language beside the other."""

from collections.abc import Iterator, Sequence

from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.i18n.languages import spoken
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.release.datapackage import full_title
from ogp_pipeline.release.edition import Edition
from ogp_pipeline.release.xlsx_format import About
from ogp_pipeline.schema.schemas import Table


def readme(dataset: str, tables: Sequence[Table], programme: Programme, edition: Edition) -> About:
    """Title, description, licence, the dataset's edition, how to read the sheets, and one line per table."""
    told = [list(_lines(dataset, tables, programme, edition, language)) for language in programme.spoken]
    lines = [dict(zip(programme.spoken, line, strict=True)) for line in zip(*told, strict=True)]
    return About(lines, spoken(programme.languages[0]))


def _lines(
    dataset: str, tables: Sequence[Table], programme: Programme, edition: Edition, language: str
) -> Iterator[str]:
    publication = programme.publication
    licence = publication.licence
    yield full_title(dataset, publication.title.get(language), language)
    yield publication.description.get(language)
    yield say("readme.version", language, version=edition.version, day=edition.as_of.isoformat())
    yield say("readme.licence", language, title=licence.title, url=licence.url)
    yield say("readme.source", language, url=publication.base_url)
    yield _cite(programme, language)
    yield say("readme.empty", language)
    yield say("readme.headings", language)
    yield say("readme.dictionary", language)
    yield say("readme.changes", language)
    yield say("readme.cut", language)
    yield from (f"{table.name}: {table.title[language]}" for table in tables)


def _cite(programme: Programme, language: str) -> str:
    """How to cite it, without a version: the file's bytes change with its data alone."""
    publication = programme.publication
    where = f"https://doi.org/{publication.doi}" if publication.doi else f"{publication.root}/"
    told = {"publisher": programme.publisher.name.get(language), "title": publication.title.get(language)}
    return say("readme.cite", language, where=where, root=publication.root, **told)
