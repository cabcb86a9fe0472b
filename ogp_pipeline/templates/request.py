"""What is asked for: a table, for a supplier, perhaps for a period, in a language.

A ``TemplateRequest`` can be fulfilled.

Whether anything is known that the sheet needs is found out later, by ``rows``.
"""

from dataclasses import dataclass
from datetime import date

from ogp_pipeline.errors import OgpError, UnknownName
from ogp_pipeline.i18n.languages import in_turn, texts_in
from ogp_pipeline.programme.model import Period, Plan, Programme, Supplier
from ogp_pipeline.programme.sources import FolderSource, InboxSource, Source
from ogp_pipeline.schema.schemas import Schemas, Table


@dataclass(frozen=True)
class TemplateRequest:
    """``period`` may be there for a table without periods: it then only says until when the file is awaited."""

    programme: Programme
    schemas: Schemas
    table: Table
    supplier: Supplier
    plan: Plan | None
    period: Period | None
    language: str
    today: date

    @property
    def has_period(self) -> bool:
        """Whether the rows belong to a period."""
        return "period_id" in self.table.field_names

    @property
    def source(self) -> Source | None:
        """The supplier's source that reads this workbook, if the programme has one."""
        for source in self.programme.sources:
            if source.supplier == self.supplier.id and source.read.kind == "xlsx" and self.table.name in source.tables:
                return source
        return None

    @property
    def folder(self) -> str | None:
        """Where the filled file is put, as the programme file writes it; None if that is a web address."""
        source = self.source
        if isinstance(source, InboxSource):
            return source.place.address
        return source.path.as_posix() if isinstance(source, FolderSource) else None

    @property
    def inbox(self) -> str | None:
        """The same, if it is an inbox: a folder with places to check a file and to find receipts."""
        return self.folder if isinstance(self.source, InboxSource) else None

    def pick(self, row: dict[str, str], text: str) -> str:
        """A text column of a row in the template's language, or in the first of the programme's that has it."""
        texts = dict(texts_in(row, text))
        languages = (*in_turn(self.language, *self.programme.languages), *texts)
        return next((texts[language] for language in languages if language in texts), "")


def check(
    programme: Programme,
    schemas: Schemas,
    table: str,
    supplier: str,
    period: str | None,
    language: str,
    today: date,
) -> TemplateRequest:
    """The request, or an OgpError that says what does not fit and what there is instead."""
    sender = next((candidate for candidate in programme.suppliers if candidate.id == supplier), None)
    if sender is None:
        raise UnknownName("supplier", supplier, [candidate.id for candidate in programme.suppliers])
    asked = schemas.table(table)
    allowed = [name for name in sender.may_supply if name in schemas.tables and schemas.tables[name].supplied]
    if not asked.supplied:
        told = f"nobody fills in `{table}`: it is made by the pipeline itself"
        raise OgpError(f"{told}; `{supplier}` may fill in {', '.join(allowed) or 'nothing'}")
    if table not in allowed:
        raise OgpError(
            f"`{supplier}` may not fill in `{table}`; it may fill in {', '.join(allowed) or 'nothing'}. "
            f"If it should, add the table to the supplier's `may_supply` in the programme file"
        )
    plan, chosen = _period(programme, period)
    if "period_id" in asked.field_names and chosen is None:
        choices = ", ".join(candidate.id for plan in programme.plans for candidate in plan.periods) or "none"
        raise OgpError(f"`{table}` is reported by period: say --period, one of: {choices}")
    return TemplateRequest(programme, schemas, asked, sender, plan, chosen, language, today)


def _period(programme: Programme, period: str | None) -> tuple[Plan | None, Period | None]:
    if period is None:
        return None, None
    for plan in programme.plans:
        for candidate in plan.periods:
            if candidate.id == period:
                return plan, candidate
    choices = ", ".join(candidate.id for plan in programme.plans for candidate in plan.periods) or "none"
    raise OgpError(f"the programme has no reporting period `{period}`; it has {choices}")
