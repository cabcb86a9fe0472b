"""The data dictionary, made from schemas/ only: as Markdown for people and as rows for a table.

python -m ogp_pipeline.schema.dictionary docs      writes docs/data-dictionary.<language>.md again
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from ogp_pipeline.i18n.catalogue import say, texts
from ogp_pipeline.i18n.languages import ENGLISH_FIRST
from ogp_pipeline.schema.rulebook import grid, write_pages
from ogp_pipeline.schema.schemas import DATASETS, Code, Field, Schemas, Table, load

FILE_NAME = "data-dictionary.{language}.md"

_IDENTIFIER = "^[A-Za-z0-9][A-Za-z0-9._-]*$"  # in so many columns that a word reads better


def markdown(schemas: Schemas, language: str, only: str | None = None) -> str:
    """The dictionary in one language: index, tables by dataset, code lists.

    With ``only``, just the section of that table or code list; UnknownName if there is neither.
    """
    blocks = list(_whole(schemas, language) if only is None else _section(only, schemas, language))
    return "\n\n".join(blocks) + "\n"


def _whole(schemas: Schemas, language: str) -> Iterator[str]:
    words = texts("dictionary.word.", language)
    yield f"# {words['heading']}"
    yield words["intro"].format(version=schemas.version.partition("+")[0])
    yield f"## {words['tables']}"
    yield "\n".join(f"- [`{t.name}`](#{t.name}): {t.title[language]}" for t in schemas.tables.values())
    yield f"[{words['lists']}](#{_anchor(words['lists'])})"
    for dataset in DATASETS:
        yield f"## {words['dataset'].format(name=dataset)}"
        for table in schemas.dataset_tables(dataset):
            yield from _table(table, language)
    yield f"## {words['lists']}"
    for name in schemas.codes:
        yield from _code_list(name, schemas, language)


def _section(name: str, schemas: Schemas, language: str) -> Iterator[str]:
    if name in schemas.codes:
        return _code_list(name, schemas, language)
    return _table(schemas.table(name), language)


def rows(schemas: Schemas) -> list[dict[str, str]]:
    """One row for each column of each table, all values text, in the order of tables and columns."""
    return [
        {
            "table": table.name,
            "dataset": table.dataset,
            "column": field.name,
            **{f"title_{language}": field.title[language] for language in ENGLISH_FIRST},
            "type": field.type,
            "required": "true" if field.required else "false",
            "key": "true" if field.name in table.primary_key else "false",
            "refers_to": _target(table, field.name),
            "codes": field.code_list or "",
            **{f"description_{language}": field.description[language] for language in ENGLISH_FIRST},
            "example": field.example,
        }
        for table in schemas.tables.values()
        for field in table.fields
    ]


def write(schemas: Schemas, folder: Path) -> list[Path]:
    """Write the dictionary in every language into ``folder``; returns the files."""
    return write_pages(folder, FILE_NAME, lambda language: markdown(schemas, language))


def about(table: Table, language: str) -> list[str]:
    """Lines of Markdown: what the table holds, its key, and what it refers to."""
    words = texts("dictionary.word.", language)
    made = "" if table.supplied else f" {words['made']}"
    return [
        f"**{table.title[language]}.** {table.description[language]}{made}",
        f"- {words['key']}: {_names(table.primary_key)}",
        *(f"- {words['refers']} [`{key.table}`](#{key.table}): {_names(key.fields)}" for key in table.foreign_keys),
    ]


def about_column(table: Table, field: Field, language: str) -> tuple[str, str, str, str]:
    """Markdown: what may stand in the column, whether it is needed, what it means, and an example."""
    words = texts("dictionary.word.", language)
    needed = words["part_of_key"] if field.name in table.primary_key else words["yes"] if field.required else ""
    return "; ".join(_holds(field, language)), needed, field.description[language], _example(field)


def _table(table: Table, language: str) -> Iterator[str]:
    yield f"### {table.name}"
    described, *facts = about(table, language)
    yield described
    yield "\n".join(facts)
    yield grid(_headings("dictionary.columns.", language), [_column(table, field, language) for field in table.fields])


def _column(table: Table, field: Field, language: str) -> list[str]:
    return [f"`{field.name}`", field.title[language], *about_column(table, field, language)]


def _holds(field: Field, language: str) -> Iterator[str]:
    """What may stand in the column: its type, its codes, its bounds."""
    words = texts("dictionary.word.", language)
    if field.code_list is not None:
        many = f"{words['several']} `{field.separator}`" if field.separator else ""
        yield f"{words['codes_of']} [`{field.code_list}`](#{field.code_list}){many}"
        return
    limits = field.constraints
    if limits.get("pattern") == _IDENTIFIER:
        yield words["identifier"]
        return
    yield say(f"dictionary.kind.{field.type}", language)
    if "enum" in limits:
        yield f"{words['one_of']} {_names(limits['enum'])}"
    if "minimum" in limits:
        yield words["least"].format(limit=limits["minimum"])
    if "maximum" in limits:
        yield words["most"].format(limit=limits["maximum"])
    if "pattern" in limits:
        yield f"{words['form']} `{limits['pattern']}`"


def _code_list(name: str, schemas: Schemas, language: str) -> Iterator[str]:
    words = texts("dictionary.word.", language)
    yield f"### {name}"
    users = [
        f"`{table.name}.{f.name}`" for table in schemas.tables.values() for f in table.fields if f.code_list == name
    ]
    if name in {code.code for code in schemas.codes_of("assessment_variable")}:
        users.append(f"`assessments.code` (`variable` = `{name}`)")
    if users:
        yield f"{words['used']}: {', '.join(users)}."
    codes = schemas.codes_of(name)
    for scale in dict.fromkeys(code.scale for code in codes):
        chosen = [code for code in codes if code.scale == scale]
        about = [] if scale == name else [f"{words['scale']} `{scale}`"]
        if len({(c.valid_from, c.valid_to) for c in chosen}) == 1:  # else the codes' own labels say it
            about += _validity(chosen[0], words)
        if about:
            yield f"**{', '.join(about)}**"
        yield grid(
            _headings("dictionary.code_columns.", language),
            [[f"`{c.code}`", c.label[language], c.description[language]] for c in chosen],
        )
    crossed = [
        [
            f"`{x.from_scale}`",
            f"`{x.from_code}`",
            f"`{x.to_scale}`",
            f"`{x.to_code}`",
            say(f"dictionary.relation.{x.relation}", language),
        ]
        for x in schemas.crosswalks
        if x.list == name
    ]
    if crossed:
        yield f"**{words['crosswalks']}**"
        yield grid(_headings("dictionary.crosswalk_columns.", language), crossed)


def _headings(prefix: str, language: str) -> list[str]:
    return list(texts(prefix, language).values())


def _validity(code: Code, words: dict[str, str]) -> list[str]:
    first, last = code.valid_from, code.valid_to
    if first is None and last is None:
        return []
    form = words["until"] if first is None else words["from"] if last is None else words["years"]
    return [form.format(first=first, last=last)]


def _example(field: Field) -> str:
    return f"`{field.example}`"


def _names(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _target(table: Table, field: str) -> str:
    return next((key.table for key in table.foreign_keys if field in key.fields), "")


def _anchor(heading: str) -> str:
    return heading.lower().replace(" ", "-")


def main() -> None:
    """``python -m ogp_pipeline.schema.dictionary FOLDER``."""
    parser = argparse.ArgumentParser(
        prog="python -m ogp_pipeline.schema.dictionary", description="Write the data dictionary."
    )
    parser.add_argument("folder", type=Path, help="where to write data-dictionary.<language>.md")
    write(load(), parser.parse_args().folder)


if __name__ == "__main__":
    main()
