"""What ``schema`` shows: the tables by dataset, one table or code list, or the rules of the check."""

from collections.abc import Mapping
from typing import Any

from rich.markup import escape
from rich.padding import Padding
from rich.table import Table as Grid

from ogp_pipeline.cli.views_run import OUT, print_json
from ogp_pipeline.errors import UnknownName
from ogp_pipeline.i18n.catalogue import say, texts
from ogp_pipeline.patterns import compile_linear
from ogp_pipeline.schema import dictionary, rulebook
from ogp_pipeline.schema.schemas import DATASETS, Schemas, Table

_LINK = compile_linear(r"\[([^\]]*)\]\([^)]*\)")
_INDENT = (0, 0, 0, 4)  # above, right, below, left


def show_schema(schemas: Schemas, wanted: str | None, language: str, *, as_json: bool) -> None:
    """The data dictionary: an index of all, or all about one table or code list."""
    if wanted is not None and wanted not in schemas.tables and wanted not in schemas.codes:
        raise UnknownName("table or code list", wanted, [*schemas.tables, *schemas.codes])
    if as_json:
        return print_json(_schema_json(schemas, wanted))
    if wanted is None:
        return _show_index(schemas, language)
    if wanted in schemas.codes:
        return _show_codes(schemas, wanted, language)
    return _show_table(schemas.tables[wanted], language)


def show_rules(schemas: Schemas, language: str, *, as_json: bool) -> None:
    """Every rule of the check."""
    if as_json:
        return print_json({"version": schemas.version, "rules": rulebook.rows(schemas)})
    OUT.print(escape(rulebook.markdown(schemas, language)))
    return None


def _show_index(schemas: Schemas, language: str) -> None:
    words = texts("dictionary.word.", language)
    for dataset in DATASETS:
        OUT.print(f"[bold]{escape(words['dataset'].format(name=dataset))}[/]")
        names = Grid.grid(padding=(0, 2))
        for table in schemas.dataset_tables(dataset):
            names.add_row(f"  {table.name}", escape(table.title[language]))
        OUT.print(names)
    OUT.print(f"[bold]{escape(words['lists'])}[/]")
    OUT.print(Padding(", ".join(schemas.codes), (0, 0, 0, 2)), soft_wrap=False)
    OUT.print(escape(say("schema.more", language)))


def _show_table(table: Table, language: str) -> None:
    for line in dictionary.about(table, language):
        OUT.print(escape(_plain(line)), soft_wrap=False)
    for field in table.fields:
        holds, needed, meaning, example = map(_plain, dictionary.about_column(table, field, language))
        OUT.print(f"\n[bold]{field.name}[/]  {escape('; '.join(filter(None, (holds, needed))))}", soft_wrap=False)
        shown = f"{meaning} ({example})" if example else meaning
        OUT.print(Padding(escape(shown), _INDENT), soft_wrap=False)


def _show_codes(schemas: Schemas, name: str, language: str) -> None:
    codes = schemas.codes_of(name)
    for scale in dict.fromkeys(code.scale for code in codes):
        OUT.print(f"[bold]{escape(scale)}[/]")
        for code in codes:
            if code.scale == scale:
                OUT.print(f"  {code.code}  {escape(code.label[language])}", soft_wrap=False)
                if described := code.description[language]:
                    OUT.print(Padding(escape(described), _INDENT), soft_wrap=False)


def _plain(text: str) -> str:
    """Markdown of the dictionary as a terminal shows it."""
    return _LINK.sub(r"\1", text).replace("`", "").replace("**", "").removeprefix("- ")


def _schema_json(schemas: Schemas, wanted: str | None) -> Mapping[str, Any]:
    tables = {key: dict(table.descriptor) for key, table in schemas.tables.items() if wanted in (None, key)}
    lists = {
        key: [{"scale": code.scale, "code": code.code, "label": dict(code.label)} for code in codes]
        for key, codes in schemas.codes.items()
        if wanted in (None, key)
    }
    return {"version": schemas.version, "tables": tables, "codes": lists}
