"""The mail on a receipt: its short number, what became of the file, what to correct, where the whole receipt is."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ogp_pipeline.i18n import catalogue
from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.intake import layout
from ogp_pipeline.intake.problem import Severity
from ogp_pipeline.mail.letters import Block, Letter, closing
from ogp_pipeline.programme.model import Supplier
from ogp_pipeline.programme.sources import InboxSource
from ogp_pipeline.runs.receipt_numbers import Numbered
from ogp_pipeline.runs.workspace import Workspace

_CAUSES = 8


def letters(workspace: Workspace, receipt: Numbered) -> list[Letter]:
    """One for each address of the supplier; none where the receipt is no longer there."""
    suppliers = {supplier.id: supplier for supplier in workspace.programme.suppliers}
    supplier = suppliers.get(receipt.supplier)
    if supplier is None or not supplier.mail:
        return []
    stored = workspace.intake.get(layout.receipt(supplier.id, receipt.examination))
    if stored is None:
        return []
    document = json.loads(stored.data)
    summaries = document["summary"]  # a receipt from before its supplier spoke this language has it in others
    languages = (supplier.language, *workspace.programme.spoken, *summaries)
    language = next(language for language in languages if language in summaries)
    subject = f"{receipt.number} · {summaries[language]}"
    blocks = tuple(_blocks(workspace, supplier, receipt, document, language))
    return [Letter("receipt", receipt.examination, to, language, subject, blocks) for to in supplier.mail]


def _blocks(
    workspace: Workspace, supplier: Supplier, receipt: Numbered, document: Mapping[str, Any], language: str
) -> Iterator[Block]:
    files = ", ".join(file["name"] for file in document["files"])
    day = catalogue.day(receipt.received_at.date(), language)
    yield Block("paragraph", say("mail.receipt.about", language, number=receipt.number, files=files, day=day))
    yield from _effect(document, language)
    yield from _causes(document, language)
    yield Block("heading", say("receipt.next", language))
    for step in document["next"][language]:
        yield Block("paragraph", step)
    desk = workspace.programme.desk
    if desk is not None:
        address = f"{desk.root}/receipts/{receipt.examination}/"
        yield Block("link", say("mail.receipt.at_desk", language), address)
    source = next((source for source in workspace.programme.sources if source.id == document["source"]), None)
    if desk is None and isinstance(source, InboxSource):
        yield Block("paragraph", say("mail.receipt.in_inbox", language, place=source.place.address))
    yield from closing(workspace.programme, supplier, language)


def _effect(document: Mapping[str, Any], language: str) -> Iterator[Block]:
    effect = document.get("effect", {})
    for sentence in (*effect.get("why", {}).get(language, ()), *effect.get("told", {}).get(language, ())):
        yield Block("paragraph", sentence)


def _causes(document: Mapping[str, Any], language: str) -> Iterator[Block]:
    """What to correct and what to check, each cause once: where, what, and what to type."""
    for level in (Severity.BLOCKS, Severity.PLEASE_CHECK):
        causes = [cause for cause in document["causes"] if cause["level"] == level.value]
        if causes:
            yield Block("heading", say(f"receipt.level.{level.value}", language))
        for cause in causes[:_CAUSES]:
            times = f" (× {catalogue.number(cause['count'], language)})" if cause["count"] > 1 else ""
            where, wrong, todo = (cause[part][language] for part in ("where", "wrong", "todo"))
            yield Block("item", say("mail.receipt.cause", language, where=f"{where}{times}", wrong=wrong, todo=todo))
        if (more := len(causes) - _CAUSES) > 0:
            yield Block("paragraph", catalogue.count("mail.receipt.more", more, language))
