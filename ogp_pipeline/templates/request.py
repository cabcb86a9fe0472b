"""What is asked for: a table, or all of a supplier's, perhaps for a period, in a language.

A ``TemplateRequest`` can be fulfilled. A party's workbook is one request for each of its tables.

Whether anything is known that the sheet needs is found out later, by ``rows``.
"""

from dataclasses import dataclass
from datetime import date

from ogp_pipeline.errors import OgpError, UnknownName, WrongUse
from ogp_pipeline.i18n.languages import in_turn, texts_in
from ogp_pipeline.programme.model import Period, Plan, Programme, Supplier
from ogp_pipeline.programme.sources import FolderSource, InboxSource, Source
from ogp_pipeline.schema.schemas import Schemas, Table
from ogp_pipeline.sources import patterns


@dataclass(frozen=True)
class TemplateRequest:
    """``period`` may be there for a table without periods: it then only says until when the file is awaited.

    ``source``: the supplier's source that reads the workbook under its name, if the programme has one. ``of_party``:
    the table is a sheet of a workbook of all the supplier's tables. ``all_languages``: texts in other languages are
    wanted, too, and their columns are not hidden.
    """

    programme: Programme
    schemas: Schemas
    table: Table
    supplier: Supplier
    plan: Plan | None
    period: Period | None
    language: str
    today: date
    source: Source | None = None
    of_party: bool = False
    all_languages: bool = False

    @property
    def has_period(self) -> bool:
        """Whether the rows belong to a period."""
        return "period_id" in self.table.field_names

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

    @property
    def text_language(self) -> str:
        """In which language texts are to be written: the template's, or if the programme has not that, its first."""
        return self.language if self.language in self.programme.languages else self.programme.languages[0]

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
    file: str = "",
) -> TemplateRequest:
    """The request, or an OgpError that says what does not fit and what there is instead.

    ``file``: what the workbook will be called; without it, ``file_name``.
    """
    sender, allowed = _sender(programme, schemas, supplier)
    asked = schemas.table(table)
    if not asked.supplied:
        told = f"nobody fills in `{table}`: it is made by the pipeline itself"
        raise WrongUse(f"{told}; `{supplier}` may fill in {', '.join(allowed) or 'nothing'}")
    if table not in allowed:
        raise WrongUse(
            f"`{supplier}` may not fill in `{table}`; it may fill in {', '.join(allowed) or 'nothing'}. "
            f"If it should, add the table to the supplier's `may_supply` in the programme file"
        )
    plan, chosen = _period(programme, period)
    if "period_id" in asked.field_names and chosen is None:
        choices = ", ".join(candidate.id for plan in programme.plans for candidate in plan.periods) or "none"
        raise WrongUse(f"`{table}` is reported by period: say --period, one of: {choices}")
    name = file or file_name(supplier, language, period, table)
    source = next((source for source in _readers(programme, sender, name) if table in source.tables), None)
    return TemplateRequest(programme, schemas, asked, sender, plan, chosen, language, today, source)


def check_party(
    programme: Programme,
    schemas: Schemas,
    supplier: str,
    period: str | None,
    language: str,
    today: date,
    *,
    file: str = "",
    source: str | None = None,
) -> list[TemplateRequest]:
    """A request for each table of the supplier that one source reads (all, if none does), in the schemas' order.

    ``period``: by default the newest that has begun. ``source``: the only one that may read it.
    """
    sender, allowed = _sender(programme, schemas, supplier)
    plan, chosen = _period(programme, period) if period is not None else _running(programme, today)
    name = file or file_name(supplier, language, chosen.id if chosen is not None else None)
    readers = [reader for reader in _readers(programme, sender, name) if source in (None, reader.id)]
    reader = max(readers, key=lambda reader: len(reader.tables.keys() & set(allowed)), default=None)
    tables = [
        schemas.table(table)
        for table in schemas.tables
        if table in allowed and (reader is None or table in reader.tables)
    ]
    wanted = [table for table in tables if chosen is not None or "period_id" not in table.field_names]
    if not wanted:
        raise OgpError(
            f"`{supplier}` may fill in {', '.join(allowed) or 'nothing'}, and there is no period to report on"
        )
    return [
        TemplateRequest(programme, schemas, table, sender, plan, chosen, language, today, reader, of_party=True)
        for table in wanted
    ]


def file_name(supplier: str, language: str, period: str | None, table: str | None = None) -> str:
    """What a workbook is called where nobody says otherwise."""
    return "_".join(part for part in (table, supplier, period, language) if part) + ".xlsx"


def _sender(programme: Programme, schemas: Schemas, supplier: str) -> tuple[Supplier, list[str]]:
    """The supplier, and the tables that it may fill in."""
    sender = next((candidate for candidate in programme.suppliers if candidate.id == supplier), None)
    if sender is None:
        raise UnknownName("supplier", supplier, [candidate.id for candidate in programme.suppliers])
    return sender, [name for name in sender.may_supply if name in schemas.tables and schemas.tables[name].supplied]


def _readers(programme: Programme, supplier: Supplier, name: str) -> list[Source]:
    """The supplier's sources that take a workbook of this name and read our own columns in it."""
    readers = []
    for source in programme.sources:
        files = source.files if isinstance(source, FolderSource | InboxSource) else ["*"]
        named = any(patterns.matches(pattern.rpartition("/")[2], (name,)) for pattern in files)
        if source.supplier == supplier.id and source.read.kind == "xlsx" and named:
            readers.append(source)
    return readers


def _running(programme: Programme, today: date) -> tuple[Plan | None, Period | None]:
    """The newest period that has begun, or the first of all; and its plan."""
    periods = [(period.starts, plan, period) for plan in programme.plans for period in plan.periods]
    begun = [entry for entry in periods if entry[0] <= today]
    if not periods:
        return None, None
    _, plan, period = max(begun, key=lambda entry: entry[0]) if begun else min(periods, key=lambda entry: entry[0])
    return plan, period


def _period(programme: Programme, period: str | None) -> tuple[Plan | None, Period | None]:
    if period is None:
        return None, None
    for plan in programme.plans:
        for candidate in plan.periods:
            if candidate.id == period:
                return plan, candidate
    raise UnknownName(
        "reporting period", period, [each.id for plan in programme.plans for each in plan.periods], "the programme"
    )
