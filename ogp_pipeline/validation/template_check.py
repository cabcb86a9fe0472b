"""Is a filled template the right one: for this supplier, a table that this source takes, and as of now?

A template speaks our own column names, so its rows go to the one table that it was made for, whatever mapping the
source has for other files. The rows of a template for somebody or something else go nowhere: said once, not per row.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ogp_pipeline.formats import template_layout as layout
from ogp_pipeline.formats.records import RawRow, Reading, Where
from ogp_pipeline.formats.template_layout import is_template
from ogp_pipeline.i18n.languages import ENGLISH, OTHERS, quoted
from ogp_pipeline.intake.problem import Problem, Severity
from ogp_pipeline.programme.lateness import is_over
from ogp_pipeline.programme.mapping import TableMapping
from ogp_pipeline.programme.model import Period, Programme, Supplier
from ogp_pipeline.programme.sources import Source
from ogp_pipeline.schema.schemas import Schemas, Table

LISTED = "updates"  # a template that lists a row for every own milestone, and in it the key alone (templates.rows)
_IDENTITY = TableMapping(columns={})

# Every rule (schemas/rules.csv) that a template's own statement can break.
RULES = frozenset({"wrong-supplier", "wrong-table", "old-template", "old-template/layout", "wrong-period"})


@dataclass(frozen=True)
class Sorted:
    """``plain``: rows of other files; ``rows``: rows of fitting templates by table; and what is wrong.

    ``unfilled``: rows that a template lists beforehand, and in which nobody wrote anything. They are no rows: taken for
    reports, they would empty what was reported before.
    """

    plain: list[RawRow] = field(default_factory=list)
    rows: dict[str, list[RawRow]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unfilled: list[RawRow] = field(default_factory=list)

    def portions(self, table: str, mappings: Sequence[TableMapping]) -> Iterator[tuple[TableMapping, list[RawRow]]]:
        """Each mapping of a table with the rows it is for. A template's rows need none."""
        for mapping in mappings:
            yield mapping, self.plain
        if table in self.rows:
            yield _IDENTITY, self.rows[table]


def sort(
    readings: Mapping[str, Reading],
    source: Source,
    supplier: Supplier,
    programme: Programme,
    schemas: Schemas,
    known_on: date,
) -> Sorted:
    """The rows of all files, parted by where they go; ``known_on``: the day on which they became known."""
    done = Sorted()
    for file, reading in readings.items():
        if not is_template(reading.properties):
            done.plain.extend(reading.rows)
            continue
        tables = layout.tables_by_sheet(reading.properties)
        sent = {tables[row.sheet or ""] for row in reading.rows} or set(tables.values())
        judged = list(_judge(file, reading.properties, sent, source, supplier, programme, schemas, known_on))
        done.problems.extend(judged)
        if not any(problem.level is Severity.BLOCKS for problem in judged):
            for row in reading.rows:
                name = tables[row.sheet or ""]
                listed = _listed(reading.properties, schemas.table(name))
                filled = not listed or _is_filled(row, schemas.table(name), listed)
                (done.rows.setdefault(name, []) if filled else done.unfilled).append(row)
    return done


def _listed(made_for: Mapping[str, str], table: Table) -> frozenset[str]:
    """The columns that stand there before anybody writes; none where no row is listed beforehand."""
    if layout.LISTED in made_for:
        return frozenset(made_for[layout.LISTED].split())
    return frozenset(table.primary_key) if table.name == LISTED else frozenset()


def _is_filled(row: RawRow, table: Table, listed: frozenset[str]) -> bool:
    """Whether anything stands in it but what was listed."""
    own = set(table.field_names) - listed
    return any(text.strip() for name, text in row.values.items() if name in own)


def _judge(
    file: str,
    made_for: Mapping[str, str],
    tables: Collection[str],
    source: Source,
    supplier: Supplier,
    programme: Programme,
    schemas: Schemas,
    known_on: date,
) -> Iterator[Problem]:
    def problem(rule: str, value: str, **details: str) -> Problem:
        return Problem(rule, Severity(schemas.rule(rule).level), Where(file), value=value, details=details)

    owner = made_for.get(layout.SUPPLIER, "")
    if owner != supplier.id:
        yield problem(
            "wrong-supplier", owner, **_names("found", owner, programme), **_names("expected", supplier.id, programme)
        )
    for table in sorted(set(tables) - source.tables.keys()):
        yield problem(
            "wrong-table", table, **_titles("found", [table], schemas), **_titles("expected", [*source.tables], schemas)
        )
    version = made_for[layout.TEMPLATE]
    if version != layout.VERSION:
        yield problem("old-template/layout", version, expected=layout.VERSION)
    made_from = made_for.get(layout.SCHEMAS, "").partition("+")[0]
    current = schemas.version.partition("+")[0]
    if made_from != current:
        yield problem("old-template", made_from, expected=current)
    if (period := made_for.get(layout.PERIOD)) and (newer := _newer(period, programme, known_on)):
        yield problem("wrong-period", period, found=period, expected=newer.id)


def _names(key: str, supplier_id: str, programme: Programme) -> dict[str, str]:
    """A supplier's names in every language; the bare id if the programme does not know it."""
    names = {supplier.id: supplier.names for supplier in programme.suppliers}.get(supplier_id)
    if names is None:
        return {key: supplier_id or "–"} | {f"{key}_{language}": supplier_id or "–" for language in OTHERS}
    return {key: names.get(ENGLISH)} | {f"{key}_{language}": names.get(language) for language in OTHERS}


def _titles(key: str, tables: Sequence[str], schemas: Schemas) -> dict[str, str]:
    """Tables by their titles in every language, quoted."""
    tables_held = schemas.tables

    def said(language: str) -> str:
        titles = [tables_held[name].title[language] if name in tables_held else name for name in tables]
        return ", ".join(quoted(title, language) for title in titles)

    return {key: said(ENGLISH)} | {f"{key}_{language}": said(language) for language in OTHERS}


def _newer(period_id: str, programme: Programme, known_on: date) -> Period | None:
    """The newest period of the same plan that has begun, if the template's own is over its due date and older."""
    for plan in programme.plans:
        own = next((period for period in plan.periods if period.id == period_id), None)
        if own is not None and is_over(own.due, known_on):
            begun = [period for period in plan.periods if own.starts < period.starts <= known_on]
            return max(begun, key=lambda period: period.starts, default=None)
    return None
