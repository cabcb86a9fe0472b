"""What a visitor may do: have a file checked, send it, fetch templates, read receipts. Only of the link's own source.

Every function takes the visitor's source; nothing of it comes from the request. Receipts are looked up below the
supplier's own prefix of the private store, so that an id of somebody else's finds nothing.
"""

import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from ogp_pipeline import scratch
from ogp_pipeline.desk.drafts import Draft
from ogp_pipeline.errors import NotFound
from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.intake import layout
from ogp_pipeline.intake.problem import Severity
from ogp_pipeline.intake.receipt import Receipt, Verdict
from ogp_pipeline.programme.sources import InboxSource
from ogp_pipeline.runs import checking, delivery_work, inbox_receipts, receipt_list, templating
from ogp_pipeline.runs.known_state import known_entries
from ogp_pipeline.runs.receipt_list import Listed
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.sources.patterns import matches

_ID = re.compile(r"[0-9A-Za-z-]+")
_COPY = re.compile(r"(?:\.\d+)?\.xlsx")


def check(workspace: Workspace, source: InboxSource, draft: Draft, now: datetime) -> Draft:
    """Check the draft's file as ``ogp check`` does, and keep the receipt beside it, in every language of the desk."""
    known_entries(workspace, anew=True)
    receipt = checking.check_file(workspace, draft.file, source.supplier, source.id, now)
    asked = replace(receipt, only_checked=True, at_desk=True)
    forms = delivery_work.forms(workspace, source, asked, workspace.schemas, draft.id, LANGUAGES)
    for ending, data in forms.copies.items():
        draft.marked(ending).write_bytes(data)
    for language, page in forms.pages.items():
        draft.page(language).write_bytes(page)
    return replace(draft, may_be_sent=_may_be_sent(asked), to_correct=len(asked.of(Severity.BLOCKS)))


def _may_be_sent(receipt: Receipt) -> bool:
    """Whether sending makes sense: it enters, or waits for somebody else or for a person's word."""
    if receipt.verdict is Verdict.REJECTED:
        return receipt.is_waiting
    return receipt.verdict is not Verdict.NOTHING_RECEIVED


def send(workspace: Workspace, source: InboxSource, draft: Draft) -> str:
    """Lay the file into the supplier's inbox, whole, over nothing: the name under which it lies there."""
    return inbox_receipts.open_inbox(workspace, source).drop(draft.file, name_taken(draft.name, source.files))


def name_taken(name: str, patterns: Sequence[str]) -> str:
    """The name itself if the source takes it, else behind what the names of its files begin with: ``plan.csv`` is
    ``updates plan.csv`` for ``updates*.csv``. Else what was checked as this source's would be nobody's in the inbox."""
    if any(matches(pattern, (name,)) for pattern in patterns):
        return name
    for pattern in patterns:
        head, star, tail = pattern.partition("*")
        stem, ending = name[: -len(tail)], name[-len(tail) :]
        fitting = f"{head} {stem}{tail}".strip()
        if star and tail and ending.casefold() == tail.casefold() and matches(pattern, (fitting,)):
            return fitting
    return name


def template(
    workspace: Workspace,
    source: InboxSource,
    table: str | None,
    period: str | None,
    language: str,
    today: date,
    *,
    all_languages: bool = False,
) -> tuple[str, bytes]:
    """The name and the bytes of a template, or of the workbook of all tables. OgpError if it may not be filled in."""
    known_entries(workspace, anew=True)
    with tempfile.TemporaryDirectory(prefix=scratch.prefix("desktemplate")) as folder:
        made = templating.make(
            workspace,
            source.supplier,
            today,
            table=table,
            period=period,
            language=language,
            to=Path(folder),
            source=source.id,
            all_languages=all_languages,
        )
        return made.path.name, made.path.read_bytes()


def receipts(workspace: Workspace, source: InboxSource) -> list[Listed]:
    """The supplier's own receipts, newest first."""
    return receipt_list.of_supplier(workspace, source.supplier)


def receipt_page(workspace: Workspace, source: InboxSource, receipt_id: str, language: str) -> bytes:
    """A receipt in the visitor's language, or in the first that it has. NotFound: the supplier has no such receipt."""
    for key in _pages(workspace, source, receipt_id, language):
        stored = workspace.intake.get(key)
        if stored is not None:
            return stored.data
    raise NotFound(f"{source.supplier} has no receipt {receipt_id}")


def _pages(workspace: Workspace, source: InboxSource, receipt_id: str, language: str) -> Iterator[str]:
    for spoken in dict.fromkeys((language, *workspace.programme.spoken)) if _ID.fullmatch(receipt_id) else ():
        yield layout.receipt_page(source.supplier, receipt_id, spoken)


def receipt_copy(workspace: Workspace, source: InboxSource, receipt_id: str, name: str) -> bytes:
    """A marked workbook of a receipt. NotFound: the supplier has none of that name."""
    fits = _ID.fullmatch(receipt_id) and name.startswith(receipt_id) and _COPY.fullmatch(name.removeprefix(receipt_id))
    stored = workspace.intake.get(layout.receipt_copy(source.supplier, name)) if fits else None
    if stored is None:
        raise NotFound(f"{source.supplier} has no marked copy {name}")
    return stored.data
