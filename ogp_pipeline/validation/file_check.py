"""What is to be said of a delivery beside its rows: headings nobody reads, names, skipped and withdrawn rows."""

from collections.abc import Iterator, Mapping, Sequence

from ogp_pipeline.formats import tabular
from ogp_pipeline.formats.records import RawRow, Reading, Where
from ogp_pipeline.i18n.catalogue import detail
from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.i18n.legible import holds_escapes
from ogp_pipeline.intake.problem import Problem, Severity
from ogp_pipeline.programme.sources import HttpSource, Source
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.sources import mapper, page
from ogp_pipeline.sources.delivery import Delivery
from ogp_pipeline.sources.records import ELSEWHERE, MappedRow
from ogp_pipeline.validation.mapped_delivery import MappedDelivery, ReadDelivery
from ogp_pipeline.validation.prior_state import PriorState
from ogp_pipeline.validation.rules.texts import EMAIL


def check(
    delivery: Delivery,
    source: Source,
    read_delivery: ReadDelivery,
    mapped: MappedDelivery,
    state: PriorState,
    schemas: Schemas,
) -> Iterator[Problem]:
    """Everything of that kind, but for a delivery that holds nothing: see ``nothing_received``."""
    unlike = mapped.foreign | {problem.where.file for problem in mapped.noticed if problem.rule == ELSEWHERE}
    fitting = {file: reading for file, reading in read_delivery.readings.items() if file not in unlike}
    yield from _unknown_columns(fitting, source, schemas)
    yield from _remarks(delivery, schemas)
    if source.whole:
        yield from _missing_records(delivery, source, schemas)
    yield from _names(delivery, read_delivery.rows, schemas)
    yield from _withdrawn(delivery, state, mapped.rows, schemas)
    yield from _skipped(delivery, mapped, schemas)


def _remarks(delivery: Delivery, schemas: Schemas) -> Iterator[Problem]:
    """What the source noticed when it fetched the files."""
    for file in delivery.files:
        if (said := file.remark) is not None:
            level = Severity(schemas.rule(said.rule).level)
            yield Problem(said.rule, level, Where(file.name), details={"file": file.name, **said.details})


def _missing_records(delivery: Delivery, source: Source, schemas: Schemas) -> Iterator[Problem]:
    """A page of a feed that was saved as a file, where what did not come counts as withdrawn."""
    if source.read.kind != "json" or (isinstance(source, HttpSource) and source.pages != "follow"):
        return
    pages = [page.read(file.path.read_bytes(), "", {}, source.read) for file in delivery.files]
    records, total = sum(page.records or 0 for page in pages), max((page.total or 0 for page in pages), default=0)
    if total > records and not any(page.estimated for page in pages):
        missing = "of"
    elif total != records and len(pages) == 1 and pages[0].more:
        missing = "more"
    else:
        return
    told = detail("found", f"feed.missing.{missing}", received=records, total=total)
    level = Severity(schemas.rule("not-all-records-noted").level)
    yield Problem("not-all-records-noted", level, _first_file(delivery), details=told)


def nothing_received(delivery: Delivery, rows_read: int, schemas: Schemas) -> Problem:
    """The problem of a delivery in which nothing is wrong, and no row is for us."""
    level = Severity(schemas.rule("nothing-received").level)
    return Problem("nothing-received", level, _first_file(delivery), details={"rows": str(rows_read)})


def _first_file(delivery: Delivery) -> Where:
    return Where(delivery.files[0].name if delivery.files else "")


def _skipped(delivery: Delivery, mapped: MappedDelivery, schemas: Schemas) -> Iterator[Problem]:
    """Rows that a mapping set aside, once for each reason."""
    for why, count in mapped.skipped.items():
        level = Severity(schemas.rule("row-skipped").level)
        details = {f"why_{language}": why.get(language) for language in LANGUAGES} | {"count": str(count)}
        yield Problem("row-skipped", level, _first_file(delivery), details=details)


def _unknown_columns(readings: Mapping[str, Reading], source: Source, schemas: Schemas) -> Iterator[Problem]:
    """Headings that no table of the source reads. Only where the file promised our own columns (mapper)."""
    mappings = [(schemas.table(name), mapping) for name, of_table in source.tables.items() for mapping in of_table]
    for file, reading in readings.items():
        unread = set(reading.headings)
        for table, mapping in mappings:
            unread &= set(mapper.unknown_columns(reading.headings, mapping, table.field_names))
        sheet = reading.rows[0].sheet if reading.rows else None
        for heading in reading.headings:
            if heading in unread:
                unread.discard(heading)
                allowed = ", ".join(dict.fromkeys(name for table, _ in mappings for name in table.field_names))
                where = Where(file, line=1, sheet=sheet, column=heading)
                if (column := tabular.without_heading(heading, letters=sheet is not None)) is not None:
                    where = Where(file, sheet=sheet)
                    level = Severity(schemas.rule("column-without-heading").level)
                    yield Problem("column-without-heading", level, where, details={"column": column})
                    continue
                level = Severity(schemas.rule("unknown-column").level)
                yield Problem("unknown-column", level, where, value=heading, details={"allowed": allowed})


def _names(delivery: Delivery, raw: Sequence[RawRow], schemas: Schemas) -> Iterator[Problem]:
    """E-mail addresses in the names of files and sheets, which the published provenance carries; illegible names."""
    level = Severity(schemas.rule("email-in-name").level)
    for file in delivery.files:
        if holds_escapes(file.name):
            advice = Severity(schemas.rule("illegible-name").level)
            yield Problem("illegible-name", advice, Where(file.name), details={"file": file.name})
        if EMAIL.search(file.name):
            yield Problem("email-in-name", level, Where(file.name), value=file.name)
    for file_name, sheet in sorted({(row.file, row.sheet) for row in raw if row.sheet is not None}):
        if EMAIL.search(sheet):
            yield Problem("email-in-name", level, Where(file_name, sheet=sheet), value=sheet)


def _withdrawn(
    delivery: Delivery, state: PriorState, rows: Mapping[str, Sequence[MappedRow]], schemas: Schemas
) -> Iterator[Problem]:
    """Rows that a full statement no longer has, although what others said refers to them."""
    where = _first_file(delivery)
    for name, leaned_on in state.leaned_on.items():
        primary_key = schemas.table(name).primary_key
        stated = {tuple(row.values.get(column, "") for column in primary_key) for row in rows.get(name, ())}
        for key, by in sorted(leaned_on.items()):
            if key not in stated:
                level = Severity(schemas.rule("row-withdrawn").level)
                shown = " / ".join(key)
                details = {"table": name, "other_table": by}
                yield Problem("row-withdrawn", level, where, name, value=shown, details=details)
