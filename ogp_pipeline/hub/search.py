"""One search over all commitments: an index for each language in which commitments are written, in plain files.

    commitments/<language>/search/…   Pagefind's files and ``facets.json``, as of a country's own site

A commitment is in the index of every language in which it has a title, with its theme, institutions, country and
level in the country's own words. What is found leads to the country's page of it, or where nobody has said where that
is, to the country's page here. The index is of data: no page of ours is made for each commitment.
"""

import html
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from ogp_pipeline.hub.compared import Compared, Row
from ogp_pipeline.i18n.languages import ENGLISH, text_column, texts_in
from ogp_pipeline.site.search.bundle import index
from ogp_pipeline.site.search.documents import Document

FOLDER = "commitments"


def languages(tables: Mapping[str, pd.DataFrame]) -> tuple[str, ...]:
    """Those in which commitments have titles; English, too, if one has none."""
    own = Compared(tables, ENGLISH).rows("commitment_index")
    tags = {tag for row in own for tag, _ in texts_in(row, "title")}
    untitled = any(not dict(texts_in(row, "title")) for row in own)
    return tuple(sorted(tags | ({ENGLISH} if untitled else set())))


def indexes(tables: Mapping[str, pd.DataFrame], tags: Sequence[str]) -> dict[str, bytes]:
    """Key -> bytes of the indexes in these languages."""
    made: dict[str, bytes] = {}
    for tag in tags:
        made |= index(_documents(Compared(tables, tag), tag), f"{FOLDER}/{tag}", tag)
    return made


def _documents(compared: Compared, tag: str) -> Iterator[Document]:
    """What can be found in a language, country by country. Facets: member, level, theme, address, code."""
    for member in compared.members.values():
        country = compared.name_of(member).text
        for row in compared.commitments_of(member["member_id"]):
            titles = dict(texts_in(row, "title"))
            title = titles.get(tag) or (None if titles or tag != ENGLISH else row["commitment_id"])
            if title is None:
                continue
            level, theme = compared.level_of(row) or "", row.get(text_column("theme", tag)) or ""
            said = [country, theme, row.get(text_column("institutions", tag)) or "", level]
            facets = (member["member_id"], level, theme, row["page"] or "", row["commitment_id"])
            yield Document(f"{member['member_id']}/{row['commitment_id']}.html", _html(row, title, said, tag), facets)


def _html(row: Row, title: str, said: Sequence[str], tag: str) -> str:
    words = "".join(f"<p>{html.escape(text)}</p>" for text in said if text)
    head = f"<header><h1>{html.escape(title)}</h1></header>"
    code = f"<p>{html.escape(row['commitment_id'])}</p>"
    return f'<!DOCTYPE html><html lang="{html.escape(tag)}"><body>{head}<main>{code}{words}</main></body></html>'
