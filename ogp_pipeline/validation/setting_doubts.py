"""What our own settings did not foresee: told to the engineer, and to the supplier as no mistake of theirs.

    map-incomplete   a crosswalk does not list a value that the column's own list knows
    date-format      no date of a column fits the formats of the programme file, and every one of them is a date
    …/elsewhere      a column, or the rows, stand in another place of nested objects than where the file says

Other values that a crosswalk does not list may be slips of the supplier, who is told which there are; the engineer
hears of them too. A number that cannot be read gets an example with the decimal sign of its mapping.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ogp_pipeline.formats.records import FileProblem
from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.i18n.languages import ENGLISH_FIRST
from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.programme.sources import InboxSource, Source
from ogp_pipeline.schema.schemas import Schemas, Table
from ogp_pipeline.sources import typos
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.validation import labels

_PLACES = {"missing-column/elsewhere", "rows-elsewhere"}
_DATES = {"bad-date", "time-in-date"}
_FEWEST = 2  # dates of a column that make a doubt of the format
_NAMED = 5  # values that a reason names


def judge(
    noticed: Sequence[FileProblem], rows: Sequence[MappedRow], table: Table, source: Source, schemas: Schemas
) -> list[FileProblem]:
    """What a mapping noticed, each under the rule that says whose mistake it is. ``rows``: what the mapping made."""
    formats = _foreign_dates(noticed, rows)
    return [_retold(problem, formats, table, source, schemas) for problem in noticed]


def of_files(noticed: Sequence[FileProblem], source: Source) -> list[FileProblem]:
    """The same of what readers noticed."""
    return [_not_theirs(problem, problem.rule, source) if problem.rule in _PLACES else problem for problem in noticed]


def reason(problems: Iterable[Problem]) -> str | None:
    """What the engineer should look at, in one sentence for each column; None if there is nothing."""
    unknown: dict[tuple[str | None, str | None], dict[str, None]] = {}
    dates: dict[tuple[str | None, str | None], dict[str, None]] = {}
    places: dict[str, None] = {}
    for problem in problems:
        place = (problem.table, problem.field)
        if problem.rule in ("map-incomplete", "unmapped-value"):
            unknown.setdefault(place, {})[problem.value or ""] = None
        elif problem.rule == "date-format":
            dates.setdefault(place, {})[problem.value or ""] = None
        elif problem.rule in _PLACES:
            what = f"`{problem.table}.{problem.field}`" if problem.field else "the rows"
            said = problem.details
            places[f"{what} of {problem.where.file}: {said['there']}; write `{said['setting']}`"] = None
    told = list(places)
    told += [
        f"the crosswalk of `{table}.{field}` does not list {_listed(values)}; add it to `map`"
        for (table, field), values in unknown.items()
    ]
    told += [
        f"no date of `{table}.{field}` fits `date`, such as {_listed(values)}; add its format"
        for (table, field), values in dates.items()
    ]
    return "; ".join(told) or None


def _foreign_dates(noticed: Sequence[FileProblem], rows: Sequence[MappedRow]) -> set[tuple[str, str | None]]:
    """File and column where every date is one, and none fits."""
    bad: dict[tuple[str, str | None], list[str]] = {}
    for problem in noticed:
        if problem.rule in _DATES:
            bad.setdefault((problem.where.file, problem.column), []).append(problem.value or "")
    fitting = {(row.row.file, column) for row in rows for _, column in bad if column and row.values.get(column)}
    return {
        place
        for place, texts in bad.items()
        if len(texts) >= _FEWEST and place not in fitting and all(map(_is_day, texts))
    }


def _retold(
    problem: FileProblem, formats: set[tuple[str, str | None]], table: Table, source: Source, schemas: Schemas
) -> FileProblem:
    rule = problem.rule if problem.rule in _PLACES else None
    if problem.rule == "not-a-number" and problem.column in table.field_names:
        example = table.field(problem.column).example.replace(".", problem.details["decimal"])
        return replace(problem, details={**problem.details, "example": example})
    if problem.rule in _DATES and (problem.where.file, problem.column) in formats:
        rule = "date-format"
    elif problem.rule == "unmapped-value" and problem.column in table.field_names and problem.value:
        choices = labels.choices(table.field(problem.column), {}, None, schemas)
        if choices is not None and choices.code(problem.value) in choices.codes:
            rule = "map-incomplete"
    return problem if rule is None else _not_theirs(problem, rule, source)


def _is_day(text: str) -> bool:
    """Whether it is one, with or without a time."""
    return bool(typos.dates(text) or typos.day_of_time(text))


def _not_theirs(problem: FileProblem, rule: str, source: Source) -> FileProblem:
    """The problem under a rule that asks nothing of whoever sent the file, with what comes next."""
    key = "rule.send_when_told" if isinstance(source, InboxSource) else "rule.nothing_to_send"
    words = {f"again_{language}": say(key, language) for language in ENGLISH_FIRST}
    return replace(problem, rule=rule, details={**problem.details, **words})


def _listed(values: Iterable[str]) -> str:
    named = [f"«{value}»" for value in values]
    more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    return ", ".join(named[:_NAMED]) + more
