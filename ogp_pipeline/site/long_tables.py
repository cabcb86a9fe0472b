"""Tables too long for one page: the first lines stay where they are, the others stand on further pages.

A further page has the address of its table and a number, so it is there as long as the table is that long; what leads
to the table finds its beginning where it always was. So a page weighs at most 60 kB, compressed, in a large country.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jinja2 import Environment

from ogp_pipeline.i18n.catalogue import number, say
from ogp_pipeline.i18n.text import Said
from ogp_pipeline.site.report.blocks import Block, Further, ReportTable, Section

FIRST, EACH = 200, 500  # lines: on the page itself, and on each further one


@dataclass(frozen=True)
class FurtherPage:
    """Some of a table's lines. ``told``: which page of how many it is, in words. ``every``: all further pages."""

    path: str
    table: ReportTable
    told: str
    every: Further


Beginning = tuple[Said, str, FurtherPage]
"""Title and path of the page where a table begins, and a further page of it."""

PathOf = Callable[[ReportTable, int], str]
"""(table, number of a page, from 2) -> its path, below the folder of the language."""


def divide(
    sections: Sequence[Section], path_of: PathOf, language: str
) -> tuple[Sequence[Section], Sequence[FurtherPage]]:
    """The sections with what stands of them on their page, and the further pages. ``language``: one of ours."""
    pages: list[FurtherPage] = []
    kept = []
    for section in sections:
        blocks: list[Block] = []
        for block in section.blocks:
            if not isinstance(block, ReportTable) or len(block.lines) <= FIRST:
                blocks.append(block)
                continue
            rest = list(_further(block, path_of, language))
            blocks += [replace(block, lines=block.lines[:FIRST]), rest[0].every]
            pages += rest
        kept.append(replace(section, blocks=blocks))
    return kept, pages


def _further(table: ReportTable, path_of: PathOf, language: str) -> Iterator[FurtherPage]:
    starts = range(FIRST, len(table.lines), EACH)
    text = say("entity.first_lines", language, count=FIRST, total=number(len(table.lines), language))
    paths = {page: path_of(table, page) for page in range(2, len(starts) + 2)}
    every = Further(table.caption, text, [(str(page), path) for page, path in paths.items()])
    for start, (page, path) in zip(starts, paths.items(), strict=True):
        told = say("entity.page_of", language, page=page, pages=len(starts) + 1)
        yield FurtherPage(path, replace(table, lines=table.lines[start : start + EACH]), told, every)


def draw(
    environment: Environment, context: Mapping[str, Any], further: Mapping[str, Beginning]
) -> Iterator[tuple[str, bytes]]:
    """Further pages as HTML, by their paths."""
    template = environment.get_template("further.html.j2")
    deeper = {**context, "root": "../../../", "here": "../../"}
    for path, (of, of_path, page) in further.items():
        text = template.render(deeper, page=path, further=page, of=of, of_path=of_path)
        yield f"{context['wanted']}/{path}", text.encode()


def beside(path: str, table: ReportTable, page: int) -> str:
    """Where a further page of a table of the page of this path stands."""
    return f"{path.removesuffix('.html')}/{table.id}-{page}.html"
