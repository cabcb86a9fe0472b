"""Corrections: they name a cell that can be corrected, expect what stands there, and put in what may stand there.

A corrected value is judged like a supplier's: the row as it would be is checked by frictionless, and by the rules that
know which codes, identifiers and dates belong there. Only what blocks counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.i18n.languages import ENGLISH, ENGLISH_FIRST, quoted, text_column, texts_in
from ogp_pipeline.intake.problem import Problem, Severity
from ogp_pipeline.schema.schemas import Table
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.validation import table_check
from ogp_pipeline.validation.prior_state import Row
from ogp_pipeline.validation.rules import claims, dates, keys, progress, scales
from ogp_pipeline.validation.rules.registry import rule
from ogp_pipeline.validation.scope import Scope, day

_TABLE, _FOREVER = "corrections", "9999-12-31"
_JUDGES = (
    keys.foreign_key,
    keys.hierarchy,
    progress.status_unknown,
    progress.evidence_without_link,
    scales.code_of_scale,
    dates.dates_order,
    claims.date_in_future,
)

_BETWEEN_CELLS = {"dates-order", "hierarchy", "evidence-without-link"}


@dataclass(frozen=True)
class _Named:
    """A correction whose table and column exist, and the row that it names as its supplier sent it, if it is there."""

    row: MappedRow
    table: Table
    key: tuple[str, ...]
    field: str
    said: Row | None


@rule("correction-unknown-table")
def correction_unknown_table(scope: Scope) -> Iterator[Problem]:
    """``correction-unknown-table``: no such table, or one that the pipeline or the programme file makes."""
    tables = scope.schemas.tables
    for row in scope.of(_TABLE):
        name = row.values.get("table", "")
        if name and (name not in tables or not _correctable(tables[name])):
            correctable = [table for table in tables.values() if _correctable(table)]
            column = row.values.get("field", "")  # those that have it come first: it may be one of them
            correctable.sort(key=lambda table: column not in table.field_names or column in table.primary_key)
            allowed = ", ".join(table.name for table in correctable)
            yield scope.problem("correction-unknown-table", row, "table", allowed=allowed)


@rule("correction-unknown-column")
def correction_unknown_column(scope: Scope) -> Iterator[Problem]:
    """``correction-unknown-column``: the table has no such column."""
    for row, table in _with_table(scope):
        name = row.values.get("field", "")
        if name and name not in table.field_names:
            allowed = ", ".join(name for name in table.field_names if name not in table.primary_key)
            yield scope.problem("correction-unknown-column", row, "field", allowed=allowed, correctable=table.name)


@rule("correction-key-column")
def correction_key_column(scope: Scope) -> Iterator[Problem]:
    """``correction-key-column``: a column by which rows are known; another key would be another row."""
    for row, table in _with_table(scope):
        if row.values.get("field", "") in table.primary_key:
            yield scope.problem("correction-key-column", row, "field", correctable=table.name)


@rule("correction-value")
def correction_value(scope: Scope) -> Iterator[Problem]:
    """``correction-value``: a supplier could not write that there."""
    for named in _named(scope):
        value = named.row.values.get("value", "")
        values = {
            **dict(zip(named.table.primary_key, named.key, strict=True)),
            **(named.said or {}),
            named.field: value,
        }
        corrected = MappedRow(named.table.name, values, {}, named.row.row)
        checked = table_check.check(named.table, [corrected], scope.schemas)
        as_it_would_be = replace(scope, rows={named.table.name: checked.rows})
        problems = [*checked.problems, *(problem for judge in _JUDGES for problem in judge(as_it_would_be))]
        wrong = next((problem for problem in problems if _is_its_fault(problem, named)), None)
        if wrong is not None:
            title = named.table.field(named.field).title
            words = {f"corrected_{language}": title[language] for language in ENGLISH_FIRST} | _could_be(wrong, named)
            yield scope.problem("correction-value", named.row, "value", corrected=named.field, **words)


def _could_be(wrong: Problem, named: _Named) -> dict[str, str]:
    """What could stand there, as ``{allowed}``: the values themselves if they can be listed, else in words."""
    example, listed = named.table.field(named.field).example, wrong.details
    if wrong.field != named.field or wrong.rule in _BETWEEN_CELLS:
        words = {language: say("rule.fits_the_row", language) for language in ENGLISH_FIRST}
    elif any(name.partition("_")[0] == "allowed" for name in listed):
        words = {language: listed.get(f"allowed_{language}") or listed["allowed"] for language in ENGLISH_FIRST}
    else:
        words = {language: say("rule.for_example", language, example=example) for language in ENGLISH_FIRST}
    return {"allowed": words[ENGLISH], **{f"allowed_{language}": text for language, text in words.items()}}


def _is_its_fault(problem: Problem, named: _Named) -> bool:
    """A problem of the corrected cell; in a row that was accepted, also one between that cell and another."""
    subject = named.table.subject
    moved = subject is not None and (named.field, problem.field) == (subject.table, subject.key)
    between = named.said is not None and (moved or problem.rule in _BETWEEN_CELLS)
    return problem.level is Severity.BLOCKS and (between or problem.field == named.field)


@rule("correction-same")
def correction_same(scope: Scope) -> Iterator[Problem]:
    """``correction-same``: it would put in what it expects to find."""
    for row in scope.of(_TABLE):
        if row.values.get("expected", "") == row.values.get("value", ""):
            yield scope.problem("correction-same", row, "value")


@rule("correction-reason")
def correction_reason(scope: Scope) -> Iterator[Problem]:
    """``correction-reason``: nobody could read why the cell was corrected."""
    for row in scope.of(_TABLE):
        if not any(texts_in(row.values, "reason")):
            yield scope.problem("correction-reason", row, text_column("reason", scope.programme.languages[0]))


@rule("correction-not-expected")
def correction_not_expected(scope: Scope) -> Iterator[Problem]:
    """``correction-not-expected``: the row is not there, or says something else. It would not be applied."""
    for named in _named(scope):
        said = None if named.said is None else named.said.get(named.field, "")
        expected = named.row.values.get("expected", "")
        if said is not None and said in (expected, _canonical(named, expected, scope)):
            continue
        if said is None:
            words = {language: say("rule.no_such_row", language) for language in ENGLISH_FIRST}
        else:
            words = {
                language: quoted(said, language) if said else say("rule.nothing", language)
                for language in ENGLISH_FIRST
            }
        told = {f"said_{language}": text for language, text in words.items()}
        yield scope.problem("correction-not-expected", named.row, "expected", said=words[ENGLISH], **told)


@rule("correction-overlap")
def correction_overlap(scope: Scope) -> Iterator[Problem]:
    """``correction-overlap``: two put different values into one cell in place of the same one, and share a day.

    The one that will not count is told or, if it came before, the one that will: the newest, of one day the last key.
    """
    delivered = {row.values.get("correction_id", ""): row for row in scope.of(_TABLE)}
    of_cell: dict[tuple[str, ...], list[Row]] = {}
    for correction in scope.every(_TABLE).values() if delivered else ():
        if day(correction.get("made_on")) is not None:
            cell = tuple(correction.get(name, "") for name in ("table", "key", "field", "expected"))
            of_cell.setdefault(cell, []).append(correction)
    for of_same_cell in of_cell.values():
        first, *others = sorted(
            of_same_cell, key=lambda correction: (correction["made_on"], correction.get("correction_id", ""))
        )
        for correction in others:
            ends = first.get("until") or _FOREVER
            if ends >= correction["made_on"] and first.get("value") != correction.get("value"):
                names = first.get("correction_id", ""), correction.get("correction_id", "")
                row = next((delivered[name] for name in names if name in delivered), None)
                if row is not None:
                    yield scope.problem("correction-overlap", row, "value", first=names[0], counts=names[1])
            first = (
                correction if (correction.get("until") or _FOREVER) >= ends else first
            )  # the one that lasts longest so far


def _canonical(named: _Named, text: str, scope: Scope) -> str:
    """``expected`` as the table check would write it: ``01`` is 1."""
    values = {**(named.said or {}), named.field: text}
    checked = table_check.check(named.table, [MappedRow(named.table.name, values, {}, named.row.row)], scope.schemas)
    return checked.rows[0].values.get(named.field, "")


def _correctable(table: Table) -> bool:
    return table.supplied and table.name != _TABLE


def _with_table(scope: Scope) -> Iterator[tuple[MappedRow, Table]]:
    for row in scope.of(_TABLE):
        table = scope.schemas.tables.get(row.values.get("table", ""))
        if table is not None and _correctable(table):
            yield row, table


def _named(scope: Scope) -> Iterator[_Named]:
    """The corrections whose own table and column are right."""
    for row, table in _with_table(scope):
        name, key = row.values.get("field", ""), tuple(row.values.get("key", "").split("/"))
        if name not in table.field_names or name in table.primary_key:
            continue
        if len(key) != len(table.primary_key):
            key = (*key, *("" for _ in table.primary_key))[: len(table.primary_key)]
        yield _Named(row, table, key, name, scope.every(table.name).get(key))
