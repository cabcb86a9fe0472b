"""A receipt in the forms that are handed out: marked copies of the workbooks, JSON, and a page for each language.

Made in memory, all at once and before anything is stored: whoever writes them puts the copies first, because the
JSON and the pages link to them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from ogp_pipeline.intake.annotation import annotate
from ogp_pipeline.intake.receipt import Receipt, to_html, to_json
from ogp_pipeline.schema.schemas import Schemas

JSON = "application/json"
HTML = "text/html; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class ReceiptForms:
    """``copies``: ending (``xlsx``, ``2.xlsx``…) -> marked workbook. ``pages``: language -> HTML."""

    copies: Mapping[str, bytes]
    json: bytes
    pages: Mapping[str, bytes]


def render(
    receipt: Receipt, schemas: Schemas, stem: str, languages: Collection[str], *, marked: bool = True
) -> ReceiptForms:
    """The forms of a receipt. ``stem``: the name that all their files begin with. ``marked``: open its workbooks."""
    copied = list(annotate(receipt, schemas, stem)) if marked else []
    complete = replace(receipt, copies=tuple(copy for copy, _ in copied))
    return ReceiptForms(
        copies={copy.name.removeprefix(f"{stem}."): data for copy, data in copied if copy.name and data},
        json=to_json(complete, schemas),
        pages={language: to_html(complete, schemas, language).encode() for language in languages},
    )
