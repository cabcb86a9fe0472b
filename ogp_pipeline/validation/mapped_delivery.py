"""A delivery as rows of our tables: read, mapped, mended, and checked table by table.

The order follows the data. Each file is read; every table's mapping is applied to all rows of the delivery together (so
that ``distinct`` reaches over files); labels become codes and slips are mended; frictionless checks each table.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ogp_pipeline.formats.records import FileProblem, RawRow, Reading
from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.i18n.text import Text
from ogp_pipeline.intake.problem import Problem, Severity, share_details
from ogp_pipeline.programme.mapping import TableMapping
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.programme.sources import Source
from ogp_pipeline.schema.schemas import Schemas, Table
from ogp_pipeline.sources import mapper, reading
from ogp_pipeline.sources.delivery import Delivery
from ogp_pipeline.sources.records import MISSING, MappedRow
from ogp_pipeline.validation import labels, normalisation, own_examples, setting_doubts, table_check, template_check
from ogp_pipeline.validation.headings import known_headings
from ogp_pipeline.validation.prior_state import PriorState
from ogp_pipeline.validation.scope import Scope

_FOREIGN = "unknown-headings"


@dataclass(frozen=True)
class ReadDelivery:
    """The files as their readers gave them: name -> reading."""

    readings: Mapping[str, Reading]

    @cached_property
    def rows(self) -> list[RawRow]:
        """All rows, file after file."""
        return [row for of_file in self.readings.values() for row in of_file.rows]

    @cached_property
    def problems(self) -> list[FileProblem]:
        """What the readers could not take."""
        return [problem for of_file in self.readings.values() for problem in of_file.problems]


@dataclass
class MappedDelivery:
    """``rows``: by table, those that have any. ``problems``: found on the way here. ``noticed``: what the readers and
    mappings noticed, as they said it. ``skipped``: reason -> raw rows that a mapping set aside. ``foreign``: files of
    which no heading fits.
    """

    problems: list[Problem]
    noticed: list[FileProblem]
    rows: dict[str, Sequence[MappedRow]] = field(default_factory=dict)
    skipped: dict[Text, int] = field(default_factory=dict)
    foreign: set[str] = field(default_factory=set)


def read(delivery: Delivery, source: Source, programme: Programme, schemas: Schemas) -> ReadDelivery:
    """Every file of the delivery. OSError if one cannot be read back from the spool."""
    limits, vocabulary = programme.limits_of(source), known_headings(source, schemas)
    return ReadDelivery({file.name: reading.read(file, source.read, limits, vocabulary) for file in delivery.files})


def map_rows(
    read_delivery: ReadDelivery,
    delivery: Delivery,
    source: Source,
    programme: Programme,
    schemas: Schemas,
    state: PriorState,
    base: Path,
) -> MappedDelivery:
    """The rows of each table of the source, in canonical text. ``base``: the folder of the programme file."""
    supplier, known_on = programme.supplier(delivery.envelope.supplier), delivery.envelope.known_on
    noticed = setting_doubts.of_files(read_delivery.problems, source)
    mapped = MappedDelivery([problem_of(fault, schemas) for fault in noticed], noticed)
    by_target = template_check.sort(read_delivery.readings, source, supplier, programme, schemas, known_on)
    mapped.problems += by_target.problems
    if by_target.unfilled:
        why = Text(**{language: say("template.unfilled", language) for language in LANGUAGES})
        mapped.skipped[why] = len(by_target.unfilled)
    for name, mappings in source.tables.items():
        table = schemas.table(name)
        rows, lacking = _apply_mappings(mapped, table, by_target.portions(name, mappings), source, schemas, base)
        so_far = Scope(dict(mapped.rows), supplier, known_on, state, programme, schemas)
        mended = normalisation.mend(table, labels.to_codes(table, rows, so_far), so_far)
        checked = table_check.check(table, mended.rows, schemas)
        wrong = share_details(own_examples.tell(checked.problems, table, so_far))
        mapped.problems += [*mended.problems, *_without_avalanche(list(wrong), lacking)]
        if checked.rows:
            mapped.rows[name] = checked.rows
    return mapped


def problem_of(noticed: FileProblem, schemas: Schemas, table: str | None = None) -> Problem:
    """What a reader or a mapping noticed, at the level that rules.csv gives it."""
    level = Severity(schemas.rule(noticed.rule).level)
    table = noticed.table or table
    return Problem(noticed.rule, level, noticed.where, table, noticed.column, noticed.value, noticed.details)


def _apply_mappings(
    mapped: MappedDelivery,
    table: Table,
    portions: Iterator[tuple[TableMapping, list[RawRow]]],
    source: Source,
    schemas: Schemas,
    base: Path,
) -> tuple[list[MappedRow], list[FileProblem]]:
    """The rows of one table, and the columns that are missing altogether; ``mapped`` takes what was noticed."""
    required = [column.name for column in table.fields if column.required]
    rows: list[MappedRow] = []
    lacking: list[FileProblem] = []
    for mapping, portion in portions:
        applied = mapper.apply(table.name, mapping, portion, base, table.field_names, required)
        rows += applied.rows
        lacking += [problem for problem in applied.problems if problem.rule in MISSING]
        news = [fault for fault in applied.problems if fault.rule != _FOREIGN or fault.where.file not in mapped.foreign]
        mapped.foreign |= {fault.where.file for fault in news if fault.rule == _FOREIGN}  # said once a file
        news = setting_doubts.judge(news, applied.rows, table, source, schemas)
        mapped.noticed += news
        mapped.problems += [problem_of(fault, schemas, table.name) for fault in news]
        for skip, count in applied.skipped:
            mapped.skipped[skip.why] = mapped.skipped.get(skip.why, 0) + count
    return rows, lacking


def _without_avalanche(problems: Sequence[Problem], lacking: Sequence[FileProblem]) -> Iterator[Problem]:
    """Without what follows from a column that a file does not have: empty compulsory cells, rows that seem blank."""
    said = {(problem.where.file, problem.column) for problem in lacking}
    lame = {file for file, _ in said}
    for problem in problems:
        follows = (problem.rule == "constraint-error/required" and (problem.where.file, problem.field) in said) or (
            problem.rule == "blank-row" and problem.where.file in lame
        )
        if not follows:
            yield problem
