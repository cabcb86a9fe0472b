"""A problem in a person's words: where it is, what is wrong, and what to type."""

import re
from dataclasses import dataclass

from ogp_pipeline.errors import SchemaError
from ogp_pipeline.i18n.languages import quoted
from ogp_pipeline.intake import wording
from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.schema.schemas import Schemas

_NAMED_IN = re.compile(r"«([^«»\u00a0]*)»")  # how the checks set off a name in what they say in no language
SHOWN = 300  # characters of a received value on a page; the JSON has all of it


@dataclass(frozen=True, slots=True)
class Advice:
    """A problem in a person's words. ``title``: of the column, where its heading is only a machine's name."""

    where: str
    column: str
    title: str
    value: str
    wrong: str
    todo: str


def advise(problem: Problem, schemas: Schemas, language: str) -> Advice:
    """What is wrong, where, and what to type, in ``language``.

    SchemaError if the rule's text needs something that the check does not give.
    """
    rule = schemas.rule(problem.rule)
    column = column_name(problem, schemas, language)
    words = _words(problem, column, schemas, language)
    missing = rule.placeholders - words.keys()
    if missing:
        raise SchemaError(f"rule {problem.rule} needs {', '.join(sorted(missing))}, which the check does not give")
    return Advice(
        where=wording.place(problem.where, language),
        column=column,
        title=_title(problem, column, schemas, language),
        value=wording.shorten(problem.value, SHOWN, language),
        wrong=rule.title[language].format_map(words),
        todo=rule.help[language].format_map(words),
    )


def column_name(problem: Problem, schemas: Schemas, language: str) -> str:
    """The column as its sender sees it: the file's own heading, else the title of our column, else ''."""
    if problem.where.column:
        return problem.where.column
    table = schemas.tables.get(problem.table or "")
    if table is not None and problem.field in table.field_names:
        return table.field(problem.field).title[language]
    return problem.field or ""


def _title(problem: Problem, column: str, schemas: Schemas, language: str) -> str:
    """What a column is called among people, if ``column`` is the name that machines use, else ''."""
    table = schemas.tables.get(problem.table or "")
    name = column.strip().casefold()
    if table is None or name not in table.field_names:
        return ""
    title = table.field(name).title[language]
    return "" if title.casefold() == name else title


def _named(problem: Problem, column: str, schemas: Schemas, language: str) -> str:
    """The title of a column whose heading is only our own name for it, in brackets."""
    table = schemas.tables.get(problem.table or "")
    if table is None or problem.field not in table.field_names or column != problem.field:
        return ""
    return f" ({table.field(problem.field).title[language]})"


def _words(problem: Problem, column: str, schemas: Schemas, language: str) -> dict[str, str]:
    """What fills a rule's text. A detail ``x_es`` is ``{x}`` in Spanish; a table's name becomes its title."""
    where = problem.where
    words = {
        "field": column,
        "column": column,
        "named": _named(problem, column, schemas, language),
        "value": wording.shorten(problem.value, SHOWN, language),
        "table": problem.table or "",
        "file": where.file,
        "line": str(where.line or ""),
        "sheet": where.sheet or "",
        "cell": where.cell or "",
    }
    details = dict(problem.details)
    words |= {key: _NAMED_IN.sub(lambda name: quoted(name[1], language), text) for key, text in details.items()}
    for key, text in details.items():
        if key.endswith(f"_{language}"):
            words[key.removesuffix(f"_{language}")] = text
    for key in ("table", "other_table"):
        if words.get(key) in schemas.tables:
            words[key] = schemas.tables[words[key]].title[language]
    return words
